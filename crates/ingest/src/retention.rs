//! How long events are kept.

use catalog::RetentionPolicy;
use event::{TenantId, Timestamp};
use store::{Cancel, FlushError, Store};

use crate::Policies;

const DAY_MS: i64 = 86_400_000;

/// How long events are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetentionConfig {
    /// Days of UTC before today of which events are kept; None: for ever.
    pub days: Option<u32>,
}

impl RetentionConfig {
    /// What holds for a tenant: its own choice, where it made one.
    pub fn of(self, policy: &RetentionPolicy) -> Self {
        Self { days: policy.raw_days.or(self.days) }
    }

    /// The first moment of which events are kept: the start of a day of UTC, so that it moves once
    /// a day. None when all are.
    pub fn horizon(self, now: Timestamp) -> Option<Timestamp> {
        let today = now.0.div_euclid(DAY_MS);
        self.days.map(|days| Timestamp((today - i64::from(days)) * DAY_MS))
    }

    /// Moves the horizon of a tenant to what holds for it now, and removes what lies before; how
    /// many events.
    pub(crate) fn expire(
        self,
        store: &dyn Store,
        policies: &dyn Policies,
        (tenant, now): (&TenantId, Timestamp),
        cancel: &Cancel,
    ) -> Result<u64, FlushError> {
        let settings = policies.settings(tenant);
        let Some(horizon) = self.of(&settings.retention).horizon(now) else { return Ok(0) };
        let events = store.retain(tenant, horizon, cancel)?;
        if events > 0 {
            tracing::info!(%tenant, events, %horizon, "removed events past retention");
        }
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_horizon_is_the_start_of_a_day() {
        let two = RetentionConfig { days: Some(2) };
        for (now, horizon) in [(0, -2), (1, -2), (DAY_MS - 1, -2), (DAY_MS, -1), (-1, -3)] {
            assert_eq!(two.horizon(Timestamp(now)), Some(Timestamp(horizon * DAY_MS)), "{now}");
        }
        assert_eq!(RetentionConfig::default().horizon(Timestamp(5)), None);
    }

    #[test]
    fn the_choice_of_a_tenant_goes_before_that_of_the_server() {
        let of = |days, raw_days| {
            let policy = RetentionPolicy { raw_days, ..RetentionPolicy::default() };
            RetentionConfig { days }.of(&policy).days
        };
        assert_eq!((of(None, None), of(Some(9), None)), (None, Some(9)));
        assert_eq!((of(None, Some(3)), of(Some(9), Some(30))), (Some(3), Some(30)));
    }
}
