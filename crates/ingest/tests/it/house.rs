//! The real rooms together: file journal, local store and pipeline over one data folder.

use std::{path::Path, sync::Arc};

use disk::{DataDir, SharedFs};
use event::{Event, Outcome, TenantId, Timestamp};
use ingest::{Books, Draft, Pipeline, PipelineConfig, PumpConfig};
use insight::{Answer, Events, Order, Question, Range, Selector, Span, WeekStart};
use journal::{
    Journal, Lane,
    file::{FileJournal, FileJournalConfig},
};
use store::{
    Asking, Cancel, Store,
    local::{LocalConfig, LocalStore},
};

use crate::fakes::NOW;

/// Small enough that a few dozen events reach every roll-over.
const SEGMENT_BYTES: u64 = 4 << 10;
const FLUSH_BYTES: u64 = 4 << 10;

pub struct House {
    pub pipeline: Pipeline,
    pub store: Arc<dyn Store>,
    journal: Arc<dyn Journal>,
}

impl House {
    pub fn open(fs: &SharedFs, root: &Path, window_ms: i64) -> Result<Self, String> {
        Self::open_at(fs, root, window_ms, NOW)
    }

    /// Opened at a moment at which the clock then stands still.
    pub fn open_at(
        fs: &SharedFs,
        root: &Path,
        window_ms: i64,
        now: Timestamp,
    ) -> Result<Self, String> {
        let dir = DataDir::new(root);
        let config = LocalConfig { dedup_window_ms: window_ms, ..LocalConfig::default() };
        let (store, _) =
            LocalStore::open(fs.clone(), dir.clone(), config).map_err(|e| e.to_string())?;
        let store: Arc<dyn Store> = Arc::new(store);
        let config = FileJournalConfig {
            segment_bytes: SEGMENT_BYTES,
            control_segment_bytes: SEGMENT_BYTES,
            known_durable: vec![(Lane::DATA, store.durable_position(Lane::DATA.0))],
            ..FileJournalConfig::new(Arc::new(|| NOW.0 as u64))
        };
        let (journal, _) =
            FileJournal::open(fs.clone(), &dir, config).map_err(|e| e.to_string())?;
        let journal: Arc<dyn Journal> = Arc::new(journal);
        let config = PipelineConfig {
            dedup_window_ms: window_ms,
            pump: PumpConfig {
                gather: std::time::Duration::from_micros(100),
                flush_bytes: FLUSH_BYTES,
                ..PumpConfig::default()
            },
            ..PipelineConfig::default()
        };
        let policies = Arc::new(ingest::Undecided);
        let (j, s, r) = (journal.clone(), store.clone(), crate::fakes::rejected());
        let pipeline = Pipeline::start(j, s, policies, r, config, Arc::new(move || now));
        let pipeline = pipeline.map_err(|e| e.to_string())?;
        Ok(Self { pipeline, store, journal })
    }

    /// Sends events with these client ids in one request.
    pub async fn send(&self, ids: &[String], at: Timestamp) -> Option<Vec<Outcome>> {
        let request = crate::fakes::request(at);
        let drafts = ids.iter().map(|id| {
            let properties = format!(r#"{{"id":"{id}","pad":"{}"}}"#, "x".repeat(120));
            Ok(Draft { properties: Some(properties.into()), ..crate::fakes::draft(id) })
        });
        self.pipeline.admit(&request, drafts.collect()).await.ok()
    }

    /// The client ids of all events the store answers with, sorted.
    pub fn ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = self
            .events()
            .iter()
            .map(|event| {
                let id =
                    event::json::find(&event.properties, "id").expect("the test's own property");
                id.trim_matches('"').to_owned()
            })
            .collect();
        ids.sort();
        ids
    }

    pub fn events(&self) -> Vec<Event> {
        let question = Question::Events(Events {
            range: Range {
                from: Timestamp(0),
                to: Timestamp::NEWEST,
                zone: jiff::tz::TimeZone::UTC,
                span: Span::Fixed,
                week_start: WeekStart::Monday,
            },
            selector: Selector::default(),
            limit: 1_000,
            order: Order::Newest,
            after: None,
        });
        let asking = Asking {
            tenant: TenantId::default_tenant(),
            now: NOW,
            deadline: None,
            cancel: Cancel::new(),
        };
        match self.store.ask(&question, &asking) {
            Ok((Answer::Events(answer), _)) => answer.events,
            other => panic!("{other:?}"),
        }
    }

    /// Waits until the pump has moved everything and flushed what is due, or `given_up`.
    pub fn let_it_flush(&self, given_up: impl Fn() -> bool) {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
        let busy = || self.pipeline.status().pump.lag > 0 || self.store.head().bytes >= FLUSH_BYTES;
        while busy() && !given_up() {
            assert!(std::time::Instant::now() < deadline, "{:?}", self.pipeline.status());
            std::thread::yield_now();
        }
    }

    /// The first position the journal still has.
    pub fn journal_low(&self) -> u64 {
        self.journal.low(Lane::DATA)
    }

    pub fn books(&self) -> Books {
        let default = TenantId::default_tenant();
        let all = self.pipeline.books();
        all.into_iter().find(|(tenant, _)| *tenant == default).map_or(Books::default(), |b| b.1)
    }

    /// Drains and stops.
    pub fn stop(self) {
        self.pipeline.stop();
    }
}
