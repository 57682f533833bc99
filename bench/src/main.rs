//! Reproducible measurements of TrackFlow beside peers, in one run, as ratios.
//!
//! `bench ingest` starts the release binary and a peer made of the same HTTP stack, drives both
//! with the same load generator on the same cores, and prints medians and ratios. Knows nothing
//! of the product but its HTTP routes.

#![expect(clippy::print_stdout, reason = "the tables are what this program is for")]

mod body;
mod histogram;
mod ingest;
mod load;
mod noop;
mod process;
mod table;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Measurements of TrackFlow beside peers")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Events per second and latency of durable ingestion, beside the same stack doing nothing.
    Ingest(ingest::Options),
    /// The peer alone: reads the body and answers.
    Noop(noop::Options),
    /// The load generator alone, against a running server.
    Load(load::Options),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Ingest(options) => ingest::run(&options),
        Command::Noop(options) => noop::run(&options),
        Command::Load(options) => {
            let result = load::run(&options)?;
            println!("{}", result.line());
            Ok(())
        }
    }
}
