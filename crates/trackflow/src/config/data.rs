//! Where everything is kept.

use super::{Problems, Settings};

/// The data folder.
#[derive(Clone, Debug)]
pub struct DataConfig {
    /// Journal, event store and catalog.
    pub dir: disk::DataDir,
}

impl DataConfig {
    pub(super) fn of(settings: &Settings, problems: &mut Problems) -> Self {
        let (_, url_from) = settings.get("catalog.url");
        if !settings.text("catalog.url").is_empty() {
            // The address may hold a password, so it is not repeated here.
            problems.add(
                url_from,
                "catalog.url is set, but PostgreSQL is not available in this build; unset it to \
                 use the catalog in the data folder",
            );
        }
        let dir = settings.text("data.dir");
        if dir.is_empty() {
            problems.add(&settings.get("data.dir").1, "data.dir must not be empty");
        }
        Self { dir: disk::DataDir::new(dir) }
    }
}
