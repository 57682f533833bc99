//! Reading everything, changing nothing.

use std::path::Path;

use anyhow::{Context, Result};
use disk::{DataDir, SharedFs};
use journal::{
    Lane,
    file::{self, LaneReport, SegmentReport},
};
use store::local;

use super::findings::Findings;
use crate::commands::output::{bytes, count, grouped};

/// A look at the whole folder.
pub(super) fn look(fs: &SharedFs, dir: &DataDir) -> Result<Findings> {
    let mut found = Findings::new();
    let lanes = file::inspect(fs, dir).context("cannot read the journal")?;
    found.chapter("journal");
    for lane in &lanes {
        look_at_lane(&mut found, lane);
    }
    found.chapter("event store");
    look_at_store(&mut found, fs, dir);
    found.chapter("positions");
    for lane in &lanes {
        compare(&mut found, lane);
    }
    found.chapter("leftovers");
    look_for_leftovers(&mut found, fs, dir)?;
    Ok(found)
}

fn look_at_lane(found: &mut Findings, lane: &LaneReport) {
    let sum = |of: fn(&SegmentReport) -> u64| lane.segments.iter().map(of).sum::<u64>();
    let (low, end) = ends(lane);
    found.say(format!(
        "lane {}: positions {low} to {end} in {}, {} in {} of {}",
        lane.lane,
        count(lane.segments.len() as u64, "segment"),
        count(sum(|segment| segment.records), "record"),
        bytes(sum(|segment| segment.used_bytes)),
        bytes(sum(|segment| segment.bytes)),
    ));
    for (number, what) in [
        (sum(|segment| segment.redacted), "records were erased on purpose"),
        (sum(|segment| segment.lost), "positions were given up by an earlier repair"),
    ] {
        if number > 0 {
            found.say(format!("{} {what}", grouped(number)));
        }
    }
    for segment in &lane.segments {
        for problem in &segment.problems {
            let path = segment.path.display();
            found.say(format!("{path} at byte {}: {}", problem.offset, problem.sentence));
            found.journal_damaged |= problem.fatal;
        }
    }
}

/// The first position of a lane and the one behind its last.
fn ends(lane: &LaneReport) -> (u64, u64) {
    let low = lane.segments.first().map_or(0, |segment| segment.first);
    (low, lane.segments.last().map_or(low, |segment| segment.end))
}

fn look_at_store(found: &mut Findings, fs: &SharedFs, dir: &DataDir) {
    let never_flushed = !dir.manifest().exists() && is_empty(fs, &dir.parts());
    if never_flushed {
        found.say("nothing was stored yet");
        return;
    }
    let store = local::inspect(fs, dir);
    found.store_damaged = !store.is_sound();
    found.taken = store.positions.iter().map(|(lane, at)| (Lane(*lane), *at)).collect();
    for sentence in store.sentences {
        found.say(sentence);
    }
}

fn is_empty(fs: &SharedFs, folder: &Path) -> bool {
    fs.list(folder).is_ok_and(|entries| entries.is_empty())
}

/// The store has taken a lane up to some position; the journal must hold the rest.
fn compare(found: &mut Findings, lane: &LaneReport) {
    let (low, end) = ends(lane);
    let name = lane.lane;
    let taken = found.taken.iter().find(|(of, _)| *of == name).map(|(_, at)| *at);
    let at = taken.unwrap_or(0);
    if at > end {
        found.journal_damaged = true;
        found.say(format!(
            "lane {name}: the store has taken everything below {at}, but the journal ends at {end}; \
             a part of it is missing"
        ));
    } else if at < low && !lane.segments.is_empty() {
        found.beyond_repair = true;
        found.say(format!(
            "lane {name}: the store has taken everything below {at}, but the journal begins at \
             {low}; what lies between is gone, restore the folder from a backup"
        ));
    } else if end > at {
        let waiting = count(end - at, "record");
        found.say(format!("lane {name}: {waiting} in the journal, not yet written by the store"));
    } else {
        found.say(format!("lane {name}: the store has everything"));
    }
}

fn look_for_leftovers(found: &mut Findings, fs: &SharedFs, dir: &DataDir) -> Result<()> {
    let mut none = true;
    let lanes = ["data", "control"].map(|lane| dir.lane(lane).path().to_path_buf());
    let folders = [dir.root().to_path_buf(), dir.parts(), dir.ids()];
    for folder in folders.into_iter().chain(lanes) {
        for entry in fs.list(&folder).with_context(|| folder.display().to_string())? {
            if DataDir::is_unfinished(&entry.name) {
                none = false;
                let path = folder.join(&entry.name);
                found.say(format!(
                    "{} was never finished and holds nothing that counts; the next start clears it",
                    path.display()
                ));
            }
        }
    }
    let kept = fs.list(&dir.quarantine()).context("quarantine")?;
    if !kept.is_empty() {
        none = false;
        let sum = kept.iter().map(|entry| entry.bytes).sum();
        found.say(format!(
            "{} of {} in {}: nothing lists them, nothing of them counts; look at them and \
             delete them",
            count(kept.len() as u64, "file"),
            bytes(sum),
            dir.quarantine().display()
        ));
    }
    if none {
        found.say("none");
    }
    Ok(())
}
