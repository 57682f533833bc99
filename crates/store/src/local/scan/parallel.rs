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

/// What `f` makes of each item, in their order.
pub(super) fn map<T: Sync, R: Send>(
    threads: usize,
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
    threads: usize,
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
    threads: usize,
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
    let helpers = threads.min(count).saturating_sub(1);
    if helpers == 0 {
        return one().map(|part| vec![part]);
    }
    thread::scope(|scope| {
        let helpers: Vec<_> = (0..helpers).map(|_| scope.spawn(one)).collect();
        let own = one();
        let joined = helpers.into_iter().map(|helper| match helper.join() {
            Ok(part) => part,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        std::iter::once(own).chain(joined.collect::<Vec<_>>()).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_taken_once_and_the_first_error_ends_it() {
        for threads in [1, 2, 5] {
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
        assert_eq!(fold(3, 0, || 7, |_, _| Ok(())).unwrap(), [7]);
    }
}
