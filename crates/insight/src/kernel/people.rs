//! The persons behind a number, from the same functions that count them.

use super::{Source, cohort, lifecycle, persons, retention, stickiness};
use crate::{AnswerError, Coordinate, PeopleAnswer, PeopleOf, Question};

/// One page of the list, by id.
pub(super) fn answer<S: Source>(q: &PeopleOf, source: &S) -> Result<PeopleAnswer, S::Error> {
    let all = behind(&q.question, &q.at, source)?;
    let mut persons = source.ids(&all)?;
    persons.retain(|id| q.after.as_ref().is_none_or(|after| id > after));
    let more = persons.len() > q.limit;
    if more {
        persons.select_nth_unstable(q.limit);
        persons.truncate(q.limit);
    }
    persons.sort_unstable();
    let next = persons.last().filter(|_| more).cloned();
    Ok(PeopleAnswer { total: all.len() as u64, persons, next })
}

/// The persons, by number, in any order.
fn behind<S: Source>(
    question: &Question,
    at: &Coordinate,
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    use Coordinate as C;
    match (question, at) {
        (Question::Cohort(q), at) => cohort::behind(q, at, source),
        (Question::Lifecycle(q), C::Lifecycle { bucket, state }) => {
            lifecycle::behind(q, *bucket, *state, source)
        }
        (Question::Persons(q), C::All) => persons::behind(q, source),
        (Question::Retention(q), C::Cell { cohort, period }) => {
            retention::behind(q, *cohort, *period, source)
        }
        (Question::Stickiness(q), C::Periods(periods)) => stickiness::behind(q, *periods, source),
        _ => Err(AnswerError::Coordinate(question.kind()).into()),
    }
}
