//! The thread that makes few files of many, and removes what is past retention.

use std::time::Duration;

use super::{FLUSH_NICE, Shared, expiry::Expiry, give_way};
use crate::bell::{Bell, Woken};

/// How often it looks at the clock.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// The thread, and what wakes and ends it. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Compactor {
    pub(crate) bell: Bell,
}

impl Compactor {
    /// The thread. It begins with what was left undone before the start.
    pub(crate) fn run(&self, shared: &Shared) {
        give_way(FLUSH_NICE);
        let mut expiry = Expiry::default();
        loop {
            expiry.run(shared, self.bell.cancel());
            self.compact_all(shared);
            if self.bell.wait(Some(LOOK_EVERY)) == Woken::Ended {
                return;
            }
        }
    }

    fn compact_all(&self, shared: &Shared) {
        while !self.bell.is_ended() {
            match shared.store.compact(self.bell.cancel()) {
                Ok(done) if done.more => {}
                Ok(_) => return,
                Err(error) => {
                    // Nothing is lost, questions are slower; the next flush tries again.
                    tracing::warn!(%error, "files could not be compacted");
                    return;
                }
            }
        }
    }
}
