//! One application per test, and requests written in one line.

use std::{path::Path, sync::Arc};

use axum::{
    body::Body,
    http::{HeaderMap, Request},
};
use bytes::Bytes;
use catalog::{Catalog, CatalogError, Clock, FirstStart, JobKey};
use disk::{DataDir, RealFs, SharedFs};
use event::{Limits, Timestamp};
use expect_test::Expect;
use http_body_util::BodyExt;
use ingest::{Pipeline, PipelineConfig};
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
    folder: Option<tempfile::TempDir>,
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
        Self::made((config, limits), Arc::new(|| NOW))
    }

    /// An application with a clock of its own.
    pub fn at(clock: Clock) -> Self {
        Self::made((ServerConfig::default(), Limits::default()), clock)
    }

    fn made(config: (ServerConfig, Limits), clock: Clock) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.db");
        let (catalog, first) = Catalog::open(&path, clock.clone()).unwrap();
        Self::over(folder, (catalog, clock), first.unwrap(), config)
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
        let catalog = (catalog, Arc::new(|| NOW) as Clock);
        Self::over(folder, catalog, keys, (ServerConfig::default(), limits))
    }

    fn over(
        folder: tempfile::TempDir,
        (catalog, clock): (Catalog, Clock),
        keys: FirstStart,
        (config, limits): (ServerConfig, Limits),
    ) -> Self {
        let catalog = Arc::new(catalog);
        let pipeline = pipeline(folder.path(), catalog.clone(), limits, clock.clone());
        let parts = Parts {
            pipeline,
            jobs: Arc::new(Planned(catalog.clone())),
            catalog,
            metrics: Arc::new(Metrics::new()),
            clock,
            seed: 7,
            backend: "local",
        };
        let app = App::new(parts.clone(), config);
        Self { app, parts, keys, folder: Some(folder) }
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
        let state = |row| JobState { about: "Sweeps", timetable: "hourly".into(), row };
        Ok(self.0.jobs()?.into_iter().map(state).collect())
    }

    fn run(&self, key: &JobKey) -> Result<bool, CatalogError> {
        self.0.hasten_job(key, NOW)
    }
}

fn pipeline(root: &Path, catalog: Arc<Catalog>, limits: Limits, clock: Clock) -> Pipeline {
    let (fs, dir): (SharedFs, _) = (Arc::new(RealFs), DataDir::new(root));
    let (store, _) = LocalStore::open(fs.clone(), dir.clone(), LocalConfig::default()).unwrap();
    let config = FileJournalConfig {
        segment_bytes: 32 << 20,
        control_segment_bytes: 64 << 10,
        ..FileJournalConfig::new(Arc::new(|| NOW.0 as u64))
    };
    let (journal, _) = FileJournal::open(fs, &dir, config).unwrap();
    let config = PipelineConfig { limits, ..PipelineConfig::default() };
    let rejected = RejectedLog::open(&dir.rejected(), RejectedConfig::default()).unwrap();
    let (journal, store, rejected) = (Arc::new(journal), Arc::new(store), Arc::new(rejected));
    Pipeline::start(journal, store, catalog, rejected, config, Arc::new(move || clock())).unwrap()
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
