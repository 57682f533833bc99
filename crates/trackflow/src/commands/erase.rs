//! `trackflow erase`: has a running server erase a person, and shows the receipt.
//!
//! There is no such command for a stopped data folder: an erasure is work of the server, which
//! goes on with it after a crash, too.

use std::{
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::{Value as Json, json};

use super::output;
use crate::client::{self, Response};

/// How often the receipt is looked at.
const EVERY: Duration = Duration::from_millis(100);

/// Whom, and how.
#[derive(Debug, Args)]
pub(crate) struct EraseArgs {
    /// Any distinct id of the person; ids linked to it are found
    distinct_id: String,
    /// Keep the events for counting, with random ids and without what tells who it was
    #[arg(long)]
    anonymise: bool,
    /// Seconds to wait until it is done; it goes on when the time is up
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    wait: u64,
    /// Address of the server
    #[arg(
        long,
        value_name = "URL",
        env = "TRACKFLOW_URL",
        default_value = "http://127.0.0.1:20000"
    )]
    url: String,
    /// A secret key with the scope admin; its tenant's person is erased
    #[arg(long, value_name = "KEY", env = "TRACKFLOW_KEY", hide_env_values = true)]
    key: Option<String>,
}

/// Asks for it, waits, and prints the receipt. Fails when it is not done in time.
pub(crate) fn run(args: &EraseArgs) -> Result<ExitCode> {
    let Some(key) = &args.key else {
        bail!("erasing needs a secret key with the scope admin: --key or TRACKFLOW_KEY");
    };
    let mode = if args.anonymise { "anonymise" } else { "delete" };
    let body = json!({"distinct_id": args.distinct_id, "mode": mode}).to_string();
    let taken = client::post(&args.url, "/api/v1/privacy/erase", key, &body)?;
    let mut receipt = read(&taken, 202)?;
    let path = format!("/api/v1/privacy/erasures/{}", receipt["id"]);
    let until = Instant::now() + Duration::from_secs(args.wait);
    while receipt["state"] != "done" && Instant::now() < until {
        thread::sleep(EVERY);
        receipt = read(&client::get(&args.url, &path, key)?, 200)?;
    }
    output::print(&format!("{}\n", serde_json::to_string_pretty(&receipt)?))?;
    if receipt["state"] == "done" {
        return Ok(ExitCode::SUCCESS);
    }
    let files = receipt["holders"]["quarantine"]["files"].as_u64().unwrap_or(0);
    if files > 0 {
        bail!(
            "not done: look at the {files} files in `quarantine`, then move them out of the folder"
        );
    }
    bail!("not done yet, the server goes on with it; its receipt is at {path}");
}

fn read(response: &Response, expected: u16) -> Result<Json> {
    let json: Json = serde_json::from_slice(&response.body)
        .with_context(|| format!("{} came with something that is not JSON", response.status))?;
    if response.status != expected {
        let what = json["detail"].as_str().unwrap_or("it was refused");
        bail!("{what} ({})", response.status);
    }
    Ok(json)
}
