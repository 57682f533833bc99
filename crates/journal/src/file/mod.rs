//! The embedded journal: segment files.
//!
//! A lane is a folder of segments, each named for its first position. A segment is a header and
//! then batches; a batch is one group commit: a header, records, a checksum over both. One thread
//! per lane writes; readers read files on their own. The byte-exact form is in
//! `docs/formats/journal.md`.
//!
//! What holds at every moment:
//!
//! - A batch is written only after everything before it was fsynced. So a whole batch behind a bad
//!   one proves damage, and a bad one with nothing behind it is a write that was cut short.
//! - A name exists only for a segment whose header is durable; a segment is written to only after
//!   its name is durable; segments go away from the oldest, each removal durable before the next.
//! - Bytes of a group that failed are cut off, durably, before anyone is told that it failed.
//! - Positions have no gaps, unless a repair put one where records were lost.

mod active;
mod config;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod header;
mod inspect;
mod journal;
mod lane;
mod locked;
mod queue;
mod reader;
mod record;
mod recovery;
mod redact;
mod repair;
mod retention;
mod scan;
mod segment;
mod writer;

pub use config::{ClockMs, FileJournalConfig};
pub use inspect::{LaneReport, Problem, SegmentReport, inspect};
pub use journal::FileJournal;
pub use recovery::{Cut, LaneRecovery, Recovery};
pub use repair::{Repair, RepairError, Step, plan, repair};
