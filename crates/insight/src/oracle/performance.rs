//! How fast pages are.

use std::collections::BTreeMap;

use event::{Field, Value, json};

use super::world::{Seen, World};
use crate::{
    AnswerError, BreakdownValue, Metric, MetricFigures, Performance, PerformanceAnswer, Selector,
    exact, filter::number_of,
};

pub(super) fn rows<'a>(q: &Performance, world: &World<'a>) -> Result<Vec<Seen<'a>>, AnswerError> {
    let selector = Selector { event: None, filter: q.filter.clone() };
    let mut rows = world.within(&q.range, &selector)?;
    rows.retain(|seen| q.classes.performance.iter().any(|name| **name == *seen.event.event_type));
    Ok(rows)
}

pub(super) fn answer(q: &Performance, world: &World<'_>) -> Result<PerformanceAnswer, AnswerError> {
    let rows = rows(q, world)?;
    let mut pages: BTreeMap<BreakdownValue, Vec<Seen<'_>>> = BTreeMap::new();
    for seen in &rows {
        let path = seen.event.fields.get(Field::PagePath);
        let page = path.map_or(BreakdownValue::None, |path| BreakdownValue::Text(path.to_owned()));
        pages.entry(page).or_default().push(*seen);
    }
    let page =
        |(page, rows): (BreakdownValue, Vec<Seen<'_>>)| (page, rows.len() as u64, figures(&rows));
    let mut pages: Vec<_> = pages.into_iter().map(page).collect();
    pages.sort_by_key(|(_, count, _)| std::cmp::Reverse(*count));
    pages.truncate(q.limit);
    Ok(PerformanceAnswer { all: figures(&rows), pages })
}

fn figures(rows: &[Seen<'_>]) -> Vec<MetricFigures> {
    let of = |metric: &Metric| {
        let number = |seen: &Seen<'_>| {
            let mut values = metric.properties().iter().filter_map(|name| {
                let raw = json::find(&seen.event.properties, name)?;
                number_of(&Value::from_json(raw)).filter(|n| exact::scaled(*n).is_some())
            });
            values.next()
        };
        let mut numbers: Vec<f64> = rows.iter().filter_map(number).collect();
        numbers.sort_by(f64::total_cmp);
        let percentiles =
            [0.5, 0.75, 0.9, 0.95, 0.99].map(|share| exact::percentile(&numbers, share));
        MetricFigures { metric: *metric, count: numbers.len() as u64, percentiles }
    };
    Metric::ALL.iter().map(of).filter(|figures| figures.count > 0).collect()
}
