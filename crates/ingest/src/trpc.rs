//! What clients of tRPC are told of how their events are moved on and told apart, and what really
//! happens: the pump and the dedup go by it.

use std::time::Duration;

use catalog::TrpcPolicy;

/// How events over tRPC are moved on and told apart, where a tenant does not say otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrpcRules {
    /// Events of one tenant that go to the store together, at most.
    pub batch_size: usize,
    /// How long more events are waited for behind a batch, at most.
    pub batch_timeout: Duration,
    /// Whether the same happening within a while is the same event.
    pub deduplication: bool,
    /// How long it is.
    pub deduplication_ttl: Duration,
}

impl Default for TrpcRules {
    fn default() -> Self {
        Self {
            batch_size: 100,
            batch_timeout: Duration::from_secs(10),
            deduplication: true,
            deduplication_ttl: Duration::from_secs(60),
        }
    }
}

impl TrpcRules {
    /// What holds for a tenant: its own choices, where it made them.
    pub(crate) fn of(self, policy: &TrpcPolicy) -> Self {
        let size = policy.batch_size.map(|size| size.max(1) as usize);
        let timeout = policy.batch_timeout_ms.map(|ms| Duration::from_millis(ms.into()));
        let ttl = policy.deduplication_ttl_seconds.map(|s| Duration::from_secs(s.into()));
        Self {
            batch_size: size.unwrap_or(self.batch_size),
            batch_timeout: timeout.unwrap_or(self.batch_timeout),
            deduplication: policy.deduplication.unwrap_or(self.deduplication),
            deduplication_ttl: ttl.unwrap_or(self.deduplication_ttl),
        }
    }

    /// For how many milliseconds the same happening is the same event; None: it never is.
    pub(crate) fn window_ms(&self) -> Option<i64> {
        self.deduplication.then_some(self.deduplication_ttl.as_millis() as i64)
    }
}
