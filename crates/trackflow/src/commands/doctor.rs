//! `trackflow doctor`: is everything there, and does it add up.
//!
//! Looking changes nothing that a start of the server would not change too. What is found is told
//! in sentences; what `--repair` would cost is told before it is done.

mod books;
mod findings;
mod look;
mod mend;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;

use self::findings::Findings;
use super::output;
use crate::{
    config::{Config, Sources},
    parts, telemetry,
};

/// What to do beside looking.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Repair what can be repaired; what is lost by it is told first, and originals are kept in
    /// the folder `quarantine`
    #[arg(long)]
    repair: bool,
}

pub(crate) fn run(args: &DoctorArgs, sources: &Sources) -> Result<ExitCode> {
    let mut config = Config::load(sources)?;
    if config.log.filter == "info" {
        config.log.filter = "warn".into();
    }
    telemetry::start(&config.log);
    let dir = &config.data.dir;
    if !dir.root().is_dir() {
        bail!("there is no data folder at {}; name another with --data", dir.root().display());
    }
    let lock = parts::lock(dir)
        .context("the doctor needs the folder for itself; stop the server first")?;
    let fs = parts::file_system();

    let mut found = look::look(&fs, dir)?;
    if found.is_damaged() && args.repair {
        output::print(&found.text())?;
        output::print(&mend::plan(&fs, dir, &found)?.text())?;
        output::print(&mend::mend(&fs, dir)?)?;
        found = look::look(&fs, dir)?;
    }
    let mut text = found.text();
    if found.is_damaged() {
        text += &mend::plan(&fs, dir, &found)?.text();
    } else {
        let books = books::check(&config)?;
        text += &books.text;
        found.balanced = books.balanced;
    }
    text += verdict(&found);
    output::print(&text)?;
    drop(lock);
    Ok(if found.is_well() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn verdict(found: &Findings) -> &'static str {
    if found.is_well() {
        "\nall is well\n"
    } else if found.is_damaged() {
        "\nthe server does not start like this; `trackflow doctor --repair` does what is said above\n"
    } else {
        "\nthe books do not balance: keep a copy of the folder and report this as a bug\n"
    }
}
