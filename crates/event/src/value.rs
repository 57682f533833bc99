//! A property's value as questions see it.

use std::borrow::Cow;

/// What a path in `properties` leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// No such key.
    Missing,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number that a double holds; the raw text beside it.
    Number(f64, &'a str),
    /// A number beyond 2^53 or beyond a double: its text is kept, but it is no number.
    BigNumber(&'a str),
    /// A text, unescaped.
    Text(Cow<'a, str>),
    /// An object, raw.
    Object(&'a str),
    /// An array, raw.
    Array(&'a str),
}

impl<'a> Value<'a> {
    /// Reads one valid JSON value.
    pub fn from_json(raw: &'a str) -> Self {
        let raw = raw.trim_ascii();
        match raw.as_bytes().first() {
            None => Self::Missing,
            Some(b'n') => Self::Null,
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'{') => Self::Object(raw),
            Some(b'[') => Self::Array(raw),
            Some(b'"') => match crate::json::unescape(raw) {
                Some(text) => Self::Text(text),
                None => Self::Missing,
            },
            Some(_) => Self::number(raw),
        }
    }

    /// A number's text, or [`Value::BigNumber`] when a double cannot hold it exactly enough.
    fn number(raw: &'a str) -> Self {
        const EXACT: u64 = 1 << 53;
        if is_integer(raw) && !raw.parse::<i64>().is_ok_and(|n| n.unsigned_abs() <= EXACT) {
            return Self::BigNumber(raw);
        }
        match raw.parse::<f64>() {
            Ok(n) if n.is_finite() => Self::Number(if n == 0.0 { 0.0 } else { n }, raw),
            _ => Self::BigNumber(raw),
        }
    }

    /// Whether it is there and not null.
    pub fn is_set(&self) -> bool {
        !matches!(self, Self::Missing | Self::Null)
    }
}

fn is_integer(raw: &str) -> bool {
    !raw.bytes().any(|b| matches!(b, b'.' | b'e' | b'E'))
}
