//! Raw JSON text: the one check on the way in, and looking up a path without parsing the rest.
//!
//! Texts that reach [`check`] were split out of a request by a JSON parser and are syntactically
//! valid; what is left to find is nesting, the number of keys, and escapes that stand for no
//! character. One pass, no allocation.

use std::borrow::Cow;

use crate::{Limits, Reason};

/// Checks a valid JSON object against the limits. `field` names it in the reason.
pub fn check(raw: &str, field: &'static str, limits: &Limits) -> Result<(), Reason> {
    let bytes = raw.as_bytes();
    let (mut depth, mut keys, mut at) = (0usize, 0usize, 0usize);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = check_string(bytes, at, field)?;
                continue;
            }
            b'{' | b'[' => {
                depth += 1;
                if depth > limits.properties_depth {
                    let limit = limits.properties_depth;
                    return Err(Reason::TooDeep { field: field.into(), limit });
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b':' => keys += 1,
            _ => {}
        }
        at += 1;
    }
    if keys > limits.properties_keys {
        return Err(Reason::TooManyKeys { field: field.into(), limit: limits.properties_keys });
    }
    Ok(())
}

/// Walks over the string that starts at `start`; the index behind its closing quote.
fn check_string(bytes: &[u8], start: usize, field: &'static str) -> Result<usize, Reason> {
    let mut at = start + 1;
    loop {
        match bytes.get(at) {
            None | Some(b'"') => return Ok(at + 1),
            Some(b'\\') if bytes.get(at + 1) == Some(&b'u') => {
                at += 6;
                match hex4(bytes, at - 4) {
                    Some(0xd800..0xdc00) => {
                        let low = bytes.get(at..at + 2) == Some(b"\\u")
                            && matches!(hex4(bytes, at + 2), Some(0xdc00..0xe000));
                        if !low {
                            return Err(lone_surrogate(field));
                        }
                        at += 6;
                    }
                    Some(0xdc00..0xe000) | None => return Err(lone_surrogate(field)),
                    Some(_) => {}
                }
            }
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
}

fn lone_surrogate(field: &'static str) -> Reason {
    Reason::invalid(field, "has a \\u escape that is half of a surrogate pair")
}

fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    let text = std::str::from_utf8(bytes.get(at..at + 4)?).ok()?;
    u32::from_str_radix(text, 16).ok()
}

/// The text of a JSON string with its quotes; None when it is not one.
pub fn unescape(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        serde_json::from_str::<String>(raw).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

/// The raw value at `path` in a valid JSON object. A key spelled like the whole path wins over
/// the nested one (`a.b`); of a key that is there twice the last counts.
pub fn find<'a>(object: &'a str, path: &str) -> Option<&'a str> {
    let mut exact = None;
    let mut nested = None;
    let head = path.split_once('.');
    for (key, value) in entries(object) {
        if key_is(key, path) {
            exact = Some(value);
        } else if let Some((first, rest)) = head
            && key_is(key, first)
        {
            nested = Some((value, rest));
        }
    }
    exact.or_else(|| nested.and_then(|(value, rest)| find(value, rest)))
}

/// The keys (with quotes, escaped) and raw values of a valid JSON object; empty for others.
pub fn entries(object: &str) -> Entries<'_> {
    let at = object.find(|c: char| !c.is_ascii_whitespace()).unwrap_or(0);
    let rest = object.get(at..).and_then(|o| o.strip_prefix('{')).unwrap_or("");
    Entries { rest }
}

/// Iterator of [`entries`].
#[derive(Debug)]
pub struct Entries<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Entries<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.rest.trim_ascii_start();
        let text = text.strip_prefix(',').unwrap_or(text).trim_ascii_start();
        if !text.starts_with('"') {
            return None;
        }
        let (key, rest) = text.split_at_checked(value_end(text.as_bytes()))?;
        let rest = rest.trim_ascii_start().strip_prefix(':')?.trim_ascii_start();
        let (value, rest) = rest.split_at_checked(value_end(rest.as_bytes()))?;
        self.rest = rest;
        Some((key, value.trim_ascii_end()))
    }
}

/// The raw values of a valid JSON array; empty for others.
pub fn elements(array: &str) -> Elements<'_> {
    Elements { rest: array.trim_ascii_start().strip_prefix('[').unwrap_or("") }
}

/// Iterator of [`elements`].
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.rest.trim_ascii_start();
        let text = text.strip_prefix(',').unwrap_or(text).trim_ascii_start();
        // A brace begins no value: walking on from it would never end.
        if text.is_empty() || text.starts_with([']', '}']) {
            return None;
        }
        let (value, rest) = text.split_at_checked(value_end(text.as_bytes()))?;
        self.rest = rest;
        Some(value.trim_ascii_end())
    }
}

fn key_is(raw_key: &str, name: &str) -> bool {
    let inner = &raw_key[1..raw_key.len() - 1];
    inner == name || (inner.contains('\\') && unescape(raw_key).is_some_and(|k| k == name))
}

/// Where the JSON value at the start of `bytes` ends.
fn value_end(bytes: &[u8]) -> usize {
    let (mut depth, mut at) = (0usize, 0usize);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at += 1;
                while let Some(&b) = bytes.get(at) {
                    at += 1;
                    match b {
                        b'\\' => at += 1,
                        b'"' => break,
                        _ => {}
                    }
                }
                if depth == 0 {
                    return at.min(bytes.len());
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return at + depth,
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    at.min(bytes.len())
}

#[cfg(test)]
mod tests;
