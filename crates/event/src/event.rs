//! The canonical event, whatever dialect it came in.

use crate::{EventId, Fields, Marks, Micros, TenantId, Timestamp};

/// One checked, enriched event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Unique within its tenant; a retry carries the same id.
    pub id: EventId,
    /// Whose event this is.
    pub tenant: TenantId,
    /// What happened, e.g. `page_view`; 1 to `Limits::event_type_chars` characters.
    pub event_type: Box<str>,
    /// When it happened, milliseconds UTC, after correction of the client's clock.
    pub timestamp: Timestamp,
    /// When we received it, milliseconds UTC.
    pub received_at: Timestamp,
    /// The wire shape it came in.
    pub dialect: Dialect,
    /// The kind of sender.
    pub source: Source,
    /// What the pipeline noticed on the way.
    pub marks: Marks,
    /// Money the event stands for, in millionths of `Field::Currency`.
    pub revenue: Option<Micros>,
    /// Text facts: person, session, device, page, campaign, place.
    pub fields: Fields,
    /// A JSON object as the client sent it, already checked against the limits.
    pub properties: Box<str>,
}

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $($(#[$vdoc])* $variant = $code,)+ }

        impl $name {
            /// All of them, in order of their stored code.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The stored code; never reused for something else.
            pub fn code(self) -> u8 { self as u8 }

            /// The reverse of [`Self::code`].
            pub fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some($name::$variant),)+ _ => None }
            }

            /// The name used in answers and filters.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }
        }
    };
}
pub(crate) use coded;

coded! {
    /// A wire shape.
    Dialect {
        /// `/apiv1/events` (S0).
        Simple = 0 "simple",
        /// `/api/v1/analytics` (S1).
        Mobile = 1 "mobile",
        /// The TrackFlow browser tracker (S2).
        Trackflow = 2 "trackflow",
        /// The analytics service (S3).
        Service = 3 "service",
        /// tRPC ingestion (S4).
        Trpc = 4 "trpc",
        /// PostHog SDKs.
        Posthog = 5 "posthog",
        /// Segment SDKs.
        Segment = 6 "segment",
    }
}

coded! {
    /// The kind of sender.
    Source {
        /// A plain API call.
        Api = 0 "api",
        /// A browser.
        Web = 1 "web",
        /// A phone or tablet app.
        Mobile = 2 "mobile",
        /// A server-side library.
        Server = 3 "server",
        /// TrackFlow itself.
        System = 4 "system",
        /// An inbound webhook.
        Webhook = 5 "webhook",
    }
}
