//! A page of `docs/formats/` describes bytes that are read for ever, so it says which version of
//! them it is about.

use crate::Problem;

/// What is missing on a format page.
pub(super) fn check(path: &str, text: &str) -> Option<Problem> {
    let has_version = text.lines().any(|line| {
        let line = line.to_ascii_lowercase();
        line.contains("version") && line.contains(|c: char| c.is_ascii_digit())
    });
    (!has_version).then(|| Problem::new(path, "does not say which version of the format it is"))
}
