//! `kind: experiment`: what persons did after they first saw a variant of a flag.

use super::{Range, Selector};
use crate::{Filter, Op, Operand, Predicate, Subject};

/// The event type that tells that a person was shown an answer of a flag.
const EXPOSURE: &str = "$feature_flag_called";

/// `kind: experiment`.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// When; exposures and goals lie in it.
    pub range: Range,
    /// The key of the flag.
    pub flag: String,
    /// The variants that are compared, 1 to [`Experiment::VARIANTS_MAX`], each once.
    pub variants: Vec<String>,
    /// What is measured, 1 to [`Experiment::GOALS_MAX`].
    pub goals: Vec<Goal>,
}

/// One thing that is measured of every person that saw a variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// Its name in the answer.
    pub name: String,
    /// The events it is about: those at or behind the person's first exposure.
    pub selector: Selector,
    /// What of them.
    pub measure: GoalMeasure,
}

/// What of a person's goal events is measured.
#[derive(Clone, Debug, PartialEq)]
pub enum GoalMeasure {
    /// Whether there is any.
    Conversion,
    /// How many there are, 0 included.
    Count,
    /// The sum of a number in them, 0 where there is none.
    Sum(Subject),
    /// The mean of a number in them; persons without one do not count.
    Mean(Subject),
}

impl GoalMeasure {
    /// The names on the wire.
    pub const NAMES: &'static [&'static str] = &["conversion", "count", "sum", "mean"];

    /// The name on the wire.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Conversion => "conversion",
            Self::Count => "count",
            Self::Sum(_) => "sum",
            Self::Mean(_) => "mean",
        }
    }

    /// The number it is about.
    pub fn subject(&self) -> Option<&Subject> {
        match self {
            Self::Conversion | Self::Count => None,
            Self::Sum(subject) | Self::Mean(subject) => Some(subject),
        }
    }
}

impl Experiment {
    /// Variants of one experiment.
    pub const VARIANTS_MAX: usize = 50;
    /// Goals of one experiment.
    pub const GOALS_MAX: usize = 10;

    /// The events that expose a person to a variant.
    pub fn exposure(&self, variant: &str) -> Selector {
        let is = |name: &str, value: &str| {
            Filter::Is(Predicate {
                subject: Subject::Property(name.to_owned()),
                op: Op::Is,
                operands: vec![Operand::Text(value.to_owned())],
            })
        };
        let response = is("$feature_flag_response", variant);
        let filter = Filter::All(vec![is("$feature_flag", &self.flag), response]);
        Selector { event: Some(EXPOSURE.to_owned()), filter }
    }
}
