//! The embedded journal as others see it.

use std::{
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::Instant,
};

use disk::{DataDir, SharedFs};

use crate::{
    AppendError, Batch, Health, Journal, LagBound, Lane, OpenError, Position, ReadError,
    ReaderState, Records, RedactError, Tally, Ticket, Wake,
    file::{
        config::FileJournalConfig,
        lane::LaneState,
        locked::lock,
        reader,
        recovery::{Recovery, failed, recover},
        writer,
    },
};

/// The lanes and the names of their folders.
pub(crate) const LANES: [(Lane, &str); 2] = [(Lane::DATA, "data"), (Lane::CONTROL, "control")];

/// A journal in segment files, with one data lane and one control lane.
#[derive(Debug)]
pub struct FileJournal {
    data: Arc<LaneState>,
    control: Arc<LaneState>,
    config: FileJournalConfig,
    writers: Mutex<Vec<JoinHandle<()>>>,
}

impl FileJournal {
    /// Opens the journal of a data folder, whose lock the caller holds. A write that a crash cut
    /// short is cut off; damage to what was durable is refused.
    #[expect(clippy::needless_pass_by_value, reason = "a file system is shared by cloning it")]
    pub fn open(
        fs: SharedFs,
        dir: &DataDir,
        config: FileJournalConfig,
    ) -> Result<(Self, Recovery), OpenError> {
        let mut found = Vec::new();
        for (lane, name) in LANES {
            let lane_dir = dir.lane(name);
            let recovered = recover(&fs, &lane_dir, lane, &config)?;
            found.push((lane_dir, recovered));
        }
        // Nothing is cut and no writer starts before all lanes were found good.
        let (mut reports, mut lanes, mut writers) = (Vec::new(), Vec::new(), Vec::new());
        for (lane_dir, recovered) in found {
            let active = recovered.settle()?;
            let (report, segments) = (recovered.report, recovered.segments);
            let state = LaneState::new(report.lane, lane_dir, fs.clone(), config.clone(), segments);
            let state = Arc::new(state);
            let started = writer::start(state.clone(), active);
            writers.push(started.map_err(|source| failed(state.dir.path(), source))?);
            lanes.push(state);
            reports.push(report);
        }
        let [data, control] = [lanes[0].clone(), lanes[1].clone()];
        let journal = Self { data, control, config, writers: Mutex::new(writers) };
        Ok((journal, Recovery { lanes: reports }))
    }

    fn lane(&self, lane: Lane) -> Option<&Arc<LaneState>> {
        [&self.data, &self.control].into_iter().find(|state| state.lane == lane)
    }
}

impl Journal for FileJournal {
    fn lanes(&self) -> Vec<Lane> {
        LANES.map(|(lane, _)| lane).to_vec()
    }

    fn append(&self, batch: Batch) -> Result<Ticket, AppendError> {
        if let Some(reason) = self.config.poison.reason() {
            return Err(AppendError::Poisoned(reason.to_owned()));
        }
        let lane = if batch.control { &self.control } else { &self.data };
        lane.queue.push(&batch)
    }

    fn note(&self, tally: &Tally) {
        self.data.queue.note(tally, Instant::now() + self.config.note_delay);
    }

    fn read(&self, lane: Lane, from: Position, bytes_max: usize) -> Result<Records, ReadError> {
        let state = self.lane(lane).ok_or(ReadError::NoLane(lane))?;
        reader::read(state, from, bytes_max)
    }

    fn low(&self, lane: Lane) -> Position {
        self.lane(lane).map_or(0, |lane| lane.low())
    }

    fn durable_end(&self, lane: Lane) -> Position {
        self.lane(lane).map_or(0, |lane| lane.durable_end())
    }

    fn wait(&self, lane: Lane, beyond: Position) -> Wake<'_> {
        match self.lane(lane) {
            Some(lane) => Box::pin(lane.wait(beyond)),
            None => Box::pin(std::future::pending()),
        }
    }

    fn register(&self, reader: &str, lane: Lane, from: Position, bound: LagBound) {
        if let Some(lane) = self.lane(lane) {
            lane.register(reader, from, bound);
        }
    }

    fn advance(&self, reader: &str, lane: Lane, position: Position) -> ReaderState {
        self.lane(lane).map_or(ReaderState::Detached, |lane| lane.advance(reader, position))
    }

    fn trim(&self, lane: Lane) -> Result<Position, ReadError> {
        self.lane(lane).ok_or(ReadError::NoLane(lane))?.trim()
    }

    fn redact(&self, lane: Lane, positions: &[Position]) -> Result<u64, RedactError> {
        self.lane(lane).ok_or(ReadError::NoLane(lane))?.redact(positions)
    }

    fn health(&self) -> Health {
        if let Some(reason) = self.config.poison.reason() {
            return Health::Poisoned(reason.to_owned());
        }
        match self.data.blocked().or_else(|| self.control.blocked()) {
            Some(reason) => Health::Blocked(reason),
            None => Health::Good,
        }
    }

    fn queued_bytes(&self) -> u64 {
        self.data.queue.bytes() + self.control.queue.bytes()
    }

    fn stored_bytes(&self) -> u64 {
        self.data.stored_bytes() + self.control.stored_bytes()
    }

    fn close(&self) {
        self.data.queue.close();
        self.control.queue.close();
        // Held while joining: whoever closes second returns when it is done, too.
        let mut writers = lock(&self.writers);
        for writer in writers.drain(..) {
            let _ = writer.join();
        }
    }
}

impl Drop for FileJournal {
    fn drop(&mut self) {
        self.close();
    }
}
