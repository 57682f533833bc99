//! How sessions end: asked to, or because nobody hears of them any more.

use event::{Outcome, TenantId, Timestamp};

use super::{Ended, IDLE_MS_MAX, Session, Sessions, stored, table::Table, write};
use crate::{AdmitError, Request};

impl Sessions {
    /// Ends every session nobody heard of for [`IDLE_MS_MAX`], as of its last event; how many. What
    /// cannot be written now is tried again the next time.
    pub async fn close_inactive(&self, now: Timestamp) -> usize {
        let since = Timestamp(now.0.saturating_sub(IDLE_MS_MAX));
        let idle: Vec<(TenantId, Session)> = {
            let tables = self.tables();
            let of = |(tenant, table): (&TenantId, &Table)| {
                table.idle(since).map(|session| (tenant.clone(), session)).collect::<Vec<_>>()
            };
            tables.iter().flat_map(of).collect()
        };
        let mut closed = 0;
        for (tenant, session) in idle {
            let _doors = self.doors(&tenant, &session).await;
            let Ok(Some(session)) = self.counted(&tenant, &session.id).await else { continue };
            if session.last_activity < since {
                let request = write::request(&tenant, now);
                let at = session.last_activity;
                closed += usize::from(self.close_or_later(&request, session, at, "inactive").await);
            }
        }
        closed
    }

    /// Ends the session before a new one of the same person and device: now, or if it was over
    /// already, as of its last event. Its doors are held.
    pub(super) async fn close_previous(&self, request: &Request, previous: Session) {
        let counted = self.counted(&request.tenant, &previous.id).await.ok().flatten();
        let previous = counted.unwrap_or(previous);
        let (last, now) = (previous.last_activity, request.received_at);
        let (at, why) = match last.0 < now.0.saturating_sub(IDLE_MS_MAX) {
            true => (last, "inactive"),
            false => (now, "new_session"),
        };
        self.close_or_later(request, previous, at, why).await;
    }

    /// Ends a session; its doors are held.
    pub(super) async fn close(
        &self,
        request: &Request,
        session: Session,
        at: Timestamp,
        why: &'static str,
    ) -> Result<Ended, AdmitError> {
        let tenant = &request.tenant;
        let Some(mut session) = self.counted(tenant, &session.id).await? else {
            return Ok(Ended::Unknown);
        };
        let end = at.max(session.started_at);
        (session.ended_at, session.last_activity) = (Some(end), end);
        let draft = write::end(tenant, &session, why);
        match self.write(request, draft).await? {
            Outcome::Rejected(reason) => Ok(Ended::Refused(reason)),
            Outcome::Stored { .. } | Outcome::Duplicate { .. } => {
                self.tables().entry(tenant.clone()).or_default().end(session.clone());
                Ok(Ended::Over(session))
            }
        }
    }

    /// Ends a session nobody waits for; whether it is over. When the journal takes nothing it stays
    /// open until the next time.
    pub(super) async fn close_or_later(
        &self,
        request: &Request,
        session: Session,
        at: Timestamp,
        why: &'static str,
    ) -> bool {
        let id = session.id.clone();
        match self.close(request, session, at, why).await {
            Ok(Ended::Refused(reason)) => {
                tracing::debug!(
                    tenant = request.tenant.as_str(),
                    "a session_end is refused: {reason}"
                );
                self.tables().entry(request.tenant.clone()).or_default().remove(&id);
                true
            }
            Ok(_) => true,
            Err(error) => {
                tracing::warn!(tenant = request.tenant.as_str(), %error, "a session is not ended yet");
                false
            }
        }
    }

    /// An open session with all its events counted, those from before this process too.
    async fn counted(&self, tenant: &TenantId, id: &str) -> Result<Option<Session>, AdmitError> {
        let uncounted = match self.tables().get(tenant) {
            Some(table) if table.is_open(id) => table.is_uncounted(id),
            _ => return Ok(None),
        };
        if uncounted {
            let (t, i, until) = (tenant.clone(), id.to_owned(), self.opened_at);
            let before =
                self.ask(move |store| stored::activity(store, &t, &i, Some(until))).await?;
            let mut tables = self.tables();
            tables.entry(tenant.clone()).or_default().count(id, before, until);
        }
        Ok(self.known(tenant, id).filter(|session| session.ended_at.is_none()))
    }
}
