//! The whole product from outside: the real binary, real sockets, real files, real signals.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod app;
mod catalog;
mod disk_full;
mod erase;
mod first_steps;
mod http;
mod kill_loop;
mod live;
mod operations;
mod retention;
mod stopping;
mod wire;
