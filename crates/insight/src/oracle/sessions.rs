//! Figures over sessions.

use event::Field;

use super::{
    session::{self, Session},
    world::{People, World},
};
use crate::{
    AnswerError, Classes, Cursor, SessionFigures, SessionLine, Sessions, SessionsAnswer,
    calendar::Buckets, exact,
};

fn found<'a>(q: &Sessions, world: &World<'a>) -> Result<Vec<Session<'a>>, AnswerError> {
    let mut found = Vec::new();
    for session in session::starting_in(&q.range, world) {
        let is_meant = q.active.is_none_or(|active| active == goes_on(&session, world));
        if is_meant && !world.select(&session.rows, &q.selector)?.is_empty() {
            found.push(session);
        }
    }
    Ok(found)
}

fn goes_on(session: &Session<'_>, world: &World<'_>) -> bool {
    let has_end = session.rows.iter().any(|row| *row.event.event_type == *Sessions::END);
    Sessions::goes_on(session.end(), has_end, world.now)
}

pub(super) fn people<'a>(
    q: &Sessions,
    bounced: bool,
    world: &World<'a>,
) -> Result<People<'a>, AnswerError> {
    let sessions = found(q, world)?;
    let counts = |session: &&Session<'a>| !bounced || session.bounced(&q.classes);
    Ok(sessions.iter().filter(counts).map(|session| session.person).collect())
}

pub(super) fn figures(sessions: &[&Session<'_>], classes: &Classes) -> SessionFigures {
    let count = sessions.len() as u64;
    let persons: People<'_> = sessions.iter().map(|session| session.person).collect();
    let bounced = sessions.iter().filter(|session| session.bounced(classes)).count() as u64;
    let mut spans: Vec<i64> = sessions.iter().map(|session| session.length_ms()).collect();
    spans.sort_unstable();
    let events = sessions.iter().map(|session| session.rows.len() as u64).sum();
    SessionFigures {
        sessions: count,
        persons: persons.len() as u64,
        bounced,
        bounce_rate: exact::rate(bounced, count),
        avg_seconds: exact::mean_seconds(spans.iter().map(|&ms| i128::from(ms)).sum(), count),
        median_seconds: exact::median_seconds(&spans),
        events_per_session: exact::rate(events, count),
    }
}

pub(super) fn answer(q: &Sessions, world: &World<'_>) -> Result<SessionsAnswer, AnswerError> {
    let sessions = found(q, world)?;
    let all: Vec<&Session<'_>> = sessions.iter().collect();
    let data = match q.interval {
        None => None,
        Some(interval) => {
            let buckets = Buckets::new(&q.range, interval)?;
            let bucket = |index: usize| {
                let inside = |s: &&&Session<'_>| buckets.index(s.start()) == Some(index);
                let mine: Vec<&Session<'_>> = all.iter().filter(inside).copied().collect();
                let partial = buckets.is_partial(index, world.now);
                (buckets.starts()[index], figures(&mine, &q.classes), partial)
            };
            Some((0..buckets.len()).map(bucket).collect())
        }
    };
    let first = |session: &Session<'_>| (session.start(), session.rows[0].event.id);
    let behind = |session: &&&Session<'_>| {
        q.after.is_none_or(|after| first(session) < (after.timestamp, after.id))
    };
    let shown: Vec<&&Session<'_>> = all.iter().rev().filter(behind).collect();
    let more = q.list > 0 && shown.len() > q.list;
    let next = shown.get(q.list.wrapping_sub(1)).filter(|_| more).map(|session| {
        let (timestamp, id) = first(session);
        Cursor { timestamp, id, of: q.fingerprint(&session.rows[0].event.tenant) }
    });
    let lines = || shown.iter().take(q.list).map(|session| line(session, q, world)).collect();
    let list = (q.list > 0).then(lines);
    Ok(SessionsAnswer { all: figures(&all, &q.classes), data, list, next })
}

fn line(session: &Session<'_>, q: &Sessions, world: &World<'_>) -> SessionLine {
    let classes = &q.classes;
    let of_first = |field| session.rows[0].event.fields.get(field).map(str::to_owned);
    let is_view = |row: &&super::world::Seen<'_>| classes.is_page_view(&row.event.event_type);
    let is_mark = |row: &&super::world::Seen<'_>| {
        [Sessions::START, Sessions::END].contains(&&*row.event.event_type)
    };
    let mut views = session.rows.iter().filter(is_view);
    let path =
        |seen: &super::world::Seen<'_>| seen.event.fields.get(Field::PagePath).map(str::to_owned);
    let entry_page = views.next().and_then(path);
    let last = session.rows.iter().rfind(is_view);
    SessionLine {
        session_id: session.id.map(str::to_owned),
        person: session.person.to_owned(),
        start: session.start(),
        end: session.end(),
        events: session.rows.len() as u64,
        marks: session.rows.iter().filter(is_mark).count() as u64,
        views: session.page_views(classes) as u64,
        entry_page,
        exit_page: last.and_then(path),
        bounced: session.bounced(classes),
        active: goes_on(session, world),
        distinct_id: of_first(Field::DistinctId),
        device_id: of_first(Field::DeviceId),
        app_version: of_first(Field::AppVersion),
        os: of_first(Field::Os),
        os_version: of_first(Field::OsVersion),
    }
}
