//! What follows a failed fsync.
//!
//! After a failed fsync the kernel may have dropped the dirty pages and marked them clean, so a
//! second fsync that succeeds proves nothing (Rebello et al., "Can Applications Recover from
//! fsync Failures?", 2020). The only safe thing is to accept no further write in this process and
//! to start again from what is on disk.

use std::sync::{Arc, OnceLock};

/// A switch that goes on once and never off. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Poison(Arc<OnceLock<String>>);

impl Poison {
    /// Not poisoned.
    pub fn new() -> Self {
        Self::default()
    }

    /// Poisons with the reason; the first reason stays.
    pub fn set(&self, reason: impl Into<String>) {
        let _ = self.0.set(reason.into());
    }

    /// The reason, when poisoned.
    pub fn reason(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }
}
