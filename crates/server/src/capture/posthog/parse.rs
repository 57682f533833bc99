//! One event of PostHog to a draft.

use std::borrow::Cow;

use catalog::Catalog;
use event::{
    EventId, Field, Fields, Marks, Reason, Timestamp,
    json::{entries, find, unescape},
};
use ingest::{Draft, RawTime};

use super::{
    super::{Parsed, wire},
    envelope::{self, is_true},
    facts::{self, Facts},
    time,
};

/// What the request says about all its events.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Context<'a> {
    /// The key of the request, which is kept nowhere.
    pub(super) key: Option<&'a str>,
    /// Who knows whether a text is a key: the request's own may stand in its headers.
    pub(super) keys: Option<&'a Catalog>,
    /// When the client says it sent the request.
    pub(super) sent_at: Option<Timestamp>,
    /// What an event without a name is.
    pub(super) event_type: Option<&'static str>,
    /// The client asked for its address to be left out.
    pub(super) no_ip: bool,
    /// What is not taken on this route, whatever the events are.
    pub(super) refused: Option<&'static str>,
}

impl Context<'_> {
    /// Whether a property is a key, of the request or another; a `token` of the client's own is
    /// none.
    pub(super) fn is_its_key(&self, (key, value): (&str, &str)) -> bool {
        let opens = |text: &str| self.keys.is_some_and(|keys| keys.resolve(text).is_some());
        let same = |text: &str| self.key == Some(text) || opens(text);
        wire::name(key) == "token" && unescape(value).is_some_and(|text| same(text.trim()))
    }
}

/// Whether a field beside the event's name is a key.
fn is_key(name: &str) -> bool {
    envelope::is_key(name) || wire::is_key(name)
}

/// Reads one event alone, as it is kept when it was rejected.
pub(crate) fn item(raw: &str) -> Parsed<'_> {
    read(raw, &Context::default())
}

/// Reads one event.
pub(super) fn read<'a>(raw: &'a str, context: &Context<'_>) -> Parsed<'a> {
    if let Some(what) = context.refused {
        return Err(Reason::Unsupported { what: what.into() });
    }
    if !raw.starts_with('{') {
        return Err(Reason::wrong_type("event", "an object"));
    }
    let mut wire = Wire::default();
    for (key, value) in entries(raw) {
        wire.set(key, value);
    }
    let mut draft = wire.into_draft(context)?;
    draft.bytes = raw.len();
    Ok(draft)
}

/// The text of an event that says alone what its request said about it, but for the key: its time
/// by our clock, its name.
pub(super) fn alone(raw: &str, context: &Context<'_>, now: Timestamp) -> String {
    if !raw.starts_with('{') {
        return raw.to_owned();
    }
    let mut wire = Wire::default();
    let mut all = Vec::new();
    for (key, value) in entries(raw) {
        wire.set(key, value);
        match &*wire::name(key) {
            "timestamp" | "offset" | "sent_at" => {}
            name if is_key(name) => {}
            "properties" if value.starts_with('{') => {
                let kept = entries(value).filter(|entry| !context.is_its_key(*entry));
                let kept: Vec<String> = kept.map(|(key, value)| format!("{key}:{value}")).collect();
                all.push(format!("{key}:{{{}}}", kept.join(",")));
            }
            _ => all.push(format!("{key}:{value}")),
        }
    }
    let is_nameless = matches!(wire.event, None | Some("null" | "\"\""));
    if let Some(name) = context.event_type.filter(|_| is_nameless) {
        all.push(format!("\"event\":\"{name}\""));
    }
    let ignored = wire.properties.and_then(|all| find(all, "$ignore_sent_at"));
    let (time, sent_at) = wire.time(context, ignored);
    if let Some(time) = time.and_then(|time| time::corrected(&time, sent_at, now)) {
        all.push(format!("\"timestamp\":\"{time}\""));
    }
    format!("{{{}}}", all.join(","))
}

/// The fields beside the event's name, raw.
#[derive(Default)]
struct Wire<'a> {
    event: Option<&'a str>,
    distinct_id: Option<&'a str>,
    uuid: Option<&'a str>,
    properties: Option<&'a str>,
    set: Option<&'a str>,
    set_once: Option<&'a str>,
    unset: Option<&'a str>,
    timestamp: Option<&'a str>,
    offset: Option<&'a str>,
    sent_at: Option<&'a str>,
    /// Fields that are none of these: raw key, raw value.
    extra: Vec<(&'a str, &'a str)>,
}

impl<'a> Wire<'a> {
    fn set(&mut self, key: &'a str, value: &'a str) {
        let slot = match &*wire::name(key) {
            "event" => &mut self.event,
            "distinct_id" | "$distinct_id" => &mut self.distinct_id,
            "uuid" => &mut self.uuid,
            "properties" => &mut self.properties,
            "$set" => &mut self.set,
            "$set_once" => &mut self.set_once,
            "$unset" => &mut self.unset,
            "timestamp" => &mut self.timestamp,
            "offset" => &mut self.offset,
            "sent_at" => &mut self.sent_at,
            // Keys of ours that clients put into bodies are never stored.
            name if is_key(name) => return,
            _ => return self.extra.push((key, value)),
        };
        *slot = Some(value);
    }

    fn into_draft(self, context: &Context<'_>) -> Parsed<'a> {
        let event_type = wire::text("event", self.event)?;
        let event_type = event_type.or(context.event_type.map(Cow::Borrowed));
        if let Some(what) = event_type.as_deref().and_then(unsupported) {
            return Err(Reason::Unsupported { what: what.into() });
        }
        let properties = wire::object("properties", self.properties)?;
        let facts = Facts::of(properties.unwrap_or(""), |entry| context.is_its_key(entry));
        let id = facts::id(self.distinct_id).or_else(|| facts::id(facts.distinct_id));
        let id = id.ok_or_else(|| Reason::missing("distinct_id"))?;
        let personless = facts.is_personless(event_type.as_deref(), &id);
        let fields = fields(&facts, &id, personless, event_type.as_deref());
        let in_properties = personless && facts.distinct_id.is_none();
        let (timestamp, sent_at) = self.time(context, facts.ignore_sent_at);
        let source = facts.source();
        let mut withheld = facts.withheld(source);
        withheld.ip |= context.no_ip;
        let mut marks = Marks::default();
        if facts::cut(&id).len() < id.len() {
            marks.insert(Marks::TRUNCATED);
        }
        Ok(Draft {
            event_id: uuid(self.uuid)?,
            timestamp,
            sent_at,
            fields,
            properties: self.all_properties(&facts, in_properties.then_some(&*id), context)?,
            source,
            revenue: facts.revenue(),
            user_agent: facts.user_agent.and_then(unescape).filter(|agent| !agent.is_empty()),
            withheld,
            marks,
            event_type,
            ..Draft::default()
        })
    }

    /// When it happened and when it was sent, both by the client's clock.
    fn time(
        &self,
        context: &Context<'_>,
        ignored: Option<&str>,
    ) -> (Option<RawTime<'a>>, Option<Timestamp>) {
        let sent_at = self.sent_at.and_then(time::moment).or(context.sent_at);
        time::of(self.timestamp, self.offset, sent_at.filter(|_| !is_true(ignored)))
    }

    /// The properties with what stood beside them, and without the key.
    fn all_properties(
        &self,
        facts: &Facts<'a>,
        distinct_id: Option<&str>,
        context: &Context<'_>,
    ) -> Result<Option<Cow<'a, str>>, Reason> {
        let set = wire::object("$set", self.set)?;
        let set_once = wire::object("$set_once", self.set_once)?;
        let unset = wire::present(self.unset);
        let as_sent = !facts.has_key && distinct_id.is_none();
        if as_sent && set.is_none() && set_once.is_none() && unset.is_none() {
            return Ok(wire::with_extra(self.properties_raw(), &self.extra));
        }
        let mut all: Vec<(Cow<'_, str>, Cow<'_, str>)> = Vec::new();
        for (key, value) in entries(self.properties_raw().unwrap_or("")) {
            let moved =
                key == "\"$set\"" && set.is_some() || key == "\"$set_once\"" && set_once.is_some();
            if !moved && !context.is_its_key((key, value)) {
                all.push((key.into(), value.into()));
            }
        }
        for (key, own, beside) in
            [("\"$set\"", facts.set, set), ("\"$set_once\"", facts.set_once, set_once)]
        {
            if let Some(beside) = beside {
                all.push((key.into(), both(own, beside)));
            }
        }
        if let Some(unset) = unset {
            all.push(("\"$unset\"".into(), unset.into()));
        }
        if let Some(id) = distinct_id {
            let text = serde_json::to_string(id).unwrap_or_default();
            all.push(("\"distinct_id\"".into(), text.into()));
        }
        let parts: Vec<String> = all.iter().map(|(key, value)| format!("{key}:{value}")).collect();
        let text = format!("{{{}}}", parts.join(","));
        let with_extra = wire::with_extra(Some(&text), &self.extra);
        Ok(with_extra.map(|text| Cow::Owned(text.into_owned())))
    }

    fn properties_raw(&self) -> Option<&'a str> {
        wire::present(self.properties)
    }
}

/// The entries of two objects in one; those of the second hold, as the last of two equal keys does.
fn both<'a>(first: Option<&'a str>, second: &'a str) -> Cow<'a, str> {
    match first.filter(|first| first.starts_with('{')) {
        None => Cow::Borrowed(second),
        Some(first) => {
            let all = entries(first).chain(entries(second));
            let all: Vec<String> = all.map(|(key, value)| format!("{key}:{value}")).collect();
            Cow::Owned(format!("{{{}}}", all.join(",")))
        }
    }
}

/// Kinds of events that are something else: not kept.
fn unsupported(event_type: &str) -> Option<&'static str> {
    match event_type {
        "$$heatmap" => Some("a heatmap"),
        "$snapshot" | "$snapshot_items" => Some("a session recording"),
        "$$client_ingestion_warning" => Some("a warning of a client"),
        _ => None,
    }
}

fn fields(facts: &Facts<'_>, id: &str, personless: bool, event_type: Option<&str>) -> Fields {
    let id = facts::cut(id);
    let mut fields = Fields::with_capacity(256);
    if !personless {
        let user = facts::id(facts.user_id).filter(|_| !is_false(facts.is_identified));
        let identified = is_true(facts.is_identified) || event_type == Some("$identify");
        fields
            .set_some(Field::UserId, user.as_deref().map(facts::cut).or(identified.then_some(id)));
        fields.set(Field::DistinctId, id);
    }
    facts.set_fields(&mut fields);
    fields
}

fn is_false(raw: Option<&str>) -> bool {
    matches!(raw, Some("false" | "\"false\""))
}

/// The client's id of the event, which has to be a UUID.
fn uuid(raw: Option<&str>) -> Result<Option<Cow<'_, str>>, Reason> {
    let text = wire::text("uuid", raw)?;
    match &text {
        Some(text) if text.parse::<EventId>().is_err() => {
            Err(Reason::invalid("uuid", "is not a uuid"))
        }
        _ => Ok(text),
    }
}

#[cfg(test)]
mod tests;
