//! The folds of trends: counting, and whom was counted.

use super::{
    reader::{Lines, Memory, Pass, Reader},
    tally::Tally,
};
use crate::{
    Measure, Range, Trend, exact,
    kernel::{Fold, Mark, Person, Source, Values, session::Cutter},
};

/// Cells of open lines that add up; beyond it only their totals are counted.
const OPEN_CELLS_MAX: usize = 1 << 21;
/// Events after which it is asked again whether there are too many.
const EVENTS_AT_ONCE: usize = 4_096;

/// What was counted of one series.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) tally: Tally,
    pub(super) memory: Memory,
}

/// Counts every series over a range with its edges; whether people count up to each bucket.
pub(super) fn count<'a, S: Source>(
    q: &Trend,
    (range, edges, cumulative): (&Range, &'a [i64], bool),
    lines: impl Fn(usize) -> Lines<'a>,
    source: &S,
) -> Result<Vec<Counted>, S::Error> {
    let sessions = |index: &usize| q.series[*index].measure == Measure::Sessions;
    let (of_sessions, of_events): (Vec<usize>, Vec<usize>) =
        (0..q.series.len()).partition(sessions);
    let mut all: Vec<(usize, Counted)> = Vec::new();
    for indexes in [of_events, of_sessions] {
        if indexes.is_empty() {
            continue;
        }
        let pass = Pass::new(q, &indexes, (range, edges), &lines);
        let measures = indexes.iter().map(|index| &q.series[*index].measure).collect();
        let limit = q.breakdown.as_ref().map_or(0, |breakdown| breakdown.limit);
        let count = Count { pass: &pass, measures, cumulative, limit };
        let part = source.fold(&pass.plan, &count)?;
        all.extend(indexes.into_iter().zip(part.counted));
    }
    all.sort_by_key(|(index, _)| *index);
    Ok(all.into_iter().map(|(_, counted)| counted).collect())
}

struct Count<'a> {
    pass: &'a Pass<'a>,
    measures: Vec<&'a Measure>,
    cumulative: bool,
    /// Lines that may be shown.
    limit: usize,
}

impl Count<'_> {
    /// Gives up the buckets of open lines when there are more than can be answered from: of
    /// persons more than are shown, else more than memory is given.
    fn bound(&self, reader: &Reader<'_>, counted: &mut Counted) {
        let Counted { tally, memory } = counted;
        if memory.whole || !matches!(reader.lines, Lines::Open) {
            return;
        }
        let room = OPEN_CELLS_MAX / reader.buckets().max(1);
        let most = if tally.adds_up() { room.max(self.limit) } else { self.limit };
        if memory.keys.all().len() > most {
            tally.make_whole();
            memory.whole = true;
        }
    }
}

/// Of one thread, say.
struct Part {
    counted: Vec<Counted>,
    /// Persons so far.
    persons: u32,
    cutter: Cutter,
}

impl Fold for Count<'_> {
    type Part = Part;

    fn start(&self) -> Part {
        let of = |(reader, measure): (&Reader<'_>, &&Measure)| Counted {
            tally: Tally::new(measure, reader.buckets(), self.cumulative),
            memory: Memory::default(),
        };
        let counted = self.pass.series.iter().zip(&self.measures).map(of).collect();
        Part { counted, persons: 0, cutter: Cutter::default() }
    }

    fn person<V: Values>(&self, part: &mut Part, person: Person<'_>, values: &V) {
        part.persons += u32::from(person.number.is_some());
        let who = person.number.map(|_| part.persons);
        for (reader, counted) in self.pass.series.iter().zip(&mut part.counted) {
            if self.pass.sessions {
                let marks = starts(self.pass, reader, &mut part.cutter, &person, values);
                add(reader, counted, marks, who, values);
                self.bound(reader, counted);
            } else {
                for marks in person.marks.chunks(EVENTS_AT_ONCE) {
                    add(reader, counted, events(reader, marks), who, values);
                    self.bound(reader, counted);
                }
            }
        }
    }

    fn merge(&self, mut a: Part, b: Part) -> Part {
        let pairs = a.counted.iter_mut().zip(b.counted);
        for (reader, (a, mut b)) in self.pass.series.iter().zip(pairs) {
            let (a_whole, b_whole) = (a.memory.whole, b.memory.whole);
            if let Lines::Open = reader.lines {
                for (one, other) in [(&mut *a, b_whole), (&mut b, a_whole)] {
                    if other && !one.memory.whole {
                        one.tally.make_whole();
                        one.memory.whole = true;
                    }
                }
                for (theirs, key) in b.memory.keys.all().iter().enumerate() {
                    let line = a.memory.keys.number(*key);
                    a.tally.join(line, &mut b.tally, theirs);
                }
                self.bound(reader, a);
            } else {
                for line in 0..b.tally.lines() {
                    a.tally.join(line, &mut b.tally, line);
                }
            }
        }
        a
    }
}

/// The events that count for a series.
fn events<'m>(reader: &Reader<'_>, marks: &'m [Mark]) -> impl Iterator<Item = (&'m Mark, i64)> {
    let selector = reader.selector;
    marks.iter().filter(move |mark| mark.is(selector)).map(|mark| (mark, mark.at))
}

/// Per session its first event that counts for a series, at the time the session starts.
fn starts<'c, V: Values>(
    pass: &Pass<'_>,
    reader: &Reader<'_>,
    cutter: &'c mut Cutter,
    person: &Person<'_>,
    values: &V,
) -> impl Iterator<Item = (&'c Mark, i64)> {
    let selector = reader.selector;
    let sessions = cutter.cut(person.marks, 0, Some(pass.ids()), values);
    sessions.filter_map(move |session| {
        let first = session.marks.iter().find(|mark| mark.is(selector));
        first.map(|mark| (mark, session.start().0))
    })
}

/// Counts marks of a person, or of nobody. The measure is looked at once, not for every mark.
fn add<'m, V: Values>(
    reader: &Reader<'_>,
    counted: &mut Counted,
    marks: impl Iterator<Item = (&'m Mark, i64)>,
    who: Option<u32>,
    values: &V,
) {
    let Counted { tally, memory } = counted;
    let number = |mark: &Mark| reader.number.and_then(|column| values.number(column, mark));
    match tally {
        Tally::Events(grid) => {
            reader.each(memory, marks, values, |line, bucket, _| *grid.at(line, bucket) += 1);
        }
        Tally::Persons(persons) => reader.each(memory, marks, values, |line, bucket, _| {
            if let Some(who) = who {
                persons.add(line, bucket, who);
            }
        }),
        Tally::Sums(grid) => reader.each(memory, marks, values, |line, bucket, mark| {
            if let Some(millionths) = number(mark).and_then(exact::scaled) {
                grid.at(line, bucket).add(millionths);
            }
        }),
        Tally::Extremes(grid) => reader.each(memory, marks, values, |line, bucket, mark| {
            if let Some(number) = number(mark).filter(|n| exact::scaled(*n).is_some()) {
                grid.at(line, bucket).add(number);
            }
        }),
        Tally::Numbers(grid) => reader.each(memory, marks, values, |line, bucket, mark| {
            if let Some(number) = number(mark).filter(|n| exact::scaled(*n).is_some()) {
                grid.at(line, bucket).push(number);
            }
        }),
    }
}

/// The persons counted for the one series of a pass, in a line and a bucket or all.
pub(super) fn behind<S: Source>(
    pass: &Pass<'_>,
    (line, bucket): (usize, Option<usize>),
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    let found = source.fold(&pass.plan, &Behind { pass, line, bucket })?;
    Ok(found.persons)
}

struct Behind<'a> {
    pass: &'a Pass<'a>,
    line: usize,
    bucket: Option<usize>,
}

#[derive(Default)]
struct Found {
    persons: Vec<u32>,
    memory: Memory,
    cutter: Cutter,
}

impl Fold for Behind<'_> {
    type Part = Found;

    fn start(&self) -> Found {
        Found::default()
    }

    fn person<V: Values>(&self, part: &mut Found, person: Person<'_>, values: &V) {
        let Found { persons, memory, cutter } = part;
        let mut met = false;
        let mut meet = |line: usize, bucket: usize, _: &Mark| {
            met |= line == self.line && self.bucket.is_none_or(|wanted| wanted == bucket);
        };
        for reader in &self.pass.series {
            if self.pass.sessions {
                let marks = starts(self.pass, reader, cutter, &person, values);
                reader.each(memory, marks, values, &mut meet);
            } else {
                reader.each(memory, events(reader, person.marks), values, &mut meet);
            }
        }
        if met {
            persons.extend(person.number);
        }
    }

    fn merge(&self, mut a: Found, b: Found) -> Found {
        a.persons.extend(b.persons);
        a
    }
}
