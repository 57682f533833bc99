//! Questions of every kind against the oracle, over random facts and layouts.
//!
//! One store is asked again and again while events, links and files come in, so that what it
//! keeps from one question to the next (columns, rosters) is extended, relinked and thrown away.
//! `SEED` repeats one world, `ROUNDS` asks for more of them.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, Ordering},
};

use event::{Event, Field, Timestamp};
use insight::{
    Answer, Context, Question,
    oracle::{self, Fact, Facts, FirstSeen},
    read, write,
};
use serde_json::Value as Json;
use store::{
    AskError, Asking, Cancel, Store,
    local::{LocalConfig, LocalStore},
};
use testkit::{
    random::{self, BEGIN, Flavour, Random},
    store_contract::sample::{self, tenant},
};

use crate::world::{World, compact_all, small};

/// Worlds without being asked for more.
const ROUNDS: u64 = 6;
/// Pages of a list that are turned.
const PAGES: usize = 3;
/// Places of an answer whose persons are asked for.
const PLACES: usize = 3;

/// One world and all that was told there.
struct Ground {
    world: World,
    store: Option<LocalStore>,
    log: Vec<Event>,
    /// Per event of the log whether retention removed it.
    removed: Vec<bool>,
    /// Tenants that were removed, and how long the log was then.
    forgotten: HashMap<&'static str, usize>,
    flavour: Flavour,
    random: Random,
    label: String,
    /// Kinds that are asked.
    kinds: Vec<&'static str>,
}

/// Groups of a few rows, so that one person is in several; caches that hold nothing or all.
fn layout(random: &mut Random) -> LocalConfig {
    LocalConfig {
        row_group_rows: random.pick(&[5, 64, 100_000]),
        query_threads: random.rng.usize(1..=3),
        column_bytes_max: random.pick(&[0, 4 << 10, 64 << 10, 64 << 20]),
        ..small()
    }
}

impl Ground {
    fn new(seed: u64, events: u128) -> Self {
        let mut random = Random::new(seed);
        let world = World::new(layout(&mut random));
        let flavour = Flavour::new(&mut random, events);
        let store = Some(world.open());
        let kinds = Question::KINDS.iter().copied().filter(|kind| *kind != "people_of").collect();
        let label = format!("SEED={seed}");
        Self {
            world,
            store,
            log: Vec::new(),
            removed: Vec::new(),
            forgotten: HashMap::new(),
            flavour,
            random,
            label,
            kinds,
        }
    }

    fn store(&self) -> &LocalStore {
        self.store.as_ref().unwrap()
    }

    fn tell(&mut self, events: usize) {
        let first = self.log.len();
        for number in first..first + events {
            let event = self.flavour.event(&mut self.random, number as u128);
            self.log.push(event);
            self.removed.push(false);
        }
        sample::apply(self.store(), &self.log[first..]);
    }

    /// Tells a few events at a time, each time into a file of their own.
    fn scatter(&mut self) {
        for _ in 0..10 {
            let events = self.random.rng.usize(1..8);
            self.tell(events);
            self.store().flush().unwrap();
        }
    }

    /// Closes the store and opens it again; what was not flushed is told again.
    fn reopen(&mut self) {
        self.store = None;
        self.store = Some(self.world.open());
        let durable = self.store().durable_position(0) as usize;
        sample::apply(self.store(), &self.log[durable..]);
    }

    fn facts(&self, of: &str, context: &Context) -> Facts {
        let forgotten = self.forgotten.get(of).copied().unwrap_or(0);
        let all = (0..).zip(&self.log).skip(forgotten);
        let own = all.filter(|(_, event)| event.tenant.as_str() == of);
        let fact = |(position, event): (u64, &Event)| Fact { event: event.clone(), position };
        let mut facts = Facts::of(own.map(fact).collect(), context.now);
        // Links are known for ever, of events only their first times.
        let removed = |fact: &mut Fact| self.removed[fact.position as usize];
        for Fact { event, .. } in facts.events.extract_if(.., removed) {
            if let Some(id) = event.fields.get(Field::DistinctId) {
                let (distinct_id, event_type) = (id.to_owned(), event.event_type.to_string());
                facts.first_seen.push(FirstSeen { distinct_id, event_type, at: event.timestamp });
            }
        }
        facts
    }

    /// Removes a tenant, which begins anew with what is told of it from then on.
    fn forget(&mut self) {
        let of = self.flavour.tenant(&mut self.random);
        let removed = self.store().remove_tenant(&tenant(of), &Cancel::new()).unwrap();
        assert!(removed.complete, "{}: {removed:?}", self.label);
        self.forgotten.insert(of, self.log.len());
    }

    /// Removes old events of one tenant, of those that are in files.
    fn retain(&mut self) {
        let of = self.flavour.tenant(&mut self.random);
        let before = self.random.moment();
        let removed = self.store().retain(&tenant(of), Timestamp(before), &Cancel::new()).unwrap();
        let durable = self.store().durable_position(0) as usize;
        let mut count = 0;
        for (event, gone) in self
            .log
            .iter()
            .zip(&mut self.removed)
            .take(durable)
            .skip(self.forgotten.get(of).copied().unwrap_or(0))
        {
            if event.tenant.as_str() == of && event.timestamp.0 < before && !*gone {
                *gone = true;
                count += 1;
            }
        }
        assert_eq!(removed, count, "{}", self.label);
    }

    /// Asks some questions of one tenant.
    fn ask(&mut self, questions: usize) {
        let of = self.flavour.tenant(&mut self.random);
        let mut random = self.random.clone();
        self.ask_of(&mut random, of, questions);
        self.random = random;
    }

    fn ask_of(&self, random: &mut Random, of: &str, questions: usize) {
        let context = random::context(random);
        let facts = self.facts(of, &context);
        let cancel = Cancel::new();
        let asking = Asking { tenant: tenant(of), now: context.now, deadline: None, cancel };
        for _ in 0..questions {
            let kind = random.pick(&self.kinds);
            let json = random::question(random, kind);
            let question = self.read(&json, &context);
            let Some(answer) = self.pages(&json, question.clone(), &facts, &asking) else {
                continue;
            };
            if !random.persons {
                continue;
            }
            for json in random::places(random, &json, &question, &answer, PLACES) {
                // A place that no answer of the kind has is refused while it is read.
                if let Ok(question) = read::question(&json, &context) {
                    self.pages(&json, question, &facts, &asking);
                }
            }
        }
    }

    fn read(&self, json: &Json, context: &Context) -> Question {
        let read = read::question(json, context);
        read.unwrap_or_else(|problems| panic!("{}: {json}: {problems:?}", self.label))
    }

    /// Compares a few pages; the first answer, if there is one.
    fn pages(
        &self,
        json: &Json,
        mut question: Question,
        facts: &Facts,
        asking: &Asking,
    ) -> Option<Answer> {
        let first = self.compare(json, &question, facts, asking)?;
        let mut answer = first.clone();
        for _ in 1..PAGES {
            let more = match (&mut question, answer) {
                (Question::Events(q), Answer::Events(page)) => {
                    q.after = page.next;
                    q.after.is_some()
                }
                (Question::Person(q), Answer::Person(page)) => {
                    q.after = page.next;
                    q.after.is_some()
                }
                (Question::Persons(q), Answer::Persons(page)) => {
                    q.after = page.next;
                    q.after.is_some()
                }
                (Question::PeopleOf(q), Answer::People(page)) => {
                    q.after = page.next;
                    q.after.is_some()
                }
                _ => false,
            };
            if !more {
                break;
            }
            answer = self.compare(json, &question, facts, asking)?;
        }
        Some(first)
    }

    fn compare(
        &self,
        json: &Json,
        question: &Question,
        facts: &Facts,
        asking: &Asking,
    ) -> Option<Answer> {
        let (label, of) = (&self.label, asking.tenant.as_str());
        let known = facts.events.len();
        let about = || format!("{label} tenant {of} after {known} events of it: {json}");
        let expected = oracle::answer(question, facts).map(|(answer, _)| answer);
        let found = self.store().ask(question, asking).map(|(answer, _)| answer);
        let (expected, found) = (expected.map(|a| self.told(a)), found.map(|a| self.told(a)));
        match (expected, found) {
            (Ok(expected), Ok(found)) => {
                let show = |answer: &Answer| write::answer(answer, question);
                assert_eq!(show(&found), show(&expected), "{}", about());
                assert_eq!(found, expected, "{}", about());
                Some(found)
            }
            (Err(expected), Err(found)) => {
                assert_eq!(found.to_string(), AskError::from(expected).to_string(), "{}", about());
                None
            }
            (expected, found) => panic!("{}: {found:?}, expected {expected:?}", about()),
        }
    }

    /// What must hold of an answer. Properties are kept by key: those of persons that collide are
    /// one another's.
    fn told(&self, mut answer: Answer) -> Answer {
        if let (false, Answer::Person(person)) = (self.random.persons, &mut answer) {
            person.profile.iter_mut().for_each(|profile| profile.properties.clear());
        }
        answer
    }

    /// One step: events come in, and something happens to what is stored.
    fn step(&mut self, flush: u32) {
        match self.random.pick(&[0, 1, 10, 60, 200]) {
            0 if flush < 1_000 => self.scatter(),
            events => self.tell(events),
        }
        if self.random.once(flush) {
            self.store().flush().unwrap();
        }
        if flush < 1_000 && self.random.once(3) {
            compact_all(self.store());
        }
        if self.random.once(30) {
            self.forget();
        }
        if self.random.once(10) {
            self.reopen();
        }
    }
}

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
            let asked: Vec<_> = askers.into_iter().map(|asker| asker.join()).collect();
            done.store(true, Ordering::SeqCst);
            writer.join().unwrap();
            assert!(asked.iter().all(Result::is_ok), "{}", ground.label);
        });
    }
}
