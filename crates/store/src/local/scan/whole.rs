//! Questions without a kernel of their own: the tenant's events are read whole and answered by
//! the oracle.
//!
//! That is plain and exact, and its time and memory grow with all events of the tenant, so it is
//! bounded. Kernels take over kind by kind; what a kernel answers must equal this.

use insight::{
    Answer, Filter, Matcher, Measure, Question, Selector, Shape, Trend,
    oracle::{self, Fact, Facts},
};

use super::{Needs, Scanner, Unit, control, events, fetch, unit::units};
use crate::{AskError, local::snapshot::Snapshot};

/// Whether a kernel answers the question.
pub(super) fn has_kernel(question: &Question) -> bool {
    match question {
        Question::Events(question) => is_plain(&question.selector),
        Question::Counts(question) => is_plain(&question.selector),
        Question::Trend(question) => is_plain_trend(question),
        _ => false,
    }
}

fn is_plain_trend(trend: &Trend) -> bool {
    let kernel = |measure: &Measure| matches!(measure, Measure::Total | Measure::UniquePersons);
    trend.formula.is_none()
        && trend.breakdown.is_none()
        && !trend.compare
        && trend.shape == Shape::Plain
        && trend.series.iter().all(|line| kernel(&line.measure) && is_plain(&line.selector))
}

/// Whether a row alone decides about the filter.
fn is_plain(selector: &Selector) -> bool {
    let alone = |filter: &Filter| {
        Matcher::new(filter).is_ok_and(|m| !m.needs_person() && m.cohorts().is_empty())
    };
    alone(&selector.filter)
}

/// Answers by the oracle.
pub(super) fn answer(
    scanner: &Scanner<'_>,
    question: &Question,
    snapshot: &Snapshot,
    events_max: u64,
) -> Result<Answer, AskError> {
    if let Question::Events(list) = question {
        events::checked_fingerprint(scanner, list)?;
    }
    let all = (i64::MIN, i64::MAX);
    let units = units(snapshot, scanner.asking.tenant.as_str(), all, &[None]);
    let mut found = Vec::new();
    for unit in &units {
        let rows = rows_of(scanner, unit)?;
        if (found.len() + rows.len()) as u64 > events_max {
            return Err(AskError::Invalid {
                field: "kind".into(),
                problem: format!(
                    "{:?} in this form is answered for up to {events_max} stored events, there are more",
                    question.kind()
                ),
            });
        }
        found.extend(fetch::of_unit(scanner, unit, &rows)?);
    }
    let fact = |(position, event)| Fact { event, position };
    let events = (0..).zip(found).map(fact).collect();
    control::check(scanner.asking)?;
    let people = snapshot.people.tenant(scanner.asking.tenant.as_str());
    let links = people.map(|people| people.links()).unwrap_or_default();
    let facts = Facts { events, links, now: scanner.asking.now, ..Facts::default() };
    let (answer, _) = oracle::answer(question, &facts)?;
    control::check(scanner.asking)?;
    Ok(answer)
}

fn rows_of(scanner: &Scanner<'_>, unit: &Unit) -> Result<Vec<(usize, usize)>, AskError> {
    let mut rows = Vec::new();
    unit.scan(scanner, &Needs::default(), &mut |batch| {
        rows.extend((batch.first..batch.first + batch.times.len()).map(|row| (row, 0)));
    })?;
    Ok(rows)
}
