//! The embedded store from outside.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod cases;
mod compact;
mod contract;
mod crash;
mod cursor;
mod damage;
mod dedup;
mod differential;
mod erase;
mod formats;
mod people;
mod retain;
mod world;
