//! What the types of S3 must have, in the versions of its schema.
//!
//! Version 1.1.0 adds optional fields to 1.0.0 and changes none, so data of both is one shape: what
//! an old event does not know is absent, and nothing has to be rewritten when it is read.

use event::{Micros, Reason, json::entries};

use super::super::wire::{name, number, object, text};

/// The version of an event that names none.
pub(super) const NEWEST: &str = "1.1.0";
/// All that are taken.
const VERSIONS: [&str; 2] = ["1.0.0", NEWEST];

/// The version an event is of.
pub(super) fn version(raw: Option<&str>) -> Result<&'static str, Reason> {
    let Some(version) = text("schemaVersion", raw)? else { return Ok(NEWEST) };
    let known = VERSIONS.into_iter().find(|known| *known == version);
    known.ok_or_else(|| Reason::invalid("schemaVersion", "is not known, use 1.0.0 or 1.1.0"))
}

/// Everything in the data of an event that means something here.
const KNOWN: [&str; 16] = [
    "contentType",
    "contentId",
    "targetType",
    "targetId",
    "action",
    "orderId",
    "streamId",
    "viewDuration",
    "scrollDepth",
    "metadata",
    "amount",
    "quantity",
    "currency",
    "deviceId",
    "url",
    "referrer",
];

/// The known fields of the data of an event, raw, found in one walk; of a key that is there twice
/// the last counts.
#[derive(Default)]
pub(super) struct Data<'a>([Option<&'a str>; KNOWN.len()]);

impl<'a> Data<'a> {
    pub(super) fn of(raw: &'a str) -> Self {
        let mut data = Self::default();
        for (key, value) in entries(raw) {
            let key = name(key);
            if let Some(at) = KNOWN.iter().position(|known| *known == key) {
                data.0[at] = Some(value);
            }
        }
        data
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        KNOWN.iter().position(|known| *known == key).and_then(|at| self.0[at])
    }
}

/// Texts that the data of a type must have: name in the data, name in a reason.
fn required(event_type: &str) -> &'static [(&'static str, &'static str)] {
    match event_type {
        "view" => &[("contentType", "data.contentType"), ("contentId", "data.contentId")],
        "engagement" => &[
            ("action", "data.action"),
            ("targetType", "data.targetType"),
            ("targetId", "data.targetId"),
        ],
        "purchase" => &[("orderId", "data.orderId")],
        "stream" => &[("streamId", "data.streamId"), ("action", "data.action")],
        "session" => &[("action", "data.action")],
        _ => &[],
    }
}

/// Money of a purchase.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Paid {
    pub(super) revenue: Option<Micros>,
    pub(super) currency: Option<String>,
}

/// Checks the data of an event against its type; what a purchase was worth.
pub(super) fn check(event_type: &str, data: &Data<'_>) -> Result<Paid, Reason> {
    for (key, field) in required(event_type) {
        if text(field, data.get(key))?.is_none() {
            return Err(Reason::missing(*field));
        }
    }
    match event_type {
        "view" => {
            number("data.viewDuration", data.get("viewDuration"))?;
            number("data.scrollDepth", data.get("scrollDepth"))?;
        }
        "engagement" => {
            object("data.metadata", data.get("metadata"))?;
        }
        "session" => session(data)?,
        "purchase" => return purchase(data),
        _ => {}
    }
    Ok(Paid::default())
}

fn session(data: &Data<'_>) -> Result<(), Reason> {
    let action = text("data.action", data.get("action"))?;
    match action.as_deref() {
        Some("start" | "end" | "heartbeat") => Ok(()),
        _ => Err(Reason::invalid("data.action", "must be start, end or heartbeat")),
    }
}

fn purchase(data: &Data<'_>) -> Result<Paid, Reason> {
    let amount = data.get("amount");
    let Some(amount) = number("data.amount", amount)? else {
        return Err(Reason::missing("data.amount"));
    };
    if amount < 0.0 {
        return Err(Reason::invalid("data.amount", "must not be negative"));
    }
    let quantity = number("data.quantity", data.get("quantity"))?.unwrap_or(1.0);
    if quantity < 1.0 {
        return Err(Reason::invalid("data.quantity", "must be at least 1"));
    }
    let currency = text("data.currency", data.get("currency"))?;
    let currency = currency.as_deref().unwrap_or("USD");
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Err(Reason::invalid("data.currency", "must be three letters of ISO 4217"));
    }
    let revenue = Micros::from_f64(amount * quantity);
    if revenue.is_none() {
        return Err(Reason::invalid("data.amount", "is beyond every sum of money"));
    }
    Ok(Paid { revenue, currency: Some(currency.to_ascii_uppercase()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_all(event_type: &str, data: &str, expected: Result<Option<(i64, &str)>, &str>) {
        let got = check(event_type, &Data::of(data))
            .map(|paid| paid.revenue.map(|revenue| (revenue.0, paid.currency.unwrap_or_default())));
        let got = got.map_err(|reason| reason.to_string());
        let expected = expected.map(|paid| paid.map(|(sum, of)| (sum, of.to_owned())));
        assert_eq!(got, expected.map_err(str::to_owned), "{event_type} {data}");
    }

    #[test]
    fn types_have_what_they_need() {
        check_all("view", r#"{"contentType":"post","contentId":"p"}"#, Ok(None));
        check_all("view", r#"{"contentType":"post"}"#, Err("data.contentId is required"));
        check_all("view", r#"{"contentType":7}"#, Err("data.contentType must be a string"));
        check_all("view", r#"{"contentType":""}"#, Err("data.contentType is required"));
        let long = r#"{"contentType":"a","contentId":"b","viewDuration":"long"}"#;
        check_all("view", long, Err("data.viewDuration must be a number"));
        check_all("engagement", r#"{"action":"like"}"#, Err("data.targetType is required"));
        let meta = r#"{"action":"like","targetType":"a","targetId":"b","metadata":[]}"#;
        check_all("engagement", meta, Err("data.metadata must be an object"));
        check_all("stream", r#"{"streamId":"s","action":"join"}"#, Ok(None));
        check_all("stream", r#"{"streamId":"s"}"#, Err("data.action is required"));
        check_all("session", r#"{"action":"heartbeat"}"#, Ok(None));
        let pause = r#"{"action":"pause"}"#;
        check_all("session", pause, Err("data.action must be start, end or heartbeat"));
        check_all("anything", "{}", Ok(None));
    }

    #[test]
    fn a_purchase_is_worth_amount_times_quantity() {
        let of = |rest: &str| format!(r#"{{"orderId":"o"{rest}}}"#);
        check_all("purchase", &of(r#","amount":29.99"#), Ok(Some((29_990_000, "USD"))));
        let three = of(r#","amount":29.99,"quantity":3,"currency":"eur""#);
        check_all("purchase", &three, Ok(Some((89_970_000, "EUR"))));
        check_all("purchase", &of(r#","amount":0,"quantity":null"#), Ok(Some((0, "USD"))));
        check_all("purchase", &of(""), Err("data.amount is required"));
        check_all("purchase", &of(r#","amount":"1""#), Err("data.amount must be a number"));
        check_all("purchase", &of(r#","amount":-1"#), Err("data.amount must not be negative"));
        check_all("purchase", &of(r#","amount":1e400"#), Err("data.amount is beyond every number"));
        let sum = of(r#","amount":1e300"#);
        check_all("purchase", &sum, Err("data.amount is beyond every sum of money"));
        let none = of(r#","amount":1,"quantity":0"#);
        check_all("purchase", &none, Err("data.quantity must be at least 1"));
        let dollars = of(r#","amount":1,"currency":"$""#);
        check_all("purchase", &dollars, Err("data.currency must be three letters of ISO 4217"));
        check_all("purchase", r#"{"amount":1}"#, Err("data.orderId is required"));
    }

    #[test]
    fn versions_are_told() {
        assert_eq!(version(None), Ok("1.1.0"));
        assert_eq!(version(Some("null")), Ok("1.1.0"));
        assert_eq!(version(Some("\"1.0.0\"")), Ok("1.0.0"));
        assert!(version(Some("\"2.0.0\"")).is_err());
        assert!(version(Some("1.1")).is_err());
    }
}
