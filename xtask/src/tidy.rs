//! Rules over the text of the repository.
//!
//! They are simple on purpose: a rule looks at lines, says what to do, and has no exceptions
//! beyond the lists in this file.

mod function;
mod line;
mod page;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::Problem;

/// Lines of a file.
const FILE_LINES_MAX: usize = 500;

/// Folders that are not ours or not text.
const SKIPPED: &[&str] = &["target", ".git", "node_modules", "data", ".venv"];

/// What is built from `web/`, and not kept.
const BUILT: &str = "web/dist";

/// Checks every file of the repository.
pub fn check(root: &Path) -> Result<Vec<Problem>> {
    let mut files = Vec::new();
    collect(root, &mut files)?;
    files.sort();
    let mut problems = Vec::new();
    for path in files {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        problems.extend(check_file(&shown, &text));
    }
    Ok(problems)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            let skipped = SKIPPED.iter().any(|name| entry.file_name() == *name);
            if !skipped && !path.ends_with(BUILT) {
                collect(&path, files)?;
            }
        } else if is_checked(&path) {
            files.push(path);
        }
    }
    Ok(())
}

fn is_checked(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let checked = ["rs", "md", "toml", "sh", "py", "mjs", "js", "ts", "sql", "yaml", "yml"];
    let name = path.file_name().and_then(|name| name.to_str());
    extension.is_some_and(|extension| checked.contains(&extension))
        || matches!(name, Some("Makefile" | "run"))
}

/// Everything wrong with one file.
fn check_file(path: &str, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let is_rust = path.ends_with(".rs");
    let lines = text.lines().count();
    if is_rust && lines > FILE_LINES_MAX {
        let message = format!("has {lines} lines, the limit is {FILE_LINES_MAX}: split it");
        problems.push(Problem::new(path, message));
    }
    for (index, text) in text.lines().enumerate() {
        let place = || format!("{path}:{}", index + 1);
        problems.extend(line::check(text, is_rust).map(|message| Problem::new(place(), message)));
    }
    if is_rust {
        problems.extend(function::check(path, text));
    }
    if path.starts_with("docs/formats/") {
        problems.extend(page::check(path, text));
    }
    problems
}

#[cfg(test)]
mod tests;
