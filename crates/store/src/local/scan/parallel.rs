//! Work of one question on several threads.
//!
//! Each question has threads of its own for as long as it runs: then the operating system shares
//! the processor fairly between questions, whatever each of them does.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use crate::AskError;

/// How nice a thread is that lets others go first: it gets a tenth of what they get.
const GIVES_WAY: i32 = 10;

/// How many threads a question may have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Threads {
    /// So many.
    pub(super) count: usize,
    /// Whether they let others go first.
    pub(super) gives_way: bool,
}

/// Lets all others go first; where the system does not allow it, nothing is lost.
fn give_way() {
    let thread = rustix::thread::gettid();
    if let Err(error) = rustix::process::setpriority_process(Some(thread), GIVES_WAY) {
        tracing::debug!(%error, "a thread of a question could not be made less urgent");
    }
}

/// What `f` makes of each item, in their order.
pub(super) fn map<T: Sync, R: Send>(
    threads: Threads,
    items: &[T],
    f: impl Fn(usize, &T) -> Result<R, AskError> + Sync,
) -> Result<Vec<R>, AskError> {
    let take = |found: &mut Vec<(usize, R)>, at: usize| {
        found.push((at, f(at, &items[at])?));
        Ok(())
    };
    let parts = fold(threads, items.len(), Vec::new, take)?;
    let mut found: Vec<(usize, R)> = parts.into_iter().flatten().collect();
    found.sort_unstable_by_key(|(at, _)| *at);
    Ok(found.into_iter().map(|(_, result)| result).collect())
}

/// What `f` makes of each item, given away, in their order.
pub(super) fn each<T: Send, R: Send>(
    threads: Threads,
    items: Vec<T>,
    f: impl Fn(T) -> Result<R, AskError> + Sync,
) -> Result<Vec<R>, AskError> {
    let items: Vec<Mutex<Option<T>>> =
        items.into_iter().map(|item| Mutex::new(Some(item))).collect();
    let made = map(threads, &items, |_, item| {
        let item = item.lock().unwrap_or_else(PoisonError::into_inner).take();
        item.map(&f).transpose()
    })?;
    Ok(made.into_iter().flatten().collect())
}

/// Takes in the numbers below `count`, ascending per thread; one result per thread.
pub(super) fn fold<P: Send>(
    threads: Threads,
    count: usize,
    start: impl Fn() -> P + Sync,
    take: impl Fn(&mut P, usize) -> Result<(), AskError> + Sync,
) -> Result<Vec<P>, AskError> {
    let next = AtomicUsize::new(0);
    let one = || {
        let mut part = start();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return Ok(part);
            }
            if let Err(error) = take(&mut part, at) {
                next.store(count, Ordering::Relaxed);
                return Err(error);
            }
        }
    };
    let wanted = threads.count.min(count);
    // A thread that gave way cannot take it back: then the asking one does no work itself.
    let (helpers, works) = match threads.gives_way {
        true => (wanted.max(1), false),
        false => (wanted.saturating_sub(1), true),
    };
    if helpers == 0 {
        return one().map(|part| vec![part]);
    }
    thread::scope(|scope| {
        let helper = || {
            if threads.gives_way {
                give_way();
            }
            one()
        };
        let helpers: Vec<_> = (0..helpers).map(|_| scope.spawn(helper)).collect();
        let own = works.then(one);
        let joined = helpers.into_iter().map(|helper| match helper.join() {
            Ok(part) => part,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        own.into_iter().chain(joined.collect::<Vec<_>>()).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_taken_once_and_the_first_error_ends_it() {
        for (count, gives_way) in [(1, false), (2, false), (5, false), (1, true), (2, true)] {
            let threads = Threads { count, gives_way };
            let items: Vec<usize> = (0..100).collect();
            let doubled = map(threads, &items, |at, item| Ok(at + item)).unwrap();
            assert_eq!(doubled, items.iter().map(|n| 2 * n).collect::<Vec<_>>());
            let failed = fold(
                threads,
                100,
                || (),
                |(), at| match at {
                    50 => Err(AskError::Timeout),
                    _ => Ok(()),
                },
            );
            assert!(matches!(failed, Err(AskError::Timeout)));
        }
        assert_eq!(
            fold(Threads { count: 3, gives_way: false }, 0, || 7, |_, _| Ok(())).unwrap(),
            [7]
        );
    }
}
