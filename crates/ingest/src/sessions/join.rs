//! Events that belong to a session.

use event::{Field, Outcome, Reason, Timestamp};
use insight::Selector;

use super::{IDLE_MS_MAX, Sessions};
use crate::{Draft, Request};

/// An event that belongs to an open session.
#[derive(Debug)]
pub(crate) struct Joined {
    index: usize,
    session: String,
    /// Whether it counts as one of its events.
    counts: bool,
}

impl Sessions {
    /// Lets events without a session join the open one of their person and device.
    pub(crate) fn join(
        &self,
        request: &Request,
        drafts: &mut [Result<Draft<'_>, Reason>],
    ) -> Vec<Joined> {
        let tables = self.tables();
        let Some(table) = tables.get(&request.tenant) else { return Vec::new() };
        let since = Timestamp(request.received_at.0.saturating_sub(IDLE_MS_MAX));
        let any = Selector::default();
        let mut all = Vec::new();
        for (index, draft) in drafts.iter_mut().enumerate() {
            let Ok(draft) = draft else { continue };
            let fields = &mut draft.fields;
            let session = match fields.get(Field::SessionId).filter(|id| !id.is_empty()) {
                Some(id) => table.is_open(id).then(|| id.to_owned()),
                None => {
                    let person = fields.get(Field::DistinctId).unwrap_or_default();
                    let open = table.open_of(person, fields.get(Field::DeviceId), since);
                    open.map(str::to_owned).inspect(|id| fields.set(Field::SessionId, id))
                }
            };
            let counts = draft.event_type.as_deref().is_some_and(|name| any.takes(name));
            all.extend(session.map(|session| Joined { index, session, counts }));
        }
        all
    }

    /// Events that joined were stored.
    pub(crate) fn note(&self, request: &Request, joined: &[Joined], outcomes: &[Outcome]) {
        let mut tables = self.tables();
        let Some(table) = tables.get_mut(&request.tenant) else { return };
        for Joined { index, session, counts } in joined {
            if let Some(Outcome::Stored { .. }) = outcomes.get(*index) {
                let later = request.received_at > self.opened_at;
                table.touch(session, request.received_at, *counts, later);
            }
        }
    }
}
