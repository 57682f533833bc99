//! A fuzz target: mobile analytics.

use event::json::elements;

use super::{item, parse};
use crate::fuzzing::{EVENTS_MAX, is_json, keeps, whole};

/// One event, a batch of them, and the start of a session.
pub fn mobile(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(raw) = parse::single(text) {
        let parsed = item(raw);
        whole(raw, &parsed);
        keeps(raw, "properties", &parsed);
    }
    if let Ok(started) = parse::start(text, 200) {
        whole(text, &started);
        let event = parse::start_as_event(text);
        assert!(is_json(&event), "{text}\nas an event is {event}");
        if let Ok(draft) = item(&event) {
            assert_eq!(draft.event_type.as_deref(), Some("session_start"), "{event}");
        }
    }
    let Ok(raw) = parse::batch(text, EVENTS_MAX) else { return };
    assert!((1..=EVENTS_MAX).contains(&elements(raw).count()), "{text}");
    for raw in elements(raw) {
        assert!(is_json(raw), "{raw} of {text}");
        whole(raw, &item(raw));
    }
}
