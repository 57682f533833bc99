//! The vocabulary of TrackFlow: what an event is, which limits hold for it, and why one is refused.
//!
//! An [`Event`] is checked and enriched; nothing in this crate knows of HTTP, files or clocks.
//! [`codec`] is the one stored form: the bytes of an event in the journal, in the store's head and
//! on every wire between our own parts.
//!
//! Text facts about an event (who, where, on what device) live in [`Fields`], one small buffer
//! keyed by [`Field`]; adding a field is one line in the table of `field.rs`. Properties stay the
//! raw JSON text the client sent: they are checked once ([`json::check`]) and never parsed again
//! on the way in.

pub mod codec;
mod event;
mod field;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod id;
pub mod json;
mod limits;
mod mark;
mod money;
mod outcome;
mod reason;
mod time;
mod value;

pub use event::{Dialect, Event, Source};
pub use field::{Field, Fields, FieldsRef};
pub use id::{EventId, TenantId};
pub use limits::Limits;
pub use mark::Marks;
pub use money::Micros;
pub use outcome::{Counts, Outcome};
pub use reason::{Code, Reason};
pub use time::{Timestamp, TimestampError};
pub use value::Value;
