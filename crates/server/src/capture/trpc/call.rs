//! A request as calls: the procedures its path names, and the input of each.

use std::borrow::Cow;

use axum::http::{Method, StatusCode, request::Parts};
use event::Code;

use super::{super::wire, answer::Failure, input};
use crate::{Problem, auth::percent_decoded};

/// What can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Procedure {
    /// One event.
    Track,
    /// Up to 50 of them.
    TrackBatch,
    /// How events come in.
    GetStats,
    /// Wait until all are in the store.
    ForceFlush,
}

impl Procedure {
    fn named(path: &str) -> Option<Self> {
        Some(match path {
            "eventIngestion.track" => Self::Track,
            "eventIngestion.trackBatch" => Self::TrackBatch,
            "eventIngestion.getStats" => Self::GetStats,
            "eventIngestion.forceFlush" => Self::ForceFlush,
            _ => return None,
        })
    }

    /// As tRPC calls its kind.
    fn kind(self) -> &'static str {
        if self == Self::GetStats { "query" } else { "mutation" }
    }

    fn called(path: &str, method: &Method) -> Result<Self, Failure> {
        let Some(procedure) = Self::named(path) else {
            let message = format!("No procedure found on path \"{}\"", short(path));
            return Err(Failure::of(StatusCode::NOT_FOUND, message));
        };
        let kind = procedure.kind();
        if (*method == Method::POST) == (kind == "mutation") {
            return Ok(procedure);
        }
        let message =
            format!("Unsupported {method}-request to {kind} procedure at path \"{path}\"");
        Err(Failure::of(StatusCode::METHOD_NOT_ALLOWED, message))
    }
}

/// One call.
pub(super) struct Call<'a> {
    pub(super) path: String,
    pub(super) procedure: Result<Procedure, Failure>,
    /// JSON; None where it was undefined.
    pub(super) input: Option<Cow<'a, str>>,
    /// Whether its answer is packed as its input was.
    pub(super) superjson: bool,
}

/// The calls of one request.
pub(super) struct Calls<'a> {
    pub(super) items: Vec<Call<'a>>,
    /// Whether the answer is an array.
    pub(super) is_batch: bool,
}

impl<'a> Calls<'a> {
    /// Reads the calls. `superjson` is how calls are answered that do not tell by an input.
    pub(super) fn read(
        parts: &'a Parts,
        body: &'a str,
        superjson: bool,
        calls_max: usize,
    ) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or("");
        let is_batch = parameter(query, "batch").is_some_and(|on| on == "1" || on == "true");
        let path = path_of(parts.uri.path());
        let paths: Vec<&str> = if is_batch { path.split(',').collect() } else { vec![&path] };
        if paths.len() > calls_max {
            let problem = Problem::new(Code::BatchTooLarge, "batch call exceeds maximum size");
            return Err(problem.with_status(StatusCode::BAD_REQUEST));
        }
        not_mixed(&paths)?;
        let text = if parts.method == Method::GET {
            parameter(query, "input").unwrap_or_default()
        } else {
            Cow::Borrowed(body)
        };
        let inputs = inputs(text, is_batch, paths.len())?;
        let told = inputs.iter().flatten().map(|(_, superjson)| *superjson).next();
        let items = paths.into_iter().zip(inputs).map(|(path, input)| {
            let (input, superjson) = match input {
                Some((input, superjson)) => (input, superjson),
                None => (None, told.unwrap_or(superjson)),
            };
            let procedure = Procedure::called(path, &parts.method);
            Call { path: path.to_owned(), procedure, input, superjson }
        });
        Ok(Self { items: items.collect(), is_batch })
    }
}

/// An input that is not undefined on the wire, and whether it was packed.
type Input<'a> = Option<(Option<Cow<'a, str>>, bool)>;

fn inputs<'a>(text: Cow<'a, str>, is_batch: bool, count: usize) -> Result<Vec<Input<'a>>, Problem> {
    if text.trim_ascii().is_empty() {
        return Ok((0..count).map(|_| None).collect());
    }
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(wire::json(text)?),
        Cow::Owned(text) => Cow::Owned(wire::json(&text)?.to_owned()),
    };
    if !is_batch {
        return Ok(vec![Some(input::unpack(text))]);
    }
    if !text.starts_with('{') {
        let detail = "\"input\" needs to be an object when doing a batch call";
        return Err(Problem::new(Code::InvalidType, detail));
    }
    let mut inputs: Vec<Input<'a>> = (0..count).map(|_| None).collect();
    let mut set = |key: &str, value: Cow<'a, str>| {
        let at = wire::name(key).parse::<usize>().ok();
        if let Some(slot) = at.and_then(|at| inputs.get_mut(at)) {
            *slot = Some(input::unpack(value));
        }
    };
    match text {
        Cow::Borrowed(text) => {
            event::json::entries(text).for_each(|(key, value)| set(key, Cow::Borrowed(value)));
        }
        Cow::Owned(text) => event::json::entries(&text)
            .for_each(|(key, value)| set(key, Cow::Owned(value.to_owned()))),
    }
    Ok(inputs)
}

/// Queries and mutations never come in one request.
fn not_mixed(paths: &[&str]) -> Result<(), Problem> {
    let mut kinds: Vec<&str> = Vec::new();
    for procedure in paths.iter().filter_map(|path| Procedure::named(path)) {
        if !kinds.contains(&procedure.kind()) {
            kinds.push(procedure.kind());
        }
    }
    if kinds.len() < 2 {
        return Ok(());
    }
    let detail = format!("Cannot mix procedure types in call: {}", kinds.join(", "));
    Err(Problem::new(Code::InvalidValue, detail))
}

/// The procedures a path names, decoded: what follows the base.
pub(super) fn path_of(path: &str) -> String {
    let path = path.strip_prefix("/api").unwrap_or(path);
    let path = path.strip_prefix("/trpc").unwrap_or(path);
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    percent_decoded(path).into_owned()
}

fn parameter<'q>(query: &'q str, name: &str) -> Option<Cow<'q, str>> {
    let value = |pair: &'q str| pair.strip_prefix(name)?.strip_prefix('=');
    query.split('&').find_map(value).map(percent_decoded)
}

/// A path of a client, short enough to be told back.
fn short(path: &str) -> String {
    path.chars().take(200).collect()
}
