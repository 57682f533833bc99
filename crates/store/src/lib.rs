//! The event store: takes chunks of the journal, answers questions about them.
//!
//! A store is one backend and decides nothing: what is a duplicate, who may ask, which backend
//! runs is settled before. It knows nothing of HTTP, keys or Kafka. The embedded one is
//! [`local`].

mod api;
pub mod erasure;
mod error;
pub mod local;
pub mod rejected;

pub use api::{
    Asking, Books, Cancel, Chunk, Compacted, Flushed, HeadStatus, IdHash, IdKind, Incoming,
    Retained, Status, Store,
};
pub use error::{ApplyError, AskError, FlushError, OpenError};
