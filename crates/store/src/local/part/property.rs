//! Properties with columns of their own: the top-level keys that most rows of a file have.
//!
//! The JSON text of a row stays complete; a column repeats one value of it, so that a question
//! about one property reads no other.

use std::{collections::HashMap, sync::Arc};

use event::json;
use parquet::data_type::ByteArray;

/// Columns of their own a file has at most.
const COLUMNS_MAX: usize = 64;
/// Bytes of a key that may have a column.
const KEY_BYTES_MAX: usize = 64;
/// Different keys that are counted; those met later have no column. Bounds memory to a few MB.
const COUNTED_MAX: usize = 1 << 16;
/// Before the key, in the name of a column.
const PREFIX: &str = "p.";

/// The key of a column, if the column is one of these.
pub(super) fn name_of(column: &str) -> Option<&str> {
    column.strip_prefix(PREFIX)
}

/// Counts in how many rows a key is met.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    /// By raw key, quoted and escaped as it was sent.
    rows: HashMap<Box<str>, u64>,
}

impl Coverage {
    /// Takes in the properties of a row.
    pub(crate) fn add(&mut self, object: &str) {
        for (raw, _) in json::entries(object) {
            if let Some(rows) = self.rows.get_mut(raw) {
                *rows += 1;
            } else if self.rows.len() < COUNTED_MAX && raw.len() <= 6 * KEY_BYTES_MAX + 2 {
                self.rows.insert(raw.into(), 1);
            }
        }
    }

    /// The keys most rows have, those of equal coverage by name.
    pub(crate) fn top(self) -> PropertyColumns {
        let mut keys: HashMap<String, u64> = HashMap::new();
        for (raw, rows) in self.rows {
            let key = json::unescape(&raw).filter(|key| may_be_column(key));
            if let Some(key) = key {
                *keys.entry(key.into_owned()).or_default() += rows;
            }
        }
        let mut keys: Vec<_> = keys.into_iter().collect();
        keys.sort_unstable_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
        keys.truncate(COLUMNS_MAX);
        PropertyColumns::new(keys.into_iter().map(|(key, _)| key.into()))
    }
}

fn may_be_column(key: &str) -> bool {
    key.len() <= KEY_BYTES_MAX && !key.chars().any(char::is_control)
}

/// Which properties have columns, in the order of the columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct PropertyColumns {
    keys: Vec<Arc<str>>,
    places: HashMap<Arc<str>, usize>,
}

impl PropertyColumns {
    fn new(keys: impl Iterator<Item = Arc<str>>) -> Self {
        let mut keys: Vec<_> = keys.collect();
        keys.sort_unstable();
        let places = keys.iter().cloned().zip(0..).collect();
        Self { keys, places }
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Names of the columns.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.keys.iter().map(|key| format!("{PREFIX}{key}"))
    }

    /// Gives the values of an object that have a column to `found`: the column, the first byte
    /// of the raw value within the object, its bytes.
    pub(super) fn each(&self, object: &ByteArray, mut found: impl FnMut(usize, u32, u32)) {
        let Ok(object) = std::str::from_utf8(object.data()) else { return };
        if self.keys.is_empty() {
            return;
        }
        for (raw, value) in json::entries(object) {
            let key = match raw.contains('\\') {
                true => json::unescape(raw),
                false => Some(raw[1..raw.len() - 1].into()),
            };
            let place = key.and_then(|key| self.places.get(&*key));
            if let Some(place) = place {
                let start = value.as_ptr() as usize - object.as_ptr() as usize;
                found(*place, start as u32, value.len() as u32);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_of_highest_coverage_have_columns_and_odd_ones_have_none() {
        let mut coverage = Coverage::default();
        let long = "k".repeat(65);
        for n in 0..100 {
            coverage.add(&format!(r#"{{"all": 1,"a\nb":2,"{long}":3,"only {n}":{n}}}"#));
        }
        let columns = coverage.top();
        assert_eq!(columns.len(), COLUMNS_MAX);
        assert!(columns.names().any(|name| name == "p.all"));
        assert!(!columns.names().any(|name| name.contains('\n') || name.contains("kkk")));
        let object = ByteArray::from(r#"{"x":0, "\u0061ll" : "v" }"#);
        let mut found = Vec::new();
        columns.each(&object, |_, start, len| found.push((start as usize, len as usize)));
        let [(start, len)] = found[..] else { panic!("{found:?}") };
        assert_eq!(object.slice(start, len).data(), br#""v""#);
    }
}
