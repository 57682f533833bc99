//! Single events, newest or oldest first.
//!
//! Units are visited by their latest (or earliest) event; once the list is full and its last
//! entry beats everything the next unit can hold, the rest is not looked at. Only then are the
//! winners read whole.

use event::{Event, EventId, Timestamp};
use insight::{
    Cursor, Events, EventsAnswer, Order, Selector,
    kernel::{Mark, Plan},
    read,
};

use super::{
    LocalSource, Unit,
    prepare::{Compiled, Prepared},
};
use crate::{AskError, local::scan::parallel};

/// Where an event stands in the list: smaller comes first.
pub(super) type Rank = (i64, u128);

/// A row that is in the list so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Winner {
    rank: Rank,
    unit: u32,
    row: u32,
}

/// Turns moment and id into a rank, both ways round.
pub(super) fn rank(order: Order, time: i64, id: u128) -> Rank {
    match order {
        Order::Newest => (!time, !id),
        Order::Oldest => (time, id),
    }
}

/// The best first half of a rank a unit can hold.
fn best(order: Order, unit: &Unit) -> i64 {
    let (earliest, latest) = unit.times();
    match order {
        Order::Newest => !latest,
        Order::Oldest => earliest,
    }
}

/// What a list is made of.
struct Listing<'a> {
    compiled: Compiled<'a>,
    order: Order,
    after: Option<Rank>,
    /// One more than asked for: that tells whether there are more.
    wanted: usize,
}

impl LocalSource<'_> {
    /// A list of events.
    pub(in crate::local::scan) fn list(&self, q: &Events) -> Result<EventsAnswer, AskError> {
        let of = self.checked(&q.selector, q.order, q.after)?;
        let times = (q.range.from.0, q.range.to.0);
        let selectors = vec![q.selector.clone()];
        let plan = self.clipped(&Plan { times, selectors, ..Plan::default() });
        let compiled = Compiled::new(self, &plan)?;
        let after = q.after.map(|cursor| rank(q.order, cursor.timestamp.0, cursor.id.as_u128()));
        let wanted = q.limit.saturating_add(1);
        let listing = Listing { compiled, order: q.order, after, wanted };
        let mut units = self.units(&plan);
        units.sort_by_key(|unit| (best(q.order, unit), unit.id()));
        let met = self.meet(&units);
        let mut winners: Vec<Winner> = Vec::new();
        let mut at = 0;
        while at < units.len() {
            let bound = last(&winners, wanted);
            if bound.is_some_and(|bound| bound.0 < best(q.order, &units[at])) {
                break;
            }
            let wave = &units[at..units.len().min(at + self.scanner.threads.count)];
            let found = parallel::map(self.scanner.threads, wave, |n, unit| {
                self.winners(&listing, unit, met[at + n], bound)
            })?;
            at += wave.len();
            winners.extend(found.into_iter().flatten());
            winners.sort_unstable();
            winners.truncate(wanted);
        }
        let more = winners.len() > q.limit;
        winners.truncate(q.limit);
        let mark = |w: &Winner| Mark { at: 0, bits: 0, unit: w.unit, row: w.row };
        let events = self.events_of(&winners.iter().map(mark).collect::<Vec<_>>())?;
        let next = next(&events, more, of);
        Ok(EventsAnswer { events, next })
    }

    /// The fingerprint of a list, which its cursor must carry.
    pub(super) fn checked(
        &self,
        selector: &Selector,
        order: Order,
        after: Option<Cursor>,
    ) -> Result<u64, AskError> {
        let of = read::fingerprint(&self.scanner.asking.tenant, selector, order);
        match after.filter(|cursor| cursor.of != of) {
            None => Ok(of),
            Some(_) => Err(AskError::Invalid {
                field: "cursor".into(),
                problem: insight::CursorError.to_string(),
            }),
        }
    }

    /// The rows of a unit that may be in the list.
    fn winners(
        &self,
        listing: &Listing<'_>,
        unit: &Unit,
        met: u32,
        bound: Option<Rank>,
    ) -> Result<Vec<Winner>, AskError> {
        let base = self.scanner.base(unit)?;
        let roster = self.roster(std::slice::from_ref(unit), std::slice::from_ref(&base));
        let prepared = Prepared::new(self, &listing.compiled, &roster, (unit, base))?;
        self.scanner.count_read(prepared.base.rows(), prepared.bytes as u64);
        let mut found = candidates(&prepared, listing, bound);
        // At the very moment of the cursor ids decide: those must not crowd out later ones.
        let at_cursor = |(time, _): &mut (i64, u32)| listing.after.is_some_and(|a| a.0 == *time);
        let tied: Vec<(i64, u32)> = found.extract_if(.., at_cursor).collect();
        if found.len() > listing.wanted {
            let (_, last, _) = found.select_nth_unstable(listing.wanted - 1);
            let last = last.0;
            found.retain(|(time, _)| *time <= last);
        }
        let mut rows: Vec<usize> =
            found.iter().chain(&tied).map(|(_, row)| *row as usize).collect();
        rows.sort_unstable();
        let ids = self.scanner.ids_at(unit, &rows)?;
        let winner = |(row, id): (usize, u128)| {
            let rank = rank(listing.order, prepared.base.time(row), id);
            Winner { rank, unit: met, row: row as u32 }
        };
        let mut winners: Vec<Winner> = rows.into_iter().zip(ids).map(winner).collect();
        winners.retain(|winner| listing.after.is_none_or(|after| winner.rank > after));
        winners.sort_unstable();
        winners.truncate(listing.wanted);
        Ok(winners)
    }
}

/// First halves of ranks, and rows.
fn candidates(
    prepared: &Prepared<'_>,
    listing: &Listing<'_>,
    bound: Option<Rank>,
) -> Vec<(i64, u32)> {
    let base = &*prepared.base;
    let (from, to) = prepared.times;
    let mut found = Vec::new();
    for row in 0..base.rows() {
        let at = base.time(row);
        let (time, _) = rank(listing.order, at, 0);
        let may_win = bound.is_none_or(|bound| time <= bound.0)
            && listing.after.is_none_or(|after| time >= after.0);
        if may_win && from <= at && at < to && prepared.takes(row) {
            found.push((time, row as u32));
        }
    }
    found
}

/// The rank another row must beat, once the list is full.
fn last(winners: &[Winner], wanted: usize) -> Option<Rank> {
    winners.get(wanted.checked_sub(1)?).map(|winner| winner.rank)
}

/// The cursor behind a page.
pub(super) fn next(events: &[Event], more: bool, of: u64) -> Option<Cursor> {
    events.last().filter(|_| more).map(|last| {
        let (timestamp, id): (Timestamp, EventId) = (last.timestamp, last.id);
        Cursor { timestamp, id, of }
    })
}
