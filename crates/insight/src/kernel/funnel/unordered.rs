//! Steps in any order: the largest number of distinct steps that events within one window fill,
//! each event one step.
//!
//! Events that can fill steps of their own are the independent sets of a matroid. Going through
//! the events, the independent set of the latest ones is kept, each giving way to a new one only
//! when it must; the number of them in the window that ends now is the most that any set of events
//! of that window fills. So the first window that has most is known after one walk, and a second
//! walk over this window alone takes its events as they come.

use super::{super::Mark, STEPS_MAX, rules::Rules};

/// No other step.
const NONE: u8 = u8::MAX;

/// Which events hold which steps.
pub(super) struct Unordered {
    /// Per step the row that holds it.
    rows: [u32; STEPS_MAX],
    /// Per step the steps that this row matches.
    masks: [u32; STEPS_MAX],
    /// Which steps are held.
    held: u32,
    /// The rows that got a step, in order.
    reached: Vec<u32>,
}

impl Unordered {
    pub(super) fn new() -> Self {
        Self { rows: [0; STEPS_MAX], masks: [0; STEPS_MAX], held: 0, reached: Vec::new() }
    }

    /// Per number of steps the row with which it was reached, in the first window that has most.
    pub(super) fn furthest(&mut self, rules: &Rules, marks: &[Mark]) -> Option<&[u32]> {
        let (most, end) = self.most(rules, marks)?;
        let start = marks[end].at - rules.window_ms;
        let begin = marks[..end].partition_point(|mark| mark.at < start);
        self.held = 0;
        self.reached.clear();
        for (row, mark) in marks.iter().enumerate().take(end + 1).skip(begin) {
            if self.place(rules.steps_of(mark), row as u32, false) {
                self.reached.push(row as u32);
            }
            if self.reached.len() == most {
                break;
            }
        }
        Some(&self.reached)
    }

    /// The most steps that events of one window fill, and the first row that ends such a window.
    fn most(&mut self, rules: &Rules, marks: &[Mark]) -> Option<(usize, usize)> {
        self.held = 0;
        let mut best = None;
        for (row, mark) in marks.iter().enumerate() {
            let steps = rules.steps_of(mark);
            if steps == 0 {
                continue;
            }
            self.expire(marks, mark.at - rules.window_ms);
            self.place(steps, row as u32, true);
            let count = self.held.count_ones() as usize;
            if best.is_none_or(|(most, _)| count > most) {
                best = Some((count, row));
                if count == rules.steps {
                    break;
                }
            }
        }
        best
    }

    fn expire(&mut self, marks: &[Mark], start: i64) {
        let mut held = self.held;
        while held != 0 {
            let step = held.trailing_zeros() as usize;
            held &= held - 1;
            if marks[self.rows[step] as usize].at < start {
                self.held ^= 1 << step;
            }
        }
    }

    /// Gives a row a step, moving other rows to other steps where that helps. When it does not,
    /// the oldest row that could make room goes, if `replace`.
    fn place(&mut self, mask: u32, row: u32, replace: bool) -> bool {
        let mut from = [NONE; STEPS_MAX];
        let (mut reached, mut asked) = (mask, 0);
        let mut target = loop {
            let free = reached & !self.held;
            if free != 0 {
                break free.trailing_zeros() as usize;
            }
            let next = reached & !asked;
            if next == 0 {
                match self.oldest(reached).filter(|_| replace) {
                    Some(step) => break step,
                    None => return false,
                }
            }
            let step = next.trailing_zeros() as usize;
            asked |= 1 << step;
            let mut more = self.masks[step] & !reached;
            reached |= more;
            while more != 0 {
                from[more.trailing_zeros() as usize] = step as u8;
                more &= more - 1;
            }
        };
        self.held |= 1 << target;
        while from[target] != NONE {
            let before = from[target] as usize;
            self.rows[target] = self.rows[before];
            self.masks[target] = self.masks[before];
            target = before;
        }
        self.rows[target] = row;
        self.masks[target] = mask;
        true
    }

    /// Of some steps, all held, the one whose row is the oldest.
    fn oldest(&self, steps: u32) -> Option<usize> {
        (0..STEPS_MAX).filter(|step| steps >> step & 1 == 1).min_by_key(|&step| self.rows[step])
    }
}
