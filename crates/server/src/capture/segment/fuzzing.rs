//! A fuzz target: Segment's calls.

use event::Timestamp;

use super::parse::{Call, Envelope, alone, item, read};
use crate::fuzzing::{is_json, whole};

const NOW: Timestamp = Timestamp(1_790_857_800_000);

/// A batch, and one call of each kind.
pub fn segment(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let calls = [Call::Identify, Call::Track, Call::Page, Call::Screen, Call::Group, Call::Alias];
    for call in calls.into_iter().map(Some).chain([None]) {
        let Ok((envelope, items)) = Envelope::of(text, call) else { continue };
        assert!(!items.is_empty(), "{text}");
        for raw in items {
            let parsed = read(raw, &envelope);
            whole(raw, &parsed);
            let kept = alone(raw, &envelope, NOW);
            assert!(is_json(&kept), "{raw}\nalone is {kept}");
            match (&parsed, &item(&kept)) {
                (Ok(first), Ok(again)) => {
                    assert_eq!(first.event_type, again.event_type, "{raw}\nalone is {kept}");
                    let (first, again) = (first.fields.as_bytes(), again.fields.as_bytes());
                    assert_eq!(first, again, "{raw}\nalone is {kept}");
                }
                (Err(first), Err(again)) => assert_eq!(first.code(), again.code(), "{kept}"),
                (_, again) => panic!("{raw}\nis {parsed:?}\nand alone {kept}\nis {again:?}"),
            }
        }
    }
}
