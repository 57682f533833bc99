//! Which events and properties were ever seen.
//!
//! Each unit is summed up once: it never changes, so its summary is kept with its columns.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use event::{Timestamp, json};
use insight::{NameCount, PropertySeen, Taxonomy, TaxonomyAnswer};

use super::{LocalSource, Unit, units};
use crate::{
    AskError,
    local::{
        columns::{Base, ColumnKey, Entry},
        part::{ColumnName, Selection},
        scan::{control, parallel},
    },
};

/// Examples shown of a property.
const EXAMPLES: usize = 3;
/// Bytes of the longest example.
const EXAMPLE_BYTES_MAX: usize = 100;
/// Kinds of values, by name.
const KINDS: [&str; 6] = ["array", "bool", "null", "number", "object", "text"];

/// What a unit holds, by event type.
#[derive(Clone, Debug, Default)]
pub(crate) struct Summary {
    types: BTreeMap<Arc<str>, OfType>,
}

/// What the events of one type hold.
#[derive(Clone, Debug)]
struct OfType {
    count: u64,
    first: i64,
    last: i64,
    properties: BTreeMap<Box<str>, OfKey>,
}

/// What a property holds.
#[derive(Clone, Debug, Default)]
struct OfKey {
    kinds: [u64; 6],
    /// Smallest first.
    examples: Vec<Box<str>>,
}

impl OfKey {
    fn add(&mut self, raw: &str) {
        self.kinds[kind(raw)] += 1;
        self.example(raw);
    }

    fn example(&mut self, raw: &str) {
        if raw.len() > EXAMPLE_BYTES_MAX {
            return;
        }
        if let Err(place) = self.examples.binary_search_by(|known| (**known).cmp(raw))
            && place < EXAMPLES
        {
            self.examples.insert(place, raw.into());
            self.examples.truncate(EXAMPLES);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.kinds.iter_mut().zip(other.kinds).for_each(|(own, n)| *own += n);
        other.examples.iter().for_each(|raw| self.example(raw));
    }
}

/// Index into [`KINDS`].
fn kind(raw: &str) -> usize {
    match raw.as_bytes().first() {
        Some(b'[') => 0,
        Some(b't' | b'f') => 1,
        None | Some(b'n') => 2,
        Some(b'{') => 4,
        Some(b'"') => 5,
        Some(_) => 3,
    }
}

impl Summary {
    /// Of the rows of a unit from a moment on; `properties` are those of all its rows.
    fn of<'a>(base: &Base, from: i64, properties: impl Iterator<Item = &'a str>) -> Self {
        // Per event type the place of each key, as it is written.
        let mut places: Vec<HashMap<&'a str, usize>> = vec![HashMap::new(); base.names.len()];
        let mut keys: Vec<Vec<(String, OfKey)>> = vec![Vec::new(); base.names.len()];
        let mut types: Vec<(u64, i64, i64)> = vec![(0, i64::MAX, i64::MIN); base.names.len()];
        let mut of_row: Vec<(usize, &str)> = Vec::new();
        let seen = properties.enumerate().filter(|(row, _)| base.time(*row) >= from);
        for (row, object) in seen {
            let code = base.events.get(row);
            let (count, first, last) = &mut types[code];
            let at = base.time(row);
            (*count, *first, *last) = (*count + 1, at.min(*first), at.max(*last));
            of_row.clear();
            for (key, raw) in json::entries(object) {
                let place = *places[code].entry(key).or_insert_with(|| {
                    let Some(name) = json::unescape(key) else { return usize::MAX };
                    let known = keys[code].iter().position(|(own, _)| *own == name);
                    known.unwrap_or_else(|| {
                        keys[code].push((name.into_owned(), OfKey::default()));
                        keys[code].len() - 1
                    })
                });
                // Of a key that is there twice the last counts, as in filters.
                match of_row.iter_mut().find(|(other, _)| *other == place) {
                    Some(entry) => entry.1 = raw,
                    None => of_row.push((place, raw)),
                }
            }
            for (place, raw) in &of_row {
                if let Some((_, key)) = keys[code].get_mut(*place) {
                    key.add(raw);
                }
            }
        }
        let each = base.names.iter().zip(types).zip(keys);
        let of_type = |((name, (count, first, last)), keys): ((&Arc<str>, _), Vec<_>)| {
            let keys = keys.into_iter().map(|(name, key): (String, OfKey)| (name.into(), key));
            (name.clone(), OfType { count, first, last, properties: keys.collect() })
        };
        Self { types: each.map(of_type).filter(|(_, of)| of.count > 0).collect() }
    }

    fn merge(&mut self, other: &Self) {
        for (name, theirs) in &other.types {
            let Some(own) = self.types.get_mut(name) else {
                self.types.insert(name.clone(), theirs.clone());
                continue;
            };
            own.count += theirs.count;
            own.first = own.first.min(theirs.first);
            own.last = own.last.max(theirs.last);
            for (key, theirs) in &theirs.properties {
                own.properties.entry(key.clone()).or_default().merge(theirs);
            }
        }
    }

    /// Bytes held, about.
    pub(crate) fn bytes(&self) -> usize {
        let of_key = |name: &str| name.len() + 3 * EXAMPLE_BYTES_MAX / 2 + 96;
        let of_type =
            |of: &OfType| 96 + of.properties.keys().map(|name| of_key(name)).sum::<usize>();
        self.types.values().map(of_type).sum()
    }

    fn answer(self, q: &Taxonomy) -> TaxonomyAnswer {
        let mut keys: BTreeMap<Box<str>, OfKey> = BTreeMap::new();
        let mut events = Vec::new();
        for (name, of) in self.types {
            if q.event.as_deref().is_none_or(|event| event == &*name) {
                for (key, of) in &of.properties {
                    keys.entry(key.clone()).or_default().merge(of);
                }
            }
            let (first_seen, last_seen) = (Timestamp(of.first), Timestamp(of.last));
            events.push(NameCount {
                name: name.to_string(),
                count: of.count,
                first_seen,
                last_seen,
            });
        }
        let property = |(name, key): (Box<str>, OfKey)| PropertySeen {
            name: name.into(),
            count: key.kinds.iter().sum(),
            types: KINDS.into_iter().zip(key.kinds).filter(|(_, n)| *n > 0).collect(),
            examples: key.examples.into_iter().map(Into::into).collect(),
        };
        let mut properties: Vec<PropertySeen> = keys.into_iter().map(property).collect();
        events.sort_by_key(|seen| std::cmp::Reverse(seen.count));
        properties.sort_by_key(|seen| std::cmp::Reverse(seen.count));
        events.truncate(q.limit);
        properties.truncate(q.limit);
        TaxonomyAnswer { events, properties }
    }
}

impl LocalSource<'_> {
    /// What was ever seen.
    pub(in crate::local::scan) fn taxonomy(
        &self,
        q: &Taxonomy,
    ) -> Result<TaxonomyAnswer, AskError> {
        let all = units(self.snapshot, self.tenant(), (self.horizon, i64::MAX), &[None]);
        let summaries = parallel::map(self.scanner.threads, &all, |_, unit| self.summary(unit))?;
        let mut sum = Summary::default();
        summaries.iter().for_each(|summary| sum.merge(summary));
        Ok(sum.answer(q))
    }

    /// What a unit holds, of what is seen; kept when that is all, for else it changes.
    fn summary(&self, unit: &Unit) -> Result<Arc<Summary>, AskError> {
        let scanner = self.scanner;
        let whole = unit.times().0 >= self.horizon;
        if whole
            && let Some(Entry::Summary(summary)) =
                scanner.columns.get(unit.id(), &ColumnKey::Summary)
        {
            return Ok(summary);
        }
        control::check(scanner.asking)?;
        let base = scanner.base(unit)?;
        let summary = Arc::new(match unit {
            Unit::Head { run, rows, .. } => {
                let views: Vec<_> = run.rows[rows.clone()].iter().map(|r| run.view(r)).collect();
                Summary::of(&base, self.horizon, views.iter().map(|view| view.properties))
            }
            Unit::Group { part, group } => {
                let reader = scanner.open(part)?;
                let texts = reader.texts(*group, ColumnName::Properties, Selection::All)?;
                let objects = (0..base.rows()).map(|row| texts.get(row).unwrap_or("{}"));
                Summary::of(&base, self.horizon, objects)
            }
        });
        scanner.count_read(base.rows(), summary.bytes() as u64);
        if whole {
            let entry = Entry::Summary(summary.clone());
            scanner.columns.insert(unit.id(), ColumnKey::Summary, &entry);
        }
        Ok(summary)
    }
}
