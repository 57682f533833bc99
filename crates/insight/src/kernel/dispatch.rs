//! Which kernel answers what.

use super::Source;
use crate::{Answer, Question};

/// Whether [`answer`] takes questions of this form.
pub fn has_kernel(_question: &Question) -> bool {
    false
}

/// Answers a question that [`has_kernel`]; None for another.
pub fn answer<S: Source>(_question: &Question, _source: &S) -> Result<Option<Answer>, S::Error> {
    Ok(None)
}
