//! The store against a list of events: random events, layouts and questions.

use store::{Store, local::LocalConfig};
use testkit::store_contract::{self, model::Model, questions, sample};

use crate::world::{World, compact_all, small};

/// One world: events come in random chunks; between them the store is flushed,
/// compacted or opened again.
fn run(seed: u64, config: LocalConfig, check: impl Fn(&dyn Store, &Model, &mut fastrand::Rng)) {
    println!("seed {seed}");
    let mut rng = fastrand::Rng::with_seed(seed);
    let world = World::new(config);
    let mut store = world.open();
    let mut log = Vec::new();
    let compact_odds = [1, 4, 1000][rng.usize(..3)];
    let flush_odds = [1, 2, 8, 1000][rng.usize(..4)];
    for _ in 0..rng.usize(1..40) {
        let first = log.len() as u128;
        let size = [1, 3, 30, 150][rng.usize(..4)];
        log.extend((0..size).map(|n| sample::random(&mut rng, first + n)));
        sample::apply(&store, &log[first as usize..]);
        if rng.usize(..flush_odds) == 0 {
            store.flush().unwrap();
        }
        if rng.usize(..compact_odds) == 0 {
            compact_all(&store);
        }
        if rng.u8(..12) == 0 {
            drop(store);
            store = world.open();
            let from = store.durable_position(0) as usize;
            assert_eq!(store.next_position(0) as usize, from);
            sample::apply(&store, &log[from..]);
        }
    }
    check(&store, &Model { events: log }, &mut rng);
}

#[test]
fn answers_equal_those_of_a_list_of_events() {
    let first = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    for seed in first..first + 24 {
        run(seed, small(), |store, model, rng| {
            for _ in 0..12 {
                let of = ["a", "b", "ab", "nobody"][rng.usize(..4)];
                store_contract::same(store, model, &questions::random(rng), of);
            }
        });
    }
}

/// With eight bits persons collide and count as one, by design; everything else must hold.
#[test]
fn totals_hold_when_person_keys_collide() {
    for seed in 100..110 {
        run(seed, LocalConfig { person_key_bits: 8, ..small() }, |store, model, _| {
            for of in ["a", "b", "ab"] {
                let got = store_contract::counts_of(store, of);
                let all = insight::Selector::default();
                let question = questions::counts(questions::always(), all);
                let asking = questions::asking(of);
                let insight::Answer::Counts(expected) = model.ask(&question, &asking) else {
                    panic!("counts were asked for");
                };
                assert_eq!(got.total, expected.total);
                assert!(got.unique_persons <= expected.unique_persons.min(255));
                assert_eq!(store_contract::ids_of(store, of).len() as u64, expected.total);
            }
        });
    }
}
