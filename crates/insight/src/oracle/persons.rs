//! Who was there, and one of them.

use std::{cmp::Reverse, collections::BTreeSet};

use event::Field;

use super::world::{Seen, World};
use crate::{
    AnswerError, Cursor, Order, Person, PersonAnswer, PersonCursor, PersonLine, Persons,
    PersonsAnswer, Profile, read,
};

pub(super) fn list(q: &Persons, world: &World<'_>) -> Result<PersonsAnswer, AnswerError> {
    let mut lines = Vec::new();
    for (person, rows) in &world.persons {
        let mut rows = world.select(rows, &q.selector)?;
        rows.retain(|seen| q.range.contains(seen.at()));
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { continue };
        lines.push(PersonLine {
            person: (*person).to_owned(),
            first_seen: first.at(),
            last_seen: last.at(),
            events: rows.len() as u64,
            properties: world.properties(person).to_owned(),
        });
    }
    let total = lines.len() as u64;
    lines.sort_by(|a, b| (Reverse(a.last_seen), &a.person).cmp(&(Reverse(b.last_seen), &b.person)));
    lines.retain(|line| {
        q.after.as_ref().is_none_or(|after| {
            (Reverse(line.last_seen), &line.person) > (Reverse(after.last_seen), &after.person)
        })
    });
    let more = lines.len() > q.limit;
    lines.truncate(q.limit);
    let next = lines.last().filter(|_| more);
    let next = next.map(|l| PersonCursor { last_seen: l.last_seen, person: l.person.clone() });
    Ok(PersonsAnswer { total, persons: lines, next })
}

pub(super) fn profile(q: &Person, world: &World<'_>) -> PersonAnswer {
    let person = world.identity.person(&q.id);
    let Some(rows) = world.persons.get(person) else { return PersonAnswer::default() };
    let ids: BTreeSet<&str> =
        rows.iter().filter_map(|seen| seen.event.fields.get(Field::DistinctId)).collect();
    let profile = Profile {
        person: person.to_owned(),
        distinct_ids: ids.into_iter().map(str::to_owned).collect(),
        properties: world.properties(person).to_owned(),
        first_seen: rows[0].at(),
        last_seen: rows[rows.len() - 1].at(),
        events: rows.len() as u64,
    };
    let behind = |seen: &&Seen<'_>| {
        let own = (seen.at(), seen.event.id);
        q.after.as_ref().is_none_or(|after| own < (after.timestamp, after.id))
    };
    let shown = rows.iter().rev().filter(|seen| q.range.contains(seen.at())).filter(behind);
    let mut events: Vec<_> = shown.map(|seen| seen.event.clone()).collect();
    let more = events.len() > q.limit;
    events.truncate(q.limit);
    let next = events.last().filter(|_| more).map(|event| Cursor {
        timestamp: event.timestamp,
        id: event.id,
        of: read::fingerprint(&event.tenant, &q.selector(), Order::Newest),
    });
    PersonAnswer { profile: Some(profile), events, next }
}
