//! `GET /cohort` and `GET /retention`: who comes back.

use axum::{
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use insight::{
    Answer, BreakdownValue, Cell, CohortRow, Dimension, Filter, Interval, Op, Operand, Predicate,
    Question, RetentionAnswer, Selector, calendar, write,
};
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::{
    dashboard, narrowed,
    parameters::{self, Common, given},
    reader,
};
use crate::{
    Problem,
    query::Asker,
    reply::{self, Answered},
    state::AppState,
};

/// Periods behind the first.
const PERIODS: (u64, u64) = (1, 90);
/// Values of a breakdown; each is a question of its own.
const VALUES_MAX: usize = 10;

/// `GET /cohort`.
pub(crate) async fn cohort(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = report(&app, &parts, Kind::Cohort).await;
    reply::answer(&parts, answered)
}

/// `GET /retention`.
pub(crate) async fn retention(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = report(&app, &parts, Kind::Retention).await;
    reply::answer(&parts, answered)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// By the period persons were first seen in.
    Cohort,
    /// By the periods they were active in.
    Retention,
}

async fn report(app: &AppState, parts: &Parts, kind: Kind) -> Answered {
    let asker = Asker::new(app, parts, reader(app, parts)?);
    let common = parameters::common(&asker, parts, "30d")?;
    let question = question(&asker, parts, kind)?;
    let mut body = one(&asker, &question, &common.selector).await?;
    if common.breakdown.is_some() {
        body["breakdown"] = broken_down(&asker, &question, &common).await?;
    }
    Ok((StatusCode::OK, body))
}

fn question(asker: &Asker<'_>, parts: &Parts, kind: Kind) -> Result<Question, Problem> {
    let mut json: Map<String, Value> = parameters::ranged(asker, parts, "30d")?;
    let name = if kind == Kind::Cohort { "cohort" } else { "retention" };
    json.insert("kind".into(), json!(name));
    if let Some(period) = given(parts, "period") {
        json.insert("period".into(), json!(period));
    }
    if let Some(periods) = reply::whole(parts, "periods", PERIODS)? {
        json.insert("periods".into(), json!(periods));
    }
    parameters::read(asker, json)
}

/// The answer about the events of a selector.
async fn one(
    asker: &Asker<'_>,
    question: &Question,
    selector: &Selector,
) -> Result<Value, Problem> {
    let mut question = question.clone();
    match &mut question {
        Question::Retention(q) => {
            (q.start, q.returning) = (selector.clone(), selector.clone());
        }
        Question::Cohort(q) => {
            if let insight::CohortOf::FirstSeen { activity, .. } = &mut q.of {
                *activity = selector.clone();
            }
        }
        _ => {}
    }
    let zone = question.range().zone.clone();
    let (answer, _) = asker.answer(question.clone()).await?;
    match (&answer, &question) {
        (Answer::FirstSeen(answer), Question::Cohort(q)) => {
            let insight::CohortOf::FirstSeen { period, .. } = q.of else {
                return Err(Problem::internal());
            };
            Ok(first_seen(answer, period, &zone))
        }
        (Answer::Retention(answer), Question::Retention(q)) => {
            Ok(retained(answer, q.period, q.periods, &zone))
        }
        _ => Err(Problem::internal()),
    }
}

fn first_seen(answer: &RetentionAnswer, period: Interval, zone: &TimeZone) -> Value {
    let row = |row: &CohortRow| {
        json!({
            "cohort": named(row, period, zone),
            "size": row.size,
            "activity": cells(&row.cells),
        })
    };
    let cohorts: Vec<Value> = answer.cohorts.iter().map(row).collect();
    json!({"period": period.as_str(), "cohorts": cohorts})
}

fn retained(answer: &RetentionAnswer, period: Interval, periods: usize, zone: &TimeZone) -> Value {
    let row = |row: &CohortRow| {
        json!({
            "date": named(row, period, zone),
            "size": row.size,
            "values": cells(&row.cells),
        })
    };
    let mean = |(number, rate): (usize, &Option<f64>)| json!({"period": number, "rate": write::number(*rate)});
    json!({
        "period": period.as_str(),
        "periods": periods,
        "cohorts": answer.cohorts.iter().map(row).collect::<Vec<_>>(),
        "average": answer.average.iter().enumerate().map(mean).collect::<Vec<_>>(),
    })
}

/// The day a cohort begins at; of an hour its moment.
fn named(row: &CohortRow, period: Interval, zone: &TimeZone) -> String {
    let mut label = calendar::label(row.start, zone);
    if period != Interval::Hour {
        label.truncate("2026-10-15".len());
    }
    label
}

fn cells(cells: &[Cell]) -> Vec<Value> {
    let one = |(number, cell): (usize, &Cell)| {
        json!({
            "period": number, "users": cell.count, "rate": write::number(cell.rate),
            "partial": cell.partial,
        })
    };
    cells.iter().enumerate().map(one).collect()
}

/// The same for each of the values that most events have.
async fn broken_down(
    asker: &Asker<'_>,
    question: &Question,
    common: &Common,
) -> Result<Value, Problem> {
    let dimensions = common.breakdown.as_ref().map(|by| by.dimensions.clone());
    let Some([Dimension::Value(subject)]) = dimensions.as_deref() else {
        let detail = "breakdown must be one field or property here";
        return Err(Problem::new(event::Code::InvalidValue, detail).about("breakdown"));
    };
    let mut lines = Vec::new();
    for value in dashboard::values(asker, common, VALUES_MAX).await? {
        let (op, operands) = match &value {
            BreakdownValue::Text(text) => (Op::Is, vec![Operand::Text(text.clone())]),
            BreakdownValue::Number(number) => (Op::Is, vec![Operand::Number(*number)]),
            BreakdownValue::Bool(truth) => (Op::Is, vec![Operand::Bool(*truth)]),
            // What is no value that a filter could ask for.
            _ => continue,
        };
        let condition = Predicate { subject: subject.clone(), op, operands };
        let selector = narrowed(&common.selector, Filter::Is(condition));
        let mut line = super::shown(std::slice::from_ref(&value));
        let figures = one(asker, question, &selector).await?;
        if let (Value::Object(line), Value::Object(figures)) = (&mut line, figures) {
            line.extend(figures);
        }
        lines.push(line);
    }
    Ok(Value::Array(lines))
}
