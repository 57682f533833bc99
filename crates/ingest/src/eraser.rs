//! Erasing persons, one after the other, through every holder there is.
//!
//! An erasure is noted in the store before anyone is told that it was taken, and stays open until
//! it is done; so a crash at any moment leaves it to the next start. Per erasure:
//!
//! 1. wait until the store has what the journal had when the work began: everything acknowledged
//!    before is applied;
//! 2. the store flushes and takes the person out of answers and files ([`Store::erase`]);
//! 3. records below the position it flushed to, which nobody reads any more, are overwritten in
//!    the journal where they are of the person or name it;
//! 4. refused events that name the person go from their log;
//! 5. the store deletes what nobody reads any more and forgets the ids
//!    ([`Store::finish_erasure`]); while that is not possible, it is tried again.
//!
//! Events that come in after step 2 are later ones and stay: deletion is not a ban.

use std::{collections::HashSet, sync::Weak, time::Duration};

use event::codec::EventView;
use journal::{Kind, Lane, Position, ReadError};
use store::{
    FlushError,
    erasure::{ErasureState, OpenErasure},
    local::Whom,
};

use crate::{
    bell::{Bell, Woken},
    pump::Shared,
};

/// How long to wait before an erasure that is not done is looked at again; twice as long each time.
const AGAIN_MIN: Duration = Duration::from_millis(100);
/// At most so long.
const AGAIN_MAX: Duration = Duration::from_secs(30);
/// How often is looked whether the store has caught up.
const CATCH_UP: Duration = Duration::from_millis(5);
/// Bytes of the journal that are read at once.
const READ_BYTES: usize = 4 << 20;
/// Positions that are overwritten with one call.
const REDACT_MAX: usize = 1 << 16;

/// The thread, and what wakes and ends it. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Eraser {
    pub(crate) bell: Bell,
}

impl Eraser {
    /// The thread. It begins with what was open before the start.
    pub(crate) fn run(&self, shared: &Shared) {
        let (mut redacted, mut again) = (HashSet::new(), AGAIN_MIN);
        loop {
            let open = self.work(shared, &mut redacted);
            match self.bell.wait(open.then_some(again)) {
                Woken::Ended => return,
                Woken::Requested => again = AGAIN_MIN,
                Woken::Late => again = (again * 2).min(AGAIN_MAX),
            }
        }
    }

    /// Looks at every open erasure once; whether one is still open. `redacted` are those that the
    /// journal is done with.
    fn work(&self, shared: &Shared, redacted: &mut HashSet<u64>) -> bool {
        let open = shared.store.open_erasures().unwrap_or_else(|error| {
            tracing::error!(%error, "open erasures cannot be read");
            Vec::new()
        });
        let mut left = false;
        for open in open {
            if self.bell.is_ended() {
                return true;
            }
            let number = open.receipt.number;
            left |= !self.one(shared, open, redacted).unwrap_or_else(|error| {
                tracing::error!(erasure = number, %error, "an erasure is stuck and tried again");
                false
            });
        }
        left
    }

    /// Whether it is done.
    fn one(
        &self,
        shared: &Shared,
        open: OpenErasure,
        redacted: &mut HashSet<u64>,
    ) -> Result<bool, FlushError> {
        let number = open.receipt.number;
        let open = match open.receipt.state {
            ErasureState::Pending => {
                let Some(open) = self.hide(shared, number)? else { return Ok(false) };
                open
            }
            _ => open,
        };
        // Without ids the journal was done before the start.
        let mut records = None;
        if !open.ids.is_empty() && redacted.insert(number) {
            let done = redact(shared, &open).map_err(FlushError::Erasure);
            records = Some(done.inspect_err(|_| _ = redacted.remove(&number))?);
        }
        if !open.ids.is_empty() {
            // Else a session that is open would tell of the person again when it ends.
            if let Some(sessions) = shared.beside.sessions.get().and_then(Weak::upgrade) {
                open.ids.iter().for_each(|id| sessions.forget(&open.receipt.tenant, id));
            }
            let erased = shared.beside.rejected.erase(number, &open.receipt.tenant, &open.ids);
            erased.map_err(|error| FlushError::Erasure(error.to_string()))?;
            let (tenant, ids) = (&open.receipt.tenant, &open.ids);
            shared.beside.policies.forget(tenant, ids).map_err(FlushError::Erasure)?;
        }
        let done = shared.store.finish_erasure(number, records, (shared.clock)())?;
        if done {
            redacted.remove(&number);
            tracing::info!(erasure = number, "a person was erased");
        }
        Ok(done)
    }

    /// Has the store take the person out of answers; None when it has to be tried again.
    fn hide(&self, shared: &Shared, number: u64) -> Result<Option<OpenErasure>, FlushError> {
        if !self.caught_up(shared) {
            return Ok(None);
        }
        let erased = shared.store.erase(number, self.bell.cancel());
        shared.flushed(&erased.flushed);
        match erased.result {
            Err(_) if self.bell.is_ended() => return Ok(None),
            result => result?,
        }
        let all = shared.store.open_erasures()?;
        Ok(all.into_iter().find(|open| open.receipt.number == number))
    }

    /// Waits until the store has what the journal has now.
    fn caught_up(&self, shared: &Shared) -> bool {
        let lanes = shared.data_lanes();
        let ends: Vec<_> =
            lanes.iter().map(|lane| (*lane, shared.journal.durable_end(*lane))).collect();
        let behind = |(lane, end): &(Lane, Position)| shared.store.next_position(lane.0) < *end;
        while ends.iter().any(behind) {
            if self.bell.pause(CATCH_UP) {
                return false;
            }
        }
        true
    }
}

/// Overwrites the records of a person below the position of its erasure; how many there were.
fn redact(shared: &Shared, open: &OpenErasure) -> Result<u64, String> {
    let whom = Whom::new(open.receipt.tenant.as_str(), open.ids.iter().cloned());
    let (lane, mut at) = (Lane::DATA, shared.journal.low(Lane::DATA));
    let (mut found, mut redacted) = (Vec::new(), 0);
    loop {
        let end = open.position.min(shared.journal.durable_end(lane));
        if at < end {
            at = match shared.journal.read(lane, at, READ_BYTES) {
                Ok(records) => {
                    found.extend(records.records.iter().filter_map(|record| {
                        let of_interest = record.kind == Kind::Data && record.position < end;
                        let view = EventView::decode_trusted(records.payload(record));
                        let named = of_interest && view.is_ok_and(|view| whom.is_in(&view));
                        named.then_some(record.position)
                    }));
                    if records.next <= at { end } else { records.next }
                }
                // What was trimmed is gone.
                Err(ReadError::Trimmed { low, .. }) => low,
                Err(error) => return Err(error.to_string()),
            };
        }
        if found.len() >= REDACT_MAX || (at >= end && !found.is_empty()) {
            let done = shared.journal.redact(lane, &found).map_err(|error| error.to_string())?;
            redacted += done;
            found.clear();
        }
        if at >= end {
            return Ok(redacted);
        }
    }
}
