//! What PostHog's clients ask for before they send: their configuration.

use axum::{
    extract::{Path, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use event::TenantId;
use serde_json::{Map, Value, json};

use super::answer::{json as answer, refuse};
use crate::{auth, error::to_json, state::AppState};

/// `GET /array/{token}/config`.
pub(crate) async fn remote_config(
    State(app): State<AppState>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    match auth::asker(&app, &parts, Some(&token), false) {
        Ok(tenant) => answer(StatusCode::OK, to_json(&config(&app, &tenant, &token), false)),
        Err(problem) => refuse(&problem),
    }
}

/// `GET /array/{token}/config.js`.
pub(crate) async fn remote_config_script(
    State(app): State<AppState>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let tenant = match auth::asker(&app, &parts, Some(&token), false) {
        Ok(tenant) => tenant,
        Err(problem) => return refuse(&problem),
    };
    let (name, config) = (Value::from(&*token), config(&app, &tenant, &token));
    let script = format!(
        "(function(){{window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{{}};\
         window._POSTHOG_REMOTE_CONFIG[{name}]={{config:{config},siteApps:[]}};}})();"
    );
    let mut response = answer(StatusCode::OK, script.into_bytes());
    let kind = HeaderValue::from_static("application/javascript; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// What a client may do here: send events, packed with gzip, and ask flags. Everything else is off.
fn config(app: &AppState, tenant: &TenantId, token: &str) -> Value {
    let mut config = features(app.parts.catalog.flags(tenant).set().flags().len() > 0);
    config.insert("token".to_owned(), token.into());
    Value::Object(config)
}

/// The same without the token.
pub(super) fn features(has_flags: bool) -> Map<String, Value> {
    let features = json!({
        "supportedCompression": ["gzip", "gzip-js"],
        "hasFeatureFlags": has_flags,
        "autocapture_opt_out": false,
        "autocaptureExceptions": false,
        "capturePerformance": false,
        "captureDeadClicks": false,
        "sessionRecording": false,
        "surveys": false,
        "heatmaps": false,
        "siteApps": [],
        "isAuthenticated": false,
        "toolbarParams": {},
        "defaultIdentifiedOnly": true,
        "config": {"enable_collect_everything": true},
    });
    match features {
        Value::Object(features) => features,
        _ => Map::new(),
    }
}
