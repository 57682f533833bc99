//! What is done again and again, as far as the server knows: a list, and that somebody wants one to
//! run now.

use std::fmt;

use catalog::{CatalogError, JobKey, JobRow};

/// Whoever runs the jobs. All calls may block.
pub trait Jobs: Send + Sync + fmt::Debug {
    /// Every job of every tenant.
    fn list(&self) -> Result<Vec<JobState>, CatalogError>;
    /// Wants a job to run now; false when it is running already.
    fn run(&self, key: &JobKey) -> Result<bool, CatalogError>;
}

/// A job, and how it is doing.
#[derive(Clone, Debug)]
pub struct JobState {
    /// What it is called.
    pub name: String,
    /// The data folder it is done to; None where it is done to the catalog, by anybody.
    pub folder: Option<String>,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// When it runs, in words.
    pub timetable: String,
    /// What is known of it; its key names the folder too.
    pub row: JobRow,
}
