//! Bodies to the texts of their events: an event as it is, the bare data of one, a batch.

use std::borrow::Cow;

use event::{
    Code,
    json::{elements, entries, unescape},
};

use super::super::wire;
use crate::Problem;

/// Fields of the event that may stand beside its bare data.
const LIFTED: [&str; 7] =
    ["eventId", "eventType", "userId", "sessionId", "timestamp", "platform", "schemaVersion"];

/// The event of a body. On the route of a type the body may be its bare data, with the fields of
/// the event among it.
pub(super) fn whole<'a>(text: &'a str, event_type: Option<&str>) -> Result<Cow<'a, str>, Problem> {
    let event = wire::json(text)?;
    if !event.starts_with('{') {
        let detail = "body must be one event; send {\"events\": [..]} to events/batch";
        return Err(Problem::new(Code::InvalidType, detail));
    }
    let Some(event_type) = event_type else { return Ok(Cow::Borrowed(event)) };
    let (mut is_whole, mut own_type) = (false, None);
    for (key, value) in entries(event) {
        match &*wire::name(key) {
            "data" => is_whole = value.starts_with('{'),
            "eventType" => own_type = wire::present(Some(value)),
            _ => {}
        }
    }
    if let Some(own) = own_type
        && unescape(own).as_deref() != Some(event_type)
    {
        let detail = format!("eventType must be \"{event_type}\" here");
        return Err(Problem::new(Code::InvalidValue, detail).about("eventType"));
    }
    Ok(match (is_whole, own_type) {
        (true, Some(_)) => Cow::Borrowed(event),
        (true, None) => Cow::Owned(typed(event, event_type)),
        (false, _) => Cow::Owned(around(event, event_type)),
    })
}

/// An event that does not tell its type, with it.
fn typed(event: &str, event_type: &str) -> String {
    let mut out = String::with_capacity(event.len() + 32);
    out.push('{');
    for (key, value) in entries(event).filter(|(key, _)| wire::name(key) != "eventType") {
        push(&mut out, key, value);
    }
    finish(out, event_type, None)
}

/// An event around its bare data.
fn around(data: &str, event_type: &str) -> String {
    let mut out = String::with_capacity(data.len() + 64);
    let mut rest = String::with_capacity(data.len());
    out.push('{');
    rest.push('{');
    for (key, value) in entries(data) {
        match &*wire::name(key) {
            "eventType" => {}
            // Keys of ours that clients put into bodies are never stored.
            name if wire::is_key(name) => {}
            name if LIFTED.contains(&name) => push(&mut out, key, value),
            _ => push(&mut rest, key, value),
        }
    }
    rest.push('}');
    finish(out, event_type, Some(&rest))
}

fn push(out: &mut String, key: &str, value: &str) {
    if out.len() > 1 {
        out.push(',');
    }
    out.push_str(key);
    out.push(':');
    out.push_str(value);
}

/// Ends an object with the type of its event and its data. The types are plain words of ours.
fn finish(mut out: String, event_type: &str, data: Option<&str>) -> String {
    push(&mut out, "\"eventType\"", &format!("\"{event_type}\""));
    if let Some(data) = data {
        push(&mut out, "\"data\"", data);
    }
    out.push('}');
    out
}

/// The texts of the events of a batch.
pub(super) fn batch(text: &str, events_max: usize) -> Result<Vec<&str>, Problem> {
    let body = wire::json(text)?;
    let events = entries(body).filter(|(key, _)| wire::name(key) == "events").last();
    let events = match events {
        Some((_, events)) if events.starts_with('[') => events,
        Some(_) => {
            return Err(Problem::new(Code::InvalidType, "events must be an array").about("events"));
        }
        None if body.starts_with('{') => {
            return Err(Problem::new(Code::MissingField, "events is required").about("events"));
        }
        None => {
            let detail = "body must be an object with an array of events: {\"events\": [..]}";
            return Err(Problem::new(Code::InvalidType, detail));
        }
    };
    match elements(events).count() {
        0 => Err(Problem::new(Code::EmptyBatch, "batch has no events")),
        count if count > events_max => Err(Problem::new(
            Code::BatchTooLarge,
            format!("batch has {count} events, the limit is {events_max}"),
        )),
        _ => Ok(elements(events).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: Result<&str, &str>) {
        let got = whole(body, Some("view"));
        let got = got.as_deref().map_err(|problem| &*problem.detail);
        assert_eq!(got, expected, "{body}");
    }

    #[test]
    fn bare_data_becomes_an_event() {
        check(r#"{"contentId":"p"}"#, Ok(r#"{"eventType":"view","data":{"contentId":"p"}}"#));
        check(
            r#" { "userId": "u", "a" : [1, 2], "sch\u0065maVersion":"1.0.0", "token":"t" } "#,
            Ok(
                r#"{"userId":"u","sch\u0065maVersion":"1.0.0","eventType":"view","data":{"a":[1, 2]}}"#,
            ),
        );
        check(r#"{"data":7,"b":1}"#, Ok(r#"{"eventType":"view","data":{"data":7,"b":1}}"#));
        check("{}", Ok(r#"{"eventType":"view","data":{}}"#));
    }

    #[test]
    fn whole_events_keep_their_form() {
        let event = r#"{"eventType":"view","data":{"eventType":"x"},"more":1}"#;
        check(event, Ok(event));
        check(r#"{"data":{}}"#, Ok(r#"{"data":{},"eventType":"view"}"#));
        check(r#"{"eventType":null,"data":{}}"#, Ok(r#"{"data":{},"eventType":"view"}"#));
    }

    #[test]
    fn another_type_is_refused() {
        let refused = Err("eventType must be \"view\" here");
        check(r#"{"eventType":"purchase","data":{}}"#, refused);
        check(r#"{"eventType":7}"#, refused);
        check("[]", Err("body must be one event; send {\"events\": [..]} to events/batch"));
    }
}
