//! Answers made of numbers over time and over periods.

use event::Timestamp;

use crate::BreakdownValue;

/// Lines over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrendAnswer {
    /// One per series, or one of the formula; with a breakdown one per value of each.
    pub series: Vec<SeriesAnswer>,
}

/// One line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeriesAnswer {
    /// Its name.
    pub name: String,
    /// Of which values, when broken down.
    pub breakdown: Option<Vec<BreakdownValue>>,
    /// The measure over the whole range: for persons not the sum of the buckets.
    pub total: Option<f64>,
    /// One point per calendar bucket, empty ones included.
    pub data: Vec<Point>,
    /// The period before.
    pub previous: Option<PreviousLine>,
}

/// The same line in the period before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PreviousLine {
    /// The measure over that range.
    pub total: Option<f64>,
    /// Its points, with their own starts.
    pub data: Vec<Point>,
}

/// One bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The start of the calendar bucket.
    pub start: Timestamp,
    /// The measure; None where it has none, as the mean of nothing.
    pub value: Option<f64>,
    /// Whether the bucket is not over yet, or not wholly inside the range.
    pub partial: bool,
}

/// How many got through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FunnelAnswer {
    /// One per step.
    pub steps: Vec<StepAnswer>,
    /// From the first to the last step, of those that got there.
    pub time_to_convert: TimeToConvert,
    /// The same per value, largest first step first.
    pub breakdown: Option<Vec<(Vec<BreakdownValue>, Vec<StepAnswer>)>>,
    /// By the bucket of the first step.
    pub trend: Option<Vec<ConversionPoint>>,
}

/// One step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepAnswer {
    /// Its name.
    pub name: String,
    /// Persons (or sessions) that reached it.
    pub count: u64,
    /// Share of those at the required step before.
    pub from_previous: Option<f64>,
    /// Share of those at the first step.
    pub from_first: Option<f64>,
    /// Median seconds since the step filled before.
    pub median_seconds: Option<f64>,
    /// Mean of the same.
    pub avg_seconds: Option<f64>,
}

/// Seconds from first to last step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimeToConvert {
    /// Shortest.
    pub min_seconds: Option<f64>,
    /// Median.
    pub median_seconds: Option<f64>,
    /// Mean.
    pub avg_seconds: Option<f64>,
    /// Longest.
    pub max_seconds: Option<f64>,
}

/// Conversion of those that began in one bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConversionPoint {
    /// Start of the bucket.
    pub start: Timestamp,
    /// At the first step.
    pub entered: u64,
    /// Of them at the last.
    pub converted: u64,
    /// Share.
    pub rate: Option<f64>,
    /// Whether the bucket is unfinished.
    pub partial: bool,
}

/// Who came back; also the answer by first seen to `cohort`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RetentionAnswer {
    /// One per period of the range.
    pub cohorts: Vec<CohortRow>,
    /// Per period behind the start: the share over all finished cells.
    pub average: Vec<Option<f64>>,
}

/// One cohort.
#[derive(Clone, Debug, PartialEq)]
pub struct CohortRow {
    /// Start of its period.
    pub start: Timestamp,
    /// Persons.
    pub size: u64,
    /// Period 0 on; those that have not begun are absent.
    pub cells: Vec<Cell>,
}

/// One period of a cohort.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Persons that came back.
    pub count: u64,
    /// Their share.
    pub rate: Option<f64>,
    /// Whether it is not over yet.
    pub partial: bool,
}

/// New and old persons of one bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LifecyclePoint {
    /// Start of the bucket.
    pub start: Timestamp,
    /// Never seen before.
    pub new: u64,
    /// Also in the bucket before.
    pub returning: u64,
    /// Earlier, not in the bucket before.
    pub resurrecting: u64,
    /// In the bucket before, not in this one; written negative.
    pub dormant: u64,
    /// Whether the bucket is unfinished.
    pub partial: bool,
}

/// What follows what.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PathsAnswer {
    /// Paths with at least one node.
    pub paths: u64,
    /// The ends of the edges, by position and name.
    pub nodes: Vec<PathNode>,
    /// Largest first.
    pub edges: Vec<PathEdge>,
    /// Edges that are not shown.
    pub dropped_edges: u64,
}

/// A name at a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathNode {
    /// Position, from 1.
    pub depth: usize,
    /// Name.
    pub name: String,
    /// Paths through it.
    pub count: u64,
}

/// From a position to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct PathEdge {
    /// Position of the first node.
    pub depth: usize,
    /// Its name.
    pub from: String,
    /// Name of the second.
    pub to: String,
    /// Paths along it.
    pub count: u64,
    /// Mean seconds from one to the other.
    pub avg_seconds: Option<f64>,
}
