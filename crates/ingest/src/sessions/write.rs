//! The two events of a session.

use std::borrow::Cow;

use event::{Dialect, EventId, Field, Fields, Source, TenantId, Timestamp};

use super::Session;
use crate::{Connection, Draft, RawTime, Request, Rules};

/// The event type of a start.
pub(super) const START: &str = "session_start";
/// The event type of an end.
pub(super) const END: &str = "session_end";

/// The id of the start or end of a session: the same whoever writes it.
pub(super) fn event_id(tenant: &TenantId, event_type: &str, session: &str) -> EventId {
    EventId::from_client(tenant, &format!("{event_type}/{session}"))
}

/// The session that a draft starts now.
pub(super) fn session(draft: &Draft<'_>, now: Timestamp) -> Session {
    let field = |field| draft.fields.get(field).filter(|t| !t.is_empty()).map(str::to_owned);
    Session {
        id: field(Field::SessionId).unwrap_or_default(),
        distinct_id: field(Field::DistinctId).unwrap_or_default(),
        device_id: field(Field::DeviceId),
        started_at: now,
        last_activity: now,
        ended_at: None,
        event_count: 0,
        app_version: field(Field::AppVersion),
        os: field(Field::Os),
        os_version: field(Field::OsVersion),
    }
}

/// Makes a draft the start of a session.
pub(super) fn start(draft: &mut Draft<'_>, tenant: &TenantId, session: &Session) {
    draft.event_id = Some(Cow::Owned(event_id(tenant, START, &session.id).to_string()));
    draft.event_type = Some(Cow::Borrowed(START));
    draft.timestamp = Some(RawTime::Settled(session.started_at));
}

/// The end of a session.
pub(super) fn end(tenant: &TenantId, session: &Session, why: &'static str) -> Draft<'static> {
    let mut fields = Fields::new();
    fields.set(Field::DistinctId, &session.distinct_id);
    fields.set_some(Field::DeviceId, session.device_id.as_deref());
    fields.set(Field::SessionId, &session.id);
    fields.set_some(Field::AppVersion, session.app_version.as_deref());
    fields.set_some(Field::Os, session.os.as_deref());
    fields.set_some(Field::OsVersion, session.os_version.as_deref());
    let (seconds, count) = (session.duration_seconds().unwrap_or(0), session.event_count);
    let properties =
        format!(r#"{{"reason":"{why}","duration_seconds":{seconds},"event_count":{count}}}"#);
    Draft {
        event_id: Some(Cow::Owned(event_id(tenant, END, &session.id).to_string())),
        event_type: Some(Cow::Borrowed(END)),
        timestamp: session.ended_at.map(RawTime::Settled),
        fields,
        properties: Some(Cow::Owned(properties)),
        ..Draft::default()
    }
}

/// A request of our own.
pub(super) fn request(tenant: &TenantId, now: Timestamp) -> Request {
    Request {
        tenant: tenant.clone(),
        dialect: Dialect::Mobile,
        source: Source::System,
        received_at: now,
        sent_at: None,
        rules: &Rules::CANONICAL,
        connection: Connection::default(),
    }
}
