//! `GET /events`: single events with their number.

use axum::{
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use event::{Event, Field};
use insight::{Answer, Counts, Question};
use serde_json::{Map, Value, json};

use super::{
    parameters::{self, given},
    reader,
};
use crate::{
    Problem,
    query::Asker,
    reply::{self, Answered},
    state::AppState,
};

/// Events of one page.
const LIMIT: (u64, u64) = (1, 1_000);
const LIMIT_DEFAULT: u64 = 100;

/// `GET /events`.
pub(crate) async fn events(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = report(&app, &parts).await;
    reply::answer(&parts, answered)
}

async fn report(app: &AppState, parts: &Parts) -> Answered {
    let asker = Asker::new(app, parts, reader(app, parts)?);
    let common = parameters::common(&asker, parts, "24h")?;
    let mut json = parameters::ranged(&asker, parts, "24h")?;
    json.insert("kind".into(), json!("events"));
    let limit = reply::whole(parts, "limit", LIMIT)?.unwrap_or(LIMIT_DEFAULT);
    json.insert("limit".into(), json!(limit));
    for (parameter, name) in [("order", "order"), ("cursor", "cursor"), ("eventType", "event")] {
        if let Some(text) = given(parts, parameter) {
            json.insert(name.into(), json!(text));
        }
    }
    if let Some(filter) = parameters::json(parts, "filters")? {
        json.insert("filter".into(), filter);
    }
    let list = parameters::read(&asker, json)?;
    let counts = Counts { range: common.range.clone(), selector: common.selector.clone() };
    let both = (asker.answer(list), asker.answer(Question::Counts(counts)));
    let ((listed, _), (counted, _)) = tokio::try_join!(both.0, both.1)?;
    let (Answer::Events(listed), Answer::Counts(counted)) = (listed, counted) else {
        return Err(Problem::internal());
    };
    let mut body = json!({
        "events": listed.events.iter().map(shown).collect::<Vec<_>>(),
        "total": counted.total,
        "nextCursor": listed.next.map(|next| next.to_string()),
    });
    if common.breakdown.is_some() {
        body["breakdown"] = super::dashboard::lines(&asker, &common).await?;
    }
    Ok((StatusCode::OK, body))
}

fn shown(event: &Event) -> Value {
    let field = |field: Field| event.fields.get(field);
    json!({
        "id": event.id.to_string(),
        "eventId": event.id.to_string(),
        "eventType": &*event.event_type,
        "userId": field(Field::UserId),
        "distinctId": field(Field::DistinctId),
        "sessionId": field(Field::SessionId),
        "timestamp": event.timestamp.to_string(),
        "schemaVersion": field(Field::SchemaVersion),
        "platform": field(Field::Platform),
        "data": properties(event),
        "receivedAt": event.received_at.to_string(),
    })
}

pub(super) fn properties(event: &Event) -> Value {
    serde_json::from_str(&event.properties).unwrap_or_else(|_| Value::Object(Map::new()))
}
