//! The persons behind a number, from the folds that count them.

use super::{Fold, Person, Plan, Source, Values, counts, trend};
use crate::{AnswerError, Coordinate, PeopleAnswer, PeopleOf, Question, Selector};

/// Persons whose ids are asked for at once.
const IDS_AT_ONCE: usize = 10_000;

/// Whether [`behind`] has an arm for questions of this form.
pub(super) fn has_behind(question: &Question) -> bool {
    match question {
        Question::Counts(_) | Question::Taxonomy(_) => true,
        // These have no number of persons: asked for one, they refuse.
        Question::Events(_) | Question::Person(_) => true,
        Question::Trend(q) => trend::has_kernel(q),
        _ => false,
    }
}

/// A page of the persons behind a number, by id in byte order.
pub(super) fn answer<S: Source>(q: &PeopleOf, source: &S) -> Result<PeopleAnswer, S::Error> {
    let mut numbers = behind(&q.question, &q.at, source)?;
    numbers.sort_unstable();
    let kept = q.limit + 1;
    let mut persons: Vec<String> = Vec::new();
    for some in numbers.chunks(IDS_AT_ONCE) {
        let ids = source.ids(some)?;
        let after = |id: &String| q.after.as_ref().is_none_or(|after| id > after);
        persons.extend(ids.into_iter().filter(after));
        // Only the smallest are ever shown, so only they are kept.
        if persons.len() > kept {
            persons.select_nth_unstable(kept);
            persons.truncate(kept);
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
        _ => Err(AnswerError::Coordinate(question.kind()).into()),
    }
}

/// The persons with an event that a selector takes, at `[from, to)` ms.
pub(super) fn having<S: Source>(
    selector: &Selector,
    times: (i64, i64),
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    source.fold(&Plan { times, selectors: vec![selector.clone()], ..Plan::default() }, &Everyone)
}

/// Takes in everyone it meets.
struct Everyone;

impl Fold for Everyone {
    type Part = Vec<u32>;

    fn start(&self) -> Vec<u32> {
        Vec::new()
    }

    fn person<V: Values>(&self, part: &mut Vec<u32>, person: Person<'_>, _: &V) {
        if !person.marks.is_empty() {
            part.extend(person.number);
        }
    }

    fn merge(&self, a: Vec<u32>, b: Vec<u32>) -> Vec<u32> {
        joined(a, b)
    }
}

/// Both lists in one.
pub(super) fn joined(mut a: Vec<u32>, mut b: Vec<u32>) -> Vec<u32> {
    if a.len() < b.len() {
        std::mem::swap(&mut a, &mut b);
    }
    a.append(&mut b);
    a
}
