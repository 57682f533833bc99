//! `kind: errors`: what goes wrong, grouped.

use std::sync::Arc;

use super::Range;
use crate::{Classes, Filter};

/// `kind: errors`.
#[derive(Clone, Debug, PartialEq)]
pub struct Errors {
    /// When.
    pub range: Range,
    /// Which error events.
    pub filter: Filter,
    /// Groups shown, 1 to 1,000.
    pub limit: usize,
    /// What counts as an error.
    pub classes: Arc<Classes>,
}
