//! Deadlines, cancelling, and how many questions run at once.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::{AskError, Asking};

/// How often a waiting question looks whether anybody still waits for it.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Questions of one tenant that may wait, per place there is.
const WAITING_PER_PLACE: usize = 16;

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

/// Lets in so many questions at once, and each tenant's share of them.
///
/// Of the waiting ones the first of the tenant that has fewest running is next. A tenant may use
/// half of all places; all but the first of its running questions give way to others
/// ([`Permit::gives_way`]), so that many heavy questions of one tenant weigh hardly more than one.
#[derive(Debug)]
pub(crate) struct Gate {
    max: usize,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    running: HashMap<Box<str>, usize>,
    /// Tenants of those that wait, by their arrival.
    waiting: BTreeMap<u64, Box<str>>,
    arrivals: u64,
    /// Tenants with a question that does not give way.
    first: HashSet<Box<str>>,
}

/// Held while a question runs.
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    gate: &'a Gate,
    tenant: Box<str>,
    /// Whether another question of the tenant was running already.
    pub(crate) gives_way: bool,
}

impl State {
    fn total(&self) -> usize {
        self.running.values().sum()
    }

    fn of(&self, tenant: &str) -> usize {
        self.running.get(tenant).copied().unwrap_or(0)
    }

    /// Who is next, if anybody may.
    fn next(&self, max: usize) -> Option<u64> {
        if self.total() >= max {
            return None;
        }
        let share = max.div_ceil(2);
        let may = self.waiting.iter().filter(|(_, tenant)| self.of(tenant) < share);
        may.min_by_key(|(arrival, tenant)| (self.of(tenant), **arrival))
            .map(|(arrival, _)| *arrival)
    }
}

impl Gate {
    /// A gate for `max` questions.
    pub(crate) fn new(max: usize) -> Self {
        Self { max: max.max(1), state: Mutex::default(), freed: Condvar::new() }
    }

    /// Waits for a place, at most until the question's deadline.
    pub(crate) fn enter(&self, asking: &Asking) -> Result<Permit<'_>, AskError> {
        let tenant: Box<str> = asking.tenant.as_str().into();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = state.waiting.values().filter(|other| **other == tenant).count();
        if waiting >= self.max * WAITING_PER_PLACE {
            return Err(AskError::Busy { waiting });
        }
        state.arrivals += 1;
        let arrival = state.arrivals;
        state.waiting.insert(arrival, tenant.clone());
        while state.next(self.max) != Some(arrival) {
            if let Err(error) = check(asking) {
                state.waiting.remove(&arrival);
                self.freed.notify_all();
                return Err(error);
            }
            let woken = self.freed.wait_timeout(state, LOOK_EVERY);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.waiting.remove(&arrival);
        *state.running.entry(tenant.clone()).or_default() += 1;
        let gives_way = !state.first.insert(tenant.clone());
        self.freed.notify_all();
        Ok(Permit { gate: self, tenant, gives_way })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = state.running.get_mut(&self.tenant) {
            *running -= 1;
            if *running == 0 {
                state.running.remove(&self.tenant);
            }
        }
        if !self.gives_way {
            state.first.remove(&self.tenant);
        }
        self.gate.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use event::{TenantId, Timestamp};

    use super::*;
    use crate::Cancel;

    fn asking(tenant: &str, wait_ms: u64) -> Asking {
        Asking {
            tenant: TenantId::new(tenant).unwrap(),
            now: Timestamp(0),
            deadline: Some(Instant::now() + Duration::from_millis(wait_ms)),
            cancel: Cancel::new(),
        }
    }

    #[test]
    fn a_tenant_has_half_of_the_places_and_others_the_rest() {
        let gate = Gate::new(4);
        let one = gate.enter(&asking("a", 1000)).unwrap();
        let two = gate.enter(&asking("a", 1000)).unwrap();
        assert!((one.gives_way, two.gives_way) == (false, true));
        assert!(matches!(gate.enter(&asking("a", 1)), Err(AskError::Timeout)));
        let other = gate.enter(&asking("b", 1000)).unwrap();
        assert!(!other.gives_way);
        drop(one);
        let three = gate.enter(&asking("a", 1000)).unwrap();
        assert!(!three.gives_way, "the first one is gone");
        drop((two, three, other));
        let state = gate.state.lock().unwrap();
        assert!(state.running.is_empty() && state.waiting.is_empty() && state.first.is_empty());
    }

    #[test]
    fn whoever_has_fewest_running_is_next_and_too_many_are_refused() {
        let gate = Gate::new(1);
        let held = gate.enter(&asking("a", 1000)).unwrap();
        let order = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for tenant in ["a", "a", "b"] {
                let (gate, order) = (&gate, &order);
                scope.spawn(move || {
                    let permit = gate.enter(&asking(tenant, 60_000)).unwrap();
                    order.lock().unwrap().push(tenant);
                    drop(permit);
                });
            }
            while gate.state.lock().unwrap().waiting.len() < 3 {
                std::thread::yield_now();
            }
            drop(held);
        });
        assert_eq!(order.lock().unwrap().len(), 3);
        let _running = gate.enter(&asking("a", 1000)).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..WAITING_PER_PLACE {
                scope.spawn(|| gate.enter(&asking("a", 300)).err());
            }
            while gate.state.lock().unwrap().waiting.len() < WAITING_PER_PLACE {
                std::thread::yield_now();
            }
            let refused = gate.enter(&asking("a", 1000));
            assert!(matches!(refused, Err(AskError::Busy { waiting: WAITING_PER_PLACE })));
        });
    }
}
