//! Flags as PostHog's clients ask for them: those of a person in the shape of the version that was
//! asked for, and the flags themselves for libraries that evaluate on their own.

use std::hash::{DefaultHasher, Hasher};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
};
use catalog::Scope;
use event::{Code, TenantId, json::find};
use flag::{Answer, write};
use serde_json::{Map, Value, json};

use super::{
    super::{read, wire},
    answer::{json as answer, refuse},
    bounds,
    config::features,
    decode::{self, value},
    envelope::{self, is_key, is_true},
    facts,
};
use crate::{Problem, app, auth, error::to_json, extract::aside, flags::Asked, state::AppState};

/// Characters of an id; longer ones are cut.
const ID_CHARS_MAX: usize = 200;

/// `POST` and `GET` of `/flags` and `/decide`.
pub(crate) async fn flags(State(app): State<AppState>, request: Request) -> Response {
    match evaluated(&app, request).await {
        Ok(body) => answer(StatusCode::OK, to_json(&body, false)),
        Err(problem) => refuse(&problem),
    }
}

/// What shape was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Form {
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

async fn evaluated(app: &AppState, request: Request) -> Result<Value, Problem> {
    let path = request.uri().path().trim_end_matches('/').to_owned();
    let query = request.uri().query().unwrap_or("").to_owned();
    let (shape, with_config) = shape(&path, &query);
    let request_id = app::request_id(request.headers()).to_owned();
    let form = Form { shape, with_config, request_id };
    if request.method() != Method::POST && value(&query, "data").is_none() {
        return Ok(form.body(app, &[], false));
    }
    let (tenant, asked) = asked(app, request).await?;
    let flags = app.parts.catalog.flags(&tenant);
    let has_flags = flags.set().flags().len() > 0;
    let Some(asked) = asked else { return Ok(form.body(app, &[], has_flags)) };
    let first_id = asked.first_id(app, &tenant, &flags).await;
    let answers = asked.answers(&flags, first_id.as_deref(), app.now());
    Ok(form.body(app, &answers, has_flags))
}

/// Whose flags are asked and for whom; for nobody where flags are not wanted.
async fn asked(app: &AppState, mut request: Request) -> Result<(TenantId, Option<Asked>), Problem> {
    let hint = decode::take_hint(request.headers_mut());
    let (parts, body) = read(app, request).await?;
    let unpacked =
        aside(body.len() * 4, || decode::text(&parts, &body, hint.as_deref(), &bounds(app)))?;
    let text = without_nan(&unpacked.text);
    let raw = wire::json(&text)?;
    if !raw.starts_with('{') {
        return Err(Problem::new(Code::InvalidType, "body must be an object"));
    }
    let tenant = auth::asker(app, &parts, key_of(raw)?.as_deref(), false)?;
    if is_true(find(raw, "disable_flags")) {
        return Ok((tenant, None));
    }
    let id = ["distinct_id", "$distinct_id"].iter().find_map(|name| id(raw, name));
    let missing = || Problem::new(Code::MissingField, "distinct_id is required");
    let asked = Asked {
        distinct_id: id.ok_or_else(missing)?,
        device_id: id_of(raw, "$device_id"),
        anon_distinct_id: id_of(raw, "$anon_distinct_id"),
        person_properties: object(raw, "person_properties"),
        groups: object(raw, "groups"),
        group_properties: object(raw, "group_properties"),
        keys: ["flag_keys", "flag_keys_to_evaluate"].iter().find_map(|name| texts(raw, name)),
    };
    Ok((tenant, Some(asked)))
}

fn id(raw: &str, name: &str) -> Option<String> {
    let id = facts::id(find(raw, name))?;
    Some(id.chars().take(ID_CHARS_MAX).collect())
}

/// An id that is told beside the first one; other types than text and number are none.
fn id_of(raw: &str, name: &str) -> Option<String> {
    find(raw, name).and_then(envelope::text_of)?;
    id(raw, name)
}

/// An object; anything else says nothing.
fn object(raw: &str, name: &str) -> Map<String, Value> {
    let value = find(raw, name).and_then(|value| serde_json::from_str(value).ok());
    value.unwrap_or_default()
}

fn texts(raw: &str, name: &str) -> Option<Vec<String>> {
    serde_json::from_str(find(raw, name)?).ok()
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

impl Form {
    fn body(&self, app: &AppState, answers: &[Answer<'_>], has_flags: bool) -> Value {
        let mut body = if self.with_config { features(has_flags) } else { Map::new() };
        let put = |body: &mut Map<String, Value>, name: &str, value: Value| {
            body.insert(name.to_owned(), value);
        };
        let known = || answers.iter().filter(|answer| !answer.failed);
        let on = || known().filter(|answer| answer.enabled);
        match self.shape {
            Shape::List => {
                put(&mut body, "featureFlags", on().map(|one| one.flag.key.as_str()).collect());
            }
            Shape::Active => put(&mut body, "featureFlags", values(on())),
            Shape::Payloads => {
                put(&mut body, "featureFlags", values(known()));
                put(&mut body, "featureFlagPayloads", payloads(on()));
            }
            Shape::Details => {
                let details = answers.iter().map(|one| (one.flag.key.clone(), details(one)));
                put(&mut body, "flags", details.collect::<Map<_, _>>().into());
                put(&mut body, "requestId", self.request_id.as_str().into());
                put(&mut body, "evaluatedAt", app.now().millis().into());
            }
        }
        let has_failed = answers.iter().any(|answer| answer.failed);
        put(&mut body, "errorsWhileComputingFlags", has_failed.into());
        Value::Object(body)
    }
}

/// Values by key: off, on, or a variant.
fn values<'a>(answers: impl Iterator<Item = &'a Answer<'a>>) -> Value {
    let value = |one: &Answer<'_>| one.variant.map_or(json!(one.enabled), |variant| json!(variant));
    answers.map(|one| (one.flag.key.clone(), value(one))).collect::<Map<_, _>>().into()
}

fn payloads<'a>(answers: impl Iterator<Item = &'a Answer<'a>>) -> Value {
    let payload = |one: &Answer<'_>| {
        let text = write::payload_text(one.payload?);
        Some((one.flag.key.clone(), Value::String(text)))
    };
    answers.filter_map(payload).collect::<Map<_, _>>().into()
}

fn details(one: &Answer<'_>) -> Value {
    let (flag, reason) = (one.flag, &one.reason);
    let mut details = json!({
        "key": flag.key,
        "enabled": one.enabled,
        "variant": one.variant,
        "reason": {
            "code": reason.code.as_str(),
            "condition_index": reason.condition_index,
            "description": reason.description(),
        },
        "metadata": {
            "id": flag.id,
            "version": flag.version,
            "description": flag.description,
            "payload": one.payload.map(write::payload_text),
            "has_experiment": false,
        },
    });
    if one.failed {
        details["failed"] = true.into();
    }
    details
}

/// `GET /flags/definitions` and `/api/feature_flag/local_evaluation`: the flags with their rules,
/// for who holds a secret key.
pub(crate) async fn definitions(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    defined(&app, &parts).unwrap_or_else(|problem| refuse(&problem))
}

fn defined(app: &AppState, parts: &Parts) -> Result<Response, Problem> {
    let caller = auth::caller_who_may(app, parts, Scope::Read)?;
    if let Some(token) = value(parts.uri.query().unwrap_or(""), "token") {
        auth::opens(app, &token, &caller.tenant)?;
    }
    let flags = app.parts.catalog.flags(&caller.tenant);
    let set = flags.set();
    let kinds = set.group_kinds().iter().enumerate();
    let kinds: Map<_, _> = kinds.map(|(at, kind)| (at.to_string(), json!(kind))).collect();
    let body = aside(set.flags().len() * 1024, || {
        let flags = write::definitions(set, app.now());
        to_json(&json!({"flags": flags, "group_type_mapping": kinds, "cohorts": {}}), false)
    });
    Ok(if_changed(&parts.headers, body))
}

/// The body, or 304 for who has it already.
fn if_changed(headers: &HeaderMap, body: Vec<u8>) -> Response {
    let mut hasher = DefaultHasher::new();
    hasher.write(&body);
    let hash = format!("{:016x}", hasher.finish());
    let known = headers.get_all(header::IF_NONE_MATCH).iter();
    let is_known = known.filter_map(|value| value.to_str().ok()).any(|list| {
        let mut tags = list.split(',').map(str::trim);
        tags.any(|tag| tag == "*" || tag.trim_start_matches("W/").trim_matches('"') == hash)
    });
    let mut response = answer(StatusCode::OK, body);
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
        response.headers_mut().remove(header::CONTENT_TYPE);
    }
    let private = HeaderValue::from_static("private, must-revalidate");
    response.headers_mut().insert(header::CACHE_CONTROL, private);
    if let Ok(tag) = HeaderValue::from_str(&format!("W/\"{hash}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
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
