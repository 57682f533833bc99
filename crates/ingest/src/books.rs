//! The books: received = stored + duplicate + rejected + pending, per tenant, at every moment; and
//! the store holds stored - removed.
//!
//! What came in is counted here when it is appended, and written with the same commit of the
//! journal; what is stored is counted by the store. After a restart both are folded from the log
//! again, so the two sides never disagree.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use event::{Counts, TenantId};
use journal::Ticket;
use store::Store;

/// The books of one tenant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Events that came in, whatever became of them.
    pub received: u64,
    /// Of them: taken into the store, where answers have them unless they were removed since.
    pub stored: u64,
    /// Of those stored: gone again, by retention or deletion.
    pub removed: u64,
    /// Of them: seen before.
    pub duplicate: u64,
    /// Of them: refused with a reason.
    pub rejected: u64,
    /// Of them: on the way to the store.
    pub pending: u64,
}

/// Counts what comes in.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Pages>);

#[derive(Debug, Default)]
struct Pages {
    counts: BTreeMap<TenantId, Counts>,
    /// Counted already; taken back when the commit fails.
    unsettled: Vec<(TenantId, Counts, Ticket)>,
}

/// So many open commits are kept before the decided ones are looked for.
const UNSETTLED_MAX: usize = 4_096;

impl Ledger {
    /// The ledger of a store that has just caught up with its journal.
    pub fn opened(store: &dyn Store) -> Self {
        let counts = store.books().into_iter().map(|(tenant, books)| {
            let counts = Counts {
                received: books.received,
                duplicate: books.duplicate,
                rejected: books.rejected,
            };
            (tenant, counts)
        });
        Self(Mutex::new(Pages { counts: counts.collect(), unsettled: Vec::new() }))
    }

    /// Adds counts that are certain.
    pub fn add(&self, tenant: &TenantId, counts: Counts) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).add(tenant, counts);
    }

    /// Adds counts that are taken back when the commit they are part of fails.
    pub fn add_unsettled(&self, tenant: &TenantId, counts: Counts, ticket: &Ticket) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.add(tenant, counts);
        if pages.unsettled.len() >= UNSETTLED_MAX {
            pages.settle();
        }
        pages.unsettled.push((tenant.clone(), counts, ticket.clone()));
    }

    /// The books of every tenant that ever sent something.
    pub fn books(&self, store: &dyn Store) -> Vec<(TenantId, Books)> {
        // What is stored is read first: an event counted in between shows as pending.
        let stored: BTreeMap<_, _> = store.books().into_iter().collect();
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.settle();
        let line = |(tenant, counts): (&TenantId, &Counts)| {
            let store::Books { stored, removed, .. } =
                stored.get(tenant).copied().unwrap_or_default();
            let taken = counts.received - counts.duplicate - counts.rejected;
            let books = Books {
                // The pump can be faster than the line that counts what it has just moved.
                received: counts.received + stored.saturating_sub(taken),
                stored,
                removed,
                duplicate: counts.duplicate,
                rejected: counts.rejected,
                pending: taken.saturating_sub(stored),
            };
            (tenant.clone(), books)
        };
        pages.counts.iter().map(line).collect()
    }
}

impl Pages {
    fn add(&mut self, tenant: &TenantId, counts: Counts) {
        let sum = match self.counts.get_mut(tenant) {
            Some(sum) => sum,
            None => self.counts.entry(tenant.clone()).or_default(),
        };
        sum.received += counts.received;
        sum.duplicate += counts.duplicate;
        sum.rejected += counts.rejected;
    }

    /// Takes back what failed commits had counted.
    fn settle(&mut self) {
        let Self { counts, unsettled } = self;
        unsettled.retain(|(tenant, lost, ticket)| match ticket.result() {
            None => true,
            Some(Ok(())) => false,
            Some(Err(_)) => {
                if let Some(sum) = counts.get_mut(tenant) {
                    sum.received -= lost.received;
                    sum.duplicate -= lost.duplicate;
                    sum.rejected -= lost.rejected;
                }
                false
            }
        });
    }
}
