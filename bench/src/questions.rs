//! `bench questions`: the embedded store's side of the comparison with other engines.
//!
//! `generate` writes the same rows twice, as a store folder and as a table for the peers; `ask`
//! opens the folder and asks. `bench/questions.py` drives both beside the peers and compares the
//! answers. The store is called in this process, as the peers are: no HTTP on either side.

mod ask;
pub(crate) mod feed;
mod generate;
pub(crate) mod list;
pub(crate) mod row;
mod table;
mod visit;
pub(crate) mod world;

use clap::Subcommand;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Writes the rows as a store folder and as a table for the peers.
    Generate(generate::Options),
    /// Asks every question of a store folder, and prints a line of JSON for each.
    Ask(ask::Options),
}

/// Runs it.
pub(crate) fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Generate(options) => generate::run(options),
        Command::Ask(options) => ask::run(options),
    }
}
