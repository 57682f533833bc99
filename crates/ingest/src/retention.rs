//! How long events are kept.

use event::Timestamp;

const DAY_MS: i64 = 86_400_000;

/// How long events are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetentionConfig {
    /// Days of UTC before today of which events are kept; None: for ever.
    pub days: Option<u32>,
}

impl RetentionConfig {
    /// The first moment of which events are kept: the start of a day of UTC, so that it moves once
    /// a day. None when all are.
    pub fn horizon(self, now: Timestamp) -> Option<Timestamp> {
        let today = now.0.div_euclid(DAY_MS);
        self.days.map(|days| Timestamp((today - i64::from(days)) * DAY_MS))
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
}
