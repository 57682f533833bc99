//! One tenant's small questions, alone and beside heavy ones of another tenant.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow};
use event::TenantId;
use insight::Question;
use store::local::{LocalConfig, LocalStore};

use super::{Options, local};
use crate::{
    questions::feed::Feed,
    table::{median, table},
};

/// Heavy questions that the one tenant asks at once, all the time.
const AT_ONCE: usize = 8;
const HEAVY: [&str; 3] = ["uniques", "retention", "funnel"];
const SMALL: [&str; 3] = ["uniques", "funnel", "by_country"];
/// The other tenant's events.
const SMALL_ROWS: u64 = 20_000;
const FLUSH_ROWS: u64 = 500_000;
/// Questions answered at once, as the server has it.
const QUESTIONS_MAX: usize = 8;
const SEED: u64 = 20_260_901;

type Questions = [(&'static str, Question)];

/// The table of all rounds.
pub(super) fn run(options: &Options, data: &Path) -> anyhow::Result<String> {
    let config = LocalConfig { questions_max: QUESTIONS_MAX, ..LocalConfig::default() };
    let mut feed = Feed::with(&data.join("fair"), FLUSH_ROWS, config)?;
    let small = TenantId::new("small").context("a tenant id")?;
    let heavy = TenantId::default_tenant();
    local::fill(&mut feed, options.rows, SEED)?;
    feed.tenant(small.clone())?;
    local::fill(&mut feed, SMALL_ROWS, SEED)?;
    let store = feed.into_store()?;
    let (of_heavy, of_small) = (local::questions(&HEAVY)?, local::questions(&SMALL)?);
    let length = Duration::from_secs_f64(options.seconds);
    small_ones(&store, &small, &of_small, Duration::ZERO)?;
    let head = ["round", "", "answers", "p50 ms", "p95 ms", "the other's answers/s"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let (mut before, mut meanwhile) = (Vec::new(), Vec::new());
    for round in 1..=options.rounds {
        let mut alone = small_ones(&store, &small, &of_small, length)?;
        let beside = || small_ones(&store, &small, &of_small, length);
        let (mut busy, answers) = beside_heavy(&store, &heavy, &of_heavy, beside)?;
        let rate = answers as f64 / options.seconds;
        before.push(line(&mut rows, round, "alone", &mut alone, "-"));
        meanwhile.push(line(&mut rows, round, "beside", &mut busy, &format!("{rate:.1}")));
    }
    let (before, meanwhile) = (median(&mut before), median(&mut meanwhile));
    Ok(format!(
        "## Fairness between tenants\n\nIn this process. One tenant with {} events asks {AT_ONCE} \
         heavy questions at once, all the time ({}); the other with {SMALL_ROWS} events asks one \
         after the other ({}). Medians of the rounds: p95 {before:.2} ms alone, {meanwhile:.2} ms \
         beside, ratio {:.2} (goal 2).\n\n{}\n",
        options.rows,
        HEAVY.join(", "),
        SMALL.join(", "),
        meanwhile / before,
        table(&rows),
    ))
}

/// Adds a line; its p95.
fn line(
    rows: &mut Vec<Vec<String>>,
    round: usize,
    what: &str,
    times: &mut [f64],
    others: &str,
) -> f64 {
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or(0.0);
    rows.push(vec![
        round.to_string(),
        what.to_owned(),
        times.len().to_string(),
        format!("{:.2}", at(50)),
        format!("{:.2}", at(95)),
        others.to_owned(),
    ]);
    at(95)
}

/// One after the other for so long, each question at least once; milliseconds of each answer.
fn small_ones(
    store: &LocalStore,
    tenant: &TenantId,
    questions: &Questions,
    length: Duration,
) -> anyhow::Result<Vec<f64>> {
    let start = Instant::now();
    let mut times = Vec::new();
    loop {
        for (_, question) in questions {
            times.push(local::ask(store, tenant, question)?.1);
        }
        if start.elapsed() >= length {
            return Ok(times);
        }
    }
}

/// What comes of `f` while heavy questions are asked all the time, and how many were answered.
fn beside_heavy<R>(
    store: &LocalStore,
    tenant: &TenantId,
    questions: &Questions,
    f: impl FnOnce() -> anyhow::Result<R>,
) -> anyhow::Result<(R, u64)> {
    let (over, answers) = (AtomicBool::new(false), AtomicU64::new(0));
    let heavy = |number: usize| {
        let mut questions = questions.iter().cycle().skip(number);
        while !over.load(Ordering::Relaxed)
            && let Some((_, question)) = questions.next()
        {
            local::ask(store, tenant, question)?;
            answers.fetch_add(1, Ordering::Relaxed);
        }
        anyhow::Ok(())
    };
    std::thread::scope(|scope| {
        let heavy = &heavy;
        let askers: Vec<_> =
            (0..AT_ONCE).map(|number| scope.spawn(move || heavy(number))).collect();
        let result = f();
        over.store(true, Ordering::Relaxed);
        for asker in askers {
            asker.join().map_err(|_| anyhow!("an asking thread panicked"))??;
        }
        Ok((result?, answers.load(Ordering::Relaxed)))
    })
}
