//! The store as a source of kernels.
//!
//! One question makes one [`LocalSource`] over one snapshot. A fold looks up which units may hold
//! what it selects, makes them ready ([`prepare`]: base columns, numbers of persons, filters asked
//! once per distinct value), and walks all persons chunk by chunk ([`gather`]). What is made of
//! columns stays in the cache for the next question; so does the [`roster`].

mod filter;
mod gather;
mod history;
mod intern;
mod links;
mod list;
mod merge;
mod people;
mod prepare;
mod roster;
mod taxonomy;
mod timeline;
mod totals;
mod totals_by;

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use event::{Event, Timestamp, Value, json};
use insight::{
    AnswerError, BreakdownValue, Dimension, Predicate, Selector,
    kernel::{Fold, Mark, Plan, Source},
};

use super::{Scanner, Unit, fetch, parallel, unit::units};
use crate::{
    AskError,
    local::{columns::Base, snapshot::Snapshot},
};
use gather::Gather;
use links::{Linked, Links};
use prepare::{Compiled, Prepared};
pub(crate) use roster::Roster;
pub(crate) use taxonomy::Summary;

/// Rosters kept for further questions; each belongs to one tenant.
const ROSTERS_MAX: usize = 64;

/// The rosters of tenants.
#[derive(Debug, Default)]
pub(crate) struct Rosters(Mutex<HashMap<Box<str>, Arc<Roster>>>);

impl Rosters {
    fn get(&self, tenant: &str) -> Option<Arc<Roster>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(tenant).cloned()
    }

    fn put(&self, tenant: &str, roster: Arc<Roster>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= ROSTERS_MAX && !all.contains_key(tenant) {
            all.clear();
        }
        all.insert(tenant.into(), roster);
    }
}

/// One question's view of the store.
pub(super) struct LocalSource<'a> {
    pub(super) scanner: &'a Scanner<'a>,
    snapshot: &'a Snapshot,
    /// Events before this moment, ms, are not seen.
    horizon: i64,
    links: Links,
    /// Units of the tenant that were looked at, by number: what marks point into.
    met: Mutex<Met>,
    roster: Mutex<Option<Arc<Roster>>>,
    interners: intern::Interners,
    properties: OnceLock<HashMap<u64, String>>,
    hasher: std::hash::RandomState,
}

/// Units in the order they were met.
#[derive(Default)]
struct Met {
    units: Vec<Unit>,
    numbers: HashMap<crate::local::columns::UnitId, u32>,
}

impl<'a> LocalSource<'a> {
    pub(super) fn new(scanner: &'a Scanner<'a>, snapshot: &'a Snapshot) -> Self {
        let (met, roster, interners) = Default::default();
        let (properties, hasher) = Default::default();
        let tenant = scanner.asking.tenant.as_str();
        let links = Links::new(snapshot.people.tenant(tenant).cloned());
        let horizon = snapshot.horizon(tenant).map_or(i64::MIN, |at| at.0);
        Self { scanner, snapshot, horizon, links, met, roster, interners, properties, hasher }
    }

    fn tenant(&self) -> &str {
        self.scanner.asking.tenant.as_str()
    }

    /// A hash that is the same all over this question; never 0.
    fn hash(&self, text: &str) -> u64 {
        use std::hash::BuildHasher;
        self.hasher.hash_one(text).max(1)
    }

    /// What a person's properties hold at a path.
    fn person_value<T>(
        &self,
        roster: &Roster,
        person: u32,
        path: &str,
        of: impl FnOnce(&Value<'_>) -> T,
    ) -> T {
        let properties = self.properties.get_or_init(|| self.links.properties());
        let object = match person {
            roster::NOBODY => None,
            person => properties.get(&roster.key(person)),
        };
        let raw = object.and_then(|object| json::find(object, path));
        of(&raw.map_or(Value::Missing, Value::from_json))
    }

    /// The units a plan may need, by their earliest event.
    fn units(&self, plan: &Plan) -> Vec<Unit> {
        let all = (self.horizon, i64::MAX);
        let types: Vec<Option<&str>> =
            plan.selectors.iter().map(|selector| selector.event.as_deref()).collect();
        let mut units = match plan.everyone {
            true => units(self.snapshot, self.tenant(), all, &[None]),
            false => units(self.snapshot, self.tenant(), plan.times, &types),
        };
        units.sort_by_key(|unit| (unit.times(), unit.id()));
        units
    }

    /// The base columns of units.
    fn bases(&self, units: &[Unit]) -> Result<Vec<Arc<Base>>, AskError> {
        let held = self.held();
        parallel::map(self.scanner.threads_for(units), units, |_, unit| {
            let base = self.scanner.base(unit)?;
            held.take(base.bytes()).map(|()| base)
        })
    }

    /// A roster with these units in it.
    fn roster(&self, units: &[Unit], bases: &[Arc<Base>]) -> Arc<Roster> {
        let known: Vec<_> =
            units.iter().zip(bases).map(|(unit, base)| (unit.id(), &**base)).collect();
        let mut mine = self.roster.lock().unwrap_or_else(PoisonError::into_inner);
        // Numbers must not change while the question runs: only the first fold may start anew.
        let first = mine.is_none();
        let old = mine.take().or_else(|| self.scanner.rosters.get(self.tenant()));
        let old = old.filter(|old| !(first && old.is_scattered()));
        let roster = match old {
            Some(old) if old.links() == self.links.generation() && old.has(&known) => old,
            Some(old) => {
                let mut roster = match old.links() == self.links.generation() {
                    true => (*old).clone(),
                    false => old.relinked(&self.links),
                };
                let live = self.snapshot.unit_ids(self.tenant());
                roster.extend(&known, &self.links, |id| live.contains(&id));
                let scattered = first && roster.is_scattered();
                Arc::new(if scattered { Roster::made(&known, &self.links) } else { roster })
            }
            None => Arc::new(Roster::made(&known, &self.links)),
        };
        self.scanner.rosters.put(self.tenant(), roster.clone());
        *mine = Some(roster.clone());
        roster
    }

    /// The roster of the folds so far.
    fn known_roster(&self) -> Arc<Roster> {
        let roster = self.roster.lock().unwrap_or_else(PoisonError::into_inner).clone();
        roster.unwrap_or_default()
    }

    /// Remembers units, so that marks can be found again; the numbers they are known by.
    fn meet(&self, units: &[Unit]) -> Vec<u32> {
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        let met = &mut *met;
        let number = |unit: &Unit| {
            *met.numbers.entry(unit.id()).or_insert_with(|| {
                met.units.push(unit.clone());
                met.units.len() as u32 - 1
            })
        };
        units.iter().map(number).collect()
    }
}

impl Source for LocalSource<'_> {
    type Error = AskError;

    fn now(&self) -> Timestamp {
        self.scanner.asking.now
    }

    fn fold<F: Fold>(&self, plan: &Plan, fold: &F) -> Result<F::Part, AskError> {
        let plan = &self.clipped(plan);
        let compiled = Compiled::new(self, plan)?;
        let units = self.units(plan);
        let bases = self.bases(&units)?;
        let roster = self.roster(&units, &bases);
        let met = self.meet(&units);
        let pairs: Vec<_> = units.iter().zip(bases).collect();
        let threads = self.scanner.threads_for(&units);
        let held = self.held();
        let mut prepared = parallel::map(threads, &pairs, |_, (unit, base)| {
            let unit = Prepared::new(self, &compiled, &roster, (unit, base.clone()))?;
            held.take(unit.bytes).map(|()| unit)
        })?;
        let mut index = vec![0; met.iter().max().map_or(0, |last| *last as usize + 1)];
        met.iter().enumerate().for_each(|(at, number)| index[*number as usize] = at as u32);
        let merge = merge::Merge::new(&compiled, &prepared);
        if merge.is_none() && !plan.columns.is_empty() {
            prepared = parallel::each(threads, prepared, |unit| {
                let before = unit.bytes;
                let unit = unit.with_columns(self, &compiled, &roster)?;
                held.take(unit.bytes - before).map(|()| unit)
            })?;
        }
        self.count(&prepared);
        let chunk = match &merge {
            Some(merge) => merge.chunk(),
            None => Gather::chunk(&roster, &prepared),
        };
        let gather = Gather {
            source: self,
            compiled: &compiled,
            roster: &roster,
            units: &prepared,
            met: &met,
            index: &index,
            history: self.history(plan, &roster)?,
            merge,
            chunk,
        };
        let start = || gather.worker(fold.start());
        let take = |worker: &mut _, task| gather.take(fold, worker, task);
        let workers = parallel::fold(threads, gather.tasks(), start, take)?;
        if compiled.is_full() {
            let limit = intern::VALUES_MAX;
            return Err(AnswerError::TooManyValues { limit }.into());
        }
        let parts = workers.into_iter().map(|worker| worker.part);
        Ok(parts.reduce(|a, b| fold.merge(a, b)).unwrap_or_else(|| fold.start()))
    }

    fn event_types(&self, times: (i64, i64)) -> Result<Vec<String>, AskError> {
        let units = units(self.snapshot, self.tenant(), self.seen(times), &[None]);
        let bases = self.bases(&units)?;
        let names = bases.iter().flat_map(|base| &base.names).collect::<BTreeSet<_>>();
        Ok(names.into_iter().map(ToString::to_string).collect())
    }

    fn totals(
        &self,
        times: (i64, i64),
        edges: &[i64],
    ) -> Result<Vec<(String, Vec<u64>)>, AskError> {
        self.totals_of(times, edges)
    }

    fn totals_by(
        &self,
        times: (i64, i64),
        edges: &[i64],
        selector: &Selector,
        dimension: &Dimension,
    ) -> Result<Option<Vec<(u32, Vec<u64>)>>, AskError> {
        self.totals_by_value(times, edges, selector, dimension)
    }

    fn value(&self, dimension: &Dimension, code: u32) -> BreakdownValue {
        self.interners.of(dimension).value(code)
    }

    fn events(&self, marks: &[Mark]) -> Result<Vec<Event>, AskError> {
        self.events_of(marks)
    }

    fn ids(&self, persons: &[u32]) -> Result<Vec<String>, AskError> {
        self.ids_of(persons)
    }

    fn properties(&self, persons: &[u32]) -> Result<Vec<String>, AskError> {
        Ok(self.properties_of(persons))
    }

    fn number(&self, distinct_id: &str) -> Result<Option<u32>, AskError> {
        self.number_of_id(distinct_id)
    }

    fn holding(&self, predicate: &Predicate) -> Result<Vec<u32>, AskError> {
        self.holding_of(predicate)
    }
}

impl LocalSource<'_> {
    /// Counts what is read.
    fn count(&self, prepared: &[Prepared<'_>]) {
        let rows = prepared.iter().map(|unit| unit.base.rows()).sum();
        let bytes: usize = prepared.iter().map(|unit| unit.bytes).sum();
        self.scanner.count_read(rows, bytes as u64);
    }

    fn held(&self) -> Held {
        Held { bytes: AtomicUsize::new(0), limit: self.scanner.question_bytes_max }
    }
}

/// Bytes of columns that are looked at at once, counted as they come.
struct Held {
    bytes: AtomicUsize,
    limit: u64,
}

impl Held {
    /// Refuses what goes beyond the limit.
    fn take(&self, bytes: usize) -> Result<(), AskError> {
        let bytes = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if bytes as u64 <= self.limit {
            return Ok(());
        }
        let limit = self.limit;
        let problem = format!("needs more than {limit} bytes of columns at once, ask for less");
        Err(AskError::Invalid { field: "range".into(), problem })
    }
}
