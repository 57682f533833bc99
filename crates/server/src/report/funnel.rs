//! `GET /funnel`: how many get through a row of steps.

use axum::{
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use event::Code;
use insight::{Answer, Question, StepAnswer, StepOrder, exact, write};
use serde_json::{Map, Value, json};

use super::{
    narrowed,
    parameters::{self, given},
    reader, shown,
};
use crate::{
    Problem,
    query::Asker,
    reply::{self, Answered},
    state::AppState,
};

const WINDOW_DEFAULT: &str = "7d";
const WINDOW_SECONDS_MAX: u64 = 366 * 86_400;

/// `GET /funnel`.
pub(crate) async fn funnel(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = report(&app, &parts).await;
    reply::answer(&parts, answered)
}

async fn report(app: &AppState, parts: &Parts) -> Answered {
    let asker = Asker::new(app, parts, reader(app, parts)?);
    let common = parameters::common(&asker, parts, "7d")?;
    let window = given(parts, "window").unwrap_or_else(|| WINDOW_DEFAULT.to_owned());
    let mut json = parameters::ranged(&asker, parts, "7d")?;
    json.insert("kind".into(), json!("funnel"));
    json.insert("steps".into(), steps(parts)?);
    json.insert("window_seconds".into(), json!(seconds(&window)?));
    if let Some(order) = given(parts, "order") {
        json.insert("order".into(), json!(order));
    }
    let Question::Funnel(mut funnel) = parameters::read(&asker, json)? else {
        return Err(Problem::internal());
    };
    for step in &mut funnel.steps {
        step.selector = narrowed(&step.selector, common.selector.filter.clone());
    }
    funnel.breakdown = common.breakdown;
    let order = funnel.order;
    let (answer, _) = asker.answer(Question::Funnel(funnel)).await?;
    let Answer::Funnel(answer) = answer else { return Err(Problem::internal()) };
    let mut body = told(&answer.steps);
    body["window"] = json!(window);
    body["order"] = json!(StepOrder::as_str(order));
    if let Some(lines) = &answer.breakdown {
        let one = |(values, steps): &(Vec<_>, Vec<StepAnswer>)| {
            let (mut line, figures) = (shown(values), told(steps));
            if let (Value::Object(line), Value::Object(figures)) = (&mut line, figures) {
                line.extend(figures);
            }
            line
        };
        body["breakdown"] = lines.iter().map(one).collect();
    }
    Ok((StatusCode::OK, body))
}

fn told(steps: &[StepAnswer]) -> Value {
    let one = |(number, step): (usize, &StepAnswer)| {
        let before = number.checked_sub(1).map_or(step.count, |before| steps[before].count);
        let lost = before.saturating_sub(step.count);
        json!({
            "step": number + 1,
            "name": step.name,
            "users": step.count,
            "conversionRate": write::number(step.from_first),
            "conversionFromPrevious": write::number(step.from_previous),
            "dropOff": write::number(exact::rate(lost, before)),
            "dropOffUsers": lost,
            "medianSecondsFromPrevious": write::number(step.median_seconds),
            "avgSecondsFromPrevious": write::number(step.avg_seconds),
        })
    };
    json!({
        "steps": steps.iter().enumerate().map(one).collect::<Vec<_>>(),
        "totalUsers": steps.first().map_or(0, |step| step.count),
        "overallConversion": write::number(steps.last().and_then(|step| step.from_first)),
    })
}

/// A JSON array of names or of selectors, or names with commas between.
fn steps(parts: &Parts) -> Result<Value, Problem> {
    let Some(text) = given(parts, "steps") else {
        return Err(Problem::new(Code::MissingField, "steps is required").about("steps"));
    };
    if !text.trim_start().starts_with('[') {
        return Ok(text.split(',').map(|name| json!({ "event": name.trim() })).collect());
    }
    let json = parameters::json(parts, "steps")?.unwrap_or_default();
    let Value::Array(items) = json else { return Ok(json) };
    let one = |item: Value| match item {
        Value::String(name) => json!({ "event": name }),
        Value::Object(step) => {
            let named = |(key, value): (String, Value)| match key.as_str() {
                "eventType" => ("event".to_owned(), value),
                "filters" => ("filter".to_owned(), value),
                _ => (key, value),
            };
            Value::Object(step.into_iter().map(named).collect::<Map<_, _>>())
        }
        other => other,
    };
    Ok(items.into_iter().map(one).collect())
}

/// The seconds of a window.
fn seconds(text: &str) -> Result<u64, Problem> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "s" => Some(1),
        "min" => Some(60),
        "h" => Some(3_600),
        "d" => Some(86_400),
        "w" => Some(7 * 86_400),
        _ => None,
    };
    let seconds = unit.zip(digits.parse::<u64>().ok()).and_then(|(unit, n)| n.checked_mul(unit));
    seconds.filter(|seconds| (1..=WINDOW_SECONDS_MAX).contains(seconds)).ok_or_else(|| {
        let shown: String = text.chars().take(100).collect();
        let detail =
            format!("window {shown:?} is not a number of s, min, h, d or w of at most 366 days");
        Problem::new(Code::InvalidValue, detail).about("window")
    })
}
