//! A random world that is told events, changed, and asked; every answer is compared with the
//! oracle over what was told.

use std::collections::HashMap;

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
    random::{self, Flavour, Random},
    store_contract::sample::{self, tenant},
};

use crate::world::{World, compact_all, small};

/// Pages of a list that are turned.
const PAGES: usize = 3;
/// Places of an answer whose persons are asked for.
const PLACES: usize = 3;

/// One world and all that was told there.
pub struct Ground {
    pub world: World,
    pub store: Option<LocalStore>,
    pub log: Vec<Event>,
    /// Per event of the log whether retention removed it.
    removed: Vec<bool>,
    /// Tenants that were removed, and how long the log was then.
    forgotten: HashMap<&'static str, usize>,
    pub flavour: Flavour,
    pub random: Random,
    pub label: String,
    /// Kinds that are asked.
    pub kinds: Vec<&'static str>,
}

/// Groups of a few rows, so that one person is in several; caches that hold nothing or all.
pub fn layout(random: &mut Random) -> LocalConfig {
    LocalConfig {
        row_group_rows: random.pick(&[5, 64, 100_000]),
        query_threads: random.rng.usize(1..=3),
        column_bytes_max: random.pick(&[0, 4 << 10, 64 << 10, 64 << 20]),
        ..small()
    }
}

impl Ground {
    pub fn new(seed: u64, events: u128) -> Self {
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

    pub fn store(&self) -> &LocalStore {
        self.store.as_ref().unwrap()
    }

    pub fn tell(&mut self, events: usize) {
        let first = self.log.len();
        for number in first..first + events {
            let event = self.flavour.event(&mut self.random, number as u128);
            self.log.push(event);
            self.removed.push(false);
        }
        sample::apply(self.store(), &self.log[first..]);
    }

    /// Tells a few events at a time, each time into a file of their own.
    pub fn scatter(&mut self) {
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
    pub fn retain(&mut self) {
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
    pub fn ask(&mut self, questions: usize) {
        let of = self.flavour.tenant(&mut self.random);
        let mut random = self.random.clone();
        self.ask_of(&mut random, of, questions);
        self.random = random;
    }

    pub fn ask_of(&self, random: &mut Random, of: &str, questions: usize) {
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
    pub fn step(&mut self, flush: u32) {
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
