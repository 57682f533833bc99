//! What is told to the operator.

use tracing_subscriber::EnvFilter;

use super::{Problems, Settings};

/// The log.
#[derive(Clone, Debug)]
pub struct LogConfig {
    /// What is logged.
    pub filter: String,
    /// How.
    pub format: LogFormat,
}

/// The form of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl LogConfig {
    pub(super) fn of(settings: &Settings, problems: &mut Problems) -> Self {
        let filter = settings.text("log.filter").to_owned();
        if let Err(error) = EnvFilter::try_new(&filter) {
            let message = format!("log.filter is {filter:?}, which is no filter: {error}");
            problems.add(&settings.get("log.filter").1, message);
        }
        let format = match settings.text("log.format") {
            "json" => LogFormat::Json,
            _ => LogFormat::Text,
        };
        Self { filter, format }
    }
}
