//! An event of S3 to a draft: a walk over its raw text.

use std::borrow::Cow;

use event::{
    Field, Fields, Reason, Source,
    json::{entries, unescape},
};
use ingest::Draft;

use super::{
    super::{
        Parsed,
        wire::{self, object, text, time, with_extra},
    },
    rules::{self, Data},
};

/// One event as it was sent, or as it was put together from bare data.
pub(crate) fn item(raw: &str) -> Parsed<'_> {
    let raw = raw.trim_ascii();
    if !raw.starts_with('{') {
        return Err(Reason::wrong_type("event", "an object"));
    }
    let mut wire = Wire::default();
    for (key, value) in entries(raw) {
        wire.set(key, value);
    }
    wire.into_draft(raw.len())
}

/// What S3 calls a field, where a reason may name it.
pub(super) fn name_of(field: Field) -> &'static str {
    match field {
        Field::UserId => "userId",
        Field::SessionId => "sessionId",
        Field::DeviceId => "data.deviceId",
        Field::EntityType => "data.contentType",
        Field::EntityId => "data.contentId",
        field => field.as_str(),
    }
}

/// The fields of one event, raw; of a key that is there twice the last counts.
#[derive(Default)]
struct Wire<'a> {
    event_id: Option<&'a str>,
    event_type: Option<&'a str>,
    user_id: Option<&'a str>,
    session_id: Option<&'a str>,
    timestamp: Option<&'a str>,
    schema_version: Option<&'a str>,
    platform: Option<&'a str>,
    data: Option<&'a str>,
    /// Fields that are none of these: raw key, raw value.
    extra: Vec<(&'a str, &'a str)>,
}

impl<'a> Wire<'a> {
    fn set(&mut self, key: &'a str, value: &'a str) {
        let slot = match &*wire::name(key) {
            "eventId" => &mut self.event_id,
            "eventType" => &mut self.event_type,
            "userId" => &mut self.user_id,
            "sessionId" => &mut self.session_id,
            "timestamp" => &mut self.timestamp,
            "schemaVersion" => &mut self.schema_version,
            "platform" => &mut self.platform,
            "data" => &mut self.data,
            // Keys of ours that clients put into bodies are never stored.
            name if wire::is_key(name) => return,
            _ => return self.extra.push((key, value)),
        };
        *slot = Some(value);
    }

    fn into_draft(self, bytes: usize) -> Parsed<'a> {
        let event_type = text("eventType", self.event_type)?;
        let data = object("data", self.data)?;
        let in_data = Data::of(data.unwrap_or("{}"));
        let paid = rules::check(event_type.as_deref().unwrap_or(""), &in_data)?;
        let platform = text("platform", self.platform)?;
        let (kind, id) = entity(&in_data);
        let version = rules::version(self.schema_version)?;
        let mut fields = Fields::with_capacity(128);
        fields.set_some(Field::UserId, text("userId", self.user_id)?.as_deref());
        fields.set_some(Field::DeviceId, shown(in_data.get("deviceId")).as_deref());
        fields.set_some(Field::SessionId, text("sessionId", self.session_id)?.as_deref());
        fields.set_some(Field::Platform, platform.as_deref());
        fields.set_some(Field::PageUrl, shown(in_data.get("url")).as_deref());
        fields.set_some(Field::Referrer, shown(in_data.get("referrer")).as_deref());
        fields.set_some(Field::EntityType, kind.as_deref());
        fields.set_some(Field::EntityId, id.as_deref());
        fields.set(Field::SchemaVersion, version);
        fields.set_some(Field::Currency, paid.currency.as_deref());
        Ok(Draft {
            event_id: text("eventId", self.event_id)?,
            event_type,
            timestamp: time("timestamp", self.timestamp)?,
            fields,
            properties: with_extra(data, &self.extra),
            source: platform.as_deref().and_then(source),
            revenue: paid.revenue,
            bytes,
            ..Draft::default()
        })
    }
}

/// A text of the data that is there and not empty. One with half of a surrogate pair is none; the
/// data as a whole is refused for it later.
fn shown(raw: Option<&str>) -> Option<Cow<'_, str>> {
    raw.and_then(unescape).filter(|text| !text.is_empty())
}

/// Type and id of what the event is about: the content, else the target.
fn entity<'a>(data: &Data<'a>) -> (Option<Cow<'a, str>>, Option<Cow<'a, str>>) {
    let pair = |kind, id| (shown(data.get(kind)), shown(data.get(id)));
    match pair("contentType", "contentId") {
        (None, None) => pair("targetType", "targetId"),
        content => content,
    }
}

/// The kind of sender a platform stands for.
fn source(platform: &str) -> Option<Source> {
    let platform = platform.to_ascii_lowercase();
    Some(match platform.as_str() {
        "mobile" | "ios" | "android" | "flutter" | "react-native" | "tablet" => Source::Mobile,
        "web" | "browser" | "desktop" => Source::Web,
        "server" | "backend" | "service" => Source::Server,
        "system" => Source::System,
        "webhook" => Source::Webhook,
        _ => return None,
    })
}
