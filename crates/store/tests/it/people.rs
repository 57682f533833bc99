//! Whose an id is and what is known of a person, against the plain folds of `insight`.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use event::{Event, Field};
use insight::{Identity, Link, PersonTraits, oracle::Fact, oracle::Facts};
use store::{
    FlushError, Store,
    local::{LocalConfig, LocalStore, People, inspect, repair},
};
use testkit::{
    faulty_fs::{SimFs, Survival},
    store_contract::sample::{self, START, tenant},
};

use crate::world::{World, small};

const TENANTS: [&str; 2] = ["a", "b"];
const IDS: [&str; 14] = [
    "anon-1",
    "anon-2",
    "anon-3",
    "anon-4",
    "anon-5",
    "s-1",
    "s-2",
    "ann",
    "bob",
    "eve",
    "d\"é",
    "guest",
    "Anonymous",
    "dan",
];

/// A random event that may tell something: few ids, many equal times.
fn random(rng: &mut fastrand::Rng, number: u128) -> Event {
    let types = ["x", "$identify", "$create_alias", "$set", "page"];
    let id = |rng: &mut fastrand::Rng| IDS[rng.usize(..IDS.len())];
    let of = TENANTS[rng.usize(..2)];
    let who = id(rng);
    let kind = types[rng.usize(..types.len())];
    let at = START + rng.i64(0..30);
    let mut event = sample::event(of, number, kind, at, (rng.u8(..9) != 0).then_some(who));
    for field in [Field::UserId, Field::SessionId, Field::DeviceId] {
        if rng.u8(..12) == 0 {
            event.fields.set(field, id(rng));
        }
    }
    let set = |rng: &mut fastrand::Rng| format!(r#"{{"k{}":{}}}"#, rng.u8(..4), rng.u8(..9));
    let mut properties = vec![r#""n":1"#.to_owned()];
    for key in ["$set", r"\u0024set", r"$s\u0065t", "$set_once", "traits"] {
        if rng.u8(..8) == 0 {
            properties.push(format!(r#""{key}":{}"#, set(rng)));
        }
    }
    for key in ["$anon_distinct_id", "alias"] {
        if rng.u8(..3) == 0 {
            properties.push(format!(r#""{key}":{}"#, serde_json::json!(id(rng))));
        }
    }
    event.properties = format!("{{{}}}", properties.join(",")).into();
    event
}

fn log(rng: &mut fastrand::Rng, count: u128) -> Vec<Event> {
    (0..count).map(|number| random(rng, number)).collect()
}

/// The links of a tenant's events, whose position is their place in the log.
fn links(log: &[Event], of: &str) -> Vec<(u64, Link)> {
    let fact = |(position, event): (u64, &Event)| Fact { event: event.clone(), position };
    let facts = (0..).zip(log).map(fact).filter(|fact| fact.event.tenant.as_str() == of);
    Facts::of(facts.collect(), event::Timestamp(0)).links
}

/// The properties per person, folded over all events.
fn properties(log: &[Event], of: &str, identity: &Identity) -> BTreeMap<String, String> {
    let mut traits: BTreeMap<String, PersonTraits> = BTreeMap::new();
    for event in log.iter().filter(|event| event.tenant.as_str() == of) {
        let Some(id) = event.fields.get(Field::DistinctId) else { continue };
        let traits = traits.entry(identity.person(id).to_owned()).or_default();
        traits.add(event.timestamp, event.id, &event.event_type, &event.properties);
    }
    let json = traits.into_iter().map(|(person, traits)| (person, traits.to_json()));
    json.filter(|(_, json)| json != "{}").collect()
}

/// What the store knows must be what the plain folds know of exactly these events.
fn expect_people(store: &LocalStore, log: &[Event]) {
    expect_told(store, |of| links(log, of), log);
}

/// The same of links that are not those of the events.
fn expect_told(store: &LocalStore, links: impl Fn(&str) -> Vec<(u64, Link)>, log: &[Event]) {
    for of in TENANTS {
        let people = store.people(&tenant(of)).unwrap_or_default();
        let key = |id: &str| store.person_key(&tenant(of), id);
        let links = links(of);
        let identity = Identity::fold(links.iter().map(|(at, link)| (*at, link)));
        let mut moved = BTreeSet::new();
        for id in IDS {
            let (own, person) = (key(id), identity.person(id));
            assert_eq!(people.canonical(own), key(person), "{id} is {person}");
            moved.extend((id != person).then(|| (own, key(person))));
            let members: BTreeSet<_> = people.members(own).collect();
            let expected: BTreeSet<_> = identity.members(id).map(|id| (key(id), id)).collect();
            assert_eq!(members, expected, "members of {id}");
            let linked = identity.members(id).next().map(|_| id);
            assert_eq!(people.id_of(own), linked);
        }
        assert_eq!(people.moved().collect::<BTreeSet<_>>(), moved);
        assert_eq!(
            (people.linked(), people.is_empty()),
            (moved.len() as u64, links_are_none(&identity))
        );
        let told = people.links();
        let again = Identity::fold(told.iter().map(|(at, link)| (*at, link)));
        assert!(IDS.iter().all(|id| again.person(id) == identity.person(id)), "told in short");
        let expected = properties(log, of, &identity);
        for id in IDS {
            let person = identity.person(id);
            let found = people.properties(key(person));
            assert_eq!(found.as_ref(), expected.get(person), "properties of {person}");
        }
    }
}

fn links_are_none(identity: &Identity) -> bool {
    IDS.iter().all(|id| identity.members(id).next().is_none())
}

#[test]
fn people_equal_the_plain_folds_after_any_applies_flushes_and_restarts() {
    for seed in 1..=30 {
        println!("seed {seed}");
        let mut rng = fastrand::Rng::with_seed(seed);
        let world = World::new(small());
        let log = log(&mut rng, 400);
        let mut store = world.open();
        let mut rest = &log[..];
        while !rest.is_empty() {
            let size = rng.usize(1..=rest.len().min(40));
            sample::apply(&store, &rest[..size]);
            rest = &rest[size..];
            expect_people(&store, &log[..log.len() - rest.len()]);
            if rng.u8(..3) == 0 {
                store.flush().unwrap();
            }
            if rng.u8(..4) == 0 {
                drop(store);
                store = world.open();
                let durable = store.durable_position(0) as usize;
                expect_people(&store, &log[..durable]);
                rest = &log[durable..];
                if rng.bool() {
                    sample::apply(&store, rest);
                    rest = &[];
                    store.flush().unwrap();
                }
            }
        }
        expect_people(&store, &log);
    }
}

/// With eight bits ids collide; who is who is then undecided, but nothing breaks or is lost.
#[test]
fn colliding_keys_break_nothing() {
    let mut rng = fastrand::Rng::with_seed(3);
    let world = World::new(LocalConfig { person_key_bits: 2, ..small() });
    let log = log(&mut rng, 300);
    let store = world.open();
    for batch in log.chunks(50) {
        sample::apply(&store, batch);
        store.flush().unwrap();
    }
    let before = store.people(&tenant("a")).unwrap();
    drop(store);
    let store = world.open();
    let after = store.people(&tenant("a")).unwrap();
    assert_eq!((before.links(), before.linked()), (after.links(), after.linked()));
    let links = links(&log, "a");
    let identity = Identity::fold(links.iter().map(|(at, link)| (*at, link)));
    let told = after.links();
    let again = Identity::fold(told.iter().map(|(at, link)| (*at, link)));
    assert!(IDS.iter().all(|id| again.person(id) == identity.person(id)), "texts are compared");
}

/// A flush cut after `operation`; whether it was.
fn flush_and_lose_power(seed: u64, operation: u64) -> bool {
    let mut rng = fastrand::Rng::with_seed(seed);
    let log = log(&mut rng, 120);
    let sim = SimFs::new();
    let mut world = World::on(sim.shared(), small());
    let store = world.open();
    sample::apply(&store, &log[..50]);
    store.flush().unwrap();
    sample::apply(&store, &log[50..]);
    sim.crash_at(sim.operations() + operation);
    let flushed = store.flush();
    let cut = sim.has_crashed();
    if flushed.is_err() {
        // What is in memory still counts.
        expect_people(&store, &log);
    }
    drop(store);
    world.fs = sim.power_loss(Survival::Random(seed)).shared();
    let store = world.open();
    let durable = store.durable_position(0) as usize;
    assert!([50, 120].contains(&durable));
    expect_people(&store, &log[..durable]);
    sample::apply(&store, &log[durable..]);
    expect_people(&store, &log);
    store.flush().unwrap();
    drop(store);
    expect_people(&world.open(), &log);
    cut
}

#[test]
fn after_power_loss_links_and_properties_are_those_of_the_durable_events() {
    let mut operation = 0;
    while flush_and_lose_power(operation, operation) {
        operation += 1;
    }
    assert!(operation >= 8, "a flush takes more operations: {operation}");
}

#[test]
fn a_failed_flush_keeps_what_was_told_for_the_next_one() {
    let mut rng = fastrand::Rng::with_seed(8);
    let log = log(&mut rng, 300);
    let sim = SimFs::new();
    let world = World::on(sim.shared(), small());
    let store = world.open();
    for batch in log.chunks(100) {
        sample::apply(&store, batch);
        sim.set_quota(Some(sim.used_bytes() + 10));
        assert!(matches!(store.flush(), Err(FlushError::Io { .. })));
    }
    expect_people(&store, &log);
    sim.set_quota(None);
    store.flush().unwrap();
    assert_eq!(store.durable_position(0), 300);
    drop(store);
    expect_people(&world.open(), &log);
}

fn filled(log: &[Event]) -> World {
    let world = World::new(small());
    let store = world.open();
    for batch in log.chunks(60) {
        sample::apply(&store, batch);
        store.flush().unwrap();
    }
    world
}

#[test]
fn a_manifest_without_person_tables_gets_them_from_the_parts() {
    let log = log(&mut fastrand::Rng::with_seed(21), 240);
    let world = filled(&log);
    let db = rusqlite::Connection::open(world.dir().manifest()).unwrap();
    for table in
        ["links", "traits", "graves", "horizons", "first_seen", "removed", "erasures", "erased"]
    {
        db.execute_batch(&format!("DROP TABLE {table}")).unwrap();
    }
    db.pragma_update(None, "user_version", 1).unwrap();
    drop(db);
    for _ in 0..2 {
        expect_people(&world.open(), &log);
    }
    let store = world.open();
    sample::apply(&store, &[random(&mut fastrand::Rng::with_seed(1), 900)]);
    store.flush().unwrap();
}

#[test]
fn a_manifest_made_anew_has_the_same_people() {
    let log = log(&mut fastrand::Rng::with_seed(22), 240);
    let world = filled(&log);
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", world.dir().manifest().display()));
    }
    assert_eq!(repair(&world.fs, &world.dir()).unwrap().rows, 240);
    for _ in 0..2 {
        expect_people(&world.open(), &log);
    }
    assert!(inspect(&world.fs, &world.dir()).is_sound());
}

/// An event that says nothing new changes nothing that was published.
#[test]
fn the_generation_changes_with_persons_only() {
    let world = World::new(small());
    let store = world.open();
    let generation = || store.people(&tenant("a")).map_or(0, |people| people.links_generation());
    let identify = |number, who: &str, anon: &str| {
        let mut event = sample::event("a", number, "$identify", START, Some(who));
        event.properties = format!(r#"{{"$anon_distinct_id":"{anon}"}}"#).into();
        event
    };
    sample::apply(&store, &[sample::event("a", 1, "x", START, Some("anon"))]);
    assert!(store.people(&tenant("a")).is_none());
    sample::apply(&store, &[identify(2, "ann", "anon")]);
    let first = generation();
    sample::apply(&store, &[identify(3, "ann", "anon"), identify(4, "bob", "ann")]);
    assert_eq!(generation(), first, "told before, and refused");
    sample::apply(&store, &[identify(5, "ann", "other")]);
    assert_ne!(generation(), first);
    let status = store.status();
    assert_eq!(status.linked, 2);
    assert!(status.people_bytes > 0);
    let people: Arc<People> = store.people(&tenant("a")).unwrap();
    assert_eq!(people.with_properties().count(), 0);
}

/// Per row group the rows of a part file: id key, person key, time.
fn keys_of(path: &std::path::Path) -> Vec<Vec<(u64, u64, i64)>> {
    use parquet::{
        file::reader::{FileReader, SerializedFileReader},
        record::Field,
    };
    let file = SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap();
    let rows = |group: usize| {
        let rows = file.get_row_group(group).unwrap();
        let rows = rows.get_row_iter(None).unwrap().map(|row| {
            let columns: BTreeMap<String, Field> =
                row.unwrap().into_columns().into_iter().collect();
            let key = |name: &str| match &columns[name] {
                Field::ULong(key) => *key,
                Field::Null => 0,
                other => panic!("{name} is {other:?}"),
            };
            let Field::TimestampMillis(time) = columns["timestamp"] else { panic!("no time") };
            (key("id_key"), key("person_key"), time)
        });
        rows.collect()
    };
    (0..file.num_row_groups()).map(rows).collect()
}

#[test]
fn a_part_is_keyed_and_sorted_by_the_persons_of_its_flush() {
    let world = World::new(small());
    let store = world.open();
    let log = log(&mut fastrand::Rng::with_seed(31), 600);
    let mut known = BTreeSet::new();
    let mut moved = 0;
    for batch in log.chunks(100) {
        sample::apply(&store, batch);
        store.flush().unwrap();
        let people = TENANTS.map(|of| store.people(&tenant(of)).unwrap());
        for entry in world.fs.list(&world.dir().parts()).unwrap() {
            if !known.insert(entry.name.clone()) {
                continue;
            }
            for rows in keys_of(&world.dir().parts().join(entry.name)) {
                assert!(rows.is_sorted_by_key(|(_, person, time)| (*person, *time)));
                let fits = |people: &Arc<People>| {
                    rows.iter().all(|(id, person, _)| people.canonical(*id) == *person)
                };
                assert!(people.iter().any(fits), "all rows of a group are of one tenant");
                moved += rows.iter().filter(|(id, person, _)| id != person).count();
            }
        }
    }
    assert!(moved > 50, "some ids are linked when they are written: {moved}");
}

/// What an erasure did: the ids, and the position below which it took them away.
type Gone = (Vec<String>, u64);

/// The links of all events but those that name an erased id and were told before.
fn links_left(log: &[Event], of: &str, gone: &[Gone]) -> Vec<(u64, Link)> {
    let mut links = links(log, of);
    let names = |link: &Link, ids: &[String]| match link {
        Link::User(id) => ids.contains(id),
        Link::Join(a, b) | Link::Force(a, b) => ids.contains(a) || ids.contains(b),
    };
    let erased =
        |(at, link): &(u64, Link)| gone.iter().any(|(ids, to)| at < to && names(link, ids));
    links.retain(|told| of != "a" || !erased(told));
    links
}

/// The events that are left.
fn events_left(log: &[Event], gone: &[Gone]) -> Vec<Event> {
    let is = |event: &Event, ids: &[String]| {
        let id = event.fields.get(Field::DistinctId);
        id.is_some_and(|id| ids.iter().any(|other| other == id))
    };
    let erased = |at: u64, event: &Event| {
        event.tenant.as_str() == "a" && gone.iter().any(|(ids, to)| at < *to && is(event, ids))
    };
    let left = (0..).zip(log).filter(|(at, event)| !erased(*at, event));
    left.map(|(_, event)| event.clone()).collect()
}

#[test]
fn people_equal_the_plain_folds_when_persons_are_erased_while_events_come_in() {
    for seed in 1..=12 {
        println!("seed {seed}");
        let mut rng = fastrand::Rng::with_seed(seed);
        let world = World::new(small());
        let (log, mut gone) = (log(&mut rng, 300), Vec::new());
        let mut store = world.open();
        for _ in 0..4 {
            let from = store.next_position(0) as usize;
            let (some, more) = log[from..from + 75].split_at(rng.usize(1..70));
            sample::apply(&store, some);
            let id = IDS[rng.usize(..IDS.len())];
            let now = event::Timestamp(START);
            let how = store::erasure::How::Delete;
            let number = store.request_erasure(&tenant("a"), id, how, now).unwrap().number;
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    more.iter().for_each(|one| sample::apply(&store, std::slice::from_ref(one)));
                });
                store.erase(number, &store::Cancel::new()).result.unwrap();
            });
            let open = store.open_erasures().unwrap().remove(0);
            assert!(open.position as usize >= from + some.len());
            gone.push((open.ids, open.position));
            assert!(store.finish_erasure(number, None, now).unwrap());
            let told = &log[..from + 75];
            let left = events_left(told, &gone);
            expect_told(&store, |of| links_left(told, of, &gone), &left);
            store.flush().unwrap();
            drop(store);
            store = world.open();
            expect_told(&store, |of| links_left(told, of, &gone), &left);
        }
    }
}
