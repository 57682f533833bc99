//! Filters: a tree of predicates, and the same compiled for asking many rows.

mod matcher;
mod rows;

use event::{Value, codec::EventView, json};

pub use matcher::{Matcher, number_of};
pub use rows::{Columns, RowSet};

use crate::{Column, Definition};

/// AND/OR over predicates. An empty list holds for every event.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// All of them hold.
    All(Vec<Filter>),
    /// At least one of them holds (or there is none).
    Any(Vec<Filter>),
    /// One condition.
    Is(Predicate),
    /// The person belongs to a cohort, or does not.
    InCohort(std::sync::Arc<Definition>, bool),
}

impl Default for Filter {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// What a predicate is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A built-in fact.
    Field(Column),
    /// A path in `properties`.
    Property(String),
    /// A path in the properties of the event's person.
    Person(String),
}

impl Subject {
    /// Its value in a row.
    pub fn value<'a>(&self, row: &'a dyn Row) -> Value<'a> {
        let (object, path) = match self {
            Self::Field(column) => return row.column(*column),
            Self::Property(path) => (row.properties(), path),
            Self::Person(path) => (row.person_properties(), path),
        };
        json::find(object, path).map_or(Value::Missing, Value::from_json)
    }
}

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Predicate {
    /// About what.
    pub subject: Subject,
    /// Which relation.
    pub op: Op,
    /// To what: one value, two for `between`, any number for `in` and `not_in`, none for
    /// `is_set` and `is_not_set`.
    pub operands: Vec<Operand>,
}

/// A value in a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// A truth value.
    Bool(bool),
}

macro_rules! ops {
    ($($(#[$doc:meta])* $variant:ident $text:literal,)+) => {
        /// The relations a predicate may ask for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Op { $($(#[$doc])* $variant,)+ }

        impl Op {
            /// All of them.
            pub const ALL: &'static [Op] = &[$(Op::$variant,)+];

            /// The name on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Op::$variant => $text,)+ }
            }
        }
    };
}

ops! {
    /// Equal: text to text, number to number, bool to bool; case matters.
    Is "is",
    /// Not equal; true for missing.
    IsNot "is_not",
    /// Text inside, ASCII case ignored.
    Contains "contains",
    /// The opposite; true for missing.
    NotContains "not_contains",
    /// Text at the start, ASCII case ignored.
    StartsWith "starts_with",
    /// Text at the end, ASCII case ignored.
    EndsWith "ends_with",
    /// Rust regex, anywhere in the text.
    Regex "regex",
    /// The opposite; true for missing.
    NotRegex "not_regex",
    /// Greater number.
    Gt "gt",
    /// Greater or equal number.
    Gte "gte",
    /// Smaller number.
    Lt "lt",
    /// Smaller or equal number.
    Lte "lte",
    /// From the first to the second number, both included.
    Between "between",
    /// Equal to one of them.
    In "in",
    /// Equal to none of them; true for missing.
    NotIn "not_in",
    /// Neither missing nor null.
    IsSet "is_set",
    /// Missing or null.
    IsNotSet "is_not_set",
    /// A moment before.
    Before "before",
    /// A moment after.
    After "after",
}

/// One event as a filter sees it.
pub trait Row {
    /// The value of a built-in fact; moments as numbers (milliseconds UTC).
    fn column(&self, column: Column) -> Value<'_>;
    /// The properties, a JSON object.
    fn properties(&self) -> &str;
    /// The properties of its person, a JSON object.
    fn person_properties(&self) -> &str {
        "{}"
    }
    /// Whether its person belongs to a cohort. Backends find the members before they ask rows.
    fn in_cohort(&self, _cohort: &Definition) -> bool {
        false
    }
}

impl Row for EventView<'_> {
    fn column(&self, column: Column) -> Value<'_> {
        column_of(self, column)
    }

    fn properties(&self) -> &str {
        self.properties
    }
}

impl Row for event::Event {
    fn column(&self, column: Column) -> Value<'_> {
        column_of(&EventView::of(self), column)
    }

    fn properties(&self) -> &str {
        &self.properties
    }
}

fn column_of<'a>(event: &EventView<'a>, column: Column) -> Value<'a> {
    match column {
        Column::EventId => Value::Text(event.id.to_string().into()),
        Column::EventType => Value::Text(event.event_type.into()),
        Column::Timestamp => Value::Number(event.timestamp.0 as f64, ""),
        Column::ReceivedAt => Value::Number(event.received_at.0 as f64, ""),
        Column::Dialect => Value::Text(event.dialect.as_str().into()),
        Column::Source => Value::Text(event.source.as_str().into()),
        Column::Revenue => match event.revenue {
            Some(micros) => Value::Number(micros.to_f64(), ""),
            None => Value::Missing,
        },
        Column::Text(field) => match event.fields.get(field) {
            Some(text) => Value::Text(text.into()),
            None => Value::Missing,
        },
    }
}
