//! Everything between a dialect and the store, as one part.

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use event::{Dialect, Limits, Outcome, Reason, TenantId, Timestamp};
use journal::{Health, Journal};
use store::{
    Cancel, FlushError, Store,
    erasure::{How, Receipt},
    rejected::RejectedLog,
};

use crate::{
    AdmitError, Books, Draft, EraseError, Ledger, Policies, Pump, PumpConfig, PumpStatus, Request,
    RetentionConfig, StartError, TrpcRules, admit::Admission, dedup::Dedup, ids::IdMaker,
    pump::Beside, rejected::Rejections, sessions::Sessions, tail::Tail, tools::Tools,
};

/// The wall clock, passed in.
pub type Clock = Arc<dyn ClockFn>;

/// A clock: milliseconds UTC now.
pub trait ClockFn: Fn() -> Timestamp + Send + Sync {}

impl<F: Fn() -> Timestamp + Send + Sync> ClockFn for F {}

impl fmt::Debug for dyn ClockFn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("clock")
    }
}

/// How events are taken.
#[derive(Clone, Debug)]
pub struct PipelineConfig {
    /// Bounds of events and requests.
    pub limits: Limits,
    /// Events are refused for a while when the journal has more bytes: the store does not keep up.
    pub journal_bytes_max: u64,
    /// How long the same id is the same event, milliseconds.
    pub dedup_window_ms: i64,
    /// How events over tRPC are moved on and told apart.
    pub trpc: TrpcRules,
    /// How long events are kept.
    pub retention: RetentionConfig,
    /// A file in MaxMind's format that tells where addresses are; None: places stay unknown.
    pub geoip_file: Option<PathBuf>,
    /// How the pump paces itself.
    pub pump: PumpConfig,
}

impl Default for PipelineConfig {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            journal_bytes_max: 4 << 30,
            dedup_window_ms: 24 * 3_600_000,
            trpc: TrpcRules::default(),
            retention: RetentionConfig::default(),
            geoip_file: None,
            pump: PumpConfig::default(),
        }
    }
}

fn random() -> Result<[u8; 16], StartError> {
    let mut key = [0; 16];
    getrandom::fill(&mut key).map_err(|e| StartError::System(e.to_string()))?;
    Ok(key)
}

/// Erasures that may wait.
const ERASURES_MAX: usize = 1_000;

/// How the pipeline is doing.
#[derive(Clone, Debug)]
pub struct PipelineStatus {
    /// Whether events can be accepted.
    pub health: Health,
    /// Bytes accepted and not yet durable.
    pub queued_bytes: u64,
    /// Bytes of the journal on disk.
    pub journal_bytes: u64,
    /// Ids kept in memory to find duplicates.
    pub dedup_entries: u64,
    /// The pump.
    pub pump: PumpStatus,
}

/// Takes events in and moves them on. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pipeline(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    admission: Arc<Admission>,
    sessions: Arc<Sessions>,
    ledger: Arc<Ledger>,
    rejections: Rejections,
    tail: Tail,
    pump: Mutex<Option<Pump>>,
}

impl Drop for Parts {
    fn drop(&mut self) {
        self.tail.end();
    }
}

impl Pipeline {
    /// Moves what the journal still has to the store, then takes new events. Blocks until the
    /// store has caught up.
    pub fn start(
        journal: Arc<dyn Journal>,
        store: Arc<dyn Store>,
        policies: Arc<dyn Policies>,
        rejected: Arc<RejectedLog>,
        config: PipelineConfig,
        clock: Clock,
    ) -> Result<Self, StartError> {
        let (ids, visits) = (random()?, random()?);
        let PipelineConfig { limits, geoip_file, .. } = config;
        let tools = Tools::new(limits, policies.clone(), geoip_file.as_deref(), visits);
        let tools = tools.map_err(StartError::Places)?;
        let dedup = Arc::new(Dedup::new(store.clone()));
        let tail = Tail::new(journal.clone(), policies.clone());
        let PipelineConfig { retention, pump, .. } = config;
        let (j, s, d) = (journal.clone(), store.clone(), dedup.clone());
        let known_sessions = Arc::<OnceLock<_>>::default();
        let beside = Beside {
            rejected: rejected.clone(),
            policies: policies.clone(),
            sessions: known_sessions.clone(),
        };
        let now = clock();
        let pace = (pump, retention, config.trpc);
        let pump = Pump::start(j, s, d, beside, pace, clock)?;
        let ledger = Arc::new(Ledger::opened(&*store));
        let admission = Arc::new(Admission {
            tools,
            journal_bytes_max: config.journal_bytes_max,
            retention,
            dedup_window_ms: config.dedup_window_ms,
            trpc: config.trpc,
            journal,
            store,
            dedup,
            ledger: ledger.clone(),
            ids: IdMaker::new(ids),
        });
        let sessions = Arc::new(Sessions::open(admission.clone(), now));
        // Empty until now, so this is never refused.
        let _ = known_sessions.set(Arc::downgrade(&sessions));
        let rejections = Rejections::start(rejected)?;
        let pump = Mutex::new(Some(pump));
        Ok(Self(Arc::new(Parts { admission, sessions, ledger, rejections, tail, pump })))
    }

    /// Takes the drafts of one request: one outcome per draft, in order, once every stored one is
    /// durable and every duplicate's original is. On an error the sender should send all again.
    pub async fn admit(
        &self,
        request: &Request,
        drafts: Vec<Result<Draft<'_>, Reason>>,
    ) -> Result<Vec<Outcome>, AdmitError> {
        let Parts { admission, sessions, .. } = &*self.0;
        if request.dialect != Dialect::Mobile {
            return admission.admit(request, drafts).await;
        }
        let mut drafts = drafts;
        let joined = sessions.join(request, &mut drafts);
        let outcomes = admission.admit(request, drafts).await?;
        sessions.note(request, &joined, &outcomes);
        Ok(outcomes)
    }

    /// The sessions that clients start and end.
    pub fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    /// Bounds of events and requests.
    pub fn limits(&self) -> &Limits {
        &self.0.admission.tools.limits
    }

    /// How events of a tenant over tRPC are moved on and told apart, now.
    pub fn trpc(&self, tenant: &TenantId) -> TrpcRules {
        let Admission { trpc, tools, .. } = &*self.0.admission;
        trpc.of(&tools.policies.settings(tenant).trpc)
    }

    /// Notes a refused event in the rejected-events log; `raw` is its JSON, `actor` that of who did
    /// it where `raw` does not tell. Never waits.
    pub fn note_rejected(
        &self,
        request: &Request,
        reason: &Reason,
        raw: &str,
        actor: Option<String>,
    ) {
        self.0.rejections.note(request, reason, (raw, actor));
    }

    /// The rejected-events log. Its calls block.
    pub fn rejected(&self) -> &Arc<RejectedLog> {
        &self.0.rejections.log
    }

    /// The store, for questions.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.0.admission.store
    }

    /// The events of now, for whoever looks on.
    pub fn tail(&self) -> &Tail {
        &self.0.tail
    }

    /// Has the person of a distinct id erased: everything that was acknowledged before, wherever it
    /// is. The receipt tells how far it is; it is worked on in the background, also after a crash.
    /// Blocks for one write to disk.
    pub fn erase(
        &self,
        tenant: &TenantId,
        distinct_id: &str,
        how: How,
        now: Timestamp,
    ) -> Result<Receipt, EraseError> {
        let store = self.store();
        let waiting = store.open_erasures()?.len();
        if waiting >= ERASURES_MAX {
            return Err(EraseError::Busy { waiting });
        }
        let receipt = store.request_erasure(tenant, distinct_id, how, now)?;
        self.0.sessions.forget(tenant, distinct_id);
        let pump = self.0.pump.lock().unwrap_or_else(PoisonError::into_inner);
        pump.iter().for_each(Pump::erase);
        Ok(receipt)
    }

    /// Receipts of erasures of a tenant, newest first, at most `count`; with `number` that one.
    pub fn erasures(
        &self,
        tenant: &TenantId,
        number: Option<u64>,
        count: usize,
    ) -> Result<Vec<Receipt>, EraseError> {
        let mut receipts = self.store().receipts(tenant, number, count)?;
        for receipt in &mut receipts {
            let erased = self.rejected().erased(receipt.number);
            receipt.touched.rejected = erased.map_err(|e| FlushError::Erasure(e.to_string()))?;
        }
        Ok(receipts)
    }

    /// Removes what is past retention of a tenant now; how many events. Ends early when cancelled.
    /// Blocks, for as long as it takes to write files anew.
    pub fn expire(
        &self,
        tenant: &TenantId,
        now: Timestamp,
        cancel: &Cancel,
    ) -> Result<u64, FlushError> {
        let Admission { retention, store, tools, .. } = &*self.0.admission;
        retention.expire(&**store, &*tools.policies, (tenant, now), cancel)
    }

    /// Has few files made of many, in the background.
    pub fn compact(&self) {
        let pump = self.0.pump.lock().unwrap_or_else(PoisonError::into_inner);
        pump.iter().for_each(Pump::compact);
    }

    /// The books of every tenant that ever sent something.
    pub fn books(&self) -> Vec<(TenantId, Books)> {
        self.0.ledger.books(&*self.0.admission.store)
    }

    /// Whether events can be accepted.
    pub fn health(&self) -> Health {
        self.0.admission.journal.health()
    }

    /// How it is doing.
    pub fn status(&self) -> PipelineStatus {
        let Admission { journal, dedup, .. } = &*self.0.admission;
        let pump = self.0.pump.lock().unwrap_or_else(PoisonError::into_inner);
        PipelineStatus {
            health: journal.health(),
            queued_bytes: journal.queued_bytes(),
            journal_bytes: journal.stored_bytes(),
            dedup_entries: dedup.entries(),
            pump: pump.as_ref().map(Pump::status).unwrap_or_default(),
        }
    }

    /// Takes no more events, makes everything accepted durable, moves it to the store and
    /// flushes. Blocks; safe to call twice.
    pub fn stop(&self) {
        self.0.tail.end();
        self.0.admission.journal.close();
        let pump = self.0.pump.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(pump) = pump {
            pump.stop();
        }
    }
}
