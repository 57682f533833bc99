//! What goes wrong, grouped.

mod shapes;

use std::collections::HashMap;

use super::{Fold, Person, Plan, Source, Values, class, gather};
use crate::{ErrorGroup, ErrorShape, Errors, ErrorsAnswer};
use event::Timestamp;
use shapes::{Key, Shapes};

/// The answer.
pub(super) fn answer<S: Source>(q: &Errors, source: &S) -> Result<ErrorsAnswer, S::Error> {
    let found = source.fold(&plan(q), &Group)?;
    let total = found.groups.iter().map(|group| group.count).sum();
    let mut groups: Vec<(&Counted, ErrorShape, String)> = Vec::new();
    for group in &found.groups {
        let shape = found.shapes.shape(group.key);
        let fingerprint = shape.fingerprint();
        groups.push((group, shape, fingerprint));
    }
    groups.sort_unstable_by(|(a, shape_a, print_a), (b, shape_b, print_b)| {
        let larger = b.count.cmp(&a.count);
        larger.then_with(|| print_a.cmp(print_b)).then_with(|| shape_a.cmp(shape_b))
    });
    let dropped_groups = groups.len().saturating_sub(q.limit) as u64;
    groups.truncate(q.limit);
    let group = |(group, shape, fingerprint): (&Counted, ErrorShape, String)| ErrorGroup {
        fingerprint,
        name: shape.name,
        message: shape.message,
        frame: shape.frame,
        count: group.count,
        persons: group.persons,
        first_seen: Timestamp(group.times.0),
        last_seen: Timestamp(group.times.1),
    };
    let groups = groups.into_iter().map(group).collect();
    Ok(ErrorsAnswer { total, persons: found.persons, groups, dropped_groups })
}

/// Persons that met an error, or the one of a fingerprint.
pub(super) fn behind<S: Source>(
    q: &Errors,
    fingerprint: Option<&str>,
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    let plan = Plan { nobody: false, ..plan(q) };
    match fingerprint {
        None => gather::any(source, &Plan { columns: Vec::new(), ..plan }),
        Some(fingerprint) => {
            source.fold(&plan, &Behind { fingerprint }).map(|meeting| meeting.persons)
        }
    }
}

fn plan(q: &Errors) -> Plan {
    Plan {
        times: (q.range.from.0, q.range.to.0),
        selectors: class::selectors(&q.classes.error, &q.filter),
        columns: shapes::columns(),
        nobody: true,
        everyone: false,
    }
}

struct Group;

#[derive(Default)]
struct Found {
    shapes: Shapes,
    places: HashMap<Key, usize>,
    groups: Vec<Counted>,
    persons: u64,
}

/// The errors of one shape.
struct Counted {
    key: Key,
    count: u64,
    persons: u64,
    /// Number of the person counted last, plus one.
    last: u32,
    /// First and last, ms.
    times: (i64, i64),
}

impl Found {
    fn group(&mut self, key: Key) -> &mut Counted {
        let Self { places, groups, .. } = self;
        let place = *places.entry(key).or_insert_with(|| {
            let times = (i64::MAX, i64::MIN);
            groups.push(Counted { key, count: 0, persons: 0, last: 0, times });
            groups.len() - 1
        });
        &mut groups[place]
    }
}

impl Fold for Group {
    type Part = Found;

    fn start(&self) -> Found {
        Found::default()
    }

    fn person<V: Values>(&self, part: &mut Found, person: Person<'_>, values: &V) {
        for mark in person.marks {
            let key = part.shapes.key(mark, values);
            let group = part.group(key);
            group.count += 1;
            group.times = (group.times.0.min(mark.at), group.times.1.max(mark.at));
            if let Some(number) = person.number {
                group.persons += u64::from(group.last != number + 1);
                group.last = number + 1;
            }
        }
        part.persons += u64::from(person.number.is_some() && !person.marks.is_empty());
    }

    fn merge(&self, mut a: Found, mut b: Found) -> Found {
        if a.groups.len() < b.groups.len() {
            std::mem::swap(&mut a, &mut b);
        }
        for other in &b.groups {
            let key = a.shapes.same(other.key, &b.shapes);
            let group = a.group(key);
            group.count += other.count;
            group.persons += other.persons;
            group.times.0 = group.times.0.min(other.times.0);
            group.times.1 = group.times.1.max(other.times.1);
        }
        a.persons += b.persons;
        a
    }
}

struct Behind<'q> {
    fingerprint: &'q str,
}

#[derive(Default)]
struct Meeting {
    shapes: Shapes,
    /// Whether it is the one that is wanted.
    known: HashMap<Key, bool>,
    persons: Vec<u32>,
}

impl Fold for Behind<'_> {
    type Part = Meeting;

    fn start(&self) -> Meeting {
        Meeting::default()
    }

    fn person<V: Values>(&self, part: &mut Meeting, person: Person<'_>, values: &V) {
        let Meeting { shapes, known, persons } = part;
        let met = person.marks.iter().any(|mark| {
            let key = shapes.key(mark, values);
            let is_it = || shapes.shape(key).fingerprint() == self.fingerprint;
            *known.entry(key).or_insert_with(is_it)
        });
        persons.extend(person.number.filter(|_| met));
    }

    fn merge(&self, mut a: Meeting, b: Meeting) -> Meeting {
        a.persons.extend(b.persons);
        a
    }
}
