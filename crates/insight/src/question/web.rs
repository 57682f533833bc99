//! `kind: web`: a site at one glance.

use std::sync::Arc;

use super::Range;
use crate::{Classes, Filter};

/// `kind: web`.
#[derive(Clone, Debug, PartialEq)]
pub struct Web {
    /// When.
    pub range: Range,
    /// Which page and screen views.
    pub filter: Filter,
    /// Also the headline figures of the period before.
    pub compare: bool,
    /// Lines of each table, 1 to 100.
    pub limit: usize,
    /// What counts as a view.
    pub classes: Arc<Classes>,
}
