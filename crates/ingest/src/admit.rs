//! One request: drafts in, outcomes out, everything durable in between.

use std::sync::{Arc, OnceLock};

use catalog::{ConsentChange, Settings};
use event::{Counts, EventId, Field, Marks, Outcome, Reason, Timestamp, codec::EventView};
use journal::{AppendError, Batch, Journal, Tallied, Tally, Ticket};
use store::{AskError, IdHash, IdKind, Store};

use crate::{
    AdmitError, Draft, Ledger, Request, RetentionConfig, TrpcRules,
    dedup::{Dedup, Reservation, Verdict, durable},
    derived::Derived,
    fingerprint,
    ids::IdMaker,
    scene::Scene,
    steps,
    tools::Tools,
};

/// A duplicate whose original was lost is tried again as the first; so often, then 503.
const ROUNDS_MAX: usize = 3;

/// Takes drafts into the journal.
#[derive(Debug)]
pub(crate) struct Admission {
    pub(crate) tools: Tools,
    pub(crate) journal_bytes_max: u64,
    pub(crate) retention: RetentionConfig,
    pub(crate) dedup_window_ms: i64,
    pub(crate) trpc: TrpcRules,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) dedup: Arc<Dedup>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) ids: IdMaker,
}

/// A draft that was decided to be a duplicate, unless its original is lost.
struct Waiting {
    index: usize,
    wait: Reservation,
}

/// What one round over some drafts of a request gave.
struct Round {
    ticket: Option<Ticket>,
    waiting: Vec<Waiting>,
}

impl Admission {
    /// One outcome per draft, in order, once all of them are certain.
    pub(crate) async fn admit(
        &self,
        request: &Request,
        drafts: Vec<Result<Draft<'_>, Reason>>,
    ) -> Result<Vec<Outcome>, AdmitError> {
        if self.journal.stored_bytes() > self.journal_bytes_max {
            return Err(AdmitError::Overloaded);
        }
        let mut drafts = drafts;
        let (times, said) = self.check(request, &mut drafts);
        self.record(request, said).await?;
        let mut outcomes: Vec<Option<Outcome>> = vec![None; drafts.len()];
        let mut todo: Vec<usize> = (0..drafts.len()).collect();
        for _ in 0..ROUNDS_MAX {
            let round = self.round(request, (&mut drafts, &times), &mut outcomes, &todo)?;
            if let Some(ticket) = round.ticket {
                ticket.durable().await?;
            }
            todo.clear();
            let mut confirmed = 0;
            for waiting in &round.waiting {
                if durable(&waiting.wait).await.is_ok() {
                    confirmed += 1;
                } else {
                    todo.push(waiting.index);
                }
            }
            self.count_duplicates(request, confirmed);
            if todo.is_empty() {
                return Ok(outcomes.into_iter().flatten().collect());
            }
        }
        Err(AdmitError::Unavailable)
    }

    /// Runs the steps over all drafts, once: the time of each, and what persons said of consent.
    /// Drafts that are refused become their reason.
    fn check(
        &self,
        request: &Request,
        drafts: &mut [Result<Draft<'_>, Reason>],
    ) -> (Vec<Timestamp>, Vec<ConsentChange>) {
        let settings = self.tools.policies.settings(&request.tenant);
        let horizon = self.horizon(request, &settings);
        let scene = Scene::new(request, &self.tools, settings, horizon);
        let mut derived = Derived::default();
        let mut times = Vec::with_capacity(drafts.len());
        for item in drafts {
            let checked = match item {
                Ok(draft) => steps::run(draft, &scene, &mut derived),
                Err(_) => Ok(request.received_at),
            };
            times.push(checked.unwrap_or_else(|reason| {
                *item = Err(reason);
                request.received_at
            }));
        }
        (times, scene.said.take())
    }

    /// Keeps what persons said of consent before any event that goes by it is stored.
    async fn record(&self, request: &Request, said: Vec<ConsentChange>) -> Result<(), AdmitError> {
        if said.is_empty() {
            return Ok(());
        }
        let (policies, tenant) = (self.tools.policies.clone(), request.tenant.clone());
        let recording = tokio::task::spawn_blocking(move || policies.record(&tenant, &said));
        if recording.await.unwrap_or(false) { Ok(()) } else { Err(AdmitError::Unavailable) }
    }

    /// Appends the drafts of `todo` with their times. Nothing in here waits, so a request that is
    /// dropped by its client is either wholly queued or not at all.
    fn round(
        &self,
        request: &Request,
        (drafts, times): (&mut [Result<Draft<'_>, Reason>], &[Timestamp]),
        outcomes: &mut [Option<Outcome>],
        todo: &[usize],
    ) -> Result<Round, AdmitError> {
        let mut reserving = Reserving::new(self);
        let mut batch = Batch::with_capacity(todo.len() * 256);
        let mut waiting = Vec::new();
        let (mut settled, mut counts) = (0, Counts::default());
        for &index in todo {
            let outcome = match &mut drafts[index] {
                Ok(draft) => self.take(request, (draft, times[index]), &mut batch, &mut reserving),
                Err(reason) => Taken::Outcome(Outcome::Rejected(reason.clone())),
            };
            let outcome = match outcome {
                Taken::Outcome(outcome) => outcome,
                Taken::Waits(outcome, wait) => {
                    waiting.push(Waiting { index, wait });
                    outcomes[index] = Some(outcome);
                    continue;
                }
                Taken::Failed => return Err(AdmitError::Unavailable),
            };
            counts.received += 1;
            match &outcome {
                Outcome::Rejected(_) => counts.rejected += 1,
                Outcome::Duplicate { .. } => counts.duplicate += 1,
                Outcome::Stored { .. } => settled += 1,
            }
            outcomes[index] = Some(outcome);
        }
        let ticket = if settled > 0 {
            *batch.tally_mut() = tally(request, counts);
            let ticket = reserving.append(batch)?;
            self.ledger.add_unsettled(&request.tenant, counts, &ticket);
            Some(ticket)
        } else {
            if counts.received > 0 {
                self.journal.note(&tally(request, counts));
                self.ledger.add(&request.tenant, counts);
            }
            None
        };
        Ok(Round { ticket, waiting })
    }

    /// The moment before which events are not kept. The store moves its own some time later.
    fn horizon(&self, request: &Request, settings: &Settings) -> Option<Timestamp> {
        let known = self.store.horizon(&request.tenant);
        known.max(self.retention.of(&settings.retention).horizon(request.received_at))
    }

    fn take(
        &self,
        request: &Request,
        (draft, timestamp): (&mut Draft<'_>, Timestamp),
        batch: &mut Batch,
        reserving: &mut Reserving<'_>,
    ) -> Taken {
        let known = self.known(request, (draft, timestamp));
        draft.marks.insert(known.marks);
        let id = known.id;
        match reserving.reserve(request, &known) {
            Ok(Verdict::First) => {}
            Ok(Verdict::Duplicate { original, wait, .. }) => {
                let outcome = Outcome::Duplicate { id: original.unwrap_or(id) };
                return match wait {
                    Some(wait) => Taken::Waits(outcome, wait),
                    None => Taken::Outcome(outcome),
                };
            }
            Err(error) => {
                tracing::error!(%error, "cannot look up an event id");
                return Taken::Failed;
            }
        }
        let event = EventView {
            id,
            tenant: request.tenant.as_str(),
            event_type: draft.event_type.as_deref().unwrap_or_default(),
            timestamp,
            received_at: request.received_at,
            dialect: request.dialect,
            source: draft.source.unwrap_or(request.source),
            marks: draft.marks,
            revenue: draft.revenue,
            fields: draft.fields.view(),
            properties: draft.properties.as_deref().unwrap_or("{}"),
        };
        batch.push(|out| event.encode(out));
        Taken::Outcome(Outcome::Stored { id })
    }

    /// By what an event is known.
    fn known(&self, request: &Request, (draft, at): (&Draft<'_>, Timestamp)) -> Known {
        let (tenant, window_ms) = (&request.tenant, self.dedup_window_ms);
        let hash = |kind, bytes: &[u8]| self.store.id_hash(tenant, kind, bytes);
        let key = draft.fields.get(Field::IdempotencyKey);
        let key = key.map(|key| (hash(IdKind::Idempotency, key.as_bytes()), window_ms));
        if let Some(client_id) = draft.event_id.as_deref().filter(|id| !id.is_empty()) {
            let id = EventId::from_client(tenant, client_id);
            let own = Some((hash(IdKind::Event, &id.to_bytes()), window_ms));
            return Known { id, hashes: [key, own], marks: Marks::default() };
        }
        let mut marks = Marks::ID_MADE;
        let window_ms = || self.trpc.of(&self.tools.policies.settings(tenant).trpc).window_ms();
        let (id, own) = match draft.fingerprint.then(window_ms).flatten() {
            None => (self.ids.make(request.received_at.0), None),
            Some(window_ms) => {
                marks.insert(Marks::FINGERPRINT);
                let bits = hash(IdKind::Fingerprint, &fingerprint::parts(draft, at)).0;
                let id = EventId::v7(request.received_at.0, bits);
                (id, Some((hash(IdKind::Fingerprint, &id.tail()), window_ms)))
            }
        };
        Known { id, hashes: [key, own], marks }
    }

    fn count_duplicates(&self, request: &Request, confirmed: u64) {
        if confirmed > 0 {
            let counts = Counts { received: confirmed, duplicate: confirmed, rejected: 0 };
            self.journal.note(&tally(request, counts));
            self.ledger.add(&request.tenant, counts);
        }
    }
}

/// By what an event is known: an event that shares one of these is the same.
struct Known {
    id: EventId,
    /// The idempotency key, and the id or its fingerprint; each with its window in milliseconds.
    hashes: [Option<(IdHash, i64)>; 2],
    marks: Marks,
}

enum Taken {
    Outcome(Outcome),
    Waits(Outcome, Reservation),
    Failed,
}

fn tally(request: &Request, counts: Counts) -> Tally {
    let mut tally = Tally::default();
    let counts = Tallied([counts.received, counts.duplicate, counts.rejected]);
    tally.add(&request.tenant.shared(), counts);
    tally
}

/// The ids one round reserved. Whatever happens, the reservation is decided in the end: left
/// undecided it would make later duplicates wait for ever.
struct Reserving<'a> {
    admission: &'a Admission,
    reservation: Reservation,
}

impl<'a> Reserving<'a> {
    fn new(admission: &'a Admission) -> Self {
        Self { admission, reservation: Arc::new(OnceLock::new()) }
    }

    /// Reserves all an event is known by, or nothing.
    fn reserve(&mut self, request: &Request, known: &Known) -> Result<Verdict, AskError> {
        let dedup = &self.admission.dedup;
        let mut reserved: Option<IdHash> = None;
        for (hash, window_ms) in known.hashes.into_iter().flatten() {
            let key = (hash, window_ms);
            let mut verdict = dedup.reserve(key, known.id, request.received_at, &self.reservation);
            if matches!(verdict, Ok(Verdict::First)) {
                reserved = Some(hash);
                continue;
            }
            if let Some(reserved) = reserved {
                dedup.release(reserved, &self.reservation);
            }
            if let Ok(Verdict::Duplicate { original: original @ None, received_at, .. }) =
                &mut verdict
                && known.marks.contains(Marks::FINGERPRINT)
                && known.hashes[1].is_some_and(|(own, _)| own == hash)
            {
                // The id holds the fingerprint and the receipt, so it can be told again.
                *original = Some(known.id.with_millis(received_at.0));
            }
            return verdict;
        }
        Ok(Verdict::First)
    }

    fn append(self, batch: Batch) -> Result<Ticket, AppendError> {
        let result = self.admission.journal.append(batch);
        let _ = self.reservation.set(result.clone());
        result
    }
}

impl Drop for Reserving<'_> {
    fn drop(&mut self) {
        let _ = self.reservation.set(Err(AppendError::Closed));
    }
}
