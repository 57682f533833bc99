//! How a tenant wants to be treated, over HTTP.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use catalog::{RetentionPolicy, Scope, Settings};
use event::{Code, TenantId};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::{
    Problem,
    account::worked,
    auth,
    reply::{self, Answered},
    state::AppState,
};

/// `GET /api/v1/settings`.
pub(crate) async fn show(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = auth::reader(&app, &parts).and_then(|tenant| shown(&app, &tenant));
    reply::answer(&parts, answered)
}

fn shown(app: &AppState, tenant: &TenantId) -> Answered {
    let settings = app.parts.catalog.settings(tenant);
    let mut body = serde_json::to_value(&*settings).map_err(|_| Problem::internal())?;
    let of = app.parts.catalog.tenant(tenant);
    body["name"] = json!(of.as_ref().map(|of| &of.name));
    body["time_zone"] = json!(of.as_ref().map(|of| &of.time_zone));
    Ok((StatusCode::OK, body))
}

/// `PATCH /api/v1/settings`: what is in the body is merged into what holds.
pub(crate) async fn change(State(app): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let answered = changed(&app, &parts, body).await;
    reply::answer(&parts, answered)
}

async fn changed(app: &AppState, parts: &Parts, body: Body) -> Answered {
    let caller = auth::caller_who_may(app, parts, Scope::Admin)?;
    let mut patch = reply::body(app, parts, body).await?;
    let Some(fields) = patch.as_object_mut() else {
        return Err(Problem::new(Code::InvalidType, "body must be an object"));
    };
    let (name, zone) = (text(fields.remove("name"), "name")?, fields.remove("time_zone"));
    let zone = text(zone, "time_zone")?;
    if let Some(zone) = &zone
        && TimeZone::get(zone).is_err()
    {
        let detail = format!("time_zone {zone:?} is not the name of a time zone");
        return Err(Problem::new(Code::InvalidValue, detail).about("time_zone"));
    }
    if let Some(preset) = fields.get("retention").and_then(Value::as_str) {
        let policy = preset_of(preset)?;
        fields["retention"] = serde_json::to_value(policy).map_err(|_| Problem::internal())?;
    }
    worked(app, move |app| {
        let (catalog, tenant, actor) = (&app.parts.catalog, &caller.tenant, &caller.actor);
        let before = catalog.settings(tenant);
        let mut json = serde_json::to_value(&*before).map_err(|_| Problem::internal())?;
        merge(&mut json, &patch);
        let after: Settings = serde_json::from_value(json).map_err(|error| wrong(&error))?;
        if let Some(name) = &name {
            catalog.rename_tenant(tenant, name, actor)?;
        }
        if let Some(zone) = &zone {
            catalog.set_time_zone(tenant, zone, actor)?;
        }
        if after != *before {
            catalog.set_settings(tenant, &after, actor)?;
        }
        shown(app, tenant)
    })
    .await
}

/// What serde says names the field and what is allowed.
fn wrong(error: &serde_json::Error) -> Problem {
    let detail = error.to_string();
    let field = detail.split('`').nth(1).unwrap_or("settings").to_owned();
    Problem::new(Code::InvalidValue, detail).about(field)
}

fn text(value: Option<Value>, field: &'static str) -> Result<Option<String>, Problem> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => {
            Err(Problem::new(Code::InvalidType, format!("{field} must be a text")).about(field))
        }
    }
}

fn preset_of(name: &str) -> Result<RetentionPolicy, Problem> {
    match name {
        "everything" => Ok(RetentionPolicy::default()),
        "tracker" => Ok(RetentionPolicy::TRACKER),
        "service" => Ok(RetentionPolicy::SERVICE),
        _ => {
            let detail = "retention must be everything, tracker, service, or an object";
            Err(Problem::new(Code::InvalidValue, detail).about("retention"))
        }
    }
}

/// Objects are merged, everything else is replaced.
fn merge(into: &mut Value, patch: &Value) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, patch) => *into = patch.clone(),
    }
}
