//! What every journal must do, as functions over `&dyn Journal`.
//!
//! Each works from wherever the lanes end now, so that a journal that cannot be emptied (a Kafka
//! topic) can run them as well.

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::{Duration, Instant},
};

use journal::{Batch, Health, Journal, Kind, Lane, Position, ReaderState, Tallied, Tally, Ticket};

/// How long a test waits for what must come.
const DEADLINE: Duration = Duration::from_secs(30);

/// Runs the whole suite.
pub fn all(journal: &dyn Journal) {
    records_come_back_in_order(journal);
    lanes_are_apart(journal);
    books_are_kept_with_the_records(journal);
    a_read_is_bounded_and_can_go_on(journal);
    waiting_ends_with_new_records(journal);
    readers_are_known_by_name(journal);
    redaction_keeps_lengths_and_positions(journal);
    many_threads_append_at_once(journal);
}

/// Waits for a future on this thread.
///
/// # Panics
/// When it takes longer than 30 s.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let deadline = Instant::now() + DEADLINE;
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return value;
        }
        assert!(Instant::now() < deadline, "waited {DEADLINE:?} for a future");
        thread::park_timeout(Duration::from_millis(100));
    }
}

/// Polls until `done`.
///
/// # Panics
/// When that takes longer than 30 s.
pub fn eventually(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !done() {
        assert!(Instant::now() < deadline, "waited {DEADLINE:?} until {what}");
        thread::yield_now();
    }
}

/// A batch of data records.
pub fn data<T: AsRef<[u8]>>(payloads: &[T]) -> Batch {
    let mut batch = Batch::data();
    payloads.iter().for_each(|p| batch.push(|out| out.extend_from_slice(p.as_ref())));
    batch
}

/// Appends and waits until it is durable.
///
/// # Panics
/// When it fails.
pub fn append(journal: &dyn Journal, batch: Batch) {
    let ticket: Ticket = journal.append(batch).expect("the batch is queued");
    block_on(ticket.durable()).expect("the batch is durable");
}

/// A record with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// Where it stands.
    pub position: Position,
    /// What it is.
    pub kind: Kind,
    /// Its payload.
    pub payload: Vec<u8>,
}

/// All records of a lane from a position on, read in pieces of about `bytes_max`.
///
/// # Panics
/// When reading fails or goes backwards.
pub fn read_from(
    journal: &dyn Journal,
    lane: Lane,
    mut from: Position,
    bytes_max: usize,
) -> Vec<Owned> {
    let mut all: Vec<Owned> = Vec::new();
    loop {
        let end = journal.durable_end(lane);
        let read = journal.read(lane, from, bytes_max).expect("the lane can be read");
        assert!(read.next >= from, "reading goes forward");
        if read.records.is_empty() {
            assert!(read.next >= end || read.next > from, "reading got stuck at {from}");
            if read.next >= end {
                return all;
            }
        }
        for record in &read.records {
            assert!(record.position >= from && record.position < read.next);
            assert!(all.last().is_none_or(|last| last.position < record.position));
            assert!(record.position < journal.durable_end(lane));
            all.push(Owned {
                position: record.position,
                kind: record.kind,
                payload: read.payload(record).to_vec(),
            });
        }
        from = read.next;
    }
}

/// The ends of all lanes now.
pub fn ends(journal: &dyn Journal) -> Vec<(Lane, Position)> {
    journal.lanes().into_iter().map(|lane| (lane, journal.durable_end(lane))).collect()
}

/// All records of the data lanes since `starts`, lane by lane.
pub fn data_since(journal: &dyn Journal, starts: &[(Lane, Position)]) -> Vec<Owned> {
    let lanes = starts.iter().filter(|(lane, _)| *lane != Lane::CONTROL);
    lanes.flat_map(|(lane, start)| read_from(journal, *lane, *start, 1 << 20)).collect()
}

/// The payloads of the data records among these.
pub fn payloads(records: &[Owned]) -> Vec<Vec<u8>> {
    let data = records.iter().filter(|record| record.kind == Kind::Data);
    data.map(|record| record.payload.clone()).collect()
}

/// The sum of all books among these.
///
/// # Panics
/// When a record of books cannot be read.
pub fn books(records: &[Owned]) -> Tally {
    let mut sum = Tally::default();
    for record in records.iter().filter(|record| record.kind == Kind::Books) {
        sum.merge(&Tally::decode(&record.payload).expect("books can be decoded"));
    }
    sum
}

/// Appended records are read back in order, each once, with growing positions.
pub fn records_come_back_in_order(journal: &dyn Journal) {
    let starts = ends(journal);
    let expected: Vec<Vec<u8>> = (0..50u32).map(|n| n.to_le_bytes().repeat(n as usize)).collect();
    for payloads in expected.chunks(7) {
        append(journal, data(payloads));
    }
    assert_eq!(payloads(&data_since(journal, &starts)), expected);
    assert_eq!(journal.health(), Health::Good);
    assert!(journal.stored_bytes() > 0);
}

/// Control records are in the control lane alone.
pub fn lanes_are_apart(journal: &dyn Journal) {
    let starts = ends(journal);
    let mut batch = Batch::control();
    batch.push(|out| out.extend_from_slice(b"control"));
    append(journal, batch);
    append(journal, data(&["data"]));
    assert_eq!(payloads(&data_since(journal, &starts)), [b"data"]);
    let (lane, start) = *starts.iter().find(|(lane, _)| *lane == Lane::CONTROL).expect("a lane");
    assert_eq!(payloads(&read_from(journal, lane, start, 1 << 20)), [b"control"]);
}

/// Counters of batches and noted ones add up in the log.
pub fn books_are_kept_with_the_records(journal: &dyn Journal) {
    let starts = ends(journal);
    let (a, b): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
    let mut expected = Tally::default();
    for n in 0..10 {
        let mut batch = data(&["x"]);
        batch.tally_mut().add(if n % 2 == 0 { &a } else { &b }, Tallied([n, 1, 0]));
        expected.add(if n % 2 == 0 { &a } else { &b }, Tallied([n, 1, 0]));
        append(journal, batch);
    }
    let mut noted = Tally::default();
    noted.add(&b, Tallied([0, 0, 1000]));
    expected.merge(&noted);
    journal.note(&noted);
    eventually("noted counters are in the log", || {
        books(&data_since(journal, &starts)) == expected
    });
    assert_eq!(payloads(&data_since(journal, &starts)).len(), 10);
}

/// A read of few bytes gives at least one record; `next` goes on without loss.
pub fn a_read_is_bounded_and_can_go_on(journal: &dyn Journal) {
    let starts = ends(journal);
    let expected: Vec<Vec<u8>> = (0..40u8).map(|n| vec![n; 1000]).collect();
    append(journal, data(&expected));
    for bytes_max in [1, 999, 1000, 2500, 1 << 20] {
        let lanes = starts.iter().filter(|(lane, _)| *lane != Lane::CONTROL);
        let read: Vec<Owned> =
            lanes.flat_map(|(lane, from)| read_from(journal, *lane, *from, bytes_max)).collect();
        assert_eq!(payloads(&read), expected, "in pieces of {bytes_max}");
    }
}

/// `wait` ends when `durable_end` has moved, and at once when it has already.
pub fn waiting_ends_with_new_records(journal: &dyn Journal) {
    let before = journal.durable_end(Lane::CONTROL);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| block_on(journal.wait(Lane::CONTROL, before)));
        let mut batch = Batch::control();
        batch.push(|out| out.push(1));
        append(journal, batch);
        waiting.join().expect("the wait ends");
    });
    assert!(journal.durable_end(Lane::CONTROL) > before);
    block_on(journal.wait(Lane::CONTROL, before));
}

/// A reader is attached from its registration on; an unknown one must be seeded.
pub fn readers_are_known_by_name(journal: &dyn Journal) {
    let lane = journal.lanes()[0];
    let end = journal.durable_end(lane);
    journal.register("contract", lane, end, journal::LagBound::NONE);
    assert_eq!(journal.advance("contract", lane, end), ReaderState::Attached);
    let low = journal.trim(lane).expect("trimming works");
    assert!(low <= end, "what the reader needs is kept");
    assert_eq!(journal.low(lane), low);
}

/// Redacted records keep their place and length and have zeros only; others are untouched.
pub fn redaction_keeps_lengths_and_positions(journal: &dyn Journal) {
    let starts = ends(journal);
    append(journal, data(&["keep me", "erase me", "keep me too"]));
    let before = data_since(journal, &starts);
    let secret = before.iter().position(|r| r.payload == b"erase me").expect("it is there");
    let (lane, _) =
        starts.iter().find(|(lane, end)| journal.durable_end(*lane) > *end).expect("a lane grew");
    match journal.redact(*lane, &[before[secret].position]) {
        Err(journal::RedactError::Unsupported) => return,
        found => assert_eq!(found.expect("redaction works"), 1),
    }
    let mut expected = before.clone();
    expected[secret].kind = Kind::Redacted;
    expected[secret].payload = vec![0; b"erase me".len()];
    assert_eq!(data_since(journal, &starts), expected);
    append(journal, data(&["after"]));
    assert_eq!(data_since(journal, &starts).len(), 4);
    assert_eq!(journal.redact(*lane, &[before[secret].position]).expect("again"), 1);
}

/// Concurrent appenders lose nothing, and each finds its own records in its own order.
pub fn many_threads_append_at_once(journal: &dyn Journal) {
    let starts = ends(journal);
    let (threads, rounds) = (8u32, 50u32);
    thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || {
                for round in 0..rounds {
                    let mut batch = data(&[[thread.to_le_bytes(), round.to_le_bytes()].concat()]);
                    batch.set_key(u64::from(thread));
                    append(journal, batch);
                }
            });
        }
    });
    let read = payloads(&data_since(journal, &starts));
    assert_eq!(read.len() as u32, threads * rounds);
    for thread in 0..threads {
        let own = read.iter().filter(|payload| payload[..4] == thread.to_le_bytes());
        let rounds_read: Vec<&[u8]> = own.map(|payload| &payload[4..]).collect();
        let expected: Vec<[u8; 4]> = (0..rounds).map(u32::to_le_bytes).collect();
        assert_eq!(rounds_read, expected);
    }
}
