//! Random events.

use event::{Dialect, Event, EventId, Field, Marks, Micros, Source, Timestamp};
use serde_json::{Value as Json, json};

use super::{BEGIN, DAYS, Random};
use crate::store_contract::sample::{DAY, HOUR, event};

/// Distinct ids, which are also what links and questions name. `busy` has the most events; some
/// may not stand for a person.
pub(super) const IDS: &[&str] = &[
    "u1", "u2", "u3", "ann", "bob", "a1", "a2", "a3", "a4", "b7", "c-9", "é", "zz", "guest", "busy",
];
/// Event types; a world has the first few of them, or all and many more.
pub(super) const TYPES: &[&str] = &[
    "A",
    "B",
    "page_view",
    "C",
    "$identify",
    "purchase",
    "$set",
    "error",
    "$create_alias",
    "$pageview",
    "screen",
    "performance",
    "$exception",
    "$web_vitals",
    "like",
    "D d\"é",
    "$set_once",
    "$feature_flag_called",
    "$feature_flag_called",
];

/// When events happen.
#[derive(Clone, Copy, Debug)]
enum Moments {
    /// At few moments of three days.
    Few,
    /// On any of the days.
    Any,
    /// In the order of telling, some days late.
    Ascending,
}

/// What the events of one world are like.
#[derive(Clone, Debug)]
pub struct Flavour {
    tenants: Vec<&'static str>,
    types: Vec<String>,
    ids: Vec<String>,
    moments: Moments,
    /// Five times as many events have one that carries another id; 0 when none does.
    links: u32,
    /// One in so many is days late.
    late: u32,
    /// Whether events set properties of their persons.
    sets: bool,
    /// All events there will be, about: they are told by day.
    events: u128,
}

impl Flavour {
    /// Of a world with about so many events.
    pub fn new(random: &mut Random, events: u128) -> Self {
        let tenants = random.pick(&[&["a"][..], &["a", "ab"], &["a", "ab", "b"]]).to_vec();
        let few = random.rng.usize(5..=TYPES.len());
        let mut types: Vec<String> = TYPES[..few].iter().map(|name| (*name).into()).collect();
        if random.once(3) {
            types.extend((0..90).map(|n| format!("type {n}")));
        }
        let mut ids: Vec<String> = IDS.iter().map(|id| (*id).to_owned()).collect();
        if random.once(2) {
            ids.extend((0..random.rng.u32(20..200)).map(|n| format!("person {n}")));
        }
        let moments = random.pick(&[Moments::Few, Moments::Any, Moments::Ascending]);
        let (links, late) = (random.pick(&[3, 12, 60]), random.pick(&[3, 20]));
        Self { tenants, types, ids, moments, links, late, sets: true, events }
    }

    /// The same, but nobody is linked with anybody.
    pub fn without_links(self) -> Self {
        let Self { mut types, .. } = self;
        types.retain(|name| !["$identify", "$create_alias"].contains(&name.as_str()));
        Self { types, links: 0, ..self }
    }

    /// A tenant; now and then one that has nothing.
    pub fn tenant(&self, random: &mut Random) -> &'static str {
        if random.once(20) { "nobody" } else { random.pick(&self.tenants) }
    }

    /// The event of that number; numbers ascend in the order of telling.
    pub fn event(&self, random: &mut Random, number: u128) -> Event {
        let of = random.pick(&self.tenants);
        let kind = match random.once(4) {
            true => random.pick(&self.types[..4]),
            false => random.pick(&self.types),
        };
        let who = match random.rng.u8(..16) {
            0 => None,
            1 => Some(String::new()),
            2..5 => Some("busy".to_owned()),
            5..9 => Some(random.pick(IDS).to_owned()),
            _ => Some(random.pick(&self.ids)),
        };
        let at = self.moment(random, number);
        let mut event = event(of, number, &kind, at, who.as_deref());
        // Ids do not ascend with time nor with the order of telling.
        event.id = EventId::from_u128(number << 3 ^ (random.rng.u128(..) << 40));
        event.received_at = Timestamp(BEGIN + (number * 1_000) as i64);
        event.dialect = random.pick(Dialect::ALL);
        event.source = random.pick(Source::ALL);
        event.marks = Marks::from_bits(random.rng.u32(..32));
        self.fields(random, &mut event, &kind);
        let properties = self.properties(random, &kind);
        event.properties = properties.into();
        event
    }

    fn moment(&self, random: &mut Random, number: u128) -> i64 {
        let now = BEGIN + number as i64 * DAYS * DAY / self.events.max(1) as i64;
        match self.moments {
            Moments::Few => {
                let (day, hour) = (random.rng.i64(4..7), random.pick(&[0, 0, 1, 22, 23]));
                let minute = random.pick(&[0, 30, 59]);
                let past = random.pick(&[0, 0, 1, 59_999]);
                BEGIN + day * DAY + hour * HOUR + minute * 60_000 + past
            }
            Moments::Any => random.moment(),
            Moments::Ascending if random.once(self.late) => random.moment().min(now),
            Moments::Ascending if random.once(3) => now / HOUR * HOUR,
            Moments::Ascending => now - random.rng.i64(0..3 * HOUR),
        }
    }

    fn fields(&self, random: &mut Random, event: &mut Event, kind: &str) {
        let mut set = |random: &mut Random, field, times, of: &[&str]| {
            if random.once(times) {
                event.fields.set(field, random.pick(of));
            }
        };
        set(random, Field::SessionId, 2, &["s1", "s2", "s3", "", "u1"]);
        if self.links > 0 {
            let times = 5 * self.links;
            set(random, Field::UserId, times, &["u1", "u2", "ann", "bob", "guest", ""]);
            set(random, Field::DeviceId, times, &["a1", "a2", "a3", "d1"]);
        }
        set(random, Field::PagePath, 2, &["/a", "/b", "/c", "/d", ""]);
        set(random, Field::Country, 3, &["DE", "FR", ""]);
        set(random, Field::ReferrerSource, 3, &["search", "direct", "social"]);
        set(random, Field::Referrer, 4, &["https://x.example/", "https://y.example/"]);
        set(random, Field::UtmSource, 4, &["x", "y"]);
        set(random, Field::DeviceType, 3, &["mobile", "desktop"]);
        set(random, Field::Browser, 3, &["Firefox", "Safari", "chrome"]);
        let pays = kind == "purchase" || random.once(6);
        if pays {
            set(random, Field::Currency, 2, &["EUR", "USD", ""]);
            let amounts = [1_000_000, 100_000, -2_500_000, 0, 9_990_000, 1, 1_000_000_000_000];
            event.revenue = (!random.once(4)).then(|| Micros(random.pick(&amounts)));
        }
    }

    fn properties(&self, random: &mut Random, kind: &str) -> String {
        let mut parts = values(random);
        let mut add = |name: &str, value: Json| parts.push(format!("{}:{value}", json!(name)));
        if kind == "$identify" || random.once(40) {
            add("$anon_distinct_id", json!(random.pick(IDS)));
        }
        if kind == "$create_alias" || random.once(40) {
            add("alias", json!(random.pick(IDS)));
        }
        for name in ["$set", "$set_once", "traits"] {
            if self.sets && random.once(6) {
                let plans = [json!("pro"), json!("free"), json!(1), json!(null), json!({"x": 1})];
                let plan = random.pick(&plans);
                add(name, json!({"plan": plan, "n": random.rng.u8(..4)}));
            }
        }
        if kind == "$feature_flag_called" {
            add("$feature_flag", json!(random.pick(&["f", "f", "f", "g"])));
            let answers = [json!("a"), json!("b"), json!("c"), json!(true)];
            add("$feature_flag_response", random.pick(&answers));
        }
        if ["error", "$exception", "A"].contains(&kind) {
            error(random, &mut add);
        }
        if kind != "page_view" && random.once(3) {
            let numbers = [json!(100), json!(250.5), json!("300"), json!("x"), json!(1e30)];
            for name in ["loadTime", "load_time", "lcp", "$web_vitals_LCP_value", "cls"] {
                if random.once(3) {
                    add(name, random.pick(&numbers));
                }
            }
        }
        random.rng.shuffle(&mut parts);
        format!("{{{}}}", parts.join(","))
    }
}

/// Properties of many types under few names.
fn values(random: &mut Random) -> Vec<String> {
    const NUMBERS: &[&str] = &[
        "1",
        "2",
        "2.5",
        "-3.1234565",
        "0",
        "-0.0",
        "1e19",
        "-1e20",
        "0.0000005",
        "\"7\"",
        "\"nan\"",
        "\"x\"",
        "null",
        "[1]",
        "9007199254740993",
        "true",
    ];
    const VALUES: &[&str] = &[
        "\"a\"",
        "\"b\"",
        "\"1\"",
        "1",
        "1.0",
        "null",
        "\"\"",
        "true",
        "\"true\"",
        "{\"z\":1}",
        "\"null\"",
        "123456789012345678901",
        "\"123456789012345678901\"",
        "\"\\u0061\"",
    ];
    const NESTED: &[&str] = &["{\"b\":1}", "{\"b\":{\"c\":\"x\"}}", "{\"b\":[1,2]}", "7", "{}"];
    let mut parts = Vec::new();
    for (name, of) in [("n", NUMBERS), ("v", VALUES), ("a", NESTED), ("a.b", VALUES)] {
        let times = if name.starts_with('a') { 4 } else { 2 };
        if random.once(times) {
            parts.push(format!("\"{name}\":{}", random.pick(of)));
        }
    }
    if random.once(3) {
        parts.push(format!("\"w\":{}", random.rng.u8(..12)));
    }
    if random.once(30) {
        // A name that is there twice, and one written with an escape.
        parts.push("\"v\":\"twice\"".to_owned());
        parts.push("\"\\u0077\":\"escaped\"".to_owned());
    }
    parts
}

fn error(random: &mut Random, add: &mut impl FnMut(&str, Json)) {
    let texts = [
        json!("boom"),
        json!("no item 17"),
        json!("no item 4711"),
        json!(""),
        json!(null),
        json!(7),
        json!(9_007_199_254_740_993_u64),
        json!("9007199254740993"),
    ];
    for name in ["name", "$exception_type", "message", "error_message", "filename", "source"] {
        if random.once(3) {
            add(name, random.pick(&texts));
        }
    }
    let stacks = ["E\n at f (a.js:1:2)", "E\n at f (a.js:3:4)", "nothing", "g@b.js:1", ""];
    for name in ["stack", "stack_trace"] {
        if random.once(3) {
            add(name, json!(random.pick(&stacks)));
        }
    }
}
