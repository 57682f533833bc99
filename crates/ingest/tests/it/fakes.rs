//! A journal whose commits the test decides, and a store that only counts.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use event::{Dialect, Source, TenantId, Timestamp, codec::EventView};
use ingest::{Connection, Draft, Pipeline, PipelineConfig, Request, Rules, Undecided};
use insight::{Answer, Meta, Question};
use journal::{
    AppendError, Batch, Commit, Health, Journal, LagBound, Lane, Position, ReadError, ReaderState,
    Records, RedactError, Tally, Ticket, Wake,
};
use store::{
    ApplyError, AskError, Books, Chunk, FlushError, Flushed, HeadStatus, IdHash, IdKind, Status,
    Store,
    rejected::{RejectedConfig, RejectedLog},
};

pub const NOW: Timestamp = Timestamp(1_790_857_800_000);

/// Appends are only counted; their commits wait for [`ManualJournal::decide`].
#[derive(Debug, Default)]
pub struct ManualJournal {
    pub commits: Mutex<Vec<(Arc<Commit>, usize)>>,
    pub noted: Mutex<Tally>,
    pub refuse: Mutex<Option<AppendError>>,
}

impl ManualJournal {
    /// Decides the oldest open commit; the number of records in it.
    pub fn decide(&self, result: Result<(), AppendError>) -> usize {
        let (commit, records) = self.commits.lock().unwrap().remove(0);
        commit.decide(result);
        records
    }

    pub fn open(&self) -> usize {
        self.commits.lock().unwrap().len()
    }
}

impl Journal for ManualJournal {
    fn lanes(&self) -> Vec<Lane> {
        vec![Lane::DATA]
    }

    fn append(&self, batch: Batch) -> Result<Ticket, AppendError> {
        if let Some(error) = self.refuse.lock().unwrap().clone() {
            return Err(error);
        }
        let commit = Commit::new();
        self.commits.lock().unwrap().push((commit.clone(), batch.len()));
        Ok(Ticket::new(commit))
    }

    fn note(&self, tally: &Tally) {
        self.noted.lock().unwrap().merge(tally);
    }

    fn read(&self, _: Lane, from: Position, _: usize) -> Result<Records, ReadError> {
        Ok(Records { next: from, ..Records::default() })
    }

    fn low(&self, _: Lane) -> Position {
        0
    }

    fn durable_end(&self, _: Lane) -> Position {
        0
    }

    fn wait(&self, _: Lane, _: Position) -> Wake<'_> {
        Box::pin(std::future::pending())
    }

    fn register(&self, _: &str, _: Lane, _: Position, _: LagBound) {}

    fn advance(&self, _: &str, _: Lane, _: Position) -> ReaderState {
        ReaderState::Attached
    }

    fn trim(&self, _: Lane) -> Result<Position, ReadError> {
        Ok(0)
    }

    fn redact(&self, _: Lane, _: &[Position]) -> Result<u64, RedactError> {
        Err(RedactError::Unsupported)
    }

    fn health(&self) -> Health {
        Health::Good
    }

    fn queued_bytes(&self) -> u64 {
        0
    }

    fn stored_bytes(&self) -> u64 {
        0
    }

    fn close(&self) {}
}

/// Knows the ids it is given; takes chunks into a count.
#[derive(Debug, Default)]
pub struct CountingStore {
    pub seen: Mutex<HashMap<IdHash, Timestamp>>,
    pub stored: Mutex<BTreeMap<TenantId, Books>>,
}

impl Store for CountingStore {
    fn next_position(&self, _: u32) -> u64 {
        0
    }

    fn durable_position(&self, _: u32) -> u64 {
        0
    }

    fn apply(&self, chunk: Chunk) -> Result<(), ApplyError> {
        for event in &chunk.events {
            let bytes: &Bytes = &chunk.buffer;
            EventView::decode(&bytes[event.range.clone()]).unwrap();
        }
        Ok(())
    }

    fn flush(&self) -> Result<Flushed, FlushError> {
        Ok(Flushed::default())
    }

    fn ask(&self, _: &Question, _: &store::Asking) -> Result<(Answer, Meta), AskError> {
        Err(AskError::Cancelled)
    }

    fn id_hash(&self, tenant: &TenantId, kind: IdKind, id: &[u8]) -> IdHash {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        (tenant, kind, id).hash(&mut hasher);
        IdHash(u128::from(hasher.finish()) << 64 | u128::from(hasher.finish()))
    }

    fn seen(&self, id: IdHash, since: Timestamp) -> Result<Option<Timestamp>, AskError> {
        Ok(self.seen.lock().unwrap().get(&id).copied().filter(|at| *at >= since))
    }

    fn books(&self) -> Vec<(TenantId, Books)> {
        self.stored.lock().unwrap().clone().into_iter().collect()
    }

    fn status(&self) -> Status {
        Status::default()
    }

    fn head(&self) -> HeadStatus {
        HeadStatus::default()
    }
}

pub struct Bench {
    pub journal: Arc<ManualJournal>,
    pub store: Arc<CountingStore>,
    pub pipeline: Pipeline,
}

impl Bench {
    pub fn new() -> Self {
        let (journal, store) = (Arc::new(ManualJournal::default()), Arc::default());
        let config = PipelineConfig { dedup_window_ms: 1_000, ..PipelineConfig::default() };
        let pipeline = start(journal.clone(), Arc::clone(&store) as _, config);
        Self { journal, store, pipeline }
    }
}

pub fn start(journal: Arc<dyn Journal>, store: Arc<dyn Store>, config: PipelineConfig) -> Pipeline {
    let (policies, rejected) = (Arc::new(Undecided), rejected());
    Pipeline::start(journal, store, policies, rejected, config, Arc::new(|| NOW)).unwrap()
}

/// A rejected-events log without a file.
pub fn rejected() -> Arc<RejectedLog> {
    let path = std::path::Path::new(":memory:");
    Arc::new(RejectedLog::open(path, RejectedConfig::default()).unwrap())
}

pub fn request(received_at: Timestamp) -> Request {
    Request {
        tenant: TenantId::default_tenant(),
        dialect: Dialect::Simple,
        source: Source::Api,
        received_at,
        sent_at: None,
        rules: &Rules::CANONICAL,
        connection: Connection::default(),
    }
}

pub fn draft(id: &str) -> Draft<'_> {
    let event_id = (!id.is_empty()).then(|| id.into());
    Draft { event_id, event_type: Some("click".into()), ..Draft::default() }
}
