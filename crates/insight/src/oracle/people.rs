//! The persons behind a number, from the same functions that count them.

use super::{
    cohort, errors, experiment, funnel, lifecycle, paths, performance, retention, revenue,
    sessions, stickiness, trend, web,
    world::{People, World, people},
};
use crate::{
    AnswerError, CohortOf, Coordinate, Counts, PeopleAnswer, PeopleOf, Question, Selector,
};

pub(super) fn answer(q: &PeopleOf, world: &World<'_>) -> Result<PeopleAnswer, AnswerError> {
    let all = behind(&q.question, &q.at, world)?;
    let after = |person: &&str| q.after.as_deref().is_none_or(|after| *person > after);
    let mut persons: Vec<String> =
        all.iter().copied().filter(after).take(q.limit + 1).map(str::to_owned).collect();
    let more = persons.len() > q.limit;
    persons.truncate(q.limit);
    let next = persons.last().filter(|_| more).cloned();
    Ok(PeopleAnswer { total: all.len() as u64, persons, next })
}

fn behind<'a>(
    question: &Question,
    at: &Coordinate,
    world: &World<'a>,
) -> Result<People<'a>, AnswerError> {
    use Coordinate as C;
    Ok(match (question, at) {
        (Question::Counts(q), C::All) => people(&world.within(&q.range, &q.selector)?),
        (Question::Counts(Counts { range, selector }), C::EventType(name)) => {
            let mut rows = world.within(range, selector)?;
            rows.retain(|seen| *seen.event.event_type == **name);
            people(&rows)
        }
        (Question::Taxonomy(_), C::EventType(name)) => {
            let selector = Selector { event: Some(name.clone()), ..Selector::default() };
            people(&world.select(&world.rows, &selector)?)
        }
        (Question::Trend(q), C::Trend { series, bucket, breakdown, previous }) => {
            people(&trend::behind(q, (*series, *bucket, breakdown.as_ref(), *previous), world)?)
        }
        (Question::Funnel(q), C::Funnel { step, dropped, breakdown, bucket }) => {
            funnel::people(q, (*step, *dropped, breakdown.as_ref(), *bucket), world)?
        }
        (Question::Retention(q), C::Cell { cohort, period }) => {
            retention::people(q, *cohort, *period, world)?
        }
        (Question::Cohort(q), at) => match (&q.of, at) {
            (CohortOf::Definition(definition), C::All) => cohort::members(definition, world)?,
            (CohortOf::FirstSeen { .. }, C::Cell { cohort, period }) => {
                retention::people(&retention::first_seen(q), *cohort, *period, world)?
            }
            _ => return Err(AnswerError::Coordinate("cohort")),
        },
        (Question::Paths(q), C::Node { depth, name }) => paths::people(q, *depth, &[name], world)?,
        (Question::Paths(q), C::Edge { depth, from, to }) => {
            paths::people(q, *depth, &[from, to], world)?
        }
        (Question::Stickiness(q), C::Periods(periods)) => stickiness::people(q, *periods, world)?,
        (Question::Lifecycle(q), C::Lifecycle { bucket, state }) => {
            lifecycle::people(q, *bucket, *state, world)?
        }
        (Question::Sessions(q), C::All) => sessions::people(q, false, world)?,
        (Question::Sessions(q), C::Bounced) => sessions::people(q, true, world)?,
        (Question::Web(q), C::All) => web::visitors(q, world)?,
        (Question::Web(q), C::Live) => web::live(q, world)?,
        (Question::Performance(q), C::All) => people(&performance::rows(q, world)?),
        (Question::Errors(q), C::All) => people(&errors::rows(q, None, world)?),
        (Question::Errors(q), C::Fingerprint(f)) => people(&errors::rows(q, Some(f), world)?),
        (Question::Revenue(q), C::All) => people(&revenue::rows(q, world)?),
        (Question::Revenue(q), C::Currency(currency)) => {
            let mut rows = revenue::rows(q, world)?;
            rows.retain(|seen| revenue::currency(seen) == currency.as_deref());
            people(&rows)
        }
        (Question::Experiment(q), C::All) => experiment::people(q, None, None, world)?,
        (Question::Experiment(q), C::Arm { variant, goal }) => {
            experiment::people(q, variant.as_deref(), *goal, world)?
        }
        (Question::Persons(q), C::All) => people(&world.within(&q.range, &q.selector)?),
        _ => return Err(AnswerError::Coordinate(question.kind())),
    })
}
