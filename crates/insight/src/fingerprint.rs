//! What makes two errors the same error: kind, message and top frame, with numbers and ids masked.

use event::{Value, json};

/// Properties that say what kind of error it is; in each of these lists the first counts that is a
/// text with something in it.
pub(crate) const NAMES: &[&str] = &["name", "type", "$exception_type", "error_name"];
/// Properties that hold its message.
pub(crate) const MESSAGES: &[&str] = &["message", "$exception_message", "error_message", "error"];
/// Properties that hold its stack.
pub(crate) const STACKS: &[&str] = &["stack", "$exception_stack_trace_raw", "stack_trace"];
/// Properties that say where it was, for a stack without a frame.
pub(crate) const PLACES: &[&str] = &["source", "filename"];

/// An error as it is grouped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ErrorShape {
    /// Kind of the error.
    pub name: String,
    /// Message, masked.
    pub message: String,
    /// Top frame of the stack, masked.
    pub frame: String,
}

impl ErrorShape {
    /// Of the properties of an error event.
    pub fn of(properties: &str) -> Self {
        let first = |names: &[&str]| {
            names.iter().find_map(|name| match json::find(properties, name).map(Value::from_json) {
                Some(Value::Text(text)) if !text.is_empty() => Some(text.into_owned()),
                _ => None,
            })
        };
        let frame = first(STACKS).as_deref().and_then(top_frame).map(str::to_owned);
        let frame = frame.or_else(|| first(PLACES));
        Self {
            name: first(NAMES).unwrap_or_default(),
            message: mask(&first(MESSAGES).unwrap_or_default()),
            frame: mask(&frame.unwrap_or_default()),
        }
    }

    /// 16 hex digits: FNV-1a of the three parts.
    pub fn fingerprint(&self) -> String {
        let text = format!("{}\0{}\0{}", self.name, self.message, self.frame);
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        format!("{hash:016x}")
    }
}

/// The first line that starts with `at ` (V8) or has an `@` (other browsers).
pub(crate) fn top_frame(stack: &str) -> Option<&str> {
    stack.lines().map(str::trim).find(|line| line.starts_with("at ") || line.contains('@'))
}

/// Each run of letters, digits and hyphens of 8 characters or more with a digit in it is an id,
/// every other run of digits a number; both become `#`.
pub(crate) fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if !is_word(first) {
            masked.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        if word.len() >= 8 && word.bytes().any(|b| b.is_ascii_digit()) {
            masked.push('#');
        } else {
            for c in word.chars() {
                match c {
                    '0'..='9' if masked.ends_with('#') => {}
                    '0'..='9' => masked.push('#'),
                    other => masked.push(other),
                }
            }
        }
        rest = behind;
    }
    masked
}
