//! The lists that administrators of mobile analytics read.

mod aggregates;
mod events;
mod page;
mod sessions;

use axum::{http::request::Parts, response::Response};
use event::{Code, Field, Timestamp};
use insight::{Filter, Op, Operand, Predicate, Range, Span, Subject};

pub(crate) use aggregates::aggregates;
pub(crate) use events::{event_counts, events};
pub(crate) use sessions::sessions;

use super::{
    field,
    moment::{End, moment},
    parameters::given,
};
use crate::{
    Problem,
    query::Asker,
    reply::{self, Answered},
    router::{self, Shape},
};

/// Events may be so far ahead of the clock.
const AHEAD_MS: i64 = 24 * 3_600_000;

fn answer(parts: &Parts, answered: Answered) -> Response {
    match answered {
        Ok(answered) => reply::answer(parts, Ok(answered)),
        Err(problem) => router::refuse(parts, Shape::Mobile, &problem),
    }
}

/// `start` and `end`; from `earliest` to the latest there may be where they are absent.
fn range(asker: &Asker<'_>, parts: &Parts, earliest: Timestamp) -> Result<Range, Problem> {
    let context = asker.context();
    let at = |name, end| {
        given(parts, name).map(|text| moment(name, &text, &context.zone, end)).transpose()
    };
    let from = at("start", End::From)?.unwrap_or(earliest);
    let to = at("end", End::To)?.unwrap_or(Timestamp(asker.now.0 + AHEAD_MS + 1));
    if to < from {
        let detail = format!("end {to} lies before start {from}");
        return Err(Problem::new(Code::InvalidValue, detail).about("end"));
    }
    let (zone, week_start) = (context.zone.clone(), context.week_start);
    Ok(Range { from, to, zone, week_start, span: Span::Fixed })
}

/// Fields with just the value of the parameter of the same name.
fn fields(parts: &Parts, names: &[(&str, Field)]) -> Vec<Filter> {
    let one = |(name, of): &(&str, Field)| {
        given(parts, name).map(|text| is(field(*of), Operand::Text(text)))
    };
    names.iter().filter_map(one).collect()
}

fn is(subject: Subject, operand: Operand) -> Filter {
    Filter::Is(Predicate { subject, op: Op::Is, operands: vec![operand] })
}
