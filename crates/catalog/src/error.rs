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
    /// There is no such key, or it is revoked or expired: look at the list of keys.
    #[error("the tenant has no live key {0:?}")]
    NoKey(String),
    /// There is no such user: look at the list of users.
    #[error("there is no user {0:?}")]
    NoUser(String),
    /// There is no such flag: look at the list of flags.
    #[error("there is no flag {0}")]
    NoFlag(u64),
    /// The flag is not as it must be.
    #[error("{}", .0.first().map_or("the flag cannot be kept", |first| &first.message))]
    Flag(Vec<flag::Problem>),
    /// Another flag depends on it: change that one first.
    #[error("flag {by:?} depends on {key:?}")]
    FlagInUse {
        /// Its key.
        key: String,
        /// The key of the other.
        by: String,
    },
    /// There is no such experiment: look at the list of experiments.
    #[error("there is no experiment {0}")]
    NoExperiment(u64),
    /// The experiment is not as it must be.
    #[error("{}", .0.first().map_or("the experiment cannot be kept", |first| &first.message))]
    Experiment(Vec<flag::Problem>),
    /// It has started or stopped, or has not started yet.
    #[error("the experiment is {}: {must}", .status.as_str())]
    ExperimentIs {
        /// Where it stands.
        status: crate::ExperimentStatus,
        /// What is possible.
        must: &'static str,
    },
    /// There is no such saved thing: look at the list of them.
    #[error("there is no {what} {id}")]
    NoThing {
        /// What it is called.
        what: &'static str,
        /// Its number.
        id: u64,
    },
    /// Somebody else changed it: read it again.
    #[error("version is {seen}, the {what} has {now} by now")]
    Stale {
        /// What it is called.
        what: &'static str,
        /// The version that was to be changed.
        seen: u64,
        /// The version it has.
        now: u64,
    },
    /// Something else names it: change that first.
    #[error("{what} {id} is used by {by}")]
    InUse {
        /// What it is called.
        what: &'static str,
        /// Its number.
        id: u64,
        /// What names it.
        by: String,
    },
    /// A cohort would be part of itself.
    #[error("a cohort must not be part of itself: {0}")]
    Circle(String),
    /// A field of a saved thing is not as it must be.
    #[error("{message}")]
    Field {
        /// Which.
        field: String,
        /// What kind of mistake.
        code: event::Code,
        /// A sentence.
        message: String,
    },
    /// The link was used, has expired, was withdrawn, or never existed: ask for another.
    #[error("the link was used, has expired or is not known")]
    NoLink,
    /// A tenant keeps an owner who can log in: make another one first.
    #[error("the last owner of a tenant can be neither removed, disabled nor given another role")]
    LastOwner,
    /// A key of one's own has 1 to 64 printable ASCII characters without spaces.
    #[error("a key has 1 to 64 printable ascii characters without spaces")]
    KeyText,
    /// An origin is a scheme and a host, as browsers send it.
    #[error("origin {0:?} is not like https://example.com or https://example.com:8443")]
    Origin(String),
    /// Only write keys are used from pages: leave the origins out.
    #[error("only a write key can be limited to origins")]
    SecretOrigins,
    /// An address has something on both sides of one `@`, and at most 200 characters.
    #[error("{0:?} is not an email address")]
    Email(String),
    /// The link was made for another address.
    #[error("the link is for another email address")]
    OtherEmail,
    /// Passwords have 10 to 200 characters.
    #[error("a password has 10 to 200 characters, this one has {0}")]
    PasswordLength(usize),
    /// The present password is another one.
    #[error("the password is wrong")]
    WrongPassword,
    /// A text is too long, or not of the form it must have.
    #[error("{what} must be {must}")]
    Invalid {
        /// The kind of text.
        what: &'static str,
        /// What it must be.
        must: &'static str,
    },
    /// More than the catalog keeps.
    #[error("{what}: {count} are too many, the limit is {limit}")]
    TooMany {
        /// The kind of thing.
        what: &'static str,
        /// How many there would be.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Salts are kept for today and yesterday: look at the clock.
    #[error("day {day} has no salt, today is {today} (days since 1970-01-01)")]
    NoSalt {
        /// The day asked for.
        day: i64,
        /// The day of the clock.
        today: i64,
    },
    /// No key can be made without randomness: look at the operating system.
    #[error("the operating system gave no random bytes: {0}")]
    Random(String),
    /// A password cannot be hashed: there is not enough memory, or a kept hash is damaged.
    #[error("cannot hash a password: {0}")]
    Hash(String),
}

/// Nobody was logged in.
#[derive(Debug, Error)]
pub enum LoginError {
    /// No user has this address and password; which of both is wrong is not told.
    #[error("the email address or the password is wrong")]
    Wrong,
    /// Both are right, but an administrator disabled the user.
    #[error("the user is disabled")]
    Disabled,
    /// The catalog does not work.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}
