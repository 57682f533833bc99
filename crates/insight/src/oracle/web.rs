//! A site at one glance.

use std::collections::BTreeMap;

use event::{Field, Timestamp};

use super::{
    session::{self, Session},
    sessions,
    world::{People, Seen, World, people},
};
use crate::{
    AnswerError, BreakdownValue, Range, Selector, Web, WebAnswer, WebFigures, WebLine, calendar,
};

/// A moment ago is so long ago, both ends included.
const LIVE_MS: i64 = 5 * 60_000;

/// Tables by a field of views.
const VIEW_TABLES: &[(&str, Field)] = &[
    ("pages", Field::PagePath),
    ("countries", Field::Country),
    ("regions", Field::Region),
    ("devices", Field::DeviceType),
    ("browsers", Field::Browser),
    ("os", Field::Os),
    ("utm_source", Field::UtmSource),
    ("utm_medium", Field::UtmMedium),
    ("utm_campaign", Field::UtmCampaign),
];

fn views<'a>(q: &Web, range: &Range, world: &World<'a>) -> Result<Vec<Seen<'a>>, AnswerError> {
    let mut rows = world.within(range, &selector(q))?;
    rows.retain(|seen| q.classes.is_view(&seen.event.event_type));
    Ok(rows)
}

fn selector(q: &Web) -> Selector {
    Selector { event: None, filter: q.filter.clone() }
}

/// Sessions that start in the range and have a matching view.
fn visits<'a>(q: &Web, range: &Range, world: &World<'a>) -> Result<Vec<Session<'a>>, AnswerError> {
    let mut found = Vec::new();
    for session in session::starting_in(range, world) {
        let rows = world.select(&session.rows, &selector(q))?;
        if rows.iter().any(|seen| q.classes.is_view(&seen.event.event_type)) {
            found.push(session);
        }
    }
    Ok(found)
}

pub(super) fn visitors<'a>(q: &Web, world: &World<'a>) -> Result<People<'a>, AnswerError> {
    Ok(people(&views(q, &q.range, world)?))
}

pub(super) fn live<'a>(q: &Web, world: &World<'a>) -> Result<People<'a>, AnswerError> {
    let mut rows = world.select(&world.rows, &selector(q))?;
    let recent = Timestamp(world.now.0 - LIVE_MS)..=world.now;
    rows.retain(|seen| recent.contains(&seen.at()));
    Ok(people(&rows))
}

fn figures(q: &Web, range: &Range, world: &World<'_>) -> Result<WebFigures, AnswerError> {
    let (views, visits) = (views(q, range, world)?, visits(q, range, world)?);
    let of_visits = sessions::figures(&visits.iter().collect::<Vec<_>>(), &q.classes);
    Ok(WebFigures {
        visitors: people(&views).len() as u64,
        visits: of_visits.sessions,
        views: views.len() as u64,
        bounce_rate: of_visits.bounce_rate,
        avg_seconds: of_visits.avg_seconds,
    })
}

pub(super) fn answer(q: &Web, world: &World<'_>) -> Result<WebAnswer, AnswerError> {
    let previous = match q.compare {
        true => Some(figures(q, &calendar::previous(&q.range)?, world)?),
        false => None,
    };
    let (views, visits) = (views(q, &q.range, world)?, visits(q, &q.range, world)?);
    let mut tables = Vec::new();
    for (name, field) in VIEW_TABLES {
        let rows = views.iter().map(|seen| (text(seen, *field), seen.person));
        tables.push((*name, table(q, rows)));
    }
    let page_views = |visit: &Session<'_>| -> Vec<BreakdownValue> {
        let is_view = |seen: &&Seen<'_>| q.classes.is_view(&seen.event.event_type);
        visit.rows.iter().filter(is_view).map(|seen| text(seen, Field::PagePath)).collect()
    };
    let of = |pick: fn(Vec<BreakdownValue>) -> Option<BreakdownValue>| {
        visits.iter().filter_map(move |v| Some((pick(page_views(v))?, Some(v.person))))
    };
    tables.push(("entry_pages", table(q, of(|pages| pages.into_iter().next()))));
    tables.push(("exit_pages", table(q, of(|mut pages| pages.pop()))));
    for (name, field) in [("sources", Field::ReferrerSource), ("referrers", Field::Referrer)] {
        let first = |visit: &Session<'_>| {
            let is_view = |seen: &&Seen<'_>| q.classes.is_view(&seen.event.event_type);
            let first = visit.rows.iter().find(is_view);
            match first.map_or(BreakdownValue::None, |seen| text(seen, field)) {
                BreakdownValue::None if name == "sources" => BreakdownValue::Text("direct".into()),
                value => value,
            }
        };
        let rows: Vec<_> = visits.iter().map(|v| (first(v), Some(v.person))).collect();
        tables.push((name, table(q, rows.into_iter())));
    }
    Ok(WebAnswer {
        all: figures(q, &q.range, world)?,
        previous,
        live_visitors: live(q, world)?.len() as u64,
        tables,
    })
}

fn text(seen: &Seen<'_>, field: Field) -> BreakdownValue {
    let text = seen.event.fields.get(field);
    text.map_or(BreakdownValue::None, |text| BreakdownValue::Text(text.to_owned()))
}

/// Most visitors first, then most rows, ties by value; the rest is not shown.
fn table<'a>(
    q: &Web,
    rows: impl Iterator<Item = (BreakdownValue, Option<&'a str>)>,
) -> Vec<WebLine> {
    let mut values: BTreeMap<BreakdownValue, (People<'a>, u64)> = BTreeMap::new();
    for (value, person) in rows {
        let line = values.entry(value).or_default();
        line.0.extend(person);
        line.1 += 1;
    }
    let line = |(value, (people, count)): (BreakdownValue, (People<'a>, u64))| WebLine {
        value,
        visitors: people.len() as u64,
        count,
    };
    let mut lines: Vec<WebLine> = values.into_iter().map(line).collect();
    lines.sort_by_key(|line| std::cmp::Reverse((line.visitors, line.count)));
    lines.truncate(q.limit);
    lines
}
