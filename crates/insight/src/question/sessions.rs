//! `kind: sessions`: visits, their length and how many bounce.

use std::sync::Arc;

use super::{Interval, Range, Selector};
use crate::Classes;

/// `kind: sessions`.
#[derive(Clone, Debug, PartialEq)]
pub struct Sessions {
    /// When sessions start.
    pub range: Range,
    /// Sessions with at least one such event.
    pub selector: Selector,
    /// Also figures per bucket of the sessions' start.
    pub interval: Option<Interval>,
    /// Also so many single sessions, latest start first; 0 to 1,000.
    pub list: usize,
    /// What counts as a page view, and what as interactive.
    pub classes: Arc<Classes>,
}
