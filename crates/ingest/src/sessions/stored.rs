//! What the store knows of sessions.

use std::collections::{HashMap, HashSet};

use event::{Dialect, Event, Field, TenantId, Timestamp, json};
use insight::{
    Answer, Column, Counts, Events, Filter, Op, Operand, Order, Predicate, Question, Range,
    Selector, Span, Subject, WeekStart,
};
use jiff::tz::TimeZone;
use store::{AskError, Asking, Cancel, Store};

use super::{
    Session,
    table::{Activity, OPEN_MAX, Table},
    write::{END, START, event_id},
};

/// After a restart sessions are looked for that were started within this before the last event:
/// however long nobody ran, those that were open then are found.
const RECENT_MS: i64 = 24 * 3_600_000;
/// Events of one question.
const PAGE: usize = 1_000;
/// Questions for the ends of sessions. Where they are not enough, a session that is over is ended
/// a second time, which writes a duplicate.
const PAGES_MAX: usize = 200;

/// The sessions of every tenant that are open, as far as can be told.
pub(super) fn open(store: &dyn Store, now: Timestamp) -> HashMap<TenantId, Table> {
    let mut tables = HashMap::new();
    for (tenant, _) in store.books() {
        match open_of(store, &tenant, now) {
            Ok(table) => drop(tables.insert(tenant, table)),
            Err(error) => {
                tracing::warn!(tenant = tenant.as_str(), %error, "open sessions cannot be read");
            }
        }
    }
    tables
}

fn open_of(store: &dyn Store, tenant: &TenantId, now: Timestamp) -> Result<Table, AskError> {
    let Some(last) = last_received(store, tenant)? else { return Ok(Table::default()) };
    let from = last.min(now).0.saturating_sub(RECENT_MS);
    let range = (Timestamp(from), Timestamp::NEWEST);
    let mut table = Table::default();
    let starts = pages(store, tenant, (START, range), OPEN_MAX / PAGE)?;
    if starts.is_empty() {
        return Ok(table);
    }
    let ends = pages(store, tenant, (END, range), PAGES_MAX)?;
    let ended: HashSet<&str> = ends.iter().filter_map(|event| genuine(event, END)).collect();
    for start in starts.iter().rev() {
        if let Some(id) = genuine(start, START).filter(|id| !ended.contains(id)) {
            // When exactly it was heard of last is looked up when somebody asks; not later than that.
            let session = started(start, id);
            table.insert(
                Session { last_activity: last.max(session.last_activity), ..session },
                false,
            );
        }
    }
    Ok(table)
}

/// When the newest event was received, of any dialect. One that is ahead of the clock was received
/// at most a day before its time.
fn last_received(store: &dyn Store, tenant: &TenantId) -> Result<Option<Timestamp>, AskError> {
    let question = Events {
        range: spanning((Timestamp(0), Timestamp::NEWEST)),
        selector: Selector::default(),
        limit: 1,
        order: Order::Newest,
        after: None,
    };
    let (answer, _) = store.ask(&Question::Events(question), &asking(tenant, Timestamp(0)))?;
    let Answer::Events(newest) = answer else { return Ok(None) };
    Ok(newest.events.first().map(|event| event.received_at))
}

/// All events of a type in a range, newest first, in at most so many questions.
fn pages(
    store: &dyn Store,
    tenant: &TenantId,
    (event_type, range): (&str, (Timestamp, Timestamp)),
    pages_max: usize,
) -> Result<Vec<Event>, AskError> {
    let mut all = Vec::new();
    let mut after = None;
    for _ in 0..pages_max {
        let question = Events {
            range: spanning(range),
            selector: selector(Some(event_type), Vec::new()),
            limit: PAGE,
            order: Order::Newest,
            after: after.take(),
        };
        let (Answer::Events(answer), _) =
            store.ask(&Question::Events(question), &asking(tenant, range.0))?
        else {
            break;
        };
        all.extend(answer.events);
        after = answer.next;
        if after.is_none() {
            break;
        }
    }
    Ok(all)
}

/// A session by its id.
pub(super) fn find(
    store: &dyn Store,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Session>, AskError> {
    let one = |event_type| -> Result<Option<Event>, AskError> {
        let newest = list(store, tenant, Some(event_type), vec![of_session(id)])?;
        Ok(newest.filter(|event| genuine(event, event_type).is_some()))
    };
    let Some(start) = one(START)? else { return Ok(None) };
    let mut session = started(&start, id);
    match one(END)?.filter(|end| end.timestamp >= start.timestamp) {
        Some(end) => {
            session.ended_at = Some(end.timestamp);
            session.last_activity = end.timestamp;
            let count = json::find(&end.properties, "event_count");
            session.event_count = count.and_then(|count| count.parse().ok()).unwrap_or(0);
        }
        None => {
            let activity = activity(store, tenant, id, None)?;
            session.event_count = activity.count;
            session.last_activity = activity.last.unwrap_or(start.received_at);
        }
    }
    Ok(Some(session))
}

/// The events of a session that were received up to a moment.
pub(super) fn activity(
    store: &dyn Store,
    tenant: &TenantId,
    id: &str,
    until: Option<Timestamp>,
) -> Result<Activity, AskError> {
    let received =
        |until: Timestamp| is(Column::ReceivedAt, Op::Lte, Operand::Number(until.0 as f64));
    let conditions: Vec<Filter> =
        std::iter::once(of_session(id)).chain(until.map(received)).collect();
    let counts = Counts {
        range: spanning((Timestamp(0), Timestamp::NEWEST)),
        selector: selector(None, conditions.clone()),
    };
    let asking_all = asking(tenant, Timestamp(0));
    let count = match store.ask(&Question::Counts(counts), &asking_all)? {
        (Answer::Counts(answer), _) => {
            let own = answer.events.iter().filter(|of| ![START, END].contains(&&*of.event_type));
            own.map(|of| of.count).sum()
        }
        _ => 0,
    };
    let last = list(store, tenant, None, conditions)?.map(|event| event.received_at);
    Ok(Activity { count, last })
}

/// The newest event of a type that meets conditions.
fn list(
    store: &dyn Store,
    tenant: &TenantId,
    event_type: Option<&str>,
    conditions: Vec<Filter>,
) -> Result<Option<Event>, AskError> {
    let question = Events {
        range: spanning((Timestamp(0), Timestamp::NEWEST)),
        selector: selector(event_type, conditions),
        limit: 1,
        order: Order::Newest,
        after: None,
    };
    match store.ask(&Question::Events(question), &asking(tenant, Timestamp(0)))? {
        (Answer::Events(answer), _) => Ok(answer.events.into_iter().next()),
        _ => Ok(None),
    }
}

/// The session of an event that was written by us as its start or end, not sent by a client.
fn genuine<'a>(event: &'a Event, event_type: &str) -> Option<&'a str> {
    let id = event.fields.get(Field::SessionId)?;
    (event.id == event_id(&event.tenant, event_type, id)).then_some(id)
}

fn started(start: &Event, id: &str) -> Session {
    let field = |field| start.fields.get(field).map(str::to_owned);
    Session {
        id: id.to_owned(),
        distinct_id: field(Field::DistinctId).unwrap_or_default(),
        device_id: field(Field::DeviceId),
        started_at: start.timestamp,
        last_activity: start.received_at,
        ended_at: None,
        event_count: 0,
        app_version: field(Field::AppVersion),
        os: field(Field::Os),
        os_version: field(Field::OsVersion),
    }
}

fn selector(event_type: Option<&str>, mut conditions: Vec<Filter>) -> Selector {
    let dialect = Operand::Text(Dialect::Mobile.as_str().into());
    conditions.push(is(Column::Dialect, Op::Is, dialect));
    Selector { event: event_type.map(str::to_owned), filter: Filter::All(conditions) }
}

fn of_session(id: &str) -> Filter {
    is(Column::Text(Field::SessionId), Op::Is, Operand::Text(id.to_owned()))
}

fn is(column: Column, op: Op, operand: Operand) -> Filter {
    Filter::Is(Predicate { subject: Subject::Field(column), op, operands: vec![operand] })
}

fn spanning((from, to): (Timestamp, Timestamp)) -> Range {
    Range { from, to, zone: TimeZone::UTC, week_start: WeekStart::Monday, span: Span::Fixed }
}

fn asking(tenant: &TenantId, now: Timestamp) -> Asking {
    Asking { tenant: tenant.clone(), now, deadline: None, cancel: Cancel::new() }
}
