//! Bounds of events and requests.

use event::Limits;

use super::{Problems, Settings};

/// The limits, from their section.
pub(super) fn limits(settings: &Settings, problems: &mut Problems) -> Limits {
    let limits = Limits {
        event_type_chars: settings.size("limits.event_type_chars_max"),
        id_chars: settings.size("limits.id_chars_max"),
        event_bytes: settings.size("limits.event_bytes_max"),
        properties_depth: settings.size("limits.properties_depth_max"),
        properties_keys: settings.size("limits.properties_keys_max"),
        batch_events: settings.size("limits.batch_events_max"),
        body_bytes: settings.size("limits.body_bytes_max"),
    };
    if limits.event_bytes > limits.body_bytes {
        let (event, body) = (limits.event_bytes, limits.body_bytes);
        problems.add(
            &settings.get("limits.event_bytes_max").1,
            format!("limits.event_bytes_max is {event}, more than limits.body_bytes_max ({body})"),
        );
    }
    limits
}
