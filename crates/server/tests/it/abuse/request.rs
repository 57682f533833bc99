//! A row to the bytes that are sent.

use std::{io::Write, sync::OnceLock};

use axum::{body::Body, http::Request};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use hyper::body::Frame;
use serde_json::Value;

use super::{
    keys::Keys,
    table::{Dialect, Row},
};

/// What a row sends.
pub struct Sent {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Bytes,
    /// The names of its events that are good.
    pub good: Vec<String>,
}

impl Sent {
    /// `number` is that of its first event.
    pub fn of(dialect: &Dialect, row: &Row, keys: &Keys, number: usize) -> Self {
        let key =
            row.key.as_deref().unwrap_or(if dialect.has_own_key() { "{write_key}" } else { "" });
        let form = match (&dialect.one, &row.batch, row.count) {
            (Some(one), None, None) => one,
            _ => &dialect.many,
        };
        let (events, names) = events(dialect, row, number);
        let body = row.body.as_deref().unwrap_or(&form.body);
        let body = body.replace("{event}", &events).replace("{events}", &events);
        let expand = |text: &str| expanded(text, &|name| keys.text(name, key));
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        if !dialect.has_own_key() && !key.is_empty() {
            headers.push(("authorization".to_owned(), "Bearer {key}".to_owned()));
        }
        for (name, value) in &row.headers {
            headers.retain(|(other, _)| other != name);
            headers.push((name.clone(), value.as_str().unwrap().to_owned()));
        }
        let path = row.path.as_ref().unwrap_or(&form.path).clone() + &row.query;
        let text = |text: &str| String::from_utf8(expand(text)).unwrap();
        Self {
            method: if row.method.is_empty() { "POST" } else { &row.method }.to_owned(),
            path: text(&path),
            headers: headers.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
            body: packed(&row.packed, expand(&body)),
            // Whoever is refused as a whole has no good events.
            good: if row.stored > 0 { names } else { Vec::new() },
        }
    }

    pub fn request(&self) -> Request<Body> {
        self.with(Body::from(self.body.clone()))
    }

    /// The same over a connection that breaks in the middle of the body.
    pub fn cut_request(&self) -> Request<Body> {
        let half = self.body.slice(..self.body.len() / 2);
        self.with(Body::new(Cut { half: Some(half) }))
    }

    fn with(&self, body: Body) -> Request<Body> {
        let mut request = Request::builder().method(&*self.method).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.body(body).unwrap()
    }
}

/// The events of a row, in one text with commas between them, and the names of the good ones:
/// those that are not changed, or the only one.
fn events(dialect: &Dialect, row: &Row, number: usize) -> (String, Vec<String>) {
    let unchanged = || Value::Object(serde_json::Map::new());
    let changes: Vec<Value> = match (&row.event, &row.batch, row.count) {
        (Some(event), _, _) => vec![event.clone()],
        (_, Some(batch), _) => batch.clone(),
        (_, _, Some(count)) => (0..count).map(|_| unchanged()).collect(),
        _ => vec![unchanged()],
    };
    let (mut texts, mut names) = (Vec::new(), Vec::new());
    for (at, change) in changes.iter().enumerate() {
        let name = format!("abuse{}", number + at);
        let id = format!("550e8400-e29b-41d4-a716-{:012}", number + at);
        let Value::Object(change) = change else {
            texts.push(change.to_string());
            continue;
        };
        if change.is_empty() || row.event.is_some() {
            names.push(name.clone());
        }
        let mut event = dialect.event.clone();
        for (field, value) in change {
            match value.as_str() {
                Some("{absent}") => drop(event.remove(field)),
                _ => drop(event.insert(field.clone(), value.clone())),
            }
        }
        let mut text = String::new();
        write(&Value::Object(event), &mut text);
        texts.push(text.replace("{name}", &name).replace("{id}", &id));
    }
    (texts.join(","), names)
}

/// Writes JSON, and of texts `{raw:..}` what is in them as it is.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(object) => {
            for (at, (key, value)) in object.iter().enumerate() {
                out.push_str(if at == 0 { "{" } else { "," });
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write(value, out);
            }
            out.push_str(if object.is_empty() { "{}" } else { "}" });
        }
        Value::String(text) => match text.strip_prefix("{raw:").and_then(|t| t.strip_suffix('}')) {
            Some(raw) => out.push_str(raw),
            None => out.push_str(&value.to_string()),
        },
        other => out.push_str(&other.to_string()),
    }
}

/// A text with its placeholders filled in. They begin with `{` and a letter, as nothing in JSON
/// does.
fn expanded(text: &str, key: &dyn Fn(&str) -> Option<String>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at..];
        let end =
            rest.find('}').filter(|_| rest[1..].starts_with(|c: char| c.is_ascii_lowercase()));
        match end.map(|end| (end, filled(&rest[1..end], key))) {
            Some((end, Some(filling))) => {
                out.extend_from_slice(&filling);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push(b'{');
                rest = &rest[1..];
            }
        }
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

fn filled(placeholder: &str, key: &dyn Fn(&str) -> Option<String>) -> Option<Vec<u8>> {
    let parts: Vec<&str> = placeholder.split(':').collect();
    let count = || parts.last()?.parse::<usize>().ok();
    Some(match (parts[0], parts.len()) {
        // So often a text.
        ("repeat", 3) => parts[1].repeat(count()?).into_bytes(),
        // A byte that is no text.
        ("byte", 2) => vec![u8::try_from(count()?).ok()?],
        // An object of so many levels.
        ("deep", 2) => {
            let inner = count()? - 1;
            format!("{}{{}}{}", "{\"a\":".repeat(inner), "}".repeat(inner)).into_bytes()
        }
        // An object of so many keys.
        ("keys", 2) => {
            let keys: Vec<String> = (0..count()?).map(|at| format!("\"k{at}\":1")).collect();
            format!("{{{}}}", keys.join(",")).into_bytes()
        }
        // Numbers of so many bytes, in an array.
        ("numbers", 2) => numbers(count()?),
        (name, 1) => key(name)?.into_bytes(),
        _ => return None,
    })
}

/// An array of numbers that packs about as well as events do.
fn numbers(bytes: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(1);
    let line: Vec<String> = (0..16).map(|_| random.u32(..).to_string()).collect();
    let line = line.join(",");
    let mut out = b"[".to_vec();
    while out.len() < bytes {
        out.extend_from_slice(line.as_bytes());
        out.push(b',');
    }
    out.extend_from_slice(b"0]");
    out
}

fn packed(how: &str, plain: Vec<u8>) -> Bytes {
    match how {
        "" => plain.into(),
        "gzip" => gzip(&plain, Compression::fast()),
        // Only so does a bomb become small enough to be told by its size.
        "gzip best" => gzip(&plain, Compression::best()),
        "cut gzip" => {
            let packed = gzip(&plain, Compression::fast());
            packed.slice(..packed.len() / 2)
        }
        other => panic!("nothing is packed as {other}"),
    }
}

/// Packs; large bodies are the same for all dialects, and packed once.
fn gzip(plain: &[u8], level: Compression) -> Bytes {
    static LARGE: OnceLock<std::sync::Mutex<Vec<(usize, Bytes)>>> = OnceLock::new();
    let is_large = plain.len() > 1 << 20;
    let mut known = LARGE.get_or_init(Default::default).lock().unwrap();
    let found = known.iter().find(|(bytes, _)| is_large && *bytes == plain.len());
    if let Some((_, packed)) = found {
        return packed.clone();
    }
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(plain).unwrap();
    let packed = Bytes::from(encoder.finish().unwrap());
    if is_large {
        known.push((plain.len(), packed.clone()));
    }
    packed
}

/// Half a body, then a broken connection.
struct Cut {
    half: Option<Bytes>,
}

impl axum::body::HttpBody for Cut {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let broken = || Err(std::io::ErrorKind::ConnectionReset.into());
        std::task::Poll::Ready(Some(
            self.half.take().map_or_else(broken, |half| Ok(Frame::data(half))),
        ))
    }
}
