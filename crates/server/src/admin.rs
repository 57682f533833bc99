//! Looking after a tenant: its books, and the events it sent that were refused.

pub(crate) mod books;
pub(crate) mod rejected;
