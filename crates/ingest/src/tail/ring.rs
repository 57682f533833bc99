//! The newest events of the tenants that are followed, so many and so large at most. What is too
//! much goes from the old end, whether everybody has taken it or not.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use event::TenantId;

use super::{Heard, Seen};

/// Events in memory.
const EVENTS_MAX: usize = 4_096;
/// Bytes in memory, by [`cost`].
const BYTES_MAX: usize = 64 << 20;
/// Events that a follower takes at once.
const TAKE_EVENTS_MAX: usize = 64;
/// Bytes of records after which a follower takes no further one at once.
const TAKE_BYTES_MAX: usize = 64 << 10;

/// Entries have sequence numbers without gaps from `first` on. Apart from that the events of each
/// tenant are numbered, so that a follower can be told how many of its own it missed.
#[derive(Debug, Default)]
pub(super) struct Ring {
    entries: VecDeque<Entry>,
    first: u64,
    bytes: usize,
    tenants: BTreeMap<TenantId, Followed>,
    joins: u64,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    seen: Arc<Seen>,
}

/// A tenant.
#[derive(Debug)]
struct Followed {
    followers: usize,
    /// The number of its next event.
    next: u64,
    /// Its events below this number are gone.
    gone: u64,
}

/// How far a follower is.
#[derive(Debug)]
pub(super) struct Place {
    at: u64,
    /// The number of the next event of its tenant.
    number: u64,
}

/// Who is followed, and how often somebody had joined by then.
pub(super) struct Tenants {
    names: BTreeSet<Arc<str>>,
    pub(super) joins: u64,
}

impl Tenants {
    pub(super) fn has(&self, tenant: &str) -> bool {
        self.names.contains(tenant)
    }
}

/// What an event takes up: the record, its decoded and its written form.
fn cost(seen: &Seen) -> usize {
    3 * seen.bytes + 512
}

impl Ring {
    /// Begins at the end.
    pub(super) fn join(&mut self, tenant: &TenantId) -> Place {
        let end = self.first + self.entries.len() as u64;
        self.joins += 1;
        // Numbers never run ahead of the sequence: those of an earlier stay are smaller.
        let followed = self.tenants.entry(tenant.clone()).or_insert(Followed {
            followers: 0,
            next: end,
            gone: 0,
        });
        followed.followers += 1;
        Place { at: end, number: followed.next }
    }

    pub(super) fn leave(&mut self, tenant: &TenantId) {
        if let Some(followed) = self.tenants.get_mut(tenant) {
            followed.followers -= 1;
            if followed.followers == 0 {
                self.tenants.remove(tenant);
            }
        }
    }

    pub(super) fn is_followed(&self) -> bool {
        !self.tenants.is_empty()
    }

    pub(super) fn joins(&self) -> u64 {
        self.joins
    }

    pub(super) fn followed(&self) -> Tenants {
        Tenants { names: self.tenants.keys().map(TenantId::shared).collect(), joins: self.joins }
    }

    /// Takes an event in, when its tenant is still followed.
    pub(super) fn push(&mut self, seen: Arc<Seen>) {
        let Some(followed) = self.tenants.get_mut(&seen.event.tenant) else { return };
        let number = followed.next;
        followed.next += 1;
        self.bytes += cost(&seen);
        self.entries.push_back(Entry { number, seen });
        while self.entries.len() > EVENTS_MAX || (self.bytes > BYTES_MAX && self.entries.len() > 1)
        {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let Some(Entry { number, seen }) = self.entries.pop_front() else { return };
        self.first += 1;
        self.bytes -= cost(&seen);
        if let Some(followed) = self.tenants.get_mut(&seen.event.tenant) {
            followed.gone = followed.gone.max(number + 1);
        }
    }

    /// Nobody is left.
    pub(super) fn clear(&mut self) {
        while !self.entries.is_empty() {
            self.drop_oldest();
        }
    }

    /// Up to `count` events were lost before they could be taken in.
    pub(super) fn lose(&mut self, count: u64) {
        self.clear();
        self.first += count;
        for followed in self.tenants.values_mut() {
            followed.next += count;
            followed.gone = followed.next;
        }
    }

    /// What is next for a follower; None when it has everything.
    pub(super) fn take(&self, tenant: &TenantId, place: &mut Place) -> Option<Heard> {
        if place.at < self.first {
            place.at = self.first;
            let gone = self.tenants.get(tenant).map_or(0, |followed| followed.gone);
            let missed = gone.saturating_sub(place.number);
            if missed > 0 {
                place.number = gone;
                return Some(Heard::Missed(missed));
            }
        }
        let (mut events, mut bytes) = (Vec::new(), 0);
        while let Some(entry) = self.entries.get((place.at - self.first) as usize) {
            if events.len() == TAKE_EVENTS_MAX || bytes >= TAKE_BYTES_MAX {
                break;
            }
            place.at += 1;
            if entry.seen.event.tenant == *tenant {
                place.number = entry.number + 1;
                bytes += entry.seen.bytes;
                events.push(entry.seen.clone());
            }
        }
        (!events.is_empty()).then_some(Heard::Events(events))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use event::{Dialect, Event, EventId, Fields, Marks, Source, Timestamp};
    use journal::Lane;

    use super::*;
    use crate::tail::At;

    fn tenant(name: &str) -> TenantId {
        TenantId::new(name).unwrap()
    }

    fn seen(of: &str, position: u64, bytes: usize) -> Arc<Seen> {
        let event = Event {
            id: EventId::from_bytes([7; 16]),
            tenant: tenant(of),
            event_type: "a".into(),
            timestamp: Timestamp(0),
            received_at: Timestamp(0),
            dialect: Dialect::Simple,
            source: Source::Web,
            marks: Marks::default(),
            revenue: None,
            fields: Fields::default(),
            properties: "{}".into(),
        };
        let at = At { lane: Lane::DATA, position };
        Arc::new(Seen { at, event, bytes, written: OnceLock::new() })
    }

    /// Everything there is, as events and missed ones.
    fn drained(ring: &Ring, of: &str, place: &mut Place) -> (Vec<u64>, u64) {
        let (mut positions, mut missed) = (Vec::new(), 0);
        while let Some(heard) = ring.take(&tenant(of), place) {
            match heard {
                Heard::Events(events) => {
                    positions.extend(events.iter().map(|seen| seen.at.position));
                }
                Heard::Missed(count) => missed += count,
            }
        }
        (positions, missed)
    }

    #[test]
    fn each_tenant_has_its_own_in_order() {
        let mut ring = Ring::default();
        let (mut a, mut b) = (ring.join(&tenant("a")), ring.join(&tenant("b")));
        for position in 0..200 {
            ring.push(seen(["a", "b", "c"][position as usize % 3], position, 10));
        }
        let of = |rest| (0..200).filter(|p| p % 3 == rest).collect::<Vec<u64>>();
        assert_eq!(drained(&ring, "a", &mut a), (of(0), 0));
        assert_eq!(drained(&ring, "b", &mut b), (of(1), 0));
        assert_eq!(ring.entries.len(), of(0).len() + of(1).len(), "nobody follows c");
    }

    #[test]
    fn who_is_too_slow_is_told_how_many_of_its_own_are_gone() {
        let mut ring = Ring::default();
        let (mut a, mut b) = (ring.join(&tenant("a")), ring.join(&tenant("b")));
        ring.push(seen("b", 0, 10));
        for position in 1..=5_000 {
            ring.push(seen("a", position, 10));
        }
        assert_eq!(ring.entries.len(), EVENTS_MAX);
        let kept = (5_001 - EVENTS_MAX as u64..=5_000).collect();
        assert_eq!(drained(&ring, "a", &mut a), (kept, 5_000 - EVENTS_MAX as u64));
        assert_eq!(drained(&ring, "b", &mut b), (vec![], 1));
    }

    #[test]
    fn large_events_are_bounded_by_their_bytes() {
        let mut ring = Ring::default();
        let mut a = ring.join(&tenant("a"));
        (0..100).for_each(|position| ring.push(seen("a", position, 8 << 20)));
        assert!(ring.bytes <= BYTES_MAX && ring.entries.len() <= 2);
        let (positions, missed) = drained(&ring, "a", &mut a);
        assert_eq!(positions.len() as u64 + missed, 100);
    }

    #[test]
    fn who_comes_back_is_not_told_of_what_went_before() {
        let mut ring = Ring::default();
        let _first = ring.join(&tenant("a"));
        (0..50).for_each(|position| ring.push(seen("a", position, 10)));
        ring.leave(&tenant("a"));
        let mut again = ring.join(&tenant("a"));
        ring.push(seen("a", 50, 10));
        ring.drop_oldest();
        assert_eq!(drained(&ring, "a", &mut again), (vec![50], 0));
    }

    #[test]
    fn what_could_not_be_read_is_missed_by_all() {
        let mut ring = Ring::default();
        let mut a = ring.join(&tenant("a"));
        (0..10).for_each(|position| ring.push(seen("a", position, 10)));
        ring.lose(7);
        ring.push(seen("a", 17, 10));
        assert_eq!(drained(&ring, "a", &mut a), (vec![17], 17));
        ring.leave(&tenant("a"));
        assert!(!ring.is_followed());
    }
}
