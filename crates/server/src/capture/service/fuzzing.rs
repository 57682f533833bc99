//! A fuzz target: the analytics service.

use super::{bare, item};
use crate::fuzzing::{EVENTS_MAX, is_json, keeps, whole};

/// One event, the bare data of one, and a batch.
pub fn service(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for event_type in [None, Some("view"), Some("purchase")] {
        let Ok(event) = bare::whole(text, event_type) else { continue };
        assert!(is_json(&event), "{text}\nof {event_type:?} is {event}");
        let parsed = item(&event);
        whole(&event, &parsed);
        keeps(&event, "data", &parsed);
        if let (Some(event_type), Ok(draft)) = (event_type, &parsed) {
            assert_eq!(draft.event_type.as_deref(), Some(event_type), "{text}\nas {event}");
        }
    }
    let Ok(batch) = bare::batch(text, EVENTS_MAX) else { return };
    assert!((1..=EVENTS_MAX).contains(&batch.len()), "{text}");
    for raw in batch {
        let parsed = item(raw);
        whole(raw, &parsed);
        keeps(raw, "data", &parsed);
    }
}
