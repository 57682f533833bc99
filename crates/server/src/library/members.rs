//! Who belongs to a cohort: the ids that are kept, and the persons that are found.

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    response::Response,
};
use event::Code;
use insight::write;
use serde_json::{Value, json};

use super::{Cohorts, noun::found, rights};
use crate::{
    Problem,
    account::worked,
    auth, extract,
    form::Form,
    query::{Asker, problem_of},
    reply::{self, Answered, parameter, whole},
    state::AppState,
};

const LIMIT_MAX: u64 = 1_000;
const LIMIT: u64 = 100;
/// First lines of a CSV file that are no id.
const HEADINGS: &[&str] = &["distinct_id", "user_id", "id"];

/// `GET /api/v1/cohorts/{id}/ids`: the ids of a static cohort, in byte order.
pub(crate) async fn ids(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = listed(&app, &parts, id).await;
    reply::answer(&parts, answered)
}

async fn listed(app: &AppState, parts: &Parts, id: String) -> Answered {
    let tenant = auth::reader(app, parts)?;
    let limit = whole(parts, "limit", (1, LIMIT_MAX))?.unwrap_or(LIMIT) as usize;
    let after = parameter(parts, "cursor").unwrap_or_default();
    worked(app, move |app| {
        let catalog = &app.parts.catalog;
        let cohort = found::<Cohorts>(catalog, &tenant, &id)?;
        let mut ids = catalog.members(&tenant, cohort.id, &after, limit + 1)?;
        let more = ids.len() > limit;
        ids.truncate(limit);
        let next = ids.last().filter(|_| more).cloned();
        let count = catalog.member_count(&tenant, cohort.id)?;
        Ok((StatusCode::OK, json!({"count": count, "ids": ids, "next_cursor": next})))
    })
    .await
}

/// `PUT` and `POST /api/v1/cohorts/{id}/ids`: ids in place of those of a static cohort, or added
/// to them.
pub(crate) async fn put_ids(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let answered = put(&app, &parts, id, body).await;
    reply::answer(&parts, answered)
}

async fn put(app: &AppState, parts: &Parts, id: String, body: Body) -> Answered {
    let caller = rights::maker(app, parts)?;
    let bytes_max = app.parts.pipeline.limits().body_bytes;
    let body = extract::body(app, &parts.headers, body, bytes_max).await?;
    let (is_csv, replace) = (is_csv(&parts.headers), parts.method == Method::PUT);
    worked(app, move |app| {
        let ids = if is_csv { of_csv(body.text()?) } else { of_json(body.text()?)? };
        let catalog = &app.parts.catalog;
        let cohort = found::<Cohorts>(catalog, &caller.tenant, &id)?;
        rights::changer(&caller, &cohort.owner)?;
        if cohort.item.definition.is_some() {
            let detail = "a behavioural cohort has no ids, its definition says who is in it";
            return Err(Problem::new(Code::InvalidValue, detail).about("ids"));
        }
        let (tenant, actor) = (&caller.tenant, &caller.actor);
        let count = catalog.put_members(tenant, cohort.id, &ids, replace, actor)?;
        Ok((StatusCode::OK, json!({"ids": count})))
    })
    .await
}

fn is_csv(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.trim().to_ascii_lowercase().starts_with("text/csv"))
}

fn of_json(text: &str) -> Result<Vec<String>, Problem> {
    let json: Value = serde_json::from_str(text)
        .map_err(|error| Problem::new(Code::MalformedJson, format!("body is not json: {error}")))?;
    let form = Form::of(&json, &["ids"])?;
    let missing = || Problem::new(Code::MissingField, "ids is required").about("ids");
    form.texts("ids")?.ok_or_else(missing)
}

/// The first column of every line that has something in it.
fn of_csv(text: &str) -> Vec<String> {
    let lines = text.trim_start_matches('\u{feff}').lines();
    let ids = lines.map(first_column).filter(|id| !id.is_empty()).enumerate();
    let is_id = |(at, id): &(usize, String)| {
        *at > 0 || !HEADINGS.contains(&id.to_ascii_lowercase().as_str())
    };
    ids.filter(is_id).map(|(_, id)| id).collect()
}

/// A column between quotes has its quotes doubled.
fn first_column(line: &str) -> String {
    let line = line.trim();
    let Some(quoted) = line.strip_prefix('"') else {
        return line.split([',', ';', '\t']).next().unwrap_or("").trim().to_owned();
    };
    let mut id = String::new();
    let mut chars = quoted.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if chars.peek() == Some(&'"') => id.extend(chars.next()),
            '"' => break,
            c => id.push(c),
        }
    }
    id
}

/// `GET /api/v1/cohorts/{id}/size`: how many persons are in it now.
pub(crate) async fn size(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = asked(&app, &parts, id, Ok).await;
    reply::answer(&parts, answered)
}

/// `GET /api/v1/cohorts/{id}/persons`: who is in it now, by id.
pub(crate) async fn persons(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let page = |question| {
        let limit = whole(&parts, "limit", (1, LIMIT_MAX))?.unwrap_or(LIMIT);
        let mut page = json!({"kind": "people_of", "question": question, "limit": limit});
        if let Some(cursor) = parameter(&parts, "cursor").filter(|cursor| !cursor.is_empty()) {
            page["cursor"] = cursor.into();
        }
        Ok(page)
    };
    let answered = asked(&app, &parts, id, page).await;
    reply::answer(&parts, answered)
}

async fn asked(
    app: &AppState,
    parts: &Parts,
    id: String,
    question: impl FnOnce(Value) -> Result<Value, Problem>,
) -> Answered {
    let tenant = auth::reader(app, parts)?;
    let asker = Asker::new(app, parts, tenant.clone());
    let cohort = worked(app, move |app| Ok(found::<Cohorts>(&app.parts.catalog, &tenant, &id)?.id));
    let question = question(json!({"kind": "cohort", "cohort": cohort.await?.to_string()}))?;
    let question = asker.read(&question).map_err(problem_of)?;
    let (answer, _) = asker.answer(question.clone()).await?;
    Ok((StatusCode::OK, write::answer(&answer, &question)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_csv_file_is_one_id_a_line() {
        let text = "\u{feff}Distinct_ID,name\r\nuser1,Ada\n\n\"a,\"\"b\",x\nuser_id\n  u2  \n";
        assert_eq!(of_csv(text), ["user1", "a,\"b", "user_id", "u2"]);
        assert_eq!(of_csv("\n"), Vec::<String>::new());
    }
}
