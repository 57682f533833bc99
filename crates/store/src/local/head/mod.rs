//! The head: the newest events, in memory until they are flushed.
//!
//! Each chunk becomes a sorted run; eight runs of a level become one of the next, so that there
//! are few. Merging moves the fixed columns only. A flush freezes the runs that are there when it
//! starts: they are merged no more, and questions see them until the parts made of them take
//! their place.

mod run;

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use event::Timestamp;
use insight::Told;

pub(crate) use run::{Filled, HeadRow, Run};

use crate::{
    ApplyError, Books, Chunk, HeadStatus,
    local::{
        people::{AllPeople, Folding, PeopleChange},
        secret::Secret,
    },
};

/// Runs of one level that become one run.
const FAN_IN: usize = 8;
/// Runs there may be before the smallest are merged whatever their level.
const RUNS_MAX: usize = 32;

/// The books of all tenants.
pub(crate) type AllBooks = BTreeMap<Arc<str>, Books>;
/// Per lane a position.
pub(crate) type Positions = BTreeMap<u32, u64>;

/// What a flush works on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frozen {
    /// The runs.
    pub(crate) runs: Vec<Arc<Run>>,
    /// Per lane the position behind them.
    pub(crate) next: Positions,
    /// The books up to there.
    pub(crate) books: AllBooks,
    /// All persons up to there.
    pub(crate) people: Arc<AllPeople>,
    /// What was told of persons since the last flush.
    pub(crate) told: Arc<PeopleChange>,
}

/// The runs and what is folded beside them.
#[derive(Debug)]
pub(crate) struct Head {
    active: Vec<Arc<Run>>,
    frozen: Vec<Arc<Run>>,
    next: Positions,
    books: AllBooks,
    people: Folding,
}

impl Head {
    /// An empty head that continues what is durable.
    pub(crate) fn new(next: Positions, books: AllBooks, people: Folding) -> Self {
        Self { active: Vec::new(), frozen: Vec::new(), next, books, people }
    }

    /// Forgets the persons of a tenant.
    pub(crate) fn forget(&mut self, tenant: &str) {
        self.people.forget(tenant);
    }

    /// Forgets a person, all of whose ids these are; events that are here are later ones and
    /// stay, with what they tell. No flush may run.
    pub(crate) fn erase(&mut self, tenant: &str, ids: &HashSet<String>) {
        let runs = self.runs();
        let mut stay = Vec::new();
        for run in &runs {
            let Some(rows) = run.tenant(tenant) else { continue };
            let views = run.rows[rows.rows.clone()].iter().map(|row| (row.position, run.view(row)));
            stay.extend(views.filter(|(_, view)| {
                let named = view.fields.iter().any(|(_, text)| ids.contains(text));
                named || Told::is_told_by(view.event_type)
            }));
        }
        stay.sort_by_key(|(position, _)| *position);
        self.people.erase(tenant, ids, stay.into_iter());
    }

    /// All persons, by every event so far.
    pub(crate) fn people(&self) -> Arc<AllPeople> {
        self.people.all().clone()
    }

    /// The position the next chunk of a lane must start at.
    pub(crate) fn next(&self, lane: u32) -> u64 {
        self.next.get(&lane).copied().unwrap_or(0)
    }

    /// The books up to the next positions.
    pub(crate) fn books(&self) -> &AllBooks {
        &self.books
    }

    /// All runs.
    pub(crate) fn runs(&self) -> Vec<Arc<Run>> {
        self.frozen.iter().chain(&self.active).cloned().collect()
    }

    /// Figures.
    pub(crate) fn status(&self) -> HeadStatus {
        let runs = || self.frozen.iter().chain(&self.active);
        HeadStatus {
            rows: runs().map(|run| run.rows.len() as u64).sum(),
            bytes: runs().map(|run| run.bytes).sum(),
            oldest: runs().map(|run| run.received_min).min().map(Timestamp),
        }
    }

    /// Takes a chunk in, all of it or nothing.
    pub(crate) fn apply(
        &mut self,
        chunk: &Chunk,
        limit: u64,
        secret: &Secret,
        key_bits: u32,
    ) -> Result<(), ApplyError> {
        let expected = self.next(chunk.lane);
        if chunk.from != expected {
            return Err(ApplyError::Gap { lane: chunk.lane, from: chunk.from, expected });
        }
        let status = self.status();
        let rows_bytes = chunk.events.len() * size_of::<HeadRow>();
        let bytes = status.bytes + (chunk.buffer.len() + rows_bytes) as u64;
        // A chunk beyond the bound by itself is taken by an empty head: it could never be else.
        if bytes > limit && status.rows > 0 && !chunk.events.is_empty() {
            return Err(ApplyError::HeadFull { bytes: status.bytes, limit });
        }
        if !chunk.events.is_empty() {
            let (run, tellers) = Run::new(chunk, secret, key_bits)?;
            self.people.apply(chunk, &tellers);
            for tenant in &run.tenants {
                let stored = tenant.rows.len() as u64;
                self.books.entry(tenant.name.clone()).or_default().stored += stored;
            }
            self.active.push(Arc::new(run));
            self.merge();
        }
        for (tenant, [received, duplicate, rejected]) in &chunk.books {
            let books = self.books.entry(tenant.clone()).or_default();
            books.received += received;
            books.duplicate += duplicate;
            books.rejected += rejected;
        }
        self.next.insert(chunk.lane, chunk.to);
        Ok(())
    }

    /// Keeps the runs few.
    fn merge(&mut self) {
        let mut level = 0;
        while self.active.iter().any(|run| run.level >= level) {
            let of_level: Vec<_> = self.active.extract_if(.., |run| run.level == level).collect();
            if of_level.len() < FAN_IN {
                self.active.extend(of_level);
            } else {
                self.active.push(Arc::new(Run::merged(&of_level)));
            }
            level += 1;
        }
        if self.active.len() > RUNS_MAX {
            self.active.sort_by_key(|run| std::cmp::Reverse(run.rows.len()));
            let smallest = self.active.split_off(self.active.len() - FAN_IN);
            self.active.push(Arc::new(Run::merged(&smallest)));
        }
    }

    /// Sets the runs apart for a flush.
    pub(crate) fn freeze(&mut self) -> Frozen {
        self.frozen.append(&mut self.active);
        let (next, books) = (self.next.clone(), self.books.clone());
        let told = self.people.freeze();
        Frozen { runs: self.frozen.clone(), next, books, people: self.people(), told }
    }

    /// The frozen runs are parts now.
    pub(crate) fn drop_frozen(&mut self) {
        self.frozen.clear();
        self.people.drop_frozen();
    }

    /// The flush failed: the frozen runs are ordinary ones again.
    pub(crate) fn thaw(&mut self) {
        self.active.append(&mut self.frozen);
        self.people.thaw();
        self.merge();
    }
}
