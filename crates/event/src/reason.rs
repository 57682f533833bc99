//! Why an event or a request is refused: one table of codes, and typed reasons that carry the
//! field, the value's size and the limit.

use std::borrow::Cow;

use thiserror::Error;

use crate::Timestamp;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident $text:literal,)+) => {
        /// The codes of refusals; stable, documented, the same in every dialect.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])* $variant,)+ }

        impl Code {
            /// All codes, in the order of the docs.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)+];

            /// The code as it is sent.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)+ }
            }
        }
    };
}

codes! {
    /// The body is not JSON, or not text.
    MalformedJson "malformed_json",
    /// A required field is absent, null or empty.
    MissingField "missing_field",
    /// A field has another JSON type than allowed.
    InvalidType "invalid_type",
    /// A field has the right type and an impossible value.
    InvalidValue "invalid_value",
    /// A text has more characters than its limit.
    TooLong "too_long",
    /// JSON is nested deeper than its limit.
    TooDeep "too_deep",
    /// One event is larger than its limit.
    EventTooLarge "event_too_large",
    /// A batch has more events than its limit; nothing of it is stored.
    BatchTooLarge "batch_too_large",
    /// The body is larger than its limit, after decompression.
    BodyTooLarge "body_too_large",
    /// A batch without events.
    EmptyBatch "empty_batch",
    /// The key is not known, expired or revoked.
    UnknownKey "unknown_key",
    /// A key or log-in is needed.
    Unauthorized "unauthorized",
    /// The key or user may not do this.
    Forbidden "forbidden",
    /// There is no such thing.
    NotFound "not_found",
    /// It exists already, or changed meanwhile.
    Conflict "conflict",
    /// The sender is a known crawler.
    Bot "bot",
    /// The person has not consented.
    NoConsent "no_consent",
    /// The time lies too far ahead.
    FutureTimestamp "future_timestamp",
    /// The time lies too far back.
    TooOld "too_old",
    /// The time lies before what is kept of the tenant.
    PastRetention "past_retention",
    /// This kind of item or request is not taken here.
    Unsupported "unsupported",
    /// Too many requests of one key or address.
    RateLimited "rate_limited",
    /// More is coming in than can be written; try again.
    Overloaded "overloaded",
    /// Events cannot be stored at the moment; try again.
    Unavailable "unavailable",
    /// A fault of ours.
    Internal "internal",
}

type Name = Cow<'static, str>;

/// Why one event is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Reason {
    /// The item is not a JSON value we can read.
    #[error("{detail}")]
    MalformedJson {
        /// What is wrong, and where.
        detail: String,
    },
    /// A required field is absent, null or empty.
    #[error("{field} is required")]
    MissingField {
        /// The field.
        field: Name,
    },
    /// A field has another JSON type.
    #[error("{field} must be {expected}")]
    InvalidType {
        /// The field.
        field: Name,
        /// What it must be, with its article: "a string".
        expected: &'static str,
    },
    /// A field has an impossible value.
    #[error("{field} {problem}")]
    InvalidValue {
        /// The field.
        field: Name,
        /// The rest of the sentence, e.g. "is not a date".
        problem: Name,
    },
    /// A text has too many characters.
    #[error("{field} has {chars} characters, the limit is {limit}")]
    TooLong {
        /// The field.
        field: Name,
        /// What it has.
        chars: usize,
        /// What it may have.
        limit: usize,
    },
    /// JSON nests too deep.
    #[error("{field} is nested deeper than {limit} levels")]
    TooDeep {
        /// The field.
        field: Name,
        /// What it may be.
        limit: usize,
    },
    /// There are too many keys.
    #[error("{field} has more than {limit} keys")]
    TooManyKeys {
        /// The field.
        field: Name,
        /// What it may have.
        limit: usize,
    },
    /// The event as a whole is too large.
    #[error("event has {bytes} bytes, the limit is {limit}")]
    EventTooLarge {
        /// What it has.
        bytes: usize,
        /// What it may have.
        limit: usize,
    },
    /// The event is older than we take.
    #[error("{field} lies before {limit}")]
    TooOld {
        /// The field.
        field: Name,
        /// The oldest moment taken.
        limit: Name,
    },
    /// The event lies ahead of our clock, in a dialect that does not forgive it.
    #[error("{field} must not lie in the future")]
    FutureTimestamp {
        /// The field.
        field: Name,
    },
    /// The sender is a known crawler.
    #[error("the sender is a known crawler: {name}")]
    Bot {
        /// What it is called.
        name: Name,
    },
    /// The person said no, or was not asked where asking is required.
    #[error("the person has not consented to {purpose}")]
    NoConsent {
        /// To what.
        purpose: Name,
    },
    /// This kind of item is not taken here.
    #[error("{what} is not taken here")]
    Unsupported {
        /// The kind of item.
        what: Name,
    },
    /// The event is older than what is kept of its tenant.
    #[error("{field} lies before {horizon}, older events are not kept")]
    PastRetention {
        /// The field.
        field: Name,
        /// The oldest moment kept.
        horizon: Timestamp,
    },
}

impl Reason {
    /// A required field that is not there.
    pub fn missing(field: impl Into<Name>) -> Self {
        Self::MissingField { field: field.into() }
    }

    /// A field of the wrong JSON type; `expected` with its article.
    pub fn wrong_type(field: impl Into<Name>, expected: &'static str) -> Self {
        Self::InvalidType { field: field.into(), expected }
    }

    /// A field with an impossible value; `problem` continues the sentence.
    pub fn invalid(field: impl Into<Name>, problem: impl Into<Name>) -> Self {
        Self::InvalidValue { field: field.into(), problem: problem.into() }
    }

    /// Its code in the one table.
    pub fn code(&self) -> Code {
        match self {
            Self::MalformedJson { .. } => Code::MalformedJson,
            Self::MissingField { .. } => Code::MissingField,
            Self::InvalidType { .. } => Code::InvalidType,
            Self::InvalidValue { .. } | Self::TooManyKeys { .. } => Code::InvalidValue,
            Self::TooLong { .. } => Code::TooLong,
            Self::TooDeep { .. } => Code::TooDeep,
            Self::EventTooLarge { .. } => Code::EventTooLarge,
            Self::TooOld { .. } => Code::TooOld,
            Self::FutureTimestamp { .. } => Code::FutureTimestamp,
            Self::Bot { .. } => Code::Bot,
            Self::NoConsent { .. } => Code::NoConsent,
            Self::Unsupported { .. } => Code::Unsupported,
            Self::PastRetention { .. } => Code::PastRetention,
        }
    }

    /// The field it is about, if it is about one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::MalformedJson { .. }
            | Self::EventTooLarge { .. }
            | Self::Bot { .. }
            | Self::NoConsent { .. }
            | Self::Unsupported { .. } => None,
            Self::MissingField { field }
            | Self::InvalidType { field, .. }
            | Self::InvalidValue { field, .. }
            | Self::TooLong { field, .. }
            | Self::TooDeep { field, .. }
            | Self::TooManyKeys { field, .. }
            | Self::TooOld { field, .. }
            | Self::FutureTimestamp { field }
            | Self::PastRetention { field, .. } => Some(field),
        }
    }
}
