//! The naive answer to every question, written straight from what a question means: slow and
//! obvious. Backends are compared with it; nothing of a backend is shared with it but the
//! calendar, the filter and the arithmetic.
//!
//! A number of persons is always the length of a set of persons; [`Question::PeopleOf`] asks the
//! same function for the set.

mod breakdown;
mod cohort;
mod errors;
mod experiment;
mod facts;
mod funnel;
mod lifecycle;
mod lists;
mod paths;
mod people;
mod performance;
mod persons;
mod retention;
mod revenue;
mod session;
mod sessions;
mod stickiness;
mod taxonomy;
mod trend;
mod web;
mod world;

pub use facts::{Fact, Facts, FirstSeen};

use crate::{Answer, AnswerError, CohortOf, Meta, Question};
use world::World;

/// Answers a question over everything that is known of one tenant.
pub fn answer(question: &Question, facts: &Facts) -> Result<(Answer, Meta), AnswerError> {
    World::with(facts, |world| {
        let rows_read = world.rows.len() as u64;
        let meta = Meta { rows_read, bytes_read: 0, history_from: facts.horizon };
        Ok((of(question, world)?, meta))
    })
}

fn of(question: &Question, world: &World<'_>) -> Result<Answer, AnswerError> {
    Ok(match question {
        Question::Events(q) => Answer::Events(lists::events(q, world)?),
        Question::Counts(q) => Answer::Counts(lists::counts(q, world)?),
        Question::Trend(q) => Answer::Trend(trend::answer(q, world)?),
        Question::Funnel(q) => Answer::Funnel(funnel::answer(q, world)?),
        Question::Retention(q) => Answer::Retention(retention::answer(q, world)?),
        Question::Cohort(q) => match &q.of {
            CohortOf::Definition(d) => Answer::CohortSize(cohort::members(d, world)?.len() as u64),
            CohortOf::FirstSeen { .. } => {
                Answer::FirstSeen(retention::answer(&retention::first_seen(q), world)?)
            }
        },
        Question::Paths(q) => Answer::Paths(paths::answer(q, world)?),
        Question::Stickiness(q) => Answer::Stickiness(stickiness::answer(q, world)?),
        Question::Lifecycle(q) => Answer::Lifecycle(lifecycle::answer(q, world)?),
        Question::Sessions(q) => Answer::Sessions(sessions::answer(q, world)?),
        Question::Web(q) => Answer::Web(web::answer(q, world)?),
        Question::Performance(q) => Answer::Performance(performance::answer(q, world)?),
        Question::Errors(q) => Answer::Errors(errors::answer(q, world)?),
        Question::Revenue(q) => Answer::Revenue(revenue::answer(q, world)?),
        Question::Experiment(q) => Answer::Experiment(experiment::answer(q, world)?),
        Question::Persons(q) => Answer::Persons(persons::list(q, world)?),
        Question::Person(q) => Answer::Person(persons::profile(q, world)),
        Question::Taxonomy(q) => Answer::Taxonomy(taxonomy::answer(q, world)),
        Question::PeopleOf(q) => Answer::People(people::answer(q, world)?),
    })
}
