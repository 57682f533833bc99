//! What follows what.
//!
//! Names are numbered once per fold, whatever their codes: a text, a number and a truth value that
//! read the same are one name. Paths are then rows of numbers; what is counted per path are its
//! edges and its first node. How often a node is passed follows from both, so only the nodes that
//! are shown are ever added up.

mod edges;
mod fold;
mod names;
mod walk;

use self::{
    fold::{Count, Who},
    names::Names,
    walk::Rules,
};
use super::Source;
use crate::{Paths, PathsAnswer};

pub(super) fn answer<S: Source>(q: &Paths, source: &S) -> Result<PathsAnswer, S::Error> {
    let mut names = Names::default();
    let count = Count { rules: Rules::new(q, &mut names), names: names.into() };
    let counted = source.fold(&Rules::plan(q), &count)?;
    let names = count.into_names();
    Ok(counted.edges.answer(q, &names))
}

/// The persons of a node at a position (from 1), or of the edge from it to the next: one name or
/// two.
pub(super) fn behind<S: Source>(
    q: &Paths,
    depth: usize,
    wanted: &[&str],
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    let mut names = Names::default();
    let wanted = wanted.iter().map(|name| names.number(name)).collect();
    let who = Who { rules: Rules::new(q, &mut names), names: names.into(), depth, wanted };
    Ok(source.fold(&Rules::plan(q), &who)?.persons)
}
