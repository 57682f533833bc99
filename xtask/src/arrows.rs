//! Which room may use which. The table is the law; `ARCHITECTURE.md` explains it.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use serde_json::Value as Json;

use crate::Problem;

/// Every crate of the workspace, and the crates of the workspace it may use.
const ALLOWED: &[(&str, &[&str])] = &[
    ("event", &[]),
    ("disk", &[]),
    ("journal", &["disk"]),
    ("insight", &["event"]),
    ("flag", &["event"]),
    ("store", &["event", "insight", "disk"]),
    ("catalog", &["event", "insight", "flag"]),
    ("ingest", &["event", "insight", "journal", "store", "catalog"]),
    ("server", &["event", "insight", "flag", "catalog", "ingest", "store"]),
    ("trackflow", &["event", "disk", "journal", "insight", "store", "catalog", "ingest", "server"]),
    ("testkit", &["event", "disk", "journal", "insight", "store", "catalog"]),
    ("xtask", &[]),
    // Ingestion is measured over HTTP; the store in process, as the engines beside it are, and
    // flags as well.
    ("bench", &["event", "disk", "insight", "flag", "store"]),
];

/// Used in tests alone.
const ONLY_IN_TESTS: &str = "testkit";

/// Libraries that stay behind one door, so that they can be replaced there.
const FENCED: &[(&str, &[&str])] =
    &[("axum", &["server", "bench"]), ("rusqlite", &["store", "catalog"]), ("parquet", &["store"])];

/// One crate as `cargo metadata` tells it.
#[derive(Clone, Debug)]
pub struct Member {
    name: String,
    /// What it uses, and whether only in tests.
    uses: Vec<(String, Kind)>,
}

/// For what something is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// In the crate itself or its build script.
    Normal,
    /// In its tests.
    Tests,
}

/// The crates of the workspace.
#[derive(Clone, Debug)]
pub struct Workspace(Vec<Member>);

impl Workspace {
    /// Asks cargo.
    pub fn read(root: &Path) -> Result<Self> {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
            .current_dir(root)
            .output()
            .context("cannot run cargo metadata")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let metadata: Json = serde_json::from_slice(&output.stdout)?;
        let packages = metadata["packages"].as_array().context("no packages")?;
        Ok(Self(packages.iter().map(member).collect()))
    }
}

fn member(package: &Json) -> Member {
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let uses = package["dependencies"].as_array().into_iter().flatten().map(|dependency| {
        let kind = if dependency["kind"] == "dev" { Kind::Tests } else { Kind::Normal };
        (text(&dependency["name"]), kind)
    });
    Member { name: text(&package["name"]), uses: uses.collect() }
}

/// Every arrow that is not in the table, and every library outside its fence.
pub fn check(workspace: &Workspace) -> Vec<Problem> {
    let mut problems = Vec::new();
    for member in &workspace.0 {
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == member.name) else {
            let message = "is not in the table of arrows (xtask/src/arrows.rs)";
            problems.push(Problem::new(&member.name, message));
            continue;
        };
        for (used, kind) in &member.uses {
            problems.extend(judge(member, allowed, used, *kind));
        }
    }
    problems
}

fn judge(member: &Member, allowed: &[&str], used: &str, kind: Kind) -> Option<Problem> {
    let problem = |message: String| Some(Problem::new(&member.name, message));
    let is_room = ALLOWED.iter().any(|(name, _)| *name == used);
    if used == ONLY_IN_TESTS && kind == Kind::Normal {
        return problem(format!("may use {used} in tests only"));
    }
    if is_room && kind == Kind::Normal && !allowed.contains(&used) {
        return problem(format!("must not use {used}"));
    }
    let (_, fence) = FENCED.iter().find(|(name, _)| *name == used)?;
    if fence.contains(&member.name.as_str()) {
        return None;
    }
    problem(format!("must not use {used}: only {} may", fence.join(" and ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(name: &str, used: &str, kind: Kind) -> Vec<String> {
        let uses = vec![(used.to_owned(), kind)];
        let workspace = Workspace(vec![Member { name: name.into(), uses }]);
        check(&workspace).iter().map(Problem::to_string).collect()
    }

    #[test]
    fn the_workspace_keeps_to_its_arrows() {
        let problems = check(&Workspace::read(&crate::repository()).unwrap());
        assert!(problems.is_empty(), "{problems:#?}");
    }

    #[test]
    fn an_arrow_against_the_table_is_found() {
        assert_eq!(check_one("event", "disk", Kind::Normal), ["event: must not use disk"]);
        assert_eq!(check_one("event", "disk", Kind::Tests), [""; 0]);
        assert_eq!(
            check_one("store", "testkit", Kind::Normal),
            ["store: may use testkit in tests only"]
        );
        assert_eq!(check_one("store", "testkit", Kind::Tests), [""; 0]);
        assert_eq!(
            check_one("ingest", "axum", Kind::Tests),
            ["ingest: must not use axum: only server and bench may"]
        );
        assert_eq!(check_one("attic", "serde", Kind::Normal).len(), 1);
    }
}
