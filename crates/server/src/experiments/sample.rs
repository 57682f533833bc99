//! How many people an experiment needs.

use axum::{
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use catalog::{CatalogError, Planned};
use event::Code;
use serde_json::json;

use crate::{
    Problem, auth,
    reply::{self, Answered},
    state::AppState,
};

/// `GET /api/v1/experiments/sample-size`.
pub(crate) async fn sample_size(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    reply::answer(&parts, auth::reader(&app, &parts).and_then(|_| told(&parts)))
}

fn told(parts: &Parts) -> Answered {
    let defaults = Planned::default();
    let planned = Planned {
        alpha: number(parts, "alpha")?.unwrap_or(defaults.alpha),
        power: number(parts, "power")?.unwrap_or(defaults.power),
        baseline: number(parts, "baseline")?,
        deviation: number(parts, "deviation")?,
        effect: number(parts, "effect")?,
        minimum_sample: None,
    };
    let needed = planned.minimum_sample().map_err(CatalogError::Experiment)?;
    let missing = || Problem::new(Code::MissingField, "baseline, or deviation, is required");
    let needed = needed.ok_or_else(|| missing().about("baseline"))?;
    let body = json!({
        "minimum_sample": needed,
        "baseline": planned.baseline,
        "deviation": planned.deviation,
        "effect": planned.effect,
        "alpha": planned.alpha,
        "power": planned.power,
    });
    Ok((StatusCode::OK, body))
}

/// A number among the parameters.
fn number(parts: &Parts, name: &'static str) -> Result<Option<f64>, Problem> {
    let Some(text) = reply::parameter(parts, name).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    let wrong = || Problem::new(Code::InvalidValue, format!("{name} must be a number")).about(name);
    number.map(Some).ok_or_else(wrong)
}
