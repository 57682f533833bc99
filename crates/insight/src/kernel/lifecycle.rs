//! Who is new, comes back, or stays away.
//!
//! A person's events give the periods it was active in, ascending and each once. What it is in a
//! period follows from that period, its neighbours in the list, and its first event ever, for
//! which everything stored before the range is looked at.

use event::Timestamp;

use super::{Fold, Person, Plan, Source, Values, ever::Ever, gather, periods::Periods};
use crate::{
    AnswerError, Lifecycle, LifecyclePoint, LifecycleState, Selector,
    calendar::{self, Buckets},
};

/// Persons by state, in the order of [`LifecycleState::ALL`].
type States = [u64; 4];

/// Says what a person is in each period.
struct Lives<'q> {
    /// The period before the range, and those of the range.
    periods: Periods,
    starts: Vec<i64>,
    /// Events from the start of the first period up to here count in none.
    from: i64,
    ever: Ever<'q>,
}

impl<'q> Lives<'q> {
    fn of(q: &'q Lifecycle, buckets: &Buckets) -> Result<Self, AnswerError> {
        let range = &q.range;
        let before = match buckets.starts().first() {
            Some(start) => {
                Some(calendar::before(*start, &range.zone, q.interval, range.week_start)?)
            }
            None => None,
        };
        Ok(Self {
            periods: Periods::new(before.into_iter().chain(buckets.edges().iter().copied())),
            starts: buckets.starts().iter().map(|start| start.0).collect(),
            from: range.from.0,
            ever: Ever::of(&q.selector),
        })
    }

    /// Tells each period of the range in which the person is something. `active` is memory.
    fn states(
        &self,
        person: &Person<'_>,
        active: &mut Vec<usize>,
        mut tell: impl FnMut(usize, LifecycleState),
    ) {
        self.active(person, active);
        let stored = person.marks.first().map(|mark| mark.at);
        let first = match active.is_empty() {
            true => None,
            false => self.ever.first(person, stored),
        };
        let Some(first) = first else { return };
        let mut last = None;
        for (at, &place) in active.iter().enumerate() {
            if let Some(index) = place.checked_sub(1) {
                let state = if first >= self.starts[index] {
                    LifecycleState::New
                } else if last == Some(index) {
                    LifecycleState::Returning
                } else {
                    LifecycleState::Resurrecting
                };
                tell(index, state);
            }
            // Place p is period p - 1 of the range, so the period behind it is p.
            if place < self.starts.len() && active.get(at + 1) != Some(&(place + 1)) {
                tell(place, LifecycleState::Dormant);
            }
            last = Some(place);
        }
    }

    /// Where the person was active: 0 is the period before the range.
    fn active(&self, person: &Person<'_>, active: &mut Vec<usize>) {
        active.clear();
        let mut walk = self.periods.walk();
        let old = person.marks.partition_point(|mark| mark.at < self.periods.start());
        for mark in &person.marks[old..] {
            let Some(place) = walk.index(mark.at) else { continue };
            let outside = place > 0 && mark.at < self.from;
            if !outside && active.last() != Some(&place) {
                active.push(place);
            }
        }
    }
}

/// Counters, and memory.
type Part = (Vec<States>, Vec<usize>);

impl Fold for Lives<'_> {
    type Part = Part;

    fn start(&self) -> Part {
        (vec![States::default(); self.starts.len()], Vec::new())
    }

    fn person<V: Values>(&self, part: &mut Part, person: Person<'_>, _values: &V) {
        let (counts, active) = part;
        self.states(&person, active, |index, state| counts[index][state as usize] += 1);
    }

    fn merge(&self, mut a: Part, b: Part) -> Part {
        for (a, b) in a.0.iter_mut().zip(b.0) {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        }
        a
    }
}

fn plan(q: &Lifecycle) -> Plan {
    let selectors: Vec<Selector> = vec![q.selector.clone()];
    let before = Ever::of(&q.selector).looks_back();
    Plan { times: (i64::MIN, q.range.to.0), selectors, before, ..Plan::default() }
}

/// One point per period of the range.
pub(super) fn answer<S: Source>(
    q: &Lifecycle,
    source: &S,
) -> Result<Vec<LifecyclePoint>, S::Error> {
    let buckets = Buckets::new(&q.range, q.interval).map_err(AnswerError::from)?;
    let (states, _) = source.fold(&plan(q), &Lives::of(q, &buckets)?)?;
    let now = source.now();
    let point = |(index, states): (usize, &States)| {
        let [new, returning, resurrecting, dormant] = *states;
        let (start, partial) = (buckets.starts()[index], buckets.is_partial(index, now));
        LifecyclePoint { start, new, returning, resurrecting, dormant, partial }
    };
    Ok(states.iter().enumerate().map(point).collect())
}

/// The persons that are something in the period that starts at a moment.
pub(super) fn behind<S: Source>(
    q: &Lifecycle,
    bucket: Timestamp,
    wanted: LifecycleState,
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    let buckets = Buckets::new(&q.range, q.interval).map_err(AnswerError::from)?;
    let index = buckets.starts().iter().position(|start| *start == bucket);
    let index = index.ok_or(AnswerError::Coordinate("lifecycle"))?;
    let lives = Lives::of(q, &buckets)?;
    gather::persons(source, &plan(q), |active: &mut Vec<usize>, person| {
        let mut found = false;
        lives.states(&person, active, |at, state| found |= at == index && state == wanted);
        found
    })
}
