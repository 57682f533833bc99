//! Measures over time.

use event::Timestamp;

use super::Source;
use crate::{AnswerError, BreakdownValue, Trend, TrendAnswer};

/// Whether the kernel takes this form of the question.
pub(super) fn has_kernel(_q: &Trend) -> bool {
    false
}

pub(super) fn answer<S: Source>(_q: &Trend, _source: &S) -> Result<TrendAnswer, S::Error> {
    Ok(TrendAnswer::default())
}

/// The persons behind one number: of a series, a bucket or all, a value or all, this range or the
/// one before.
pub(super) fn behind<S: Source>(
    _q: &Trend,
    _at: (usize, Option<Timestamp>, Option<&[BreakdownValue]>, bool),
    _source: &S,
) -> Result<Vec<u32>, S::Error> {
    Err(AnswerError::Coordinate("trend").into())
}
