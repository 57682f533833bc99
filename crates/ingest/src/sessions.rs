//! Sessions that clients start and end by name.
//!
//! A session is two events, `session_start` and `session_end`, and what is known of it in between
//! is kept here: whose it is, and when we last heard of it, so that an event without a session
//! joins the one that is open, and one that nobody ends is ended after a while.
//!
//! The events are the truth and memory follows them. Their ids are made of the session's id, so
//! that whoever starts or ends a session a second time, in another request or another process,
//! writes a duplicate. After a restart the open sessions of a day are read from the store
//! ([`stored`]), how many events they have only when somebody asks; a session that memory does not
//! have is looked for there as well. Whoever changes a session holds the *doors* of its person and
//! its id meanwhile: requests for one session wait for each other, others do not.

mod close;
mod join;
mod stored;
mod table;
mod write;

use std::{
    collections::{BTreeSet, HashMap, hash_map::RandomState},
    fmt,
    hash::BuildHasher,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use event::{Field, Outcome, Reason, TenantId, Timestamp};
use tokio::sync::{Mutex as Door, MutexGuard as Held, Semaphore};

use crate::{AdmitError, Draft, Request, admit::Admission};
use table::Table;

/// A session nobody heard of for so long is over.
pub const IDLE_MS_MAX: i64 = 30 * 60_000;
/// Doors; two sessions share one by chance, which costs a little waiting.
const DOORS: usize = 256;
/// Sessions looked for in the store at the same time.
const LOOKUPS_MAX: usize = 4;

/// One session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id, unique within the tenant.
    pub id: String,
    /// Whose it is.
    pub distinct_id: String,
    /// On which device.
    pub device_id: Option<String>,
    /// When it was started, by our clock.
    pub started_at: Timestamp,
    /// When we last heard of it, by our clock; of one that is over, when it ended.
    pub last_activity: Timestamp,
    /// When it was over; None while it is open.
    pub ended_at: Option<Timestamp>,
    /// Its events but start and end.
    pub event_count: u64,
    /// Version of the app.
    pub app_version: Option<String>,
    /// Operating system.
    pub os: Option<String>,
    /// Its version.
    pub os_version: Option<String>,
}

impl Session {
    /// How long it took, in whole seconds; None while it is open.
    pub fn duration_seconds(&self) -> Option<i64> {
        self.ended_at.map(|end| end.0.saturating_sub(self.started_at.0).max(0) / 1_000)
    }
}

/// What became of a start.
#[derive(Clone, Debug, PartialEq)]
pub enum Started {
    /// There is a new session.
    New(Session),
    /// A session of that id is known already; nothing changed.
    Known(Session),
    /// The start was refused.
    Refused(Reason),
}

/// What became of an end.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// It is over, now or since before.
    Over(Session),
    /// There is no such session.
    Unknown,
    /// The end was refused.
    Refused(Reason),
}

/// The sessions of all tenants.
pub struct Sessions {
    admission: Arc<Admission>,
    tables: Mutex<HashMap<TenantId, Table>>,
    doors: Vec<Door<()>>,
    hasher: RandomState,
    lookups: Semaphore,
    /// What was received until then is in the store, and what came later is counted here.
    opened_at: Timestamp,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").field("opened_at", &self.opened_at).finish_non_exhaustive()
    }
}

impl Sessions {
    /// The sessions that are open by what the store has. Blocks; to be called before new events are
    /// taken.
    pub(crate) fn open(admission: Arc<Admission>, now: Timestamp) -> Self {
        let tables = stored::open(&*admission.store, now);
        Self {
            admission,
            tables: Mutex::new(tables),
            doors: (0..DOORS).map(|_| Door::new(())).collect(),
            hasher: RandomState::new(),
            lookups: Semaphore::new(LOOKUPS_MAX),
            opened_at: now,
        }
    }

    /// Starts a session: `asked` names the person and perhaps a session and a device. An open
    /// session of the same person and device is ended then.
    pub async fn start(
        &self,
        request: &Request,
        asked: Result<Draft<'_>, Reason>,
    ) -> Result<Started, AdmitError> {
        let mut draft = match asked {
            Ok(draft) => draft,
            Err(reason) => return self.refused(request, reason).await,
        };
        let tenant = &request.tenant;
        if draft.fields.get(Field::SessionId).is_none_or(str::is_empty) {
            let made = self.admission.ids.make(request.received_at.0).to_string();
            draft.fields.set(Field::SessionId, &made);
        }
        let new = write::session(&draft, request.received_at);
        let doors = self.doors(tenant, &new).await;
        if let Some(known) = self.known(tenant, &new.id) {
            return Ok(Started::Known(known));
        }
        write::start(&mut draft, tenant, &new);
        match self.write(request, draft).await? {
            Outcome::Rejected(reason) => return Ok(Started::Refused(reason)),
            Outcome::Stored { .. } => {}
            Outcome::Duplicate { .. } => {
                if let Some(known) = self.find(tenant, &new.id).await? {
                    return Ok(Started::Known(known));
                }
            }
        }
        let (previous, crowded) = {
            let mut tables = self.tables();
            let table = tables.entry(tenant.clone()).or_default();
            let previous = table.exactly(&new.distinct_id, new.device_id.as_deref());
            table.insert(new.clone(), true);
            (previous, table.crowded())
        };
        if let Some(previous) = previous {
            self.close_previous(request, previous).await;
        }
        drop(doors);
        if let Some(idlest) = crowded {
            let _doors = self.doors(tenant, &idlest).await;
            if self.is_open(tenant, &idlest.id) {
                self.close_or_later(request, idlest, request.received_at, "too_many").await;
            }
        }
        Ok(Started::New(new))
    }

    /// Ends a session now; a session that is over already stays as it is.
    pub async fn end(&self, request: &Request, id: &str) -> Result<Ended, AdmitError> {
        let tenant = &request.tenant;
        let Some(found) = self.find(tenant, id).await? else { return Ok(Ended::Unknown) };
        let _doors = self.doors(tenant, &found).await;
        // Somebody may have been faster.
        match self.known(tenant, id) {
            Some(open) if open.ended_at.is_none() => {
                self.close(request, open, request.received_at, "ended").await
            }
            over => Ok(Ended::Over(over.unwrap_or(found))),
        }
    }

    /// A session by its id, open or over; None when there is none.
    pub async fn find(&self, tenant: &TenantId, id: &str) -> Result<Option<Session>, AdmitError> {
        if let Some(known) = self.known(tenant, id) {
            return Ok(Some(known));
        }
        let (t, i) = (tenant.clone(), id.to_owned());
        let found = self.ask(move |store| stored::find(store, &t, &i)).await?;
        if let Some(found) = &found {
            let mut tables = self.tables();
            let table = tables.entry(tenant.clone()).or_default();
            match found.ended_at {
                Some(_) => table.end(found.clone()),
                // Of two that looked for it one was first.
                None if table.find(id).is_none() => table.insert(found.clone(), true),
                None => {}
            }
        }
        Ok(found)
    }

    /// A person is being erased: its sessions are forgotten and not written of any more.
    pub(crate) fn forget(&self, tenant: &TenantId, distinct_id: &str) {
        if let Some(table) = self.tables().get_mut(tenant) {
            table.forget(distinct_id);
        }
    }

    /// A start that is no draft; the books and the limits hold for it as for every event.
    async fn refused(&self, request: &Request, reason: Reason) -> Result<Started, AdmitError> {
        self.admission.admit(request, vec![Err(reason.clone())]).await?;
        Ok(Started::Refused(reason))
    }

    async fn write(&self, request: &Request, draft: Draft<'_>) -> Result<Outcome, AdmitError> {
        let outcomes = self.admission.admit(request, vec![Ok(draft)]).await?;
        outcomes.into_iter().next().ok_or(AdmitError::Unavailable)
    }

    /// Asks the store on a thread that may block.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn store::Store) -> Result<T, store::AskError> + Send + 'static,
    ) -> Result<T, AdmitError> {
        let _slot = self.lookups.acquire().await.map_err(|_| AdmitError::Unavailable)?;
        let store = self.admission.store.clone();
        match tokio::task::spawn_blocking(move || question(&*store)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                tracing::error!(%error, "a session cannot be looked up");
                Err(AdmitError::Unavailable)
            }
            // It panicked; the message is on stderr already.
            Err(_) => Err(AdmitError::Unavailable),
        }
    }

    fn known(&self, tenant: &TenantId, id: &str) -> Option<Session> {
        self.tables().get(tenant)?.find(id).cloned()
    }

    fn is_open(&self, tenant: &TenantId, id: &str) -> bool {
        self.tables().get(tenant).is_some_and(|table| table.is_open(id))
    }

    /// The doors of a session: of its person and of its id. Always opened in the same order, so
    /// that nobody waits for ever.
    async fn doors(&self, tenant: &TenantId, session: &Session) -> Vec<Held<'_, ()>> {
        let door = |kind: u8, id: &str| {
            (self.hasher.hash_one((kind, tenant.as_str(), id)) % DOORS as u64) as usize
        };
        let both = BTreeSet::from([door(0, &session.distinct_id), door(1, &session.id)]);
        let mut held = Vec::with_capacity(both.len());
        for at in both {
            held.push(self.doors[at].lock().await);
        }
        held
    }

    fn tables(&self) -> MutexGuard<'_, HashMap<TenantId, Table>> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
