//! The list of operations as an OpenAPI 3.1 document.

use serde_json::{Map, Value, json};

use super::{Auth, Example, Operation, Reply, operations};
use crate::{error::CODES, router};

/// The OpenAPI document of every route.
pub fn document() -> Value {
    let mut paths = Map::new();
    let mut groups: Vec<&str> = Vec::new();
    for operation in operations() {
        if !groups.contains(&operation.group) {
            groups.push(operation.group);
        }
        for prefix in router::prefixes_of(operation.path) {
            let full = format!("{prefix}{}", operation.path);
            let described = describe(&operation, &full);
            let path = paths.entry(full).or_insert_with(|| json!({}));
            path[operation.method.to_lowercase()] = described;
        }
    }
    let codes: Vec<&str> = CODES.iter().map(|info| info.code.as_str()).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "TrackFlow",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Collects events, keeps every one of them, and answers product questions. \
                A path that is shown without a slash at its end also works with one.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"}
        },
        "servers": [{"url": "/"}],
        "tags": groups.iter().map(|name| json!({"name": name})).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
                "query": {"type": "apiKey", "in": "query", "name": "api_key"}
            },
            "schemas": {
                "Code": {"type": "string", "enum": codes},
                "Problem": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail", "code", "requestId"],
                    "properties": {
                        "type": {"type": "string"}, "title": {"type": "string"},
                        "status": {"type": "integer"}, "detail": {"type": "string"},
                        "code": {"$ref": "#/components/schemas/Code"},
                        "requestId": {"type": "string"},
                        "errors": {"type": "array", "items": {
                            "type": "object", "required": ["field", "code", "message"],
                            "properties": {
                                "field": {"type": "string"},
                                "code": {"$ref": "#/components/schemas/Code"},
                                "message": {"type": "string"}
                            }
                        }}
                    }
                }
            }
        }
    })
}

fn describe(operation: &Operation, path: &str) -> Value {
    let slug: String =
        path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let parameter = |(name, text): &(&str, &str)| json!({"name": name, "in": "query", "required": false, "description": text, "schema": {"type": "string"}});
    let in_path = in_path(operation.path);
    let mut out = json!({
        "operationId": format!("{}{slug}", operation.method.to_lowercase()),
        "tags": [operation.group],
        "summary": operation.title,
        "description": operation.text,
        "parameters": in_path.chain(operation.parameters.iter().map(parameter)).collect::<Vec<_>>(),
        "security": security(operation.auth),
        "responses": responses(&operation.replies),
    });
    if let Some(schema) = &operation.body {
        out["requestBody"] = json!({
            "required": true,
            "content": {"application/json": {"schema": schema, "examples": examples(&operation.examples)}}
        });
    }
    out
}

/// The parameters between braces.
fn in_path(path: &'static str) -> impl Iterator<Item = Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.map(
        |name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}),
    )
}

fn security(auth: Auth) -> Value {
    let keys = [json!({"bearer": []}), json!({"header": []}), json!({"query": []})];
    match auth {
        Auth::Open => json!([]),
        Auth::WriteOrOpen => json!([{}, keys[0], keys[1], keys[2]]),
        Auth::Write | Auth::Read | Auth::Admin => json!(keys),
    }
}

fn examples(examples: &[Example]) -> Map<String, Value> {
    let one = |example: &Example| {
        let value: Value = serde_json::from_str(example.body).unwrap_or(Value::Null);
        (
            example.title.to_owned(),
            json!({"value": value, "description": format!("answered with {}", example.status)}),
        )
    };
    examples.iter().map(one).collect()
}

fn responses(replies: &[Reply]) -> Map<String, Value> {
    let mut all = Map::new();
    for reply in replies {
        let example = serde_json::from_str(reply.example)
            .unwrap_or_else(|_| Value::String(reply.example.to_owned()));
        let mut content = json!({"example": example});
        if reply.content_type == super::PROBLEM {
            content["schema"] = json!({"$ref": "#/components/schemas/Problem"});
        }
        let entry = all
            .entry(reply.status.to_string())
            .or_insert_with(|| json!({"description": reply.text, "content": {}}));
        entry["content"][reply.content_type] = content;
    }
    all
}
