//! S2's JSON to drafts.

use std::borrow::Cow;

use event::{
    Code, EventId, Field, Fields, Marks, Reason, Timestamp,
    json::{elements, entries, find},
};
use ingest::{Draft, RawTime};

use super::{
    super::{
        Parsed,
        wire::{self, object, time, with_extra},
    },
    clean,
    shape::{self, Flat},
};
use crate::Problem;

/// A body.
pub(super) struct Batch<'a> {
    /// Its events, in order.
    pub(super) items: Vec<Parsed<'a>>,
    /// The array of them.
    pub(super) raw: &'a str,
    /// The key all of them name that name one.
    pub(super) tenant: Option<Cow<'a, str>>,
    /// Those that name none.
    pub(super) nameless: Vec<usize>,
    /// When the client says it sent them.
    pub(super) sent_at: Option<Timestamp>,
}

/// Whether a body is of this dialect.
pub(super) fn is_ours(body: &[u8]) -> bool {
    let text = std::str::from_utf8(body).ok().and_then(|text| wire::json(text).ok());
    text.and_then(|text| find(text, "events")).is_some_and(|events| events.starts_with('['))
}

/// What is wrong with a body that is not.
pub(super) fn no_events() -> Problem {
    Problem::new(Code::InvalidType, "body must be an object with an array of events")
        .about("events")
}

/// Reads a body of at most `events_max` events.
pub(super) fn batch(text: &str, events_max: usize) -> Result<Batch<'_>, Problem> {
    let text = wire::json(text)?;
    let (mut raw, mut sent_at) = (None, None);
    for (key, value) in entries(text) {
        match &*wire::name(key) {
            "events" => raw = Some(value),
            "sentAt" => sent_at = Some(value),
            _ => {}
        }
    }
    let Some(raw) = raw.filter(|raw| raw.starts_with('[')) else { return Err(no_events()) };
    let count = elements(raw).count();
    if count == 0 {
        return Err(Problem::new(Code::EmptyBatch, "batch has no events").about("events"));
    }
    if count > events_max {
        let detail = format!("batch has {count} events, the limit is {events_max}");
        return Err(Problem::new(Code::BatchTooLarge, detail));
    }
    let mut batch = Batch {
        items: Vec::with_capacity(count),
        raw,
        tenant: None,
        nameless: Vec::new(),
        sent_at: sent_time(sent_at),
    };
    for (at, raw) in elements(raw).enumerate() {
        let (tenant, parsed) = item(raw);
        match (tenant, &batch.tenant) {
            (None, _) => batch.nameless.push(at),
            (Some(tenant), None) => batch.tenant = Some(tenant),
            (Some(tenant), Some(first)) if tenant == *first => {}
            _ => {
                let detail = "the events of a request must name one tenantId";
                return Err(Problem::new(Code::UnknownKey, detail).about("tenantId"));
            }
        }
        batch.items.push(parsed);
    }
    Ok(batch)
}

/// A time of sending that cannot be read corrects nothing.
fn sent_time(raw: Option<&str>) -> Option<Timestamp> {
    match time("sentAt", raw).ok()?? {
        RawTime::Text(text) => Timestamp::parse(&text).ok(),
        RawTime::Number(number) => Timestamp::from_number(number).ok(),
        RawTime::Settled(time) => Some(time),
    }
}

/// Reads one event: the tenant it names, and its draft.
pub(super) fn item(raw: &str) -> (Option<Cow<'_, str>>, Parsed<'_>) {
    if !raw.starts_with('{') {
        return (None, Err(Reason::wrong_type("event", "an object")));
    }
    let mut wire = Wire::default();
    for (key, value) in entries(raw) {
        wire.set(key, value);
    }
    match wire::text("tenantId", wire.tenant_id) {
        Ok(tenant) => (tenant, wire.into_draft(raw.len())),
        Err(reason) => (None, Err(reason)),
    }
}

/// The fields of one event, raw.
#[derive(Default)]
struct Wire<'a> {
    event_id: Option<&'a str>,
    event_type: Option<&'a str>,
    timestamp: Option<&'a str>,
    tenant_id: Option<&'a str>,
    session_id: Option<&'a str>,
    user_id: Option<&'a str>,
    page_url: Option<&'a str>,
    referrer: Option<&'a str>,
    device_info: Option<&'a str>,
    properties: Option<&'a str>,
    flat: Flat<'a>,
    /// Fields that are none of these: raw key, raw value.
    extra: Vec<(&'a str, &'a str)>,
}

impl<'a> Wire<'a> {
    fn set(&mut self, key: &'a str, value: &'a str) {
        let name = wire::name(key);
        let slot = match &*name {
            "eventId" => &mut self.event_id,
            "eventType" => &mut self.event_type,
            "timestamp" => &mut self.timestamp,
            "tenantId" => &mut self.tenant_id,
            "sessionId" => &mut self.session_id,
            "userId" => &mut self.user_id,
            "pageUrl" => &mut self.page_url,
            "referrer" => &mut self.referrer,
            "deviceInfo" => &mut self.device_info,
            "properties" => &mut self.properties,
            // Keys of ours that clients put into bodies are never stored.
            name if wire::is_key(name) => return,
            other if self.flat.take(other, key, value) => return,
            _ => return self.extra.push((key, value)),
        };
        *slot = Some(value);
    }

    fn into_draft(mut self, bytes: usize) -> Parsed<'a> {
        let mut cut = false;
        let mut text = |field, raw| -> Result<_, Reason> {
            Ok(wire::text(field, raw)?.map(|text| clean::text(text, &mut cut)))
        };
        let event_id = required("eventId", wire::text("eventId", self.event_id)?)?;
        if event_id.parse::<EventId>().is_err() {
            return Err(Reason::invalid("eventId", "is not a UUID"));
        }
        let event_type = required("eventType", text("eventType", self.event_type)?)?;
        let timestamp = required("timestamp", time("timestamp", self.timestamp)?)?;
        let session_id = required("sessionId", text("sessionId", self.session_id)?)?;
        let user_id = text("userId", self.user_id)?;
        let page_url = required("pageUrl", text("pageUrl", self.page_url)?)?;
        let referrer = text("referrer", self.referrer)?;
        let device = Device::of(required("deviceInfo", object("deviceInfo", self.device_info)?)?);
        let device_type = required(DEVICE_TYPE, text(DEVICE_TYPE, device.device_type)?)?;
        let os = required(OS, text(OS, device.os)?)?;
        let browser = required(BROWSER, text(BROWSER, device.browser)?)?;
        if device.has_more {
            self.extra.push(("\"deviceInfo\"", device.raw));
        }
        let properties = self.properties(&event_type)?;
        let viewed = self.properties.filter(|_| event_type == "page_view");
        let title = viewed.and_then(|properties| find(properties, "title"));
        let title = text("properties.title", title)?;

        let mut fields = Fields::with_capacity(page_url.len() + 160);
        fields.set_some(Field::UserId, user_id.as_deref());
        fields.set(Field::SessionId, &session_id);
        fields.set(Field::Os, &os);
        fields.set(Field::Browser, &browser);
        fields.set(Field::DeviceType, &device_type);
        fields.set(Field::PageUrl, &page_url);
        fields.set_some(Field::PageTitle, title.as_deref());
        fields.set_some(Field::Referrer, referrer.as_deref());
        let properties = clean::object(properties, &mut cut);
        let marks = if cut { Marks::TRUNCATED } else { Marks::default() };
        Ok(Draft {
            event_id: Some(event_id),
            event_type: Some(event_type),
            timestamp: Some(timestamp),
            fields,
            properties: Some(properties),
            bytes,
            marks,
            ..Draft::default()
        })
    }

    /// The properties, both shapes of an error made one, and what has no place of its own.
    fn properties(&mut self, event_type: &str) -> Result<Cow<'a, str>, Reason> {
        let given = object("properties", self.properties)?;
        let flat = std::mem::take(&mut self.flat);
        let merged = if event_type == "error" {
            let (merged, twice) = flat.merged(given);
            self.extra.extend(twice);
            merged
        } else {
            self.extra.extend(flat.into_all());
            given.map(Cow::Borrowed)
        };
        let properties = required("properties", merged)?;
        shape::check(event_type, &properties)?;
        Ok(match properties {
            Cow::Borrowed(raw) => with_extra(Some(raw), &self.extra).unwrap_or(Cow::Borrowed(raw)),
            Cow::Owned(made) => match with_extra(Some(&made), &self.extra) {
                Some(Cow::Owned(all)) => Cow::Owned(all),
                _ => Cow::Owned(made),
            },
        })
    }
}

const DEVICE_TYPE: &str = "deviceInfo.deviceType";
const OS: &str = "deviceInfo.os";
const BROWSER: &str = "deviceInfo.browser";

/// What the tracker found out about the device, raw.
#[derive(Default)]
struct Device<'a> {
    raw: &'a str,
    device_type: Option<&'a str>,
    os: Option<&'a str>,
    browser: Option<&'a str>,
    /// Something that has no field: all of it is kept beside the properties then.
    has_more: bool,
}

impl<'a> Device<'a> {
    fn of(raw: &'a str) -> Self {
        let mut device = Self { raw, ..Self::default() };
        for (key, value) in entries(raw) {
            match &*wire::name(key) {
                "deviceType" => device.device_type = Some(value),
                "os" => device.os = Some(value),
                "browser" => device.browser = Some(value),
                _ => device.has_more = true,
            }
        }
        device
    }
}

fn required<T>(field: &'static str, value: Option<T>) -> Result<T, Reason> {
    value.ok_or_else(|| Reason::missing(field))
}
