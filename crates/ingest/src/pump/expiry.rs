//! When the horizons of tenants are moved.

use event::Timestamp;
use store::Cancel;

use super::Shared;
use crate::RetentionConfig;

/// A horizon moves once a day, but events that were taken just before may still come to files.
const EVERY_MS: u64 = 3_600_000;
/// What failed is tried again sooner.
const RETRY_MS: u64 = 60_000;

/// Moves horizons when it is time.
#[derive(Debug)]
pub(super) struct Expiry {
    config: RetentionConfig,
    /// When it was done last, and how long that is good for.
    last: Option<(Timestamp, u64)>,
}

impl Expiry {
    pub(super) fn new(config: RetentionConfig) -> Self {
        Self { config, last: None }
    }

    /// Whether there is anything to do, ever.
    pub(super) fn is_on(&self) -> bool {
        self.config.days.is_some()
    }

    /// Removes what is too old of every tenant that ever sent something, if it is time.
    pub(super) fn run(&mut self, shared: &Shared, cancel: &Cancel) {
        let now = (shared.clock)();
        let Some(horizon) = self.config.horizon(now) else { return };
        // A clock may go back as well.
        if self.last.is_some_and(|(at, good_for)| now.0.abs_diff(at.0) < good_for) {
            return;
        }
        let mut good_for = EVERY_MS;
        for (tenant, _) in shared.store.books() {
            if cancel.is_cancelled() {
                return;
            }
            match shared.store.retain(&tenant, horizon, cancel) {
                Ok(0) => {}
                Ok(events) => {
                    tracing::info!(%tenant, events, %horizon, "removed events past retention");
                }
                Err(error) => {
                    // They are not seen any more, or will not be after the next try.
                    tracing::warn!(%tenant, %error, "events past retention could not be removed");
                    good_for = RETRY_MS;
                }
            }
        }
        self.last = Some((now, good_for));
    }
}
