//! What was sent, as it must be stored: the events of the app, and those that the server writes of
//! sessions. Nothing here was read from the server.

use event::{Dialect, Event, EventId, Field, Fields, Marks, Micros, Source, TenantId, Timestamp};
use serde_json::{Value, json};

/// A session nobody heard of for so long is over.
const IDLE_MS: i64 = 30 * 60_000;

/// Who sends, from what.
#[derive(Clone, Debug)]
pub struct Device {
    pub id: String,
    pub os: &'static str,
    pub app_version: &'static str,
}

/// A session by the rules in the documents.
#[derive(Clone, Debug)]
struct Session {
    id: String,
    person: String,
    device: Device,
    started: Timestamp,
    last: Timestamp,
    events: u64,
    is_open: bool,
}

/// Everything that was sent so far.
#[derive(Debug, Default)]
pub struct Sent {
    /// In the order in which they were taken.
    pub events: Vec<Event>,
    sessions: Vec<Session>,
}

/// The texts of an event that are there.
fn fields(texts: &[(Field, Option<&str>)]) -> Fields {
    let mut fields = Fields::new();
    texts.iter().for_each(|(field, text)| fields.set_some(*field, *text));
    fields
}

impl Sent {
    fn push(
        &mut self,
        (id, event_type): (EventId, &str),
        (timestamp, received_at): (Timestamp, Timestamp),
        (dialect, fields, properties): (Dialect, Fields, String),
    ) -> &mut Event {
        self.events.push(Event {
            id,
            tenant: TenantId::default_tenant(),
            event_type: event_type.into(),
            timestamp,
            received_at,
            dialect,
            source: Source::Api,
            marks: Marks::default(),
            revenue: None,
            fields,
            properties: properties.into(),
        });
        self.events.last_mut().expect("it was pushed")
    }

    fn mark(
        &mut self,
        event_type: &str,
        session: &Session,
        times: (Timestamp, Timestamp),
        properties: String,
    ) {
        let tenant = TenantId::default_tenant();
        let id = EventId::from_client(&tenant, &format!("{event_type}/{}", session.id));
        let fields = of_app(&session.person, Some(&session.id), &session.device);
        self.push((id, event_type), times, (Dialect::Mobile, fields, properties));
    }

    /// A session was started.
    pub fn start(&mut self, id: &str, person: &str, device: &Device, now: Timestamp) {
        let session = Session {
            id: id.to_owned(),
            person: person.to_owned(),
            device: device.clone(),
            started: now,
            last: now,
            events: 0,
            is_open: true,
        };
        self.mark("session_start", &session, (now, now), "{}".to_owned());
        let same =
            |open: &&Session| open.is_open && open.person == person && open.device.id == device.id;
        let before = self.sessions.iter().find(same).map(|open| (open.id.clone(), open.last));
        if let Some((before, last)) = before {
            match last.0 < now.0 - IDLE_MS {
                true => self.close(&before, last, "inactive", now),
                false => self.close(&before, now, "new_session", now),
            };
        }
        self.sessions.push(session);
    }

    /// The app ended a session; what the server must answer.
    pub fn end(&mut self, id: &str, now: Timestamp) -> Value {
        let known = self.sessions.iter().find(|of| of.id == id).expect("it was started");
        if known.is_open {
            self.close(id, now, "ended", now);
        }
        let session = self.sessions.iter().find(|of| of.id == id).expect("it was started");
        json!({
            "session_id": id, "distinct_id": session.person, "device_id": session.device.id,
            "started_at": session.started.to_string(), "ended_at": session.last.to_string(),
            "duration_seconds": (session.last.0 - session.started.0) / 1_000,
            "event_count": session.events, "is_active": false,
            "app_version": session.device.app_version, "os_name": session.device.os,
            "os_version": null,
        })
    }

    /// The job that closes sessions ran; how many it must have closed.
    pub fn sweep(&mut self, now: Timestamp) -> usize {
        let idle = |of: &&Session| of.is_open && of.last.0 < now.0 - IDLE_MS;
        let idle: Vec<_> =
            self.sessions.iter().filter(idle).map(|of| (of.id.clone(), of.last)).collect();
        for (id, last) in &idle {
            self.close(id, *last, "inactive", now);
        }
        idle.len()
    }

    fn close(&mut self, id: &str, at: Timestamp, why: &str, now: Timestamp) {
        let session = self.sessions.iter_mut().find(|of| of.id == id).expect("it was started");
        (session.is_open, session.last) = (false, at.max(session.started));
        let session = session.clone();
        let properties = json!({
            "reason": why, "event_count": session.events,
            "duration_seconds": (session.last.0 - session.started.0) / 1_000,
        });
        self.mark("session_end", &session, (session.last, now), properties.to_string());
    }

    /// An event of the app was taken; `session` as the app named it.
    pub fn tap(&mut self, tap: &Tap<'_>, now: Timestamp) {
        let is_counted = !insight::SILENT.contains(&tap.event_type);
        let joined = self.sessions.iter_mut().rev().find(|of| match tap.session {
            Some(id) => of.is_open && of.id == id,
            None => {
                let own = of.person == tap.person && of.device.id == tap.device.id;
                of.is_open && own && of.last.0 >= now.0 - IDLE_MS
            }
        });
        let session = match joined {
            Some(session) => {
                session.last = now;
                session.events += u64::from(is_counted);
                Some(session.id.clone())
            }
            None => tap.session.map(str::to_owned),
        };
        let id = EventId::from_client(&TenantId::default_tenant(), &tap.id);
        let fields = of_app(tap.person, session.as_deref(), tap.device);
        let properties = tap.properties.to_string();
        self.push((id, tap.event_type), (tap.at, now), (Dialect::Mobile, fields, properties));
    }

    /// An event of the analytics service was taken.
    pub fn act(&mut self, act: &Act<'_>, now: Timestamp) {
        let text = |name: &str| act.data[name].as_str();
        let content = text("contentType").zip(text("contentId"));
        let target = text("targetType").zip(text("targetId"));
        let entity = content.or(target);
        let is_paid = act.event_type == "purchase";
        let fields = fields(&[
            (Field::UserId, act.user),
            (Field::DistinctId, act.user.or(Some(act.session))),
            (Field::SessionId, Some(act.session)),
            (Field::Platform, Some(act.platform)),
            (Field::EntityType, entity.map(|(kind, _)| kind)),
            (Field::EntityId, entity.map(|(_, id)| id)),
            (Field::SchemaVersion, Some("1.1.0")),
            (Field::Currency, is_paid.then(|| text("currency").unwrap_or("USD"))),
        ]);
        let id = EventId::from_client(&TenantId::default_tenant(), &act.id);
        let properties = act.data.to_string();
        let revenue = is_paid.then(|| {
            let quantity = act.data["quantity"].as_f64().unwrap_or(1.0);
            Micros::from_f64(act.data["amount"].as_f64().unwrap_or(0.0) * quantity)
        });
        let of = (Dialect::Service, fields, properties);
        self.push((id, act.event_type), (act.at, now), of).revenue = revenue.flatten();
    }
}

fn of_app(person: &str, session: Option<&str>, device: &Device) -> Fields {
    fields(&[
        (Field::DistinctId, Some(person)),
        (Field::DeviceId, Some(&device.id)),
        (Field::SessionId, session),
        (Field::AppVersion, Some(device.app_version)),
        (Field::Os, Some(device.os)),
    ])
}

/// An event of mobile analytics.
pub struct Tap<'a> {
    pub id: String,
    pub event_type: &'a str,
    pub person: &'a str,
    pub session: Option<&'a str>,
    pub device: &'a Device,
    pub at: Timestamp,
    pub properties: Value,
}

impl Tap<'_> {
    pub fn json(&self) -> Value {
        let mut json = json!({
            "event_id": self.id, "event_type": self.event_type, "distinct_id": self.person,
            "device_id": self.device.id, "os_name": self.device.os,
            "app_version": self.device.app_version, "timestamp": self.at.to_string(),
            "properties": self.properties,
        });
        if let Some(session) = self.session {
            json["session_id"] = json!(session);
        }
        json
    }
}

/// An event of the analytics service.
pub struct Act<'a> {
    pub id: String,
    pub event_type: &'a str,
    pub user: Option<&'a str>,
    pub session: &'a str,
    pub platform: &'a str,
    pub at: Timestamp,
    pub data: Value,
}

impl Act<'_> {
    pub fn json(&self) -> Value {
        let mut json = json!({
            "eventId": self.id, "eventType": self.event_type, "sessionId": self.session,
            "platform": self.platform, "timestamp": self.at.to_string(), "data": self.data,
        });
        if let Some(user) = self.user {
            json["userId"] = json!(user);
        }
        json
    }
}
