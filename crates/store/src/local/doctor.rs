//! Looking at a store without opening it, and making a lost manifest anew.
//!
//! Everything here expects that no other process has the folder open.

mod inspect;
mod repair;

pub use inspect::{Inspection, inspect};
pub use repair::{RepairError, Repaired, repair};
