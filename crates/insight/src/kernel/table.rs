//! Rows and persons per value of a text column, and which values are shown.

use super::Source;
use crate::{BreakdownValue, Column, Dimension, Subject, WebLine};
use event::Field;

/// A text field as a dimension.
pub(super) fn field(field: Field) -> Dimension {
    Dimension::Value(Subject::Field(Column::Text(field)))
}

/// Rows and distinct persons by code.
#[derive(Default)]
pub(super) struct Table {
    lines: Vec<Line>,
}

#[derive(Clone, Copy, Default)]
struct Line {
    count: u64,
    persons: u32,
    /// Number of the person counted last, plus one.
    last: u32,
}

impl Table {
    /// Counts a row. A person's rows come one after another, others' not in between.
    pub(super) fn add(&mut self, code: u32, person: Option<u32>) {
        let at = code as usize;
        if self.lines.len() <= at {
            self.lines.resize(at + 1, Line::default());
        }
        let line = &mut self.lines[at];
        line.count += 1;
        if let Some(number) = person
            && line.last != number + 1
        {
            line.last = number + 1;
            line.persons += 1;
        }
    }

    /// Adds the rows of other persons.
    pub(super) fn merge(mut self, mut other: Self) -> Self {
        if self.lines.len() < other.lines.len() {
            std::mem::swap(&mut self, &mut other);
        }
        for (line, other) in self.lines.iter_mut().zip(other.lines) {
            line.count += other.count;
            line.persons += other.persons;
        }
        self
    }

    /// Most persons first, then most rows, ties by value.
    pub(super) fn largest(
        &self,
        limit: usize,
        value: impl Fn(u32) -> BreakdownValue,
    ) -> Vec<WebLine> {
        let used = self.lines.iter().enumerate().filter(|(_, line)| line.count > 0);
        let lines = used.map(|(code, line)| (code as u32, (line.persons, line.count)));
        let line = |(value, _, (persons, count)): (BreakdownValue, u32, (u32, u64))| WebLine {
            value,
            visitors: u64::from(persons),
            count,
        };
        largest(lines.collect(), limit, value).into_iter().map(line).collect()
    }

    /// [`Self::largest`] by the values of a dimension.
    pub(super) fn of<S: Source>(
        &self,
        dimension: &Dimension,
        limit: usize,
        source: &S,
    ) -> Vec<WebLine> {
        self.largest(limit, |code| source.value(dimension, code))
    }
}

/// Of codes of a text column with their figures the largest, ties by value.
pub(super) fn largest<F: Ord + Copy>(
    mut lines: Vec<(u32, F)>,
    limit: usize,
    value: impl Fn(u32) -> BreakdownValue,
) -> Vec<(BreakdownValue, u32, F)> {
    let cut = limit.saturating_sub(1);
    if lines.len() > limit {
        // Values cost something: only those are looked at that may be shown.
        let (_, &mut (_, least), _) = lines.select_nth_unstable_by(cut, |a, b| b.1.cmp(&a.1));
        lines.retain(|(_, figure)| *figure >= least);
    }
    let mut shown: Vec<_> =
        lines.into_iter().map(|(code, figure)| (value(code), code, figure)).collect();
    shown.sort_by(|(a, _, own), (b, _, other)| other.cmp(own).then_with(|| text(a).cmp(&text(b))));
    shown.truncate(limit);
    shown
}

/// What orders the values of a text column as breakdown values are, but without copies.
fn text(value: &BreakdownValue) -> (&str, bool) {
    match value {
        BreakdownValue::Text(text) => (text, false),
        _ => ("", true),
    }
}
