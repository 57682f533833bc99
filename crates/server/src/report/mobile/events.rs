//! `admin/events/` and `admin/events/event_counts/`.

use axum::{
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use event::{Event, Field, Timestamp};
use insight::{
    Answer, Column, Counts, CountsAnswer, Cursor, Events, EventsAnswer, Filter, Op, Operand, Order,
    Predicate, Question, Range, Selector, Subject,
};
use serde_json::{Value, json};

use super::{answer, field, fields, is, page::Page, range};
use crate::{
    Problem, auth,
    query::Asker,
    reply::Answered,
    report::{events::properties, parameters::given},
    state::AppState,
};

/// Events that are passed over at once.
const STEP: usize = 1_000;

/// `GET /api/v1/analytics/admin/events/`.
pub(crate) async fn events(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = listed(&app, &parts).await;
    answer(&parts, answered)
}

/// `GET /api/v1/analytics/admin/events/event_counts/`.
pub(crate) async fn event_counts(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = counted(&app, &parts).await;
    answer(&parts, answered)
}

async fn listed(app: &AppState, parts: &Parts) -> Answered {
    let asker = Asker::new(app, parts, auth::reader(app, parts)?);
    let page = Page::read(parts, &asker.tenant)?;
    let (range, selector) = (range(&asker, parts, Timestamp::OLDEST)?, selector(parts));
    let after = page.cursor.as_deref().map(str::parse::<Cursor>).transpose();
    let mut after = after.map_err(|error| {
        Problem::new(event::Code::InvalidValue, format!("cursor {error}")).about("cursor")
    })?;
    let count = count(&asker, &range, &selector).await?.total;
    let mut skipped = page.skipped(count)?;
    let list = Events { range, selector, limit: page.size, order: Order::Newest, after: None };
    while skipped > 0 {
        let limit = skipped.min(STEP);
        after = ask(&asker, Events { limit, after, ..list.clone() }).await?.next;
        // Fewer than were counted a moment ago.
        let Some(_) = after else { break };
        skipped -= limit;
    }
    let found = ask(&asker, Events { after, ..list }).await?;
    let results = found.events.iter().map(shown).collect();
    let next = found.next.map(|next| next.to_string());
    Ok((StatusCode::OK, page.body(parts, count, next, results)))
}

async fn ask(asker: &Asker<'_>, question: Events) -> Result<EventsAnswer, Problem> {
    match asker.answer(Question::Events(question)).await? {
        (Answer::Events(answer), _) => Ok(answer),
        _ => Err(Problem::internal()),
    }
}

async fn count(
    asker: &Asker<'_>,
    range: &Range,
    selector: &Selector,
) -> Result<CountsAnswer, Problem> {
    let question = Counts { range: range.clone(), selector: selector.clone() };
    match asker.answer(Question::Counts(question)).await? {
        (Answer::Counts(answer), _) => Ok(answer),
        _ => Err(Problem::internal()),
    }
}

async fn counted(app: &AppState, parts: &Parts) -> Answered {
    let asker = Asker::new(app, parts, auth::reader(app, parts)?);
    let range = range(&asker, parts, Timestamp::OLDEST)?;
    let answer = count(&asker, &range, &selector(parts)).await?;
    let one = |count: &insight::EventCount| {
        let users = count.unique_persons;
        json!({"event_type": count.event_type, "count": count.count, "unique_users": users})
    };
    Ok((StatusCode::OK, answer.events.iter().map(one).collect()))
}

fn selector(parts: &Parts) -> Selector {
    let mut all = fields(
        parts,
        &[
            ("distinct_id", Field::DistinctId),
            ("session_id", Field::SessionId),
            ("device_id", Field::DeviceId),
        ],
    );
    all.extend(given(parts, "search").map(|text| contains(&text)));
    all.extend(of_properties(parts));
    Selector { event: given(parts, "event_type"), filter: Filter::All(all) }
}

/// A text within any of the names of an event.
fn contains(text: &str) -> Filter {
    let subjects = [
        Subject::Field(Column::EventType),
        field(Field::DistinctId),
        field(Field::SessionId),
        field(Field::DeviceId),
    ];
    let one = |subject| {
        let operands = vec![Operand::Text(text.to_owned())];
        Filter::Is(Predicate { subject, op: Op::Contains, operands })
    };
    Filter::Any(subjects.into_iter().map(one).collect())
}

/// `properties.<name>=value`: a query string has no types, so a number or truth value is meant, too.
fn of_properties(parts: &Parts) -> Vec<Filter> {
    let pairs = parts.uri.query().unwrap_or("").split('&');
    let pairs = pairs.filter_map(|pair| pair.split_once('='));
    let one = |(key, value): (&str, &str)| {
        let key = auth::percent_decoded(key);
        let name = key.strip_prefix("properties.")?;
        let value = auth::percent_decoded(value).into_owned();
        let number = value.parse().ok().filter(|n: &f64| n.is_finite()).map(Operand::Number);
        let truth = value.parse().ok().map(Operand::Bool);
        let meant = [Some(Operand::Text(value)), number, truth].into_iter().flatten();
        let property = || Subject::Property(name.to_owned());
        Some(Filter::Any(meant.map(|operand| is(property(), operand)).collect()))
    };
    pairs.filter_map(one).collect()
}

fn shown(event: &Event) -> Value {
    let field = |field: Field| event.fields.get(field);
    json!({
        "id": event.id.to_string(),
        "event_type": &*event.event_type,
        "distinct_id": field(Field::DistinctId),
        "session_id": field(Field::SessionId),
        "device_id": field(Field::DeviceId),
        "app_version": field(Field::AppVersion),
        "os_name": field(Field::Os),
        "os_version": field(Field::OsVersion),
        "properties": properties(event),
        "timestamp": event.timestamp.to_string(),
        "created_at": event.received_at.to_string(),
    })
}
