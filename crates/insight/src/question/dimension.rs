//! By what an answer is broken down.

use std::sync::Arc;

use crate::{Definition, Subject};

/// One thing to break down by.
#[derive(Clone, Debug, PartialEq)]
pub enum Dimension {
    /// The value of a field, a property or a person property.
    Value(Subject),
    /// Whether the person is in a cohort: true or false.
    Cohort(Arc<Definition>),
}

/// A breakdown by one to [`Breakdown::DIMENSIONS_MAX`] dimensions.
#[derive(Clone, Debug, PartialEq)]
pub struct Breakdown {
    /// The dimensions, in the order of the values in the answer.
    pub dimensions: Vec<Dimension>,
    /// How many of the largest values are shown; the rest is `other`.
    pub limit: usize,
}

impl Breakdown {
    /// Dimensions of one breakdown.
    pub const DIMENSIONS_MAX: usize = 3;
    /// Values shown when the question says nothing.
    pub const LIMIT_DEFAULT: usize = 25;
    /// Values shown at most.
    pub const LIMIT_MAX: usize = 1_000;
    /// Distinct values a breakdown may meet; beyond it the question is refused.
    pub const VALUES_MAX: usize = 100_000;
}
