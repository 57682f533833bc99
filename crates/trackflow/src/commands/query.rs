//! `trackflow query`: ask a running server.

pub(super) mod grid;
mod question;

use std::{io::Read, process::ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value as Json;

use self::{grid::Grid, question::QuestionArgs};
use super::output;
use crate::client;

/// What to ask, and whom.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  trackflow query counts --last 7d
  trackflow query trend --event page_view --by day --unique
  trackflow query funnel --event page_view --event purchase
  trackflow query retention --by week --last 8w
  trackflow query events --where country=DE --limit 20 --csv
  trackflow query '{\"kind\":\"counts\",\"range\":{\"from\":\"2026-10-01\"}}'
  trackflow query - < question.json")]
pub(crate) struct QueryArgs {
    /// A kind like `counts`, `trend`, `funnel` or `web`, a question as JSON, or `-` to read one from stdin
    question: String,
    #[command(flatten)]
    details: QuestionArgs,
    /// Address of the server
    #[arg(
        long,
        value_name = "URL",
        env = "TRACKFLOW_URL",
        default_value = "http://127.0.0.1:20000"
    )]
    url: String,
    /// A secret key that may read
    #[arg(long, value_name = "KEY", env = "TRACKFLOW_KEY", hide_env_values = true)]
    key: Option<String>,
    /// Print the answer as the server gave it
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print comma-separated values; several tables with an empty line between
    #[arg(long)]
    csv: bool,
}

/// Asks, and prints the answer.
pub(crate) fn run(args: &QueryArgs) -> Result<ExitCode> {
    let question = question(args)?;
    let Some(key) = &args.key else {
        bail!(
            "a question needs a secret key: --key or TRACKFLOW_KEY (printed at the first start; \
             `trackflow key new` makes another)"
        );
    };
    let response = client::post(&args.url, "/api/v1/query", key, &question.to_string())?;
    let answer: Json = serde_json::from_slice(&response.body).with_context(|| {
        format!("{} answered {} with something that is not JSON", args.url, response.status)
    })?;
    if response.status != 200 {
        bail!(refusal(response.status, &answer));
    }
    let text = if args.json {
        format!("{}\n", serde_json::to_string_pretty(&answer)?)
    } else {
        let tables = grid::tables(&answer)
            .context("the answer is of a kind this version cannot show, use --json")?;
        if args.csv { csv(&tables) } else { shown(&tables) + &footer(&answer) }
    };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn question(args: &QueryArgs) -> Result<Json> {
    let text = match args.question.as_str() {
        "-" => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).context("cannot read stdin")?;
            text
        }
        text if text.trim_start().starts_with('{') => text.to_owned(),
        kind => return args.details.question(kind),
    };
    args.details.refuse_beside_json()?;
    serde_json::from_str(&text).context("the question is not JSON")
}

/// Each table under its name.
fn shown(tables: &[(String, Grid)]) -> String {
    let one = |(name, grid): &(String, Grid)| match name.as_str() {
        "" => grid.table(),
        name => format!("{}:\n{}", grid::cell(name), grid.table()),
    };
    tables.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// Tables one after another, with an empty line between.
fn csv(tables: &[(String, Grid)]) -> String {
    tables.iter().map(|(_, grid)| grid.csv()).collect::<Vec<_>>().join("\r\n")
}

/// A problem of the server, with every field it complains about.
fn refusal(status: u16, problem: &Json) -> String {
    let text = |name: &str| problem[name].as_str().filter(|text| !text.is_empty());
    let what = text("detail").or(text("title")).unwrap_or("the question was refused");
    let mut out = format!("{what} ({status})");
    for error in problem["errors"].as_array().into_iter().flatten() {
        let message = error["message"].as_str().unwrap_or_default();
        if message == what {
            continue;
        }
        match error["field"].as_str().filter(|field| !field.is_empty() && !message.contains(field))
        {
            Some(field) => out += &format!("\n  {field}: {message}"),
            None => out += &format!("\n  {message}"),
        }
    }
    if status == 401 {
        out += "\n  is the key right? `trackflow key new` makes another one";
    }
    out
}

/// A line on how much was read, and how to go on.
fn footer(answer: &Json) -> String {
    let mut out = String::new();
    let meta = &answer["meta"];
    if let (Some(rows), Some(millis)) = (meta["rows_read"].as_u64(), meta["elapsed_ms"].as_f64()) {
        out = format!("\n{} read in {millis} ms\n", output::count(rows, "row"));
    }
    if let Some(cursor) = answer["result"]["next_cursor"].as_str() {
        out += &format!("more with --cursor {cursor}\n");
    }
    out
}

#[cfg(test)]
mod tests;
