//! testkit

pub mod cases;
