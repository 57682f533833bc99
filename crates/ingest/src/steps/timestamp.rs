//! When it happened.

use event::{Marks, Reason, Timestamp};

use super::Work;
use crate::{Draft, RawTime, Request, scene::Scene};

/// How far ahead of our clock a time may lie before it is replaced.
const AHEAD_MS_MAX: i64 = 24 * 3_600_000;

/// The time is read, corrected by the clock of the client, and bounded.
pub(super) fn timestamp(work: &mut Work<'_, '_>, scene: &Scene<'_>) -> Result<(), Reason> {
    let request = scene.request;
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

/// The time lies within what is kept of the tenant.
pub(super) fn retention(work: &mut Work<'_, '_>, scene: &Scene<'_>) -> Result<(), Reason> {
    match scene.horizon {
        Some(horizon) if work.timestamp < horizon => {
            let field = scene.request.rules.names.timestamp.into();
            Err(Reason::PastRetention { field, horizon })
        }
        _ => Ok(()),
    }
}
