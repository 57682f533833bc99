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

/// The name of a target, and what reads its bytes.
#[cfg(test)]
type Target = (&'static str, fn(&[u8]));

/// Every target by its name.
#[cfg(test)]
const TARGETS: &[Target] = &[("question", question)];

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    /// Every seed, and every input that once found something.
    #[test]
    fn the_corpus_is_replayed() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
        let mut count = 0;
        for (name, target) in TARGETS {
            for folder in ["seeds", "corpus"] {
                let Ok(entries) = fs::read_dir(root.join(folder).join(name)) else { continue };
                for entry in entries {
                    let path = entry.unwrap().path();
                    println!("{}", path.display());
                    target(&fs::read(path).unwrap());
                    count += 1;
                }
            }
        }
        assert!(count >= TARGETS.len(), "there are {count} inputs for {} targets", TARGETS.len());
    }
}
