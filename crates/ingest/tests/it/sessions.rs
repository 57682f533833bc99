//! Sessions: two requests at once, silence, restarts in between, erasure.

use std::{path::Path, sync::Arc};

use disk::{RealFs, SharedFs};
use event::{Dialect, Event, Field, Fields, Reason, TenantId, Timestamp};
use ingest::{Draft, Ended, Request, Session, Started};

use crate::{fakes::NOW, house::House};

const DAY_MS: i64 = 24 * 3_600_000;
const MINUTE_MS: i64 = 60_000;

fn open(root: &Path, now: Timestamp) -> House {
    let fs: SharedFs = Arc::new(RealFs);
    House::open_at(&fs, root, DAY_MS, now).unwrap()
}

fn after(minutes: i64) -> Timestamp {
    Timestamp(NOW.0 + minutes * MINUTE_MS)
}

fn request(at: Timestamp) -> Request {
    Request { dialect: Dialect::Mobile, ..crate::fakes::request(at) }
}

/// What `person` sends from `device`, naming `session`; empty texts are absent.
fn draft<'a>(event_type: &'a str, person: &str, device: &str, session: &str) -> Draft<'a> {
    let mut fields = Fields::new();
    let named =
        [(Field::DistinctId, person), (Field::DeviceId, device), (Field::SessionId, session)];
    for (field, text) in named.into_iter().filter(|(_, text)| !text.is_empty()) {
        fields.set(field, text);
    }
    fields.set(Field::Os, "iOS");
    Draft { event_type: Some(event_type.into()), fields, ..Draft::default() }
}

async fn asked(house: &House, at: Timestamp, draft: Result<Draft<'_>, Reason>) -> Started {
    house.pipeline.sessions().start(&request(at), draft).await.unwrap()
}

async fn start(house: &House, at: Timestamp, person: &str, device: &str, id: &str) -> Session {
    match asked(house, at, Ok(draft("", person, device, id))).await {
        Started::New(session) => session,
        other => panic!("{other:?}"),
    }
}

async fn end(house: &House, at: Timestamp, id: &str) -> Option<Session> {
    match house.pipeline.sessions().end(&request(at), id).await.unwrap() {
        Ended::Over(session) => Some(session),
        Ended::Unknown => None,
        Ended::Refused(reason) => panic!("{reason}"),
    }
}

async fn send(house: &House, at: Timestamp, person: &str, device: &str, session: &str) {
    let drafts = vec![Ok(draft("tap", person, device, session))];
    house.pipeline.admit(&request(at), drafts).await.unwrap();
}

/// Type, session and time of what is stored, oldest first.
fn stored(house: &House) -> Vec<(String, String, i64)> {
    house.let_it_flush(|| false);
    let line = |event: Event| {
        let session = event.fields.get(Field::SessionId).unwrap_or("-").to_owned();
        (event.event_type.into(), session, (event.timestamp.0 - NOW.0) / MINUTE_MS)
    };
    let mut all: Vec<_> = house.events().into_iter().map(line).collect();
    all.reverse();
    all
}

fn line(event_type: &str, session: &str, minute: i64) -> (String, String, i64) {
    (event_type.into(), session.into(), minute)
}

#[tokio::test(flavor = "multi_thread")]
async fn events_join_the_open_session_of_their_person_and_device() {
    let temp = tempfile::tempdir().unwrap();
    let house = open(temp.path(), NOW);
    start(&house, after(1), "ada", "phone", "s1").await;
    start(&house, after(2), "ada", "tablet", "s2").await;
    send(&house, after(3), "ada", "phone", "").await;
    send(&house, after(4), "ada", "tablet", "").await;
    send(&house, after(5), "ada", "watch", "").await;
    send(&house, after(6), "bob", "phone", "").await;
    send(&house, after(7), "ada", "phone", "own").await;
    let over = end(&house, after(10), "s1").await.unwrap();
    assert_eq!((over.event_count, over.duration_seconds()), (1, Some(540)));
    assert_eq!((over.ended_at, over.os.as_deref()), (Some(after(10)), Some("iOS")));
    send(&house, after(11), "ada", "phone", "").await;
    send(&house, after(12), "ada", "phone", "s1").await;
    assert_eq!(end(&house, after(13), "s1").await, Some(over), "the same answer again");
    assert_eq!(end(&house, after(13), "own").await, None, "nobody started it");
    let expected = [
        line("session_start", "s1", 1),
        line("session_start", "s2", 2),
        line("tap", "s1", 3),
        line("tap", "s2", 4),
        line("tap", "-", 5),
        line("tap", "-", 6),
        line("tap", "own", 7),
        line("session_end", "s1", 10),
        line("tap", "-", 11),
        line("tap", "s1", 12),
    ];
    assert_eq!(stored(&house), expected);
    house.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_session_ends_the_one_before_on_the_same_device() {
    let temp = tempfile::tempdir().unwrap();
    let house = open(temp.path(), NOW);
    start(&house, after(1), "ada", "phone", "s1").await;
    start(&house, after(1), "ada", "", "s2").await;
    start(&house, after(5), "ada", "phone", "s3").await;
    let first = end(&house, after(9), "s1").await.unwrap();
    assert_eq!(first.ended_at, Some(after(5)));
    assert_eq!(end(&house, after(9), "s2").await.unwrap().ended_at, Some(after(9)));
    let known = asked(&house, after(9), Ok(draft("", "ada", "phone", "s3"))).await;
    assert!(matches!(known, Started::Known(s) if s.ended_at.is_none()));
    let refused = asked(&house, after(9), Err(Reason::missing("x"))).await;
    assert!(matches!(refused, Started::Refused(_)));
    let long = "x".repeat(201);
    for (person, device, id) in
        [("ada", "phone", &*long), (&*long, "p", "s4"), ("ada", &*long, "s4")]
    {
        let refused = asked(&house, after(9), Ok(draft("", person, device, id))).await;
        assert!(matches!(refused, Started::Refused(Reason::TooLong { .. })), "{refused:?}");
    }
    let s3 = house.pipeline.sessions().find(&TenantId::default_tenant(), "s3").await.unwrap();
    assert_eq!(s3.unwrap().ended_at, None, "a refused start ends nothing");
    house.let_it_flush(|| false);
    let ends: Vec<Event> =
        house.events().into_iter().filter(|e| &*e.event_type == "session_end").collect();
    assert!(ends.iter().any(|e| e.properties.contains(r#""reason":"new_session""#)), "{ends:?}");
    assert_eq!(house.books().rejected, 4);
    house.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_requests_at_once_one_is_first() {
    let temp = tempfile::tempdir().unwrap();
    let house = open(temp.path(), NOW);
    let sessions = || house.pipeline.sessions();
    let at = request(after(1));
    for round in 0..20 {
        let id = format!("s{round}");
        // The same id, by two persons.
        let (ada, bob) = tokio::join!(
            sessions().start(&at, Ok(draft("", "ada", "phone", &id))),
            sessions().start(&at, Ok(draft("", "bob", "phone", &id))),
        );
        let new = [ada.unwrap(), bob.unwrap()].map(|s| matches!(s, Started::New(_)));
        assert_eq!(new.iter().filter(|new| **new).count(), 1, "round {round}");
        let (first, second) = tokio::join!(sessions().end(&at, &id), sessions().end(&at, &id));
        assert_eq!(first.unwrap(), second.unwrap(), "round {round}");
    }
    // No id, the same person and device: one of them ends the other.
    let starts = (0..20).map(|_| {
        let (pipeline, at) = (house.pipeline.clone(), at.clone());
        tokio::spawn(async move {
            pipeline.sessions().start(&at, Ok(draft("", "eve", "phone", ""))).await.unwrap();
        })
    });
    for start in starts.collect::<Vec<_>>() {
        start.await.unwrap();
    }
    house.let_it_flush(|| false);
    let of = |name: &str| {
        let eve = |e: &Event| e.fields.get(Field::DistinctId) == Some("eve");
        house.events().into_iter().filter(|e| &*e.event_type == name && eve(e)).count()
    };
    assert_eq!((of("session_start"), of("session_end")), (20, 19));
    house.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_nobody_hears_of_ends_with_its_last_event() {
    let temp = tempfile::tempdir().unwrap();
    let house = open(temp.path(), NOW);
    start(&house, after(1), "ada", "phone", "s1").await;
    start(&house, after(1), "bob", "phone", "s2").await;
    send(&house, after(20), "ada", "phone", "").await;
    let sessions = house.pipeline.sessions();
    assert_eq!(sessions.close_inactive(after(31)).await, 0);
    assert_eq!(sessions.close_inactive(after(32)).await, 1, "bob was last heard of at 1");
    send(&house, after(45), "ada", "phone", "").await;
    assert_eq!(sessions.close_inactive(after(75)).await, 0);
    assert_eq!(sessions.close_inactive(after(76)).await, 1);
    assert_eq!(sessions.close_inactive(after(200)).await, 0);
    let over = end(&house, after(300), "s1").await.unwrap();
    assert_eq!((over.ended_at, over.event_count), (Some(after(45)), 2));
    let ends: Vec<_> = stored(&house).into_iter().filter(|l| l.0 == "session_end").collect();
    assert_eq!(ends, [line("session_end", "s2", 1), line("session_end", "s1", 45)]);
    house.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_outlive_a_restart() {
    let temp = tempfile::tempdir().unwrap();
    let house = open(temp.path(), NOW);
    start(&house, after(1), "ada", "phone", "open").await;
    start(&house, after(1), "bob", "phone", "silent").await;
    start(&house, after(1), "eve", "phone", "over").await;
    send(&house, after(2), "ada", "phone", "").await;
    send(&house, after(3), "eve", "phone", "").await;
    let over = end(&house, after(4), "over").await;
    // A client's own event of that name is none of ours.
    let forged = vec![Ok(draft("session_start", "mallory", "phone", "forged"))];
    house.pipeline.admit(&request(after(4)), forged).await.unwrap();
    house.stop();

    let house = open(temp.path(), after(10));
    assert_eq!(end(&house, after(11), "over").await, over);
    assert_eq!(end(&house, after(11), "forged").await, None);
    let again = asked(&house, after(11), Ok(draft("", "eve", "", "over"))).await;
    assert_eq!(again, Started::Known(over.unwrap()));
    send(&house, after(12), "ada", "phone", "").await;
    send(&house, after(25), "ada", "phone", "").await;
    assert_eq!(house.pipeline.sessions().close_inactive(after(40)).await, 1);
    house.stop();

    let house = open(temp.path(), after(50));
    let silent = end(&house, after(51), "silent").await.unwrap();
    assert_eq!(silent.ended_at, Some(after(1)));
    let ada = end(&house, after(51), "open").await.unwrap();
    assert_eq!((ada.event_count, ada.ended_at), (3, Some(after(51))));
    assert_eq!((ada.started_at, ada.device_id.as_deref()), (after(1), Some("phone")));
    house.stop();

    // Days later it is not among those that are read at the start.
    let days = after(5 * 24 * 60);
    let house = open(temp.path(), days);
    assert_eq!(end(&house, days, "open").await, Some(ada));
    house.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_session_is_found_by_its_id_alone() {
    let temp = tempfile::tempdir().unwrap();
    let house = open(temp.path(), NOW);
    start(&house, after(1), "ada", "phone", "s1").await;
    send(&house, after(2), "ada", "phone", "").await;
    house.stop();
    let days = after(2 * 24 * 60);
    let house = open(temp.path(), days);
    send(&house, days, "ada", "phone", "").await;
    let over = end(&house, days, "s1").await.unwrap();
    assert_eq!((over.event_count, over.ended_at), (1, Some(days)));
    house.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_ends_a_session_of_another_tenant() {
    let temp = tempfile::tempdir().unwrap();
    let house = open(temp.path(), NOW);
    start(&house, after(1), "ada", "phone", "s1").await;
    let other = Request { tenant: TenantId::new("other").unwrap(), ..request(after(2)) };
    let sessions = house.pipeline.sessions();
    assert_eq!(sessions.end(&other, "s1").await.unwrap(), Ended::Unknown);
    let drafts = vec![Ok(draft("tap", "ada", "phone", ""))];
    house.pipeline.admit(&other, drafts).await.unwrap();
    let started = sessions.start(&other, Ok(draft("", "ada", "phone", "s1"))).await.unwrap();
    assert!(matches!(started, Started::New(_)));
    assert_eq!(end(&house, after(3), "s1").await.unwrap().event_count, 0);
    house.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_is_not_written_of_again() {
    let temp = tempfile::tempdir().unwrap();
    let house = open(temp.path(), NOW);
    start(&house, after(1), "ada", "phone", "s1").await;
    let (tenant, how) = (TenantId::default_tenant(), store::erasure::How::Delete);
    house.pipeline.erase(&tenant, "ada", how, after(2)).unwrap();
    assert_eq!(house.pipeline.sessions().close_inactive(after(60)).await, 0);
    house.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_open_before_days_of_downtime_ends_with_its_last_event() {
    let temp = tempfile::tempdir().unwrap();
    let house = open(temp.path(), NOW);
    start(&house, after(1), "ada", "phone", "s1").await;
    start(&house, after(1), "bob", "phone", "s2").await;
    send(&house, after(20), "ada", "phone", "").await;
    house.stop();
    let days = 3 * 24 * 60;
    let house = open(temp.path(), after(days));
    // It is over, though nobody wrote so yet: an event of today is none of its events.
    send(&house, after(days), "ada", "phone", "").await;
    assert_eq!(house.pipeline.sessions().close_inactive(after(days)).await, 2);
    assert_eq!(house.pipeline.sessions().close_inactive(after(days)).await, 0);
    let over = end(&house, after(days), "s1").await.unwrap();
    assert_eq!((over.ended_at, over.event_count), (Some(after(20)), 1));
    assert_eq!(over.duration_seconds(), Some(19 * 60));
    let ends: Vec<_> = stored(&house).into_iter().filter(|l| l.0 == "session_end").collect();
    assert_eq!(ends, [line("session_end", "s2", 1), line("session_end", "s1", 20)]);
    let why = |event: &Event| event.properties.contains(r#""reason":"inactive""#);
    let ends = house.events().into_iter().filter(|e| &*e.event_type == "session_end");
    assert!(ends.clone().all(|event| why(&event)), "{:?}", ends.collect::<Vec<_>>());
    house.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_hour_of_silence_is_an_end_whenever_it_is_noticed() {
    let temp = tempfile::tempdir().unwrap();
    let house = open(temp.path(), NOW);
    start(&house, after(1), "ada", "phone", "s1").await;
    start(&house, after(1), "bob", "phone", "s2").await;
    // To the minute it goes on, a minute later it does not.
    send(&house, after(31), "ada", "phone", "").await;
    send(&house, after(32), "bob", "phone", "").await;
    start(&house, after(90), "ada", "phone", "s3").await;
    start(&house, after(91), "bob", "phone", "s4").await;
    let ends: Vec<_> = stored(&house).into_iter().filter(|l| l.0 != "session_start").collect();
    let expected = [
        line("session_end", "s2", 1),
        line("tap", "s1", 31),
        line("session_end", "s1", 31),
        line("tap", "-", 32),
    ];
    let mut sorted = ends.clone();
    sorted.sort();
    let mut wanted = expected.to_vec();
    wanted.sort();
    assert_eq!(sorted, wanted, "{ends:?}");
    house.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_over_a_change_of_clocks_takes_as_long_as_it_took() {
    let temp = tempfile::tempdir().unwrap();
    // In Berlin it was 02:50 twice; the second time is an hour after the first.
    let first = Timestamp::parse("2026-10-25T00:50:00Z").unwrap();
    let at = |minutes: i64| Timestamp(first.0 + minutes * MINUTE_MS);
    let house = open(temp.path(), at(0));
    start(&house, at(0), "ada", "phone", "s1").await;
    for minute in [20, 40, 60] {
        send(&house, at(minute), "ada", "phone", "").await;
    }
    assert_eq!(house.pipeline.sessions().close_inactive(at(90)).await, 0);
    assert_eq!(house.pipeline.sessions().close_inactive(at(100)).await, 1);
    let over = end(&house, at(100), "s1").await.unwrap();
    assert_eq!((over.ended_at, over.duration_seconds()), (Some(at(60)), Some(3_600)));
    assert_eq!(over.event_count, 3);
    house.stop();
}
