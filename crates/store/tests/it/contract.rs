//! The contract of all stores, and what the embedded one adds: restarts.

use std::sync::{Arc, Mutex};

use insight::Question;
use store::Store;
use testkit::store_contract::{self, model::Model, questions, sample};

use crate::world::{World, compact_all, small};

#[test]
fn the_embedded_store_keeps_the_contract() {
    let folders = Mutex::new(Vec::new());
    store_contract::all(&|| {
        let world = World::new(small());
        let store: Arc<dyn Store> = Arc::new(world.open());
        folders.lock().unwrap().push(world.into_temp());
        store
    });
}

#[test]
fn answers_books_and_positions_survive_a_restart_and_the_tail_is_replayed() {
    let world = World::new(small());
    let mut rng = fastrand::Rng::with_seed(5);
    let events: Vec<_> = (0..600).map(|n| sample::random(&mut rng, n)).collect();
    let model = Model { events: events.clone() };
    let asked: Vec<Question> = (0..20).map(|_| questions::random(&mut rng)).collect();
    let store = world.open();
    sample::apply(&store, &events[..400]);
    store.flush().unwrap();
    sample::apply(&store, &events[400..]);
    let books = store.books();
    drop(store);

    let (store, opened) = world.try_open().unwrap();
    assert_eq!((opened.rows, opened.positions), (400, vec![(0, 400)]));
    assert_eq!((store.next_position(0), opened.quarantined.len()), (400, 0));
    sample::apply(&store, &events[400..]);
    assert_eq!(store.books(), books);
    for question in &asked {
        store_contract::same(&store, &model, question, "ab");
    }
}

#[test]
fn status_counts_rows_files_and_bytes() {
    let world = World::new(small());
    let store = world.open();
    sample::apply(&store, &[sample::event("a", 1, "x", sample::START, Some("p"))]);
    store.flush().unwrap();
    sample::apply(&store, &[sample::event("a", 2, "x", sample::START, None)]);
    let status = store.status();
    assert_eq!((status.rows, status.files, status.parts, status.head.rows), (2, 1, 1, 1));
    let on_disk: u64 = [world.dir().parts(), world.dir().ids()]
        .iter()
        .flat_map(|folder| world.fs.list(folder).unwrap())
        .map(|entry| entry.bytes)
        .sum();
    assert_eq!(status.bytes, on_disk);
    assert_eq!(status.head.oldest.map(|at| at.0), Some(sample::START + 5));
}

#[test]
fn every_event_is_seen_exactly_once_while_flushes_and_compactions_go_on() {
    let world = World::new(small());
    let store = Arc::new(world.open());
    let per_chunk = 50;
    let applied = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let done = Arc::new(std::sync::atomic::AtomicBool::new(false));
    use std::sync::atomic::Ordering::SeqCst;
    let flusher = {
        let (store, done) = (store.clone(), done.clone());
        std::thread::spawn(move || {
            while !done.load(SeqCst) {
                store.flush().unwrap();
            }
        })
    };
    let compactor = {
        let (store, done) = (store.clone(), done.clone());
        std::thread::spawn(move || {
            while !done.load(SeqCst) {
                compact_all(&*store);
            }
        })
    };
    let asker = {
        let (store, done, applied) = (store.clone(), done.clone(), applied.clone());
        std::thread::spawn(move || {
            while !done.load(SeqCst) {
                let before = applied.load(SeqCst);
                let total = store_contract::counts_of(&*store, "a").total;
                let after = applied.load(SeqCst) + per_chunk;
                assert!(before <= total && total <= after, "{before} <= {total} <= {after}");
            }
        })
    };
    for chunk in 0..60 {
        let at = |n: u64| u128::from(chunk * per_chunk + n);
        let event = |n| sample::event("a", at(n), "x", sample::START + n as i64, Some("p"));
        sample::apply(&*store, &(0..per_chunk).map(event).collect::<Vec<_>>());
        applied.fetch_add(per_chunk, SeqCst);
    }
    done.store(true, SeqCst);
    flusher.join().unwrap();
    compactor.join().unwrap();
    asker.join().unwrap();
}
