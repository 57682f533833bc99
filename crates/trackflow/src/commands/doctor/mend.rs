//! What a repair would do, and doing it. The store goes first: how far it has taken the journal
//! decides from where on the journal must be whole.

use anyhow::{Context, Result};
use disk::{DataDir, SharedFs};
use journal::{
    Lane,
    file::{self, Repair, Step},
};
use store::local;

use super::findings::{Findings, chapters};
use crate::commands::output::grouped;

/// What a repair would do.
#[derive(Debug)]
pub(super) struct Planned {
    sentences: Vec<String>,
}

impl Planned {
    pub(super) fn text(&self) -> String {
        chapters(&[("repair", self.sentences.clone())])
    }
}

/// Tells it, changing nothing.
pub(super) fn plan(fs: &SharedFs, dir: &DataDir, found: &Findings) -> Result<Planned> {
    let mut sentences = Vec::new();
    if found.store_damaged {
        sentences.push(
            "the manifest is made again from the files that can be read; the others, and the old \
             manifest, go to quarantine; their events are read again from the journal where it \
             still has them, and are lost where it has not"
                .to_owned(),
        );
    }
    let steps = steps(fs, dir, &found.taken)?;
    sentences.extend(steps.iter().map(sentence));
    if sentences.is_empty() {
        sentences.push("there is nothing a repair could do".into());
    }
    Ok(Planned { sentences })
}

/// Does it; what was done, in sentences.
pub(super) fn mend(fs: &SharedFs, dir: &DataDir) -> Result<String> {
    let mut sentences = Vec::new();
    let mut taken = Vec::new();
    if dir.manifest().exists() || !fs.list(&dir.parts())?.is_empty() {
        let done = local::repair(fs, dir).context("the store was left as it is")?;
        taken = done.positions.iter().map(|(lane, at)| (Lane(*lane), *at)).collect();
        sentences.extend(done.sentences);
    }
    let steps = steps(fs, dir, &taken)?;
    file::repair(fs, dir, &steps)?;
    let lost: u64 = steps.iter().map(|step| step.lost).sum();
    sentences.push(match (steps.len(), lost) {
        (0, _) => "the journal needed no repair".into(),
        (files, 0) => format!("{files} files of the journal were repaired, no record was lost"),
        (files, lost) => {
            format!(
                "{files} files of the journal were repaired, {} records were lost",
                grouped(lost)
            )
        }
    });
    Ok(chapters(&[("repaired", sentences)]) + "\n")
}

/// Every batch that is whole is kept: losing less is always better, and a gap is no harm.
fn steps(fs: &SharedFs, dir: &DataDir, taken: &[(Lane, u64)]) -> Result<Vec<Step>> {
    Ok(file::plan(fs, dir, Repair::Skip, taken)?)
}

fn sentence(step: &Step) -> String {
    format!("{}: {}", step.path.display(), step.explanation)
}
