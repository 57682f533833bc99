//! `kind: revenue`: money, by currency.

use std::sync::Arc;

use super::{Interval, Range, Selector};
use crate::Classes;

/// `kind: revenue`.
#[derive(Clone, Debug, PartialEq)]
pub struct Revenue {
    /// When.
    pub range: Range,
    /// Which events; without a name those of the class purchase. Only those with revenue count.
    pub selector: Selector,
    /// Also sums per bucket.
    pub interval: Option<Interval>,
    /// What counts as a purchase.
    pub classes: Arc<Classes>,
}
