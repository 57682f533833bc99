//! Which kernel answers what.

use super::{Source, funnel, paths};
use crate::{Answer, Question};

/// Whether [`answer`] takes questions of this form.
pub fn has_kernel(question: &Question) -> bool {
    match question {
        Question::Funnel(q) => funnel::fits(q),
        Question::Paths(_) => true,
        _ => false,
    }
}

/// Answers a question that [`has_kernel`]; None for another.
pub fn answer<S: Source>(question: &Question, source: &S) -> Result<Option<Answer>, S::Error> {
    if !has_kernel(question) {
        return Ok(None);
    }
    Ok(Some(match question {
        Question::Funnel(q) => Answer::Funnel(funnel::answer(q, source)?),
        Question::Paths(q) => Answer::Paths(paths::answer(q, source)?),
        _ => return Ok(None),
    }))
}
