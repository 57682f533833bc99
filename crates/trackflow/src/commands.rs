//! One file per command.

pub(crate) mod audit;
pub(crate) mod catalog;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod entities;
pub(crate) mod erase;
pub(crate) mod jobs;
pub(crate) mod key;
pub(crate) mod output;
pub(crate) mod query;
pub(crate) mod rejected;
pub(crate) mod serve;
pub(crate) mod tenant;
pub(crate) mod user;
pub(crate) mod welcome;
