//! Bounds of an event. The defaults are the documented ones; a deployment may change them.

/// How large and how deep an event may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Characters of `event_type`.
    pub event_type_chars: usize,
    /// Characters of an identifier (user, distinct, device, session, event id).
    pub id_chars: usize,
    /// Bytes of one event as sent, all fields together.
    pub event_bytes: usize,
    /// Nesting of `properties`; the object itself is level 1.
    pub properties_depth: usize,
    /// Keys in `properties`, counted on all levels.
    pub properties_keys: usize,
    /// Events in one batch.
    pub batch_events: usize,
    /// Bytes of a request body after decompression.
    pub body_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            event_type_chars: 200,
            id_chars: 200,
            event_bytes: 64 * 1024,
            properties_depth: 16,
            properties_keys: 500,
            batch_events: 1_000,
            body_bytes: 20 * 1024 * 1024,
        }
    }
}
