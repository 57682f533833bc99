//! `kind: trend`: measures over time.

use super::{Breakdown, Interval, Range, Selector};
use crate::{Formula, Subject};

/// `kind: trend`.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// When.
    pub range: Range,
    /// Width of a bucket.
    pub interval: Interval,
    /// 1 to 20 lines.
    pub series: Vec<Series>,
    /// One line computed of the series, shown instead of them.
    pub formula: Option<Formula>,
    /// Each line once per value.
    pub breakdown: Option<Breakdown>,
    /// Also the period before.
    pub compare: bool,
    /// What becomes of the buckets' values.
    pub shape: Shape,
}

/// One line of a trend.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name in the answer.
    pub name: String,
    /// Which events.
    pub selector: Selector,
    /// What is counted.
    pub measure: Measure,
}

/// What becomes of the buckets' values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// Each bucket for itself.
    #[default]
    Plain,
    /// Each bucket is the measure from the start of the range to its own end.
    Cumulative,
    /// Each bucket is the mean of itself and those before it, so many in all.
    MovingAverage(usize),
}

/// What a trend counts per bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// Events.
    #[default]
    Total,
    /// Distinct persons; events without one do not count.
    UniquePersons,
    /// Sessions with such an event, in the bucket of their start.
    Sessions,
    /// Events of persons per person that has one.
    PerPerson,
    /// A figure over the numbers at a subject.
    Of(Statistic, Subject),
}

impl Measure {
    /// The name on the wire.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::UniquePersons => "unique_persons",
            Self::Sessions => "sessions",
            Self::PerPerson => "per_person",
            Self::Of(statistic, _) => statistic.as_str(),
        }
    }
}

/// A figure over numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// Their sum; 0 of none.
    Sum,
    /// Their mean; none of none, like all below.
    Avg,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The 50th percentile.
    Median,
    /// The 90th percentile.
    P90,
    /// The 95th percentile.
    P95,
    /// The 99th percentile.
    P99,
}

impl Statistic {
    /// All of them.
    pub const ALL: &'static [Statistic] = &[
        Self::Sum,
        Self::Avg,
        Self::Min,
        Self::Max,
        Self::Median,
        Self::P90,
        Self::P95,
        Self::P99,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
            Self::Median => "median",
            Self::P90 => "p90",
            Self::P95 => "p95",
            Self::P99 => "p99",
        }
    }
}
