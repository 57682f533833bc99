//! S1's flags for everybody: which there are, and what they answer for a person. Their rules are
//! not told.

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{Method, StatusCode, request::Parts},
    response::Response,
};
use catalog::Flags;
use event::{Code, Timestamp};
use flag::{Answer, Flag, write};
use serde_json::{Map, Value, json};

use super::{Asked, asked::text};
use crate::{
    Problem, auth,
    capture::mobile::refuse,
    extract,
    reply::{self, Answered},
    state::AppState,
};

/// Bytes of a request.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// `GET /api/v1/analytics/public/feature-flags/`: the flags that are on.
pub(crate) async fn list(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = auth::asker(&app, &parts, None, true).map(|tenant| {
        let (flags, now) = (app.parts.catalog.flags(&tenant), app.now());
        let mut on: Vec<&Flag> = flags.set().flags().filter(|flag| flag.is_active(now)).collect();
        on.sort_by_key(|flag| flag.id);
        let on: Vec<Value> = on.into_iter().map(|flag| shown(&flags, flag, now)).collect();
        (StatusCode::OK, Value::Array(on))
    });
    answer(&parts, answered)
}

/// `GET /api/v1/analytics/public/feature-flags/{id}/`: one, by key or number.
pub(crate) async fn one(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = auth::asker(&app, &parts, None, true).and_then(|tenant| {
        let (flags, now) = (app.parts.catalog.flags(&tenant), app.now());
        let by_id = || id.parse().ok().and_then(|id| flags.by_id(id));
        let found = flags.set().get(&id).or_else(by_id).filter(|flag| flag.is_active(now));
        let missing = || Problem::new(Code::NotFound, "there is no such flag, or it is off");
        found.map(|flag| (StatusCode::OK, shown(&flags, flag, now))).ok_or_else(missing)
    });
    answer(&parts, answered)
}

/// `GET` and `POST /api/v1/analytics/public/feature-flags/for_user/`.
pub(crate) async fn for_user(State(app): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let answered = ask(&app, &parts, body).await;
    answer(&parts, answered)
}

async fn ask(app: &AppState, parts: &Parts, body: Body) -> Answered {
    let tenant = auth::asker(app, parts, None, true)?;
    let asked = match parts.method {
        Method::POST => {
            let body = extract::body(app, &parts.headers, body, BODY_BYTES_MAX).await?;
            of_body(body.text()?)?
        }
        _ => Asked {
            distinct_id: reply::parameter(parts, "distinct_id").unwrap_or_default(),
            ..Asked::default()
        },
    };
    let chars_max = app.parts.pipeline.limits().id_chars;
    let chars = asked.distinct_id.chars().count();
    if chars == 0 {
        let problem = Problem::new(Code::MissingField, "distinct_id is required");
        return Err(problem.about("distinct_id"));
    }
    if chars > chars_max {
        let detail = format!("distinct_id has {chars} characters, the limit is {chars_max}");
        return Err(Problem::new(Code::TooLong, detail).about("distinct_id"));
    }
    let (flags, now) = (app.parts.catalog.flags(&tenant), app.now());
    let first_id = asked.first_id(app, &tenant, &flags).await;
    let answers = asked.answers(&flags, first_id.as_deref(), now);
    let all: Map<_, _> =
        answers.iter().map(|answer| (answer.flag.key.clone(), told(answer))).collect();
    Ok((StatusCode::OK, Value::Object(all)))
}

fn of_body(body: &str) -> Result<Asked, Problem> {
    let json: Value = serde_json::from_str(body)
        .map_err(|error| Problem::new(Code::MalformedJson, format!("body is not json: {error}")))?;
    let Value::Object(mut fields) = json else {
        return Err(Problem::new(Code::InvalidType, "body must be an object"));
    };
    let wrong = |field: &'static str, must: &str| {
        Problem::new(Code::InvalidType, format!("{field} must be {must}")).about(field)
    };
    let id = |field: &'static str| match fields.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(value @ (Value::String(_) | Value::Number(_))) => Ok(text(value)),
        Some(_) => Err(wrong(field, "a text")),
    };
    let distinct_id = id("distinct_id")?.unwrap_or_default();
    let (device_id, anon_distinct_id) = (id("device_id")?, id("anon_distinct_id")?);
    let mut object = |field: &'static str| match fields.remove(field) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(_) => Err(wrong(field, "an object")),
    };
    Ok(Asked {
        distinct_id,
        device_id,
        anon_distinct_id,
        person_properties: object("properties")?,
        groups: object("groups")?,
        group_properties: object("group_properties")?,
        keys: None,
    })
}

fn told(answer: &Answer<'_>) -> Value {
    json!({
        "active": answer.enabled,
        "variant": answer.variant,
        "payload": answer.payload,
        "reason": if answer.failed { "failed" } else { answer.reason.code.as_str() },
    })
}

/// A flag without its rules.
fn shown(flags: &Flags, flag: &Flag, now: Timestamp) -> Value {
    let (created_at, updated_at) = flags.times(flag.id);
    let variant = |variant: &flag::Variant| {
        let percentage = variant.rollout_percentage;
        json!({"key": variant.key, "name": variant.name, "rollout_percentage": percentage})
    };
    json!({
        "id": flag.id,
        "key": flag.key,
        "name": flag.name,
        "description": flag.description,
        "active": flag.is_active(now),
        "rollout_percentage": write::rollout_percentage(flag),
        "variants": flag.variants.iter().map(variant).collect::<Vec<_>>(),
        "created_at": created_at.to_string(),
        "updated_at": updated_at.to_string(),
    })
}

/// Writes what a handler came to, refusals in the shape of S1.
pub(super) fn answer(parts: &Parts, answered: Answered) -> Response {
    match answered {
        Ok(answered) => reply::answer(parts, Ok(answered)),
        Err(problem) => refuse(&problem),
    }
}
