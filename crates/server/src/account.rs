//! Users: logging in and out, the links that make them, their password.

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::Response,
};
use catalog::{FirstDay, User};
use event::{Code, TenantId};
use serde_json::{Value, json};

use crate::{
    Problem,
    auth::{self, session},
    connection,
    form::Form,
    reply::{self, Answered},
    state::AppState,
};

/// `POST /api/v1/auth/login`: begins a session; its token is in a cookie.
pub(crate) async fn login(State(app): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let begun = try_login(&app, &parts, body).await;
    begin(&app, &parts, begun)
}

async fn try_login(app: &AppState, parts: &Parts, body: Body) -> Result<(String, User), Problem> {
    session::own_page(app, parts)?;
    let json = reply::body(app, parts, body).await?;
    let form = Form::of(&json, &["email", "password"])?;
    let (email, password) = (form.required("email")?.to_owned(), form.required("password")?);
    let address = connection::address(app, parts).map(|ip| ip.to_string()).unwrap_or_default();
    let names = [format!("email {}", email.trim().to_lowercase()), format!("address {address}")];
    let now = app.now();
    if let Some(seconds) = names.iter().find_map(|name| app.attempts.wait_seconds(name, now)) {
        let detail = "too many attempts to log in, wait a while";
        return Err(Problem::new(Code::RateLimited, detail).retry_after(seconds));
    }
    let password = password.to_owned();
    let work = move |app: &AppState| Ok::<_, Problem>(app.parts.catalog.login(&email, &password));
    let begun = worked(app, work).await?;
    match &begun {
        Ok(_) => names.iter().for_each(|name| app.attempts.succeeded(name)),
        Err(_) => names.iter().for_each(|name| app.attempts.failed(name, now)),
    }
    Ok(begun?)
}

/// `POST /api/v1/auth/logout`: ends the session; also where there is none any more.
pub(crate) async fn logout(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = try_logout(&app, &parts).await;
    let ended = answered.is_ok();
    let mut response = reply::answer(&parts, answered);
    if ended {
        response.headers_mut().insert(header::SET_COOKIE, session::end(&parts));
    }
    response
}

async fn try_logout(app: &AppState, parts: &Parts) -> Answered {
    session::own_page(app, parts)?;
    if let Some(token) = session::token(&parts.headers).map(str::to_owned) {
        worked(app, move |app| Ok(app.parts.catalog.logout(&token)?)).await?;
    }
    Ok((StatusCode::NO_CONTENT, Value::Null))
}

/// `GET /api/v1/auth/me`: who asks.
pub(crate) async fn me(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = try_me(&app, &parts);
    reply::answer(&parts, answered)
}

fn try_me(app: &AppState, parts: &Parts) -> Answered {
    let Some(caller) = auth::caller(app, parts)? else {
        return Err(Problem::new(Code::Unauthorized, "nobody is logged in"));
    };
    let user = caller.session.as_ref().and_then(|it| app.parts.catalog.user(it.user));
    let body = json!({
        "user": user.map(|user| shown(&user)),
        "scopes": caller.scopes.to_text().split(' ').collect::<Vec<_>>(),
        "tenant": tenant(app, &caller.tenant),
    });
    Ok((StatusCode::OK, body))
}

/// `GET /api/v1/auth/setup/{token}`: what a link is for.
pub(crate) async fn link(
    State(app): State<AppState>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let found = worked(&app, move |app| Ok(app.parts.catalog.link(&token)?)).await;
    let answered = found.and_then(|link| {
        let link = link.ok_or(catalog::CatalogError::NoLink)?;
        let email = (!link.email.is_empty()).then_some(link.email);
        let body = json!({
            "purpose": link.purpose.as_str(),
            "email": email,
            "role": link.role.as_str(),
            "expires_at": link.expires_at.to_string(),
        });
        Ok((StatusCode::OK, body))
    });
    reply::answer(&parts, answered)
}

/// `POST /api/v1/auth/setup`: uses a link, once, and logs in.
pub(crate) async fn setup(State(app): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let begun = try_setup(&app, &parts, body).await;
    begin(&app, &parts, begun)
}

async fn try_setup(app: &AppState, parts: &Parts, body: Body) -> Result<(String, User), Problem> {
    session::own_page(app, parts)?;
    let json = reply::body(app, parts, body).await?;
    let form = Form::of(&json, &["token", "email", "name", "password"])?;
    let token = form.required("token")?.to_owned();
    let email = form.text("email")?.unwrap_or("").to_owned();
    let name = form.text("name")?.unwrap_or("").to_owned();
    let password = form.required("password")?.to_owned();
    worked(app, move |app| {
        let catalog = &app.parts.catalog;
        // Nobody has to think of a name to choose another password.
        let name =
            if name.trim().is_empty() { email.split('@').next().unwrap_or("") } else { &name };
        let name = if name.is_empty() { "User" } else { name };
        let user = catalog.redeem(&token, &email, name, &password)?;
        Ok(catalog.login(&user.email, &password)?)
    })
    .await
}

/// `POST /api/v1/auth/password`: another password; the user's other sessions end.
pub(crate) async fn password(State(app): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let answered = try_password(&app, &parts, body).await;
    reply::answer(&parts, answered)
}

async fn try_password(app: &AppState, parts: &Parts, body: Body) -> Answered {
    let caller = auth::caller(app, parts)?;
    let Some(session) = caller.and_then(|caller| caller.session) else {
        return Err(Problem::new(
            Code::Unauthorized,
            "only a user who is logged in has a password",
        ));
    };
    let json = reply::body(app, parts, body).await?;
    let form = Form::of(&json, &["current", "new"])?;
    let current = form.required("current")?.to_owned();
    let new = form.required("new")?.to_owned();
    let keep = session::token(&parts.headers).map(str::to_owned);
    let name = format!("email {}", session.email);
    let now = app.now();
    if let Some(seconds) = app.attempts.wait_seconds(&name, now) {
        let detail = "too many wrong passwords, wait a while";
        return Err(Problem::new(Code::RateLimited, detail).retry_after(seconds));
    }
    let changed = worked(app, move |app| {
        Ok(app.parts.catalog.change_password(session.user, &current, &new, keep.as_deref()))
    });
    let changed = changed.await?;
    if matches!(changed, Err(catalog::CatalogError::WrongPassword)) {
        app.attempts.failed(&name, now);
    }
    changed?;
    Ok((StatusCode::NO_CONTENT, Value::Null))
}

/// Answers a log-in with the user, and the cookie.
fn begin(app: &AppState, parts: &Parts, begun: Result<(String, User), Problem>) -> Response {
    match begun {
        Err(problem) => reply::answer(parts, Err(problem)),
        Ok((token, user)) => {
            let body = json!({"user": shown(&user), "tenant": tenant(app, &user.tenant)});
            let mut response = reply::answer(parts, Ok((StatusCode::OK, body)));
            let cookie: HeaderValue = session::begin(parts, &token);
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            response
        }
    }
}

/// Works where it may block; what went wrong is told.
pub(crate) async fn worked<T: Send + 'static>(
    app: &AppState,
    work: impl FnOnce(&AppState) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let worker = app.clone();
    let done = tokio::task::spawn_blocking(move || work(&worker)).await;
    done.unwrap_or_else(|_| Err(Problem::internal()))
}

/// A user as answers show one.
pub(crate) fn shown(user: &User) -> Value {
    json!({
        "id": user.id.0,
        "email": user.email,
        "name": user.name,
        "role": user.role.as_str(),
        "created_at": user.created_at.to_string(),
        "last_login_at": user.last_login_at.map(|at| at.to_string()),
        "disabled_at": user.disabled_at.map(|at| at.to_string()),
    })
}

fn tenant(app: &AppState, id: &TenantId) -> Value {
    let tenant = app.parts.catalog.tenant(id);
    let week_start = match app.parts.catalog.settings(id).week_start {
        FirstDay::Monday => "monday",
        FirstDay::Sunday => "sunday",
        FirstDay::Saturday => "saturday",
    };
    json!({
        "id": id.as_str(),
        "name": tenant.as_ref().map(|tenant| tenant.name.clone()),
        "time_zone": tenant.map(|tenant| tenant.time_zone),
        "week_start": week_start,
    })
}
