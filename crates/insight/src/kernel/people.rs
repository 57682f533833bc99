//! The persons behind a number, from the folds that count them.

use super::{
    Plan, Source, cohort, counts, dispatch, errors, experiment, funnel, gather, lifecycle, paths,
    performance, persons, retention, revenue, sessions, stickiness, trend, web,
};
use crate::{AnswerError, Coordinate, PeopleAnswer, PeopleOf, Question, Selector};

/// Persons whose ids are asked for at once.
const IDS_AT_ONCE: usize = 10_000;

/// Whether the persons behind numbers of a question can be told, or that it has no such numbers:
/// of every question that has a kernel, and of those that list what there is.
pub(super) fn has_behind(question: &Question) -> bool {
    let lists =
        matches!(question, Question::Events(_) | Question::Person(_) | Question::Taxonomy(_));
    lists || dispatch::has_kernel(question)
}

/// A page of the persons behind a number, by id in byte order.
pub(super) fn answer<S: Source>(q: &PeopleOf, source: &S) -> Result<PeopleAnswer, S::Error> {
    let mut numbers = behind(&q.question, &q.at, source)?;
    numbers.sort_unstable();
    let mut persons: Vec<String> = Vec::new();
    for some in numbers.chunks(IDS_AT_ONCE) {
        let ids = source.ids(some)?;
        let after = |id: &String| q.after.as_ref().is_none_or(|after| id > after);
        persons.extend(ids.into_iter().filter(after));
        // The page and one more, which tells that there is more.
        if persons.len() > q.limit + 1 {
            persons.select_nth_unstable(q.limit);
            persons.truncate(q.limit + 1);
        }
    }
    persons.sort_unstable();
    let more = persons.len() > q.limit;
    persons.truncate(q.limit);
    let next = persons.last().filter(|_| more).cloned();
    Ok(PeopleAnswer { total: numbers.len() as u64, persons, next })
}

/// The persons behind one number, in any order, each once.
fn behind<S: Source>(
    question: &Question,
    at: &Coordinate,
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    use Coordinate as C;
    match (question, at) {
        (Question::Counts(q), C::All) => counts::behind(q, None, source),
        (Question::Counts(q), C::EventType(name)) => counts::behind(q, Some(name), source),
        (Question::Taxonomy(_), C::EventType(name)) => {
            let selector = Selector { event: Some(name.clone()), ..Selector::default() };
            having(&selector, (i64::MIN, i64::MAX), source)
        }
        (Question::Trend(q), C::Trend { series, bucket, breakdown, previous }) => {
            trend::behind(q, (*series, *bucket, breakdown.as_deref(), *previous), source)
        }
        (Question::Cohort(q), at) => cohort::behind(q, at, source),
        (Question::Lifecycle(q), C::Lifecycle { bucket, state }) => {
            lifecycle::behind(q, *bucket, *state, source)
        }
        (Question::Funnel(q), C::Funnel { step, dropped, breakdown, bucket }) => {
            funnel::behind(q, (*step, *dropped, breakdown.as_deref(), *bucket), source)
        }
        (Question::Paths(q), C::Node { depth, name }) => paths::behind(q, *depth, &[name], source),
        (Question::Paths(q), C::Edge { depth, from, to }) => {
            paths::behind(q, *depth, &[from, to], source)
        }
        (Question::Persons(q), C::All) => persons::behind(q, source),
        (Question::Retention(q), C::Cell { cohort, period }) => {
            retention::behind(q, *cohort, *period, source)
        }
        (Question::Sessions(q), C::All) => sessions::behind(q, false, source),
        (Question::Sessions(q), C::Bounced) => sessions::behind(q, true, source),
        (Question::Web(q), C::All) => web::behind(q, false, source),
        (Question::Web(q), C::Live) => web::behind(q, true, source),
        (Question::Performance(q), C::All) => performance::behind(q, source),
        (Question::Errors(q), C::All) => errors::behind(q, None, source),
        (Question::Errors(q), C::Fingerprint(print)) => errors::behind(q, Some(print), source),
        (Question::Revenue(q), C::All) => revenue::behind(q, None, source),
        (Question::Revenue(q), C::Currency(currency)) => {
            revenue::behind(q, Some(currency.as_deref()), source)
        }
        (Question::Experiment(q), C::All) => experiment::behind(q, None, None, source),
        (Question::Experiment(q), C::Arm { variant, goal }) => {
            experiment::behind(q, variant.as_deref(), *goal, source)
        }
        (Question::Stickiness(q), C::Periods(periods)) => stickiness::behind(q, *periods, source),
        _ => Err(AnswerError::Coordinate(question.kind()).into()),
    }
}

/// The persons with an event that a selector takes, at `[from, to)` ms.
pub(super) fn having<S: Source>(
    selector: &Selector,
    times: (i64, i64),
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    let plan = Plan { times, selectors: vec![selector.clone()], ..Plan::default() };
    gather::any(source, &plan)
}
