//! Reports: the reads of the analytics service and of mobile analytics. Each is made of answers to
//! questions; no number is computed here that a question could tell.

pub(crate) mod cohort;
pub(crate) mod dashboard;
pub(crate) mod events;
mod figures;
pub(crate) mod funnel;
pub(crate) mod health;
pub(crate) mod mobile;
mod moment;
mod parameters;

use axum::http::request::Parts;
use catalog::Scope;
use event::{Field, TenantId};
use insight::{
    Answer, BreakdownValue, Column, Filter, Op, Operand, Predicate, Question, Selector, Subject,
    Trend, TrendAnswer, write,
};
use serde_json::{Value, json};

use crate::{Problem, auth, query::Asker, state::AppState};

pub(crate) use figures::Figures;

/// Whose events a report of the analytics service is about.
fn reader(app: &AppState, parts: &Parts) -> Result<TenantId, Problem> {
    match auth::caller(app, parts)? {
        None if app.config.service.public_reads => Ok(TenantId::default_tenant()),
        Some(caller) if caller.may(Scope::Read) => Ok(caller.tenant),
        _ => auth::reader(app, parts),
    }
}

async fn trend(asker: &Asker<'_>, question: Trend) -> Result<TrendAnswer, Problem> {
    match asker.answer(Question::Trend(question)).await? {
        (Answer::Trend(answer), _) => Ok(answer),
        _ => Err(Problem::internal()),
    }
}

/// The events of a selector for which one more condition holds.
fn narrowed(selector: &Selector, condition: Filter) -> Selector {
    let filter = Filter::All(vec![selector.filter.clone(), condition]);
    Selector { event: selector.event.clone(), filter }
}

fn is_one_of(types: &[String]) -> Filter {
    let operands = types.iter().map(|name| Operand::Text(name.clone())).collect();
    Filter::Is(Predicate { subject: Subject::Field(Column::EventType), op: Op::In, operands })
}

fn field(field: Field) -> Subject {
    Subject::Field(Column::Text(field))
}

/// Values of a breakdown as one; several are a list.
fn shown(values: &[BreakdownValue]) -> Value {
    let one = |value: &BreakdownValue| {
        let mut shown = write::value(value);
        if shown.get("value").is_none() {
            shown["value"] = Value::Null;
        }
        shown
    };
    match values {
        [value] => one(value),
        many => json!({ "value": many.iter().map(one).collect::<Vec<_>>() }),
    }
}
