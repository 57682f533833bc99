//! What goes wrong, grouped.

use std::collections::BTreeMap;

use super::world::{Seen, World, people};
use crate::{AnswerError, ErrorGroup, ErrorShape, Errors, ErrorsAnswer, Selector};

pub(super) fn rows<'a>(
    q: &Errors,
    fingerprint: Option<&str>,
    world: &World<'a>,
) -> Result<Vec<Seen<'a>>, AnswerError> {
    let selector = Selector { event: None, filter: q.filter.clone() };
    let mut rows = world.within(&q.range, &selector)?;
    rows.retain(|seen| q.classes.error.iter().any(|name| **name == *seen.event.event_type));
    let of = |seen: &Seen<'_>| ErrorShape::of(&seen.event.properties).fingerprint();
    rows.retain(|seen| fingerprint.is_none_or(|wanted| of(seen) == wanted));
    Ok(rows)
}

pub(super) fn answer(q: &Errors, world: &World<'_>) -> Result<ErrorsAnswer, AnswerError> {
    let rows = rows(q, None, world)?;
    let mut groups: BTreeMap<ErrorShape, Vec<Seen<'_>>> = BTreeMap::new();
    for seen in &rows {
        groups.entry(ErrorShape::of(&seen.event.properties)).or_default().push(*seen);
    }
    let group = |(shape, rows): (ErrorShape, Vec<Seen<'_>>)| ErrorGroup {
        fingerprint: shape.fingerprint(),
        name: shape.name,
        message: shape.message,
        frame: shape.frame,
        count: rows.len() as u64,
        persons: people(&rows).len() as u64,
        first_seen: rows[0].at(),
        last_seen: rows[rows.len() - 1].at(),
    };
    let mut groups: Vec<ErrorGroup> = groups.into_iter().map(group).collect();
    groups.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.fingerprint.cmp(&b.fingerprint)));
    let dropped_groups = groups.len().saturating_sub(q.limit) as u64;
    groups.truncate(q.limit);
    let persons = people(&rows).len() as u64;
    Ok(ErrorsAnswer { total: rows.len() as u64, persons, groups, dropped_groups })
}
