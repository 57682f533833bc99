//! What fuzz targets call: each takes any bytes, and panics when a promise of this crate is broken.

use super::record::{self, BATCH_HEADER_BYTES, BatchHeader, Frames};
use crate::Tally;

/// A batch as it stands in a file: a header that passes leads to records within it, and the same
/// header is written again.
pub fn journal_batch(data: &[u8]) {
    let Ok(header) = BatchHeader::parse(data) else { return };
    let whole = header.whole_bytes();
    let _ = BatchHeader::check(data, header.salt);
    let Some(batch) = data.get(..whole) else { return };
    let mut sealed = batch.to_vec();
    // Random bytes have no right checksum, so they get one.
    record::reseal(&mut sealed);
    let Ok(checked) = BatchHeader::check(&sealed, header.salt) else { return };
    assert_eq!(checked, header);
    let mut end = BATCH_HEADER_BYTES;
    for frame in Frames::of(&header, &sealed).map_while(Result::ok) {
        assert!(frame.payload.start >= end && frame.payload.end <= whole, "{frame:?}");
        end = frame.payload.end;
    }
    if record::check_frames(&header, &sealed).is_ok() && !header.is_gap() {
        assert_eq!(Frames::of(&header, &sealed).count(), header.records as usize);
    }
    let mut again = sealed[..BATCH_HEADER_BYTES + header.body_bytes as usize].to_vec();
    header.seal(&mut again);
    assert_eq!(BatchHeader::check(&again, header.salt), Ok(header));
}

/// Counters kept with the log.
pub fn journal_tally(data: &[u8]) {
    let Some(tally) = Tally::decode(data) else { return };
    let mut again = Vec::new();
    tally.encode(&mut again);
    assert_eq!(again, data, "a tally is written as it was read");
}

#[cfg(test)]
#[path = "../../../../fuzz/replay.rs"]
mod replay;

/// Every target by its name.
#[cfg(test)]
const TARGETS: &[replay::Target] =
    &[("journal_batch", journal_batch), ("journal_tally", journal_tally)];

#[cfg(test)]
mod tests {
    #[test]
    fn the_corpus_is_replayed() {
        super::replay::replay(super::TARGETS);
    }
}
