//! When the horizons of tenants are moved.

use event::Timestamp;
use store::Cancel;

use super::Shared;

/// A horizon moves once a day, but events that were taken just before may still come to files.
const EVERY_MS: u64 = 3_600_000;
/// What failed is tried again sooner.
const RETRY_MS: u64 = 60_000;

/// Moves horizons when it is time.
#[derive(Debug, Default)]
pub(super) struct Expiry {
    /// When it was done last, and how long that is good for.
    last: Option<(Timestamp, u64)>,
}

impl Expiry {
    /// Removes what is too old of every tenant that ever sent something, if it is time.
    pub(super) fn run(&mut self, shared: &Shared, cancel: &Cancel) {
        let now = (shared.clock)();
        // A clock may go back as well.
        if self.last.is_some_and(|(at, good_for)| now.0.abs_diff(at.0) < good_for) {
            return;
        }
        let mut good_for = EVERY_MS;
        for (tenant, _) in shared.store.books() {
            if cancel.is_cancelled() {
                return;
            }
            let (store, policies) = (&*shared.store, &*shared.beside.policies);
            if let Err(error) = shared.retention.expire(store, policies, (&tenant, now), cancel) {
                // They are not seen any more, or will not be after the next try.
                tracing::warn!(%tenant, %error, "events past retention could not be removed");
                good_for = RETRY_MS;
            }
        }
        self.last = Some((now, good_for));
    }
}
