//! What who has a link sees: one dashboard or question, and the answers of its tiles.
//!
//! The link is all there is of a right, so everything is looked up from it: which thing, of which
//! tenant, and what stands on a tile now. Nothing that a request says gets into a question.

use axum::{
    extract::{Path, Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::Response,
};
use catalog::{Catalog, CatalogError, Dashboard, SavedQuestion, Share, Shelf, Tile};
use event::{Code, TenantId};
use serde_json::{Value, json};

use super::open;
use crate::{
    Problem,
    account::worked,
    connection,
    query::{Asker, problem_of},
    reply::{self, Answered},
    router::{self, Shape},
    state::AppState,
};

/// What a link shows.
struct View {
    tenant: TenantId,
    kind: Shelf,
    name: String,
    description: String,
    range: Option<Value>,
    expires_at: Option<String>,
    /// Where each stands, and its question unless that was removed.
    tiles: Vec<(Tile, Option<SavedQuestion>)>,
}

/// `GET /api/v1/shared/{token}`: what a link shows.
pub(crate) async fn show(
    State(app): State<AppState>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let view = view(&app, &parts, token).await;
    closed(reply::answer(&parts, view.and_then(|view| shown(&app, &view))))
}

/// Looks a link up, at the rate of links.
async fn view(app: &AppState, parts: &Parts, token: String) -> Result<View, Problem> {
    let now = app.started.elapsed();
    if let Some(address) = connection::address(app, parts) {
        app.address_rate.address(address, now)?;
    }
    app.share_rate.key(&token, now)?;
    worked(app, move |app| {
        let missing = || {
            let detail = "the link shows nothing any more, or never did";
            Problem::new(Code::NotFound, detail)
        };
        let catalog = &app.parts.catalog;
        let share = catalog.share(&token)?.ok_or_else(missing)?;
        match of_share(catalog, &share) {
            Err(CatalogError::NoThing { .. }) => Err(missing()),
            other => Ok(other?),
        }
    })
    .await
}

fn of_share(catalog: &Catalog, share: &Share) -> Result<View, CatalogError> {
    let tenant = share.tenant.clone();
    let expires_at = share.expires_at.map(|at| at.to_string());
    let kind = share.shelf;
    if kind == Shelf::Dashboards {
        let Dashboard { name, description, tiles, range } = catalog.kept(&tenant, share.item)?.item;
        let with_question = |tile: Tile| match catalog.kept(&tenant, tile.question) {
            Ok(kept) => Ok((tile, Some(kept.item))),
            Err(CatalogError::NoThing { .. }) => Ok((tile, None)),
            Err(error) => Err(error),
        };
        let tiles = tiles.into_iter().map(with_question).collect::<Result<_, _>>()?;
        return Ok(View { tenant, kind, name, description, range, expires_at, tiles });
    }
    let question: SavedQuestion = catalog.kept(&tenant, share.item)?.item;
    let tile = Tile { question: share.item, x: 0, y: 0, w: 12, h: 6, title: None };
    let (name, description) = (question.name.clone(), question.description.clone());
    let tiles = vec![(tile, Some(question))];
    Ok(View { tenant, kind, name, description, range: None, expires_at, tiles })
}

fn shown(app: &AppState, view: &View) -> Answered {
    let zone = app.parts.catalog.tenant(&view.tenant).map(|tenant| tenant.time_zone);
    let tile = |(n, (tile, saved)): (usize, &(Tile, Option<SavedQuestion>))| {
        let question = saved.as_ref().map(|saved| {
            let mut question = asked(view, saved);
            open::strip(&mut question);
            question
        });
        json!({
            "n": n,
            "x": tile.x,
            "y": tile.y,
            "w": tile.w,
            "h": tile.h,
            "title": tile.title.as_ref().or(saved.as_ref().map(|saved| &saved.name)),
            "view": saved.as_ref().map_or_else(|| json!({}), |saved| saved.view.clone()),
            "question": question,
            "missing": saved.is_none(),
        })
    };
    let body = json!({
        "kind": view.kind.as_str(),
        "name": view.name,
        "description": view.description,
        "range": view.range,
        "time_zone": zone,
        "expires_at": view.expires_at,
        "tiles": view.tiles.iter().enumerate().map(tile).collect::<Vec<_>>(),
    });
    Ok((StatusCode::OK, body))
}

/// A question as a tile asks it.
fn asked(view: &View, saved: &SavedQuestion) -> Value {
    let mut question = saved.question.clone();
    if let (Some(range), Some(own)) = (&view.range, question.get_mut("range")) {
        *own = range.clone();
    }
    question
}

/// `POST /api/v1/shared/{token}/tiles/{n}`: the answer of one tile.
pub(crate) async fn answer(
    State(app): State<AppState>,
    Path((token, tile)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = answered(&app, &parts, token, &tile).await;
    closed(answered.unwrap_or_else(|problem| router::refuse(&parts, Shape::Problem, &problem)))
}

async fn answered(
    app: &AppState,
    parts: &Parts,
    token: String,
    tile: &str,
) -> Result<Response, Problem> {
    let view = view(app, parts, token).await?;
    let found = tile.parse::<usize>().ok().and_then(|at| view.tiles.get(at));
    let missing = |detail| Problem::new(Code::NotFound, detail);
    let (_, saved) = found.ok_or_else(|| missing("there is no such tile"))?;
    let saved = saved.as_ref().ok_or_else(|| missing("the question of the tile was removed"))?;
    let asker = Asker::new(app, parts, view.tenant.clone());
    let question = asker.read(&asked(&view, saved)).map_err(|problems| {
        // What is wrong with it is nothing for strangers.
        let first = problem_of(problems);
        Problem { errors: Vec::new(), field: None, ..first.saying("the question cannot be asked") }
    })?;
    open::check(&question)?;
    asker.tell(question, false, open::strip).await
}

/// What a stranger gets is kept by nobody and found by no search engine.
fn closed(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
