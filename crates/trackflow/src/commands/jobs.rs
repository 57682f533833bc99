//! `trackflow jobs`: what a running server does again and again, and having it done now.

use std::{fmt::Write, process::ExitCode};

use anyhow::Result;
use clap::Subcommand;
use serde_json::Value as Json;

use super::{
    output,
    rejected::{Server, read},
};
use crate::client;

/// What to do with jobs.
#[derive(Debug, Subcommand)]
pub(crate) enum JobsCommand {
    /// Every job: when it runs, and how the last run went
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        server: Server,
    },
    /// Run a job now
    Run {
        /// The name of the job, e.g. expire-events
        name: String,
        #[command(flatten)]
        server: Server,
    },
}

pub(crate) fn run(command: JobsCommand) -> Result<ExitCode> {
    match command {
        JobsCommand::List { json, server } => list(json, &server),
        JobsCommand::Run { name, server } => run_now(&name, &server),
    }
}

fn list(json: bool, server: &Server) -> Result<ExitCode> {
    let listed = read(&client::get(&server.url, "/api/v1/admin/jobs", server.key()?)?)?;
    if json {
        output::print(&format!("{}\n", serde_json::to_string_pretty(&listed["jobs"])?))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = String::new();
    for job in listed["jobs"].as_array().into_iter().flatten() {
        let text = |name: &str| job[name].as_str().unwrap_or("");
        writeln!(out, "{:<15}  {}", text("name"), text("timetable"))?;
        writeln!(out, "{:15}  {}, next {}", "", last(job), text("next_at"))?;
    }
    output::print(&out)?;
    Ok(ExitCode::SUCCESS)
}

/// How the last run went, in words.
fn last(job: &Json) -> String {
    let text = |name: &str| job[name].as_str();
    let started = text("last_started_at");
    match (started, text("last_error"), text("last_result")) {
        (Some(at), _, _) if job["running"] == true => format!("running since {at}"),
        (Some(at), Some(error), _) => format!("failed {at}: {error}"),
        (Some(at), None, Some(result)) => format!("ran {at}: {result}"),
        (Some(at), None, None) => format!("ran {at}"),
        (None, _, _) => "did not run yet".to_owned(),
    }
}

fn run_now(name: &str, server: &Server) -> Result<ExitCode> {
    let word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    anyhow::ensure!(word && !name.is_empty(), "{name:?} is not the name of a job");
    let path = format!("/api/v1/admin/jobs/{name}/run");
    read(&client::post(&server.url, &path, server.key()?, "")?)?;
    output::tell(&format!("{name} runs; see trackflow jobs list\n"));
    Ok(ExitCode::SUCCESS)
}
