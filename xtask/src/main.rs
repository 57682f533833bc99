//! Tasks of this repository that are not the product: `cargo run -p xtask -- tidy`.

use std::process::ExitCode;

use xtask::{Problem, arrows, repository, tidy};

fn main() -> ExitCode {
    let task = std::env::args().nth(1).unwrap_or_default();
    let result = match task.as_str() {
        "tidy" => everything(),
        _ => {
            complain("usage: cargo run -p xtask -- tidy");
            return ExitCode::FAILURE;
        }
    };
    match result {
        Ok(problems) if problems.is_empty() => ExitCode::SUCCESS,
        Ok(problems) => {
            problems.iter().for_each(|problem| complain(&problem.to_string()));
            ExitCode::FAILURE
        }
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn everything() -> anyhow::Result<Vec<Problem>> {
    let mut problems = tidy::check(&repository())?;
    problems.extend(arrows::check(&arrows::Workspace::read(&repository())?));
    Ok(problems)
}

#[expect(clippy::print_stderr, reason = "this is the output of a command")]
fn complain(text: &str) {
    eprintln!("{text}");
}
