//! Money, by currency.

use std::collections::BTreeMap;

use event::Field;

use super::world::{Seen, World, people};
use crate::{
    AnswerError, CurrencyFigures, Point, Revenue, RevenueAnswer, calendar::Buckets, exact,
};

pub(super) fn rows<'a>(q: &Revenue, world: &World<'a>) -> Result<Vec<Seen<'a>>, AnswerError> {
    let mut rows = world.within(&q.range, &q.selector)?;
    rows.retain(|seen| {
        let named = q.selector.event.is_some();
        let bought = q.classes.purchase.iter().any(|name| **name == *seen.event.event_type);
        seen.event.revenue.is_some() && (named || bought)
    });
    Ok(rows)
}

pub(super) fn currency<'a>(seen: &Seen<'a>) -> Option<&'a str> {
    seen.event.fields.get(Field::Currency)
}

fn sum<'a>(rows: impl Iterator<Item = &'a Seen<'a>>) -> i128 {
    rows.filter_map(|seen| seen.event.revenue).map(|micros| i128::from(micros.0)).sum()
}

pub(super) fn answer(q: &Revenue, world: &World<'_>) -> Result<RevenueAnswer, AnswerError> {
    let mut currencies: BTreeMap<Option<&str>, Vec<Seen<'_>>> = BTreeMap::new();
    for seen in rows(q, world)? {
        currencies.entry(currency(&seen)).or_default().push(seen);
    }
    let buckets = q.interval.map(|interval| Buckets::new(&q.range, interval)).transpose()?;
    let figures = |(currency, rows): (Option<&str>, Vec<Seen<'_>>)| {
        let persons = people(&rows).len() as u64;
        let data = buckets.as_ref().map(|buckets| {
            let point = |index: usize| {
                let inside = |seen: &&Seen<'_>| buckets.index(seen.at()) == Some(index);
                Point {
                    start: buckets.starts()[index],
                    value: Some(exact::unscaled(sum(rows.iter().filter(inside)))),
                    partial: buckets.is_partial(index, world.now),
                }
            };
            (0..buckets.len()).map(point).collect()
        });
        CurrencyFigures {
            currency: currency.map(str::to_owned),
            sum: exact::unscaled(sum(rows.iter())),
            orders: rows.len() as u64,
            persons,
            average_order: exact::mean(sum(rows.iter()), rows.len() as u64),
            per_person: exact::mean(sum(rows.iter().filter(|s| s.person.is_some())), persons),
            data,
        }
    };
    let mut currencies: Vec<CurrencyFigures> = currencies.into_iter().map(figures).collect();
    currencies.sort_by(|a, b| b.orders.cmp(&a.orders).then_with(|| a.currency.cmp(&b.currency)));
    Ok(RevenueAnswer { currencies })
}
