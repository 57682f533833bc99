//! A filter asked of all rows of a stretch at once, column by column.

use event::Value;

use super::Subject;
use crate::Definition;

/// A set of rows of a stretch, a bit each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowSet {
    words: Vec<u64>,
    rows: usize,
}

impl RowSet {
    /// All of them or none.
    pub fn new(rows: usize, all: bool) -> Self {
        let mut words = vec![if all { u64::MAX } else { 0 }; rows.div_ceil(64)];
        let rest = rows % 64;
        if let Some(last) = words.last_mut().filter(|_| all && rest > 0) {
            *last = (1 << rest) - 1;
        }
        Self { words, rows }
    }

    /// The rows for which `holds`.
    pub fn of(rows: usize, mut holds: impl FnMut(usize) -> bool) -> Self {
        let word = |at: usize| {
            let from = at * 64;
            (from..rows.min(from + 64))
                .fold(0, |word, row| word | u64::from(holds(row)) << (row - from))
        };
        Self { words: (0..rows.div_ceil(64)).map(word).collect(), rows }
    }

    /// Whether a row is in it.
    pub fn has(&self, row: usize) -> bool {
        self.words[row / 64] >> (row % 64) & 1 == 1
    }

    /// Keeps what is in both.
    pub fn and(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= b);
    }

    /// Adds what is in the other.
    pub fn or(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a |= b);
    }

    /// Whether none is in it.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Row r is bit r % 64 of word r / 64.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// How many rows the stretch has.
    pub fn rows(&self) -> usize {
        self.rows
    }
}

/// The columns of a stretch of rows, as a filter asks for them.
pub trait Columns {
    /// What may go wrong.
    type Error;

    /// How many rows there are.
    fn rows(&self) -> usize;

    /// The rows whose value at a subject passes. A backend asks once per distinct value.
    fn test(
        &mut self,
        subject: &Subject,
        passes: &dyn Fn(&Value<'_>) -> bool,
    ) -> Result<RowSet, Self::Error>;

    /// The rows whose person belongs to a cohort.
    fn cohort(&mut self, cohort: &Definition) -> Result<RowSet, Self::Error>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_end_where_the_rows_end() {
        for rows in [0, 1, 63, 64, 65, 130] {
            assert_eq!(RowSet::new(rows, true), RowSet::of(rows, |_| true));
            assert_eq!(RowSet::new(rows, false), RowSet::of(rows, |_| false));
            let mut even = RowSet::of(rows, |row| row % 2 == 0);
            let odd = RowSet::of(rows, |row| row % 2 == 1);
            assert!((0..rows).all(|row| even.has(row) != odd.has(row)));
            even.or(&odd);
            assert_eq!(even, RowSet::new(rows, true));
            even.and(&odd);
            assert_eq!(even, odd);
            assert_eq!(odd.is_empty(), rows < 2);
        }
    }
}
