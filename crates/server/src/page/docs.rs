//! The description of every route as a page.

use serde_json::Value;

use super::html::{anchor, colored_json, escape};
use crate::{
    error::CODES,
    openapi::{Auth, Operation, Reply, operations},
};

/// Replaced by the address the page was loaded from.
const ADDRESS: &str = "http://localhost:20000";

/// The whole page.
pub(super) fn page(style: &str, script: &str) -> String {
    let operations = operations();
    let mut groups: Vec<&str> = operations.iter().map(|operation| operation.group).collect();
    groups.dedup();
    let mut nav = String::new();
    let mut main = String::from(INTRODUCTION);
    for group in groups {
        nav.push_str(&format!("<h2>{}</h2><ul>", escape(group)));
        main.push_str(&format!("<h2 class=group>{}</h2>", escape(group)));
        for operation in operations.iter().filter(|operation| operation.group == group) {
            let (id, path) = (id(operation), escape(operation.path));
            nav.push_str(&format!("<li><a href=\"#{id}\">{}</a></li>", escape(operation.title)));
            main.push_str(&section(operation, &id, &path));
        }
        nav.push_str("</ul>");
    }
    nav.push_str("<h2>Errors</h2><ul><li><a href=\"#errors\">All codes</a></li></ul>");
    main.push_str(&errors());
    format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width,initial-scale=1\">\
         <meta name=color-scheme content=\"light dark\"><title>TrackFlow API</title>\
         <link rel=icon href=\"data:,\"><style>{style}</style></head><body class=docs>\
         <nav><a class=brand href=\"/\">TrackFlow</a><details open><summary>Contents</summary>{nav}</details></nav>\
         <main>{main}<footer>TrackFlow {} &middot; <a href=\"/openapi.json\">openapi.json</a></footer></main>\
         <script>{script}</script></body></html>",
        env!("CARGO_PKG_VERSION")
    )
}

const INTRODUCTION: &str = "<header><h1>TrackFlow API</h1>\
    <p class=lead>Send events, then ask what happened. Every answer you see here comes from a \
    request you can copy.</p>\
    <p><b>Keys.</b> A <em>write key</em> (<code>tf_w_&hellip;</code>) is public and sends events. A \
    <em>secret key</em> (<code>tf_s_&hellip;</code>) also asks questions; one is printed at the \
    first start, <code>trackflow key new</code> makes another. Send it as <code>Authorization: \
    Bearer</code>, <code>X-API-Key</code> or <code>?api_key=</code>.</p>\
    <p><b>Bodies</b> are JSON, as they are or packed with gzip, deflate, br or zstd, at most 20 MB \
    unpacked. Paths also work with a slash at their end. Every answer has an \
    <code>X-Request-Id</code>.</p></header>";

fn id(operation: &Operation) -> String {
    format!("{}-{}", operation.method.to_lowercase(), anchor(operation.path))
}

fn section(operation: &Operation, id: &str, path: &str) -> String {
    let method = operation.method;
    let mut out = format!(
        "<section id=\"{id}\"><h3>{}</h3><p class=route><span class=\"method {}\">{method}</span>\
         <code>{path}</code><span class=auth>{}</span></p><p>{}</p>",
        escape(operation.title),
        method.to_lowercase(),
        auth(operation.auth),
        escape(operation.text),
    );
    for example in &operation.examples {
        let status = example.status;
        out.push_str(&format!(
            "<figure><figcaption>{}<span class=\"status s{}\">{status}</span></figcaption>{}</figure>",
            escape(example.title),
            status / 100,
            copyable(&curl(operation, example.body)),
        ));
    }
    if let Some(schema) = &operation.body {
        out.push_str(&format!("<h4>Body</h4>{}", fields(schema)));
    }
    if !operation.parameters.is_empty() {
        out.push_str("<h4>Parameters</h4><dl>");
        for (name, text) in &operation.parameters {
            out.push_str(&format!("<dt><code>{name}</code></dt><dd>{}</dd>", escape(text)));
        }
        out.push_str("</dl>");
    }
    out.push_str("<h4>Answers</h4>");
    out.extend(operation.replies.iter().map(reply));
    out.push_str("</section>");
    out
}

fn auth(auth: Auth) -> &'static str {
    match auth {
        Auth::Open => "no key",
        Auth::WriteOrOpen => "write key, or none",
        Auth::Write => "write key",
        Auth::Read => "secret key",
        Auth::Admin => "secret key with admin",
    }
}

/// The request for a terminal.
fn curl(operation: &Operation, body: &str) -> String {
    let mut out = format!("curl {ADDRESS}{}", operation.path);
    if matches!(operation.auth, Auth::Read | Auth::Admin) {
        out = format!(
            "curl '{ADDRESS}{}?pretty' \\\n  -H 'Authorization: Bearer YOUR_SECRET_KEY'",
            operation.path
        );
    }
    if operation.auth == Auth::Write {
        out.push_str(" \\\n  -H 'Authorization: Bearer YOUR_WRITE_KEY'");
    }
    if !body.is_empty() {
        out.push_str(" \\\n  -H 'Content-Type: application/json' \\\n  -d '");
        out.push_str(&body.replace('\'', "'\\''"));
        out.push('\'');
    }
    out
}

fn copyable(text: &str) -> String {
    let shown = escape(text);
    format!(
        "<div class=code><button type=button class=copy>Copy</button><pre><code>{shown}</code></pre></div>"
    )
}

/// The fields of an object, or of the objects in an array.
fn fields(schema: &Value) -> String {
    let object = if schema["type"] == "array" { &schema["items"] } else { schema };
    let required: Vec<&str> =
        object["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut rows: Vec<(&String, &Value)> =
        object["properties"].as_object().into_iter().flatten().collect();
    rows.sort_by_key(|(name, _)| !required.contains(&name.as_str()));
    let mut out = String::from("<dl>");
    for (name, field) in rows {
        let must =
            if required.contains(&name.as_str()) { " <b class=must>required</b>" } else { "" };
        let text = field["description"].as_str().unwrap_or("");
        out.push_str(&format!(
            "<dt><code>{}</code> <span class=type>{}</span>{must}</dt><dd>{}</dd>",
            escape(name),
            escape(&kind(field)),
            escape(text),
        ));
    }
    out + "</dl>"
}

/// The type of a field in a few words.
fn kind(field: &Value) -> String {
    let names = |value: &Value| -> Vec<String> {
        let list = value.as_array().into_iter().flatten().filter_map(Value::as_str);
        list.filter(|name| *name != "null").map(str::to_owned).collect()
    };
    match (&field["type"], &field["enum"]) {
        (Value::String(name), _) => name.clone(),
        (Value::Array(_), _) => names(&field["type"]).join(" or "),
        (_, Value::Array(_)) => names(&field["enum"]).join(" | "),
        _ => String::new(),
    }
}

fn reply(reply: &Reply) -> String {
    let pretty = serde_json::from_str::<Value>(reply.example)
        .ok()
        .and_then(|value| serde_json::to_string_pretty(&value).ok());
    let body = match pretty {
        Some(json) => format!("<pre><code>{}</code></pre>", colored_json(&json)),
        None if reply.example.is_empty() => String::new(),
        None => format!("<pre><code>{}</code></pre>", escape(reply.example)),
    };
    let (status, text) = (reply.status, escape(reply.text));
    let head = format!("<span class=\"status s{}\">{status}</span> {text}", status / 100);
    if body.is_empty() {
        return format!("<p class=reply>{head}</p>");
    }
    format!("<details class=reply><summary>{head}</summary>{body}</details>")
}

/// The table of codes.
fn errors() -> String {
    let mut out = String::from(
        "<h2 class=group id=errors>Errors</h2><p>A refusal carries one of these codes, in \
         whichever shape the route speaks. Try again only where the table says so, and not before \
         the seconds in <code>Retry-After</code>.</p><dl class=codes>",
    );
    for info in CODES {
        let code = info.code.as_str();
        let retry = if info.retry { "<b class=must>try again</b>" } else { "" };
        out.push_str(&format!(
            "<dt id=\"code-{code}\"><span class=\"status s{}\">{}</span> <code>{code}</code> {retry}</dt><dd>{}</dd>",
            info.status / 100,
            info.status,
            escape(info.meaning),
        ));
    }
    out + "</dl>"
}
