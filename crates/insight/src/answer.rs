//! Answers, as plain data; [`crate::write`] makes JSON of them.

mod error;
mod experiment;
mod lists;
mod numbers;
mod site;
mod value;

use event::Timestamp;

pub use error::AnswerError;
pub use experiment::{ExperimentAnswer, GoalFigures, VariantFigures};
pub use lists::{
    CountsAnswer, EventCount, EventsAnswer, NameCount, PeopleAnswer, PersonAnswer, PersonLine,
    PersonsAnswer, Profile, PropertySeen, TaxonomyAnswer,
};
pub use numbers::{
    Cell, CohortRow, ConversionPoint, FunnelAnswer, LifecyclePoint, PathEdge, PathNode,
    PathsAnswer, Point, PreviousLine, RetentionAnswer, SeriesAnswer, StepAnswer, TimeToConvert,
    TrendAnswer,
};
pub use site::{
    CurrencyFigures, ErrorGroup, ErrorsAnswer, MetricFigures, PerformanceAnswer, RevenueAnswer,
    SessionFigures, SessionLine, SessionsAnswer, WebAnswer, WebFigures, WebLine,
};
pub use value::BreakdownValue;

/// The answer to a question of the same kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To `events`.
    Events(EventsAnswer),
    /// To `counts`.
    Counts(CountsAnswer),
    /// To `trend`.
    Trend(TrendAnswer),
    /// To `funnel`.
    Funnel(FunnelAnswer),
    /// To `retention`.
    Retention(RetentionAnswer),
    /// To `cohort` by first seen.
    FirstSeen(RetentionAnswer),
    /// To `cohort` with a definition: its size.
    CohortSize(u64),
    /// To `paths`.
    Paths(PathsAnswer),
    /// To `stickiness`: persons active in 1, 2, .. periods.
    Stickiness(Vec<u64>),
    /// To `lifecycle`.
    Lifecycle(Vec<LifecyclePoint>),
    /// To `sessions`.
    Sessions(SessionsAnswer),
    /// To `web`.
    Web(WebAnswer),
    /// To `performance`.
    Performance(PerformanceAnswer),
    /// To `errors`.
    Errors(ErrorsAnswer),
    /// To `revenue`.
    Revenue(RevenueAnswer),
    /// To `experiment`.
    Experiment(ExperimentAnswer),
    /// To `persons`.
    Persons(PersonsAnswer),
    /// To `person`.
    Person(PersonAnswer),
    /// To `taxonomy`.
    Taxonomy(TaxonomyAnswer),
    /// To `people_of`.
    People(PeopleAnswer),
}

/// How an answer was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// Rows looked at.
    pub rows_read: u64,
    /// Bytes of columns read, decoded.
    pub bytes_read: u64,
    /// Since when "ever" counts, where events before are no longer stored.
    pub history_from: Option<Timestamp>,
}
