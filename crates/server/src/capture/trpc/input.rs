//! Inputs as transformers pack them. An object whose only keys are `json` and `meta` was packed by
//! superjson; anything else is plain JSON.
//!
//! Of what superjson tells beside the JSON only one thing matters here: a field that was undefined
//! is written as null. Such fields are taken out again; dates and the like are fine as they stand.

use std::{borrow::Cow, collections::HashSet};

use event::json::{entries, unescape};

use super::super::wire::name;

/// Levels down to which undefined fields are taken out.
const DEPTH_MAX: usize = 16;

/// The plain JSON of an input, None where it was undefined; and whether superjson had packed it.
pub(super) fn unpack(raw: Cow<'_, str>) -> (Option<Cow<'_, str>>, bool) {
    match raw {
        Cow::Borrowed(raw) => match packed(raw) {
            Some((json, meta)) => (pruned(json, meta), true),
            None => (Some(Cow::Borrowed(raw)), false),
        },
        Cow::Owned(raw) => match packed(&raw) {
            Some((json, meta)) => (pruned(json, meta).map(|j| Cow::Owned(j.into_owned())), true),
            None => (Some(Cow::Owned(raw)), false),
        },
    }
}

fn packed(raw: &str) -> Option<(&str, Option<&str>)> {
    let (mut json, mut meta) = (None, None);
    for (key, value) in entries(raw) {
        match &*name(key) {
            "json" => json = Some(value),
            "meta" => meta = Some(value),
            _ => return None,
        }
    }
    json.map(|json| (json, meta))
}

fn pruned<'a>(json: &'a str, meta: Option<&str>) -> Option<Cow<'a, str>> {
    let Some(values) = meta.and_then(|meta| event::json::find(meta, "values")) else {
        return Some(Cow::Borrowed(json));
    };
    if is_undefined(values) {
        return None;
    }
    let undefined: HashSet<String> = entries(values)
        .filter(|(_, value)| is_undefined(value))
        .filter_map(|(key, _)| unescape(key).map(Cow::into_owned))
        .collect();
    if undefined.is_empty() {
        return Some(Cow::Borrowed(json));
    }
    let mut out = String::with_capacity(json.len());
    without(json, &undefined, "", 0, &mut out);
    Some(Cow::Owned(out))
}

/// Whether an annotation is `["undefined"]`.
fn is_undefined(annotation: &str) -> bool {
    annotation.starts_with('[') && event::json::elements(annotation).next() == Some("\"undefined\"")
}

/// Writes an object without the null fields whose path is in `undefined`. In arrays they stay null,
/// as in any JSON.
fn without(raw: &str, undefined: &HashSet<String>, path: &str, depth: usize, out: &mut String) {
    if !raw.starts_with('{') || depth >= DEPTH_MAX {
        out.push_str(raw);
        return;
    }
    out.push('{');
    let start = out.len();
    for (key, value) in entries(raw) {
        // A dot in a key is escaped in a path of superjson.
        let step = name(key).replace('\\', "\\\\").replace('.', "\\.");
        let path = if path.is_empty() { step } else { format!("{path}.{step}") };
        if value == "null" && undefined.contains(&path) {
            continue;
        }
        if out.len() > start {
            out.push(',');
        }
        out.push_str(key);
        out.push(':');
        without(value, undefined, &path, depth + 1, out);
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, expected: (Option<&str>, bool)) {
        let (json, superjson) = unpack(Cow::Borrowed(raw));
        assert_eq!((json.as_deref(), superjson), expected, "{raw}");
        let (json, superjson) = unpack(Cow::Owned(raw.to_owned()));
        assert_eq!((json.as_deref(), superjson), expected, "{raw}");
    }

    #[test]
    fn superjson_is_told_from_plain_json() {
        check(r#"{"eventType":"a"}"#, (Some(r#"{"eventType":"a"}"#), false));
        check(r#"{"json":{"a":1}}"#, (Some(r#"{"a":1}"#), true));
        check(r#"{"json":{"a":1},"meta":{"v":1}}"#, (Some(r#"{"a":1}"#), true));
        check(r#"{"json":1,"other":2}"#, (Some(r#"{"json":1,"other":2}"#), false));
        check("{}", (Some("{}"), false));
        check("[]", (Some("[]"), false));
    }

    #[test]
    fn undefined_fields_are_absent_again() {
        check(r#"{"json":null,"meta":{"values":["undefined"]}}"#, (None, true));
        check(
            r#"{"json":{"a":null,"b":{"c":null,"d":null,"e.f":null},"l":[null]},
                "meta":{"values":{"a":["undefined"],"b.c":["undefined"],"b.e\\.f":["undefined"],
                "l.0":["undefined"],"b.x":["Date"]},"v":1}}"#,
            (Some(r#"{"b":{"d":null},"l":[null]}"#), true),
        );
        check(
            r#"{"json":{"a":"2026-01-01"},"meta":{"values":{"a":["Date"]}}}"#,
            (Some(r#"{"a":"2026-01-01"}"#), true),
        );
    }
}
