//! `bench ingest`: durable ingestion beside the same HTTP stack doing nothing.
//!
//! Rounds alternate between the servers, so that a slow minute of the machine hits all of them;
//! medians of the rounds are compared. The product runs with its defaults: every 2xx is fsynced.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};

use crate::{
    load::{self, Load},
    process::{Server, get},
    table::{median, table},
};

/// How long and against what.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// The product's release binary.
    #[arg(long, default_value = "target/release/trackflow")]
    trackflow: PathBuf,
    /// Seconds per round.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// Rounds per server.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Open connections.
    #[arg(long, default_value_t = 256)]
    connections: usize,
    /// Seconds of batches at 80 % of the peak; 0 leaves it out.
    #[arg(long, default_value_t = 0.0)]
    sustain: f64,
    /// Where the table is written as well.
    #[arg(long)]
    out: Option<PathBuf>,
}

struct Line {
    name: &'static str,
    rates: Vec<f64>,
    events: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
    cpu_us: Vec<f64>,
}

/// Runs everything and prints the tables.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let data = std::env::temp_dir().join(format!("trackflow-bench-{}", std::process::id()));
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
    let mut text = String::from("# Durable ingestion\n\n");
    let cores = std::thread::available_parallelism()?;
    let _ = writeln!(
        text,
        "{cores} cores, load generator included; {} connections; median of {} rounds of {} s. \
         Repeat with `make bench`.\n",
        options.connections, options.rounds, options.seconds
    );
    for (batch, title) in [(1, "Single events"), (100, "Batches of 100")] {
        eprintln_progress(title);
        let lines = compare(options, data, batch)?;
        let _ = writeln!(text, "## {title}\n\n{}", report(&lines));
        let tracked = median(&mut lines[2].rates.clone());
        let half = half_rate(options, data, batch, tracked / 2.0)?;
        let _ = writeln!(text, "At half of the peak rate: {}.\n", half.line());
        if batch > 1 && options.sustain > 0.0 {
            text += &sustain(options, data, batch, tracked * 0.8)?;
        }
    }
    Ok(text)
}

fn start(options: &Options, data: &Path, name: &str) -> anyhow::Result<Server> {
    let this = std::env::current_exe()?;
    match name {
        "does nothing" => Server::start(&this, &["noop"], None),
        "parses" => Server::start(&this, &["noop", "--parse"], None),
        _ => {
            std::fs::create_dir_all(data)?;
            let dir = data.join(format!("{:x}", fastrand::u64(..)));
            let dir = dir.to_str().context("temp path")?.to_owned();
            let args = ["serve", "--listen", "127.0.0.1:0", "--data", &dir];
            Server::start(&options.trackflow, &args, Some(&data.join("server.log")))
        }
    }
}

fn load_options(options: &Options, server: &Server, batch: usize) -> load::Options {
    load::Options {
        addr: server.addr.clone(),
        batch,
        connections: options.connections,
        seconds: options.seconds,
        rate: None,
    }
}

fn compare(options: &Options, data: &Path, batch: usize) -> anyhow::Result<Vec<Line>> {
    let names = ["does nothing", "parses", "trackflow"];
    let mut lines: Vec<Line> = names
        .iter()
        .map(|name| Line {
            name,
            rates: vec![],
            events: vec![],
            p50: vec![],
            p99: vec![],
            cpu_us: vec![],
        })
        .collect();
    for _ in 0..options.rounds {
        for line in &mut lines {
            let server = start(options, data, line.name)?;
            let warm = load::Options { seconds: 0.5, ..load_options(options, &server, batch) };
            load::run(&warm)?;
            let before = server.usage()?.0;
            let load = load::run(&load_options(options, &server, batch))?;
            let cpu = server.usage()?.0 - before;
            line.rates.push(load.requests_per_second());
            line.events.push(load.events_per_second());
            line.p50.push(load.latency.percentile(0.5));
            line.p99.push(load.latency.percentile(0.99));
            line.cpu_us.push(cpu * 1e6 / (load.requests * batch as u64).max(1) as f64);
            drop(server);
            let _ = std::fs::remove_dir_all(data);
        }
    }
    Ok(lines)
}

fn report(lines: &[Line]) -> String {
    let head = ["server", "requests/s", "events/s", "ratio", "p50 ms", "p99 ms", "CPU µs/event"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let base = median(&mut lines[0].rates.clone());
    for line in lines {
        let rate = median(&mut line.rates.clone());
        rows.push(vec![
            line.name.to_owned(),
            format!("{rate:.0}"),
            format!("{:.0}", median(&mut line.events.clone())),
            format!("{:.2}", rate / base),
            format!("{:.2}", median(&mut line.p50.clone())),
            format!("{:.2}", median(&mut line.p99.clone())),
            format!("{:.2}", median(&mut line.cpu_us.clone())),
        ]);
    }
    table(&rows)
}

fn half_rate(options: &Options, data: &Path, batch: usize, rate: f64) -> anyhow::Result<Load> {
    let server = start(options, data, "trackflow")?;
    let load = load::Options { rate: Some(rate), ..load_options(options, &server, batch) };
    let result = load::run(&load);
    drop(server);
    let _ = std::fs::remove_dir_all(data);
    result
}

/// The pump must keep up: its lag is sampled while batches come in at 80 % of the peak.
fn sustain(options: &Options, data: &Path, batch: usize, rate: f64) -> anyhow::Result<String> {
    eprintln_progress("Sustained");
    let server = start(options, data, "trackflow")?;
    let addr = server.addr.clone();
    let load_options = load::Options {
        rate: Some(rate),
        seconds: options.sustain,
        ..load_options(options, &server, batch)
    };
    let loader = std::thread::spawn(move || load::run(&load_options));
    let (mut worst, mut peak_memory, mut samples) = (0.0f64, 0u64, Vec::new());
    while !loader.is_finished() {
        std::thread::sleep(Duration::from_millis(500));
        let lag = pending(&addr)?;
        worst = worst.max(lag);
        samples.push(lag);
        peak_memory = peak_memory.max(server.usage()?.1);
    }
    let load = loader.join().map_err(|_| anyhow::anyhow!("the load generator panicked"))??;
    let drained = Instant::now();
    while pending(&addr)? > 0.0 {
        ensure!(drained.elapsed() < Duration::from_secs(60), "the pump did not drain in 60 s");
        std::thread::sleep(Duration::from_millis(20));
    }
    let drain = drained.elapsed().as_secs_f64();
    drop(server);
    let _ = std::fs::remove_dir_all(data);
    Ok(format!(
        "## Sustained\n\nBatches of {batch} at 80 % of the peak for {:.0} s: {}. Events not yet in \
         the store, sampled twice a second: median {:.0}, worst {worst:.0}; drained {drain:.2} s \
         after the last request. Peak resident memory {:.0} MB.\n",
        load.seconds,
        load.line(),
        median(&mut samples),
        peak_memory as f64 / 1e6,
    ))
}

/// The sum of `pending` in the books.
pub(crate) fn pending(addr: &str) -> anyhow::Result<f64> {
    let metrics = get(addr, "/metrics")?;
    let line = metrics.lines().find(|line| line.starts_with("trackflow_events_pending"));
    let value = line.and_then(|line| line.rsplit(' ').next());
    value.context("no trackflow_events_pending in /metrics")?.parse().context("pending")
}

#[expect(clippy::print_stderr, reason = "progress of a long run")]
pub(crate) fn eprintln_progress(what: &str) {
    eprintln!("measuring: {what}");
}
