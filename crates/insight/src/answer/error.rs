//! Why a well-formed question has no answer.

use thiserror::Error;

use crate::calendar::CalendarError;

/// A question that cannot be answered over this data.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AnswerError {
    /// Break down by something with fewer values, or filter.
    #[error("breakdown has more than {limit} distinct values, filter or use another one")]
    TooManyValues {
        /// Values a breakdown may meet.
        limit: usize,
    },
    /// Ask for a shorter range or a wider interval.
    #[error("interval {0}")]
    Calendar(#[from] CalendarError),
    /// The filter was not made by `read`.
    #[error("filter has an operand that {0}")]
    Filter(String),
    /// Ask for a number that the answer to the original question has.
    #[error("at names no number of a {0} answer")]
    Coordinate(&'static str),
}
