//! Do the books balance: received = stored + duplicate + rejected, when nothing is on the way.
//!
//! They are counted as the server would: the store is opened and takes, in memory, what waits for
//! it in the journal. Nothing is flushed.

use std::sync::Arc;

use anyhow::Result;
use ingest::{RetentionConfig, Undecided};

use super::findings::chapters;
use crate::{commands::output::grouped, config::Config, parts};

/// What the count came to.
#[derive(Debug)]
pub(super) struct Balance {
    pub(super) text: String,
    pub(super) balanced: bool,
}

/// Counts.
pub(super) fn check(config: &Config) -> Result<Balance> {
    // Looking must not remove anything.
    let mut config = config.clone();
    config.store.retention = RetentionConfig::default();
    config.ingest.geoip_file = None;
    let config = &config;
    let (store, taken) = parts::open_store(config)?;
    let journal = parts::open_journal(config, taken)?;
    let pipeline = parts::start_pipeline(config, Arc::new(Undecided), journal, store)?;
    let (mut sentences, mut balanced) = (Vec::new(), true);
    for (tenant, books) in pipeline.store().books() {
        let sum = books.stored + books.duplicate + books.rejected;
        let sign = if sum == books.received { "=" } else { "is not" };
        balanced &= sum == books.received;
        sentences.push(format!(
            "tenant {tenant}: {} received {sign} {} stored + {} duplicate + {} rejected",
            grouped(books.received),
            grouped(books.stored),
            grouped(books.duplicate),
            grouped(books.rejected),
        ));
    }
    if sentences.is_empty() {
        sentences.push("no event came in yet".into());
    }
    Ok(Balance { text: chapters(&[("books", sentences)]), balanced })
}
