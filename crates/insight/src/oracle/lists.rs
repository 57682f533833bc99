//! Single events, and counts by event type.

use std::collections::BTreeMap;

use super::world::{Seen, World, people};
use crate::{
    AnswerError, Counts, CountsAnswer, Cursor, EventCount, Events, EventsAnswer, Order, read,
};

pub(super) fn events(q: &Events, world: &World<'_>) -> Result<EventsAnswer, AnswerError> {
    let mut rows = world.within(&q.range, &q.selector)?;
    if q.order == Order::Newest {
        rows.reverse();
    }
    let behind = |seen: &Seen<'_>, cursor: &Cursor| {
        let (own, last) = ((seen.at(), seen.event.id), (cursor.timestamp, cursor.id));
        if q.order == Order::Newest { own < last } else { own > last }
    };
    rows.retain(|seen| q.after.as_ref().is_none_or(|cursor| behind(seen, cursor)));
    let more = rows.len() > q.limit;
    rows.truncate(q.limit);
    let next = rows.last().filter(|_| more).map(|seen| Cursor {
        timestamp: seen.at(),
        id: seen.event.id,
        of: read::fingerprint(&seen.event.tenant, &q.selector, q.order),
    });
    Ok(EventsAnswer { events: rows.iter().map(|seen| seen.event.clone()).collect(), next })
}

pub(super) fn counts(q: &Counts, world: &World<'_>) -> Result<CountsAnswer, AnswerError> {
    let rows = world.within(&q.range, &q.selector)?;
    let mut types: BTreeMap<&str, Vec<Seen<'_>>> = BTreeMap::new();
    for seen in &rows {
        types.entry(&seen.event.event_type).or_default().push(*seen);
    }
    let count = |(event_type, rows): (&str, Vec<Seen<'_>>)| EventCount {
        event_type: event_type.to_owned(),
        count: rows.len() as u64,
        unique_persons: people(&rows).len() as u64,
    };
    let mut events: Vec<EventCount> = types.into_iter().map(count).collect();
    events.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.event_type.cmp(&b.event_type)));
    let unique_persons = people(&rows).len() as u64;
    Ok(CountsAnswer { total: rows.len() as u64, unique_persons, events })
}
