//! Users of a tenant, and invitations.

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{StatusCode, header, request::Parts},
    response::Response,
};
use catalog::{CatalogError, Link, NewLink, Purpose, Role, UserChange, UserId};
use event::Code;
use serde_json::{Value, json};

use crate::{
    Problem,
    account::{shown, worked},
    auth::{self, Caller},
    form::Form,
    reply::{self, Answered},
    state::AppState,
};
use catalog::Scope;

/// `GET /api/v1/users`: users and invitations.
pub(crate) async fn list(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = match auth::admin(&app, &parts) {
        Err(problem) => Err(problem),
        Ok(tenant) => {
            worked(&app, move |app| {
                let catalog = &app.parts.catalog;
                let users: Vec<Value> =
                    catalog.users_of(&tenant).iter().map(|user| shown(user)).collect();
                let invites: Vec<Value> = catalog.invites(&tenant)?.iter().map(invite).collect();
                Ok((StatusCode::OK, json!({"users": users, "invites": invites})))
            })
            .await
        }
    };
    reply::answer(&parts, answered)
}

fn invite(link: &Link) -> Value {
    json!({
        "id": link.id.to_string(),
        "email": link.email,
        "role": link.role.as_str(),
        "created_at": link.created_at.to_string(),
        "expires_at": link.expires_at.to_string(),
    })
}

/// `POST /api/v1/invites`: a link with which somebody becomes a user.
pub(crate) async fn make_invite(State(app): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let answered = invited(&app, &parts, body).await;
    reply::answer(&parts, answered)
}

async fn invited(app: &AppState, parts: &Parts, body: Body) -> Answered {
    let caller = auth::caller_who_may(app, parts, Scope::Admin)?;
    let json = reply::body(app, parts, body).await?;
    let form = Form::of(&json, &["email", "role"])?;
    let email = form.required("email")?.to_owned();
    let role = role(form.text("role")?.unwrap_or(Role::Viewer.as_str()))?;
    may_give(&caller, role)?;
    let base = base(parts);
    let tenant = caller.tenant.clone();
    let new = NewLink { purpose: Purpose::Invite, tenant, email, role };
    worked(app, move |app| told(app, &caller, &new, &base)).await
}

/// `DELETE /api/v1/invites/{id}`: takes an invitation back.
pub(crate) async fn withdraw(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = match auth::caller_who_may(&app, &parts, Scope::Admin) {
        Err(problem) => Err(problem),
        Ok(caller) => {
            worked(&app, move |app| {
                let catalog = &app.parts.catalog;
                if !catalog.withdraw_invite(&caller.tenant, &id, &caller.actor)? {
                    return Err(Problem::new(Code::NotFound, "there is no such invitation"));
                }
                Ok((StatusCode::NO_CONTENT, Value::Null))
            })
            .await
        }
    };
    reply::answer(&parts, answered)
}

/// `POST /api/v1/users/{id}/reset`: a link with which a user chooses another password.
pub(crate) async fn reset(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let base = base(&parts);
    let answered = match auth::caller_who_may(&app, &parts, Scope::Admin) {
        Err(problem) => Err(problem),
        Ok(caller) => {
            worked(&app, move |app| {
                let user = of_tenant(app, &caller, &id)?;
                let tenant = caller.tenant.clone();
                may_give(&caller, user.role)?;
                let (email, role) = (user.email.clone(), user.role);
                let new = NewLink { purpose: Purpose::Reset, tenant, email, role };
                told(app, &caller, &new, &base)
            })
            .await
        }
    };
    reply::answer(&parts, answered)
}

/// Makes a link, which is told only now.
fn told(app: &AppState, caller: &Caller, new: &NewLink, base: &str) -> Answered {
    let token = app.parts.catalog.make_link(new, &caller.actor)?;
    let link = app.parts.catalog.link(&token)?.ok_or(CatalogError::NoLink)?;
    let body = json!({
        "link": format!("{base}/app/setup?token={token}"),
        "token": token,
        "email": link.email,
        "role": link.role.as_str(),
        "expires_at": link.expires_at.to_string(),
    });
    Ok((StatusCode::CREATED, body))
}

/// `PATCH /api/v1/users/{id}`: another role or name, or disabled.
pub(crate) async fn change(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let answered = changed(&app, &parts, id, body).await;
    reply::answer(&parts, answered)
}

async fn changed(app: &AppState, parts: &Parts, id: String, body: Body) -> Answered {
    let caller = auth::caller_who_may(app, parts, Scope::Admin)?;
    let json = reply::body(app, parts, body).await?;
    let form = Form::of(&json, &["role", "name", "disabled"])?;
    let change = UserChange {
        role: form.text("role")?.map(role).transpose()?,
        name: form.text("name")?.map(str::to_owned),
        disabled: form.flag("disabled")?,
    };
    if let Some(role) = change.role {
        may_give(&caller, role)?;
    }
    worked(app, move |app| {
        let user = of_tenant(app, &caller, &id)?;
        may_give(&caller, user.role)?;
        let user = app.parts.catalog.change_user(user.id, &change, &caller.actor)?;
        Ok((StatusCode::OK, shown(&user)))
    })
    .await
}

/// `DELETE /api/v1/users/{id}`: removes a user for good.
pub(crate) async fn remove(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = match auth::caller_who_may(&app, &parts, Scope::Admin) {
        Err(problem) => Err(problem),
        Ok(caller) => {
            worked(&app, move |app| {
                let user = of_tenant(app, &caller, &id)?;
                may_give(&caller, user.role)?;
                app.parts.catalog.remove_user(user.id, &caller.actor)?;
                Ok((StatusCode::NO_CONTENT, Value::Null))
            })
            .await
        }
    };
    reply::answer(&parts, answered)
}

/// The user of that id; users of other tenants are not there.
fn of_tenant(
    app: &AppState,
    caller: &Caller,
    id: &str,
) -> Result<std::sync::Arc<catalog::User>, Problem> {
    let user = id.parse().ok().and_then(|id| app.parts.catalog.user(UserId(id)));
    let user = user.filter(|user| user.tenant == caller.tenant);
    user.ok_or_else(|| Problem::new(Code::NotFound, "there is no such user"))
}

fn role(name: &str) -> Result<Role, Problem> {
    let wrong = || {
        let detail = "role must be owner, admin, analyst or viewer";
        Problem::new(Code::InvalidValue, detail).about("role")
    };
    Role::named(name).ok_or_else(wrong)
}

/// Only owners, and admin keys, make owners and change them.
fn may_give(caller: &Caller, role: Role) -> Result<(), Problem> {
    if role == Role::Owner && caller.role().is_some_and(|own| own != Role::Owner) {
        return Err(Problem::new(Code::Forbidden, "only an owner may make or change an owner"));
    }
    Ok(())
}

/// The address of this server, as the caller knows it.
pub(crate) fn base(parts: &Parts) -> String {
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = match text(header::HeaderName::from_static("x-forwarded-proto")) {
        Some("https") => "https",
        _ => "http",
    };
    format!("{scheme}://{}", text(header::HOST).unwrap_or("localhost"))
}
