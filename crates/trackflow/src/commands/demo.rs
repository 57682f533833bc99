//! `trackflow demo`: a made-up shop through the real pipeline.

use std::{process::ExitCode, sync::Arc, time::Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use event::{Dialect, Outcome, Source, TenantId};
use indicatif::{ProgressBar, ProgressStyle};
use ingest::{Connection, Draft, Pipeline, Request, Rules};
use tokio::task::JoinSet;

use super::{output, welcome};
use crate::{
    config::{Config, Sources},
    demo::{Order, Plan},
    parts, telemetry,
};

/// How much, and of what.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// How many events
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    events: u64,
    /// Over how many days, up to now
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3_650))]
    days: u32,
    /// The same seed makes the same people, visits and ids
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// Events of one request: large, so that one commit carries many.
const BATCH_EVENTS: usize = 2_000;
/// Requests waiting for their commit at the same time.
const IN_FLIGHT: usize = 4;

pub(crate) fn run(args: &DemoArgs, sources: &Sources) -> Result<ExitCode> {
    let mut config = Config::load(sources)?;
    // The bar tells how it goes; of the log only trouble is of interest here.
    if config.log.filter == "info" {
        config.log.filter = "warn".into();
    }
    telemetry::start(&config.log);
    let lock = parts::lock(&config.data.dir)
        .context("the demo writes into the data folder itself; stop the server first")?;
    let (catalog, first_start) = parts::open_catalog(&config)?;
    let catalog = Arc::new(catalog);
    let (store, taken) = parts::open_store(&config)?;
    let journal = parts::open_journal(&config, taken)?;
    let pipeline = parts::start_pipeline(&config, catalog.clone(), journal, store)?;

    let order =
        Order { events: args.events, days: args.days, until: parts::now(), seed: args.seed };
    let started = Instant::now();
    let runtime = tokio::runtime::Runtime::new().context("cannot start threads")?;
    let (plan, told) = runtime.block_on(fill(&pipeline, order))?;
    pipeline.stop();
    ensure!(
        pipeline.store().head().rows == 0,
        "the store could not write everything; the events are safe in the journal, and the next \
         start tries again"
    );
    let seconds = started.elapsed().as_secs_f64();
    drop((catalog, lock));

    output::print(&summary(&plan, told, seconds, args.days))?;
    if let Some(keys) = &first_start {
        output::tell(&welcome::keys(keys));
        output::tell(&welcome::setup(keys, "http://localhost:20000"));
    }
    Ok(ExitCode::SUCCESS)
}

/// What became of the events.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    stored: u64,
    duplicate: u64,
}

async fn fill(pipeline: &Pipeline, order: Order) -> Result<(Plan, Told)> {
    let plan = Plan::new(order);
    let bar = progress(order.events);
    let mut told = Told::default();
    let mut requests = JoinSet::new();
    let mut drafts = plan.drafts().peekable();
    while drafts.peek().is_some() {
        let batch: Vec<Draft<'static>> = drafts.by_ref().take(BATCH_EVENTS).collect();
        let pipeline = pipeline.clone();
        requests.spawn(async move { admit(&pipeline, batch).await });
        if requests.len() >= IN_FLIGHT {
            settle(&mut requests, &mut told, &bar).await?;
        }
    }
    while !requests.is_empty() {
        settle(&mut requests, &mut told, &bar).await?;
    }
    bar.finish_and_clear();
    drop(drafts);
    Ok((plan, told))
}

async fn settle(
    requests: &mut JoinSet<Result<Vec<Outcome>>>,
    told: &mut Told,
    bar: &ProgressBar,
) -> Result<()> {
    let Some(outcomes) = requests.join_next().await else { return Ok(()) };
    let outcomes = outcomes??;
    bar.inc(outcomes.len() as u64);
    for outcome in outcomes {
        match outcome {
            Outcome::Stored { .. } => told.stored += 1,
            Outcome::Duplicate { .. } => told.duplicate += 1,
            Outcome::Rejected(reason) => bail!("an event of the demo was refused: {reason}"),
        }
    }
    Ok(())
}

async fn admit(pipeline: &Pipeline, batch: Vec<Draft<'static>>) -> Result<Vec<Outcome>> {
    let request = Request {
        tenant: TenantId::default_tenant(),
        dialect: Dialect::Simple,
        source: Source::Web,
        received_at: parts::now(),
        sent_at: None,
        rules: &Rules::CANONICAL,
        connection: Connection::default(),
    };
    let drafts = batch.into_iter().map(Ok).collect();
    pipeline.admit(&request, drafts).await.context("the events were not taken")
}

fn progress(events: u64) -> ProgressBar {
    let template = "{bar:36} {human_pos} of {human_len} events  {per_sec}  {eta} left";
    let bar = ProgressBar::new(events);
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn summary(plan: &Plan, told: Told, seconds: f64, days: u32) -> String {
    let total = told.stored + told.duplicate;
    let [events, people, visits] = [total, plan.people, plan.visits() as u64].map(output::grouped);
    let rate = output::grouped((total as f64 / seconds.max(1e-3)) as u64);
    let mut out = format!(
        "{events} events of {people} people in {visits} visits over {days} days, in {seconds:.1} s \
         ({rate} events/s)\n"
    );
    if told.duplicate > 0 {
        out += &format!(
            "{} of them were there already: the same --seed makes the same events\n",
            output::grouped(told.duplicate)
        );
    }
    // The first day began at this time of day, so it lies on one calendar day more.
    let recent = days + 1;
    out += &format!(
        "
Next, start the server and ask:

  trackflow serve
  export TRACKFLOW_KEY=tf_s_...          # the secret key; `trackflow key new` makes one
  trackflow query counts --last {recent}d
  trackflow query trend --event view_item --event add_to_cart --event purchase --unique --last {recent}d
  trackflow query events --event purchase --where country=DE --last {recent}d --limit 10
"
    );
    out
}
