//! A site at one glance.
//!
//! One fold gives the headline figures of the range and of the one before it, and all tables.
//! Each period cuts sessions of its own surroundings, as if it had been asked for alone.

mod tables;

use super::{
    Fold, Mark, Person, Plan, Source, Values,
    class::{self, VIEW},
    gather, session,
    visits::{self, Tally, Visits},
};
use crate::{AnswerError, Filter, Range, Selector, Web, WebAnswer, WebFigures, calendar};
use tables::Tables;

/// A moment ago is so long ago, both ends included.
const LIVE_MS: i64 = 5 * 60_000;

/// The answer.
pub(super) fn answer<S: Source>(q: &Web, source: &S) -> Result<WebAnswer, S::Error> {
    let mut ranges = vec![q.range.clone()];
    if q.compare {
        ranges.push(calendar::previous(&q.range).map_err(AnswerError::from)?);
    }
    let fold = Overview::new(q, ranges);
    let part = source.fold(&fold.plan(), &fold)?;
    let tables = part.tables.shown(q.limit, source);
    let mut figures = part.periods.into_iter().map(Period::figures);
    Ok(WebAnswer {
        all: figures.next().unwrap_or_default(),
        previous: figures.next(),
        live_visitors: live(q, source)?.len() as u64,
        tables,
    })
}

/// Persons with a view in the range, or with any event that the filter takes a moment ago.
pub(super) fn behind<S: Source>(
    q: &Web,
    seen_live: bool,
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    if seen_live {
        return live(q, source);
    }
    let types = [q.classes.page_view.as_slice(), q.classes.screen_view.as_slice()].concat();
    let selectors = class::selectors(&types, &q.filter);
    let times = (q.range.from.0, q.range.to.0);
    gather::any(source, &Plan { times, selectors, ..Plan::default() })
}

fn live<S: Source>(q: &Web, source: &S) -> Result<Vec<u32>, S::Error> {
    let now = source.now().0;
    let selectors = vec![Selector { event: None, filter: q.filter.clone() }];
    let times = (now - LIVE_MS, now + 1);
    gather::any(source, &Plan { times, selectors, ..Plan::default() })
}

struct Overview<'q> {
    q: &'q Web,
    /// The range, and the one before it if that is asked for.
    ranges: Vec<Range>,
    selectors: Vec<Selector>,
}

struct Part {
    visits: Visits,
    /// As the ranges.
    periods: Vec<Period>,
    /// Of the range.
    tables: Tables,
}

#[derive(Clone, Default)]
struct Period {
    visitors: u64,
    views: u64,
    visits: Tally,
}

impl Period {
    fn figures(mut self) -> WebFigures {
        let of_visits = self.visits.figures();
        WebFigures {
            visitors: self.visitors,
            visits: of_visits.sessions,
            views: self.views,
            bounce_rate: of_visits.bounce_rate,
            avg_seconds: of_visits.avg_seconds,
        }
    }

    fn merge(self, other: Self) -> Self {
        Self {
            visitors: self.visitors + other.visitors,
            views: self.views + other.views,
            visits: self.visits.merge(other.visits),
        }
    }
}

impl<'q> Overview<'q> {
    fn new(q: &'q Web, ranges: Vec<Range>) -> Self {
        let mut selectors = vec![Selector::default()];
        if q.filter != Filter::default() {
            selectors.push(Selector { event: None, filter: q.filter.clone() });
        }
        Self { q, ranges, selectors }
    }

    fn plan(&self) -> Plan {
        let times = self.ranges.iter().map(session::times_around);
        let both = |a: (i64, i64), b: (i64, i64)| (a.0.min(b.0), a.1.max(b.1));
        let mut columns = visits::columns();
        columns.extend(tables::columns());
        Plan {
            times: times.reduce(both).unwrap_or_default(),
            selectors: self.selectors.clone(),
            columns,
            nobody: true,
            everyone: false,
        }
    }

    /// Whether it is a view that the filter takes.
    fn is_view(&self, mark: &Mark) -> bool {
        mark.is(VIEW) && mark.is(self.selectors.len() - 1)
    }
}

impl Fold for Overview<'_> {
    type Part = Part;

    fn start(&self) -> Part {
        let periods = vec![Period::default(); self.ranges.len()];
        Part { visits: Visits::default(), periods, tables: Tables::default() }
    }

    fn person<V: Values>(&self, part: &mut Part, person: Person<'_>, values: &V) {
        let Part { visits, periods, tables } = part;
        visits.see(person.marks, &self.q.classes, values);
        for (index, (range, period)) in self.ranges.iter().zip(periods).enumerate() {
            let mut any = false;
            let inside = |mark: &&Mark| range.from.0 <= mark.at && mark.at < range.to.0;
            for mark in visits.marks().iter().filter(inside).filter(|mark| self.is_view(mark)) {
                period.views += 1;
                any = true;
                if index == 0 {
                    tables.view(mark, person.number, values);
                }
            }
            let Some(number) = person.number else { continue };
            period.visitors += u64::from(any);
            for session in visits.starting_in(range, values) {
                if session.marks.iter().any(|mark| self.is_view(mark)) {
                    period.visits.add(&session, number);
                    if index == 0 {
                        tables.visit(&session, number, values);
                    }
                }
            }
        }
    }

    fn merge(&self, a: Part, b: Part) -> Part {
        let periods = a.periods.into_iter().zip(b.periods).map(|(a, b)| a.merge(b)).collect();
        Part { visits: a.visits, periods, tables: a.tables.merge(b.tables) }
    }
}
