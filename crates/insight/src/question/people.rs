//! `kind: people_of`: the persons behind a number of another answer.

use event::Timestamp;

use super::Question;
use crate::BreakdownValue;

/// `kind: people_of`: by id, in byte order.
#[derive(Clone, Debug, PartialEq)]
pub struct PeopleOf {
    /// The original question.
    pub question: Box<Question>,
    /// Which number of its answer.
    pub at: Coordinate,
    /// At most so many, 1 to 1,000.
    pub limit: usize,
    /// Go on behind the person of this id.
    pub after: Option<String>,
}

/// A number of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Coordinate {
    /// The one number of persons the whole answer has: `counts`, `cohort` with a definition,
    /// `sessions`, `web`, `persons`, `revenue`, `errors`, `performance`.
    All,
    /// `counts`, `taxonomy`: persons with this event type.
    EventType(String),
    /// `trend`.
    Trend {
        /// Line of the question, from 0.
        series: usize,
        /// Start of the bucket; the whole range without.
        bucket: Option<Timestamp>,
        /// Of a broken-down line.
        breakdown: Option<Vec<BreakdownValue>>,
        /// In the period before.
        previous: bool,
    },
    /// `funnel`.
    Funnel {
        /// The step, from 1.
        step: usize,
        /// Those that did not get further, rather than those that got there.
        dropped: bool,
        /// Of a broken-down funnel.
        breakdown: Option<Vec<BreakdownValue>>,
        /// Only attempts whose first step lies in the trend's bucket that starts here.
        bucket: Option<Timestamp>,
    },
    /// `retention`, and `cohort` by first seen.
    Cell {
        /// Start of the cohort's period.
        cohort: Timestamp,
        /// Periods behind it.
        period: usize,
    },
    /// `stickiness`: active in so many periods.
    Periods(usize),
    /// `lifecycle`.
    Lifecycle {
        /// Start of the bucket.
        bucket: Timestamp,
        /// Which of its four numbers.
        state: LifecycleState,
    },
    /// `paths`: a node.
    Node {
        /// Position, from 1.
        depth: usize,
        /// Name.
        name: String,
    },
    /// `paths`: an edge.
    Edge {
        /// Position of its first node, from 1.
        depth: usize,
        /// Its name.
        from: String,
        /// Name of the second.
        to: String,
    },
    /// `sessions`: persons with a session that bounced.
    Bounced,
    /// `web`: persons seen in the last 5 minutes.
    Live,
    /// `errors`: persons that met this one.
    Fingerprint(String),
    /// `revenue`: persons that paid in this currency.
    Currency(Option<String>),
    /// `experiment`.
    Arm {
        /// Of this variant; of all without.
        variant: Option<String>,
        /// Persons that achieved this goal of the question, from 0; all without.
        goal: Option<usize>,
    },
}

/// What a person is in a period of a lifecycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LifecycleState {
    /// Never seen before.
    New,
    /// Also seen in the period before.
    Returning,
    /// Seen earlier, not in the period before.
    Resurrecting,
    /// Seen in the period before, not now.
    Dormant,
}

impl LifecycleState {
    /// All of them.
    pub const ALL: &'static [LifecycleState] =
        &[Self::New, Self::Returning, Self::Resurrecting, Self::Dormant];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Returning => "returning",
            Self::Resurrecting => "resurrecting",
            Self::Dormant => "dormant",
        }
    }
}
