//! Many spans of time, kept until the end for their median.

use crate::exact;

/// Spans in ms, in no order. Nearly all of them are shorter than 49 days and take 4 bytes.
#[derive(Default)]
pub(super) struct Spans {
    short: Vec<u32>,
    long: Vec<i64>,
}

impl Spans {
    pub(super) fn push(&mut self, ms: i64) {
        match u32::try_from(ms) {
            Ok(ms) => self.short.push(ms),
            Err(_) => self.long.push(ms),
        }
    }

    pub(super) fn absorb(&mut self, other: Self) {
        append(&mut self.short, other.short);
        append(&mut self.long, other.long);
    }

    fn len(&self) -> usize {
        self.short.len() + self.long.len()
    }

    pub(super) fn min_seconds(&self) -> Option<f64> {
        let short = self.short.iter().min().map(|ms| i64::from(*ms));
        short.or_else(|| self.long.iter().min().copied()).map(exact::seconds)
    }

    pub(super) fn max_seconds(&self) -> Option<f64> {
        let long = self.long.iter().max().copied();
        long.or_else(|| self.short.iter().max().map(|ms| i64::from(*ms))).map(exact::seconds)
    }

    pub(super) fn avg_seconds(&self) -> Option<f64> {
        let short: u64 = self.short.iter().map(|ms| u64::from(*ms)).sum();
        let long: i128 = self.long.iter().map(|ms| i128::from(*ms)).sum();
        exact::mean_seconds(i128::from(short) + long, self.len() as u64)
    }

    /// The median of all is that of the one or two in the middle.
    pub(super) fn median_seconds(&mut self) -> Option<f64> {
        let last = self.len().checked_sub(1)?;
        let middle = [self.nth(last / 2), self.nth(last - last / 2)];
        exact::median_seconds(&middle)
    }

    fn nth(&mut self, n: usize) -> i64 {
        match n.checked_sub(self.short.len()) {
            None => i64::from(*self.short.select_nth_unstable(n).1),
            Some(n) => *self.long.select_nth_unstable(n).1,
        }
    }
}

/// Appends the shorter to the longer.
fn append<T>(mine: &mut Vec<T>, mut other: Vec<T>) {
    if mine.len() < other.len() {
        std::mem::swap(mine, &mut other);
    }
    mine.append(&mut other);
}
