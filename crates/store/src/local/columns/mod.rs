//! Columns in memory, in the form that kernels read: small codes instead of texts.
//!
//! Of every unit (the rows of one tenant in a row group or in a run of the head) there is a
//! [`Base`]: per person its stretch of rows, times and event types, about 6 bytes a row and 20 a
//! person. Any other column is a [`Coded`]: per row the number of its value, and each value once.
//! Both are made when first asked for and kept by [`ColumnCache`] within a budget of bytes.

mod base;
mod cache;
mod coded;
mod codes;

pub(crate) use base::{Base, SHARED_BIT, bit_of};
pub(crate) use cache::{ColumnCache, ColumnKey, Entry, UnitId};
pub(crate) use coded::Coded;
pub(crate) use codes::Codes;
