//! How often somebody may try to log in.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use event::Timestamp;

/// Failed attempts within the window.
const FAILED_MAX: u32 = 10;
const WINDOW_MS: i64 = 5 * 60_000;
/// Names that are remembered; beyond it the oldest windows go.
const NAMES_MAX: usize = 10_000;

/// Failed attempts, by whom they were for and from where they came.
#[derive(Debug, Default)]
pub(crate) struct Attempts(Mutex<HashMap<String, Failed>>);

#[derive(Clone, Copy, Debug)]
struct Failed {
    since: Timestamp,
    times: u32,
}

impl Attempts {
    /// Seconds to wait, when there were too many.
    pub(crate) fn wait_seconds(&self, name: &str, now: Timestamp) -> Option<u32> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = all.get(name).filter(|failed| failed.times >= FAILED_MAX)?;
        let left = failed.since.0 + WINDOW_MS - now.0;
        (left > 0).then(|| u32::try_from((left + 999) / 1_000).unwrap_or(1))
    }

    /// Notes one that failed.
    pub(crate) fn failed(&self, name: &str, now: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= NAMES_MAX {
            all.retain(|_, failed| failed.since.0 + WINDOW_MS > now.0);
        }
        if all.len() >= NAMES_MAX {
            all.clear();
        }
        let failed = all.entry(name.to_owned()).or_insert(Failed { since: now, times: 0 });
        if failed.since.0 + WINDOW_MS <= now.0 {
            *failed = Failed { since: now, times: 0 };
        }
        failed.times += 1;
    }

    /// Forgets a name that was right.
    pub(crate) fn succeeded(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_ten_failures_somebody_waits_until_the_window_is_over() {
        let attempts = Attempts::default();
        let at = |ms| Timestamp(1_000_000 + ms);
        for n in 0..10 {
            assert_eq!(attempts.wait_seconds("a", at(n)), None);
            attempts.failed("a", at(n));
        }
        assert_eq!(attempts.wait_seconds("a", at(10)), Some(300));
        assert_eq!(attempts.wait_seconds("b", at(10)), None);
        assert_eq!(attempts.wait_seconds("a", at(WINDOW_MS)), None);
        attempts.failed("a", at(WINDOW_MS));
        assert_eq!(attempts.wait_seconds("a", at(WINDOW_MS)), None, "a new window began");
        attempts.succeeded("a");
    }

    #[test]
    fn names_are_bounded() {
        let attempts = Attempts::default();
        for n in 0..NAMES_MAX + 10 {
            attempts.failed(&n.to_string(), Timestamp(n as i64));
        }
        assert!(attempts.0.lock().unwrap().len() <= NAMES_MAX);
    }
}
