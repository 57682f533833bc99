//! Segment's calls to drafts.

use std::borrow::Cow;

use event::{
    Code, Field, Fields, Micros, Reason, Timestamp,
    json::{elements, entries, find},
};
use ingest::{Draft, RawTime};

use super::{
    super::{Parsed, wire},
    context::{Context, text_of},
};
use crate::Problem;

/// The kinds of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Identify,
    Track,
    Page,
    Screen,
    Group,
    Alias,
}

impl Call {
    fn named(name: &str) -> Option<Self> {
        [Self::Identify, Self::Track, Self::Page, Self::Screen, Self::Group, Self::Alias]
            .into_iter()
            .find(|call| call.as_str() == name)
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::Track => "track",
            Self::Page => "page",
            Self::Screen => "screen",
            Self::Group => "group",
            Self::Alias => "alias",
        }
    }

    /// The type of its event; None where the call names it.
    fn event_type(self) -> Option<&'static str> {
        match self {
            Self::Track => None,
            Self::Identify => Some("$identify"),
            Self::Page => Some("page"),
            Self::Screen => Some("screen"),
            Self::Group => Some("$groupidentify"),
            Self::Alias => Some("$create_alias"),
        }
    }
}

/// What a request says about all its calls.
#[derive(Debug, Default)]
pub(super) struct Envelope<'a> {
    /// The key, wherever it stood in the body.
    pub(super) key: Option<String>,
    /// The kind of the calls, where the path tells it.
    call: Option<Call>,
    context: Option<&'a str>,
    sent_at: Option<Timestamp>,
}

impl<'a> Envelope<'a> {
    /// Takes apart a body: one call of a kind, or without one a batch; the raw calls.
    pub(super) fn of(text: &'a str, call: Option<Call>) -> Result<(Self, Vec<&'a str>), Problem> {
        let raw = wire::json(text)?;
        if !raw.starts_with('{') {
            return Err(Problem::new(Code::InvalidType, "body must be an object"));
        }
        if call.is_some() {
            let envelope = Self { key: key_of([raw].into_iter())?, call, ..Self::default() };
            return Ok((envelope, vec![raw]));
        }
        let Some(batch) = find(raw, "batch").filter(|batch| batch.starts_with('[')) else {
            let problem = Problem::new(Code::InvalidType, "batch must be an array of calls");
            return Err(problem.about("batch"));
        };
        let items: Vec<&str> = elements(batch).collect();
        if items.is_empty() {
            return Err(Problem::new(Code::EmptyBatch, "batch has no calls"));
        }
        let envelope = Self {
            key: key_of([raw].into_iter().chain(items.iter().copied()))?,
            call: None,
            context: find(raw, "context").filter(|context| context.starts_with('{')),
            sent_at: find(raw, "sentAt").and_then(moment),
        };
        Ok((envelope, items))
    }
}

/// The one key in a body.
fn key_of<'a>(objects: impl Iterator<Item = &'a str>) -> Result<Option<String>, Problem> {
    let mut found: Option<Cow<'_, str>> = None;
    for object in objects {
        // What is no text in one call is its own fault, not that of its neighbours.
        let key = find(object, "writeKey").filter(|raw| raw.starts_with('"'));
        let Some(key) = key.and_then(text_of) else { continue };
        if found.as_ref().is_some_and(|other| *other != key) {
            let detail = "the request has several keys that differ";
            return Err(Problem::new(Code::UnknownKey, detail));
        }
        found = Some(key);
    }
    Ok(found.map(Cow::into_owned))
}

fn moment(raw: &str) -> Option<Timestamp> {
    match raw.starts_with('"') {
        true => Timestamp::parse(&text_of(raw)?).ok(),
        false => Timestamp::from_number(raw.parse().ok()?).ok(),
    }
}

/// Reads one call alone, as it is kept when it was rejected.
pub(crate) fn item(raw: &str) -> Parsed<'_> {
    read(raw, &Envelope::default())
}

/// Reads one call.
pub(super) fn read<'a>(raw: &'a str, envelope: &Envelope<'a>) -> Parsed<'a> {
    if !raw.starts_with('{') {
        return Err(Reason::wrong_type("call", "an object"));
    }
    let mut wire = Wire::default();
    for (key, value) in entries(raw) {
        wire.set(key, value);
    }
    let mut draft = wire.into_draft(envelope)?;
    draft.bytes = raw.len();
    Ok(draft)
}

/// The text of a call that says alone what its request said about it, but for the key: its kind,
/// its context, its time by our clock.
pub(super) fn alone(raw: &str, envelope: &Envelope<'_>, now: Timestamp) -> String {
    if !raw.starts_with('{') {
        return raw.to_owned();
    }
    let mut wire = Wire::default();
    let mut all = Vec::new();
    for (key, value) in entries(raw) {
        wire.set(key, value);
        let name = wire::name(key);
        let left_out = match &*name {
            "type" => envelope.call.is_some(),
            "timestamp" | "originalTimestamp" | "sentAt" | "context" => true,
            name => wire::is_key(name),
        };
        if !left_out {
            all.push(format!("{key}:{value}"));
        }
    }
    if let Some(call) = envelope.call {
        all.push(format!("\"type\":\"{}\"", call.as_str()));
    }
    if let Some(context) = wire.context(envelope).merged() {
        all.push(format!("\"context\":{context}"));
    }
    let time = wire.client_time();
    let skew = wire.sent_at(envelope).map_or(0, |sent| sent.0.saturating_sub(now.0));
    match (time, time.and_then(moment)) {
        (_, Some(time)) => {
            let time = Timestamp(time.0.saturating_sub(skew));
            all.push(format!("\"timestamp\":\"{time}\""));
        }
        (Some(time), None) => all.push(format!("\"timestamp\":{time}")),
        (None, _) => {}
    }
    format!("{{{}}}", all.join(","))
}

/// The fields of one call, raw.
#[derive(Default)]
struct Wire<'a> {
    call: Option<&'a str>,
    event: Option<&'a str>,
    user_id: Option<&'a str>,
    anonymous_id: Option<&'a str>,
    previous_id: Option<&'a str>,
    group_id: Option<&'a str>,
    message_id: Option<&'a str>,
    name: Option<&'a str>,
    category: Option<&'a str>,
    properties: Option<&'a str>,
    traits: Option<&'a str>,
    context: Option<&'a str>,
    channel: Option<&'a str>,
    timestamp: Option<&'a str>,
    original_timestamp: Option<&'a str>,
    sent_at: Option<&'a str>,
    /// Fields that are none of these: raw key, raw value.
    extra: Vec<(&'a str, &'a str)>,
}

impl<'a> Wire<'a> {
    fn set(&mut self, key: &'a str, value: &'a str) {
        let slot = match &*wire::name(key) {
            "type" => &mut self.call,
            "event" => &mut self.event,
            "userId" => &mut self.user_id,
            "anonymousId" => &mut self.anonymous_id,
            "previousId" => &mut self.previous_id,
            "groupId" => &mut self.group_id,
            "messageId" => &mut self.message_id,
            "name" => &mut self.name,
            "category" => &mut self.category,
            "properties" => &mut self.properties,
            "traits" => &mut self.traits,
            "context" => &mut self.context,
            "channel" => &mut self.channel,
            "timestamp" => &mut self.timestamp,
            "originalTimestamp" => &mut self.original_timestamp,
            "sentAt" => &mut self.sent_at,
            // Keys of ours that clients put into bodies are never stored.
            name if wire::is_key(name) => return,
            _ => return self.extra.push((key, value)),
        };
        *slot = Some(value);
    }

    fn context(&self, envelope: &Envelope<'a>) -> Context<'a> {
        let own = self.context.filter(|context| context.starts_with('{'));
        Context { own, shared: envelope.context }
    }

    /// The raw time by the client's clock.
    fn client_time(&self) -> Option<&'a str> {
        let some = |raw| wire::present(raw).filter(|raw| *raw != "\"\"");
        some(self.timestamp).or(some(self.original_timestamp))
    }

    fn sent_at(&self, envelope: &Envelope<'_>) -> Option<Timestamp> {
        self.sent_at.and_then(moment).or(envelope.sent_at)
    }

    fn call(&self, envelope: &Envelope<'_>) -> Result<Call, Reason> {
        if let Some(call) = envelope.call {
            return Ok(call);
        }
        let name = wire::text("type", self.call)?.ok_or_else(|| Reason::missing("type"))?;
        let kinds = "must be identify, track, page, screen, group or alias";
        Call::named(&name).ok_or_else(|| Reason::invalid("type", kinds))
    }

    fn into_draft(self, envelope: &Envelope<'a>) -> Parsed<'a> {
        let call = self.call(envelope)?;
        let properties = wire::object("properties", self.properties)?.unwrap_or("{}");
        wire::object("traits", self.traits)?;
        let user_id = id("userId", self.user_id)?;
        let anonymous_id = id("anonymousId", self.anonymous_id)?;
        let previous_id = id("previousId", self.previous_id)?;
        let context = self.context(envelope);
        let mut fields = Fields::with_capacity(256);
        fields.set_some(Field::UserId, user_id.as_deref());
        fields.set_some(Field::DistinctId, user_id.as_deref().or(anonymous_id.as_deref()));
        let device = context.text("device.id").or(anonymous_id.clone());
        fields.set_some(Field::DeviceId, device.as_deref());
        context.set_fields(&mut fields, properties);
        if call == Call::Page && fields.get(Field::PageTitle).is_none() {
            fields.set_some(Field::PageTitle, self.name.and_then(text_of).as_deref());
        }
        let revenue = (call == Call::Track).then(|| revenue(properties)).flatten();
        if revenue.is_some() {
            let currency = find(properties, "currency").and_then(text_of);
            fields.set_some(Field::Currency, currency.as_deref());
        }
        let event_type = match call.event_type() {
            Some(name) => Some(Cow::Borrowed(name)),
            None => wire::text("event", self.event)?,
        };
        let source = context.source(self.channel);
        let timestamp: Option<RawTime<'a>> = wire::time("timestamp", self.client_time())?;
        Ok(Draft {
            event_id: id("messageId", self.message_id)?,
            event_type,
            timestamp,
            sent_at: self.sent_at(envelope),
            properties: self.all_properties(call, properties, previous_id.as_deref(), context),
            fields,
            source,
            revenue,
            user_agent: context.text("userAgent"),
            withheld: Context::withheld(source),
            ..Draft::default()
        })
    }

    /// The properties with the fields of the call that have no place of their own. Ids that are one
    /// person stand where links are looked for.
    fn all_properties(
        &self,
        call: Call,
        properties: &'a str,
        previous_id: Option<&str>,
        context: Context<'a>,
    ) -> Option<Cow<'a, str>> {
        let mut added: Vec<(&str, &str)> = Vec::new();
        let has = |name: &str| find(properties, name).is_some();
        let mut add = |name: &'static str, key: &'static str, value: Option<&'a str>| {
            let value = wire::present(value).filter(|_| !has(name));
            added.extend(value.map(|value| (key, value)));
        };
        if matches!(call, Call::Page | Call::Screen) {
            add("name", "\"name\"", self.name);
            add("category", "\"category\"", self.category);
        }
        add("traits", "\"traits\"", self.traits);
        add("groupId", "\"groupId\"", self.group_id);
        add("previousId", "\"previousId\"", self.previous_id);
        if call == Call::Identify {
            add("$anon_distinct_id", "\"$anon_distinct_id\"", self.anonymous_id);
        }
        if call == Call::Alias && previous_id.is_some() {
            add("alias", "\"alias\"", self.previous_id);
        }
        let all = match added.is_empty() {
            true => Cow::Borrowed(properties),
            false => {
                let all = entries(properties).chain(added);
                let all: Vec<String> = all.map(|(key, value)| format!("{key}:{value}")).collect();
                Cow::Owned(format!("{{{}}}", all.join(",")))
            }
        };
        let context = context.merged();
        let mut extra: Vec<(&str, &str)> = self.extra.clone();
        let kept = context.as_deref().map(|context| ("\"context\"", context));
        let channel = wire::present(self.channel).map(|channel| ("\"channel\"", channel));
        extra.extend(kept.into_iter().chain(channel));
        let text = wire::with_extra(Some(&all), &extra)?.into_owned();
        Some(Cow::Owned(text))
    }
}

/// An id: a text, or a number.
fn id<'a>(field: &'static str, raw: Option<&'a str>) -> Result<Option<Cow<'a, str>>, Reason> {
    match raw.map(str::as_bytes) {
        Some([b'-' | b'0'..=b'9', ..]) => Ok(raw.map(Cow::Borrowed)),
        _ => wire::text(field, raw),
    }
}

/// Money, where it is a number or the text of one.
fn revenue(properties: &str) -> Option<Micros> {
    let amount = |name| text_of(find(properties, name)?)?.parse().ok().and_then(Micros::from_f64);
    amount("revenue").or_else(|| amount("total"))
}

#[cfg(test)]
mod tests;
