//! Questions of every kind against the oracle, over random facts and layouts.
//!
//! One store is asked again and again while events, links and files come in, so that what it
//! keeps from one question to the next (columns, rosters) is extended, relinked and thrown away.
//! `SEED` repeats one world, `ROUNDS` asks for more of them.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread::ScopedJoinHandle,
};

use store::{Cancel, Store, local::LocalConfig};
use testkit::{
    random::{BEGIN, Random},
    store_contract::sample,
};

use crate::{
    ground::{Ground, layout},
    world::World,
};

/// Worlds without being asked for more.
const ROUNDS: u64 = 6;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// The seeds to run: one that was asked for, or some.
fn seeds(rounds: u64) -> Vec<u64> {
    match number("SEED") {
        Some(seed) => vec![seed],
        None => {
            let first = fastrand::u64(..) >> 20;
            (first..first + number("ROUNDS").unwrap_or(rounds)).collect()
        }
    }
}

#[test]
fn questions_of_every_kind_are_answered_as_by_the_oracle() {
    for seed in seeds(ROUNDS) {
        println!("SEED={seed}");
        let events = Random::new(seed).pick(&[150, 400, 800]);
        let mut ground = Ground::new(seed, events);
        let flush = ground.random.pick(&[1, 2, 6, 1_000]);
        ground.ask(3);
        while (ground.log.len() as u128) < events {
            ground.step(flush);
            let questions = ground.random.rng.usize(1..12);
            ground.ask(questions);
        }
        ground.ask(20);
    }
}

/// Properties of persons are left out: those that removed events set are kept, and the oracle
/// only knows of events that are stored.
#[test]
fn what_was_removed_is_remembered_where_first_times_count() {
    for seed in seeds(2) {
        println!("SEED={seed}");
        let mut ground = Ground::new(seed, 400);
        ground.flavour = ground.flavour.without_properties();
        while ground.log.len() < 400 {
            ground.step(2);
            if ground.random.once(3) {
                ground.retain();
            }
            let kinds = ["cohort", "retention", "lifecycle", "person", "persons", "counts"];
            let all = std::mem::replace(&mut ground.kinds, kinds.to_vec());
            ground.ask(8);
            ground.kinds = all;
            ground.ask(4);
        }
    }
}

/// With eight bits persons collide and count as one, by design. What is told of single events and
/// of one person compares texts, and must hold.
#[test]
fn lists_hold_when_person_keys_collide() {
    for seed in seeds(2) {
        println!("SEED={seed}");
        let mut ground = Ground::new(seed, 300);
        ground.store = None;
        ground.world = World::new(LocalConfig { person_key_bits: 8, ..layout(&mut ground.random) });
        ground.store = Some(ground.world.open());
        ground.random.persons = false;
        // Whose an id is that collides is undecided once there are links.
        ground.flavour = ground.flavour.without_links();
        ground.kinds = vec!["events", "person", "taxonomy"];
        while ground.log.len() < 300 {
            ground.step(2);
            ground.ask(5);
        }
    }
}

/// Two ask about one tenant, while another one's events come in and files are merged.
#[test]
fn answers_stay_while_files_become_others() {
    for seed in seeds(1) {
        println!("SEED={seed}");
        let mut ground = Ground::new(seed, 300);
        for _ in 0..4 {
            ground.scatter();
            ground.tell(10);
        }
        let mut random = ground.random.clone();
        let ground = &ground;
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let mut number = 1_000_000;
                while !done.load(Ordering::SeqCst) {
                    number += 1;
                    let at = BEGIN + (number % 1_000) as i64;
                    let event = sample::event("z", number, "A", at, Some("busy"));
                    sample::apply(ground.store(), &[event]);
                    ground.store().flush().unwrap();
                    ground.store().compact(&Cancel::new()).unwrap();
                }
            });
            let askers: Vec<_> = (0..2)
                .map(|asker| {
                    let mut random = Random::new(random.rng.u64(..) + asker);
                    scope.spawn(move || ground.ask_of(&mut random, "a", 40))
                })
                .collect();
            let asked: Vec<_> = askers.into_iter().map(ScopedJoinHandle::join).collect();
            done.store(true, Ordering::SeqCst);
            writer.join().unwrap();
            assert!(asked.iter().all(Result::is_ok), "{}", ground.label);
        });
    }
}
