//! Who was there, latest seen first.
//!
//! The fold counts everybody but keeps only who may be on the page. Ids and properties are asked
//! for at the end: ids of the page and of those tied with its ends, properties of the page alone.

mod latest;

use std::cmp::Reverse;

use event::Timestamp;

use super::{Fold, Person, Plan, Source, Values, gather};
use crate::{PersonCursor, PersonLine, Persons, PersonsAnswer};
use latest::{Latest, Seen};

/// Persons of the page, and those tied with the person it goes on behind.
struct Page {
    /// Persons that are needed of those seen earlier than the cursor.
    needed: usize,
    /// When the person of the cursor was last seen, ms; the end of time without a cursor.
    after: i64,
}

#[derive(Default)]
struct Part {
    total: u64,
    earlier: Latest,
    tied: Vec<Seen>,
}

impl Fold for Page {
    type Part = Part;

    fn start(&self) -> Part {
        Part::default()
    }

    fn person<V: Values>(&self, part: &mut Part, person: Person<'_>, _values: &V) {
        let (Some(number), [first, ..], [.., last]) = (person.number, person.marks, person.marks)
        else {
            return;
        };
        part.total += 1;
        let events = person.marks.len() as u64;
        let seen = Seen { last: last.at, first: first.at, events, number };
        if seen.last < self.after {
            part.earlier.push(seen, self.needed);
        } else if seen.last == self.after {
            part.tied.push(seen);
        }
    }

    fn merge(&self, mut a: Part, mut b: Part) -> Part {
        a.total += b.total;
        a.tied.append(&mut b.tied);
        b.earlier.into_vec().into_iter().for_each(|seen| a.earlier.push(seen, self.needed));
        a
    }
}

fn plan(q: &Persons) -> Plan {
    let times = (q.range.from.0, q.range.to.0);
    Plan { times, selectors: vec![q.selector.clone()], ..Plan::default() }
}

/// One page of the list, and how long the whole list is.
pub(super) fn answer<S: Source>(q: &Persons, source: &S) -> Result<PersonsAnswer, S::Error> {
    let after = q.after.as_ref();
    let after_ms = after.map_or(i64::MAX, |after| after.last_seen.0);
    // One more than the page tells whether there is another page.
    let page = Page { needed: q.limit + 1, after: after_ms };
    let Part { total, earlier, tied } = source.fold(&plan(q), &page)?;
    let mut lines = named(tied, source)?;
    lines.retain(|(_, id)| after.is_some_and(|after| *id > after.person));
    if lines.len() <= q.limit {
        lines.extend(named(earlier.first(page.needed), source)?);
    }
    lines.sort_unstable_by(|a, b| (Reverse(a.0.last), &a.1).cmp(&(Reverse(b.0.last), &b.1)));
    let more = lines.len() > q.limit;
    lines.truncate(q.limit);
    let persons = described(lines, source)?;
    let next = persons.last().filter(|_| more);
    let next = next.map(|l| PersonCursor { last_seen: l.last_seen, person: l.person.clone() });
    Ok(PersonsAnswer { total, persons, next })
}

/// All persons of the list.
pub(super) fn behind<S: Source>(q: &Persons, source: &S) -> Result<Vec<u32>, S::Error> {
    gather::persons(source, &plan(q), |_: &mut (), _| true)
}

/// With their ids.
fn named<S: Source>(seen: Vec<Seen>, source: &S) -> Result<Vec<(Seen, String)>, S::Error> {
    let numbers: Vec<u32> = seen.iter().map(|seen| seen.number).collect();
    Ok(seen.into_iter().zip(source.ids(&numbers)?).collect())
}

/// With their properties.
fn described<S: Source>(
    lines: Vec<(Seen, String)>,
    source: &S,
) -> Result<Vec<PersonLine>, S::Error> {
    let numbers: Vec<u32> = lines.iter().map(|(seen, _)| seen.number).collect();
    let properties = source.properties(&numbers)?;
    let line = |((seen, person), properties): ((Seen, String), String)| PersonLine {
        person,
        first_seen: Timestamp(seen.first),
        last_seen: Timestamp(seen.last),
        events: seen.events,
        properties,
    };
    Ok(lines.into_iter().zip(properties).map(line).collect())
}
