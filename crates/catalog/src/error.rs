//! What can go wrong in the catalog.

use thiserror::Error;

/// A fact could not be read or changed.
#[derive(Debug, Error)]
pub enum CatalogError {
    /// The database cannot be opened, read or written: check the disk, the owner and the mode.
    #[error("catalog: {0}")]
    Database(String),
    /// The database was written by a newer version: upgrade this program.
    #[error("catalog has version {version}, this program reads up to {newest}")]
    Version {
        /// Its version.
        version: u32,
        /// The newest we know.
        newest: u32,
    },
    /// A row holds what this program never writes: restore a backup of the catalog.
    #[error("catalog: {what} {value:?} is not known")]
    Row {
        /// The kind of value.
        what: &'static str,
        /// The value.
        value: String,
    },
    /// It exists already: choose another.
    #[error("{what} {value:?} exists already")]
    Exists {
        /// The kind of thing.
        what: &'static str,
        /// Its name.
        value: String,
    },
    /// There is no such tenant: look at the list of tenants.
    #[error("there is no tenant {0:?}")]
    NoTenant(String),
    /// A key of one's own has 1 to 64 printable ASCII characters without spaces.
    #[error("a key has 1 to 64 printable ascii characters without spaces")]
    KeyText,
    /// No key can be made without randomness: look at the operating system.
    #[error("the operating system gave no random bytes: {0}")]
    Random(String),
}
