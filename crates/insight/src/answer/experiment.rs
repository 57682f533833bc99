//! What persons did after they saw a variant.

use crate::exact::Spread;

/// Answer to `experiment`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExperimentAnswer {
    /// Persons that saw any of the variants.
    pub exposed: u64,
    /// Those of them that saw several; they are in no variant.
    pub multiple: u64,
    /// The variants, as in the question.
    pub variants: Vec<VariantFigures>,
}

/// One variant.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantFigures {
    /// Its key.
    pub variant: String,
    /// Persons that saw it and no other.
    pub persons: u64,
    /// The goals, as in the question.
    pub goals: Vec<GoalFigures>,
}

/// One goal of one variant.
#[derive(Clone, Debug, PartialEq)]
pub struct GoalFigures {
    /// Persons with such an event, or with a number in one.
    pub achieved: u64,
    /// The number per person; none of a conversion.
    pub spread: Option<Spread>,
}
