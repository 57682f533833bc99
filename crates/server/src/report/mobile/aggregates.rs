//! `admin/event-aggregates/`: events and persons per type and bucket, newest first.

use axum::{
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use event::{Code, Timestamp};
use insight::{
    Breakdown, BreakdownValue, Column, Dimension, Formula, Interval, Measure, Selector, Subject,
    Trend,
    calendar::{self, Buckets},
    write,
};
use serde_json::{Value, json};

use super::{AHEAD_MS, answer, page::Page, range};
use crate::{
    Problem, auth,
    query::Asker,
    reply::Answered,
    report::{
        dashboard::{line, plain},
        parameters::given,
        trend,
    },
    state::AppState,
};

const DAY_MS: i64 = 86_400_000;
/// What is looked at where no start is named.
const DAYS_DEFAULT: i64 = 30;

/// `GET /api/v1/analytics/admin/event-aggregates/`.
pub(crate) async fn aggregates(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = listed(&app, &parts).await;
    answer(&parts, answered)
}

/// One bucket of one type.
struct Item {
    start: Timestamp,
    event_type: String,
    count: f64,
    users: f64,
    partial: bool,
}

impl Item {
    /// Where it stands in the list, as text.
    fn place(&self) -> String {
        format!("{}:{}", self.start.0, hex(&self.event_type))
    }
}

/// Event types may have any character.
fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

async fn listed(app: &AppState, parts: &Parts) -> Answered {
    let asker = Asker::new(app, parts, auth::reader(app, parts)?);
    let page = Page::read(parts, &asker.tenant)?;
    let interval = interval(parts)?;
    let items = items(&asker, parts, interval).await?;
    let from = match &page.cursor {
        None => page.skipped(items.len() as u64)?,
        Some(cursor) => {
            let last = items.iter().position(|item| item.place() == *cursor);
            last.map_or(items.len(), |last| last + 1)
        }
    };
    let shown = &items[from.min(items.len())..(from + page.size).min(items.len())];
    let more = from + page.size < items.len();
    let next = shown.last().filter(|_| more).map(Item::place);
    let zone = asker.context().zone;
    let one = |item: &Item| {
        json!({
            "timeframe": interval.as_str(),
            "event_type": item.event_type,
            "timestamp": calendar::label(item.start, &zone),
            "count": write::number(Some(item.count)),
            "unique_users": write::number(Some(item.users)),
            "metadata": if item.partial { json!({"partial": true}) } else { json!({}) },
        })
    };
    let results: Vec<Value> = shown.iter().map(one).collect();
    Ok((StatusCode::OK, page.body(parts, items.len() as u64, next, results)))
}

fn interval(parts: &Parts) -> Result<Interval, Problem> {
    let Some(name) = given(parts, "timeframe") else { return Ok(Interval::Day) };
    let known = Interval::ALL.iter().copied().find(|interval| interval.as_str() == name);
    known.ok_or_else(|| {
        let detail = "timeframe must be one of hour, day, week, month";
        Problem::new(Code::InvalidValue, detail).about("timeframe")
    })
}

/// All buckets of all types that have an event; of more than a thousand types the largest.
async fn items(asker: &Asker<'_>, parts: &Parts, interval: Interval) -> Result<Vec<Item>, Problem> {
    let context = asker.context();
    let today = calendar::floor(asker.now, &context.zone, Interval::Day, context.week_start);
    let today = today.map_err(|_| Problem::internal())?;
    let mut range = range(asker, parts, Timestamp(today.0 - (DAYS_DEFAULT - 1) * DAY_MS))?;
    if range.to.0 == asker.now.0 + AHEAD_MS + 1 {
        range.to = Timestamp(asker.now.0 + 1).max(range.from);
    }
    // Whole buckets, as they are kept by those who count ahead.
    range.from = calendar::floor(range.from, &range.zone, interval, range.week_start)
        .map_err(|_| Problem::internal())?;
    if let Err(error) = Buckets::new(&range, interval) {
        let detail = format!("timeframe {error}");
        return Err(Problem::new(Code::InvalidValue, detail).about("timeframe"));
    }
    let selector = Selector { event: given(parts, "event_type"), ..Selector::default() };
    let dimensions = vec![Dimension::Value(Subject::Field(Column::EventType))];
    let breakdown = Some(Breakdown { dimensions, limit: Breakdown::LIMIT_MAX });
    let total = line(&selector, Measure::Total);
    let counts =
        Trend { breakdown: breakdown.clone(), ..plain(&range, interval, vec![total.clone()]) };
    let second = Formula::parse("B", 2).map_err(|_| Problem::internal())?;
    let users = vec![total, line(&selector, Measure::UniquePersons)];
    let users = Trend { breakdown, formula: Some(second), ..plain(&range, interval, users) };
    let (counts, users) = tokio::try_join!(trend(asker, counts), trend(asker, users))?;
    let mut items = Vec::new();
    for line in counts.series {
        let same = users.series.iter().find(|other| other.breakdown == line.breakdown);
        let Some([BreakdownValue::Text(event_type)]) = line.breakdown.as_deref() else { continue };
        for (number, point) in line.data.iter().enumerate() {
            let Some(count) = point.value.filter(|count| *count > 0.0) else { continue };
            let of_users = same.and_then(|line| line.data.get(number)?.value).unwrap_or(0.0);
            items.push(Item {
                start: point.start,
                event_type: event_type.clone(),
                count,
                users: of_users,
                partial: point.partial,
            });
        }
    }
    items.sort_by(|a, b| (b.start, &a.event_type).cmp(&(a.start, &b.event_type)));
    Ok(items)
}
