//! The thread that makes few files of many.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use store::Cancel;

use super::{FLUSH_NICE, Shared, give_way};

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
        loop {
            self.compact_all(shared);
            let mut state = self.lock();
            while !state.requested && !state.ended {
                state = self.state.1.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            if state.ended {
                return;
            }
            state.requested = false;
        }
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
