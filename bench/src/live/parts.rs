//! The same events in many small files, in few, and as compaction leaves them.

use std::path::Path;

use anyhow::ensure;
use event::TenantId;
use store::{Store, local::LocalStore};

use super::{Options, local};
use crate::{
    questions::feed::{self, Feed},
    table::{median, table},
};

/// Files: one flush each.
const MANY: u64 = 961;
const FEW: u64 = 31;
const ASKED: [&str; 3] = ["uniques", "retention", "funnel"];
/// Each question is asked so often of each store, in turns.
const RUNS: usize = 15;
const SEED: u64 = 20_260_901;

/// The table.
pub(super) fn run(options: &Options, data: &Path) -> anyhow::Result<String> {
    let make = |name: &str, files| made(&data.join(name), options.rows, files);
    let many = make("many", MANY)?;
    let few = make("few", FEW)?;
    let compacted = make("compacted", MANY)?;
    feed::settle(&compacted)?;
    let stores = [many, few, compacted];
    let counts: Vec<u64> = stores.iter().map(|store| store.status().files).collect();
    ensure!(counts[..2] == [MANY, FEW], "the files are {counts:?}");
    let head =
        ["question", "961 files ms", "31 files ms", "compacted ms", "961/31", "961/compacted"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let tenant = TenantId::default_tenant();
    for (name, question) in local::questions(&ASKED)? {
        let mut times = [const { Vec::new() }; 3];
        let mut known = None;
        for _ in 0..=RUNS {
            for (store, times) in stores.iter().zip(&mut times) {
                let (answer, ms) = local::ask(store, &tenant, &question)?;
                times.push(ms);
                ensure!(*known.get_or_insert_with(|| answer.clone()) == answer, "{name} differs");
            }
        }
        // The first answer reads the files.
        let [many, few, compacted] = times.map(|mut times| median(&mut times[1..]));
        rows.push(vec![
            name.to_owned(),
            format!("{many:.1}"),
            format!("{few:.1}"),
            format!("{compacted:.1}"),
            format!("{:.2}", many / few),
            format!("{:.2}", many / compacted),
        ]);
    }
    Ok(format!(
        "## Many files\n\nIn this process. {} events, written by {MANY} flushes, by {FEW}, and by \
         {MANY} with compaction, which leaves {} files; hot, medians of {RUNS} answers in turns. \
         Goal: ratios at most 2.\n\n{}\n",
        options.rows,
        counts[2],
        table(&rows),
    ))
}

/// A store of so many files.
fn made(dir: &Path, rows: u64, files: u64) -> anyhow::Result<LocalStore> {
    std::fs::create_dir_all(dir)?;
    let mut feed = Feed::new(dir, rows.div_ceil(files))?;
    local::fill(&mut feed, rows, SEED)?;
    feed.into_store()
}
