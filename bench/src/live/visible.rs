//! From the acknowledgement of an event to its being in an answer.
//!
//! While batches come in, an event of a type of its own is sent every 50 ms and, once it is
//! acknowledged, asked for again and again. The time ends with the answer that has it, so that it
//! includes at least one question.

use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use anyhow::{anyhow, ensure};
use serde_json::json;

use super::{Options, Product, load_of};
use crate::{
    client::Client,
    histogram::Histogram,
    load,
    table::{median, table},
};

/// An event is sent so often.
const EVERY: Duration = Duration::from_millis(50);
/// Between two questions.
const POLL: Duration = Duration::from_millis(2);
/// Threads that take turns, so that a slow event does not hold up the next ones.
const PROBERS: u32 = 4;
/// The load runs so long before the first event.
const WARM: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(30);

/// What the probers found.
struct Found {
    acknowledged: Histogram,
    visible: Histogram,
    /// The last question alone.
    question: Histogram,
    questions: u64,
    events: u64,
}

impl Found {
    fn new() -> Self {
        let none = Histogram::new;
        let (acknowledged, visible, question) = (none(), none(), none());
        Self { acknowledged, visible, question, questions: 0, events: 0 }
    }

    fn merge(&mut self, other: &Self) {
        self.acknowledged.merge(&other.acknowledged);
        self.visible.merge(&other.visible);
        self.question.merge(&other.question);
        self.questions += other.questions;
        self.events += other.events;
    }
}

/// The table of all rounds.
pub(super) fn run(options: &Options, data: &Path, rate: f64) -> anyhow::Result<String> {
    let head = [
        "round",
        "load events/s",
        "events sent",
        "ack p50 ms",
        "ack p99 ms",
        "visible p50 ms",
        "visible p99 ms",
        "a question p50 ms",
        "a question p99 ms",
        "questions per event",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let (mut middle, mut worst) = (Vec::new(), Vec::new());
    for round in 1..=options.rounds {
        let (found, load) = once(options, data, rate)?;
        let at = |histogram: &Histogram, rank| format!("{:.1}", histogram.percentile(rank));
        middle.push(found.visible.percentile(0.5));
        worst.push(found.visible.percentile(0.99));
        rows.push(vec![
            round.to_string(),
            format!("{:.0}", load.events_per_second()),
            found.events.to_string(),
            at(&found.acknowledged, 0.5),
            at(&found.acknowledged, 0.99),
            at(&found.visible, 0.5),
            at(&found.visible, 0.99),
            at(&found.question, 0.5),
            at(&found.question, 0.99),
            format!("{:.1}", found.questions as f64 / found.events.max(1) as f64),
        ]);
    }
    Ok(format!(
        "## From acknowledged to visible\n\nAn event of a type of its own every {} ms; from its \
         acknowledgement to the answer that counts it, that question included; asked again {} ms \
         after an answer without it. Medians of the rounds: p50 {:.1} ms, p99 {:.1} ms (goal \
         100).\n\n{}\n",
        EVERY.as_millis(),
        POLL.as_millis(),
        median(&mut middle),
        median(&mut worst),
        table(&rows),
    ))
}

fn once(options: &Options, data: &Path, rate: f64) -> anyhow::Result<(Found, load::Load)> {
    let product = Product::start(options, data)?;
    let length = Duration::from_secs_f64(options.seconds);
    let load = load_of(&product, (WARM + length).as_secs_f64(), Some(rate));
    let start = Instant::now() + WARM;
    let numbers = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let load = scope.spawn(|| load::run(&load));
        let prober = |turn| probe_all(&product, turn, start, start + length, &numbers);
        let probers: Vec<_> = (0..PROBERS).map(|turn| scope.spawn(move || prober(turn))).collect();
        let mut all = Found::new();
        for prober in probers {
            all.merge(&prober.join().map_err(|_| anyhow!("a prober panicked"))??);
        }
        let load = load.join().map_err(|_| anyhow!("the load generator panicked"))??;
        Ok((all, load))
    })
}

fn probe_all(
    product: &Product,
    turn: u32,
    start: Instant,
    end: Instant,
    numbers: &AtomicU64,
) -> anyhow::Result<Found> {
    let mut client = product.client()?;
    let mut found = Found::new();
    let mut at = start + EVERY * turn;
    while at < end {
        std::thread::sleep(at.saturating_duration_since(Instant::now()));
        probe(product, &mut client, numbers.fetch_add(1, Ordering::Relaxed), &mut found)?;
        at += EVERY * PROBERS;
    }
    Ok(found)
}

fn probe(
    product: &Product,
    client: &mut Client,
    number: u64,
    found: &mut Found,
) -> anyhow::Result<()> {
    let event = json!({"event_type": format!("probe-{number}"), "user_id": "prober"});
    let question = json!({
        "kind": "counts", "event": event["event_type"], "range": {"last": "1h"},
    });
    let sent = Instant::now();
    client.post("/apiv1/events", &event.to_string())?;
    let acknowledged = Instant::now();
    found.acknowledged.add(acknowledged - sent);
    loop {
        let asked = Instant::now();
        found.questions += 1;
        if product.ask(client, &question)?["total"] == 1 {
            found.question.add(asked.elapsed());
            found.visible.add(acknowledged.elapsed());
            found.events += 1;
            return Ok(());
        }
        ensure!(acknowledged.elapsed() < PATIENCE, "event {number} is not in any answer");
        std::thread::sleep(POLL);
    }
}
