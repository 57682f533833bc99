//! Processes that share a catalog, each with a data folder of its own.

use std::path::Path;

use disk::{DataDir, RealFs, SharedFs};
use event::{Dialect, Field, Fields, Source, TenantId};
use ingest::{Connection, Draft, Pipeline, PipelineConfig, Request, Rules, Session, Started};
use journal::{
    Lane,
    file::{FileJournal, FileJournalConfig},
};
use store::{
    local::{LocalConfig, LocalStore},
    rejected::{RejectedConfig, RejectedLog},
};

use super::*;
use crate::parts;

const MINUTE_MS: i64 = 60_000;

/// A job of the catalog and one of a folder, told apart in the log by whom they ran for.
fn both(house: &House, folder: &'static str) -> Vec<Job> {
    let log = house.log.clone();
    let fold = Job::new(("fold", "Folds"), Timetable::Every(10), move |run| {
        log.lock().unwrap().push((folder.to_owned(), run.slot.0));
        async { Ok("folded".to_owned()) }
    });
    vec![house.job(Timetable::Every(10)), fold.of_folder()]
}

fn who(house: &House) -> Vec<String> {
    let mut who: Vec<String> = house.ran().into_iter().map(|(who, _)| who).collect();
    who.sort();
    who
}

#[tokio::test]
async fn what_is_done_to_a_folder_each_process_does_for_its_own() {
    let house = House::new();
    let one = house.process_of("a", "one", both(&house, "one"));
    let two = house.process_of("b", "two", both(&house, "two"));
    round(&one).await;
    round(&two).await;
    for _ in 0..5 {
        house.pass(600_000);
        let (a, b) = tokio::join!(round(&one), round(&two));
        assert_eq!(a + b, 3);
        assert_eq!(who(&house), ["", "one", "two"], "the catalog's once, each folder's once");
    }
    let shown = |state: JobState| (state.name, state.folder);
    let listed: Vec<_> = two.list().unwrap().into_iter().map(shown).collect();
    let of = |name: &str, folder: Option<&str>| (name.to_owned(), folder.map(str::to_owned));
    assert_eq!(listed, [of("fold", Some("one")), of("fold", Some("two")), of("sweep", None)]);

    // Another process that has the folder now goes on with its jobs.
    drop(one);
    let again = house.process_of("c", "one", both(&house, "one"));
    assert_eq!(round(&again).await, 0);
    house.pass(600_000);
    assert_eq!(round(&again).await, 2);
    assert_eq!(who(&house), ["", "one"]);

    // A folder that is gone for long is not listed any more.
    house.pass(GONE_MS + 600_001);
    round(&two).await;
    let listed: Vec<_> = two.list().unwrap().into_iter().map(shown).collect();
    assert_eq!(listed, [of("fold", Some("two")), of("sweep", None)]);
}

#[tokio::test]
async fn what_an_earlier_version_planned_for_all_folders_is_not_run_or_listed() {
    let house = House::new();
    let catalog = house.catalog();
    let old = JobKey { name: "fold".into(), tenant: None };
    catalog.plan_job(&old, Timestamp(NOON)).unwrap();
    let process = house.process_of("a", "one", both(&house, "one"));
    round(&process).await;
    house.pass(600_000);
    assert_eq!(round(&process).await, 2);
    assert_eq!(who(&house), ["", "one"]);
    assert!(process.list().unwrap().iter().all(|state| state.row.key != old));
}

/// A whole process: pipeline and schedule over a folder, and the catalog that all share.
struct Process {
    pipeline: Pipeline,
    scheduler: Scheduler,
}

impl Process {
    fn start(house: &House, root: &Path) -> Self {
        let (fs, dir): (SharedFs, _) = (Arc::new(RealFs), DataDir::new(root));
        let (store, found) =
            LocalStore::open(fs.clone(), dir.clone(), LocalConfig::default()).unwrap();
        let taken = found.positions.iter().map(|(lane, at)| (Lane(*lane), *at)).collect();
        let config = FileJournalConfig {
            segment_bytes: 1 << 20,
            control_segment_bytes: 64 << 10,
            known_durable: taken,
            ..FileJournalConfig::new(Arc::new(|| 0))
        };
        let (journal, _) = FileJournal::open(fs, &dir, config).unwrap();
        let rejected = RejectedLog::open(&dir.rejected(), RejectedConfig::default()).unwrap();
        let (journal, store, catalog) = (Arc::new(journal), Arc::new(store), house.catalog());
        let (rejected, config) = (Arc::new(rejected), PipelineConfig::default());
        let clock = house.clock();
        let clock: ingest::Clock = Arc::new(move || clock());
        let started = Pipeline::start(journal, store, catalog.clone(), rejected, config, clock);
        let pipeline = started.unwrap();
        let jobs = jobs::all(&pipeline, &catalog);
        let folder = parts::folder(&**pipeline.store());
        let runner = Runner { process: format!("of-{folder}"), folder };
        let scheduler = Scheduler::new(catalog, jobs, house.clock(), runner);
        Self { pipeline, scheduler }
    }

    async fn open_session(&self, house: &House, person: &str) -> Session {
        let mut fields = Fields::new();
        fields.set(Field::DistinctId, person);
        let draft = Draft { fields, ..Draft::default() };
        let request = Request {
            tenant: TenantId::default_tenant(),
            dialect: Dialect::Mobile,
            source: Source::Mobile,
            received_at: (house.clock())(),
            sent_at: None,
            rules: &Rules::CANONICAL,
            connection: Connection::default(),
        };
        match self.pipeline.sessions().start(&request, Ok(draft)).await.unwrap() {
            Started::New(session) => session,
            other => panic!("{other:?}"),
        }
    }

    async fn ended(&self, session: &Session) -> Option<Timestamp> {
        let tenant = TenantId::default_tenant();
        let found = self.pipeline.sessions().find(&tenant, &session.id).await.unwrap();
        found.expect("it was started").ended_at
    }

    /// The results of the last runs of the jobs of this folder and of the catalog.
    fn results(&self) -> Vec<(String, String)> {
        let ours = self.scheduler.0.runner.folder.as_str();
        let states = self.scheduler.list().unwrap().into_iter();
        let mine = states.filter(|state| state.folder.as_deref().is_none_or(|of| of == ours));
        mine.map(|state| (state.name, state.row.result)).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_end_their_own_sessions_also_after_three_days_of_downtime() {
    let house = House::new();
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let start = || folders.each_ref().map(|folder| Process::start(&house, folder.path()));
    let both = start();
    assert_ne!(both[0].scheduler.0.runner.folder, both[1].scheduler.0.runner.folder);
    let session = both[0].open_session(&house, "ada").await;
    let other = both[1].open_session(&house, "bob").await;
    for process in &both {
        round(&process.scheduler).await;
    }
    house.pass(31 * MINUTE_MS);
    for (process, session) in both.iter().zip([&session, &other]) {
        assert!(round(&process.scheduler).await > 0);
        assert_eq!(process.ended(session).await, Some(Timestamp(NOON)));
        let closed = ("close-sessions".to_owned(), "1 ended".to_owned());
        assert!(process.results().contains(&closed), "{:?}", process.results());
    }

    let late = both[0].open_session(&house, "eve").await;
    let began = (house.clock())();
    both.iter().for_each(|process| process.pipeline.stop());
    drop(both);
    house.pass(3 * DAY_MS);
    let both = start();
    assert_eq!(both[0].ended(&late).await, None);
    for process in &both {
        round(&process.scheduler).await;
    }
    assert_eq!(both[0].ended(&late).await, Some(began), "as of its last event");
    both.iter().for_each(|process| process.pipeline.stop());
}
