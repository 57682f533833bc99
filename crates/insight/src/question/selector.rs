//! Which events a question is about.

use crate::Filter;

/// Event types that change what is known of persons or flags rather than tell what somebody did.
/// A selector of any event never matches them; one that names them does.
pub const SILENT: &[&str] =
    &["$groupidentify", "$identify", "$create_alias", "$set", "$set_once", "$feature_flag_called"];

/// Which events: by name and by filter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selector {
    /// The event type, or any but the [`SILENT`] ones.
    pub event: Option<String>,
    /// Further conditions.
    pub filter: Filter,
}

impl Selector {
    /// Whether it takes events of this type, the filter aside.
    pub fn takes(&self, event_type: &str) -> bool {
        match &self.event {
            Some(name) => name == event_type,
            None => !SILENT.contains(&event_type),
        }
    }

    /// A name for it where the question gives none.
    pub fn name(&self) -> String {
        self.event.clone().unwrap_or_else(|| "any event".into())
    }
}
