//! Questions for tests.

use event::{Field, Timestamp};
use insight::{
    Column, Counts, Events, Filter, Interval, Measure, Op, Order, Predicate, Question, Range,
    Selector, Series, Shape, Span, Subject, Trend, WeekStart, filter::Operand,
};
use jiff::tz::TimeZone;
use store::{Asking, Cancel};

use super::sample::{DAY, HOUR, START, tenant};

/// Who asks, without a deadline.
pub fn asking(of: &str) -> Asking {
    let now = Timestamp(START + 8 * DAY);
    Asking { tenant: tenant(of), now, deadline: None, cancel: Cancel::new() }
}

/// `[from, to)` in UTC.
pub fn range(from: i64, to: i64) -> Range {
    let (from, to) = (Timestamp(from), Timestamp(to));
    Range { from, to, zone: TimeZone::UTC, span: Span::Fixed, week_start: WeekStart::Monday }
}

/// A range that holds every event of the tests.
pub fn always() -> Range {
    range(START - 400 * DAY, START + 400 * DAY)
}

/// Events per type.
pub fn counts(range: Range, selector: Selector) -> Question {
    Question::Counts(Counts { range, selector })
}

/// A list of events.
pub fn list(range: Range, limit: usize, order: Order) -> Events {
    Events { range, selector: Selector::default(), limit, order, after: None }
}

/// Any event for which a condition holds.
pub fn having(subject: Subject, op: Op, operands: Vec<Operand>) -> Selector {
    Selector { event: None, filter: Filter::Is(Predicate { subject, op, operands }) }
}

/// A condition that fits the relation.
fn predicate(rng: &mut fastrand::Rng) -> Filter {
    let columns = [
        Column::EventType,
        Column::EventId,
        Column::Timestamp,
        Column::ReceivedAt,
        Column::Dialect,
        Column::Source,
        Column::Revenue,
        Column::Text(Field::DistinctId),
        Column::Text(Field::Country),
        Column::Text(Field::Browser),
        Column::Text(Field::UtmContent),
    ];
    let paths = ["n", "a.b", "flag", "none", "list", "absent"];
    let subject = match rng.bool() {
        true => Subject::Field(columns[rng.usize(..columns.len())]),
        false => Subject::Property(paths[rng.usize(..paths.len())].into()),
    };
    let texts = ["", "x", "de", "Chrome", "chr", "7", "1", "dotted", "web", "page_view"];
    let mut text = || Operand::Text(texts[rng.usize(..texts.len())].into());
    let (one, two) = (text(), text());
    let numbers = [-1.0, 0.0, 0.5, 1.0, 7.0, START as f64 + 6.0 * DAY as f64];
    let mut number = || Operand::Number(numbers[rng.usize(..numbers.len())]);
    let (low, high) = (number(), number());
    let op = Op::ALL[rng.usize(..Op::ALL.len())];
    let operands = match op {
        Op::Is | Op::IsNot => vec![if rng.bool() { one } else { low }],
        Op::In | Op::NotIn => vec![one, two, low, Operand::Bool(true)],
        Op::Contains | Op::NotContains | Op::StartsWith | Op::EndsWith => vec![one],
        Op::Regex | Op::NotRegex => vec![Operand::Text("^[a-dw]".into())],
        Op::Gt | Op::Gte | Op::Lt | Op::Lte => vec![low],
        Op::Between => vec![low, high],
        Op::IsSet | Op::IsNotSet => Vec::new(),
        Op::Before | Op::After => vec![Operand::Text("2026-10-06T12:00:00Z".into())],
    };
    Filter::Is(Predicate { subject, op, operands })
}

fn selector(rng: &mut fastrand::Rng) -> Selector {
    let event = (rng.u8(..3) == 0).then(|| ["page_view", "click", "nothing"][rng.usize(..3)]);
    let mut some = || (0..2).map(|_| predicate(rng)).collect::<Vec<_>>();
    let (a, b) = (some(), some());
    let filter = match rng.u8(..4) {
        0 => Filter::default(),
        1 => predicate(rng),
        2 => Filter::All(a),
        _ => Filter::Any(vec![Filter::All(a), Filter::Any(b)]),
    };
    Selector { event: event.map(str::to_owned), filter }
}

/// A random question about the world of [`super::sample::random`].
pub fn random(rng: &mut fastrand::Rng) -> Question {
    let from = START + rng.i64(-2..8) * DAY + rng.i64(0..24) * HOUR / 2;
    let to = from + [-1, 0, 1, HOUR, DAY, 3 * DAY, 12 * DAY][rng.usize(..7)];
    let zone = ["UTC", "Europe/Berlin", "Asia/Kathmandu"][rng.usize(..3)];
    let zone = TimeZone::get(zone).expect("a zone");
    let range = Range { zone, ..range(from, to) };
    match rng.u8(..3) {
        0 => Question::Events(Events {
            selector: selector(rng),
            limit: rng.usize(1..60),
            order: if rng.bool() { Order::Newest } else { Order::Oldest },
            range,
            after: None,
        }),
        1 => counts(range, selector(rng)),
        _ => {
            let all = [Interval::Hour, Interval::Day, Interval::Week, Interval::Month];
            let series = (0..rng.usize(1..4)).map(|at| Series {
                name: format!("series {at}"),
                selector: selector(rng),
                measure: if rng.bool() { Measure::Total } else { Measure::UniquePersons },
            });
            let series = series.collect();
            Question::Trend(Trend {
                range,
                interval: all[rng.usize(..4)],
                series,
                formula: None,
                breakdown: None,
                compare: rng.u8(..4) == 0,
                shape: Shape::Plain,
            })
        }
    }
}
