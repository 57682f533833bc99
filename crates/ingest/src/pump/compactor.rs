//! The thread that makes few files of many, and removes what is past retention.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use store::Cancel;

use super::{FLUSH_NICE, Shared, expiry::Expiry, give_way};

/// How often it looks at the clock, where events are not kept for ever.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Wakes and ends the thread. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Compactor {
    state: Arc<(Mutex<State>, Condvar)>,
    cancel: Cancel,
}

#[derive(Debug, Default)]
struct State {
    requested: bool,
    ended: bool,
}

impl Compactor {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// There is a new file: there may be enough now.
    pub(crate) fn request(&self) {
        self.lock().requested = true;
        self.state.1.notify_all();
    }

    /// Ends the thread; what it is at is given up, and begun again at the next start.
    pub(crate) fn end(&self) {
        self.cancel.cancel();
        self.lock().ended = true;
        self.state.1.notify_all();
    }

    /// The thread. It begins with what was left undone before the start.
    pub(crate) fn run(&self, shared: &Shared) {
        give_way(FLUSH_NICE);
        let mut expiry = Expiry::new(shared.retention);
        loop {
            expiry.run(shared, &self.cancel);
            self.compact_all(shared);
            if self.wait(expiry.is_on().then_some(LOOK_EVERY)) {
                return;
            }
        }
    }

    /// Waits until there is something to do, or so long; whether it is to end.
    fn wait(&self, at_most: Option<Duration>) -> bool {
        let idle = |state: &mut State| !state.requested && !state.ended;
        let woken = &self.state.1;
        let mut state = match at_most {
            None => woken.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner),
            Some(time) => {
                let waited = woken.wait_timeout_while(self.lock(), time, idle);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        state.requested = false;
        state.ended
    }

    fn compact_all(&self, shared: &Shared) {
        while !self.lock().ended {
            match shared.store.compact(&self.cancel) {
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
