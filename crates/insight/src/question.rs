//! The questions, as plain data with every default filled in.

mod cohort;
mod column;
mod counts;
mod dimension;
mod errors;
mod events;
mod experiment;
mod funnel;
mod lifecycle;
mod paths;
mod people;
mod performance;
mod persons;
mod range;
mod retention;
mod revenue;
mod selector;
mod sessions;
mod stickiness;
mod taxonomy;
mod trend;
mod web;

pub use cohort::{Cohort, CohortOf, Definition, Times};
pub use column::Column;
pub use counts::Counts;
pub use dimension::{Breakdown, Dimension};
pub use errors::Errors;
pub use events::{Events, Order};
pub use experiment::{Experiment, Goal, GoalMeasure};
pub use funnel::{Attribution, Exclusion, Funnel, Per, Step, StepOrder};
pub use lifecycle::Lifecycle;
pub use paths::{Anchor, PathUnit, Paths};
pub use people::{Coordinate, LifecycleState, PeopleOf};
pub use performance::{Metric, Performance};
pub use persons::{Person, PersonCursor, Persons};
pub use range::{Interval, Range, Span, WeekStart};
pub use retention::{Basis, Retention, Windows};
pub use revenue::Revenue;
pub use selector::{SILENT, Selector};
pub use sessions::Sessions;
pub use stickiness::Stickiness;
pub use taxonomy::Taxonomy;
pub use trend::{Measure, Series, Shape, Statistic, Trend};
pub use web::Web;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident($inner:ty) $text:literal,)+) => {
        /// A question of any kind.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Question { $($(#[$doc])* $variant($inner),)+ }

        impl Question {
            /// The kinds, by their names on the wire.
            pub const KINDS: &'static [&'static str] = &[$($text,)+];

            /// The name of its kind on the wire.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $text,)+ }
            }

            /// The range it is about.
            pub fn range(&self) -> &Range {
                match self { $(Self::$variant(q) => q.range(),)+ }
            }
        }
    };
}

kinds! {
    /// Single events, newest or oldest first.
    Events(Events) "events",
    /// Events and persons per event type.
    Counts(Counts) "counts",
    /// A measure over time.
    Trend(Trend) "trend",
    /// How many get through a row of steps.
    Funnel(Funnel) "funnel",
    /// Who comes back.
    Retention(Retention) "retention",
    /// Groups of persons.
    Cohort(Cohort) "cohort",
    /// What follows what.
    Paths(Paths) "paths",
    /// In how many periods persons are active.
    Stickiness(Stickiness) "stickiness",
    /// Who is new, comes back, or stays away.
    Lifecycle(Lifecycle) "lifecycle",
    /// Visits.
    Sessions(Sessions) "sessions",
    /// A site at one glance.
    Web(Web) "web",
    /// How fast pages are.
    Performance(Performance) "performance",
    /// What goes wrong, grouped.
    Errors(Errors) "errors",
    /// Money, by currency.
    Revenue(Revenue) "revenue",
    /// What persons did after they saw a variant of a flag.
    Experiment(Experiment) "experiment",
    /// Who was there.
    Persons(Persons) "persons",
    /// One person with its timeline.
    Person(Person) "person",
    /// Which events and properties were ever seen.
    Taxonomy(Taxonomy) "taxonomy",
    /// The persons behind a number.
    PeopleOf(PeopleOf) "people_of",
}

macro_rules! ranged {
    ($($kind:ident)+) => {
        $(impl $kind {
            fn range(&self) -> &Range {
                &self.range
            }
        })+
    };
}

ranged! {
    Events Counts Trend Funnel Retention Cohort Paths Stickiness Lifecycle Sessions Web Performance
    Errors Revenue Experiment Persons Person Taxonomy
}

impl PeopleOf {
    fn range(&self) -> &Range {
        self.question.range()
    }
}
