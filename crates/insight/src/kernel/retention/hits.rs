//! What one person adds to the matrix.
//!
//! A person's events ascend, so its starts and returns come as ascending lists without sorting:
//! by the calendar the periods that have one, each once; rolling, the first start of each period
//! and the moments of all returns. From a start on, the returns of the periods behind it are then
//! neighbours in the list. Work is linear in the events plus the cells that are hit (rolling, with
//! a search by halves between two cells).

use event::Timestamp;

use super::{plan_edges, window_ms};
use crate::{
    Basis, Retention, Windows,
    kernel::{Mark, Person, ever::Ever, periods::Periods},
};

/// Memory that is used again from person to person.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Per cohort of the person, ascending: its index, and the first start there.
    starts: Vec<(usize, i64)>,
    /// Periods with a return, ascending.
    returned: Vec<usize>,
    /// Moments of returns, ascending.
    returns: Vec<i64>,
}

/// Says which cells a person belongs to.
pub(super) struct Hits<'q> {
    q: &'q Retention,
    /// Those of the range, and those behind it.
    periods: Periods,
    ever: Ever<'q>,
    /// The selector of returns in the plan.
    returning: usize,
    /// Periods of the intervals of the plan.
    places: Vec<Option<usize>>,
}

impl<'q> Hits<'q> {
    pub(super) fn of(q: &'q Retention, edges: &[Timestamp]) -> Self {
        let periods = Periods::new(edges.iter().copied());
        let returning = usize::from(q.returning != q.start);
        let mut walk = periods.walk();
        let places = plan_edges(q, edges).iter().map(|edge| walk.index(*edge)).collect();
        Self { q, periods, ever: Ever::of(&q.start), returning, places }
    }

    /// Tells each cell of a person once: its cohort and its period.
    pub(super) fn tell(
        &self,
        person: &Person<'_>,
        scratch: &mut Scratch,
        mut hit: impl FnMut(usize, usize),
    ) {
        // Returns lie behind the start, so nothing before the first period matters.
        let old = match self.q.basis {
            Basis::Recurring => 0,
            Basis::FirstTime => match self.only_start(person) {
                Some(start) => start,
                None => return,
            },
        };
        let marks = &person.marks[old..];
        match self.q.windows {
            Windows::Calendar => {
                self.by_calendar(marks, scratch);
                calendar(scratch, self.q.periods, &mut hit);
            }
            Windows::Rolling => {
                self.by_moment(marks, scratch);
                rolling(scratch, self.q.periods, window_ms(self.q.period), &mut hit);
            }
        }
    }

    /// Where the first start ever is among the events, if it is there and in the range.
    fn only_start(&self, person: &Person<'_>) -> Option<usize> {
        let place = person.marks.iter().position(|mark| mark.is(0))?;
        let stored = person.marks[place].at;
        let first = self.ever.first(person, Some(stored));
        (self.in_range(stored) && first == Some(stored)).then_some(place)
    }

    fn in_range(&self, at: i64) -> bool {
        self.q.range.contains(Timestamp(at))
    }

    /// Whether an event is a start that counts; `starts` are those before.
    fn starts(&self, mark: &Mark, starts: &[(usize, i64)]) -> bool {
        let open = self.q.basis == Basis::Recurring || starts.is_empty();
        open && mark.is(0) && self.in_range(mark.at)
    }

    fn by_calendar(&self, marks: &[Mark], scratch: &mut Scratch) {
        let Scratch { starts, returned, .. } = scratch;
        starts.clear();
        returned.clear();
        let mut walk = self.periods.walk();
        for mark in marks {
            let place = match mark.interval() {
                Some(interval) => self.places[interval],
                None => walk.index(mark.at),
            };
            let Some(place) = place else { continue };
            if mark.is(self.returning) && returned.last() != Some(&place) {
                returned.push(place);
            }
            let known = starts.last().is_some_and(|(last, _)| *last == place);
            if !known && self.starts(mark, starts) {
                starts.push((place, mark.at));
            }
        }
    }

    fn by_moment(&self, marks: &[Mark], scratch: &mut Scratch) {
        let Scratch { starts, returns, .. } = scratch;
        starts.clear();
        returns.clear();
        let mut walk = self.periods.walk();
        for mark in marks {
            if mark.is(self.returning) {
                returns.push(mark.at);
            }
            if !self.starts(mark, starts) {
                continue;
            }
            let Some(place) = walk.index(mark.at) else { continue };
            if starts.last().is_none_or(|(last, _)| *last != place) {
                starts.push((place, mark.at));
            }
        }
    }
}

fn calendar(scratch: &Scratch, periods: usize, hit: &mut impl FnMut(usize, usize)) {
    let mut returned = &scratch.returned[..];
    for &(cohort, _) in &scratch.starts {
        hit(cohort, 0);
        let passed = returned.iter().take_while(|place| **place <= cohort).count();
        returned = &returned[passed..];
        for place in returned.iter().take_while(|place| **place <= cohort + periods) {
            hit(cohort, place - cohort);
        }
    }
}

fn rolling(scratch: &Scratch, periods: usize, window: i64, hit: &mut impl FnMut(usize, usize)) {
    let mut returns = &scratch.returns[..];
    for &(cohort, start) in &scratch.starts {
        hit(cohort, 0);
        returns = behind(returns, start + window);
        let mut rest = returns;
        while let Some(at) = rest.first() {
            let period = (at - start) / window;
            if period > periods as i64 {
                break;
            }
            hit(cohort, period as usize);
            rest = behind(rest, start + (period + 1) * window);
        }
    }
}

/// The moments from `from` on. The first few are tried before the search by halves: most persons
/// have no more.
fn behind(moments: &[i64], from: i64) -> &[i64] {
    let few = moments.iter().take(8).take_while(|at| **at < from).count();
    let passed = match few {
        8 => 8 + moments[8..].partition_point(|at| *at < from),
        few => few,
    };
    &moments[passed..]
}
