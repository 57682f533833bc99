//! The schedule by a clock of our own, over a catalog in a file.

mod folders;

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Instant,
};

use super::{timetable::Timetable, *};

const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;
/// 2026-10-15T12:00:00Z.
const NOON: i64 = 1_792_065_600_000;
/// Nothing here takes near as long, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// What ran: for whom, and which time it stood for.
type Log = Arc<Mutex<Vec<(String, i64)>>>;

struct House {
    folder: tempfile::TempDir,
    now: Arc<AtomicI64>,
    log: Log,
    fails: Arc<AtomicBool>,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = Arc::new(AtomicI64::new(NOON));
        Self { folder, now, log: Log::default(), fails: Arc::default() }
    }

    fn clock(&self) -> Clock {
        let now = self.now.clone();
        Arc::new(move || Timestamp(now.load(Ordering::Relaxed)))
    }

    fn pass(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::Relaxed);
    }

    fn job(&self, timetable: Timetable) -> Job {
        let (log, fails) = (self.log.clone(), self.fails.clone());
        Job::new(("sweep", "Sweeps"), timetable, move |run| {
            let tenant = run.tenant.map(|id| id.to_string()).unwrap_or_default();
            log.lock().unwrap().push((tenant, run.slot.0));
            let failed = fails.load(Ordering::Relaxed);
            async move { if failed { Err("no broom".to_owned()) } else { Ok("swept".to_owned()) } }
        })
    }

    /// The catalog, as a process of its own opens it.
    fn catalog(&self) -> Arc<Catalog> {
        let opened = Catalog::open(&self.folder.path().join("catalog.db"), self.clock()).unwrap();
        Arc::new(opened.0)
    }

    /// A process of its own over the same file.
    fn process(&self, name: &str, jobs: Vec<Job>) -> Scheduler {
        self.process_of(name, name, jobs)
    }

    /// The same over a data folder.
    fn process_of(&self, name: &str, folder: &str, jobs: Vec<Job>) -> Scheduler {
        let runner = Runner { process: name.to_owned(), folder: folder.to_owned() };
        Scheduler::new(self.catalog(), jobs, self.clock(), runner)
    }

    fn ran(&self) -> Vec<(String, i64)> {
        std::mem::take(&mut *self.log.lock().unwrap())
    }
}

async fn round(scheduler: &Scheduler) -> usize {
    let shared = &scheduler.0;
    let mut runs = 0;
    for job in &shared.jobs {
        runs += shared.round(job).await;
    }
    runs
}

fn only(scheduler: &Scheduler) -> JobState {
    let mut states = scheduler.list().unwrap();
    assert_eq!(states.len(), 1);
    states.remove(0)
}

async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
        time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn after_days_of_downtime_one_run_stands_for_all() {
    let house = House::new();
    let before = house.process("a", vec![house.job(Timetable::Hourly(5))]);
    assert_eq!(round(&before).await, 0, "it is planned, and not due");
    drop(before);
    house.pass(3 * DAY_MS);
    let after = house.process("b", vec![house.job(Timetable::Hourly(5))]);
    assert_eq!((round(&after).await, round(&after).await), (1, 0));
    assert_eq!(house.ran(), [(String::new(), NOON + 3 * DAY_MS)]);
    let state = only(&after);
    assert_eq!((state.row.result.as_str(), state.row.error), ("swept", None));
    assert_eq!(state.row.next_at.0, NOON + 3 * DAY_MS + 5 * 60_000);
}

#[tokio::test]
async fn a_job_of_days_makes_up_for_each_and_goes_on_where_it_failed() {
    let house = House::new();
    let job = || {
        let mut job = house.job(Timetable::Daily(1));
        job.each_slot = true;
        job
    };
    let before = house.process("a", vec![job()]);
    round(&before).await;
    drop(before);
    house.pass(3 * DAY_MS);
    let after = house.process("b", vec![job()]);
    house.fails.store(true, Ordering::Relaxed);
    assert_eq!(round(&after).await, 1);
    let first = NOON + 13 * HOUR_MS;
    assert_eq!(house.ran(), [(String::new(), first)], "those after it wait");
    house.fails.store(false, Ordering::Relaxed);
    house.pass(DAY_MS);
    assert_eq!((round(&after).await, round(&after).await), (1, 0));
    let days = house.ran().into_iter().map(|(_, slot)| (slot - first) / DAY_MS);
    assert_eq!(days.collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!(only(&after).row.owed_from, None);
}

#[tokio::test]
async fn a_job_that_fails_is_told_and_tried_again_the_next_time() {
    let house = House::new();
    let scheduler = house.process("a", vec![house.job(Timetable::Every(10))]);
    round(&scheduler).await;
    house.fails.store(true, Ordering::Relaxed);
    house.pass(600_000);
    assert_eq!((round(&scheduler).await, round(&scheduler).await), (1, 0));
    assert_eq!(only(&scheduler).row.error.as_deref(), Some("no broom"));
    house.fails.store(false, Ordering::Relaxed);
    house.pass(600_000);
    assert_eq!((round(&scheduler).await, only(&scheduler).row.error), (1, None));
    let panics = Job::new(("sweep", ""), Timetable::Every(10), |_| async { panic!("a test") });
    let other = house.process("b", vec![panics]);
    house.pass(600_000);
    assert_eq!(round(&other).await, 1);
    assert_eq!(only(&other).row.error.as_deref(), Some("it panicked"));
}

#[tokio::test]
async fn three_days_of_downtime_over_a_change_of_clocks_are_three_nights() {
    let house = House::new();
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
    house.now.store(at("2026-10-23T12:00:00Z"), Ordering::Relaxed);
    let jobs = || {
        let mut nightly = house.job(Timetable::Daily(1)).per_tenant();
        nightly.each_slot = true;
        vec![nightly]
    };
    let before = house.process("a", jobs());
    let berlin = event::TenantId::new("berlin").unwrap();
    before.0.catalog.new_tenant(&berlin, "", "Europe/Berlin", &catalog::Actor::Cli).unwrap();
    round(&before).await;
    drop(before);
    house.now.store(at("2026-10-26T12:00:00Z"), Ordering::Relaxed);
    let after = house.process("b", jobs());
    assert_eq!((round(&after).await, round(&after).await), (2, 0), "one for each tenant");
    let ran = house.ran();
    let of = |tenant: &str| {
        let slots = ran.iter().filter(|(of, _)| of == tenant);
        slots.map(|(_, slot)| *slot).collect::<Vec<_>>()
    };
    // In Berlin clocks went back in the night to the 25th, after 01:00.
    let nights = ["2026-10-23T23:00:00Z", "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z"];
    assert_eq!(of("berlin"), nights.map(at));
    let nights = ["2026-10-24T01:00:00Z", "2026-10-25T01:00:00Z", "2026-10-26T01:00:00Z"];
    assert_eq!(of("default"), nights.map(at));
    let next = after.list().unwrap().into_iter().map(|state| state.row.next_at.0);
    assert_eq!(next.collect::<Vec<_>>(), ["2026-10-27T00:00:00Z", "2026-10-27T01:00:00Z"].map(at));
}

#[tokio::test]
async fn each_tenant_has_its_own_night() {
    let house = House::new();
    let scheduler = house.process("a", vec![house.job(Timetable::Daily(1)).per_tenant()]);
    for (id, zone) in [("berlin", "Europe/Berlin"), ("ny", "America/New_York")] {
        let id = event::TenantId::new(id).unwrap();
        scheduler.0.catalog.new_tenant(&id, "", zone, &catalog::Actor::Cli).unwrap();
    }
    round(&scheduler).await;
    // 01:00 in Berlin is 23:00 of UTC, in New York 05:00.
    for (hours, whom) in [(11, "berlin"), (2, "default"), (4, "ny")] {
        house.pass(hours * HOUR_MS - 1);
        assert_eq!(round(&scheduler).await, 0, "{whom}");
        house.pass(1);
        assert_eq!(round(&scheduler).await, 1, "{whom}");
        assert_eq!(house.ran()[0].0, whom);
    }
    let timetables = scheduler.list().unwrap().into_iter().map(|state| state.timetable);
    assert_eq!(timetables.last().unwrap(), "daily at 01:00 in America/New_York");
}

#[tokio::test]
async fn of_two_processes_one_runs_a_job() {
    let house = House::new();
    let both = ["a", "b"].map(|name| house.process(name, vec![house.job(Timetable::Every(10))]));
    round(&both[0]).await;
    for _ in 0..5 {
        house.pass(600_000);
        let (a, b) = tokio::join!(round(&both[0]), round(&both[1]));
        assert_eq!(a + b, 1);
        assert_eq!(house.ran().len(), 1);
    }
}

#[tokio::test]
async fn the_job_of_a_process_that_died_is_taken_over() {
    let house = House::new();
    let alive = house.process("b", vec![house.job(Timetable::Every(10))]);
    round(&alive).await;
    house.pass(600_000);
    let key = JobKey { name: "sweep".into(), tenant: None };
    let now = Timestamp(NOON + 600_000);
    let until = Timestamp(now.0 + LEASE_MS);
    assert!(alive.0.catalog.take_job(&key, "dead", now, until).unwrap().is_some());
    house.pass(LEASE_MS - 1);
    assert_eq!(round(&alive).await, 0);
    house.pass(1);
    assert_eq!(round(&alive).await, 1);
}

#[tokio::test]
async fn a_job_runs_when_somebody_wants_it_and_once() {
    let house = House::new();
    let scheduler = house.process("a", vec![house.job(Timetable::Daily(1))]);
    let tasks = scheduler.start();
    eventually("it is planned", || !scheduler.list().unwrap().is_empty()).await;
    let key = only(&scheduler).row.key;
    assert!(scheduler.run(&key).unwrap());
    eventually("it ran", || only(&scheduler).row.finished_at.is_some()).await;
    assert_eq!(house.ran(), [(String::new(), NOON)]);
    assert_eq!(only(&scheduler).row.next_at.0, NOON + 13 * HOUR_MS);
    scheduler.stop(tasks).await;
}

#[tokio::test]
async fn what_runs_when_the_server_stops_ends_early_and_is_due_at_the_next_start() {
    let house = House::new();
    let begun = Arc::new(AtomicBool::new(false));
    let flag = begun.clone();
    let long = Job::new(("sweep", ""), Timetable::Daily(1), move |run| {
        flag.store(true, Ordering::Relaxed);
        job::blocking(move || {
            let start = Instant::now();
            while !run.cancel.is_cancelled() && start.elapsed() < PATIENCE {
                std::thread::yield_now();
            }
            Ok("part of it".to_owned())
        })
    });
    let scheduler = house.process("a", vec![long]);
    round(&scheduler).await;
    let key = only(&scheduler).row.key;
    let tasks = scheduler.start();
    assert!(scheduler.run(&key).unwrap());
    eventually("it runs", || begun.load(Ordering::Relaxed)).await;
    assert!(!scheduler.run(&key).unwrap(), "it is running");
    let start = Instant::now();
    scheduler.stop(tasks).await;
    assert!(start.elapsed() < GRACE, "it was cancelled");
    let row = only(&scheduler).row;
    assert_eq!((row.error.as_deref(), row.lease_until), (Some(STOPPED), None));
    let after = house.process("b", vec![house.job(Timetable::Daily(1))]);
    assert_eq!((round(&after).await, only(&after).row.error), (1, None));
}
