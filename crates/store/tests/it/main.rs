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
mod ground;
mod kinds;
mod people;
mod retain;
mod retain_asked;
mod world;
