//! The thread that flushes.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::{Part, RETRY, Shared};

/// A flush asked for, and the answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flusher(Arc<(Mutex<State>, Condvar)>);

#[derive(Debug, Default)]
struct State {
    requested: bool,
    /// Someone waits: a flush that failed is not put off.
    urgent: bool,
    ended: bool,
    /// Attempts begun and ended since the start, and whether the last one worked.
    begun: u64,
    done: u64,
    worked: bool,
}

impl Flusher {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for a flush; several requests before it starts are one.
    pub(crate) fn request(&self) {
        let mut state = self.lock();
        if !state.requested {
            state.requested = true;
            self.0.1.notify_all();
        }
    }

    /// Asks for a flush that starts after now, and waits for its end. Whether it worked.
    pub(crate) fn request_and_wait(&self) -> bool {
        let mut state = self.lock();
        let wanted = state.begun + 1;
        state.requested = true;
        state.urgent = true;
        self.0.1.notify_all();
        while state.done < wanted && !state.ended {
            state = self.0.1.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.worked
    }

    /// Ends the thread once it is idle.
    pub(crate) fn end(&self) {
        self.lock().ended = true;
        self.0.1.notify_all();
    }

    /// The thread.
    pub(crate) fn run(&self, shared: &Shared) {
        loop {
            {
                let mut state = self.lock();
                while !state.requested && !state.ended {
                    state = self.0.1.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
                if state.ended {
                    return;
                }
                state.requested = false;
                state.urgent = false;
                state.begun += 1;
            }
            let result = shared.flush_politely();
            let worked = result.is_ok();
            shared.troubled(Part::Flushing, result.err().map(|error| error.to_string()));
            let mut state = self.lock();
            state.done += 1;
            state.worked = worked;
            self.0.1.notify_all();
            if !worked {
                // The head keeps everything; the pump asks again while the cause remains.
                let idle = |state: &mut State| !state.ended && !state.urgent;
                drop(self.0.1.wait_timeout_while(state, RETRY, idle));
            }
        }
    }
}
