//! Single events, newest or oldest first.
//!
//! Units are visited by their latest (or earliest) event; once the list is full and its last
//! entry beats everything the next unit can hold, the rest is not looked at. Only then are the
//! winners read whole.

use std::collections::BinaryHeap;

use event::{EventId, Timestamp};
use insight::{Answer, Cursor, Events, EventsAnswer, Order, read};

use super::{Needs, Scanner, Unit, fetch, select::Select, unit::units};
use crate::{AskError, local::snapshot::Snapshot};

/// Where an event stands in the list: smaller comes first.
type Rank = (i64, u128);

/// A row that is in the list so far; the largest is the last of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Winner {
    rank: Rank,
    /// Index of its unit.
    pub(super) unit: usize,
    /// Its row within the unit.
    pub(super) row: usize,
}

/// Turns moment and id into a rank, both ways round.
fn rank(order: Order, time: i64, id: u128) -> Rank {
    match order {
        Order::Newest => (!time, !id),
        Order::Oldest => (time, id),
    }
}

pub(super) fn answer(
    scanner: &Scanner<'_>,
    question: &Events,
    snapshot: &Snapshot,
) -> Result<Answer, AskError> {
    let Events { range, selector, order, after, .. } = question;
    let of = checked_fingerprint(scanner, question)?;
    let select = Select::new(selector, range)?;
    let mut needs = Needs { ids: true, ..Needs::default() };
    select.needs(&mut needs);
    let tenant = scanner.asking.tenant.as_str();
    let mut units = units(snapshot, tenant, select.times, &[select.selector.event.as_deref()]);
    units.sort_by_key(|unit| best(*order, unit));
    let after = after.map(|cursor| rank(*order, cursor.timestamp.0, cursor.id.as_u128()));
    let mut winners: BinaryHeap<Winner> = BinaryHeap::new();
    // One more than asked for tells whether there are more.
    let wanted = question.limit.saturating_add(1);
    for (at, unit) in units.iter().enumerate() {
        let full = winners.len() >= wanted;
        if full && winners.peek().is_some_and(|last| last.rank.0 < best(*order, unit)) {
            break;
        }
        collect(scanner, &select, &needs, *order, (at, unit), after, wanted, &mut winners)?;
    }
    let mut winners = winners.into_sorted_vec();
    let more = winners.len() > question.limit;
    winners.truncate(question.limit);
    let events = fetch::events(scanner, &units, &winners)?;
    let next = events.last().filter(|_| more).map(|last| {
        let (timestamp, id): (Timestamp, EventId) = (last.timestamp, last.id);
        Cursor { timestamp, id, of }
    });
    Ok(Answer::Events(EventsAnswer { events, next }))
}

/// The fingerprint of a list, which its cursor must carry.
pub(super) fn checked_fingerprint(
    scanner: &Scanner<'_>,
    question: &Events,
) -> Result<u64, AskError> {
    let of = read::fingerprint(&scanner.asking.tenant, &question.selector, question.order);
    if question.after.is_some_and(|cursor| cursor.of != of) {
        let problem = insight::CursorError.to_string();
        return Err(AskError::Invalid { field: "cursor".into(), problem });
    }
    Ok(of)
}

/// The best first half of a rank a unit can hold.
fn best(order: Order, unit: &Unit) -> i64 {
    let (earliest, latest) = unit.times();
    match order {
        Order::Newest => !latest,
        Order::Oldest => earliest,
    }
}

#[expect(clippy::too_many_arguments, reason = "one loop, cut out of the function above")]
fn collect(
    scanner: &Scanner<'_>,
    select: &Select,
    needs: &Needs,
    order: Order,
    (at, unit): (usize, &Unit),
    after: Option<Rank>,
    wanted: usize,
    winners: &mut BinaryHeap<Winner>,
) -> Result<(), AskError> {
    unit.scan(scanner, needs, &mut |batch| {
        let mut bound = bound_of(winners, wanted);
        let of = |row: usize| rank(order, batch.times[row], batch.ids[row]);
        let mut found = Vec::new();
        let may_win = |row: usize| {
            let rank = of(row);
            rank < bound && after.is_none_or(|after| rank > after)
        };
        select.each(batch, may_win, |row| found.push(row));
        for row in found {
            let rank = of(row);
            if rank < bound {
                winners.push(Winner { rank, unit: at, row: batch.first + row });
                if winners.len() > wanted {
                    winners.pop();
                }
                bound = bound_of(winners, wanted);
            }
        }
    })
}

/// What a row must beat to get into the list.
fn bound_of(winners: &BinaryHeap<Winner>, wanted: usize) -> Rank {
    let last = winners.peek().filter(|_| winners.len() >= wanted);
    last.map_or((i64::MAX, u128::MAX), |last| last.rank)
}
