//! What waits for the writer of a lane.
//!
//! Appenders copy their records into the newest group under the lock; the writer takes the oldest
//! group whole. While it writes and syncs, everything that arrives gathers in the next group: the
//! slower the disk, the larger the groups.

use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Condvar, Mutex, mpsc::SyncSender},
    time::{Duration, Instant},
};

use crate::{
    AppendError, Batch, Commit, Tally, Ticket,
    batch::FRAME_BYTES,
    file::{locked::lock, record::BATCH_HEADER_BYTES},
};

/// Counters of one record of books may take at most this much.
const TALLY_BYTES_MAX: usize = 1 << 20;
/// So many appends a commit are a crowd, and worth holding a commit for.
const CROWD: f32 = 8.0;
/// How long a commit is held at once, and how often at most.
const HOLD: Duration = Duration::from_micros(50);
const HOLDS_MAX: u32 = 4;
/// A buffer larger than this is not kept for the next group.
const SPARE_BYTES_MAX: usize = 1 << 20;

/// Batches that become durable together.
#[derive(Debug)]
pub(crate) struct Group {
    /// Room for a header, then the records.
    pub(crate) buffer: Vec<u8>,
    pub(crate) records: u32,
    /// Appends in it.
    batches: u32,
    pub(crate) tally: Tally,
    pub(crate) tally_bytes: usize,
    pub(crate) commit: Arc<Commit>,
    /// What it counts for in the bound of the queue.
    pub(crate) queued: u64,
}

impl Group {
    fn new(mut buffer: Vec<u8>) -> Self {
        buffer.clear();
        buffer.resize(BATCH_HEADER_BYTES, 0);
        Self {
            buffer,
            records: 0,
            batches: 0,
            tally: Tally::default(),
            tally_bytes: 0,
            commit: Commit::new(),
            queued: 0,
        }
    }

    /// Bytes of the batch, with its books.
    fn bytes(&self) -> usize {
        self.buffer.len() + FRAME_BYTES + self.tally_bytes
    }
}

impl Drop for Group {
    /// Nobody waits for ever: a group that was dropped on the way has failed.
    fn drop(&mut self) {
        if self.commit.result().is_none() {
            self.commit.decide(Err(AppendError::Poisoned("the writer stopped".into())));
        }
    }
}

/// What the writer does next.
#[derive(Debug)]
pub(crate) enum Work {
    /// Write this group, and the noted counters with it.
    Commit(Group, Tally),
    /// Seal the active segment and say how that went.
    Seal(SyncSender<io::Result<()>>),
    /// Nothing came until the deadline.
    Idle,
    /// Everything is written; stop.
    Stop,
}

#[derive(Debug)]
pub(crate) struct Queue {
    state: Mutex<State>,
    wake: Condvar,
    bytes_max: u64,
    group_bytes: usize,
    /// The largest batch, header and books included.
    batch_bytes_max: usize,
}

#[derive(Debug, Default)]
struct State {
    groups: VecDeque<Group>,
    spare: Vec<u8>,
    bytes: u64,
    notes: Tally,
    notes_due: Option<Instant>,
    seals: VecDeque<SyncSender<io::Result<()>>>,
    writer_waits: bool,
    closing: bool,
    last_notes: bool,
    /// How many appends the last commits had, the newest counting most.
    usual_batches: f32,
}

impl Queue {
    pub(crate) fn new(bytes_max: u64, group_bytes: usize, batch_bytes_max: usize) -> Self {
        Self {
            state: Mutex::new(State::default()),
            wake: Condvar::new(),
            bytes_max,
            group_bytes: group_bytes.min(batch_bytes_max),
            batch_bytes_max,
        }
    }

    /// Adds a batch to the newest group.
    pub(crate) fn push(&self, batch: &Batch) -> Result<Ticket, AppendError> {
        let tally_bytes = encoded_bytes(&batch.tally);
        let bytes = BATCH_HEADER_BYTES + batch.framed.len() + FRAME_BYTES + tally_bytes;
        let limit = self.batch_bytes_max.min(usize::try_from(self.bytes_max).unwrap_or(usize::MAX));
        if bytes > limit {
            return Err(AppendError::TooLarge { bytes, limit });
        }
        if tally_bytes > TALLY_BYTES_MAX {
            return Err(AppendError::TooLarge { bytes: tally_bytes, limit: TALLY_BYTES_MAX });
        }
        let mut guard = lock(&self.state);
        let state = &mut *guard;
        if state.closing {
            return Err(AppendError::Closed);
        }
        let cost = (batch.framed.len() + tally_bytes) as u64;
        if state.bytes + cost > self.bytes_max {
            return Err(AppendError::Overloaded { queued: state.bytes, limit: self.bytes_max });
        }
        let fits = state.groups.back().is_some_and(|group| {
            group.bytes() + batch.framed.len() + tally_bytes <= self.group_bytes
                && group.tally_bytes + tally_bytes <= TALLY_BYTES_MAX
        });
        if !fits {
            let buffer = std::mem::take(&mut state.spare);
            state.groups.push_back(Group::new(buffer));
        }
        state.bytes += cost;
        let last = state.groups.len() - 1;
        let group = &mut state.groups[last];
        group.buffer.extend_from_slice(&batch.framed);
        group.records += batch.count;
        group.batches += 1;
        group.tally.merge(&batch.tally);
        group.tally_bytes += tally_bytes;
        group.queued += cost;
        let ticket = Ticket::new(group.commit.clone());
        self.wake_writer(guard);
        Ok(ticket)
    }

    /// Adds counters without records, to be written by `due` at the latest.
    pub(crate) fn note(&self, tally: &Tally, due: Instant) {
        let mut state = lock(&self.state);
        if state.closing || tally.is_empty() {
            return;
        }
        state.notes.merge(tally);
        if state.notes_due.is_none() {
            state.notes_due = Some(due);
            self.wake_writer(state);
        }
    }

    /// Asks the writer to seal the active segment.
    pub(crate) fn seal(&self, reply: SyncSender<io::Result<()>>) {
        let mut state = lock(&self.state);
        if !state.closing {
            state.seals.push_back(reply);
            self.wake_writer(state);
        }
    }

    /// No batch is taken from now on.
    pub(crate) fn close(&self) {
        let mut state = lock(&self.state);
        state.closing = true;
        self.wake_writer(state);
    }

    /// Drops everything that waits: the writer is gone.
    pub(crate) fn abandon(&self) {
        let mut state = lock(&self.state);
        state.closing = true;
        let groups = std::mem::take(&mut state.groups);
        state.seals.clear();
        state.bytes = 0;
        drop(state);
        drop(groups);
    }

    fn wake_writer(&self, mut state: std::sync::MutexGuard<'_, State>) {
        let waits = std::mem::take(&mut state.writer_waits);
        drop(state);
        if waits {
            self.wake.notify_one();
        }
    }

    /// Bytes taken and not yet durable.
    pub(crate) fn bytes(&self) -> u64 {
        lock(&self.state).bytes
    }

    /// A group was decided.
    pub(crate) fn settle(&self, group: &mut Group) {
        let mut buffer = std::mem::take(&mut group.buffer);
        let mut state = lock(&self.state);
        state.bytes = state.bytes.saturating_sub(group.queued);
        if buffer.capacity() <= SPARE_BYTES_MAX {
            buffer.clear();
            state.spare = buffer;
        }
    }

    /// Counters whose commit failed wait for the next one.
    pub(crate) fn restore(&self, notes: &Tally, due: Instant) {
        if notes.is_empty() {
            return;
        }
        let mut state = lock(&self.state);
        state.notes.merge(notes);
        state.notes_due.get_or_insert(due);
    }

    /// The next work; waits for it until `deadline`.
    pub(crate) fn next(&self, deadline: Option<Instant>) -> Work {
        let mut state = lock(&self.state);
        let mut holds = HOLDS_MAX;
        loop {
            if holds > 0 && state.is_worth_holding() {
                holds -= 1;
                drop(state);
                std::thread::sleep(HOLD);
                state = lock(&self.state);
                continue;
            }
            if let Some(reply) = state.seals.pop_front() {
                return Work::Seal(reply);
            }
            if let Some(group) = state.groups.pop_front() {
                state.usual_batches = 0.75 * state.usual_batches + 0.25 * group.batches as f32;
                let room = self.batch_bytes_max.saturating_sub(group.bytes());
                let room = room.min(TALLY_BYTES_MAX.saturating_sub(group.tally_bytes));
                let notes = state.take_notes(room);
                return Work::Commit(group, notes);
            }
            let now = Instant::now();
            let due = state.notes_due.is_some_and(|due| due <= now);
            if due || (state.closing && !state.last_notes && !state.notes.is_empty()) {
                state.last_notes = state.closing;
                let room = self.batch_bytes_max - BATCH_HEADER_BYTES - FRAME_BYTES;
                let notes = state.take_notes(room.min(TALLY_BYTES_MAX));
                let spare = std::mem::take(&mut state.spare);
                return Work::Commit(Group::new(spare), notes);
            }
            if state.closing {
                return Work::Stop;
            }
            if deadline.is_some_and(|deadline| deadline <= now) {
                return Work::Idle;
            }
            let until = [deadline, state.notes_due].into_iter().flatten().min();
            state.writer_waits = true;
            state = match until {
                None => self.wake.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner),
                Some(until) => {
                    let result = self.wake.wait_timeout(state, until - now);
                    result.unwrap_or_else(std::sync::PoisonError::into_inner).0
                }
            };
            state.writer_waits = false;
        }
    }
}

impl State {
    /// Whether the next commit is soon joined by more. When many append and wait, they come back
    /// together after each commit: taking the first one at once would have all others wait for an
    /// fsync that carries one append.
    fn is_worth_holding(&self) -> bool {
        let oldest = self.groups.front().filter(|_| self.groups.len() == 1 && !self.closing);
        let usual = self.usual_batches;
        usual >= CROWD && oldest.is_some_and(|group| (group.batches as f32) < usual)
    }

    /// Takes noted counters that fit into `room` bytes; the others stay for the next commit.
    fn take_notes(&mut self, room: usize) -> Tally {
        if self.notes.is_empty() {
            self.notes_due = None;
            return Tally::default();
        }
        if encoded_bytes(&self.notes) <= room {
            self.notes_due = None;
            return std::mem::take(&mut self.notes);
        }
        let (mut taken, mut left) = (Tally::default(), Tally::default());
        let mut bytes = 2;
        for (key, counts) in self.notes.iter() {
            bytes += 25 + key.len();
            let side = if bytes <= room { &mut taken } else { &mut left };
            side.add(key, counts);
        }
        self.notes = left;
        taken
    }
}

/// Bytes of the stored form of a tally.
fn encoded_bytes(tally: &Tally) -> usize {
    2 + tally.iter().map(|(key, _)| 25 + key.len()).sum::<usize>()
}
