//! One application per test, and requests written in one line.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use axum::{
    body::Body,
    http::{HeaderMap, Request},
};
use bytes::Bytes;
use catalog::{Catalog, CatalogError, FirstStart, JobKey};
use disk::{DataDir, RealFs, SharedFs};
use event::{Limits, Timestamp};
use expect_test::Expect;
use http_body_util::BodyExt;
use ingest::{Pipeline, PipelineConfig, PumpConfig};
use journal::file::{FileJournal, FileJournalConfig};
use server::{App, JobState, Jobs, Metrics, Parts, ServerConfig};
use store::{
    local::{LocalConfig, LocalStore},
    rejected::{RejectedConfig, RejectedLog},
};

/// 2026-10-15T12:00:00Z.
pub const NOW: Timestamp = Timestamp(1_792_065_600_000);

pub struct House {
    pub app: App,
    pub parts: Parts,
    pub keys: FirstStart,
    time: Time,
    folder: Option<tempfile::TempDir>,
}

/// The clock of a house. It stands still until it is set.
#[derive(Clone)]
struct Time(Arc<AtomicI64>);

impl Time {
    fn at(start: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(start.0)))
    }

    fn clock(&self) -> impl Fn() -> Timestamp + Send + Sync + use<> {
        let time = self.0.clone();
        move || Timestamp(time.load(Ordering::Relaxed))
    }
}

/// An answer as a client sees it.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl House {
    pub fn new() -> Self {
        Self::with(ServerConfig::default(), Limits::default())
    }

    pub fn with(config: ServerConfig, limits: Limits) -> Self {
        let pipeline = PipelineConfig { limits, ..PipelineConfig::default() };
        Self::made(Time::at(NOW), (config, pipeline))
    }

    /// A house whose clock begins at a moment, and goes fast: it writes a file every few days.
    pub fn since(start: Timestamp) -> Self {
        let days = std::time::Duration::from_secs(3 * 86_400);
        let pump = PumpConfig { flush_age: days, ..PumpConfig::default() };
        let pipeline = PipelineConfig { pump, ..PipelineConfig::default() };
        Self::made(Time::at(start), (ServerConfig::default(), pipeline))
    }

    fn made(time: Time, configs: (ServerConfig, PipelineConfig)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.db");
        let (catalog, first) = Catalog::open(&path, Arc::new(time.clock())).unwrap();
        Self::over(folder, (catalog, first.unwrap()), time, configs)
    }

    pub fn now(&self) -> Timestamp {
        (self.time.clock())()
    }

    pub fn set(&self, now: Timestamp) {
        self.time.0.store(now.0, Ordering::Relaxed);
    }

    /// Stops the application; what is left is its folder and its keys.
    pub fn into_folder(mut self) -> (tempfile::TempDir, FirstStart) {
        self.parts.pipeline.stop();
        (self.folder.take().unwrap(), self.keys.clone())
    }

    /// An application over the folder of another, with other limits.
    pub fn again(
        (folder, keys): (tempfile::TempDir, FirstStart),
        change: impl FnOnce(&mut Limits),
    ) -> Self {
        let path = folder.path().join("catalog.db");
        let (catalog, _) = Catalog::open(&path, Arc::new(|| NOW)).unwrap();
        let mut limits = Limits::default();
        change(&mut limits);
        let pipeline = PipelineConfig { limits, ..PipelineConfig::default() };
        let configs = (ServerConfig::default(), pipeline);
        Self::over(folder, (catalog, keys), Time::at(NOW), configs)
    }

    fn over(
        folder: tempfile::TempDir,
        (catalog, keys): (Catalog, FirstStart),
        time: Time,
        (config, pipeline): (ServerConfig, PipelineConfig),
    ) -> Self {
        let catalog = Arc::new(catalog);
        let pipeline = self::pipeline(folder.path(), catalog.clone(), (pipeline, &time));
        let parts = Parts {
            pipeline,
            jobs: Arc::new(Planned(catalog.clone())),
            catalog,
            metrics: Arc::new(Metrics::new()),
            clock: Arc::new(time.clock()),
            seed: 7,
            backend: "local",
        };
        let app = App::new(parts.clone(), config);
        Self { app, parts, keys, time, folder: Some(folder) }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.app.handle(request).await.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    pub async fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.send(post(path, body)).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Asks with the secret key of the first start.
    pub async fn ask(&self, question: &str) -> Answer {
        let mut request = post("/api/v1/query", question.to_owned());
        let key = format!("Bearer {}", self.keys.secret_key).parse().unwrap();
        request.headers_mut().insert("authorization", key);
        self.send(request).await
    }

    /// Waits until everything received is in answers, then checks that the books balance.
    pub async fn settled(&self) -> ingest::Books {
        for _ in 0..5_000 {
            let all = self.parts.pipeline.books();
            let books = all.first().map(|(_, books)| *books).unwrap_or_default();
            assert!(all.len() <= 1, "only the default tenant sends here");
            let sum = books.stored + books.duplicate + books.rejected + books.pending;
            assert_eq!(books.received, sum, "{books:?}");
            if books.pending == 0 {
                return books;
            }
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        panic!("events are still pending after 10 s");
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.parts.pipeline.stop();
    }
}

/// Jobs that are planned in the catalog, and run by nobody.
#[derive(Debug)]
struct Planned(Arc<Catalog>);

impl Jobs for Planned {
    fn list(&self) -> Result<Vec<JobState>, CatalogError> {
        let state = |row: catalog::JobRow| JobState {
            name: row.key.name.clone(),
            folder: None,
            about: "Sweeps",
            timetable: "hourly".into(),
            row,
        };
        Ok(self.0.jobs()?.into_iter().map(state).collect())
    }

    fn run(&self, key: &JobKey) -> Result<bool, CatalogError> {
        self.0.hasten_job(key, NOW)
    }
}

fn pipeline(
    root: &Path,
    catalog: Arc<Catalog>,
    (config, time): (PipelineConfig, &Time),
) -> Pipeline {
    let (fs, dir): (SharedFs, _) = (Arc::new(RealFs), DataDir::new(root));
    let (store, _) = LocalStore::open(fs.clone(), dir.clone(), LocalConfig::default()).unwrap();
    let clock = time.clock();
    let settings = FileJournalConfig {
        segment_bytes: 32 << 20,
        control_segment_bytes: 64 << 10,
        ..FileJournalConfig::new(Arc::new(move || clock().0 as u64))
    };
    let (journal, _) = FileJournal::open(fs, &dir, settings).unwrap();
    let rejected = RejectedLog::open(&dir.rejected(), RejectedConfig::default()).unwrap();
    let (journal, store, rejected) = (Arc::new(journal), Arc::new(store), Arc::new(rejected));
    Pipeline::start(journal, store, catalog, rejected, config, Arc::new(time.clock())).unwrap()
}

pub fn post(path: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::post(path).header("content-type", "application/json");
    request.body(body.into()).unwrap()
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        // JSON has numbers beyond doubles, and events keep them; this reader has not.
        serde_json::from_str(&self.text().replace(":1e999", ":\"1e999\"")).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Status, headers and body, with ids masked that differ from run to run.
    pub fn shown(&self) -> String {
        let mut out = self.status.to_string();
        for (name, value) in &self.headers {
            if name != "x-request-id" && name != "content-length" {
                out.push_str(&format!("\n{name}: {}", value.to_str().unwrap()));
            }
        }
        let body = String::from_utf8_lossy(&self.body);
        format!("{out}\n\n{}", masked(&body))
    }

    pub fn check(&self, expected: &Expect) {
        expected.assert_eq(&self.shown());
    }
}

/// Version 7 ids, request ids and times as `<id>`, `<request>`, `<ms>`.
fn masked(text: &str) -> String {
    let hex = |s: &str| s.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    let v7 = |s: &str| s.len() == 36 && hex(s) && s.as_bytes()[14] == b'7';
    let parts = text.split('"').map(|part| match part {
        id if v7(id) => "<id>".to_owned(),
        id if id.len() == 16 && hex(id) => "<request>".to_owned(),
        cursor if cursor.len() == 64 && hex(cursor) => "<cursor>".to_owned(),
        part if part.starts_with(':') && part.ends_with(',') && part.contains('.') => {
            ":<ms>,".to_owned()
        }
        other => other.to_owned(),
    });
    parts.collect::<Vec<_>>().join("\"")
}
