//! One visit: from the first page to the last, or to a purchase.

use event::{Field, Fields, Timestamp};
use fastrand::Rng;
use ingest::{Draft, RawTime};
use serde_json::{Map, Value as Json, json};

use super::{
    person::Person,
    shop::{APP_VERSION, BUTTONS, CHANNELS, Channel, ERRORS, HOST, PRODUCTS, Product, SEARCHES},
    stream, weighted,
};

/// Pages nobody goes beyond.
const STEPS_MAX: u32 = 40;

/// The events of a visit, in order.
pub(super) fn events(
    person: &Person,
    seed: u64,
    index: u64,
    number: u32,
    start: Timestamp,
) -> Vec<Draft<'static>> {
    let mut rng = stream(seed, index, u64::from(number) + 1);
    let first = number == 0;
    let channel = if first { person.channel } else { weighted(&mut rng, CHANNELS) };
    let session_id = format!("s-{:016x}", rng.u64(..));
    let mut visit = Visit {
        person,
        known: person.is_known_in(number),
        at: start,
        landing: String::new(),
        page: String::new(),
        channel,
        session_id,
        rng,
        out: Vec::new(),
    };
    visit.run(person.signs_up_in == Some(number));
    visit.out
}

struct Visit<'p> {
    person: &'p Person,
    known: bool,
    at: Timestamp,
    landing: String,
    page: String,
    channel: &'static Channel,
    session_id: String,
    rng: Rng,
    out: Vec<Draft<'static>>,
}

impl Visit<'_> {
    fn run(&mut self, signs_up: bool) {
        self.go("/");
        // A third look at one page and leave.
        if !signs_up && self.rng.f64() < 0.34 {
            return;
        }
        let mut basket: Vec<&'static Product> = Vec::new();
        for _ in 0..STEPS_MAX {
            match self.rng.u32(0..100) {
                0..14 => self.search(),
                14..34 => self.category(),
                34..42 => self.button(),
                42..43 => self.error(),
                _ => self.look(&mut basket),
            }
            if self.rng.f64() < 0.16 {
                break;
            }
        }
        if signs_up {
            self.sign_up();
        }
        if !basket.is_empty() {
            self.check_out(&basket);
        }
    }

    fn go(&mut self, path: &str) {
        path.clone_into(&mut self.page);
        if self.landing.is_empty() {
            path.clone_into(&mut self.landing);
        }
        let properties = json!({ "page": path, "plan": self.person.plan });
        self.emit("page_view", &properties);
    }

    fn search(&mut self) {
        let query = *weighted(&mut self.rng, SEARCHES);
        let results = if query == "sofa" { 0 } else { self.rng.u32(1..40) };
        self.go("/search");
        self.emit("search", &json!({ "query": query, "results": results }));
    }

    fn category(&mut self) {
        let product = weighted(&mut self.rng, PRODUCTS);
        self.go(&format!("/category/{}", product.category));
    }

    fn button(&mut self) {
        let button = *weighted(&mut self.rng, BUTTONS);
        self.emit("button_click", &json!({ "button": button, "page": self.page }));
    }

    fn error(&mut self) {
        let message = *weighted(&mut self.rng, ERRORS);
        self.emit("error", &json!({ "message": message, "page": self.page }));
    }

    fn look(&mut self, basket: &mut Vec<&'static Product>) {
        let product = weighted(&mut self.rng, PRODUCTS);
        self.go(&format!("/product/{}", product.slug));
        self.emit("view_item", &item(product));
        // Cheap things are taken more easily.
        let tempting = if product.price_cents < 5_000 { 1.5 } else { 1.0 };
        if self.rng.f64() < 0.1 * tempting * self.person.device.buys {
            self.emit("add_to_cart", &item(product));
            basket.push(product);
        }
    }

    fn sign_up(&mut self) {
        self.go("/signup");
        self.known = true;
        self.emit("signup", &json!({ "plan": self.person.plan, "method": "email" }));
        let link = json!({
            "$anon_distinct_id": self.person.anonymous_id,
            "$set": { "plan": self.person.plan, "country": self.person.place.country },
        });
        self.emit("$identify", &link);
    }

    fn check_out(&mut self, basket: &[&Product]) {
        let known = if self.known { 1.25 } else { 1.0 };
        if self.rng.f64() > 0.52 * known {
            return;
        }
        self.go("/checkout");
        let cents: u64 = basket.iter().map(|product| product.price_cents).sum();
        let items = basket.len();
        let amount = cents as f64 / 100.0;
        self.emit("checkout_started", &json!({ "amount": amount, "items": items }));
        if self.rng.f64() > 0.58 * known {
            return;
        }
        let order_id = format!("order-{:08x}", self.rng.u32(..));
        let currency = self.person.place.currency;
        self.emit(
            "purchase",
            &json!({
                "order_id": order_id, "amount": amount, "currency": currency, "items": items,
                "plan": self.person.plan, "category": basket[0].category,
            }),
        );
        self.go("/thank-you");
    }

    fn emit(&mut self, event_type: &'static str, properties: &Json) {
        let random = self.rng.u128(..).to_be_bytes();
        let id = uuid::Builder::from_random_bytes(random).into_uuid();
        let properties = properties.to_string();
        let fields = self.fields();
        self.out.push(Draft {
            event_id: Some(id.to_string().into()),
            event_type: Some(event_type.into()),
            timestamp: Some(RawTime::Number(self.at.0 as f64)),
            bytes: properties.len() + fields.as_bytes().len(),
            fields,
            properties: Some(properties.into()),
            ..Draft::default()
        });
        // A few seconds on a page as a rule, minutes now and then.
        let think = -self.rng.f64().max(1e-6).ln() * 14_000.0;
        self.at.0 += 300 + think as i64;
    }

    /// In the order of the fields' codes, which is the fast one.
    fn fields(&self) -> Fields {
        let Person { place, device, anonymous_id, user_id, .. } = self.person;
        let mut fields = Fields::with_capacity(400);
        fields.set_some(Field::UserId, self.known.then_some(user_id));
        fields.set(Field::DistinctId, if self.known { user_id } else { anonymous_id });
        fields.set(Field::DeviceId, &self.person.device_id);
        fields.set(Field::SessionId, &self.session_id);
        fields.set(Field::Platform, "web");
        fields.set(Field::AppVersion, APP_VERSION);
        fields.set(Field::Os, device.os);
        fields.set_some(Field::OsVersion, Some(device.os_version).filter(|v| !v.is_empty()));
        fields.set(Field::Browser, device.browser);
        fields.set(Field::BrowserVersion, device.browser_version);
        fields.set(Field::DeviceType, device.kind);
        fields.set(Field::PageUrl, &format!("https://{HOST}{}", self.page));
        fields.set(Field::PagePath, &self.page);
        fields.set(Field::PageHost, HOST);
        fields.set_some(Field::Referrer, self.channel.referrer);
        fields.set(Field::ReferrerSource, self.channel.source);
        if let Some((source, medium, name)) = self.channel.campaign {
            fields.set(Field::UtmSource, source);
            fields.set(Field::UtmMedium, medium);
            fields.set(Field::UtmCampaign, name);
        }
        fields.set(Field::LandingPage, &self.landing);
        fields.set(Field::Country, place.country);
        fields.set(Field::City, place.city);
        fields
    }
}

fn item(product: &Product) -> Json {
    let mut item = Map::new();
    item.insert("product".into(), product.slug.into());
    item.insert("category".into(), product.category.into());
    item.insert("price".into(), (product.price_cents as f64 / 100.0).into());
    Json::Object(item)
}
