//! Questions about days that are over, idle and while events come in.
//!
//! New events do not belong to the range that is asked about, so that what differs is only that
//! somebody writes. The last line asks about what comes in, and has no ratio: it grows.

use std::{
    fmt::Write,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{anyhow, ensure};
use event::{EventId, Timestamp};
use serde_json::{Value as Json, json};

use super::{Options, Product, load_of};
use crate::{
    client::Client,
    load,
    questions::{
        list,
        row::Row,
        world::{Set, World},
    },
    table::{median, table},
};

/// Which of the questions of `bench questions`.
const ASKED: [&str; 4] = ["uniques", "retention", "funnel", "by_button"];
const RECENT: &str = "events by type, last hour";
/// The whole set is asked so often.
const EVERY: Duration = Duration::from_secs(1);
/// Events per request while the store is filled.
const BATCH: usize = 1_000;
/// The same seed gives the same rows.
const SEED: u64 = 20_260_901;

/// Milliseconds per question.
type Times = Vec<Vec<f64>>;

/// The table of both.
pub(super) fn run(options: &Options, data: &Path, rate: f64) -> anyhow::Result<String> {
    let product = Product::start(options, data)?;
    fill(&product, options.rows)?;
    let mut questions: Vec<(&str, Json)> =
        list::questions().into_iter().filter(|(name, _)| ASKED.contains(name)).collect();
    questions.push((RECENT, json!({"kind": "counts", "range": {"last": "1h"}})));
    let (mut idle, mut busy) = (vec![vec![]; questions.len()], vec![vec![]; questions.len()]);
    ask_all(&product, &questions, Duration::ZERO, &mut vec![vec![]; questions.len()])?;
    let (mut came, mut rounds) = (0.0, String::new());
    let length = Duration::from_secs_f64(options.seconds);
    for _ in 0..options.rounds {
        product.drain()?;
        ask_all(&product, &questions, length, &mut idle)?;
        let load = load_of(&product, options.seconds, Some(rate));
        let load = std::thread::scope(|scope| {
            let load = scope.spawn(|| load::run(&load));
            ask_all(&product, &questions, length, &mut busy)?;
            load.join().map_err(|_| anyhow!("the load generator panicked"))?
        })?;
        came += load.events_per_second() * load.seconds;
        let _ = write!(rounds, "{:.0} ", load.events_per_second());
    }
    Ok(format!(
        "## Questions while events come in\n\n{} events of 30 days that are over; the set is \
         asked once a second, its questions one after the other, over HTTP. Load in the rounds: \
         {}events/s, {came:.0} events in all. Goal: ratio of medians at most 2.\n\n{}\n",
        options.rows,
        rounds,
        report(&questions, &idle, &busy),
    ))
}

fn report(questions: &[(&str, Json)], idle: &Times, busy: &Times) -> String {
    let head = ["question", "times asked", "idle ms", "under load ms", "ratio", "p95 under load"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (((name, _), idle), busy) in questions.iter().zip(idle).zip(busy) {
        let (mut idle, mut busy) = (idle.clone(), busy.clone());
        let (before, meanwhile) = (median(&mut idle), median(&mut busy));
        let p95 = busy.get(busy.len() * 95 / 100).copied().unwrap_or(0.0);
        let grows = *name == RECENT;
        rows.push(vec![
            (*name).to_owned(),
            format!("{} + {}", idle.len(), busy.len()),
            format!("{before:.1}"),
            format!("{meanwhile:.1}"),
            if grows { "-".to_owned() } else { format!("{:.2}", meanwhile / before) },
            format!("{p95:.1}"),
        ]);
    }
    table(&rows)
}

/// Asks the set once a second for so long, at least once.
fn ask_all(
    product: &Product,
    questions: &[(&str, Json)],
    length: Duration,
    times: &mut Times,
) -> anyhow::Result<()> {
    let mut client = product.client()?;
    let start = Instant::now();
    let mut at = start;
    loop {
        for ((_, question), times) in questions.iter().zip(times.iter_mut()) {
            let asked = Instant::now();
            product.ask(&mut client, question)?;
            times.push(asked.elapsed().as_secs_f64() * 1e3);
        }
        at += EVERY;
        if at >= start + length {
            return Ok(());
        }
        std::thread::sleep(at.saturating_duration_since(Instant::now()));
    }
}

/// The rows of `bench questions`, over HTTP.
fn fill(product: &Product, rows: u64) -> anyhow::Result<()> {
    let mut world = World::new(Set::Ordered, rows, SEED);
    let mut client = product.client()?;
    while let Some(day) = world.next_day() {
        for rows in day.chunks(BATCH) {
            send(&mut client, rows)?;
        }
    }
    product.drain()?;
    let question = json!({
        "kind": "counts", "range": {"from": "2026-09-01", "to": "2026-10-01"},
    });
    let total = product.ask(&mut client, &question)?["total"].as_u64();
    ensure!(total == Some(rows), "{rows} events were sent, {total:?} are in answers");
    Ok(())
}

fn send(client: &mut Client, rows: &[Row]) -> anyhow::Result<()> {
    let (mut user, mut session, mut properties) = Default::default();
    let events = rows.iter().map(|row| {
        row.user(&mut user);
        row.session(&mut session);
        row.properties(&mut properties);
        format!(
            r#"{{"event_id":"{}","event_type":"{}","timestamp":"{}","user_id":"{user}","session_id":"{session}","properties":{properties}}}"#,
            EventId::from_u128(row.id),
            row.event_type(),
            Timestamp(row.at),
        )
    });
    let body = format!("[{}]", events.collect::<Vec<_>>().join(","));
    loop {
        match client.send("/apiv1/events/batch", &body)? {
            (201, _) => return Ok(()),
            (503, _) => std::thread::sleep(Duration::from_millis(50)),
            (status, text) => anyhow::bail!("the server answered {status}: {text}"),
        }
    }
}
