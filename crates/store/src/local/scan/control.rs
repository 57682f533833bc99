//! Deadlines, cancelling, and how many questions run at once.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::{AskError, Asking};

/// How often a waiting question looks whether anybody still waits for it.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Whether to go on.
pub(super) fn check(asking: &Asking) -> Result<(), AskError> {
    if asking.cancel.is_cancelled() {
        return Err(AskError::Cancelled);
    }
    match asking.deadline {
        Some(deadline) if Instant::now() >= deadline => Err(AskError::Timeout),
        _ => Ok(()),
    }
}

/// Lets in so many questions at once.
#[derive(Debug)]
pub(crate) struct Gate {
    free: Mutex<usize>,
    freed: Condvar,
}

/// Held while a question runs.
pub(crate) struct Permit<'a>(&'a Gate);

impl Gate {
    /// A gate for `max` questions.
    pub(crate) fn new(max: usize) -> Self {
        Self { free: Mutex::new(max.max(1)), freed: Condvar::new() }
    }

    /// Waits for a place, at most until the question's deadline.
    pub(crate) fn enter(&self, asking: &Asking) -> Result<Permit<'_>, AskError> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free == 0 {
            check(asking)?;
            let woken = self.freed.wait_timeout(free, LOOK_EVERY);
            free = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        *free -= 1;
        Ok(Permit(self))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}
