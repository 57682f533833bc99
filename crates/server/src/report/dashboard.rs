//! `GET /dashboard`: the headline figures of a range and of the one before.
//!
//! The figures are answers to a dozen questions that need nothing of each other, so they are asked
//! together; the [`Asker`] says how many of one request run at once.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use event::Field;
use insight::{
    Answer, Breakdown, BreakdownValue, Classes, Counts, Dimension, Filter, Formula, Interval,
    Measure, Op, Point, Predicate, Question, Range, Revenue, Selector, Series, SeriesAnswer, Shape,
    Statistic, Subject, Trend, calendar, exact, write,
};
use serde_json::{Value, json};

use super::{
    field, is_one_of, narrowed,
    parameters::{self, Common},
    reader, shown, trend,
};
use crate::{
    Problem,
    query::Asker,
    reply::{self, Answered},
    state::AppState,
};

/// Lines of each table.
const LINES: usize = 10;
const DAY_MS: i64 = 86_400_000;

/// `GET /dashboard`.
pub(crate) async fn dashboard(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = report(&app, &parts).await;
    reply::answer(&parts, answered)
}

async fn report(app: &AppState, parts: &Parts) -> Answered {
    let asker = Asker::new(app, parts, reader(app, parts)?);
    let common = parameters::common(&asker, parts, "7d")?;
    let desk = Desk { asker: &asker, common: &common, classes: asker.context().classes };
    let range = &common.range;
    let before = calendar::previous(range).map_err(|_| Problem::internal())?;
    let by = |of| desk.lines(vec![Dimension::Value(field(of))], LINES);
    let (
        (totals, series),
        (previous, _),
        platform,
        country,
        device,
        custom,
        top_events,
        top_content,
    ) = tokio::try_join!(
        desk.totals(range),
        desk.totals(&before),
        by(Field::Platform),
        by(Field::Country),
        by(Field::DeviceType),
        lines(&asker, &common),
        desk.top_events(),
        desk.top_content(),
    )?;
    let mut breakdown = json!({"platform": platform, "country": country, "device": device});
    if common.breakdown.is_some() {
        breakdown["custom"] = custom;
    }
    let body = json!({
        "timeframe": common.timeframe,
        "from": calendar::label(range.from, &range.zone),
        "to": calendar::label(range.to, &range.zone),
        "totals": totals,
        "previous": previous,
        "series": series,
        "topEvents": top_events,
        "topContent": top_content,
        "breakdown": breakdown,
    });
    Ok((StatusCode::OK, body))
}

/// Events and users by the breakdown that was asked for.
pub(super) async fn lines(asker: &Asker<'_>, common: &Common) -> Result<Value, Problem> {
    let Some(breakdown) = common.breakdown.clone() else { return Ok(Value::Null) };
    let desk = Desk { asker, common, classes: asker.context().classes };
    desk.lines(breakdown.dimensions, breakdown.limit).await
}

/// The values of a breakdown by one dimension that have most events.
pub(super) async fn values(
    asker: &Asker<'_>,
    common: &Common,
    limit: usize,
) -> Result<Vec<BreakdownValue>, Problem> {
    let breakdown = common.breakdown.clone().map(|breakdown| Breakdown { limit, ..breakdown });
    let count = line(&common.selector, Measure::Total);
    let counted = plain(&common.range, Interval::Month, vec![count]);
    let answer = trend(asker, Trend { breakdown, ..counted }).await?;
    Ok(answer.series.into_iter().filter_map(|line| line.breakdown?.pop()).collect())
}

struct Desk<'a> {
    asker: &'a Asker<'a>,
    common: &'a Common,
    classes: Arc<Classes>,
}

impl Desk<'_> {
    /// Figures over a range, and some of them over time.
    async fn totals(&self, range: &Range) -> Result<(Value, Value), Problem> {
        let viewed = self.of(is_one_of(&self.classes.content_view));
        let engaged = self.of(is_one_of(&self.classes.engagement));
        let everything = &self.common.selector;
        let series = vec![
            line(everything, Measure::Total),
            line(everything, Measure::UniquePersons),
            line(everything, Measure::Sessions),
            line(&viewed, dwell()),
            line(&viewed, Measure::UniquePersons),
            line(&engaged, Measure::UniquePersons),
        ];
        let figures = trend(self.asker, plain(range, interval_of(range), series));
        let (answer, revenue) = tokio::try_join!(figures, self.revenue(range))?;
        let [events, users, sessions, dwell, viewers, engaged] = answer.series.as_slice() else {
            return Err(Problem::internal());
        };
        let whole = |line: &SeriesAnswer| line.total.unwrap_or(0.0) as u64;
        let totals = json!({
            "events": whole(events), "users": whole(users), "sessions": whole(sessions),
            "revenue": revenue,
            "avgDwellSeconds": write::number(dwell.total),
            "engagementRate": write::number(exact::rate(whole(engaged), whole(viewers))),
        });
        let count = |point: Option<&Point>| {
            write::number(Some(point.and_then(|point| point.value).unwrap_or(0.0)))
        };
        let point = |(number, point): (usize, &Point)| {
            json!({
                "timestamp": calendar::label(point.start, &range.zone),
                "events": count(Some(point)),
                "users": count(users.data.get(number)),
                "sessions": count(sessions.data.get(number)),
                "partial": point.partial,
            })
        };
        Ok((totals, events.data.iter().enumerate().map(point).collect()))
    }

    async fn revenue(&self, range: &Range) -> Result<Value, Problem> {
        let question = Revenue {
            range: range.clone(),
            selector: self.common.selector.clone(),
            interval: None,
            classes: self.classes.clone(),
        };
        let (Answer::Revenue(answer), _) = self.asker.answer(Question::Revenue(question)).await?
        else {
            return Err(Problem::internal());
        };
        let one = |figures: &insight::CurrencyFigures| {
            let amount = write::number(Some(figures.sum));
            json!({"currency": figures.currency, "amount": amount})
        };
        Ok(answer.currencies.iter().map(one).collect())
    }

    async fn top_events(&self) -> Result<Value, Problem> {
        let (range, selector) = (self.common.range.clone(), self.common.selector.clone());
        let question = Question::Counts(Counts { range, selector });
        let (Answer::Counts(answer), _) = self.asker.answer(question).await? else {
            return Err(Problem::internal());
        };
        let one = |count: &insight::EventCount| {
            let users = count.unique_persons;
            json!({"eventType": count.event_type, "count": count.count, "users": users})
        };
        Ok(answer.events.iter().take(LINES).map(one).collect())
    }

    async fn top_content(&self) -> Result<Value, Problem> {
        let id = field(Field::EntityId);
        let is_set = Predicate { subject: id.clone(), op: Op::IsSet, operands: Vec::new() };
        let viewed = self.of(is_one_of(&self.classes.content_view));
        let viewed = narrowed(&viewed, Filter::Is(is_set));
        let by = vec![Dimension::Value(field(Field::EntityType)), Dimension::Value(id)];
        let lines = self.pairs(&viewed, dwell(), by, LINES).await?;
        let one = |(values, views, dwell): (Vec<BreakdownValue>, f64, Option<f64>)| {
            let mut values = values.iter().map(|value| write::value(value)["value"].clone());
            json!({
                "contentType": values.next(), "contentId": values.next(),
                "views": views as u64, "avgDwellSeconds": write::number(dwell),
            })
        };
        let known = |line: &(Vec<BreakdownValue>, f64, Option<f64>)| {
            !line.0.contains(&BreakdownValue::Other)
        };
        Ok(lines.into_iter().filter(known).map(one).collect())
    }

    async fn lines(&self, by: Vec<Dimension>, limit: usize) -> Result<Value, Problem> {
        let selector = &self.common.selector;
        let lines = self.pairs(selector, Measure::UniquePersons, by, limit).await?;
        let one = |(values, events, users): (Vec<BreakdownValue>, f64, Option<f64>)| {
            let mut line = shown(&values);
            line["events"] = write::number(Some(events));
            line["users"] = write::number(Some(users.unwrap_or(0.0)));
            line
        };
        Ok(lines.into_iter().map(one).collect())
    }

    /// The values with most events, their events, and another measure of them.
    async fn pairs(
        &self,
        selector: &Selector,
        measure: Measure,
        dimensions: Vec<Dimension>,
        limit: usize,
    ) -> Result<Vec<(Vec<BreakdownValue>, f64, Option<f64>)>, Problem> {
        let breakdown = Some(Breakdown { dimensions, limit });
        let count = line(selector, Measure::Total);
        let range = &self.common.range;
        let counted = plain(range, Interval::Month, vec![count.clone()]);
        let counted = Trend { breakdown: breakdown.clone(), ..counted };
        // A formula shows the values that are largest by its first series.
        let second = Formula::parse("B", 2).map_err(|_| Problem::internal())?;
        let measured = plain(range, Interval::Month, vec![count, line(selector, measure)]);
        let measured = Trend { breakdown, formula: Some(second), ..measured };
        let both = (trend(self.asker, counted), trend(self.asker, measured));
        let (counted, measured) = tokio::try_join!(both.0, both.1)?;
        let one = |line: SeriesAnswer| {
            let same = measured.series.iter().find(|other| other.breakdown == line.breakdown);
            let figure = same.and_then(|other| other.total);
            (line.breakdown.unwrap_or_default(), line.total.unwrap_or(0.0), figure)
        };
        Ok(counted.series.into_iter().map(one).collect())
    }

    fn of(&self, condition: Filter) -> Selector {
        narrowed(&self.common.selector, condition)
    }
}

fn dwell() -> Measure {
    Measure::Of(Statistic::Avg, Subject::Property("viewDuration".into()))
}

pub(super) fn line(selector: &Selector, measure: Measure) -> Series {
    Series { name: measure.as_str().to_owned(), selector: selector.clone(), measure }
}

pub(super) fn plain(range: &Range, interval: Interval, series: Vec<Series>) -> Trend {
    Trend {
        range: range.clone(),
        interval,
        series,
        formula: None,
        breakdown: None,
        compare: false,
        shape: Shape::Plain,
    }
}

/// As many points as a chart has room for.
fn interval_of(range: &Range) -> Interval {
    match (range.to.0 - range.from.0) / DAY_MS {
        ..=2 => Interval::Hour,
        3..=93 => Interval::Day,
        94..=370 => Interval::Week,
        _ => Interval::Month,
    }
}
