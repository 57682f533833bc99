//! `bench live`: what is seen while events come in.
//!
//! Freshness and answers under load are measured over HTTP, on the release binary with its
//! defaults; fairness between tenants and the price of many small files on the embedded store in
//! this process. Both sides of a ratio alternate in rounds, so that a slow minute of the machine
//! hits both.

mod asking;
mod fair;
mod local;
mod parts;
mod product;
mod visible;

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use anyhow::Context;

use crate::{ingest::eprintln_progress, load};
use product::Product;

/// Events per request of the load.
const BATCH: usize = 100;
/// Connections of the load.
const CONNECTIONS: usize = 64;

/// How long and how much.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// The product's release binary.
    #[arg(long, default_value = "target/release/trackflow")]
    trackflow: PathBuf,
    /// Events per second that come in meanwhile; half of what goes when absent.
    #[arg(long)]
    rate: Option<f64>,
    /// Events that are asked about.
    #[arg(long, default_value_t = 1_000_000)]
    rows: u64,
    /// Seconds per round.
    #[arg(long, default_value_t = 20.0)]
    seconds: f64,
    /// Rounds of everything.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Only these parts.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Section>,
    /// Where the page is written as well.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// The parts of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Section {
    /// From the acknowledgement of an event to its being in an answer.
    Visible,
    /// Questions idle and while events come in.
    Asking,
    /// One tenant's small questions beside another's heavy ones.
    Fair,
    /// The same events in many files and in few.
    Parts,
}

/// Runs everything and prints the page.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let data = std::env::temp_dir().join(format!("trackflow-live-{}", std::process::id()));
    std::fs::create_dir_all(&data)?;
    let result = measure(options, &data);
    let _ = std::fs::remove_dir_all(&data);
    let text = result?;
    println!("{text}");
    if let Some(out) = &options.out {
        std::fs::write(out, text).with_context(|| format!("cannot write {}", out.display()))?;
    }
    Ok(())
}

fn measure(options: &Options, data: &Path) -> anyhow::Result<String> {
    let wanted = |section| options.only.is_empty() || options.only.contains(&section);
    let mut text = String::from("# While events come in\n\n");
    let cores = std::thread::available_parallelism()?;
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    let _ = writeln!(
        text,
        "{cores} cores, load generator included; load of the machine before the run {load}; {} \
         rounds of {} s. Repeat with `make bench-live`.\n",
        options.rounds, options.seconds
    );
    if wanted(Section::Visible) || wanted(Section::Asking) {
        let rate = rate(options, data, &mut text)?;
        if wanted(Section::Visible) {
            eprintln_progress("acknowledged to visible");
            text += &visible::run(options, data, rate)?;
        }
        if wanted(Section::Asking) {
            eprintln_progress("questions under ingestion");
            text += &asking::run(options, data, rate)?;
        }
    }
    if wanted(Section::Fair) {
        eprintln_progress("fairness");
        text += &fair::run(options, data)?;
    }
    if wanted(Section::Parts) {
        eprintln_progress("many files");
        text += &parts::run(options, data)?;
    }
    Ok(text)
}

/// Events per second that are to come in.
fn rate(options: &Options, data: &Path, text: &mut String) -> anyhow::Result<f64> {
    if let Some(rate) = options.rate {
        let _ = writeln!(text, "The load is {rate:.0} events/s, as told.\n");
        return Ok(rate);
    }
    eprintln_progress("the peak");
    let product = Product::start(options, data)?;
    load::run(&load_of(&product, 1.0, None))?;
    let peak = load::run(&load_of(&product, 5.0, None))?.events_per_second();
    let rate = peak / 2.0;
    let _ = writeln!(text, "The load is {rate:.0} events/s, half of the peak of {peak:.0}.\n");
    Ok(rate)
}

/// Batches for so long, at so many events per second.
fn load_of(product: &Product, seconds: f64, rate: Option<f64>) -> load::Options {
    load::Options {
        addr: product.server.addr.clone(),
        batch: BATCH,
        connections: CONNECTIONS,
        seconds,
        rate: rate.map(|events| events / BATCH as f64),
    }
}
