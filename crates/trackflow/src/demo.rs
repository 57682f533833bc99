//! A made-up shop, for trying things out: people who come back, sessions that begin anonymous and
//! end with a name, a funnel that loses people where shops lose them, mornings and weekends.
//!
//! The same seed gives the same people, visits and event ids. A [`Plan`] is laid out in two
//! passes: first every visit's moment and length, which is little, so that the second can make
//! the events in the order of time without holding them all.

mod person;
mod season;
mod shop;
mod visit;

use event::Timestamp;
use fastrand::Rng;
use ingest::{Draft, RawTime};

use self::{person::Person, season::Season};

/// What is to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    /// How many events, exactly.
    pub(crate) events: u64,
    /// Over how many days.
    pub(crate) days: u32,
    /// The moment the last day ends with.
    pub(crate) until: Timestamp,
    /// The same seed makes the same shop.
    pub(crate) seed: u64,
}

/// Every visit, in order of time.
#[derive(Debug)]
pub(crate) struct Plan {
    order: Order,
    visits: Vec<Planned>,
    /// How many people there are.
    pub(crate) people: u64,
}

/// A visit: 24 bytes each, since there may be millions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Planned {
    start: Timestamp,
    person: u64,
    number: u32,
    events: u32,
}

impl Plan {
    /// Lays out visits until they have the events that were ordered.
    pub(crate) fn new(order: Order) -> Self {
        let season = Season::new(order.until, order.days);
        let mut visits = Vec::new();
        let (mut left, mut person) = (order.events, 0);
        while left > 0 {
            let mut rng = stream(order.seed, person, 0);
            let someone = Person::new(&mut rng);
            let mut starts: Vec<Timestamp> = (0..someone.visits)
                .map(|_| season.moment(&mut rng, someone.place.utc_offset_hours))
                .collect();
            starts.sort_unstable();
            for (number, start) in (0..).zip(starts) {
                let events = visit::events(&someone, order.seed, person, number, start).len();
                let events = (events as u64).min(left) as u32;
                left -= u64::from(events);
                if events > 0 {
                    visits.push(Planned { start, person, number, events });
                }
            }
            person += 1;
        }
        visits.sort_unstable();
        Self { order, visits, people: person }
    }

    /// How many visits there are.
    pub(crate) fn visits(&self) -> usize {
        self.visits.len()
    }

    /// All events, by the start of their visit.
    pub(crate) fn drafts(&self) -> impl Iterator<Item = Draft<'static>> + '_ {
        let seed = self.order.seed;
        self.visits.iter().flat_map(move |planned| {
            let person = Person::new(&mut stream(seed, planned.person, 0));
            let mut drafts =
                visit::events(&person, seed, planned.person, planned.number, planned.start);
            drafts.truncate(planned.events as usize);
            // Nobody has done anything later than now.
            let until = self.order.until.0 as f64;
            for draft in &mut drafts {
                if let Some(RawTime::Number(at)) = &mut draft.timestamp {
                    *at = at.min(until);
                }
            }
            drafts
        })
    }
}

/// Random numbers that belong to one person (visit 0 is the person itself) and to nothing else,
/// so that any visit can be made again by itself.
fn stream(seed: u64, person: u64, visit: u64) -> Rng {
    let mix = |n: u64, by: u64| (n ^ (n >> 31)).wrapping_mul(by).rotate_left(29);
    let seed = mix(seed ^ 0x9e37_79b9_7f4a_7c15, 0xbf58_476d_1ce4_e5b9);
    let person = mix(person.wrapping_add(0x632b_e59b_d9b4_e019), 0x94d0_49bb_1331_11eb);
    let visit = mix(visit.wrapping_add(0xd6e8_feb8_6659_fd93), 0xff51_afd7_ed55_8ccd);
    Rng::with_seed(seed ^ person ^ visit)
}

/// One of a list of (weight, thing).
fn weighted<T>(rng: &mut Rng, list: &'static [(u32, T)]) -> &'static T {
    let sum: u32 = list.iter().map(|(weight, _)| weight).sum();
    let mut left = rng.u32(0..sum);
    for (weight, thing) in list {
        match left.checked_sub(*weight) {
            Some(less) => left = less,
            None => return thing,
        }
    }
    &list[0].1
}

#[cfg(test)]
mod tests;
