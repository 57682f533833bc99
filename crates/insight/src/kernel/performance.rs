//! How fast pages are.
//!
//! Numbers are kept beside the code of their page, one list per metric, and sorted at the end.

use event::Field;

use super::{
    Fold, Person, Plan, Source, Values, Wanted, class, gather,
    table::{self, largest},
};
use crate::{Metric, MetricFigures, Performance, PerformanceAnswer, Subject, exact};

/// The column of paths; behind it those of [`Metric::properties`], one metric after another.
const PAGE: usize = 0;

/// The answer.
pub(super) fn answer<S: Source>(
    q: &Performance,
    source: &S,
) -> Result<PerformanceAnswer, S::Error> {
    let measured = source.fold(&plan(q), &Measure)?;
    let paths = table::field(Field::PagePath);
    let counts = measured.rows.iter().enumerate().filter(|(_, rows)| **rows > 0);
    let counts = counts.map(|(code, rows)| (code as u32, *rows)).collect();
    let shown = largest(counts, q.limit, |code| source.value(&paths, code));
    let mut places = vec![None; measured.rows.len()];
    for (place, (_, code, _)) in shown.iter().enumerate() {
        places[*code as usize] = Some(place);
    }
    let mut all = Vec::new();
    let mut pages = vec![Vec::new(); shown.len()];
    for (metric, numbers) in Metric::ALL.iter().zip(measured.numbers) {
        let mut of_pages = vec![Vec::new(); shown.len()];
        for (code, number) in numbers.pages.iter().zip(&numbers.values) {
            if let Some(place) = places[*code as usize] {
                of_pages[place].push(*number);
            }
        }
        for (page, numbers) in pages.iter_mut().zip(of_pages) {
            page.extend(figures(*metric, numbers));
        }
        all.extend(figures(*metric, numbers.values));
    }
    let page = |((page, _, count), metrics)| (page, count, metrics);
    Ok(PerformanceAnswer { all, pages: shown.into_iter().zip(pages).map(page).collect() })
}

/// Persons with a measurement.
pub(super) fn behind<S: Source>(q: &Performance, source: &S) -> Result<Vec<u32>, S::Error> {
    gather::any(source, &Plan { columns: Vec::new(), nobody: false, ..plan(q) })
}

fn plan(q: &Performance) -> Plan {
    let names = Metric::ALL.iter().flat_map(|metric| metric.properties());
    let numbers = names.map(|name| Wanted::Number(Subject::Property((*name).to_owned())));
    let page = Wanted::Value(table::field(Field::PagePath));
    Plan {
        times: (q.range.from.0, q.range.to.0),
        selectors: class::selectors(&q.classes.performance, &q.filter),
        columns: std::iter::once(page).chain(numbers).collect(),
        nobody: true,
        everyone: false,
    }
}

fn figures(metric: Metric, mut numbers: Vec<f64>) -> Option<MetricFigures> {
    numbers.sort_unstable_by(f64::total_cmp);
    let percentiles = [0.5, 0.75, 0.9, 0.95, 0.99].map(|share| exact::percentile(&numbers, share));
    let count = numbers.len() as u64;
    (count > 0).then_some(MetricFigures { metric, count, percentiles })
}

struct Measure;

struct Measured {
    /// Per code of a path.
    rows: Vec<u64>,
    /// Per metric.
    numbers: Vec<Numbers>,
}

/// Each number with the code of its page.
#[derive(Clone, Default)]
struct Numbers {
    pages: Vec<u32>,
    values: Vec<f64>,
}

impl Fold for Measure {
    type Part = Measured;

    fn start(&self) -> Measured {
        Measured { rows: Vec::new(), numbers: vec![Numbers::default(); Metric::ALL.len()] }
    }

    fn person<V: Values>(&self, part: &mut Measured, person: Person<'_>, values: &V) {
        for mark in person.marks {
            let page = values.code(PAGE, mark);
            if part.rows.len() <= page as usize {
                part.rows.resize(page as usize + 1, 0);
            }
            part.rows[page as usize] += 1;
            let mut column = PAGE + 1;
            for (metric, numbers) in Metric::ALL.iter().zip(&mut part.numbers) {
                let of_metric = column..column + metric.properties().len();
                column = of_metric.end;
                let mut found = of_metric.filter_map(|column| values.number(column, mark));
                if let Some(number) = found.find(|n| exact::scaled(*n).is_some()) {
                    numbers.pages.push(page);
                    numbers.values.push(number);
                }
            }
        }
    }

    fn merge(&self, mut a: Measured, mut b: Measured) -> Measured {
        if a.rows.len() < b.rows.len() {
            std::mem::swap(&mut a, &mut b);
        }
        a.rows.iter_mut().zip(b.rows).for_each(|(rows, other)| *rows += other);
        for (numbers, other) in a.numbers.iter_mut().zip(b.numbers) {
            numbers.pages.extend(other.pages);
            numbers.values.extend(other.values);
        }
        a
    }
}
