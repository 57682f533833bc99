//! Which kernel answers what.

use super::{
    Source, cohort, counts, errors, experiment, funnel, lifecycle, paths, people, performance,
    persons, retention, revenue, sessions, stickiness, trend, web,
};
use crate::{Answer, Question};

/// Whether [`answer`] takes questions of this form.
pub fn has_kernel(question: &Question) -> bool {
    match question {
        Question::Cohort(_)
        | Question::Counts(_)
        | Question::Errors(_)
        | Question::Lifecycle(_)
        | Question::Paths(_)
        | Question::Performance(_)
        | Question::Persons(_)
        | Question::Retention(_)
        | Question::Revenue(_)
        | Question::Sessions(_)
        | Question::Stickiness(_)
        | Question::Web(_) => true,
        Question::Experiment(q) => experiment::fits(q),
        Question::Funnel(q) => funnel::fits(q),
        Question::Trend(q) => trend::has_kernel(q),
        Question::PeopleOf(q) => people::has_behind(&q.question),
        _ => false,
    }
}

/// Answers a question that [`has_kernel`]; None for another.
pub fn answer<S: Source>(question: &Question, source: &S) -> Result<Option<Answer>, S::Error> {
    if !has_kernel(question) {
        return Ok(None);
    }
    Ok(Some(match question {
        Question::Cohort(q) => cohort::answer(q, source)?,
        Question::Counts(q) => Answer::Counts(counts::answer(q, source)?),
        Question::Errors(q) => Answer::Errors(errors::answer(q, source)?),
        Question::Experiment(q) => Answer::Experiment(experiment::answer(q, source)?),
        Question::Funnel(q) => Answer::Funnel(funnel::answer(q, source)?),
        Question::Lifecycle(q) => Answer::Lifecycle(lifecycle::answer(q, source)?),
        Question::Paths(q) => Answer::Paths(paths::answer(q, source)?),
        Question::PeopleOf(q) => Answer::People(people::answer(q, source)?),
        Question::Performance(q) => Answer::Performance(performance::answer(q, source)?),
        Question::Persons(q) => Answer::Persons(persons::answer(q, source)?),
        Question::Retention(q) => Answer::Retention(retention::answer(q, source)?),
        Question::Revenue(q) => Answer::Revenue(revenue::answer(q, source)?),
        Question::Sessions(q) => Answer::Sessions(sessions::answer(q, source)?),
        Question::Stickiness(q) => Answer::Stickiness(stickiness::answer(q, source)?),
        Question::Trend(q) => Answer::Trend(trend::answer(q, source)?),
        Question::Web(q) => Answer::Web(web::answer(q, source)?),
        _ => return Ok(None),
    }))
}
