//! Who still needs what, and dropping what nobody does.

use std::io;

use crate::{
    LagBound, Position, ReadError, ReaderState,
    file::{lane::LaneState, locked::lock},
};

/// A reader that reported its position.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader {
    /// It has everything below.
    position: Position,
    bound: LagBound,
    detached: bool,
}

impl LaneState {
    pub(crate) fn register(&self, reader: &str, from: Position, bound: LagBound) {
        let detached = from < self.low();
        lock(&self.readers).insert(reader.into(), Reader { position: from, bound, detached });
    }

    pub(crate) fn advance(&self, reader: &str, position: Position) -> ReaderState {
        let mut readers = lock(&self.readers);
        match readers.get_mut(reader) {
            Some(reader) if !reader.detached => {
                reader.position = reader.position.max(position);
                ReaderState::Attached
            }
            _ => ReaderState::Detached,
        }
    }

    /// Drops the oldest segments as long as no attached reader needs them. Without any reader
    /// everything is kept: those who need it have not registered yet.
    pub(crate) fn trim(&self) -> Result<Position, ReadError> {
        let failed = |source| ReadError::Io { lane: self.lane, source };
        let _keeping = lock(&self.keeping);
        self.detach_laggards().map_err(failed)?;
        let Some(needed) = self.needed() else { return Ok(self.low()) };
        if let Some(reason) = self.config.poison.reason() {
            return Err(failed(io::Error::other(reason.to_owned())));
        }
        let mut segments = self.segments();
        // The last one is written to, and holds the end of the lane in its name.
        segments.pop();
        for segment in segments.iter().take_while(|segment| segment.end().position <= needed) {
            self.fs.remove(&segment.path).map_err(failed)?;
            // One at a time, from the oldest: whatever survives a crash has no hole.
            if let Err(error) = self.fs.sync_dir(self.dir.path()) {
                self.config.poison.set(format!("{}: {error}", self.lane));
                return Err(failed(error));
            }
            self.drop_oldest();
        }
        Ok(self.low())
    }

    /// The lowest position an attached reader still needs; None when no reader is known.
    fn needed(&self) -> Option<Position> {
        let readers = lock(&self.readers);
        if readers.is_empty() {
            return None;
        }
        let attached = readers.values().filter(|reader| !reader.detached);
        Some(attached.map(|reader| reader.position).min().unwrap_or(Position::MAX))
    }

    fn detach_laggards(&self) -> io::Result<()> {
        let readers: Vec<(String, Reader)> =
            lock(&self.readers).iter().map(|(name, reader)| (name.clone(), *reader)).collect();
        for (name, reader) in readers {
            if !reader.detached && self.is_beyond(&reader)? {
                let mut readers = lock(&self.readers);
                // It may have moved on, or have registered anew, while its lag was measured.
                let now = readers.get_mut(&name);
                if let Some(now) = now.filter(|now| now.position == reader.position) {
                    now.detached = true;
                    let lane = self.lane;
                    tracing::warn!(reader = %name, %lane, "a reader fell too far behind");
                }
            }
        }
        Ok(())
    }

    fn is_beyond(&self, reader: &Reader) -> io::Result<bool> {
        if reader.bound == LagBound::NONE || reader.position >= self.durable_end() {
            return Ok(false);
        }
        let Some(segment) = self.segment_of(reader.position) else { return Ok(true) };
        let Some((place, header)) = segment.locate(reader.position)? else { return Ok(false) };
        let later = self.segments().into_iter().filter(|other| other.first > segment.first);
        let later: u64 = later.map(|other| other.end().offset).sum();
        let bytes = segment.end().offset - place.offset + later;
        let age_ms = (self.config.clock_ms)().saturating_sub(header.written_ms);
        Ok(bytes > reader.bound.bytes || age_ms > reader.bound.age_ms)
    }
}
