//! One request: drafts in, outcomes out, everything durable in between.

use std::sync::{Arc, OnceLock};

use event::{Counts, EventId, Limits, Marks, Outcome, Reason, Timestamp, codec::EventView};
use journal::{AppendError, Batch, Journal, Tallied, Tally, Ticket};
use store::{AskError, IdHash, IdKind, Store};

use crate::{
    AdmitError, Draft, Ledger, Request, RetentionConfig,
    dedup::{Dedup, Reservation, Verdict, durable},
    ids::IdMaker,
    steps,
};

/// A duplicate whose original was lost is tried again as the first; so often, then 503.
const ROUNDS_MAX: usize = 3;

/// Takes drafts into the journal.
#[derive(Debug)]
pub(crate) struct Admission {
    pub(crate) limits: Limits,
    pub(crate) journal_bytes_max: u64,
    pub(crate) retention: RetentionConfig,
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
        let mut outcomes: Vec<Option<Outcome>> = vec![None; drafts.len()];
        let mut todo: Vec<usize> = (0..drafts.len()).collect();
        for _ in 0..ROUNDS_MAX {
            let round = self.round(request, &mut drafts, &mut outcomes, &todo)?;
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

    /// Checks and appends the drafts of `todo`. Nothing in here waits, so a request that is
    /// dropped by its client is either wholly queued or not at all.
    fn round(
        &self,
        request: &Request,
        drafts: &mut [Result<Draft<'_>, Reason>],
        outcomes: &mut [Option<Outcome>],
        todo: &[usize],
    ) -> Result<Round, AdmitError> {
        let mut reserving = Reserving::new(self);
        let horizon = self.horizon(request);
        let mut batch = Batch::with_capacity(todo.len() * 256);
        let mut waiting = Vec::new();
        let (mut settled, mut counts) = (0, Counts::default());
        for &index in todo {
            let outcome = match &mut drafts[index] {
                Ok(draft) => self.take((request, horizon), draft, &mut batch, &mut reserving),
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
    fn horizon(&self, request: &Request) -> Option<Timestamp> {
        let known = self.store.horizon(&request.tenant);
        known.max(self.retention.horizon(request.received_at))
    }

    fn take(
        &self,
        (request, horizon): (&Request, Option<Timestamp>),
        draft: &mut Draft<'_>,
        batch: &mut Batch,
        reserving: &mut Reserving<'_>,
    ) -> Taken {
        let timestamp = match steps::run(draft, request, &self.limits, horizon) {
            Ok(timestamp) => timestamp,
            Err(reason) => return Taken::Outcome(Outcome::Rejected(reason)),
        };
        let client_id = draft.event_id.as_deref().filter(|id| !id.is_empty());
        let id = match client_id {
            Some(id) => EventId::from_client(&request.tenant, id),
            None => {
                draft.marks.insert(Marks::ID_MADE);
                self.ids.make(request.received_at.0)
            }
        };
        let made = client_id.is_none();
        match reserving.reserve(request, id, made, draft) {
            Ok(Verdict::First) => {}
            Ok(Verdict::Duplicate { original, wait }) => {
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

    fn count_duplicates(&self, request: &Request, confirmed: u64) {
        if confirmed > 0 {
            let counts = Counts { received: confirmed, duplicate: confirmed, rejected: 0 };
            self.journal.note(&tally(request, counts));
            self.ledger.add(&request.tenant, counts);
        }
    }
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

    /// Reserves the ids an event is known by: all of them, or none.
    fn reserve(
        &mut self,
        request: &Request,
        id: EventId,
        made: bool,
        draft: &Draft<'_>,
    ) -> Result<Verdict, AskError> {
        let (store, dedup) = (&self.admission.store, &self.admission.dedup);
        let (tenant, received_at) = (&request.tenant, request.received_at);
        let mut reserved: Option<IdHash> = None;
        if let Some(key) = draft.fields.get(event::Field::IdempotencyKey) {
            let hash = store.id_hash(tenant, IdKind::Idempotency, key.as_bytes());
            match dedup.reserve(hash, id, received_at, &self.reservation)? {
                Verdict::First => reserved = Some(hash),
                duplicate => return Ok(duplicate),
            }
        }
        if made {
            return Ok(Verdict::First);
        }
        let hash = store.id_hash(tenant, IdKind::Event, &id.to_bytes());
        let verdict = dedup.reserve(hash, id, received_at, &self.reservation);
        if let (Ok(Verdict::Duplicate { .. }) | Err(_), Some(key)) = (&verdict, reserved) {
            dedup.release(key, &self.reservation);
        }
        verdict
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
