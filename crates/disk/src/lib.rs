//! Files, done carefully: a file-system trait small enough to fake, typed paths, the lock of the
//! data folder, atomic writes, and the poison that follows a failed fsync.
//!
//! Everything durable in TrackFlow goes through [`Fs`], so that a test can forget every byte that
//! was not synced, fail any call, or run out of space. This crate knows nothing of events.

mod atomic;
mod fs;
mod lock;
mod paths;
mod poison;
mod real;

pub use atomic::write_atomic;
pub use fs::{DirEntry, File, Fs, SharedFs};
pub use lock::{DataLock, LockError};
pub use paths::{DataDir, IdsFile, LaneDir, PartFile, SegmentFile};
pub use poison::Poison;
pub use real::RealFs;
