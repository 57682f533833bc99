//! Erasing a person: out of every answer and every file, and nobody else notices, whenever the
//! power goes.

use std::collections::BTreeSet;

use event::{Event, Field, Timestamp};
use insight::Question;
use store::{
    Cancel, Store,
    erasure::{ErasureState, How, Receipt, Touched},
    local::{LocalStore, inspect, repair},
};
use testkit::{
    faulty_fs::{SimFs, Survival},
    store_contract::{
        self, ids_of,
        model::Model,
        questions,
        sample::{self, DAY, START},
    },
};

use crate::world::{World, compact_all, small};

/// Everything that stands for Alice; each is longer than any other text could be by chance.
const ALICE: [&str; 4] =
    ["alice@secret.example", "anon-of-alice", "session-of-alice", "phone-of-a"];
const NOW: Timestamp = Timestamp(START + 9 * DAY);

fn who(n: u128) -> &'static str {
    ["alice@secret.example", "anon-of-alice", "bob-the-other", "carol"][n as usize % 4]
}

/// Events of three persons over two days in two tenants; the second one has an Alice, too.
fn events() -> Vec<Event> {
    let event = |n: u128| {
        let of = if n % 12 == 4 { "b" } else { "a" };
        let at = START + (n as i64 * 11 % 16) * DAY / 8;
        let mut event = sample::event(of, n, ["x", "y", "z"][n as usize % 3], at, Some(who(n)));
        event.properties = format!(r#"{{"n":{n},"plan":"pro"}}"#).into();
        if who(n) == ALICE[0] {
            event.fields.set(Field::UserId, ALICE[0]);
            event.fields.set(Field::SessionId, ALICE[2]);
            event.fields.set(Field::Ip, "203.0.113.77");
            event.properties =
                format!(r#"{{"plan":"pro","email":"{}","$set":{{"tel":"{}"}}}}"#, who(n), ALICE[3])
                    .into();
        }
        if who(n) == "bob-the-other" {
            event.fields.set(Field::UserId, "bob-the-other");
        }
        if n == 9 {
            event.event_type = "$identify".into();
            event.fields.set(Field::DistinctId, ALICE[0]);
            event.fields.set(Field::UserId, ALICE[0]);
            event.properties = format!(r#"{{"$anon_distinct_id":"{}"}}"#, ALICE[1]).into();
        }
        event
    };
    (0..96).map(event).collect()
}

fn is_alice(event: &Event) -> bool {
    let id = event.fields.get(Field::DistinctId).unwrap();
    event.tenant.as_str() == "a" && ALICE.contains(&id)
}

fn filled(world: &World) -> LocalStore {
    let store = world.open();
    for events in events().chunks(40) {
        sample::apply(&store, events);
        if store.next_position(0) < 96 {
            store.flush().unwrap();
        }
    }
    store
}

fn request(store: &LocalStore, id: &str, how: How) -> u64 {
    store.request_erasure(&sample::tenant("a"), id, how, NOW).unwrap().number
}

fn receipt(store: &LocalStore, number: u64) -> Receipt {
    store.receipts(&sample::tenant("a"), Some(number), 1).unwrap().remove(0)
}

/// Erases to the end.
fn erase(store: &LocalStore, id: &str, how: How) -> Receipt {
    let number = request(store, id, how);
    store.erase(number, &Cancel::new()).result.unwrap();
    assert!(store.finish_erasure(number, Some(0), NOW).unwrap(), "nobody reads");
    receipt(store, number)
}

/// Answers are those of a list without the person; the tenant beside keeps its own Alice.
fn expect_without(world: &World, store: &LocalStore) {
    let left: Vec<_> = events().into_iter().filter(|event| !is_alice(event)).collect();
    let model = Model { events: left.clone() };
    for of in ["a", "b"] {
        let list = questions::list(questions::always(), 200, insight::Order::Oldest);
        store_contract::same(store, &model, &Question::Events(list), of);
        let counts = questions::counts(questions::always(), insight::Selector::default());
        store_contract::same(store, &model, &counts, of);
    }
    let mut rng = fastrand::Rng::with_seed(3);
    for _ in 0..4 {
        store_contract::same(store, &model, &questions::random(&mut rng), "a");
    }
    assert_eq!(store.status().rows, left.len() as u64);
    let sum =
        |pick: fn(&store::Books) -> u64| store.books().iter().map(|(_, b)| pick(b)).sum::<u64>();
    assert_eq!(sum(|b| b.stored) - sum(|b| b.removed), store.status().rows);
    assert!(inspect(&world.fs, &world.dir()).is_sound());
}

/// None of the texts is in any file as it is.
fn expect_no_bytes(world: &World, texts: &[&str]) {
    let folders = [world.dir().root().to_owned(), world.dir().parts(), world.dir().quarantine()];
    for entry in folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for text in texts {
            let found = bytes.windows(text.len()).any(|at| at == text.as_bytes());
            assert!(!found, "{text} is in {}", path.display());
        }
    }
}

#[test]
fn a_deleted_person_is_in_no_answer_and_no_file() {
    for (compacted, id) in [(false, ALICE[0]), (true, ALICE[1]), (false, ALICE[2])] {
        let world = World::new(small());
        let mut store = filled(&world);
        if compacted {
            compact_all(&store);
        }
        let done = erase(&store, id, How::Delete);
        let gone = events().iter().filter(|event| is_alice(event)).count() as u64;
        assert_eq!((done.state, done.finished_at), (ErasureState::Done, Some(NOW)));
        let Touched { ids, events, mentions, links, properties, .. } = done.touched;
        assert_eq!((ids, events, mentions), (3, gone, 0));
        assert!(links >= 3 && properties == 1, "{:?}", done.touched);
        for _ in 0..2 {
            expect_without(&world, &store);
            let people = store.people(&sample::tenant("a"));
            assert!(people.is_none_or(|people| people.linked() == 0));
            assert_eq!(store.erased(&sample::tenant("a"), ALICE[1]).unwrap(), Some(96));
            assert_eq!(store.erased(&sample::tenant("b"), ALICE[1]).unwrap(), None);
            drop(store);
            store = world.open();
        }
        // The other tenant's Alice is in the manifest still, her anonymous id is nowhere.
        expect_no_bytes(&world, &ALICE[1..2]);
        // Deletion is no ban: what comes later is of a new person, who is linked anew.
        let mut again = sample::event("a", 500, "x", START, Some(ALICE[1]));
        again.fields.set(Field::UserId, ALICE[0]);
        sample::apply(&store, &[again]);
        store.flush().unwrap();
        assert_eq!(ids_of(&store, "a").len() as u64, 88 - gone + 1);
        assert_eq!(store.people(&sample::tenant("a")).unwrap().linked(), 1);
    }
}

#[test]
fn events_of_the_meantime_are_of_a_new_person() {
    let world = World::new(small());
    let store = filled(&world);
    let number = request(&store, ALICE[0], How::Delete);
    store.flush().unwrap();
    // The head has an event that tells the same link again: it must hold for what stays.
    store.erase(number, &Cancel::new()).result.unwrap();
    let mut later = sample::event("a", 700, "x", START, Some(ALICE[1]));
    later.fields.set(Field::UserId, ALICE[0]);
    later.properties = r#"{"$set":{"tel":"new"}}"#.into();
    sample::apply(&store, &[later]);
    let tenant = sample::tenant("a");
    let key = store.person_key(&tenant, ALICE[0]);
    let properties = |store: &LocalStore| store.people(&tenant).unwrap().properties(key);
    assert_eq!(properties(&store).as_deref(), Some(r#"{"tel":"new"}"#));
    assert!(store.finish_erasure(number, None, NOW).unwrap());
    store.flush().unwrap();
    drop(store);
    let store = world.open();
    assert_eq!(properties(&store).as_deref(), Some(r#"{"tel":"new"}"#));
    assert_eq!(store.people(&tenant).unwrap().linked(), 1);
}

#[test]
fn an_anonymised_person_is_still_counted_and_named_nowhere() {
    let world = World::new(small());
    let store = filled(&world);
    let trend = |store: &LocalStore| {
        let counts = questions::counts(questions::always(), insight::Selector::default());
        store.ask(&counts, &questions::asking("a")).unwrap().0
    };
    let before = trend(&store);
    let done = erase(&store, ALICE[1], How::Anonymise);
    assert_eq!(done.state, ErasureState::Done);
    assert_eq!(trend(&store), before, "numbers stay");
    let list = questions::list(questions::always(), 200, insight::Order::Oldest);
    let (answer, _) = store.ask(&Question::Events(list), &questions::asking("a")).unwrap();
    let insight::Answer::Events(list) = answer else { panic!("a list") };
    let was = events();
    let mut persons = BTreeSet::new();
    let mut sessions = BTreeSet::new();
    for now in &list.events {
        let before = was.iter().find(|event| event.id == now.id).unwrap();
        if !is_alice(before) {
            assert_eq!(now, before);
            continue;
        }
        let shown = format!("{now:?}");
        assert!(ALICE.iter().all(|id| !shown.contains(id)), "{shown}");
        assert_eq!(now.fields.get(Field::Ip), None);
        persons.insert(now.fields.get(Field::DistinctId).unwrap().to_owned());
        sessions.extend(now.fields.get(Field::SessionId).map(str::to_owned));
    }
    assert_eq!((persons.len(), sessions.len()), (1, 1));
    assert_eq!(store.status().rows, 96);
    assert!(store.books().iter().all(|(_, books)| books.removed == 0));
    assert!(inspect(&world.fs, &world.dir()).is_sound());
}

#[test]
fn ids_in_events_of_others_are_replaced_and_these_stay() {
    let world = World::new(small());
    let store = filled(&world);
    let mut bob = sample::event("a", 300, "x", START, Some("bob-the-other"));
    bob.fields.set(Field::SessionId, ALICE[2]);
    let mut told = sample::event("a", 301, "$identify", START, Some("bob-the-other"));
    told.properties = format!(r#"{{"$anon_distinct_id":"{}","n":1.0}}"#, ALICE[1]).into();
    sample::apply(&store, &[bob, told]);
    let done = erase(&store, ALICE[0], How::Delete);
    assert_eq!(done.touched.mentions, 2, "{:?}", done.touched);
    let list = questions::list(questions::always(), 200, insight::Order::Oldest);
    let (answer, _) = store.ask(&Question::Events(list), &questions::asking("a")).unwrap();
    let shown = format!("{answer:?}");
    // Lists leave `$identify` out; the row is there.
    assert!(ALICE.iter().all(|id| !shown.contains(id)));
    let gone = events().iter().filter(|event| is_alice(event)).count() as u64;
    assert_eq!(store.status().rows, 98 - gone);
}

#[test]
fn what_is_in_quarantine_keeps_it_from_being_done() {
    let world = World::new(small());
    let store = filled(&world);
    // Left by a crash, and by a repair.
    std::fs::create_dir_all(world.dir().quarantine()).unwrap();
    let strange = world.dir().quarantine().join("00000000000000000000.seg");
    std::fs::write(&strange, ALICE[0]).unwrap();
    let unfinished = world.dir().quarantine().join("00000000000000aa.parquet.tmp.1");
    std::fs::write(&unfinished, ALICE[0]).unwrap();
    let number = request(&store, ALICE[0], How::Delete);
    store.erase(number, &Cancel::new()).result.unwrap();
    assert!(!store.finish_erasure(number, Some(4), NOW).unwrap());
    expect_without(&world, &store);
    let hidden = receipt(&store, number);
    assert_eq!((hidden.state, hidden.touched.quarantine), (ErasureState::Hidden, 1));
    assert!(strange.exists() && !unfinished.exists());
    std::fs::remove_file(&strange).unwrap();
    assert!(store.finish_erasure(number, None, NOW).unwrap());
    let done = receipt(&store, number);
    assert_eq!((done.state, done.touched.journal), (ErasureState::Done, 4));
    assert_eq!(store.open_erasures().unwrap(), []);
}

#[test]
fn a_repair_keeps_receipts_and_goes_on_with_what_was_asked_for() {
    let world = World::new(small());
    let store = filled(&world);
    let done = erase(&store, ALICE[0], How::Delete);
    let number = request(&store, "carol", How::Delete);
    let removed = store.removed_rows(&sample::tenant("a"));
    drop(store);
    let parts = world.fs.list(&world.dir().parts()).unwrap();
    std::fs::write(world.dir().parts().join(&parts[0].name), "damaged").unwrap();
    // Somebody was still reading it when the power went, and the manifest says so.
    let grave = world.dir().parts().join("0000000000000001.parquet");
    let newest = world.dir().parts().join(&parts.last().unwrap().name);
    std::fs::copy(newest, &grave).unwrap();
    let db = rusqlite::Connection::open(world.dir().manifest()).unwrap();
    db.execute_batch("INSERT OR REPLACE INTO graves VALUES (1)").unwrap();
    drop(db);
    repair(&world.fs, &world.dir()).unwrap();
    let store = world.open();
    assert!(!grave.exists());
    assert_eq!(receipt(&store, done.number), done);
    assert_eq!(store.removed_rows(&sample::tenant("a")), removed);
    assert_eq!(store.erased(&sample::tenant("a"), ALICE[1]).unwrap(), Some(96));
    let open = store.open_erasures().unwrap();
    assert_eq!((open.len(), open[0].receipt.number, &open[0].ids[0][..]), (1, number, "carol"));
    store.erase(number, &Cancel::new()).result.unwrap();
    // The damaged file and the old manifest are in quarantine, and hold who knows whom.
    assert!(!store.finish_erasure(number, None, NOW).unwrap());
    assert!(receipt(&store, number).touched.quarantine >= 2);
}

/// A store of the version before: its rows that retention removed are still counted.
#[test]
fn a_manifest_of_version_3_is_brought_up() {
    let world = World::new(small());
    drop(filled(&world));
    let db = rusqlite::Connection::open(world.dir().manifest()).unwrap();
    db.execute_batch(
        "DROP TABLE removed; DROP TABLE erasures; DROP TABLE erased;
         INSERT INTO horizons VALUES ('a', 7, 3);
         PRAGMA user_version = 3",
    )
    .unwrap();
    drop(db);
    for _ in 0..2 {
        let store = world.open();
        let tenant = sample::tenant("a");
        assert_eq!((store.removed_rows(&tenant), store.horizon(&tenant)), (3, Some(Timestamp(7))));
    }
}

/// An erasure cut after `operation`; whether it was cut.
fn erase_and_lose_power(operation: u64, survival: Survival, how: How) -> bool {
    let sim = SimFs::new();
    let mut world = World::on(sim.shared(), small());
    let store = filled(&world);
    let number = request(&store, ALICE[0], how);
    sim.crash_at(sim.operations() + operation);
    let _ = store.erase(number, &Cancel::new());
    let _ = store.finish_erasure(number, Some(0), NOW);
    let cut = sim.has_crashed();
    drop(store);
    world.fs = sim.power_loss(survival).shared();
    let store = world.try_open().expect("only durable files are listed").0;
    let from = store.durable_position(0) as usize;
    let open = store.open_erasures().unwrap();
    let pending = open.iter().any(|open| open.receipt.state == ErasureState::Pending);
    sample::apply(&store, &events()[from..]);
    let gone = events().iter().filter(|event| is_alice(event)).count() as u64;
    let left = if pending || how == How::Anonymise { 96 } else { 96 - gone };
    assert_eq!(store.status().rows, left, "all of the person or nothing");
    for open in open {
        let number = open.receipt.number;
        store.erase(number, &Cancel::new()).result.unwrap();
        assert!(store.finish_erasure(number, None, NOW).unwrap());
    }
    assert_eq!(receipt(&store, number).state, ErasureState::Done);
    if how == How::Delete {
        expect_without(&world, &store);
    } else {
        assert_eq!(store.status().rows, 96);
    }
    assert!(
        world
            .fs
            .list(&world.dir().quarantine())
            .unwrap()
            .iter()
            .all(|e| e.name.ends_with("ids") || e.name.contains(".ids.")),
        "what a crash left is gone"
    );
    cut
}

#[test]
fn power_loss_after_any_operation_of_an_erasure_leaves_no_half_person() {
    // Every operation takes minutes; each run takes others.
    for (how, step) in [(How::Delete, 7), (How::Anonymise, 23)] {
        let mut operation = fastrand::u64(..step);
        println!("{} from operation {operation} in steps of {step}", how.as_str());
        while erase_and_lose_power(operation, Survival::Random(operation), how) {
            operation += step;
            assert!(operation < 1000, "an erasure takes a bounded number of operations");
        }
        assert!(operation >= 20, "a flush and three files that are written anew: {operation}");
    }
}
