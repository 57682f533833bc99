//! `kind: lifecycle`: who is new, comes back, or stays away.

use super::{Interval, Range, Selector};

/// `kind: lifecycle`.
#[derive(Clone, Debug, PartialEq)]
pub struct Lifecycle {
    /// When.
    pub range: Range,
    /// Width of a period.
    pub interval: Interval,
    /// What counts as being active.
    pub selector: Selector,
}
