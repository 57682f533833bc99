//! What is counted of the persons or sessions of one value.

use super::{super::Mark, attempts::SKIPPED, groups::Absorb, spans::Spans};
use crate::{Funnel, StepAnswer, TimeToConvert, exact};

/// Counts and spans per step, as far as anybody got.
#[derive(Default)]
pub(super) struct Tally {
    steps: Vec<Reached>,
    /// From the first step to the last.
    whole: Spans,
}

#[derive(Default)]
struct Reached {
    count: u64,
    /// Since the step filled before.
    spans: Spans,
}

impl Tally {
    /// Takes in one way through `of` steps: the rows that filled its steps.
    pub(super) fn add(&mut self, of: usize, marks: &[Mark], filled: &[u32]) {
        if self.steps.len() < filled.len() {
            self.steps.resize_with(filled.len(), Reached::default);
        }
        let first = marks[filled[0] as usize].at;
        let mut before = first;
        self.steps[0].count += 1;
        for (row, step) in filled.iter().zip(&mut self.steps).skip(1) {
            if *row == SKIPPED {
                continue;
            }
            let at = marks[*row as usize].at;
            step.count += 1;
            step.spans.push(at - before);
            before = at;
        }
        if filled.len() == of {
            self.whole.push(before - first);
        }
    }

    /// How many reached the first step.
    pub(super) fn entered(&self) -> u64 {
        self.count(0)
    }

    fn count(&self, step: usize) -> u64 {
        self.steps.get(step).map_or(0, |reached| reached.count)
    }

    pub(super) fn steps(&mut self, q: &Funnel) -> Vec<StepAnswer> {
        let one = |step: usize| {
            let count = self.count(step);
            let required = (0..step).rev().find(|&before| !q.steps[before].optional);
            let before = self.count(required.unwrap_or(0));
            let from_first = exact::rate(count, self.entered());
            let from_previous = exact::rate(count, before);
            let mut none = Spans::default();
            let spans = self.steps.get_mut(step).map_or(&mut none, |reached| &mut reached.spans);
            StepAnswer {
                name: q.steps[step].name.clone(),
                count,
                from_previous,
                from_first,
                median_seconds: spans.median_seconds(),
                avg_seconds: spans.avg_seconds(),
            }
        };
        (0..q.steps.len()).map(one).collect()
    }

    pub(super) fn time_to_convert(&mut self) -> TimeToConvert {
        TimeToConvert {
            min_seconds: self.whole.min_seconds(),
            median_seconds: self.whole.median_seconds(),
            avg_seconds: self.whole.avg_seconds(),
            max_seconds: self.whole.max_seconds(),
        }
    }
}

impl Absorb for Tally {
    fn absorb(&mut self, other: Self) {
        if self.steps.len() < other.steps.len() {
            self.steps.resize_with(other.steps.len(), Reached::default);
        }
        for (mine, theirs) in self.steps.iter_mut().zip(other.steps) {
            mine.count += theirs.count;
            mine.spans.absorb(theirs.spans);
        }
        self.whole.absorb(other.whole);
    }
}
