//! `trackflow entities`: the ids a tenant knows, which events may refer to.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    process::ExitCode,
};

use anyhow::{Context, Result};
use catalog::Actor;
use clap::Subcommand;

use super::{
    catalog::{self as beside, Place},
    output,
};

/// What to do with lists of ids.
#[derive(Debug, Subcommand)]
pub(crate) enum EntitiesCommand {
    /// Add the ids of a file to a list, one per line; all of them or none
    Import {
        /// The kind of thing, e.g. article
        #[arg(value_name = "TYPE")]
        kind: String,
        /// The file, or - for stdin
        file: String,
        /// Whose list
        #[arg(long)]
        tenant: Option<String>,
        /// Make the list of these ids alone
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        place: Place,
    },
}

pub(crate) fn run(command: EntitiesCommand) -> Result<ExitCode> {
    let EntitiesCommand::Import { kind, file, tenant, replace, place } = command;
    let ids = read(&file).with_context(|| format!("cannot read {file}"))?;
    let catalog = place.open()?;
    let tenant = beside::tenant(&catalog, tenant.as_deref())?;
    let new = catalog.put_entities(&tenant, &kind, ids.into_iter(), replace, &Actor::Cli)?;
    let lists = catalog.entities(&tenant);
    let all = lists.iter().find(|(name, _)| *name == kind).map_or(0, |(_, count)| *count);
    let (new, all) = (output::grouped(new), output::count(all, "id"));
    output::print(&format!("{new} new, the list {kind} has {all}\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// All lines that are not empty; read before anything is written, so that a file that ends in an
/// error adds nothing.
fn read(file: &str) -> io::Result<Vec<String>> {
    let input: Box<dyn BufRead> = match file {
        "-" => Box::new(io::stdin().lock()),
        path => Box::new(BufReader::new(File::open(path)?)),
    };
    let trimmed = input.lines().map(|line| line.map(|line| line.trim().to_owned()));
    trimmed.filter(|line| !line.as_ref().is_ok_and(String::is_empty)).collect()
}
