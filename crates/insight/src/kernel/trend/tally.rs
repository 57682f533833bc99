//! What is counted per line and bucket, by measure.

use super::{
    grid::{Cell, Grid, figures},
    percentile,
};
use crate::{Measure, Statistic, exact};

/// Cells of one series.
#[derive(Debug)]
pub(super) enum Tally {
    /// Events, or sessions.
    Events(Grid<u64>),
    /// Persons and their events.
    Persons(Persons),
    /// Sums of numbers.
    Sums(Grid<Sum>),
    /// Smallest and largest numbers.
    Extremes(Grid<Extremes>),
    /// All numbers.
    Numbers(Grid<Vec<f64>>),
}

impl Tally {
    /// Nothing counted yet of a measure, over so many buckets.
    pub(super) fn new(measure: &Measure, buckets: usize, cumulative: bool) -> Self {
        match measure {
            Measure::Total | Measure::Sessions => Self::Events(Grid::new(buckets)),
            Measure::UniquePersons | Measure::PerPerson => {
                Self::Persons(Persons::new(buckets, cumulative))
            }
            Measure::Of(Statistic::Sum | Statistic::Avg, _) => Self::Sums(Grid::new(buckets)),
            Measure::Of(Statistic::Min | Statistic::Max, _) => Self::Extremes(Grid::new(buckets)),
            Measure::Of(..) => Self::Numbers(Grid::new(buckets)),
        }
    }

    /// Whether lines can be joined into one: persons of several lines may be the same.
    pub(super) fn adds_up(&self) -> bool {
        !matches!(self, Self::Persons(_))
    }

    /// Goes on without buckets: one for the whole range.
    pub(super) fn make_whole(&mut self) {
        match self {
            Self::Events(grid) => *grid = grid.whole(),
            Self::Persons(persons) => persons.make_whole(),
            Self::Sums(grid) => *grid = grid.whole(),
            Self::Extremes(grid) => *grid = grid.whole(),
            Self::Numbers(grid) => *grid = grid.whole(),
        }
    }

    /// How many lines were met.
    pub(super) fn lines(&self) -> usize {
        match self {
            Self::Events(grid) => grid.lines(),
            Self::Persons(persons) => persons.groups.lines(),
            Self::Sums(grid) => grid.lines(),
            Self::Extremes(grid) => grid.lines(),
            Self::Numbers(grid) => grid.lines(),
        }
    }

    /// Moves a line of another tally of this measure, of other persons, into a line.
    pub(super) fn join(&mut self, line: usize, other: &mut Self, theirs: usize) {
        match (self, other) {
            (Self::Events(own), Self::Events(other)) => own.join(line, other, theirs),
            (Self::Persons(own), Self::Persons(other)) => {
                own.groups.join(line, &mut other.groups, theirs);
            }
            (Self::Sums(own), Self::Sums(other)) => own.join(line, other, theirs),
            (Self::Extremes(own), Self::Extremes(other)) => own.join(line, other, theirs),
            (Self::Numbers(own), Self::Numbers(other)) => own.join(line, other, theirs),
            _ => unreachable!("tallies of one series are of one measure"),
        }
    }

    /// The measure of a line: over the range, and per bucket (cumulative: up to each bucket).
    pub(super) fn figures(
        &mut self,
        line: usize,
        measure: &Measure,
        cumulative: bool,
    ) -> (Option<f64>, Vec<Option<f64>>) {
        match self {
            Self::Events(grid) => figures(grid.line(line), cumulative, |n| Some(*n as f64)),
            Self::Persons(persons) => persons.figures(line, measure, cumulative),
            Self::Sums(grid) => figures(grid.line(line), cumulative, |sum| match measure {
                Measure::Of(Statistic::Avg, _) => exact::mean(sum.millionths, sum.count),
                _ => Some(exact::unscaled(sum.millionths)),
            }),
            Self::Extremes(grid) => figures(grid.line(line), cumulative, |found| match measure {
                Measure::Of(Statistic::Min, _) => found.0.map(|(least, _)| least),
                _ => found.0.map(|(_, most)| most),
            }),
            Self::Numbers(grid) => {
                let share = match measure {
                    Measure::Of(Statistic::P90, _) => 0.9,
                    Measure::Of(Statistic::P95, _) => 0.95,
                    Measure::Of(Statistic::P99, _) => 0.99,
                    _ => 0.5,
                };
                percentile::figures(grid.line(line), share, cumulative)
            }
        }
    }
}

/// Persons per cell, each once. The last cell of a line is the whole range. Cumulative: a person
/// is only counted in the first bucket it is met in, so that sums are right.
#[derive(Debug)]
pub(super) struct Persons {
    groups: Grid<Group>,
    /// Per cell the last person counted there.
    seen: Grid<Last>,
    whole: usize,
    cumulative: bool,
}

/// Events of persons, and the persons.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    events: u64,
    persons: u64,
}

/// A person of this part, from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Last(u32);

impl Persons {
    fn new(buckets: usize, cumulative: bool) -> Self {
        let width = buckets + 1;
        let (groups, seen) = (Grid::new(width), Grid::new(width));
        Self { groups, seen, whole: buckets, cumulative }
    }

    /// An event of the person that is being counted, the `who`th of this part, from 1.
    #[inline]
    pub(super) fn add(&mut self, line: usize, bucket: usize, who: u32) {
        let new_in_line = self.is_new(line, self.whole, who);
        let new = if self.cumulative { new_in_line } else { self.is_new(line, bucket, who) };
        if new_in_line {
            self.groups.at(line, self.whole).persons += 1;
        }
        let group = self.groups.at(line, bucket);
        group.events += 1;
        group.persons += u64::from(new);
    }

    fn make_whole(&mut self) {
        let mut whole = Self::new(1, self.cumulative);
        for line in 0..self.groups.lines() {
            let persons = self.groups.at(line, self.whole).persons;
            let events = self.groups.line(line).iter().map(|group| group.events).sum();
            *whole.groups.at(line, 0) = Group { events, persons };
            whole.groups.at(line, 1).persons = persons;
            let last = *self.seen.at(line, self.whole);
            whole.seen.line(line).fill(last);
        }
        *self = whole;
    }

    fn is_new(&mut self, line: usize, bucket: usize, who: u32) -> bool {
        std::mem::replace(self.seen.at(line, bucket), Last(who)) != Last(who)
    }

    fn figures(
        &mut self,
        line: usize,
        measure: &Measure,
        cumulative: bool,
    ) -> (Option<f64>, Vec<Option<f64>>) {
        let figure = |group: &Group| match measure {
            Measure::PerPerson => exact::rate(group.events, group.persons),
            _ => Some(group.persons as f64),
        };
        let cells = self.groups.line(line);
        let (_, values) = figures(&cells[..self.whole], cumulative, figure);
        let events = cells.iter().map(|group| group.events).sum();
        (figure(&Group { events, ..cells[self.whole] }), values)
    }
}

impl Cell for Group {
    fn join(&mut self, other: Self) {
        self.events += other.events;
        self.persons += other.persons;
    }
}

impl Cell for Last {
    fn join(&mut self, _: Self) {}
}

/// The exact sum of numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    millionths: i128,
    count: u64,
}

impl Sum {
    pub(super) fn add(&mut self, millionths: i128) {
        self.join(Self { millionths, count: 1 });
    }
}

impl Cell for Sum {
    fn join(&mut self, other: Self) {
        self.millionths += other.millionths;
        self.count += other.count;
    }
}

/// The smallest and the largest number, -0 before 0.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extremes(Option<(f64, f64)>);

impl Extremes {
    pub(super) fn add(&mut self, number: f64) {
        self.join(Self(Some((number, number))));
    }
}

impl Cell for Extremes {
    fn join(&mut self, other: Self) {
        self.0 = match (self.0, other.0) {
            (Some((a, b)), Some((c, d))) => Some((
                if c.total_cmp(&a).is_lt() { c } else { a },
                if d.total_cmp(&b).is_gt() { d } else { b },
            )),
            (own, other) => own.or(other),
        };
    }
}
