//! Events and persons per event type.

use std::{collections::HashMap, sync::Arc};

use insight::{Answer, Counts, CountsAnswer, EventCount};
use rayon::prelude::*;

use super::{Needs, Scanner, Unit, persons::Persons, select::Select, unit::units};
use crate::{AskError, local::snapshot::Snapshot};

#[derive(Default)]
struct Found {
    types: HashMap<Arc<str>, (u64, Persons)>,
    persons: Persons,
}

/// One event type within one unit.
#[derive(Clone, Default)]
struct OfUnit {
    count: u64,
    last: u64,
    persons: Vec<u64>,
}

pub(super) fn answer(
    scanner: &Scanner<'_>,
    question: &Counts,
    snapshot: &Snapshot,
) -> Result<Answer, AskError> {
    let select = Select::new(&question.selector, &question.range)?;
    let tenant = scanner.asking.tenant.as_str();
    let units = units(snapshot, tenant, select.times, &[select.selector.event.as_deref()]);
    let mut needs = Needs { events: true, ..Needs::default() };
    select.needs(&mut needs);
    let fold = |found, unit: &Unit| one(scanner, &select, &needs, unit, found);
    let merge = |a, b| Ok(merged(a, b));
    let mut found =
        units.par_iter().try_fold(Found::default, fold).try_reduce(Found::default, merge)?;
    let people = snapshot.people.tenant(tenant).map(|people| &**people);
    let mut events: Vec<_> = found
        .types
        .par_iter_mut()
        .map(|(name, (count, persons))| EventCount {
            event_type: name.to_string(),
            count: *count,
            unique_persons: persons.count(people),
        })
        .collect();
    events.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.event_type.cmp(&b.event_type)));
    Ok(Answer::Counts(CountsAnswer {
        total: events.iter().map(|event| event.count).sum(),
        unique_persons: found.persons.count(people),
        events,
    }))
}

fn one(
    scanner: &Scanner<'_>,
    select: &Select,
    needs: &Needs,
    unit: &Unit,
    mut found: Found,
) -> Result<Found, AskError> {
    let mut types: Vec<OfUnit> = Vec::new();
    let mut names: Vec<Arc<str>> = Vec::new();
    let mut last = 0;
    unit.scan(scanner, needs, &mut |batch| {
        if names.len() < batch.names.len() {
            names = batch.names.to_vec();
            types.resize(names.len(), OfUnit::default());
        }
        select.each(
            batch,
            |_| true,
            |row| {
                // Rows are sorted by person: one comparison tells whether it was met before.
                let (of, person) = (&mut types[batch.events[row] as usize], batch.persons[row]);
                of.count += 1;
                if person != of.last {
                    of.last = person;
                    of.persons.push(person);
                }
                if person != last {
                    last = person;
                    found.persons.add(person);
                }
            },
        );
    })?;
    for (name, of) in names.into_iter().zip(types).filter(|(_, of)| of.count > 0) {
        let (count, persons) = found.types.entry(name).or_default();
        *count += of.count;
        of.persons.into_iter().for_each(|person| persons.add(person));
    }
    Ok(found)
}

fn merged(mut a: Found, b: Found) -> Found {
    a.persons.merge(b.persons);
    for (name, (count, persons)) in b.types {
        let mine = a.types.entry(name).or_default();
        mine.0 += count;
        mine.1.merge(persons);
    }
    a
}
