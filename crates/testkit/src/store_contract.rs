//! What every store must do, as functions over `&dyn Store`.
//!
//! Each takes a factory of empty stores, so that a backend decides how one is made. What is asked
//! is compared with [`model::Model`] or with numbers written out here.

pub mod model;
pub mod questions;
pub mod sample;

use std::sync::Arc;

use event::{Event, EventId, Field, Timestamp};
use insight::{Answer, CountsAnswer, Filter, Op, Order, Question, Selector, Subject};
use store::{ApplyError, AskError, Books, IdKind, Store};

use model::Model;
use questions::{always, asking, counts, having, list, range};
use sample::{DAY, HOUR, START, apply, chunk, event, tenant};

/// Makes an empty store whose head takes at least 1 MiB and at most 64 MiB.
pub type Factory<'a> = &'a dyn Fn() -> Arc<dyn Store>;

/// Runs the whole suite.
pub fn all(make: Factory<'_>) {
    an_applied_event_is_there_at_once(&*make());
    a_chunk_that_does_not_continue_is_refused(&*make());
    a_broken_record_is_refused_with_its_chunk(&*make());
    a_full_head_asks_for_a_flush(&*make());
    a_flush_changes_no_answer(&*make());
    books_are_folded(&*make());
    ids_are_seen_once_flushed(&*make());
    tenants_never_meet(&*make());
    pages_follow_each_other_without_loss_or_repetition(&*make());
    a_cursor_is_good_for_its_question_only(&*make());
    every_relation_of_a_filter_works(&*make());
    empty_ranges_have_empty_answers(&*make());
    nobody_waits_for_a_cancelled_question(&*make());
}

/// The counts of a tenant over all time.
///
/// # Panics
/// When the question fails.
pub fn counts_of(store: &dyn Store, of: &str) -> CountsAnswer {
    let question = counts(always(), Selector::default());
    match store.ask(&question, &asking(of)).expect("an answer").0 {
        Answer::Counts(answer) => answer,
        other => panic!("counts were asked for, not {other:?}"),
    }
}

/// The ids of all events of a tenant, oldest first.
///
/// # Panics
/// When the question fails.
pub fn ids_of(store: &dyn Store, of: &str) -> Vec<EventId> {
    let mut question = list(always(), 1_000, Order::Oldest);
    let mut ids = Vec::new();
    loop {
        let asked = store.ask(&Question::Events(question.clone()), &asking(of));
        let Answer::Events(page) = asked.expect("an answer").0 else { panic!("not a list") };
        ids.extend(page.events.iter().map(|event| event.id));
        match page.next {
            Some(next) => question.after = Some(next),
            None => return ids,
        }
    }
}

fn an_applied_event_is_there_at_once(store: &dyn Store) {
    for number in 0..100 {
        apply(store, &[event("a", number, "x", START + number as i64, Some("p"))]);
        assert_eq!(counts_of(store, "a").total, number as u64 + 1);
    }
    assert_eq!(counts_of(store, "a").unique_persons, 1);
    assert_eq!((store.next_position(0), store.durable_position(0)), (100, 0));
    assert_eq!(store.head().rows, 100);
}

fn a_chunk_that_does_not_continue_is_refused(store: &dyn Store) {
    apply(store, &[event("a", 1, "x", START, None)]);
    for from in [0, 2] {
        match store.apply(chunk(0, from, &[event("a", 2, "x", START, None)])) {
            Err(ApplyError::Gap { lane: 0, expected: 1, .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    // Lanes are apart, and a chunk may leave positions out.
    let mut other_lane = chunk(7, 0, &[event("a", 3, "x", START, None)]);
    other_lane.to = 50;
    store.apply(other_lane).expect("the first chunk of a lane");
    assert_eq!((store.next_position(0), store.next_position(7)), (1, 50));
    assert_eq!(counts_of(store, "a").total, 2);
}

fn a_broken_record_is_refused_with_its_chunk(store: &dyn Store) {
    let good = chunk(0, 0, &[event("a", 1, "x", START, None), event("a", 2, "x", START, None)]);
    let mut bytes = good.buffer.to_vec();
    let last = bytes.len() - 20;
    bytes[last] ^= 1;
    let broken = store::Chunk { buffer: bytes.into(), ..good.clone() };
    match store.apply(broken) {
        Err(ApplyError::Record { lane: 0, position: 1, .. }) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!((store.next_position(0), counts_of(store, "a").total), (0, 0));
    assert!(store.books().iter().all(|(_, books)| *books == Books::default()));
    store.apply(good).expect("the chunk as it was written");
}

fn a_full_head_asks_for_a_flush(store: &dyn Store) {
    let mut number = 0;
    let big = |number: u128| {
        let mut event = event("a", number, "x", START, None);
        event.properties = format!(r#"{{"p":"{}"}}"#, "x".repeat(60_000)).into();
        event
    };
    loop {
        let events: Vec<_> = (0..16).map(|at| big(number + at)).collect();
        match store.apply(chunk(0, store.next_position(0), &events)) {
            Ok(()) => number += 16,
            Err(ApplyError::HeadFull { bytes, limit }) => {
                assert!(bytes <= limit && bytes == store.head().bytes);
                break;
            }
            Err(other) => panic!("{other}"),
        }
        assert!(number < 10_000, "the head has no bound");
    }
    assert_eq!(counts_of(store, "a").total, number as u64);
    assert_eq!(store.flush().expect("a flush").rows, number as u64);
    assert_eq!(store.head().rows, 0);
    apply(store, &[big(number)]);
    assert_eq!(counts_of(store, "a").total, number as u64 + 1);
}

fn a_flush_changes_no_answer(store: &dyn Store) {
    let mut rng = fastrand::Rng::with_seed(3);
    let events: Vec<Event> = (0..700).map(|n| sample::random(&mut rng, n)).collect();
    let model = Model { events: events.clone() };
    let questions: Vec<_> = (0..30).map(|_| questions::random(&mut rng)).collect();
    for events in events.chunks(100) {
        apply(store, events);
    }
    for flushed in [false, true] {
        if flushed {
            let flushed = store.flush().expect("a flush");
            assert_eq!(flushed.positions, [(0, 700)]);
            assert_eq!(store.durable_position(0), 700);
        }
        for question in &questions {
            same(store, &model, question, "a");
        }
    }
}

/// Asks store and model, page by page for lists.
///
/// # Panics
/// When the answers differ.
pub fn same(store: &dyn Store, model: &Model, question: &Question, of: &str) {
    let asking = asking(of);
    let mut question = question.clone();
    loop {
        let expected = model.ask(&question, &asking);
        let (mut got, _) = store.ask(&question, &asking).expect("an answer");
        let next = match &mut got {
            Answer::Events(page) => page.next.take(),
            _ => None,
        };
        assert_eq!(got, expected, "tenant {of}, question {question:#?}");
        match (&mut question, next) {
            (Question::Events(list), Some(next)) => list.after = Some(next),
            (Question::Events(list), None) => {
                let Answer::Events(page) = &got else { panic!("not a list") };
                // The last page: one more would be empty.
                if let Some(last) = page.events.last() {
                    let (timestamp, id, of) = (last.timestamp, last.id, 0);
                    list.after = Some(insight::Cursor { timestamp, id, of });
                    let Answer::Events(rest) = model.ask(&question, &asking) else { return };
                    assert!(rest.events.is_empty(), "the list ended too early");
                }
                return;
            }
            _ => return,
        }
    }
}

fn books_are_folded(store: &dyn Store) {
    let mut first =
        chunk(0, 0, &[event("a", 1, "x", START, None), event("b", 2, "x", START, None)]);
    first.books = vec![("a".into(), [5, 3, 1]), ("b".into(), [1, 0, 0])];
    store.apply(first).expect("a chunk");
    let only_books =
        store::Chunk { from: 2, to: 3, books: vec![("a".into(), [2, 0, 2])], ..Default::default() };
    store.apply(only_books).expect("a chunk of books alone");
    let a = Books { received: 7, duplicate: 3, rejected: 3, stored: 1, removed: 0 };
    let b = Books { received: 1, duplicate: 0, rejected: 0, stored: 1, removed: 0 };
    for _ in 0..2 {
        let mut books = store.books();
        books.sort_by(|x, y| x.0.cmp(&y.0));
        assert_eq!(books, [(tenant("a"), a), (tenant("b"), b)]);
        let flushed = store.flush().expect("a flush");
        assert_eq!((flushed.positions, store.durable_position(0)), (vec![(0, 3)], 3));
    }
}

fn ids_are_seen_once_flushed(store: &dyn Store) {
    let mut with_key = event("a", 1, "x", START, None);
    with_key.fields.set(Field::IdempotencyKey, "order-1");
    apply(store, &[with_key.clone(), event("b", 2, "x", START + DAY, None)]);
    let id = |of: &str, number: u128| {
        store.id_hash(&tenant(of), IdKind::Event, &EventId::from_u128(number).to_bytes())
    };
    let key = |of: &str| store.id_hash(&tenant(of), IdKind::Idempotency, b"order-1");
    let seen = |id, since: i64| {
        let found = store.seen(id, Timestamp(since)).expect("a look-up");
        assert!(found.is_none_or(|at| at == with_key.received_at || at.0 == START + DAY));
        found.is_some()
    };
    assert!(!seen(id("a", 1), START), "it is in the head, not flushed");
    let mut told = store.flush().expect("a flush").ids;
    let mut expected = vec![id("a", 1), key("a"), id("b", 2)];
    told.sort();
    expected.sort();
    assert_eq!(told, expected);
    let received = with_key.received_at.0;
    for hash in [id("a", 1), key("a")] {
        assert!(seen(hash, received) && !seen(hash, received + 1));
    }
    assert!(!seen(id("b", 1), 0) && !seen(id("a", 2), 0) && !seen(key("b"), 0));
}

fn tenants_never_meet(store: &dyn Store) {
    // The same ids, persons and types in each; names that are prefixes of each other.
    for (at, of) in ["a", "ab", "b"].into_iter().enumerate() {
        let events = |n| event(of, n, "x", START + n as i64, Some("p"));
        apply(store, &(0..10 + at as u128).map(events).collect::<Vec<_>>());
    }
    for _ in 0..2 {
        for (of, total) in [("a", 10), ("ab", 11), ("b", 12), ("c", 0), ("", 0)] {
            if of.is_empty() {
                continue;
            }
            assert_eq!(counts_of(store, of).total, total, "{of}");
            assert_eq!(ids_of(store, of).len() as u64, total, "{of}");
        }
        store.flush().expect("a flush");
    }
}

fn pages_follow_each_other_without_loss_or_repetition(store: &dyn Store) {
    // Many equal moments, over head and files.
    let make = |n: u128| event("a", n, "x", START + (n as i64 / 37) * HOUR, Some("p"));
    let all: Vec<_> = (0..400).map(make).collect();
    let model = Model { events: all.clone() };
    for (at, events) in all.chunks(90).enumerate() {
        apply(store, events);
        if at < 3 {
            store.flush().expect("a flush");
        }
    }
    for order in [Order::Newest, Order::Oldest] {
        for limit in [1, 7, 100, 399, 400, 401] {
            same(store, &model, &Question::Events(list(always(), limit, order)), "a");
        }
    }
    assert_eq!(ids_of(store, "a").len(), 400);
}

fn a_cursor_is_good_for_its_question_only(store: &dyn Store) {
    apply(store, &[event("a", 1, "x", START, None), event("a", 2, "x", START, None)]);
    let first = list(always(), 1, Order::Newest);
    let asked = store.ask(&Question::Events(first.clone()), &asking("a")).expect("an answer").0;
    let Answer::Events(page) = asked else { panic!("not a list") };
    assert!(page.next.is_some());
    let other = insight::Events { order: Order::Oldest, after: page.next, ..first };
    match store.ask(&Question::Events(other), &asking("a")) {
        Err(AskError::Invalid { field, .. }) => assert_eq!(field, "cursor"),
        other => panic!("{other:?}"),
    }
}

fn every_relation_of_a_filter_works(store: &dyn Store) {
    let mut rng = fastrand::Rng::with_seed(11);
    let events: Vec<Event> = (0..400).map(|n| sample::random(&mut rng, n)).collect();
    let model = Model { events: events.clone() };
    apply(store, &events[..200]);
    store.flush().expect("a flush");
    apply(store, &events[200..]);
    let mut met = std::collections::HashSet::new();
    for _ in 0..400 {
        let question = questions::random(&mut rng);
        if let Question::Counts(asked) = &question
            && let Filter::Is(predicate) = &asked.selector.filter
        {
            met.insert(predicate.op);
            let question = counts(always(), asked.selector.clone());
            same(store, &model, &question, "a");
        }
    }
    assert!(met.len() > Op::ALL.len() / 2, "only {} relations were met", met.len());
    for op in [Op::IsSet, Op::IsNotSet] {
        for path in ["n", "none", "a.b"] {
            let selector = having(Subject::Property(path.into()), op, Vec::new());
            same(store, &model, &counts(always(), selector), "b");
        }
    }
}

fn empty_ranges_have_empty_answers(store: &dyn Store) {
    let model = Model { events: vec![event("a", 1, "x", START, Some("p"))] };
    apply(store, &model.events);
    for _ in 0..2 {
        for (from, to) in [(0, 0), (START, START), (START + 1, START), (START + 1, START + DAY)] {
            same(store, &model, &counts(range(from, to), Selector::default()), "a");
            same(store, &model, &Question::Events(list(range(from, to), 5, Order::Newest)), "a");
        }
        same(store, &model, &counts(range(START, START + 1), Selector::default()), "a");
        store.flush().expect("a flush");
    }
}

fn nobody_waits_for_a_cancelled_question(store: &dyn Store) {
    apply(store, &[event("a", 1, "x", START, None)]);
    let question = counts(always(), Selector::default());
    let cancelled = asking("a");
    cancelled.cancel.cancel();
    assert!(matches!(store.ask(&question, &cancelled), Err(AskError::Cancelled)));
    let late = store::Asking { deadline: Some(std::time::Instant::now()), ..asking("a") };
    assert!(matches!(store.ask(&question, &late), Err(AskError::Timeout)));
}
