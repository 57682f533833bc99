//! The embedded store, filled and asked in this process.

use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use event::{TenantId, Timestamp};
use insight::{Answer, Question, read};
use jiff::tz::TimeZone;
use store::{Asking, Cancel, Store, local::LocalStore};

use crate::questions::{
    feed::Feed,
    list,
    row::{DAY, DAYS, START},
    world::{Set, World},
};

/// The moment after the last event.
const NOW: Timestamp = Timestamp(START + DAYS * DAY);
const PATIENCE: Duration = Duration::from_secs(120);

/// Pushes so many rows, the same for a seed.
pub(super) fn fill(feed: &mut Feed, rows: u64, seed: u64) -> anyhow::Result<()> {
    let mut world = World::new(Set::Ordered, rows, seed);
    while let Some(day) = world.next_day() {
        day.iter().try_for_each(|row| feed.push(row))?;
    }
    Ok(())
}

/// Questions of `bench questions` by their names.
pub(super) fn questions(names: &[&'static str]) -> anyhow::Result<Vec<(&'static str, Question)>> {
    let context = read::Context::new(NOW, TimeZone::UTC);
    let all = list::questions();
    let one = |name: &&'static str| {
        let json = all.iter().find(|(known, _)| known == name).context("no such question")?;
        let question = read::question(&json.1, &context).map_err(|p| anyhow!("{p:?}"))?;
        Ok((*name, question))
    };
    names.iter().map(one).collect()
}

/// The answer, and milliseconds until it was there.
pub(super) fn ask(
    store: &LocalStore,
    tenant: &TenantId,
    question: &Question,
) -> anyhow::Result<(Answer, f64)> {
    let asked = Instant::now();
    let asking = Asking {
        tenant: tenant.clone(),
        now: NOW,
        deadline: Some(asked + PATIENCE),
        cancel: Cancel::new(),
    };
    let (answer, _) = store.ask(question, &asking)?;
    Ok((answer, asked.elapsed().as_secs_f64() * 1e3))
}
