//! Looking after a tenant: its keys, users and settings, its books, and the events it sent that
//! were refused.

pub(crate) mod audit;
pub(crate) mod books;
pub(crate) mod consent;
pub(crate) mod entities;
pub(crate) mod keys;
pub(crate) mod rejected;
pub(crate) mod settings;
pub(crate) mod tenants;
pub(crate) mod users;
