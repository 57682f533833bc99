//! The embedded store from outside.

mod contract;
mod crash;
mod damage;
mod dedup;
mod differential;
mod formats;
mod world;
