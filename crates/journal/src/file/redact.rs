//! Erasing records where they stand.
//!
//! A segment that holds one of them is rewritten beside itself with the payloads zeroed, synced,
//! and renamed over the old one. Nothing moves: lengths, positions and offsets stay, so readers
//! go on with whichever of the two files they hold.

use std::{io, sync::Arc};

use disk::DataDir;

use crate::{
    Kind, Position, ReadError, RedactError,
    file::{
        header::SEGMENT_HEADER_BYTES,
        lane::LaneState,
        locked::lock,
        record::{BatchHeader, Frames, reseal},
        segment::Segment,
    },
};

impl LaneState {
    /// Zeroes the payloads of the data records at `positions`; how many there were.
    pub(crate) fn redact(&self, positions: &[Position]) -> Result<u64, RedactError> {
        if let Some(reason) = self.config.poison.reason() {
            return Err(RedactError::Io(io::Error::other(reason.to_owned())));
        }
        let _keeping = lock(&self.keeping);
        let mut wanted = positions.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        wanted.retain(|position| *position < self.durable_end());
        let active = self.segments().pop();
        if let (Some(active), Some(last)) = (active, wanted.last())
            && *last >= active.first
        {
            self.seal_active()?;
        }
        let mut found = 0;
        for segment in self.segments() {
            let end = segment.end().position;
            let within = wanted.partition_point(|position| *position < segment.first)
                ..wanted.partition_point(|position| *position < end);
            if !within.is_empty() {
                found += self.redact_segment(&segment, &wanted[within])?;
            }
        }
        Ok(found)
    }

    fn redact_segment(&self, segment: &Segment, wanted: &[Position]) -> Result<u64, RedactError> {
        let end = segment.end();
        let mut bytes = vec![0; end.offset as usize];
        segment.file().read_exact_at(&mut bytes, 0)?;
        let damaged = |position, problem| {
            RedactError::Read(ReadError::Corrupt { lane: self.lane, position, problem })
        };
        let (mut at, mut position) = (SEGMENT_HEADER_BYTES, segment.first);
        let mut done = Redacted::default();
        while at < bytes.len() {
            let header = BatchHeader::check(&bytes[at..], segment.salt)
                .map_err(|problem| damaged(position, problem))?;
            let batch = &mut bytes[at..at + header.whole_bytes()];
            let within = wanted.partition_point(|position| *position < header.first)
                ..wanted.partition_point(|position| *position < header.end());
            if !within.is_empty() {
                redact_batch(&header, batch, &wanted[within], &mut done)
                    .map_err(|problem| damaged(position, problem))?;
            }
            at += header.whole_bytes();
            position = header.end();
        }
        if done.changed {
            self.replace(segment, &bytes)?;
        }
        Ok(done.found)
    }

    /// Puts a rewritten segment in place of the old one.
    fn replace(&self, segment: &Segment, bytes: &[u8]) -> io::Result<()> {
        let unfinished = DataDir::unfinished(&segment.path);
        match self.fs.remove(&unfinished) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        let written = self.fs.create(&unfinished).and_then(|file| {
            file.write_all_at(bytes, 0)?;
            file.sync().inspect_err(|error| self.config.poison.set(error.to_string()))?;
            self.fs.rename(&unfinished, &segment.path)?;
            Ok(file)
        });
        let file = match written {
            Ok(file) => file,
            Err(error) => {
                let _ = self.fs.remove(&unfinished);
                return Err(error);
            }
        };
        segment.replace(Arc::from(file), bytes.len() as u64);
        // Until the folder is synced the old file may come back after power loss.
        let synced = self.fs.sync_dir(self.dir.path());
        synced.inspect_err(|error| self.config.poison.set(error.to_string()))
    }
}

#[derive(Default)]
struct Redacted {
    found: u64,
    changed: bool,
}

fn redact_batch(
    header: &BatchHeader,
    batch: &mut [u8],
    wanted: &[Position],
    done: &mut Redacted,
) -> Result<(), String> {
    let frames = Frames::of(header, batch).collect::<Result<Vec<_>, _>>()?;
    let mut changed = false;
    for (frame, position) in frames.into_iter().zip(header.first..) {
        if wanted.binary_search(&position).is_err() || frame.kind == Kind::Books {
            continue;
        }
        done.found += 1;
        if frame.kind == Kind::Data {
            batch[frame.payload.start - 1] = Kind::Redacted as u8;
            batch[frame.payload].fill(0);
            changed = true;
        }
    }
    if changed {
        reseal(batch);
        done.changed = true;
    }
    Ok(())
}
