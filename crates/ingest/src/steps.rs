//! The checks every draft goes through, in this order.
//!
//! A step looks at one thing and either keeps the draft or says why not. Adding a check is adding
//! a function and a line to [`STEPS`].

use std::borrow::Cow;

use event::{Field, Limits, Marks, Reason, Timestamp, json};

use crate::{Draft, RawTime, Request};

/// What a step works on: the draft, and what earlier steps found.
#[derive(Debug)]
pub struct Work<'a, 'd> {
    /// The draft.
    pub draft: &'a mut Draft<'d>,
    /// Its time, once the step `timestamp` has run.
    pub timestamp: Timestamp,
    /// The moment before which events of the tenant are not kept.
    pub horizon: Option<Timestamp>,
}

/// One check.
pub type Step = fn(&mut Work<'_, '_>, &Request, &Limits) -> Result<(), Reason>;

/// All checks, in order, by name.
pub const STEPS: &[(&str, Step)] = &[
    ("size", size),
    ("event_type", event_type),
    ("timestamp", timestamp),
    ("retention", retention),
    ("ids", ids),
    ("identity", identity),
    ("properties", properties),
];

/// How far ahead of our clock a time may lie before it is replaced.
const AHEAD_MS_MAX: i64 = 24 * 3_600_000;

/// Runs all steps; the time of the event, or the first reason against it.
/// `horizon`: the moment before which events of the tenant are not kept.
pub fn run(
    draft: &mut Draft<'_>,
    request: &Request,
    limits: &Limits,
    horizon: Option<Timestamp>,
) -> Result<Timestamp, Reason> {
    let mut work = Work { draft, timestamp: request.received_at, horizon };
    for (_, step) in STEPS {
        step(&mut work, request, limits)?;
    }
    Ok(work.timestamp)
}

fn size(work: &mut Work<'_, '_>, _: &Request, limits: &Limits) -> Result<(), Reason> {
    let (bytes, limit) = (work.draft.bytes, limits.event_bytes);
    if bytes > limit { Err(Reason::EventTooLarge { bytes, limit }) } else { Ok(()) }
}

fn event_type(work: &mut Work<'_, '_>, request: &Request, limits: &Limits) -> Result<(), Reason> {
    let field = request.rules.names.event_type;
    let Some(name) = work.draft.event_type.as_deref().filter(|name| !name.is_empty()) else {
        return Err(Reason::missing(field));
    };
    if name.trim().is_empty() {
        return Err(Reason::invalid(field, "is blank"));
    }
    bounded(name, field, limits.event_type_chars)
}

fn timestamp(work: &mut Work<'_, '_>, request: &Request, _: &Limits) -> Result<(), Reason> {
    let (rules, received) = (request.rules, request.received_at);
    let Some(time) = client_time(work.draft, request)? else { return Ok(()) };
    let field = rules.names.timestamp;
    if let Some(age_ms_max) = rules.strict_age_ms {
        let oldest = Timestamp(received.0.saturating_sub(age_ms_max));
        if time > received {
            return Err(Reason::FutureTimestamp { field: field.into() });
        }
        if time < oldest {
            return Err(Reason::TooOld { field: field.into(), limit: oldest.to_string().into() });
        }
    }
    if time < Timestamp::OLDEST {
        return Err(Reason::TooOld { field: field.into(), limit: "2000-01-01".into() });
    }
    if time.0 > received.0.saturating_add(AHEAD_MS_MAX) {
        work.draft.marks.insert(Marks::TIME_ADJUSTED);
    } else {
        work.timestamp = time;
    }
    Ok(())
}

/// The client's time, its clock corrected by when it says it sent; None where it says nothing.
fn client_time(draft: &Draft<'_>, request: &Request) -> Result<Option<Timestamp>, Reason> {
    let parsed = match &draft.timestamp {
        None => return Ok(None),
        Some(RawTime::Settled(time)) => return Ok(Some(*time)),
        Some(RawTime::Text(text)) => Timestamp::parse(text),
        Some(RawTime::Number(number)) => Timestamp::from_number(*number),
    };
    let client = match parsed {
        Ok(client) => client,
        Err(_) if request.rules.lenient_time => return Ok(None),
        Err(error) => {
            return Err(Reason::invalid(request.rules.names.timestamp, error.to_string()));
        }
    };
    let sent_at = draft.sent_at.or(request.sent_at);
    let skew = sent_at.map_or(0, |sent| sent.0.saturating_sub(request.received_at.0));
    Ok(Some(Timestamp(client.0.saturating_sub(skew))))
}

fn retention(work: &mut Work<'_, '_>, request: &Request, _: &Limits) -> Result<(), Reason> {
    match work.horizon {
        Some(horizon) if work.timestamp < horizon => {
            Err(Reason::PastRetention { field: request.rules.names.timestamp.into(), horizon })
        }
        _ => Ok(()),
    }
}

/// Fields that identify something, and so have a limit and no control characters.
const IDS: [Field; 11] = [
    Field::UserId,
    Field::DistinctId,
    Field::DeviceId,
    Field::SessionId,
    Field::EntityType,
    Field::EntityId,
    Field::ActorId,
    Field::ActorType,
    Field::CreatorId,
    Field::BrandId,
    Field::IdempotencyKey,
];

fn ids(work: &mut Work<'_, '_>, request: &Request, limits: &Limits) -> Result<(), Reason> {
    if let Some(id) = &work.draft.event_id {
        bounded(id, request.rules.names.event_id, limits.id_chars)?;
    }
    for (field, text) in work.draft.fields.view().iter() {
        if IDS.contains(&field) {
            bounded(text, (request.rules.names.text)(field), limits.id_chars)?;
        }
    }
    Ok(())
}

fn identity(work: &mut Work<'_, '_>, request: &Request, _: &Limits) -> Result<(), Reason> {
    let fields = &mut work.draft.fields;
    if fields.get(Field::DistinctId).is_none_or(str::is_empty) {
        let named = request.rules.identity.iter().find_map(|field| fields.get(*field));
        if let Some(id) = named.filter(|id| !id.is_empty()).map(str::to_owned) {
            fields.set(Field::DistinctId, &id);
        }
    }
    Ok(())
}

fn properties(work: &mut Work<'_, '_>, request: &Request, limits: &Limits) -> Result<(), Reason> {
    match &work.draft.properties {
        Some(raw) => json::check(raw, request.rules.names.properties, limits),
        None => {
            work.draft.properties = Some(Cow::Borrowed("{}"));
            Ok(())
        }
    }
}

fn bounded(text: &str, field: &'static str, limit: usize) -> Result<(), Reason> {
    // A text has at most as many characters as bytes, so most are never counted.
    if text.len() > limit {
        let chars = text.chars().count();
        if chars > limit {
            return Err(Reason::TooLong { field: field.into(), chars, limit });
        }
    }
    if text.chars().any(char::is_control) {
        return Err(Reason::invalid(field, "has control characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
