//! Waking and ending a thread that works when it is asked to.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};

use store::Cancel;

/// Wakes and ends a thread. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bell {
    state: Arc<(Mutex<State>, Condvar)>,
    cancel: Cancel,
}

#[derive(Debug, Default)]
struct State {
    requested: bool,
    ended: bool,
}

/// Why a wait was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    /// There is something to do.
    Requested,
    /// The time is up.
    Late,
    /// The thread is to end.
    Ended,
}

impl Bell {
    /// There is something to do; several requests before the thread looks are one.
    pub(crate) fn request(&self) {
        self.change(|state| state.requested = true);
    }

    /// Ends the thread and what it is at.
    pub(crate) fn end(&self) {
        self.cancel.cancel();
        self.change(|state| state.ended = true);
    }

    /// Tells what the thread is at when it is to end.
    pub(crate) fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// Whether the thread is to end.
    pub(crate) fn is_ended(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// Waits for a request, at most so long; without a time until there is one.
    pub(crate) fn wait(&self, at_most: Option<Duration>) -> Woken {
        let idle = |state: &mut State| !state.requested && !state.ended;
        let (state, woken) = &*self.state;
        let state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = match at_most {
            None => woken.wait_while(state, idle).unwrap_or_else(PoisonError::into_inner),
            Some(time) => {
                let waited = woken.wait_timeout_while(state, time, idle);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        match (state.ended, std::mem::take(&mut state.requested)) {
            (true, _) => Woken::Ended,
            (false, true) => Woken::Requested,
            (false, false) => Woken::Late,
        }
    }

    /// Waits so long, or until the thread is to end; whether it is. Requests stay.
    pub(crate) fn pause(&self, time: Duration) -> bool {
        let (state, woken) = &*self.state;
        let state = state.lock().unwrap_or_else(PoisonError::into_inner);
        drop(woken.wait_timeout_while(state, time, |state| !state.ended));
        self.is_ended()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.0.lock().unwrap_or_else(PoisonError::into_inner));
        self.state.1.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_before_the_wait_is_not_lost_and_the_end_stays() {
        let bell = Bell::default();
        let soon = Some(Duration::from_millis(1));
        assert_eq!(bell.wait(soon), Woken::Late);
        bell.request();
        bell.request();
        assert!(!bell.pause(Duration::from_millis(1)), "a pause leaves requests alone");
        assert_eq!((bell.wait(None), bell.wait(soon)), (Woken::Requested, Woken::Late));
        bell.clone().end();
        assert!(bell.is_ended() && bell.pause(Duration::from_secs(60)));
        assert_eq!((bell.wait(None), bell.wait(None)), (Woken::Ended, Woken::Ended));
    }
}
