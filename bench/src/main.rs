//! Reproducible measurements of TrackFlow beside peers, in one run, as ratios.
//!
//! `bench ingest` starts the release binary and a peer made of the same HTTP stack, drives both
//! with the same load generator on the same cores, and prints medians and ratios; it knows nothing
//! of the product but its HTTP routes. `bench questions` feeds and asks the embedded store in this
//! process, for `questions.py`, which asks other engines the same. `bench live` asks while events
//! come in. `bench flags` evaluates feature flags in this process.

#![expect(clippy::print_stdout, reason = "the tables are what this program is for")]

mod body;
mod client;
mod flags;
mod histogram;
mod ingest;
mod live;
mod load;
mod noop;
mod process;
mod questions;
mod table;

use clap::{Parser, Subcommand};

// As the product has it: the store is measured in this process.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    /// What is seen while events come in: freshness, answers, fairness, many files.
    Live(live::Options),
    /// Evaluations per second of feature flags, on one core.
    Flags(flags::Options),
    /// The peer alone: reads the body and answers.
    Noop(noop::Options),
    /// The load generator alone, against a running server.
    Load(load::Options),
    /// The embedded store's side of the comparison with other engines.
    #[command(subcommand)]
    Questions(questions::Command),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Ingest(options) => ingest::run(&options),
        Command::Live(options) => live::run(&options),
        Command::Flags(options) => {
            print!("{}", flags::run(&options)?);
            Ok(())
        }
        Command::Noop(options) => noop::run(&options),
        Command::Questions(command) => questions::run(&command),
        Command::Load(options) => {
            let result = load::run(&options)?;
            println!("{}", result.line());
            Ok(())
        }
    }
}
