//! Events of the analytics service.

use event::Timestamp;
use server::ServiceConfig;

use super::{Problems, Settings};

/// Events of the analytics service, from their section.
pub(super) fn service(settings: &Settings, problems: &mut Problems) -> ServiceConfig {
    let key = "service.schema_1_1_0_since";
    let text = settings.text(key);
    let since = (!text.is_empty()).then(|| Timestamp::parse(text)).transpose();
    let schema_1_1_0_since = since.unwrap_or_else(|_| {
        let message = format!("{key} must be a date like 2026-10-01, not \"{text}\"");
        problems.add(&settings.get(key).1, message);
        None
    });
    let public_reads = settings.switch("service.public_reads");
    ServiceConfig { schema_1_1_0_since, public_reads }
}
