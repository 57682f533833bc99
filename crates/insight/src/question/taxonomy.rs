//! `kind: taxonomy`: which events and properties were ever seen.

use super::Range;

/// `kind: taxonomy`: over all stored events.
#[derive(Clone, Debug, PartialEq)]
pub struct Taxonomy {
    /// All time.
    pub range: Range,
    /// Only properties of this event type.
    pub event: Option<String>,
    /// Names shown of each kind, 1 to 1,000.
    pub limit: usize,
}
