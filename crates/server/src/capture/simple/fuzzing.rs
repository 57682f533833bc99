//! A fuzz target: simple events.

use event::json::elements;

use super::{item, parse};
use crate::fuzzing::{EVENTS_MAX, is_json, keeps, same, whole};

/// One event, and a batch of them.
pub fn simple(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let single = parse::single(text);
    assert!(single.is_err() || is_json(text), "{text} was read as JSON");
    if let Ok(parsed) = &single {
        whole(text, parsed);
        keeps(text, "properties", parsed);
    }
    let Ok(batch) = parse::batch(text, EVENTS_MAX) else { return };
    assert!((1..=EVENTS_MAX).contains(&batch.len()) && is_json(text), "{text}");
    let raws: Vec<&str> = elements(text).collect();
    assert_eq!(raws.len(), batch.len(), "events of {text}");
    for (raw, inside) in raws.into_iter().zip(&batch) {
        whole(raw, inside);
        keeps(raw, "properties", inside);
        // Alone a list is no wrong event but a wrong body.
        if !raw.starts_with('[') {
            same(raw, inside, &item(raw));
        }
    }
}
