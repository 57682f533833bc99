//! One that follows a tenant.

use std::{pin::pin, sync::Arc};

use event::TenantId;
use journal::{Lane, Position, ReadError};

use super::{At, REPLAY_MAX, Seen, Shared, ring::Place, seen};
use crate::{chunk, entities};

/// Bytes of the journal that are read for it at once.
const REPLAY_BYTES: usize = 64 << 10;

/// What a follower hears.
#[derive(Debug)]
pub enum Heard {
    /// Events, oldest first.
    Events(Vec<Arc<Seen>>),
    /// So many events of the tenant it will never hear of. After a position it came back to is no
    /// longer there, so many records, whoever they were of.
    Missed(u64),
}

/// Follows the events of one tenant until it is dropped.
pub struct Following {
    shared: Arc<Shared>,
    tenant: TenantId,
    place: Place,
    /// What is to be read for it before it takes from the ring: lane, from, to.
    backlog: Option<(Lane, Position, Position)>,
    missed: u64,
    reached: Option<At>,
}

impl std::fmt::Debug for Following {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Following").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.shared.lock().ring.leave(&self.tenant);
    }
}

impl Following {
    pub(super) fn new(
        shared: Arc<Shared>,
        tenant: TenantId,
        place: Place,
        wanted: Option<(Lane, Position, Position)>,
    ) -> Self {
        let (mut backlog, mut missed) = (None, 0);
        if let Some((lane, from, to)) = wanted.filter(|(_, from, to)| from < to) {
            let begin =
                from.max(to.saturating_sub(REPLAY_MAX)).max(shared.journal.low(lane)).min(to);
            missed = begin - from;
            backlog = Some((lane, begin, to));
        }
        Self { shared, tenant, place, backlog, missed, reached: None }
    }

    /// Waits for what is next; None when there will be nothing any more. May be dropped and called
    /// again without loss.
    pub async fn next(&mut self) -> Option<Heard> {
        loop {
            if self.missed > 0 {
                return Some(Heard::Missed(std::mem::take(&mut self.missed)));
            }
            let Some((lane, from, to)) = self.backlog else { break };
            let (shared, tenant) = (self.shared.clone(), self.tenant.clone());
            let read = move || shared.replayed(&tenant, (lane, from, to));
            let replayed = tokio::task::spawn_blocking(read).await;
            // It panicked: what it should have read is lost for this one.
            let (events, next, missed) = replayed.unwrap_or((Vec::new(), to, to - from));
            self.missed = missed;
            self.backlog = (next < to).then_some((lane, next, to));
            if !events.is_empty() {
                return Some(Heard::Events(events));
            }
        }
        let shared = self.shared.clone();
        loop {
            let mut news = pin!(shared.news.notified());
            news.as_mut().enable();
            {
                let state = shared.lock();
                if let Some(heard) = state.ring.take(&self.tenant, &mut self.place) {
                    return Some(heard);
                }
                self.reached = state.cursors.iter().next().and_then(|(lane, next)| {
                    Some(At { lane: *lane, position: next.checked_sub(1)? })
                });
                if state.ended {
                    return None;
                }
            }
            news.await;
        }
    }

    /// The place up to which it has heard everything, as of the last wait.
    pub fn reached(&self) -> Option<At> {
        self.reached
    }
}

impl Shared {
    /// The next events of a tenant in a stretch of the journal, where the rest of it begins, and
    /// how many records before that are gone.
    fn replayed(
        &self,
        tenant: &TenantId,
        (lane, from, to): (Lane, Position, Position),
    ) -> (Vec<Arc<Seen>>, Position, u64) {
        let records = match self.journal.read(lane, from, REPLAY_BYTES) {
            Ok(records) => records,
            Err(ReadError::Trimmed { low, .. }) => {
                let next = low.clamp(from, to);
                return (Vec::new(), next, next - from);
            }
            Err(error) => {
                tracing::error!(%error, "live events cannot be read again");
                return (Vec::new(), to, to - from);
            }
        };
        if records.next <= from {
            return (Vec::new(), to, 0);
        }
        let next = records.next.min(to);
        let mut chunk = chunk::chunk(lane, from, records);
        chunk.events.retain(|incoming| incoming.position < to);
        entities::check(&mut chunk, &*self.policies);
        let all = seen(lane, &chunk, |of| of == tenant.as_str());
        (all.into_iter().map(Arc::new).collect(), next, 0)
    }
}
