//! How many streams there are, and their end.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use event::TenantId;
use tokio::sync::watch;

use crate::Problem;

/// Streams of one tenant.
const PER_TENANT_MAX: usize = 100;
/// Seconds after which to try again when there are too many.
const RETRY_SECONDS: u32 = 10;

/// The open streams.
#[derive(Debug)]
pub(crate) struct Streams {
    open: Arc<Mutex<BTreeMap<TenantId, usize>>>,
    max: usize,
    stopping: watch::Sender<bool>,
}

/// One stream. It is open until this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    open: Arc<Mutex<BTreeMap<TenantId, usize>>>,
    tenant: TenantId,
}

fn lock(open: &Mutex<BTreeMap<TenantId, usize>>) -> MutexGuard<'_, BTreeMap<TenantId, usize>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Streams {
    pub(crate) fn new(max: usize) -> Self {
        Self { open: Arc::default(), max, stopping: watch::Sender::new(false) }
    }

    /// A place for a further stream of a tenant.
    pub(super) fn enter(&self, tenant: &TenantId) -> Result<Place, Problem> {
        let mut open = lock(&self.open);
        let (all, own) = (open.values().sum::<usize>(), open.get(tenant).copied().unwrap_or(0));
        let (what, count, max) = match own < PER_TENANT_MAX {
            true => ("open", all, self.max),
            false => ("open for this tenant", own, PER_TENANT_MAX),
        };
        if count >= max {
            let detail = format!("{count} live streams are {what}, the limit is {max}");
            return Err(Problem::overloaded(detail).retry_after(RETRY_SECONDS));
        }
        *open.entry(tenant.clone()).or_default() += 1;
        Ok(Place { open: self.open.clone(), tenant: tenant.clone() })
    }

    /// Ends all of them.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Ends when they are to end.
    pub(crate) async fn stopped(&self) {
        // The sender is ours, so it is not gone.
        let _ = self.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        if let Some(count) = open.get_mut(&self.tenant) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.tenant);
            }
        }
    }
}
