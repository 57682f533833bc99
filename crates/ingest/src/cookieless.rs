//! Visitors without an id of their own: one that lasts a day.
//!
//! It is a keyed hash of the tenant, the address, the user agent and the site. The key is that of
//! the day, and is destroyed with it, so nobody can ever tell that two days had the same visitor.
//! A visit over midnight stays whole: who was there less than half an hour before keeps the id of
//! the day before, which is remembered in memory only.

use std::{
    collections::HashMap,
    hash::Hasher,
    sync::{Mutex, PoisonError},
};

use event::Timestamp;
use siphasher::sip128::{Hasher128, SipHasher13};

/// Begins every id that is made here.
pub const PREFIX: &str = "$cookieless_";

/// A visit ends when nothing came for so long.
const VISIT_MS: i64 = 30 * 60_000;
const DAY_MS: i64 = 86_400_000;
const SWEEP_EVERY_MS: i64 = 60_000;
/// Visits over midnight that are remembered; further ones begin anew with the day.
const VISITS_MAX: usize = 100_000;

/// What a visitor is known by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visitor<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) address: &'a str,
    pub(crate) user_agent: &'a str,
    pub(crate) site: &'a str,
}

/// Visits that may go on over midnight.
#[derive(Debug)]
pub(crate) struct Visits {
    /// Random, of this process.
    key: [u8; 16],
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    visits: HashMap<u128, Visit>,
    /// When those that are over were last taken out.
    swept: Timestamp,
}

#[derive(Clone, Copy, Debug)]
struct Visit {
    id: u128,
    last: Timestamp,
}

/// The day of UTC a moment is in, counted since 1970.
pub(crate) fn day(at: Timestamp) -> i64 {
    at.0.div_euclid(DAY_MS)
}

impl Visits {
    pub(crate) fn new(key: [u8; 16]) -> Self {
        Self { key, open: Mutex::default() }
    }

    /// The bits of a visitor's id now; `salt` is the key of the day.
    pub(crate) fn id(&self, visitor: &Visitor<'_>, salt: &[u8; 16], now: Timestamp) -> u128 {
        let id = hash(salt, visitor);
        let is_late = now.0.rem_euclid(DAY_MS) >= DAY_MS - VISIT_MS;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        // For most of the day there is nothing to go on, and nothing to remember.
        if !is_late && open.visits.is_empty() {
            return id;
        }
        open.sweep(now);
        let who = hash(&self.key, visitor);
        if let Some(visit) = open.visits.get_mut(&who).filter(|visit| visit.goes_on(now)) {
            visit.last = visit.last.max(now);
            return visit.id;
        }
        open.visits.remove(&who);
        if is_late && open.visits.len() < VISITS_MAX {
            open.visits.insert(who, Visit { id, last: now });
        }
        id
    }
}

impl Open {
    /// Takes out, at most once a minute, the visits that are over.
    fn sweep(&mut self, now: Timestamp) {
        if now.0.saturating_sub(self.swept.0) >= SWEEP_EVERY_MS {
            self.swept = now;
            self.visits.retain(|_, visit| visit.goes_on(now));
        }
    }
}

impl Visit {
    fn goes_on(&self, now: Timestamp) -> bool {
        now.0.saturating_sub(self.last.0) < VISIT_MS
    }
}

/// SipHash-1-3-128 of the parts, each behind its length.
fn hash(key: &[u8; 16], visitor: &Visitor<'_>) -> u128 {
    let mut hasher = SipHasher13::new_with_key(key);
    for part in [visitor.tenant, visitor.address, visitor.user_agent, visitor.site] {
        hasher.write_u32(part.len() as u32);
        hasher.write(part.as_bytes());
    }
    hasher.finish128().as_u128()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIDNIGHT: i64 = 20_000 * DAY_MS;
    const VISITOR: Visitor<'static> =
        Visitor { tenant: "t", address: "192.0.2.1", user_agent: "UA", site: "a.example" };

    fn salt(at: i64) -> [u8; 16] {
        [day(Timestamp(at)) as u8; 16]
    }

    #[test]
    fn an_id_lasts_a_day_and_a_visit_over_midnight_stays_whole() {
        let visits = Visits::new([1; 16]);
        let id = |at: i64| visits.id(&VISITOR, &salt(at), Timestamp(at));
        let noon = id(MIDNIGHT - DAY_MS / 2);
        assert_eq!(id(MIDNIGHT - 10 * 60_000), noon);
        assert_eq!(id(MIDNIGHT + 10 * 60_000), noon, "the visit goes on");
        assert_eq!(id(MIDNIGHT + 35 * 60_000), noon, "25 minutes later still");
        let next = id(MIDNIGHT + 66 * 60_000);
        assert_ne!(next, noon, "31 minutes later it is over");
        assert_eq!(id(MIDNIGHT + DAY_MS / 2), next);
    }

    #[test]
    fn who_was_not_there_before_midnight_begins_anew() {
        let visits = Visits::new([1; 16]);
        let id = |at: i64| visits.id(&VISITOR, &salt(at), Timestamp(at));
        assert_ne!(id(MIDNIGHT - 31 * 60_000), id(MIDNIGHT + 1));
    }

    #[test]
    fn parts_are_kept_apart() {
        let visits = Visits::new([1; 16]);
        let id = |visitor| visits.id(&visitor, &[0; 16], Timestamp(0));
        let other = Visitor { address: "192.0.2.1U", user_agent: "A", ..VISITOR };
        assert_ne!(id(VISITOR), id(other));
        assert_ne!(id(VISITOR), id(Visitor { site: "b.example", ..VISITOR }));
        assert_ne!(id(VISITOR), id(Visitor { tenant: "u", ..VISITOR }));
    }

    #[test]
    fn memory_is_bounded_and_freed() {
        let visits = Visits::new([1; 16]);
        let at = |number: usize, at: i64| {
            let address = number.to_string();
            visits.id(&Visitor { address: &address, ..VISITOR }, &salt(at), Timestamp(at));
        };
        for number in 0..VISITS_MAX + 100 {
            at(number, MIDNIGHT - 60_000);
        }
        assert_eq!(visits.open.lock().unwrap().visits.len(), VISITS_MAX);
        at(0, MIDNIGHT + 2 * VISIT_MS);
        assert_eq!(visits.open.lock().unwrap().visits.len(), 0);
    }
}
