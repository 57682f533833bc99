//! The product as a server of its own, with a key to ask it.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use serde_json::{Value as Json, json};

use super::Options;
use crate::{client::Client, ingest::pending, process::Server};

/// How long a new key and a queue of events may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running server; its folder is removed when dropped.
pub(super) struct Product {
    pub(super) server: Server,
    pub(super) question_path: String,
    folder: PathBuf,
}

impl Product {
    pub(super) fn start(options: &Options, data: &Path) -> anyhow::Result<Self> {
        let folder = data.join(format!("{:x}", fastrand::u64(..)));
        let dir = folder.to_str().context("temp path")?;
        let args = ["serve", "--listen", "127.0.0.1:0", "--data", dir];
        let server = Server::start(&options.trackflow, &args, Some(&data.join("server.log")))?;
        let made = Command::new(&options.trackflow).args(["key", "new", "--data", dir]).output()?;
        ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let key = String::from_utf8(made.stdout)?;
        let question_path = format!("/api/v1/query?api_key={}", key.trim());
        let product = Self { server, question_path, folder };
        product.wait_for_key()?;
        Ok(product)
    }

    /// A running server learns of a new key within a second.
    fn wait_for_key(&self) -> anyhow::Result<()> {
        let mut client = self.client()?;
        let question = json!({"kind": "counts"}).to_string();
        let started = Instant::now();
        while client.send(&self.question_path, &question)?.0 != 200 {
            ensure!(started.elapsed() < PATIENCE, "the server does not know its key");
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    pub(super) fn client(&self) -> anyhow::Result<Client> {
        Client::connect(&self.server.addr)
    }

    /// The result of a question.
    pub(super) fn ask(&self, client: &mut Client, question: &Json) -> anyhow::Result<Json> {
        let text = client.post(&self.question_path, &question.to_string())?;
        Ok(serde_json::from_str::<Json>(&text)?["result"].take())
    }

    /// Waits until every event is in answers.
    pub(super) fn drain(&self) -> anyhow::Result<()> {
        let started = Instant::now();
        while pending(&self.server.addr)? > 0.0 {
            ensure!(started.elapsed() < PATIENCE, "the events did not get into the store");
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        // The server is killed behind this; what it may still write goes with the parent folder.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
