//! Rates of requests that take events: per key and per address.
//!
//! Of each only the moment is kept at which it would be idle again (GCRA): a request moves it on
//! by one share of a second, and is refused where it would lie too far ahead. Twice the rate may
//! come at once. What is kept is bounded: whoever is idle is forgotten, and when too many are busy
//! at the same time the newest go unwatched.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash, RandomState},
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use event::Code;

use crate::Problem;

const SHARDS: usize = 16;
/// Busy keys or addresses of one shard.
const BUSY_MAX: usize = 8_192;
/// How often those that are idle are looked for in a full shard.
const SWEEP_EVERY_NS: u64 = 1_000_000_000;
/// So much of a second's rate may come at once.
const BURST_SECONDS: u64 = 2;

/// One rate, of everybody apart.
#[derive(Debug)]
pub(crate) struct Throttle {
    /// Nanoseconds between requests; 0: nobody is held back.
    interval_ns: u64,
    shards: [Mutex<Shard>; SHARDS],
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Shard {
    /// When each is idle again, nanoseconds since the start.
    idle_at: HashMap<u64, u64>,
    swept: u64,
}

impl Throttle {
    /// `per_second` requests of each; 0 for no bound.
    pub(crate) fn new(per_second: u32) -> Self {
        let interval_ns = 1_000_000_000u64.checked_div(u64::from(per_second)).unwrap_or(0);
        Self { interval_ns, shards: Default::default(), hasher: RandomState::new() }
    }

    /// Counts a request of `who`, `now` after the start; else the time after which to try again.
    fn take(&self, who: impl Hash, now: Duration) -> Result<(), Duration> {
        if self.interval_ns == 0 {
            return Ok(());
        }
        let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
        let who = self.hasher.hash_one(who);
        let shard = &self.shards[(who >> 60) as usize % SHARDS];
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let idle_at = shard.idle_at.get(&who).copied().unwrap_or(0).max(now);
        let next = idle_at.saturating_add(self.interval_ns);
        let ahead_max = BURST_SECONDS * 1_000_000_000;
        if next - now > ahead_max.max(self.interval_ns) {
            return Err(Duration::from_nanos(next - now - ahead_max));
        }
        if shard.idle_at.len() >= BUSY_MAX && now.saturating_sub(shard.swept) >= SWEEP_EVERY_NS {
            shard.swept = now;
            shard.idle_at.retain(|_, idle_at| *idle_at > now);
        }
        if shard.idle_at.len() < BUSY_MAX || shard.idle_at.contains_key(&who) {
            shard.idle_at.insert(who, next);
        }
        Ok(())
    }

    /// Counts a request of a key.
    pub(crate) fn key(&self, key: &str, now: Duration) -> Result<(), Problem> {
        self.take(key, now).map_err(|wait| refused("key", wait))
    }

    /// Counts a request of an address. Whoever has one IPv6 address has a network of them.
    pub(crate) fn address(&self, address: IpAddr, now: Duration) -> Result<(), Problem> {
        let who = match address {
            IpAddr::V4(address) => u128::from(address.to_bits()),
            IpAddr::V6(address) => address.to_bits() >> 64 << 64,
        };
        self.take(who, now).map_err(|wait| refused("address", wait))
    }
}

fn refused(whose: &str, wait: Duration) -> Problem {
    let seconds = wait.as_millis().div_ceil(1_000).clamp(1, 3_600) as u32;
    let detail = format!("too many requests of this {whose}, try again in {seconds} s");
    Problem::new(Code::RateLimited, detail).retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Duration = Duration::from_secs(100);

    #[test]
    fn twice_the_rate_may_come_at_once_and_then_the_rate() {
        let throttle = Throttle::new(10);
        let taken = (0..100).filter(|_| throttle.key("a", AT).is_ok()).count();
        assert_eq!(taken, 20);
        let problem = throttle.key("a", AT).unwrap_err();
        assert_eq!((problem.code, problem.retry_after), (Code::RateLimited, Some(1)));
        assert!(throttle.key("b", AT).is_ok(), "another key");
        let later = |ms| AT + Duration::from_millis(ms);
        assert!(throttle.key("a", later(99)).is_err() && throttle.key("a", later(100)).is_ok());
        let in_a_second = (0..1_000).filter(|ms| throttle.key("a", later(100 + ms)).is_ok());
        assert_eq!(in_a_second.count(), 9);
    }

    #[test]
    fn the_slowest_rate_lets_something_through_and_none_lets_all() {
        let slow = Throttle::new(1);
        assert_eq!((0..9).filter(|_| slow.key("a", AT).is_ok()).count(), 2);
        let off = Throttle::new(0);
        assert!((0..1_000).all(|_| off.key("a", AT).is_ok()));
    }

    #[test]
    fn an_ipv6_network_is_one_address() {
        let throttle = Throttle::new(1);
        let from = |text: &str| throttle.address(text.parse().unwrap(), AT).is_ok();
        assert!(from("2001:db8::1") && from("2001:db8::2") && !from("2001:db8::ffff:3"));
        assert!(from("2001:db8:0:1::1"));
        assert!(from("192.0.2.1") && from("192.0.2.2"));
    }

    #[test]
    fn memory_is_bounded_and_the_idle_are_forgotten() {
        let throttle = Throttle::new(1);
        let busy = || {
            let count = |shard: &Mutex<Shard>| shard.lock().unwrap().idle_at.len();
            throttle.shards.iter().map(count).sum::<usize>()
        };
        for n in 0..(SHARDS * BUSY_MAX * 2) as u64 {
            assert!(throttle.take(n, AT).is_ok());
        }
        assert_eq!(busy(), SHARDS * BUSY_MAX);
        for n in 0..10_000u64 {
            assert!(throttle.take(n + (1 << 40), AT + Duration::from_secs(10)).is_ok());
        }
        assert!(busy() <= 10_000, "{}", busy());
    }
}
