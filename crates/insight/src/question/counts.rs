//! `kind: counts`: events and persons per event type.

use super::{Range, Selector};

/// `kind: counts`.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    /// When.
    pub range: Range,
    /// Which.
    pub selector: Selector,
}
