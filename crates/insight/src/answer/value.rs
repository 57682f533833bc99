//! A value an answer is broken down by.

use std::cmp::Ordering;

use event::Value;

/// One value of one dimension.
#[derive(Clone, Debug, PartialEq)]
pub enum BreakdownValue {
    /// A truth value.
    Bool(bool),
    /// A number; `1` and `1.0` are one.
    Number(f64),
    /// A text, `""` included; a number beyond a double's reach is its digits.
    Text(String),
    /// An object or array, its JSON.
    Json(String),
    /// `null`.
    Null,
    /// Missing.
    None,
    /// All values that are not among the largest.
    Other,
}

impl BreakdownValue {
    /// Of a value of an event.
    pub fn of(value: &Value<'_>) -> Self {
        match value {
            Value::Missing => Self::None,
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Number(number, _) => Self::Number(*number),
            Value::BigNumber(text) => Self::Text((*text).to_owned()),
            Value::Text(text) => Self::Text(text.clone().into_owned()),
            Value::Object(raw) | Value::Array(raw) => Self::Json((*raw).to_owned()),
        }
    }

    fn key(&self) -> (String, u8) {
        match self {
            Self::Text(text) => (text.clone(), 0),
            Self::Number(number) => (number.to_string(), 1),
            Self::Bool(truth) => (truth.to_string(), 2),
            Self::Json(raw) => (raw.clone(), 3),
            Self::Null => ("null".into(), 4),
            Self::None => (String::new(), 5),
            Self::Other => (String::new(), 6),
        }
    }
}

impl Eq for BreakdownValue {}

impl PartialOrd for BreakdownValue {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By the bytes of what is shown, then by kind: the order of ties.
impl Ord for BreakdownValue {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}
