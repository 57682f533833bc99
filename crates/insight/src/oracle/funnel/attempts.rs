//! Steps in order. Each first step begins an attempt; per step the latest attempt that reached it
//! is the one that goes on, since its window ends last. Void attempts go on beside the clean ones:
//! how far they get decides whether the person leaves the funnel.

use super::{Marked, Seen};
use crate::{Funnel, StepOrder};

struct Attempt<'a> {
    filled: Vec<Option<Seen<'a>>>,
    /// Steps passed, skipped ones included.
    furthest: usize,
    void: bool,
}

/// Per step the latest attempt that reached it.
type Slots = Vec<Option<usize>>;

/// What the first clean attempt that gets furthest filled; None when no attempt began or only
/// void ones got that far.
pub(super) fn furthest<'a>(q: &Funnel, rows: &[Marked<'a>]) -> Option<Vec<Option<Seen<'a>>>> {
    let mut attempts: Vec<Attempt<'a>> = Vec::new();
    let mut slots: [Slots; 2] = [vec![None; q.steps.len()], vec![None; q.steps.len()]];
    for row in rows {
        exclude(q, row, &mut attempts, &mut slots);
        let mut moved: [Slots; 2] = [vec![None; q.steps.len()], vec![None; q.steps.len()]];
        for step in (1..q.steps.len()).rev().filter(|&step| row.steps[step]) {
            for kind in 0..2 {
                let Some(attempt) = candidate(q, row, step, &attempts, &slots[kind]) else {
                    continue;
                };
                attempts[attempt].filled[step] = Some(row.seen);
                attempts[attempt].furthest = step + 1;
                slots[kind][step] = Some(attempt);
                moved[kind][step] = Some(attempt);
            }
        }
        if row.steps[0] {
            let mut filled = vec![None; q.steps.len()];
            filled[0] = Some(row.seen);
            attempts.push(Attempt { filled, furthest: 1, void: false });
            slots[0][0] = Some(attempts.len() - 1);
            moved[0][0] = slots[0][0];
        }
        if q.order == StepOrder::Strict {
            slots = moved;
        }
    }
    let furthest = attempts.iter().map(|attempt| attempt.furthest).max()?;
    let best = attempts.into_iter().find(|a| !a.void && a.furthest == furthest);
    best.map(|attempt| attempt.filled)
}

fn in_window(q: &Funnel, row: &Marked<'_>, attempt: &Attempt<'_>) -> bool {
    attempt.filled[0].is_some_and(|first| row.seen.at().0 - first.at().0 <= q.window_ms)
}

/// The attempt that takes the row for a step: the one at the step before, or further back where
/// only optional steps lie between.
fn candidate(
    q: &Funnel,
    row: &Marked<'_>,
    step: usize,
    attempts: &[Attempt<'_>],
    slots: &Slots,
) -> Option<usize> {
    for before in (0..step).rev() {
        if let Some(index) = slots[before]
            && attempts[index].furthest <= step
            && in_window(q, row, &attempts[index])
        {
            return Some(index);
        }
        if !q.steps[before].optional {
            return None;
        }
    }
    None
}

/// Voids every attempt that the row meets between the steps of an exclusion.
fn exclude(q: &Funnel, row: &Marked<'_>, attempts: &mut [Attempt<'_>], slots: &mut [Slots; 2]) {
    for (exclusion, _) in q.exclusions.iter().zip(&row.exclusions).filter(|(_, met)| **met) {
        for (index, attempt) in attempts.iter_mut().enumerate() {
            let between = exclusion.from <= attempt.furthest && attempt.furthest < exclusion.to;
            if attempt.void || !between || !in_window(q, row, attempt) {
                continue;
            }
            attempt.void = true;
            let [clean, void] = &mut *slots;
            for (clean, void) in clean.iter_mut().zip(void) {
                if *clean == Some(index) {
                    *clean = None;
                    *void = (*void).max(Some(index));
                }
            }
        }
    }
}
