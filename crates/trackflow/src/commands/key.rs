//! `trackflow key`: keys, made beside a running server or without one.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use catalog::{Actor, NewKey, Scopes};
use clap::Subcommand;
use event::TenantId;

use super::output;
use crate::{
    cli::Options,
    config::{Config, Sources},
    parts,
};

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a secret key of the default tenant and print it; a running server knows it within a second
    New {
        /// What the key is for, shown in lists
        #[arg(long, default_value = "made on the command line")]
        name: String,
        #[command(flatten)]
        options: Options,
    },
}

pub(crate) fn run(command: KeyCommand) -> Result<ExitCode> {
    let KeyCommand::New { name, options } = command;
    make(&name, &options.sources(None))
}

fn make(name: &str, sources: &Sources) -> Result<ExitCode> {
    let config = Config::load(sources)?;
    let path = config.data.dir.catalog();
    if !path.try_exists().unwrap_or(false) {
        bail!("{} is not there: start the server once, it makes the first keys", path.display());
    }
    let (catalog, _) = parts::open_catalog(&config)?;
    let new = NewKey::secret(&TenantId::default_tenant(), Scopes::all(), name);
    let key = catalog.new_key(new, &Actor::Cli).context("cannot make a key")?;
    output::print(&format!("{key}\n"))?;
    Ok(ExitCode::SUCCESS)
}
