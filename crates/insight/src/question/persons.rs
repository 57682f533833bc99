//! `kind: persons` and `kind: person`: who was there, and one of them.

use event::{Field, Timestamp};

use super::{Column, Range, Selector};
use crate::{Cursor, Filter, Op, Operand, Predicate, Subject};

/// `kind: persons`: latest seen first, ties by id.
#[derive(Clone, Debug, PartialEq)]
pub struct Persons {
    /// When.
    pub range: Range,
    /// Persons with at least one such event.
    pub selector: Selector,
    /// At most so many, 1 to 1,000.
    pub limit: usize,
    /// Go on behind this person.
    pub after: Option<PersonCursor>,
}

/// Behind which person a list goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonCursor {
    /// When the person was last seen in the range.
    pub last_seen: Timestamp,
    /// Its id.
    pub person: String,
}

impl std::fmt::Display for PersonCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.last_seen.0, self.person)
    }
}

impl std::str::FromStr for PersonCursor {
    type Err = crate::CursorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (millis, person) = text.split_once(':').ok_or(crate::CursorError)?;
        let millis = millis.parse().map_err(|_| crate::CursorError)?;
        Ok(Self { last_seen: Timestamp(millis), person: person.to_owned() })
    }
}

impl Person {
    /// The selector whose fingerprint cursors of the timeline carry: that of no other person.
    pub fn selector(&self) -> Selector {
        let filter = Filter::Is(Predicate {
            subject: Subject::Field(Column::Text(Field::DistinctId)),
            op: Op::Is,
            operands: vec![Operand::Text(self.id.clone())],
        });
        Selector { event: None, filter }
    }
}

/// `kind: person`: one person with its timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// When events of the timeline lie.
    pub range: Range,
    /// Any of its distinct ids.
    pub id: String,
    /// Events of the timeline, newest first, 1 to 1,000.
    pub limit: usize,
    /// Go on behind this event.
    pub after: Option<Cursor>,
}
