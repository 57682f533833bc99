//! Steps in any order: the largest number of distinct steps that events within one window fill,
//! each event one step.

use super::{Marked, Seen};
use crate::Funnel;

/// Per number of steps the row with which it was reached, in the first window that has most.
pub(super) fn furthest<'a>(q: &Funnel, rows: &[Marked<'a>]) -> Option<Vec<Option<Seen<'a>>>> {
    let rows: Vec<&Marked<'a>> = rows.iter().filter(|row| row.steps.contains(&true)).collect();
    let mut best: Vec<Seen<'a>> = Vec::new();
    for (start, first) in rows.iter().enumerate() {
        let end = first.seen.at().0 + q.window_ms;
        let mut reached = Vec::new();
        let mut taken: Vec<Option<usize>> = vec![None; q.steps.len()];
        for row in start..rows.len() {
            if rows[row].seen.at().0 > end {
                break;
            }
            let mut tried = vec![false; q.steps.len()];
            if place(row, &rows, &mut taken, &mut tried) {
                reached.push(rows[row].seen);
            }
        }
        if reached.len() > best.len() {
            best = reached;
        }
    }
    let mut filled: Vec<Option<Seen<'a>>> = best.into_iter().map(Some).collect();
    let any = !filled.is_empty();
    filled.resize(q.steps.len(), None);
    any.then_some(filled)
}

/// Gives a row a step, moving other rows to other steps where that helps.
fn place(
    row: usize,
    rows: &[&Marked<'_>],
    taken: &mut [Option<usize>],
    tried: &mut [bool],
) -> bool {
    for step in 0..taken.len() {
        if !rows[row].steps[step] || tried[step] {
            continue;
        }
        tried[step] = true;
        let free = match taken[step] {
            None => true,
            Some(holder) => place(holder, rows, taken, tried),
        };
        if free {
            taken[step] = Some(row);
            return true;
        }
    }
    false
}
