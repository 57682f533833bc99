//! Erasing a person from journal and store together, whenever the power goes.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use event::{Field, Fields, TenantId};
use ingest::Draft;
use store::erasure::{ErasureState, How, Receipt};
use testkit::faulty_fs::{SimFs, Survival};

use crate::{
    fakes::{self, NOW},
    house::House,
    power_loss::scratch,
};

const WINDOW_MS: i64 = 3_600_000;
const ALICE: &str = "alice@secret.example";

fn send(runtime: &tokio::runtime::Runtime, house: &House, who: &str, from: u32, to: u32) {
    let ids: Vec<String> = (from..to).map(|n| format!("{who}-{n}")).collect();
    let drafts = ids.iter().map(|id| {
        let mut fields = Fields::new();
        fields.set(Field::UserId, who);
        let properties = format!(r#"{{"id":"{}"}}"#, id.len());
        Ok(Draft { fields, properties: Some(properties.into()), ..fakes::draft(id) })
    });
    let request = fakes::request(NOW);
    let sent = house.pipeline.admit(&request, drafts.collect());
    let _ = runtime.block_on(sent);
}

fn receipts(house: &House) -> Vec<Receipt> {
    house.pipeline.erasures(&TenantId::default_tenant(), None, 10).unwrap()
}

fn wait(house: &House, given_up: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    let open = || receipts(house).iter().any(|receipt| receipt.state != ErasureState::Done);
    while open() && !given_up() {
        assert!(Instant::now() < deadline, "{:?}", receipts(house));
        std::thread::yield_now();
    }
}

/// Whether Alice is in a file of the journal, as it is on disk now.
fn is_in_journal(fs: &SimFs) -> bool {
    let files = fs.files();
    let of_journal = files.iter().filter(|path| path.extension().is_some_and(|end| end == "seg"));
    let bytes = of_journal.filter_map(|path| fs.bytes_of(path));
    let has = |bytes: Vec<u8>| bytes.windows(ALICE.len()).any(|at| at == ALICE.as_bytes());
    bytes.into_iter().any(has)
}

/// Events of two persons, some flushed, then an erasure that loses power; whether it was cut.
fn erase_and_lose_power(runtime: &tokio::runtime::Runtime, operation: u64) -> bool {
    let temp = scratch();
    let root: &Path = temp.path();
    let sim = SimFs::new();
    let house = House::open(&sim.shared(), root, WINDOW_MS).unwrap();
    for who in [ALICE, "bob"] {
        send(runtime, &house, who, 0, 30);
    }
    house.let_it_flush(|| false);
    for who in ["bob", ALICE] {
        send(runtime, &house, who, 30, 34);
    }
    assert!(is_in_journal(&sim), "the search finds what is there");
    let tenant = TenantId::default_tenant();
    sim.crash_at(sim.operations() + operation);
    let asked = house.pipeline.erase(&tenant, ALICE, How::Delete, NOW);
    wait(&house, || sim.has_crashed());
    let cut = sim.has_crashed();
    drop(house);
    if asked.is_err() {
        return cut;
    }
    let after = sim.power_loss(Survival::Random(operation));
    let house = House::open(&after.shared(), root, WINDOW_MS).unwrap();
    wait(&house, || false);
    assert!(!is_in_journal(&after));
    let books = house.books();
    assert_eq!((books.received, books.stored, books.removed), (68, 68, 34), "{books:?}");
    assert_eq!(house.store.status().rows, 34);
    // A retry of what was deleted is a duplicate still, and brings nothing back.
    send(runtime, &house, ALICE, 30, 34);
    assert_eq!((house.books().duplicate, house.store.status().rows), (4, 34));
    house.stop();
    cut
}

#[test]
fn an_erasure_that_loses_power_at_any_call_is_finished_by_the_next_start() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // Threads meet differently in each run, so the end is met at different calls.
    let mut operation = 0;
    while erase_and_lose_power(&runtime, operation) {
        operation += 2;
        assert!(operation < 1_000, "an erasure takes a bounded number of operations");
    }
    assert!(operation >= 10, "segments and parts are written anew: {operation}");
}
