//! How a tenant wants its events taken, kept and read.
//!
//! Kept as one JSON object per tenant; what is absent has its default, so a new setting needs no
//! migration.

use insight::Classes;
use serde::{Deserialize, Serialize};

/// The settings of a tenant; its name and time zone are part of [`crate::Tenant`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The first day of a week.
    pub week_start: FirstDay,
    /// Which event types count as page views, errors, purchases ..
    #[serde(with = "ClassLists")]
    pub classes: Classes,
    /// How events are taken.
    pub capture: CapturePolicy,
    /// What is kept of a person.
    pub privacy: PrivacyPolicy,
    /// How long events are kept.
    pub retention: RetentionPolicy,
    /// What feature flags are asked with.
    pub flags: FlagPolicy,
    /// How events over tRPC are moved on and told apart.
    pub trpc: TrpcPolicy,
}

/// The first day of a week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstDay {
    /// As ISO 8601 has it.
    #[default]
    Monday,
    /// As in the Americas.
    Sunday,
    /// As in much of the Middle East.
    Saturday,
}

/// How events are taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CapturePolicy {
    /// What becomes of events of known crawlers, on dialects of browsers.
    pub bots: BotPolicy,
    /// Whether visitors without an id of their own get one that lasts a day; else the session id
    /// stands for them.
    pub cookieless: bool,
    /// Whether events of persons of whom nothing is known are refused; else only of those who said
    /// no.
    pub consent_required: bool,
}

impl Default for CapturePolicy {
    fn default() -> Self {
        Self { bots: BotPolicy::default(), cookieless: true, consent_required: false }
    }
}

/// What becomes of events of known crawlers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BotPolicy {
    /// They are refused with the reason `bot`.
    #[default]
    Refuse,
    /// They are taken and marked.
    Mark,
    /// They are taken like any other.
    Take,
}

/// What is kept of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrivacyPolicy {
    /// What is kept of addresses.
    pub ip: IpPolicy,
    /// Whether a visitor with an id of the day who says who they are is that user from then on, with
    /// what they did before on that day.
    pub link_visitors: bool,
}

impl Default for PrivacyPolicy {
    fn default() -> Self {
        Self { ip: IpPolicy::default(), link_visitors: true }
    }
}

/// What is kept of addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IpPolicy {
    /// All of it.
    Full,
    /// Without the last byte of IPv4, without the last 80 bits of IPv6.
    #[default]
    Truncated,
    /// A keyed hash; the key changes every day and is then destroyed.
    Hashed,
    /// Nothing.
    None,
}

/// What feature flags are asked with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FlagPolicy {
    /// The names behind the numbers of group kinds, from 0, e.g. `company`.
    pub group_kinds: Vec<String>,
}

/// How events over tRPC are moved on and told apart; what is absent is as the server is set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrpcPolicy {
    /// Events that go to the store together, at most; 1 to 1,000,000.
    pub batch_size: Option<u32>,
    /// Milliseconds for which more events are waited for behind a batch, at most; 1 to 3,600,000.
    pub batch_timeout_ms: Option<u32>,
    /// Whether the same happening within a while is the same event.
    pub deduplication: Option<bool>,
    /// Seconds of that while; 1 to 86,400.
    pub deduplication_ttl_seconds: Option<u32>,
}

impl TrpcPolicy {
    /// The first number that is out of its bounds: its name, and what it must be.
    pub(crate) fn problem(&self) -> Option<(&'static str, &'static str)> {
        let is_beyond = |number: Option<u32>, most: u32| {
            number.is_some_and(|number| !(1..=most).contains(&number))
        };
        if is_beyond(self.batch_size, 1_000_000) {
            return Some(("trpc.batch_size", "1 to 1000000"));
        }
        if is_beyond(self.batch_timeout_ms, 3_600_000) {
            return Some(("trpc.batch_timeout_ms", "1 to 3600000"));
        }
        is_beyond(self.deduplication_ttl_seconds, 86_400)
            .then_some(("trpc.deduplication_ttl_seconds", "1 to 86400"))
    }
}

/// How long events are kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionPolicy {
    /// Days of UTC before today; absent: as the server is set.
    pub raw_days: Option<u32>,
    /// Days for which hourly counts are kept; absent: for ever.
    pub hourly_days: Option<u32>,
    /// Days for which daily, weekly and monthly counts are kept; absent: for ever.
    pub daily_days: Option<u32>,
}

impl RetentionPolicy {
    /// A year of events.
    pub const TRACKER: Self =
        Self { raw_days: Some(365), hourly_days: Some(365), daily_days: Some(365) };
    /// 90 days of events, a year of hourly and five years of daily counts.
    pub const SERVICE: Self =
        Self { raw_days: Some(90), hourly_days: Some(365), daily_days: Some(1_826) };
}

/// [`Classes`], spelled for JSON.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Classes", default = "Classes::default", deny_unknown_fields)]
struct ClassLists {
    page_view: Vec<String>,
    screen_view: Vec<String>,
    content_view: Vec<String>,
    engagement: Vec<String>,
    error: Vec<String>,
    performance: Vec<String>,
    purchase: Vec<String>,
    sign_up: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_has_its_default_and_what_is_unknown_is_refused() {
        let read = |text: &str| serde_json::from_str::<Settings>(text);
        assert_eq!(read("{}").unwrap(), Settings::default());
        let some = read(r#"{"classes":{"page_view":["seen"]},"privacy":{"ip":"none"}}"#).unwrap();
        assert_eq!(some.classes.page_view, ["seen"]);
        assert_eq!(some.classes.purchase, Classes::default().purchase);
        assert_eq!(some.privacy.ip, IpPolicy::None);
        let text = serde_json::to_string(&some).unwrap();
        assert_eq!(read(&text).unwrap(), some);
        assert!(read(r#"{"capture":{"bot":"take"}}"#).is_err());
    }

    #[test]
    fn numbers_of_batches_have_bounds() {
        let read = |text: &str| serde_json::from_str::<TrpcPolicy>(text).unwrap();
        assert_eq!(TrpcPolicy::default().problem(), None);
        for good in [r#"{"batch_size":1000000}"#, r#"{"batch_timeout_ms":1}"#] {
            assert_eq!(read(good).problem(), None, "{good}");
        }
        for (wrong, name) in [
            (r#"{"batch_size":0}"#, "trpc.batch_size"),
            (r#"{"batch_timeout_ms":3600001}"#, "trpc.batch_timeout_ms"),
            (r#"{"deduplication_ttl_seconds":0}"#, "trpc.deduplication_ttl_seconds"),
        ] {
            assert_eq!(read(wrong).problem().map(|(name, _)| name), Some(name), "{wrong}");
        }
    }
}
