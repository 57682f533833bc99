//! `kind: stickiness`: on how many days persons are active.

use super::{Interval, Range, Selector};

/// `kind: stickiness`.
#[derive(Clone, Debug, PartialEq)]
pub struct Stickiness {
    /// When.
    pub range: Range,
    /// Width of a period.
    pub interval: Interval,
    /// What counts as being active.
    pub selector: Selector,
}
