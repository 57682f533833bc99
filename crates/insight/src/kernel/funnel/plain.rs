//! Steps in order, and nothing else to mind: the path that must be fast.
//!
//! Each first step begins an attempt; per step the latest attempt that reached it goes on. An
//! attempt that goes on leaves its step, and one that is overtaken is never asked again, so there
//! are never more attempts under way than steps. Each step owns the record of its attempt; to go
//! on is to swap the records of two steps. No attempt overtakes an older one that still goes on,
//! so the first that gets furthest is the first that got there, and its record is kept apart when
//! the first step wants it for a new attempt.

use super::{super::Mark, STEPS_MAX, rules::Rules};

/// Records: one per step and one apart.
const RECORDS: usize = STEPS_MAX + 1;

/// Records of attempts; what they hold from earlier persons does not matter.
pub(super) struct Plain {
    /// Per record the rows of the attempt's steps.
    rows: [[u32; STEPS_MAX]; RECORDS],
    /// Per record when the attempt began.
    starts: [i64; RECORDS],
    /// Per step its record.
    slots: [u8; STEPS_MAX],
    /// The record of no step.
    spare: u8,
}

impl Plain {
    pub(super) fn new() -> Self {
        Self {
            rows: [[0; STEPS_MAX]; RECORDS],
            starts: [0; RECORDS],
            slots: std::array::from_fn(|step| step as u8),
            spare: STEPS_MAX as u8,
        }
    }

    /// Per step, as far as any attempt got, the row that filled it in the first that got so far.
    pub(super) fn furthest(&mut self, rules: &Rules, marks: &[Mark]) -> Option<&[u32]> {
        let first = marks.iter().position(|mark| mark.is(0))?;
        let all = rules.all();
        // Bit i: the attempt at step i may go on.
        let mut open = 0_u32;
        let (mut best, mut length) = (u8::MAX, 0);
        for (row, mark) in marks.iter().enumerate().skip(first) {
            let steps = mark.bits as u32 & all;
            // From the last to the first, so that one event never fills two steps of an attempt.
            let mut going = steps & (open << 1);
            while going != 0 {
                let step = going.ilog2() as usize;
                going ^= 1 << step;
                // It goes on, or is too late and will never be in time again.
                open ^= 1 << (step - 1);
                let record = self.slots[step - 1];
                if mark.at - self.starts[record as usize] > rules.window_ms {
                    continue;
                }
                self.rows[record as usize][step] = row as u32;
                self.slots.swap(step - 1, step);
                open |= 1 << step;
                if step >= length {
                    (best, length) = (record, step + 1);
                    if length == rules.steps {
                        return Some(&self.rows[best as usize][..length]);
                    }
                }
            }
            if steps & 1 == 1 {
                if self.slots[0] == best {
                    std::mem::swap(&mut self.slots[0], &mut self.spare);
                }
                let record = self.slots[0];
                self.rows[record as usize][0] = row as u32;
                self.starts[record as usize] = mark.at;
                open |= 1;
                if length == 0 {
                    (best, length) = (record, 1);
                }
            }
        }
        Some(&self.rows[best as usize][..length])
    }
}
