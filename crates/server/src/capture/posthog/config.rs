//! What PostHog's clients ask for before they send: their configuration, and their flags.
//!
//! No flag is kept yet, so every answer about flags is an empty set, in the shape of the version
//! that was asked for.

use axum::{
    extract::{Path, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    response::Response,
};
use event::{Code, json::find};
use serde_json::{Map, Value, json};

use super::{
    super::{read, sender, wire},
    KIND,
    answer::{json as answer, refuse},
    bounds,
    decode::{self, value},
    envelope::{self, is_key, is_true},
    facts,
};
use crate::{Problem, app, error::to_json, extract::aside, state::AppState};

/// `GET /array/{token}/config`.
pub(crate) async fn remote_config(
    State(app): State<AppState>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    match sender(&app, &KIND, &parts, Some(&token)) {
        Ok(_) => answer(StatusCode::OK, to_json(&config(&token), false)),
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
    if let Err(problem) = sender(&app, &KIND, &parts, Some(&token)) {
        return refuse(&problem);
    }
    let (name, config) = (Value::from(&*token), config(&token));
    let script = format!(
        "(function(){{window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{{}};\
         window._POSTHOG_REMOTE_CONFIG[{name}]={{config:{config},siteApps:[]}};}})();"
    );
    let mut response = answer(StatusCode::OK, script.into_bytes());
    let kind = HeaderValue::from_static("application/javascript; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// What a client may do here: send events, packed with gzip. Everything else is off.
fn config(token: &str) -> Value {
    let mut config = features();
    config.insert("token".to_owned(), token.into());
    Value::Object(config)
}

fn features() -> Map<String, Value> {
    let features = json!({
        "supportedCompression": ["gzip", "gzip-js"],
        "hasFeatureFlags": false,
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

/// `POST` and `GET` of `/flags` and `/decide`.
pub(crate) async fn flags(State(app): State<AppState>, request: Request) -> Response {
    match asked(&app, request).await {
        Ok(asked) => answer(StatusCode::OK, to_json(&empty(&asked, &app), false)),
        Err(problem) => refuse(&problem),
    }
}

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    shape: Shape,
    with_config: bool,
    request_id: String,
}

/// The shapes of an answer, by route and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Keys of the flags that are on.
    List,
    /// Flags that are on, by key.
    Active,
    /// The same with payloads.
    Payloads,
    /// Every flag with the reason of its value.
    Details,
}

async fn asked(app: &AppState, mut request: Request) -> Result<Asked, Problem> {
    let request_id = app::request_id(request.headers()).to_owned();
    let path = request.uri().path().trim_end_matches('/').to_owned();
    let query = request.uri().query().unwrap_or("").to_owned();
    let (shape, with_config) = shape(&path, &query);
    let asked = Asked { shape, with_config, request_id };
    if request.method() != Method::POST && value(&query, "data").is_none() {
        return Ok(asked);
    }
    let hint = decode::take_hint(request.headers_mut());
    let (parts, body) = read(app, request).await?;
    let unpacked =
        aside(body.len() * 4, || decode::text(&parts, &body, hint.as_deref(), &bounds(app)))?;
    let text = without_nan(&unpacked.text);
    let raw = wire::json(&text)?;
    if !raw.starts_with('{') {
        return Err(Problem::new(Code::InvalidType, "body must be an object"));
    }
    sender(app, &KIND, &parts, key_of(raw)?.as_deref())?;
    let id = ["distinct_id", "$distinct_id"].iter().find_map(|name| facts::id(find(raw, name)));
    if id.is_none() && !is_true(find(raw, "disable_flags")) {
        return Err(Problem::new(Code::MissingField, "distinct_id is required"));
    }
    Ok(asked)
}

fn key_of(raw: &str) -> Result<Option<String>, Problem> {
    let mut found: Option<String> = None;
    let wrong = |detail| Problem::new(Code::UnknownKey, detail);
    for (name, value) in event::json::entries(raw) {
        if !is_key(&wire::name(name)) {
            continue;
        }
        let Some(text) = envelope::text_of(value) else { continue };
        let key = envelope::checked(&text).map_err(wrong)?;
        if found.as_deref().is_some_and(|other| other != key) {
            return Err(wrong("the request has several keys that differ"));
        }
        found = Some(key.to_owned());
    }
    Ok(found)
}

/// The shape of an answer, and whether the configuration goes with it.
fn shape(path: &str, query: &str) -> (Shape, bool) {
    let version = value(query, "v").and_then(|version| version.parse::<u32>().ok());
    let config = value(query, "config");
    let with_config = config.as_deref().is_some_and(|config| matches!(config, "" | "1" | "true"));
    if path != "/decide" {
        let legacy = version.is_some_and(|version| version < 2);
        return (if legacy { Shape::Payloads } else { Shape::Details }, with_config);
    }
    let shape = match version {
        None if config.is_none() => return (Shape::Details, true),
        None | Some(0 | 1) => Shape::List,
        Some(2) => Shape::Active,
        Some(3) => Shape::Payloads,
        Some(_) => Shape::Details,
    };
    // Clients that ask here know no other place to get it from.
    (shape, true)
}

fn empty(asked: &Asked, app: &AppState) -> Value {
    let mut body = if asked.with_config { features() } else { Map::new() };
    let flags = match asked.shape {
        Shape::List => json!({"featureFlags": []}),
        Shape::Active => json!({"featureFlags": {}}),
        Shape::Payloads => json!({"featureFlags": {}, "featureFlagPayloads": {}}),
        Shape::Details => json!({
            "flags": {},
            "requestId": asked.request_id,
            "evaluatedAt": app.now().millis(),
        }),
    };
    if let Value::Object(flags) = flags {
        body.extend(flags);
    }
    body.insert("errorsWhileComputingFlags".to_owned(), false.into());
    Value::Object(body)
}

/// Python writes numbers that JSON does not have; they are null.
fn without_nan(text: &str) -> std::borrow::Cow<'_, str> {
    if !(text.contains("NaN") || text.contains("Infinity")) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(quote) = rest.find('"') {
        let (plain, from_quote) = rest.split_at(quote);
        let end = end_of_text(from_quote);
        out.push_str(&nan_to_null(plain));
        out.push_str(&from_quote[..end]);
        rest = &from_quote[end..];
    }
    out.push_str(&nan_to_null(rest));
    out.into()
}

fn nan_to_null(plain: &str) -> String {
    plain.replace("-Infinity", "null").replace("Infinity", "null").replace("NaN", "null")
}

/// Where the text that begins with a quote ends.
fn end_of_text(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_follows_route_and_version() {
        for (path, query, expected) in [
            ("/flags", "v=2", (Shape::Details, false)),
            ("/flags", "v=4", (Shape::Details, false)),
            ("/flags", "v=2&config=true", (Shape::Details, true)),
            ("/flags", "", (Shape::Details, false)),
            ("/flags", "v=1", (Shape::Payloads, false)),
            ("/decide", "", (Shape::Details, true)),
            ("/decide", "v=1", (Shape::List, true)),
            ("/decide", "v=2", (Shape::Active, true)),
            ("/decide", "v=3&ip=1", (Shape::Payloads, true)),
            ("/decide", "v=4", (Shape::Details, true)),
        ] {
            assert_eq!(shape(path, query), expected, "{path}?{query}");
        }
    }

    #[test]
    fn numbers_that_json_does_not_have_are_null() {
        let text = r#"{"a":NaN,"b":-Infinity,"NaN \" Infinity":[Infinity],"c":1}"#;
        let expected = r#"{"a":null,"b":null,"NaN \" Infinity":[null],"c":1}"#;
        assert_eq!(without_nan(text), expected);
        assert_eq!(without_nan(r#"{"a":1}"#), r#"{"a":1}"#);
        assert_eq!(without_nan(r#"NaN"#), "null");
    }
}
