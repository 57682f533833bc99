//! The `trackflow` program: reads its configuration, builds the parts, waits, stops. Behaviour
//! lives in the other crates; here is only how they are put together, and the commands.

pub mod cli;
mod client;
mod commands;
pub mod config;
mod demo;
mod parts;
mod schedule;
pub mod serve;
mod shutdown;
mod telemetry;
