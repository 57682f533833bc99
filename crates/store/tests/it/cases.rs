//! The case files of `insight`, answered by the store in several layouts.
//!
//! Each answer must contain what was reasoned by hand and must be the oracle's, to the last field.

use std::{collections::BTreeMap, path::Path};

use event::{Event, TenantId, Timestamp};
use insight::{
    Question,
    oracle::{self, Facts},
    read, write,
};
use store::{AskError, Asking, Cancel, Store, local::LocalStore};
use testkit::{
    cases::{self, Case},
    store_contract::sample,
};

use crate::world::{World, small};

/// How the events of a case lie in the store.
#[derive(Clone, Copy, Debug)]
enum Layout {
    /// All in the head.
    Head,
    /// In one part.
    Flushed,
    /// Flushed behind each batch of random size.
    Batches,
    /// Some parts, the newest batch in the head.
    Mixed,
    /// Flushed and opened again behind each batch.
    Reopened,
}

impl Layout {
    const ALL: [Self; 5] = [Self::Head, Self::Flushed, Self::Batches, Self::Mixed, Self::Reopened];

    fn store(self, world: &World, events: &[Event], rng: &mut fastrand::Rng) -> LocalStore {
        let mut store = world.open();
        let mut rest = events;
        while !rest.is_empty() {
            let size = match self {
                Self::Head | Self::Flushed => rest.len(),
                _ => rng.usize(1..=rest.len().min(4)),
            };
            let (batch, behind) = rest.split_at(size);
            sample::apply(&store, batch);
            rest = behind;
            match self {
                Self::Head => {}
                Self::Mixed if rest.is_empty() => {}
                Self::Flushed | Self::Batches | Self::Mixed => {
                    store.flush().unwrap();
                }
                Self::Reopened => {
                    store.flush().unwrap();
                    drop(store);
                    store = world.open();
                }
            }
        }
        store
    }
}

/// Why the store cannot be asked, if so.
fn skipped(case: &Case) -> Option<&'static str> {
    let facts = &case.facts;
    if facts.links != Facts::of(facts.events.clone(), facts.now).links {
        return Some("has links that no event tells");
    }
    if !case.context.cohorts.is_empty() {
        return Some("has saved cohorts");
    }
    read::question(&case.question, &case.context).is_err().then_some("is refused by the reader")
}

/// The events of a case, with one for each first time from before the horizon.
fn events_of(facts: &Facts) -> Vec<Event> {
    let mut events: Vec<Event> = facts.events.iter().map(|fact| fact.event.clone()).collect();
    for (number, first) in facts.first_seen.iter().enumerate() {
        let id = u128::MAX - number as u128;
        let who = Some(first.distinct_id.as_str());
        let tenant = tenant(facts);
        events.push(sample::event(tenant.as_str(), id, &first.event_type, first.at.0, who));
    }
    events
}

fn tenant(facts: &Facts) -> TenantId {
    facts.events.first().map_or_else(TenantId::default_tenant, |fact| fact.event.tenant.clone())
}

/// Where the events that are kept begin; without a horizon behind the last first time.
fn horizon(facts: &Facts) -> Option<Timestamp> {
    let behind = facts.first_seen.iter().map(|first| Timestamp(first.at.0 + 1)).max();
    facts.horizon.max(behind)
}

fn are_alike(a: &Facts, b: &Facts) -> bool {
    a.events == b.events && a.first_seen == b.first_seen && a.horizon == b.horizon
}

/// Where the store is wrong about a case, if it is.
fn wrong(case: &Case, question: &Question, store: &LocalStore) -> Option<String> {
    let tenant = tenant(&case.facts);
    let asking = Asking { tenant, now: case.context.now, deadline: None, cancel: Cancel::new() };
    let expected = oracle::answer(question, &case.facts);
    match (store.ask(question, &asking), expected) {
        (Ok((answer, _)), Ok((oracle, _))) => {
            let found = write::answer(&answer, question);
            let by_hand = cases::difference(&case.expected, &found, "");
            by_hand.or_else(|| {
                (answer != oracle).then(|| format!("found {answer:?}, the oracle says {oracle:?}"))
            })
        }
        (Err(AskError::Invalid { field, problem }), Err(error)) => {
            let found = format!("{field} {problem}");
            let same = found == error.to_string() && case.expected["error"] == found.as_str();
            (!same).then(|| format!("refused: {found}, the oracle says {error}"))
        }
        (found, expected) => Some(format!("found {found:?}, the oracle says {expected:?}")),
    }
}

#[test]
fn the_store_answers_every_case_in_every_layout() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/insights"));
    let cases = cases::load(folder).unwrap();
    let mut rng = fastrand::Rng::with_seed(17);
    let (mut ran, mut left_out) = (0, BTreeMap::<&str, usize>::new());
    let mut differences = Vec::new();
    for same in cases.chunk_by(|a, b| are_alike(&a.facts, &b.facts)) {
        let mut asked = Vec::new();
        for case in same {
            match skipped(case) {
                Some(why) => *left_out.entry(why).or_default() += 1,
                None => asked.push(case),
            }
        }
        if asked.is_empty() {
            continue;
        }
        ran += asked.len();
        let facts = &same[0].facts;
        let events = events_of(facts);
        for layout in Layout::ALL {
            let world = World::new(small());
            let store = layout.store(&world, &events, &mut rng);
            if let Some(horizon) = horizon(facts) {
                store.retain(&tenant(facts), horizon, &Cancel::new()).unwrap();
            }
            for case in &asked {
                let question = read::question(&case.question, &case.context).unwrap();
                if let Some(difference) = wrong(case, &question, &store) {
                    differences.push(format!("{} ({layout:?})\n    {difference}", case.label));
                }
            }
        }
    }
    println!("{ran} of {} cases ran in {} layouts", cases.len(), Layout::ALL.len());
    left_out.iter().for_each(|(why, count)| println!("{count} left out: each {why}"));
    assert!(differences.is_empty(), "{}\n{}", differences.len(), differences.join("\n"));
    assert!(ran >= 100, "only {ran} cases ran");
}
