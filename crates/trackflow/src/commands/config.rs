//! `trackflow config`: what holds, and why.

use std::process::ExitCode;

use anyhow::Result;

use super::output;
use crate::config::{Config, Settings, Sources, resolved};

pub(crate) fn run(sources: &Sources) -> Result<ExitCode> {
    let settings = Settings::load(sources)?;
    // What is printed must also start.
    Config::of(&settings)?;
    output::print(&resolved(&settings))?;
    Ok(ExitCode::SUCCESS)
}
