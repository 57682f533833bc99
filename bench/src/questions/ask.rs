//! Asks a store folder, and tells how long each answer took.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow, ensure};
use disk::{DataDir, RealFs};
use event::{TenantId, Timestamp};
use insight::{Question, read, write};
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};
use store::{
    Asking, Cancel, Store,
    local::{LocalConfig, LocalStore},
};

use super::{
    list,
    row::{DAY, DAYS, START},
};

/// What to ask, and how often.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The folder that `generate` wrote.
    #[arg(long)]
    dir: PathBuf,
    /// Threads that answer.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Times each question is asked.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Only the question of this name.
    #[arg(long)]
    question: Option<String>,
    /// Ask once: the caller has dropped the page cache and starts a process per question.
    #[arg(long)]
    cold: bool,
}

/// No answer is waited for longer.
const PATIENCE: Duration = Duration::from_secs(120);
/// A question that took so long in all is not asked again.
const ENOUGH: Duration = Duration::from_secs(20);

/// Prints a line of JSON per question and a last one about the process.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let before = Instant::now();
    let config = LocalConfig { query_threads: options.threads, ..LocalConfig::default() };
    let dir = DataDir::new(options.dir.join("store"));
    let (store, opened) = LocalStore::open(Arc::new(RealFs), dir, config)?;
    let open_ms = milliseconds(before);
    ensure!(opened.quarantined.is_empty(), "files nothing lists: {:?}", opened.quarantined);
    let runs = if options.cold { 1 } else { options.runs.max(1) };
    for (name, json) in list::questions() {
        if options.question.as_deref().is_none_or(|only| only == name) {
            println!("{}", line(&store, name, &json, runs));
        }
    }
    let about = json!({
        "open_ms": open_ms, "rss_peak_bytes": rss_peak()?, "rows": opened.rows,
        "files": opened.files, "parts": store.status().parts,
    });
    println!("{about}");
    Ok(())
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

/// A question that fails is told and the others go on.
fn line(store: &LocalStore, name: &str, json: &Json, runs: usize) -> Json {
    let mut times = Times::default();
    let mut line = match ask(store, json, runs, &mut times) {
        Ok((answer, rows_read)) => json!({"answer": answer, "rows_read": rows_read}),
        Err(error) => json!({"error": format!("{error:#}")}),
    };
    line["question"] = json!(name);
    line["ms"] = json!(times.ms);
    line["cpu_ms"] = json!(times.cpu_ms);
    line
}

/// Of each run the time it took, and the processor time of all threads: on a busy machine the
/// latter says more.
#[derive(Default)]
struct Times {
    ms: Vec<f64>,
    cpu_ms: Vec<f64>,
}

/// Milliseconds that all threads of this process were on a processor, also those that ended.
fn cpu_ms() -> f64 {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    spent.tv_sec as f64 * 1e3 + spent.tv_nsec as f64 / 1e6
}

fn ask(
    store: &LocalStore,
    json: &Json,
    runs: usize,
    times: &mut Times,
) -> anyhow::Result<(Json, u64)> {
    let now = Timestamp(START + DAYS * DAY);
    let context = read::Context::new(now, TimeZone::UTC);
    let question: Question = read::question(json, &context).map_err(|p| anyhow!("{p:?}"))?;
    let started = Instant::now();
    let mut first: Option<(Json, u64)> = None;
    for _ in 0..runs {
        let cpu_before = cpu_ms();
        let before = Instant::now();
        let asking = Asking {
            tenant: TenantId::default_tenant(),
            now,
            deadline: Some(before + PATIENCE),
            cancel: Cancel::new(),
        };
        let (answer, meta) = store.ask(&question, &asking)?;
        times.ms.push(milliseconds(before));
        times.cpu_ms.push(cpu_ms() - cpu_before);
        let answer = write::answer(&answer, &question);
        match &first {
            Some((known, _)) => ensure!(*known == answer, "two runs gave different answers"),
            None => first = Some((answer, meta.rows_read)),
        }
        if started.elapsed() > ENOUGH {
            break;
        }
    }
    first.context("asked no time")
}

/// The most memory this process ever had, as the kernel counts it.
fn rss_peak() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: u64 = line.context("no VmHWM")?.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024)
}
