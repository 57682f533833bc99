//! What lies before the horizon: nothing of it is seen, but who did what for the first time is
//! known.
//!
//! First times are kept of what was removed. Old events that are still there, in the head or in
//! parts that were not written anew yet, are looked through when a plan asks for first times, so
//! that no answer tells how far the removal is.

use std::sync::Arc;

use insight::{
    Selector,
    kernel::{Before, Plan},
};

use super::{LocalSource, links::Linked, roster::Roster, units};
use crate::{
    AskError,
    local::columns::{Base, SHARED_BIT, bit_of},
};

/// First times from before the horizon, by number of person.
#[derive(Debug, Default)]
pub(super) struct History {
    names: Vec<Arc<str>>,
    /// Where the rows of each number begin, and behind them how many there are; empty without any.
    starts: Vec<u32>,
    rows: Vec<(u32, i64)>,
}

impl History {
    /// Of number of person, event type and moment, in any order.
    fn new(names: Vec<Arc<str>>, found: &[(u32, u32, i64)], persons: usize) -> Self {
        if found.is_empty() {
            return Self::default();
        }
        let mut starts = vec![0; persons + 1];
        found.iter().for_each(|(number, ..)| starts[*number as usize + 1] += 1);
        for number in 0..persons {
            starts[number + 1] += starts[number];
        }
        let mut next = starts.clone();
        let mut rows = vec![(0, 0); found.len()];
        for (number, event_type, at) in found {
            let place = &mut next[*number as usize];
            rows[*place as usize] = (*event_type, *at);
            *place += 1;
        }
        Self { names, starts, rows }
    }

    /// The first times of a person.
    #[inline]
    pub(super) fn of(&self, number: u32) -> Before<'_> {
        let at = number as usize;
        match self.starts.get(at..at + 2) {
            Some([from, to]) => {
                let rows = &self.rows[*from as usize..*to as usize];
                Before { names: &self.names, rows }
            }
            _ => Before::default(),
        }
    }
}

/// First times while they are looked for.
struct Looking<'a> {
    selectors: &'a [Selector],
    names: Vec<Arc<str>>,
    found: Vec<(u32, u32, i64)>,
}

impl Looking<'_> {
    /// The number of each event type that the plan takes.
    fn numbers(&mut self, names: &[Arc<str>]) -> Vec<Option<u32>> {
        let number = |name: &Arc<str>| {
            let taken = self.selectors.iter().any(|selector| selector.takes(name));
            taken.then(|| {
                let known = self.names.iter().position(|known| known == name);
                known.unwrap_or_else(|| {
                    self.names.push(name.clone());
                    self.names.len() - 1
                }) as u32
            })
        };
        names.iter().map(number).collect()
    }
}

impl LocalSource<'_> {
    /// The plan without what lies before the horizon.
    pub(super) fn clipped(&self, plan: &Plan) -> Plan {
        Plan { times: self.seen(plan.times), ..plan.clone() }
    }

    /// Of `[from, to)` what does not lie before the horizon.
    pub(super) fn seen(&self, (from, to): (i64, i64)) -> (i64, i64) {
        (from.max(self.horizon), to)
    }

    /// Whether a stretch has events that are seen.
    #[inline]
    pub(super) fn lives(&self, base: &Base, stretch: usize) -> bool {
        base.times.0 >= self.horizon || base.time(base.stretch(stretch).end - 1) >= self.horizon
    }

    /// First times of what is not seen, if the plan asks for them.
    pub(super) fn history(&self, plan: &Plan, roster: &Roster) -> Result<History, AskError> {
        if !plan.before || self.horizon == i64::MIN {
            return Ok(History::default());
        }
        let mut looking =
            Looking { selectors: &plan.selectors, names: Vec::new(), found: Vec::new() };
        self.removed(roster, &mut looking);
        self.hidden(roster, &mut looking)?;
        Ok(History::new(looking.names, &looking.found, roster.len()))
    }

    /// Of events that were removed.
    fn removed(&self, roster: &Roster, looking: &mut Looking<'_>) {
        let Some(times) = self.snapshot.disk.first_times.get(self.tenant()) else { return };
        let numbers = looking.numbers(times.names());
        let mut near = 0;
        for (key, event_type, at) in times.iter() {
            let Some(event_type) = numbers[event_type as usize] else { continue };
            let person = self.links.canonical(key);
            let number = match person == key {
                true => roster.number_near(&mut near, key),
                false => roster.number(person),
            };
            looking.found.extend(number.map(|number| (number, event_type, at)));
        }
    }

    /// Of events that are still there.
    fn hidden(&self, roster: &Roster, looking: &mut Looking<'_>) -> Result<(), AskError> {
        let types: Vec<Option<&str>> =
            looking.selectors.iter().map(|selector| selector.event.as_deref()).collect();
        let old = units(self.snapshot, self.tenant(), (i64::MIN, self.horizon), &types);
        for base in self.bases(&old)? {
            self.scanner.count_read(base.rows(), base.bytes() as u64);
            let numbers = looking.numbers(&base.names);
            for (stretch, key) in base.keys.iter().enumerate().filter(|(_, key)| **key != 0) {
                let Some(number) = roster.number(self.links.canonical(*key)) else { continue };
                // Rows of a stretch come by time: the first of a type is the earliest.
                let mut seen = 0;
                for row in base.stretch(stretch) {
                    let (at, code) = (base.time(row), base.events.get(row));
                    if at >= self.horizon {
                        break;
                    }
                    let Some(event_type) = numbers[code] else { continue };
                    if code >= SHARED_BIT || seen & bit_of(code) == 0 {
                        looking.found.push((number, event_type, at));
                    }
                    seen |= bit_of(code);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_times_are_found_by_number() {
        let names: Vec<Arc<str>> = vec!["a".into(), "b".into()];
        let history = History::new(names.clone(), &[(3, 1, 9), (0, 0, 5), (3, 0, 7)], 5);
        let of = |number| history.of(number).rows.to_vec();
        assert_eq!((of(0), of(3)), (vec![(0, 5)], vec![(1, 9), (0, 7)]));
        assert_eq!((of(1), of(4), of(5), of(9)), (vec![], vec![], vec![], vec![]));
        assert!(History::new(names, &[], 5).of(1).rows.is_empty());
    }
}
