//! `trackflow rejected`: refused events of a running server, and sending them again.

use std::{fmt::Write, process::ExitCode};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::output;
use crate::client::{self, Response};

/// Characters of a payload in a list.
const PAYLOAD_CHARS: usize = 100;

/// What to do with refused events.
#[derive(Debug, Subcommand)]
pub(crate) enum RejectedCommand {
    /// The newest refused events with their reasons
    List {
        /// Only those with this code, e.g. missing_field
        #[arg(long)]
        code: Option<String>,
        /// How many
        #[arg(long, default_value_t = 20)]
        limit: u32,
        /// Print JSON, payloads as they are
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        server: Server,
    },
    /// Send refused events again, after a fix
    Replay {
        /// Numbers from the list
        #[arg(required_unless_present_any = ["all", "code"])]
        ids: Vec<u64>,
        /// All that were not taken yet, the newest 1,000
        #[arg(long, conflicts_with_all = ["ids", "code"])]
        all: bool,
        /// The same, only those with this code
        #[arg(long, conflicts_with = "ids")]
        code: Option<String>,
        #[command(flatten)]
        server: Server,
    },
}

/// Which server, and with which key.
#[derive(Debug, Args)]
pub(crate) struct Server {
    /// Address of the server
    #[arg(
        long,
        value_name = "URL",
        env = "TRACKFLOW_URL",
        default_value = "http://127.0.0.1:20000"
    )]
    pub(super) url: String,
    /// A secret key with the scope admin
    #[arg(long, value_name = "KEY", env = "TRACKFLOW_KEY", hide_env_values = true)]
    key: Option<String>,
}

impl Server {
    pub(super) fn key(&self) -> Result<&str> {
        match &self.key {
            Some(key) => Ok(key),
            None => bail!("this needs a secret key with the scope admin: --key or TRACKFLOW_KEY"),
        }
    }
}

pub(crate) fn run(command: RejectedCommand) -> Result<ExitCode> {
    match command {
        RejectedCommand::List { code, limit, json, server } => {
            list(code.as_deref(), limit, json, &server)
        }
        RejectedCommand::Replay { ids, all, code, server } => {
            let which = match code {
                _ if all => json!({"all": true}),
                Some(code) => json!({"code": code}),
                None => json!({"ids": ids}),
            };
            replay(&which, &server)
        }
    }
}

fn list(code: Option<&str>, limit: u32, json: bool, server: &Server) -> Result<ExitCode> {
    let code = code.map(|code| format!("&code={code}")).unwrap_or_default();
    let path = format!("/api/v1/admin/rejected?limit={limit}{code}");
    let listed = read(&client::get(&server.url, &path, server.key()?)?)?;
    if json {
        output::print(&format!("{}\n", serde_json::to_string_pretty(&listed["entries"])?))?;
        return Ok(ExitCode::SUCCESS);
    }
    let entries = listed["entries"].as_array().map_or(&[][..], Vec::as_slice);
    if entries.is_empty() {
        output::tell("no event was refused\n");
    }
    let mut out = String::new();
    for entry in entries {
        let text = |name: &str| entry[name].as_str().unwrap_or("").to_owned();
        let again = if entry["replayed_at"].is_null() { "" } else { "  (sent again)" };
        let (id, at, dialect) = (&entry["id"], text("at"), text("dialect"));
        writeln!(out, "{id:>8}  {at}  {dialect:<9}  {}{again}", text("message"))?;
        let payload = text("payload");
        let shown: String = payload.chars().take(PAYLOAD_CHARS).collect();
        let more = if shown.len() < payload.len() { " .." } else { "" };
        if !shown.is_empty() {
            writeln!(out, "{:>8}  {}{more}", "", shown.replace(char::is_control, " "))?;
        }
    }
    output::print(&out)?;
    Ok(ExitCode::SUCCESS)
}

/// Fails when one of them is refused again.
fn replay(which: &Json, server: &Server) -> Result<ExitCode> {
    let path = "/api/v1/admin/rejected/replay";
    let answer = read(&client::post(&server.url, path, server.key()?, &which.to_string())?)?;
    let of = |name: &str| answer[name].as_u64().unwrap_or(0);
    let (stored, duplicate, rejected) = (of("stored"), of("duplicate"), of("rejected"));
    let mut out = format!("{stored} stored, {duplicate} known already, {rejected} refused again\n");
    for result in answer["results"].as_array().into_iter().flatten() {
        if result["outcome"] == "rejected" {
            let message = result["message"].as_str().unwrap_or("");
            writeln!(out, "{:>8}  {message}", result["id"].to_string())?;
        }
    }
    output::print(&out)?;
    Ok(if rejected == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What was answered, when it was not refused.
pub(super) fn read(response: &Response) -> Result<Json> {
    let json: Json = serde_json::from_slice(&response.body)
        .with_context(|| format!("{} came with something that is not JSON", response.status))?;
    if !(200..300).contains(&response.status) {
        let what = json["detail"].as_str().unwrap_or("it was refused");
        bail!("{what} ({})", response.status);
    }
    Ok(json)
}
