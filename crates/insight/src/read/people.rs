//! The persons behind a number.

use event::{Code, Timestamp};
use serde_json::Value as Json;

use super::{Context, EVENTS_MAX, Problem, common::limit, object::Object};
use crate::{BreakdownValue, Coordinate, LifecycleState, PeopleOf, Question};

pub(super) fn people_of(object: &mut Object<'_>, context: &Context) -> Option<PeopleOf> {
    let Some(json) = object.raw("question") else {
        object.missing("question");
        return None;
    };
    let question = match super::question(json, context) {
        Ok(Question::PeopleOf(_)) => {
            let message = "question must not itself be people_of".to_owned();
            object.problem("question", Code::InvalidValue, message);
            None
        }
        Ok(question) => Some(question),
        Err(problems) => {
            let (_, path, all) = object.parts();
            let path = if path.is_empty() { "question".into() } else { format!("{path}.question") };
            all.extend(
                problems.into_iter().map(|problem| Problem {
                    field: format!("{path}.{}", problem.field),
                    ..problem
                }),
            );
            None
        }
    };
    let limit = limit(object, 100, EVENTS_MAX);
    let after = object.text("cursor").map(str::to_owned);
    let question = question?;
    let at = match object.object("at", |at| coordinate(at, &question)) {
        Some(at) => at?,
        None => match &question {
            Question::Trend(_) => trend(0),
            _ => Coordinate::All,
        },
    };
    Some(PeopleOf { question: Box::new(question), at, limit, after })
}

fn trend(series: usize) -> Coordinate {
    Coordinate::Trend { series, bucket: None, breakdown: None, previous: false }
}

fn coordinate(at: &mut Object<'_>, question: &Question) -> Option<Coordinate> {
    Some(match question {
        Question::Trend(q) => Coordinate::Trend {
            series: at.whole("series", 0, q.series.len() as u64 - 1).unwrap_or(0) as usize,
            bucket: moment(at, "t"),
            breakdown: values(at),
            previous: at.flag("previous"),
        },
        Question::Funnel(q) => Coordinate::Funnel {
            step: required(at, "step", 1, q.steps.len() as u64)?,
            dropped: at.flag("dropped"),
            breakdown: values(at),
            bucket: moment(at, "t"),
        },
        Question::Retention(_) | Question::Cohort(_) if at.has("cohort") => Coordinate::Cell {
            cohort: moment(at, "cohort")?,
            period: required(at, "period", 0, 90)?,
        },
        Question::Stickiness(_) => Coordinate::Periods(required(at, "periods", 1, 10_000)?),
        Question::Lifecycle(_) => {
            let names: Vec<&'static str> = LifecycleState::ALL.iter().map(|s| s.as_str()).collect();
            let named = at.required_choice("state", &names);
            let state = LifecycleState::ALL.iter().copied().find(|s| Some(s.as_str()) == named);
            if !at.has("t") {
                at.missing("t");
            }
            Coordinate::Lifecycle { bucket: moment(at, "t")?, state: state? }
        }
        Question::Paths(_) => {
            let depth = required(at, "depth", 1, 10);
            let text = |at: &mut Object<'_>, name| at.text(name).map(str::to_owned);
            match (text(at, "name"), text(at, "from"), text(at, "to")) {
                (Some(name), None, None) => Coordinate::Node { depth: depth?, name },
                (None, Some(from), Some(to)) => Coordinate::Edge { depth: depth?, from, to },
                _ => {
                    let message = "at has name, or from and to".to_owned();
                    at.problem("name", Code::InvalidValue, message);
                    return None;
                }
            }
        }
        Question::Counts(_) | Question::Taxonomy(_) if at.has("event_type") => {
            Coordinate::EventType(at.text("event_type")?.to_owned())
        }
        Question::Sessions(_) if at.flag("bounced") => Coordinate::Bounced,
        Question::Web(_) if at.flag("live") => Coordinate::Live,
        Question::Errors(_) if at.has("fingerprint") => {
            Coordinate::Fingerprint(at.text("fingerprint")?.to_owned())
        }
        Question::Revenue(_) if at.has("currency") => {
            Coordinate::Currency(Some(at.text("currency")?.to_owned()))
        }
        Question::Experiment(q) if at.has("variant") || at.has("goal") => Coordinate::Arm {
            variant: at.text("variant").map(str::to_owned),
            goal: at.whole("goal", 0, q.goals.len() as u64 - 1).map(|goal| goal as usize),
        },
        Question::Revenue(_) if at.flag("no_currency") => Coordinate::Currency(None),
        _ => Coordinate::All,
    })
}

fn required(at: &mut Object<'_>, name: &str, min: u64, max: u64) -> Option<usize> {
    if !at.has(name) {
        at.missing(name);
    }
    at.whole(name, min, max).map(|n| n as usize)
}

fn moment(at: &mut Object<'_>, name: &str) -> Option<Timestamp> {
    let text = at.text(name)?;
    let moment = Timestamp::parse(text).ok();
    if moment.is_none() {
        let message = format!("{name} {text:?} is not a time, use one of the answer");
        at.problem(name, Code::InvalidValue, message);
    }
    moment
}

/// `breakdown`: the values as the answer has them.
fn values(at: &mut Object<'_>) -> Option<Vec<BreakdownValue>> {
    at.objects("breakdown", 3, |item| {
        if let Some(kind) = item.choice("kind", &["other", "none"]) {
            let none = kind == "none";
            return Some(if none { BreakdownValue::None } else { BreakdownValue::Other });
        }
        item.known("value");
        let (map, _, _) = item.parts();
        Some(match map.get("value")? {
            Json::Null => BreakdownValue::Null,
            Json::Bool(truth) => BreakdownValue::Bool(*truth),
            Json::Number(number) => BreakdownValue::Number(number.as_f64()?),
            Json::String(text) => BreakdownValue::Text(text.clone()),
            json => BreakdownValue::Json(json.to_string()),
        })
    })
}
