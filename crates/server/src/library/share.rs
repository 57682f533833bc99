//! Making and ending links by which others see a dashboard or a question.

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use catalog::Share;
use event::Code;
use serde_json::{Value, json};

use super::{
    noun::{Noun, found},
    rights,
};
use crate::{
    Problem,
    account::worked,
    admin::users::base,
    auth::Caller,
    form::Form,
    reply::{self, Answered},
    state::AppState,
};

fn shown(share: &Share) -> Value {
    json!({
        "id": share.id.to_string(),
        "created_at": share.created_at.to_string(),
        "expires_at": share.expires_at.map(|at| at.to_string()),
    })
}

/// `GET ../{id}/share`: the links that show it, without their tokens.
pub(crate) async fn list<N: Noun>(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = match rights::maker(&app, &parts) {
        Err(problem) => Err(problem),
        Ok(caller) => worked(&app, move |app| listed::<N>(app, &caller, &id)).await,
    };
    reply::answer(&parts, answered)
}

fn listed<N: Noun>(app: &AppState, caller: &Caller, id: &str) -> Answered {
    let catalog = &app.parts.catalog;
    let kept = found::<N>(catalog, &caller.tenant, id)?;
    rights::changer(caller, &kept.owner)?;
    let shares = catalog.shares::<N::Item>(&caller.tenant, kept.id)?;
    let shares: Vec<Value> = shares.iter().map(shown).collect();
    Ok((StatusCode::OK, json!({"shares": shares})))
}

/// `POST ../{id}/share`: makes a link; its token is told only now.
pub(crate) async fn make<N: Noun>(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let answered = made::<N>(&app, &parts, id, body).await;
    reply::answer(&parts, answered)
}

async fn made<N: Noun>(app: &AppState, parts: &Parts, id: String, body: Body) -> Answered {
    let caller = rights::maker(app, parts)?;
    let json = reply::body_or_empty(app, parts, body).await?;
    let expires_at = Form::of(&json, &["expires_at"])?.time("expires_at")?;
    let base = base(parts);
    worked(app, move |app| {
        let catalog = &app.parts.catalog;
        let kept = found::<N>(catalog, &caller.tenant, &id)?;
        rights::changer(&caller, &kept.owner)?;
        let (token, share) = catalog.new_share(&caller.tenant, &kept, expires_at, &caller.actor)?;
        let mut body = shown(&share);
        body["link"] = format!("{base}/app/shared/{token}").into();
        body["token"] = token.into();
        Ok((StatusCode::CREATED, body))
    })
    .await
}

/// `DELETE ../{id}/share/{share}`: ends a link at once.
pub(crate) async fn end<N: Noun>(
    State(app): State<AppState>,
    Path((id, share)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = match rights::maker(&app, &parts) {
        Err(problem) => Err(problem),
        Ok(caller) => {
            worked(&app, move |app| {
                let catalog = &app.parts.catalog;
                let kept = found::<N>(catalog, &caller.tenant, &id)?;
                rights::changer(&caller, &kept.owner)?;
                let (tenant, actor) = (&caller.tenant, &caller.actor);
                if !catalog.end_share::<N::Item>(tenant, kept.id, &share, actor)? {
                    return Err(Problem::new(Code::NotFound, "there is no such link"));
                }
                Ok((StatusCode::NO_CONTENT, Value::Null))
            })
            .await
        }
    };
    reply::answer(&parts, answered)
}
