//! A running server of the real binary, on a free port.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value as Json, json};

use crate::http::{self, Answer};

/// Nothing here takes near as long, unless it hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Asks until there is something, or panics with `what` when the time is up.
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(Instant::now() < until, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A folder of its own for a server and its log.
pub(crate) struct Home {
    temp: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { temp: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.temp.path().join("data")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    /// The binary with a clean environment.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trackflow"));
        command.args(args).current_dir(self.temp.path());
        for (name, _) in std::env::vars() {
            if name.starts_with("TRACKFLOW_") || name == "PORT" || name == "DATABASE_URL" {
                command.env_remove(name);
            }
        }
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).stdin(Stdio::null()).output().unwrap()
    }

    /// Starts a server and waits until it is ready.
    pub(crate) fn serve(&self) -> App {
        self.serve_with(&self.data(), &[])
    }

    pub(crate) fn serve_with(&self, data: &Path, args: &[&str]) -> App {
        let (out, log) = (self.path("stdout"), self.path("stderr"));
        let data = data.to_str().unwrap();
        let mut all = vec!["serve", "--listen", "127.0.0.1:0", "--data", data];
        all.extend(args);
        let child = self
            .command(&all)
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut app = App { child, url: String::new(), log };
        app.url = eventually("the server is ready", || {
            if let Some(status) = app.child.try_wait().unwrap() {
                panic!("the server ended with {status}:\n{}", app.log());
            }
            let said = fs::read_to_string(&out).unwrap();
            let line = said.strip_suffix('\n')?.strip_prefix("listening on ")?;
            Some(line.to_owned())
        });
        app
    }
}

/// A server; killed when dropped.
pub(crate) struct App {
    child: Child,
    /// `http://127.0.0.1:<port>`.
    pub(crate) url: String,
    log: PathBuf,
}

impl App {
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// The secret key that a first start has printed.
    pub(crate) fn secret_key(&self) -> String {
        let log = self.log();
        let at = log.find("tf_s_").unwrap_or_else(|| panic!("no key was printed:\n{log}"));
        log[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
    }

    pub(crate) fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        http::send(self.address(), "GET", path, "", "").unwrap()
    }

    pub(crate) fn post(&self, path: &str, body: &Json) -> Answer {
        http::send(self.address(), "POST", path, "", &body.to_string()).unwrap()
    }

    /// Asks; the result of the answer.
    pub(crate) fn ask(&self, key: &str, question: &Json) -> Json {
        let auth = format!("Authorization: Bearer {key}\r\n");
        let question = question.to_string();
        let answer = http::send(self.address(), "POST", "/api/v1/query", &auth, &question).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["result"].clone()
    }

    /// How many events of the last day are in answers.
    pub(crate) fn total(&self, key: &str) -> u64 {
        let question = json!({"kind": "counts", "range": {"last": "24h"}});
        self.ask(key, &question)["total"].as_u64().unwrap()
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap();
        assert!(status.success());
    }

    /// Waits until the process has ended by itself.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        eventually("the server has ended", || self.child.try_wait().unwrap())
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGTERM, and wait.
    pub(crate) fn stop(mut self) {
        self.signal("TERM");
        let status = self.ended();
        let log = self.log();
        assert!(status.success(), "{status}:\n{log}");
        let trouble = log.contains(" ERROR ") || log.contains(" WARN ");
        assert!(!trouble, "it ended with success, but not well:\n{log}");
    }

    /// SIGKILL, and wait.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
