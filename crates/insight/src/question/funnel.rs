//! `kind: funnel`: how many get through a row of steps.

use super::{Breakdown, Interval, Range, Selector};

/// `kind: funnel`.
#[derive(Clone, Debug, PartialEq)]
pub struct Funnel {
    /// When; all events of the funnel lie in it.
    pub range: Range,
    /// 2 to 20 steps.
    pub steps: Vec<Step>,
    /// Longest time from an attempt's first step to any other, both ends included.
    pub window_ms: i64,
    /// In which order.
    pub order: StepOrder,
    /// Events that void an attempt.
    pub exclusions: Vec<Exclusion>,
    /// Each step once per value.
    pub breakdown: Option<Breakdown>,
    /// Which of a person's values counts.
    pub attribution: Attribution,
    /// Whose events make an attempt.
    pub per: Per,
    /// Also conversion by the time of the first step.
    pub trend: Option<Interval>,
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its name in the answer.
    pub name: String,
    /// Which events.
    pub selector: Selector,
    /// Whether it may be left out.
    pub optional: bool,
}

/// The order of steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepOrder {
    /// In order, anything may lie between.
    #[default]
    Ordered,
    /// In order, nothing else of that person may lie between.
    Strict,
    /// In any order.
    Unordered,
}

impl StepOrder {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::Strict => "strict",
            Self::Unordered => "unordered",
        }
    }
}

/// Events that void an attempt that has reached step `from` and not yet step `to`.
#[derive(Clone, Debug, PartialEq)]
pub struct Exclusion {
    /// Which events.
    pub selector: Selector,
    /// A step, the first is 1.
    pub from: usize,
    /// A later step.
    pub to: usize,
}

/// Which of a person's values a breakdown takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Attribution {
    /// That of the earliest step event that has one.
    #[default]
    FirstTouch,
    /// That of the latest step event that has one.
    LastTouch,
    /// That of the event that filled this step, the first is 1.
    Step(usize),
}

/// Whose events make an attempt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Per {
    /// A person's.
    #[default]
    Person,
    /// A session's; sessions are counted.
    Session,
}
