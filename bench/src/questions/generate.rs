//! Writes one data set: a store folder, a table for the peers, and what they hold.

use std::{path::PathBuf, time::Instant};

use anyhow::ensure;

use super::{
    feed::Feed,
    row::START,
    table::{COLUMNS, Table},
    world::{Set, World},
};

/// What to write where.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Events.
    #[arg(long, default_value_t = 1_000_000)]
    rows: u64,
    /// How they come in.
    #[arg(long, value_enum, default_value = "ordered")]
    set: Set,
    /// The folder; it gets `store/`, `rows.tsv.zst` and `set.json`.
    #[arg(long)]
    out: PathBuf,
    /// The same seed gives the same rows.
    #[arg(long, default_value_t = 20_260_901)]
    seed: u64,
    /// Events between two flushes of the store.
    #[arg(long, default_value_t = 500_000)]
    flush_rows: u64,
    /// Leaves the table as it is: for a new store folder over the same rows.
    #[arg(long)]
    store_only: bool,
}

/// Writes everything; `set.json` last, so that it stands for a complete folder.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let store = options.out.join("store");
    ensure!(!store.exists(), "{} exists, remove it first", store.display());
    std::fs::create_dir_all(&store)?;
    let started = Instant::now();
    let mut feed = Feed::new(&store, options.flush_rows)?;
    let mut table = match options.store_only {
        true => None,
        false => Some(Table::new(&options.out.join("rows.tsv.zst"))?),
    };
    let mut world = World::new(options.set, options.rows, options.seed);
    let mut links = 0;
    while let Some(day) = world.next_day() {
        for row in &day {
            feed.push(row)?;
            links += u64::from(row.kind == super::row::IDENTIFY);
            if let Some(table) = &mut table {
                table.push(row)?;
            }
        }
    }
    let bytes = feed.finish()?;
    if let Some(table) = table {
        let rows = table.finish()?;
        ensure!(rows + links == options.rows, "{rows} rows and {links} links were written");
    }
    let about = serde_json::json!({
        "rows": options.rows, "table_rows": options.rows - links, "seed": options.seed,
        "persons": world.persons_seen(), "start_ms": START, "columns": COLUMNS,
        "store_bytes": bytes, "seconds": started.elapsed().as_secs_f64(),
    });
    std::fs::write(options.out.join("set.json"), format!("{about:#}\n"))?;
    println!("{about}");
    Ok(())
}
