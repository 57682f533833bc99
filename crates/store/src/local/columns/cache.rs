//! Columns kept within a budget of bytes.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use insight::Subject;

use super::{Base, Coded};
use crate::local::scan::Summary;

/// The rows of one tenant in a row group or a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum UnitId {
    /// A row group of a file.
    Group {
        /// Number of the file.
        file: u64,
        /// The group.
        group: usize,
    },
    /// Rows of a run of the head.
    Run {
        /// The run.
        serial: u64,
        /// The first row.
        first: usize,
    },
}

/// A column of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ColumnKey {
    /// The fixed columns.
    Base,
    /// Event ids.
    Ids,
    /// What the rows hold, summed up.
    Summary,
    /// A field or property.
    Subject(Subject),
}

/// What is kept.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    /// The fixed columns.
    Base(Arc<Base>),
    /// Event ids.
    Ids(Arc<Vec<u128>>),
    /// What the rows hold, summed up.
    Summary(Arc<Summary>),
    /// Any other column.
    Coded(Arc<Coded>),
}

impl Entry {
    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Base(base) => base.bytes(),
            Self::Ids(ids) => size_of_val(ids.as_slice()),
            Self::Summary(summary) => summary.bytes(),
            Self::Coded(coded) => coded.bytes(),
        }
    }
}

type Key = (UnitId, ColumnKey);

/// Columns by unit, bounded in bytes; those used longest ago go first.
#[derive(Debug)]
pub(crate) struct ColumnCache {
    bytes_max: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: HashMap<Key, (Entry, u64)>,
    by_use: BTreeMap<u64, Key>,
    bytes: usize,
    uses: u64,
}

impl ColumnCache {
    /// An empty cache.
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { bytes_max, kept: Mutex::default() }
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.kept().bytes
    }

    /// A column, if it is kept.
    pub(crate) fn get(&self, unit: UnitId, column: &ColumnKey) -> Option<Entry> {
        let mut kept = self.kept();
        let key = (unit, column.clone());
        kept.uses += 1;
        let now = kept.uses;
        let (entry, used) = kept.entries.get_mut(&key)?;
        let (entry, before) = (entry.clone(), std::mem::replace(used, now));
        kept.by_use.remove(&before);
        kept.by_use.insert(now, key);
        Some(entry)
    }

    /// Keeps a column. One beyond the whole budget is not kept.
    pub(crate) fn insert(&self, unit: UnitId, column: ColumnKey, entry: &Entry) {
        let bytes = entry.bytes();
        if bytes > self.bytes_max {
            return;
        }
        let mut kept = self.kept();
        let kept = &mut *kept;
        kept.uses += 1;
        let key = (unit, column);
        kept.by_use.insert(kept.uses, key.clone());
        kept.bytes += bytes;
        if let Some((old, used)) = kept.entries.insert(key, (entry.clone(), kept.uses)) {
            kept.bytes -= old.bytes();
            kept.by_use.remove(&used);
        }
        while kept.bytes > self.bytes_max {
            let Some((_, key)) = kept.by_use.pop_first() else { break };
            kept.bytes -= kept.entries.remove(&key).map_or(0, |(entry, _)| entry.bytes());
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_used_longest_ago_goes() {
        let ids = |n: usize| Entry::Ids(Arc::new(vec![0; n]));
        let unit = |group| UnitId::Group { file: 1, group };
        let cache = ColumnCache::new(10 * 16);
        (0..3).for_each(|n| cache.insert(unit(n), ColumnKey::Ids, &ids(3)));
        assert!(cache.get(unit(0), &ColumnKey::Ids).is_some());
        cache.insert(unit(3), ColumnKey::Ids, &ids(3));
        let there = |n| cache.get(unit(n), &ColumnKey::Ids).is_some();
        assert_eq!([0, 1, 2, 3].map(there), [true, false, true, true]);
        cache.insert(unit(4), ColumnKey::Ids, &ids(11));
        assert!(!there(4), "one beyond the budget is not kept");
        assert_eq!(cache.bytes(), 9 * 16);
        cache.insert(unit(3), ColumnKey::Ids, &ids(1));
        assert_eq!(cache.bytes(), 7 * 16);
    }
}
