//! The embedded store: Parquet files, a head in memory, a manifest in SQLite.
//!
//! ```text
//! apply -> head (sorted runs in memory) -> flush -> parts/<n>.parquet + ids/<n>.ids -> manifest
//!                    \________________ snapshot (one Arc) ________________/
//!                                          questions
//! ```
//!
//! **One idea:** rows of a part are sorted by (tenant, person key, time, id), so a question about
//! people meets each person's events together and nothing is sorted over the whole store.
//!
//! **The order of a flush** ([`flush`]): write the files under an unfinished name, sync, rename,
//! sync the folder, commit the manifest, swap the snapshot; only then is the caller told which
//! positions are durable and may be trimmed from the journal. The swap removes the runs and adds
//! the parts in one step, so that an event is seen exactly once at every moment. Whatever the
//! manifest does not list at the next start is moved to `quarantine/` and never counted.
//!
//! **Persons** ([`people`]) are folded as events are taken, and what was told of them is stored by
//! the flush that stores these events: a link is durable exactly when its event is.
//!
//! **Files stay few** ([`compact`]): eight of a size become one of the next. Readers may still be
//! at the old ones; those are deleted when nobody is.
//!
//! **A person is erased** ([`erase`]) by writing the files anew that hold it; one transaction takes
//! it out of files and tables.
//!
//! **What is bounded:** the head in bytes, runs in number (merged by eight), questions at once,
//! the filters over `.ids` files and the cache of Parquet footers in bytes.
//!
//! **No clock.** The store never asks what time it is: the dedup window ends at the newest receipt
//! it has flushed, less the window.
//!
//! Formats: `docs/formats/{part,ids,manifest}.md`.

mod columns;
mod compact;
mod config;
mod doctor;
mod erase;
mod files;
mod first_times;
mod flush;
mod head;
mod ids;
mod manifest;
mod open;
mod part;
mod people;
mod remove;
mod retain;
mod rewrite;
mod scan;
mod secret;
mod snapshot;
mod store;

pub use config::LocalConfig;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub use part::fuzzing;

pub use doctor::{Inspection, RepairError, Repaired, inspect, repair};
pub use erase::Whom;
pub use open::Opened;
pub use people::People;
pub use remove::Removed;
pub use store::LocalStore;
