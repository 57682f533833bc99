//! What fuzz targets call: each takes any bytes, and panics when a promise of this crate is broken.

use event::Timestamp;
use jiff::tz::TimeZone;

use crate::{Context, read, write};

/// Questions: one that can be read is written, and read as the same again.
pub fn question(data: &[u8]) {
    let Ok(json) = serde_json::from_slice(data) else { return };
    let context = Context::new(Timestamp(1_790_857_800_000), TimeZone::UTC);
    let question = match read::question(&json, &context) {
        Ok(question) => question,
        Err(problems) => {
            assert!(!problems.is_empty(), "{json} is refused without a problem");
            return;
        }
    };
    let written = write::question(&question);
    let again = read::question(&written, &context);
    let again = again.unwrap_or_else(|problems| panic!("{json}\nas {written}: {problems:?}"));
    assert_eq!(again, question, "{json}\nas {written}");
}

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

/// Every target by its name.
#[cfg(test)]
const TARGETS: &[replay::Target] = &[("question", question)];

#[cfg(test)]
mod tests {
    #[test]
    fn the_corpus_is_replayed() {
        super::replay::replay(super::TARGETS);
    }
}
