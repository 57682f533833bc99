//! `kind: events`: single events.

use super::{Range, Selector};
use crate::Cursor;

/// `kind: events`.
#[derive(Clone, Debug, PartialEq)]
pub struct Events {
    /// When.
    pub range: Range,
    /// Which.
    pub selector: Selector,
    /// At most so many, 1 to 1,000.
    pub limit: usize,
    /// Newest or oldest first.
    pub order: Order,
    /// Go on behind this event.
    pub after: Option<Cursor>,
}

/// The order of a list of events; ties go by event id in the same direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Latest first.
    #[default]
    Newest,
    /// Earliest first.
    Oldest,
}
