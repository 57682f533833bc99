//! A measure over time.

use insight::{Answer, Measure, Point, SeriesAnswer, Trend, TrendAnswer, calendar::Buckets};
use rayon::prelude::*;

use super::{Batch, Needs, Scanner, Unit, persons::Persons, select::Select, unit::units};
use crate::{
    AskError,
    local::{People, snapshot::Snapshot},
};

/// One series, compiled.
struct Line {
    select: Select,
    measure: Measure,
}

/// What was found of one series.
#[derive(Clone)]
struct Found {
    counts: Vec<u64>,
    /// Per bucket, when persons are asked for.
    persons: Vec<Persons>,
    all: Persons,
}

/// Who was met last, per bucket and at all, within one unit.
struct Last {
    buckets: Vec<u64>,
    all: u64,
    bucket: usize,
}

pub(super) fn answer(
    scanner: &Scanner<'_>,
    question: &Trend,
    snapshot: &Snapshot,
) -> Result<Answer, AskError> {
    let buckets = Buckets::new(&question.range, question.interval)
        .map_err(|e| AskError::Invalid { field: "range".into(), problem: e.to_string() })?;
    let mut needs = Needs::default();
    let mut lines = Vec::with_capacity(question.series.len());
    for series in &question.series {
        let select = Select::new(&series.selector, &question.range)?;
        select.needs(&mut needs);
        lines.push(Line { select, measure: series.measure.clone() });
    }
    let times = (question.range.from.0, question.range.to.0);
    let types: Vec<_> = lines.iter().map(|line| line.select.selector.event.as_deref()).collect();
    let units = match buckets.is_empty() {
        true => Vec::new(),
        false => units(snapshot, scanner.asking.tenant.as_str(), times, &types),
    };
    let none = || lines.iter().map(|line| Found::new(&line.measure, buckets.len())).collect();
    let fold = |found, unit: &Unit| one(scanner, &lines, &buckets, &needs, unit, found);
    let merge = |a: Vec<Found>, b| {
        Ok(a.into_iter().zip(b).map(|(a, b): (Found, Found)| a.merged(b)).collect())
    };
    let found: Vec<Found> = units.par_iter().try_fold(none, fold).try_reduce(none, merge)?;
    let people = snapshot.people.tenant(scanner.asking.tenant.as_str()).map(|people| &**people);
    let lines = question.series.iter().zip(found).map(|(series, found)| SeriesAnswer {
        name: series.name.clone(),
        ..found.answer(&series.measure, &buckets, scanner.asking.now, people)
    });
    Ok(Answer::Trend(TrendAnswer { series: lines.collect() }))
}

fn one(
    scanner: &Scanner<'_>,
    lines: &[Line],
    buckets: &Buckets,
    needs: &Needs,
    unit: &Unit,
    mut found: Vec<Found>,
) -> Result<Vec<Found>, AskError> {
    let last = |found: &Found| Last { buckets: vec![0; found.persons.len()], all: 0, bucket: 0 };
    let mut lasts: Vec<_> = found.iter().map(last).collect();
    unit.scan(scanner, needs, &mut |batch| {
        for ((line, found), last) in lines.iter().zip(&mut found).zip(&mut lasts) {
            found.add(line, batch, buckets.edges(), last);
        }
    })?;
    Ok(found)
}

impl Found {
    fn new(measure: &Measure, buckets: usize) -> Self {
        let persons = match measure {
            Measure::UniquePersons => vec![Persons::default(); buckets],
            _ => Vec::new(),
        };
        Self { counts: vec![0; buckets], persons, all: Persons::default() }
    }

    fn add(&mut self, line: &Line, batch: &Batch<'_>, edges: &[event::Timestamp], last: &mut Last) {
        line.select.each(
            batch,
            |_| true,
            |row| {
                let (time, person) = (batch.times[row], batch.persons[row]);
                if time < edges[last.bucket].0 || time >= edges[last.bucket + 1].0 {
                    last.bucket = edges.partition_point(|edge| edge.0 <= time) - 1;
                }
                self.counts[last.bucket] += 1;
                if let Some(persons) = self.persons.get_mut(last.bucket)
                    && person != last.buckets[last.bucket]
                {
                    last.buckets[last.bucket] = person;
                    persons.add(person);
                    if person != last.all {
                        last.all = person;
                        self.all.add(person);
                    }
                }
            },
        );
    }

    fn merged(mut self, other: Self) -> Self {
        self.counts.iter_mut().zip(other.counts).for_each(|(a, b)| *a += b);
        self.persons.iter_mut().zip(other.persons).for_each(|(a, b)| a.merge(b));
        self.all.merge(other.all);
        self
    }

    fn answer(
        mut self,
        measure: &Measure,
        buckets: &Buckets,
        now: event::Timestamp,
        people: Option<&People>,
    ) -> SeriesAnswer {
        let (total, values) = match measure {
            Measure::UniquePersons => {
                let persons = self.persons.par_iter_mut().map(|persons| persons.count(people));
                (self.all.count(people), persons.collect())
            }
            _ => (self.counts.iter().sum(), self.counts),
        };
        let point = |(at, (start, value)): (usize, (&event::Timestamp, u64))| Point {
            start: *start,
            value: Some(value as f64),
            partial: buckets.is_partial(at, now),
        };
        let data = buckets.starts().iter().zip(values).enumerate().map(point).collect();
        SeriesAnswer { total: Some(total as f64), data, ..SeriesAnswer::default() }
    }
}
