//! Looking after a tenant: its keys, users and settings, its books, the events it sent that were
//! refused, and what is done for it again and again.

pub(crate) mod audit;
pub(crate) mod books;
pub(crate) mod consent;
pub(crate) mod entities;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod rejected;
pub(crate) mod settings;
pub(crate) mod tenants;
pub(crate) mod users;
