//! Events and persons, in all and per event type.

use super::{
    Fold, Mark, Person, Plan, Source, Values, Wanted,
    keys::{self, Keys},
    people,
};
use crate::{
    BreakdownValue, Column, Counts, CountsAnswer, Dimension, EventCount, Selector, Subject,
};

pub(super) fn answer<S: Source>(q: &Counts, source: &S) -> Result<CountsAnswer, S::Error> {
    let dimension = Dimension::Value(Subject::Field(Column::EventType));
    let plan = Plan {
        times: (q.range.from.0, q.range.to.0),
        selectors: vec![q.selector.clone()],
        columns: vec![Wanted::Value(dimension.clone())],
        nobody: true,
        everyone: false,
    };
    let part = source.fold(&plan, &Types)?;
    let mut events: Vec<EventCount> = Vec::new();
    for (key, (count, unique_persons)) in part.types.all().iter().zip(part.counts) {
        let event_type = match source.value(&dimension, keys::code(*key, 0)) {
            BreakdownValue::Text(text) => text,
            _ => String::new(),
        };
        events.push(EventCount { event_type, count, unique_persons });
    }
    events.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.event_type.cmp(&b.event_type)));
    let total = events.iter().map(|line| line.count).sum();
    Ok(CountsAnswer { total, unique_persons: part.persons, events })
}

/// The persons counted, of all event types or of one.
pub(super) fn behind<S: Source>(
    q: &Counts,
    event_type: Option<&str>,
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    let times = (q.range.from.0, q.range.to.0);
    let Some(name) = event_type else { return people::having(&q.selector, times, source) };
    if !q.selector.takes(name) {
        return Ok(Vec::new());
    }
    let selector = Selector { event: Some(name.to_owned()), filter: q.selector.filter.clone() };
    people::having(&selector, times, source)
}

/// Counts per event type.
struct Types;

#[derive(Default)]
struct Part {
    types: Keys,
    /// Events and persons per type.
    counts: Vec<(u64, u64)>,
    /// Persons of any type; the last of them, and per type the last that was counted.
    persons: u64,
    seen: Vec<u64>,
}

impl Part {
    fn count(&mut self, code: u32, events: u64) -> usize {
        let number = self.types.number(code.into());
        if number == self.counts.len() {
            self.counts.push((0, 0));
            self.seen.push(0);
        }
        self.counts[number].0 += events;
        number
    }
}

impl Fold for Types {
    type Part = Part;

    fn start(&self) -> Part {
        Part::default()
    }

    fn person<V: Values>(&self, part: &mut Part, person: Person<'_>, values: &V) {
        let code = |mark: &Mark| values.code(0, mark);
        if person.number.is_none() {
            for mark in person.marks {
                part.count(code(mark), 1);
            }
            return;
        }
        part.persons += u64::from(!person.marks.is_empty());
        for mark in person.marks {
            let number = part.count(code(mark), 1);
            if part.seen[number] != part.persons {
                part.seen[number] = part.persons;
                part.counts[number].1 += 1;
            }
        }
    }

    fn merge(&self, mut a: Part, b: Part) -> Part {
        for (key, (events, persons)) in b.types.all().iter().zip(b.counts) {
            let number = a.count(keys::code(*key, 0), events);
            a.counts[number].1 += persons;
        }
        a.persons += b.persons;
        a
    }
}
