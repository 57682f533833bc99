//! Events over tRPC.

use std::time::Duration;

use ingest::TrpcRules;
use server::TrpcConfig;

use super::Settings;

/// How they are taken, from their section.
pub(super) fn trpc(settings: &Settings) -> TrpcConfig {
    TrpcConfig { superjson: settings.text("s4.transformer") == "superjson" }
}

/// How they are moved on and told apart.
pub(super) fn rules(settings: &Settings) -> TrpcRules {
    TrpcRules {
        batch_size: settings.size("s4.batch_size"),
        batch_timeout: Duration::from_millis(settings.whole("s4.batch_timeout_ms")),
        deduplication: settings.switch("s4.deduplication"),
        deduplication_ttl: Duration::from_secs(settings.whole("s4.deduplication_ttl_seconds")),
    }
}
