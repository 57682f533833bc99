//! Tenants, for whoever manages the default one.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use catalog::{NewKey, NewLink, Purpose, Role, Scope, Scopes, Tenant};
use event::{Code, TenantId};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::{
    Problem,
    account::worked,
    auth::{self, Caller},
    form::Form,
    reply::{self, Answered},
    state::AppState,
};

/// `GET /api/v1/tenants`.
pub(crate) async fn list(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = landlord(&app, &parts).map(|_| {
        let tenants: Vec<Value> = app.parts.catalog.tenants().iter().map(shown).collect();
        (StatusCode::OK, json!({"tenants": tenants}))
    });
    reply::answer(&parts, answered)
}

fn shown(tenant: &Tenant) -> Value {
    json!({
        "id": tenant.id.as_str(),
        "name": tenant.name,
        "time_zone": tenant.time_zone,
        "created_at": tenant.created_at.to_string(),
    })
}

/// `POST /api/v1/tenants`: a tenant with its first keys, and the link for its first owner.
pub(crate) async fn make(State(app): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let answered = made(&app, &parts, body).await;
    reply::answer(&parts, answered)
}

async fn made(app: &AppState, parts: &Parts, body: Body) -> Answered {
    let caller = landlord(app, parts)?;
    let json = reply::body(app, parts, body).await?;
    let form = Form::of(&json, &["id", "name", "time_zone"])?;
    let wrong = || {
        let detail = "id must be 1 to 64 of a-z A-Z 0-9 _ - .";
        Problem::new(Code::InvalidValue, detail).about("id")
    };
    let id = TenantId::new(form.required("id")?).ok_or_else(wrong)?;
    let name = form.text("name")?.unwrap_or(id.as_str()).to_owned();
    let zone = form.text("time_zone")?.unwrap_or("UTC").to_owned();
    if TimeZone::get(&zone).is_err() {
        let detail = format!("time_zone {zone:?} is not the name of a time zone");
        return Err(Problem::new(Code::InvalidValue, detail).about("time_zone"));
    }
    worked(app, move |app| {
        let (catalog, actor) = (&app.parts.catalog, &caller.actor);
        catalog.new_tenant(&id, &name, &zone, actor)?;
        let write_key = catalog.new_key(NewKey::write(&id, "first write key"), actor)?;
        let secret = NewKey::secret(&id, Scopes::all(), "first secret key");
        let secret_key = catalog.new_key(secret, actor)?;
        let owner = NewLink {
            purpose: Purpose::Owner,
            tenant: id.clone(),
            email: String::new(),
            role: Role::Owner,
        };
        let setup_token = catalog.make_link(&owner, actor)?;
        let tenant = catalog.tenant(&id).as_ref().map(shown);
        let body = json!({
            "tenant": tenant,
            "write_key": write_key,
            "secret_key": secret_key,
            "setup_token": setup_token,
        });
        Ok((StatusCode::CREATED, body))
    })
    .await
}

/// Who may make tenants: an admin of the default one.
fn landlord(app: &AppState, parts: &Parts) -> Result<Caller, Problem> {
    let caller = auth::caller_who_may(app, parts, Scope::Admin)?;
    if caller.tenant != TenantId::default_tenant() {
        return Err(Problem::new(Code::Forbidden, "only the default tenant manages tenants"));
    }
    Ok(caller)
}
