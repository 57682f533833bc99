//! The table: cases, and per case what each dialect is sent and answers.

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    #[expect(dead_code, reason = "it tells readers of the table how to read it")]
    about: Vec<String>,
    pub dialects: Vec<Dialect>,
    pub cases: Vec<Case>,
}

/// A dialect, and how its requests are put together.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialect {
    pub name: String,
    pub title: String,
    /// An event with nothing wrong.
    pub event: Map<String, Value>,
    /// The request for one event, where it is another than for many.
    pub one: Option<Form>,
    pub many: Form,
}

impl Dialect {
    /// Whether its body has a place for the key.
    pub fn has_own_key(&self) -> bool {
        self.many.body.contains("{key}")
            || self.event.values().any(|value| value.as_str() == Some("{key}"))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    pub path: String,
    pub body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub case: String,
    pub why: String,
    pub rows: Vec<Row>,
}

/// What a dialect is sent, and what it answers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub dialect: String,
    /// Changes to the one event.
    pub event: Option<Value>,
    /// Changes to each event of a batch; what is no object is sent itself.
    pub batch: Option<Vec<Value>>,
    /// So many events with nothing wrong.
    pub count: Option<usize>,
    /// The whole body.
    pub body: Option<String>,
    #[serde(default)]
    pub method: String,
    /// Another path than the usual.
    pub path: Option<String>,
    /// Added to the path.
    #[serde(default)]
    pub query: String,
    #[serde(default)]
    pub headers: Map<String, Value>,
    /// Another key than the usual, where the dialect has its place for it.
    pub key: Option<String>,
    /// How the body is packed: "gzip", "gzip best", or "cut gzip".
    #[serde(default)]
    pub packed: String,
    /// What is sent before: "same", or "cut" for a connection that breaks and a try that succeeds.
    #[serde(default)]
    pub before: String,
    /// With `capture.keyless = "refuse"`.
    #[serde(default)]
    pub refuses_keyless: bool,

    pub status: u16,
    /// The body of the answer; `*` stands for any text.
    pub answer: String,
    #[serde(default)]
    pub stored: u64,
    #[serde(default)]
    pub duplicate: u64,
    #[serde(default)]
    pub rejected: u64,
    /// Fields of what is stored.
    #[serde(default)]
    pub kept: Map<String, Value>,
}

impl Row {
    pub fn is_met(&self, status: u16, body: &[u8], (stored, duplicate, rejected): Counts) -> bool {
        let expected = (self.status, self.stored, self.duplicate, self.rejected);
        expected == (status, stored, duplicate, rejected)
            && std::str::from_utf8(body).is_ok_and(|body| matches(&self.answer, body))
    }
}

/// Stored, duplicate, rejected.
type Counts = (u64, u64, u64);

impl Table {
    pub fn read() -> Self {
        let text = include_str!("../../../../../testdata/wire/abuse.json");
        let table: Self = serde_json::from_str(text).unwrap();
        for row in table.cases.iter().flat_map(|case| &case.rows) {
            let known = table.dialects.iter().any(|dialect| dialect.name == row.dialect);
            assert!(known, "nothing is called {}", row.dialect);
        }
        table
    }

    /// The rows of a dialect, each with its case.
    pub fn rows_of<'a>(&'a self, dialect: &'a Dialect) -> impl Iterator<Item = (&'a str, &'a Row)> {
        self.cases.iter().flat_map(move |case| {
            let rows = case.rows.iter().filter(|row| row.dialect == dialect.name);
            rows.map(|row| (case.case.as_str(), row))
        })
    }
}

/// Whether a text is that of a pattern, in which `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[test]
fn a_pattern_is_met_as_a_whole() {
    assert!(matches("", "") && matches("a*c", "abc") && matches("*", "") && matches("a*", "a"));
    assert!(matches("a*b*c", "a1b2bc") && !matches("a*b*c", "a1c"));
    assert!(!matches("a", "ab") && !matches("a*c", "abd") && !matches("ab*ba", "aba"));
}
