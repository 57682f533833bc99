//! Steps in order with exclusions, optional steps, or nothing in between.
//!
//! Per step the latest attempt that reached it goes on; void attempts go on beside the clean ones,
//! for how far they get decides whether the person leaves the funnel. An attempt that is no step's
//! latest any more can neither go on nor be asked for but as the first that got furthest: of those
//! only the oldest clean one per number of steps passed is kept. That is enough, since an event
//! that voids it voids all younger ones with it: their windows end later. So there are never more
//! than [`RECORDS`] attempts to remember.

use super::{super::Mark, STEPS_MAX, rules::Rules};
use crate::StepOrder;

/// Attempts remembered: one per step, clean and void, one per number of steps passed, and a new
/// one; as many as a word has bits.
const RECORDS: usize = 64;
/// A step that was left out.
pub(super) const SKIPPED: u32 = u32::MAX;

const CLEAN: usize = 0;
const VOID: usize = 1;

#[derive(Clone, Copy)]
struct Attempt {
    start: i64,
    /// Attempts before it.
    number: u64,
    /// Per step the row that filled it.
    rows: [u32; STEPS_MAX],
    /// Steps passed, skipped ones included.
    furthest: usize,
    void: bool,
    /// Steps whose latest it is.
    held: u8,
}

/// What is known while a person is walked.
pub(super) struct Attempts {
    records: Vec<Attempt>,
    /// Bit i: record i is free.
    free: u64,
    /// Clean and void: per step the latest attempt that reached it.
    slots: [[u8; STEPS_MAX]; 2],
    /// Which of them there are.
    used: [u32; 2],
    /// Per number of steps passed the oldest clean attempt that goes on nowhere.
    resting: [Option<u8>; STEPS_MAX + 1],
    begun: u64,
    /// How far any attempt got, void ones included.
    most: usize,
}

impl Attempts {
    pub(super) fn new() -> Self {
        let none = Attempt {
            start: 0,
            number: 0,
            rows: [SKIPPED; STEPS_MAX],
            furthest: 0,
            void: false,
            held: 0,
        };
        Self {
            records: vec![none; RECORDS],
            free: u64::MAX,
            slots: [[0; STEPS_MAX]; 2],
            used: [0; 2],
            resting: [None; STEPS_MAX + 1],
            begun: 0,
            most: 0,
        }
    }

    /// Per step, as far as the first clean attempt that gets furthest got, the row that filled it;
    /// None when no attempt began or only void ones got that far.
    pub(super) fn furthest(&mut self, rules: &Rules, marks: &[Mark]) -> Option<&[u32]> {
        let first = marks.iter().position(|mark| mark.is(0))?;
        self.free = u64::MAX;
        self.used = [0; 2];
        self.resting = [None; STEPS_MAX + 1];
        (self.begun, self.most) = (0, 0);
        for (row, mark) in marks.iter().enumerate().skip(first) {
            self.exclude(rules, mark);
            let moved = self.advance(rules, mark, row as u32);
            if rules.order == StepOrder::Strict {
                self.keep(moved);
            }
            // Where no step is optional, nobody older comes later.
            if rules.optional == 0 && self.used[CLEAN] >> (rules.steps - 1) & 1 == 1 {
                break;
            }
        }
        let clean = bits(self.used[CLEAN]).map(|step| self.slots[CLEAN][step]);
        let there = clean.filter(|&record| self.records[record as usize].furthest == self.most);
        let all = there.chain(self.resting[self.most]);
        let best = all.min_by_key(|&record| self.records[record as usize].number)?;
        Some(&self.records[best as usize].rows[..self.most])
    }

    /// Lets attempts go on to the steps of an event and begins one; gives the steps whose latest
    /// changed.
    fn advance(&mut self, rules: &Rules, mark: &Mark, row: u32) -> [u32; 2] {
        let steps = rules.steps_of(mark);
        let mut moved = [0; 2];
        let mut going = steps & !1;
        while going != 0 {
            let step = going.ilog2() as usize;
            going ^= 1 << step;
            for kind in [CLEAN, VOID] {
                let Some(record) = self.candidate(rules, mark.at, step, kind) else { continue };
                let attempt = &mut self.records[record as usize];
                attempt.rows[step] = row;
                attempt.furthest = step + 1;
                self.most = self.most.max(step + 1);
                self.hold(kind, step, record);
                moved[kind] |= 1 << step;
            }
        }
        if steps & 1 == 1 {
            let record = self.begin(mark.at, row);
            self.hold(CLEAN, 0, record);
            moved[CLEAN] |= 1;
        }
        moved
    }

    /// The attempt that takes an event for a step: the one at the step before, or further back
    /// where only optional steps lie between.
    fn candidate(&self, rules: &Rules, at: i64, step: usize, kind: usize) -> Option<u8> {
        for before in (0..step).rev() {
            if self.used[kind] >> before & 1 == 1 {
                let record = self.slots[kind][before];
                let attempt = &self.records[record as usize];
                if attempt.furthest <= step && at - attempt.start <= rules.window_ms {
                    return Some(record);
                }
            }
            if rules.optional >> before & 1 == 0 {
                return None;
            }
        }
        None
    }

    fn begin(&mut self, start: i64, row: u32) -> u8 {
        let record = self.free.trailing_zeros() as u8;
        self.free &= !(1 << record);
        let attempt = &mut self.records[record as usize];
        attempt.rows.fill(SKIPPED);
        attempt.rows[0] = row;
        (attempt.start, attempt.number) = (start, self.begun);
        (attempt.furthest, attempt.void, attempt.held) = (1, false, 0);
        self.begun += 1;
        self.most = self.most.max(1);
        record
    }

    /// Voids every attempt that the event meets between the steps of an exclusion.
    fn exclude(&mut self, rules: &Rules, mark: &Mark) {
        let met = rules.exclusions_of(mark);
        for (index, &(from, to)) in rules.exclusions.iter().enumerate() {
            if met >> index & 1 == 0 {
                continue;
            }
            let in_time = |attempt: &Attempt| mark.at - attempt.start <= rules.window_ms;
            for step in bits(self.used[CLEAN]) {
                // Voiding an attempt frees all of its steps.
                if self.used[CLEAN] >> step & 1 == 0 {
                    continue;
                }
                let record = self.slots[CLEAN][step];
                let attempt = &self.records[record as usize];
                if (from..to).contains(&attempt.furthest) && in_time(attempt) {
                    self.void(record);
                }
            }
            for resting in &mut self.resting[from..to] {
                if let Some(record) = resting.take_if(|r| in_time(&self.records[*r as usize])) {
                    self.free |= 1 << record;
                }
            }
        }
    }

    /// Moves an attempt over to the void ones; of two at a step the later counts.
    fn void(&mut self, record: u8) {
        let number = self.records[record as usize].number;
        self.records[record as usize].void = true;
        for step in bits(self.used[CLEAN]) {
            if self.slots[CLEAN][step] != record {
                continue;
            }
            let other = self.slots[VOID][step];
            let there = self.used[VOID] >> step & 1 == 1;
            if !there || self.records[other as usize].number < number {
                self.hold(VOID, step, record);
            }
            self.leave(CLEAN, step);
        }
    }

    /// Makes an attempt the latest of a step.
    fn hold(&mut self, kind: usize, step: usize, record: u8) {
        self.records[record as usize].held += 1;
        if self.used[kind] >> step & 1 == 1 {
            self.leave(kind, step);
        }
        self.used[kind] |= 1 << step;
        self.slots[kind][step] = record;
    }

    /// Leaves a step without an attempt; one that is no step's latest any more comes to rest.
    fn leave(&mut self, kind: usize, step: usize) {
        self.used[kind] &= !(1 << step);
        let record = self.slots[kind][step];
        let attempt = &mut self.records[record as usize];
        attempt.held -= 1;
        let (held, void, furthest, number) =
            (attempt.held, attempt.void, attempt.furthest, attempt.number);
        if held > 0 {
            return;
        }
        let older = self.resting[furthest].filter(|r| self.records[*r as usize].number < number);
        if void || older.is_some() {
            self.free |= 1 << record;
        } else if let Some(younger) = self.resting[furthest].replace(record) {
            self.free |= 1 << younger;
        }
    }

    /// Only attempts that the last event moved go on.
    fn keep(&mut self, moved: [u32; 2]) {
        for kind in [CLEAN, VOID] {
            for step in bits(self.used[kind] & !moved[kind]) {
                self.leave(kind, step);
            }
        }
    }
}

/// The places of the bits that are set, ascending.
fn bits(mut set: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = set.trailing_zeros();
        let lowest = set != 0;
        set &= set.wrapping_sub(1);
        lowest.then_some(place as usize)
    })
}
