//! What became of an experiment.

use axum::{
    extract::{Path, Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use catalog::{Experiment, ExperimentStatus};
use event::{Code, Timestamp};
use flag::experiment::{Mismatch, mismatch};
use insight::{Answer, ExperimentAnswer, Meta, Question, Range, Span, write};
use serde_json::{Value, json};

use super::{admin::number, body, report};
use crate::{
    Problem,
    account::worked,
    auth,
    query::{Asker, problem_of},
    reply::{self, Answered},
    state::AppState,
};

/// `GET /api/v1/experiments/{id}/results`.
pub(crate) async fn results(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = found(&app, &parts, &id).await;
    reply::answer(&parts, answered)
}

async fn found(app: &AppState, parts: &Parts, id: &str) -> Answered {
    let tenant = auth::reader(app, parts)?;
    let id = number(id)?;
    let asker = Asker::new(app, parts, tenant.clone());
    let experiment = worked(app, move |app| Ok(app.parts.catalog.experiment(&tenant, id)?)).await?;
    let Some(from) = experiment.started_at else {
        let (status, must) = (ExperimentStatus::Draft, "it has no results before it starts");
        return Err(catalog::CatalogError::ExperimentIs { status, must }.into());
    };
    // The moment of the start belongs to it, also when nothing is behind that.
    let to = experiment.stopped_at.unwrap_or(asker.now).max(Timestamp(from.0 + 1));
    let question = question(&asker, &experiment, (from, to))?;
    let (Answer::Experiment(answer), meta) = asker.answer(question).await? else {
        return Err(Problem::internal());
    };
    let minimum = experiment.planned.minimum_sample().ok().flatten().unwrap_or(1);
    let goals = report::goals(&experiment, &answer, minimum)?;
    let enough = goals.first().is_some_and(|goal| goal["enough"] == true);
    let ratio = ratio(&experiment, &answer);
    let flags = app.parts.catalog.flags(&asker.tenant);
    let flag = flags.set().get(&experiment.flag);
    let mut warnings = of_flag(&experiment, flag, asker.now);
    warnings.extend(of_counts(&goals, enough, minimum, ratio.as_ref()));
    warnings.extend(of_history(&meta, from));
    let persons = |arm: &catalog::PlannedArm| {
        let figures = answer.variants.iter().find(|one| one.variant == arm.variant);
        json!({
            "variant": arm.variant,
            "percentage": write::number(Some(arm.percentage)),
            "persons": figures.map_or(0, |one| one.persons),
        })
    };
    let body = json!({
        "experiment": body::shown(&experiment),
        "from": from.to_string(),
        "to": to.to_string(),
        "minimum_sample": minimum,
        "enough": enough,
        "confidence": 1.0 - experiment.planned.alpha,
        "exposed": answer.exposed,
        "multiple": answer.multiple,
        "variants": experiment.arms.iter().map(persons).collect::<Vec<_>>(),
        "sample_ratio": ratio.map(|found| {
            json!({"p_value": found.p_value, "mismatch": found.is_warning})
        }),
        "warnings": warnings,
        "goals": goals,
    });
    Ok((StatusCode::OK, body))
}

fn question(
    asker: &Asker<'_>,
    experiment: &Experiment,
    (from, to): (Timestamp, Timestamp),
) -> Result<Question, Problem> {
    let variants: Vec<&str> = experiment.arms.iter().map(|arm| arm.variant.as_str()).collect();
    let json = body::question(&experiment.flag, &variants, &experiment.goals);
    // A cohort that its filters name may be gone by now.
    match asker.read(&json).map_err(problem_of)? {
        Question::Experiment(mut question) => {
            question.range = Range { from, to, span: Span::Fixed, ..question.range };
            Ok(Question::Experiment(question))
        }
        _ => Err(Problem::internal()),
    }
}

/// Whether people were shared out as the flag said at the start.
fn ratio(experiment: &Experiment, answer: &ExperimentAnswer) -> Option<Mismatch> {
    let counts: Vec<(u64, f64)> = experiment
        .arms
        .iter()
        .zip(&answer.variants)
        .map(|(arm, figures)| (figures.persons, arm.percentage))
        .collect();
    mismatch(&counts)
}

fn warning(code: &str, message: impl Into<String>) -> Value {
    json!({"code": code, "message": message.into()})
}

/// What became of the flag since.
fn of_flag(experiment: &Experiment, flag: Option<&flag::Flag>, now: Timestamp) -> Vec<Value> {
    let key = &experiment.flag;
    let Some(flag) = flag else {
        return vec![warning("flag_removed", format!("flag {key:?} is not there any more"))];
    };
    let mut warnings = Vec::new();
    if experiment.status() == ExperimentStatus::Running {
        if flag.archived {
            warnings.push(warning("flag_archived", format!("flag {key:?} is archived")));
        } else if !flag.is_active(now) {
            warnings.push(warning("flag_off", format!("flag {key:?} is off, nobody is exposed")));
        }
    }
    let is_same = |arm: &catalog::PlannedArm| {
        let variant = flag.variants.iter().find(|variant| variant.key == arm.variant);
        variant.is_some_and(|variant| variant.rollout_percentage == arm.percentage)
    };
    let shown = flag.variants.iter().filter(|variant| variant.rollout_percentage > 0.0);
    if !experiment.arms.iter().all(is_same) || shown.count() != experiment.arms.len() {
        let message = format!(
            "the variants of flag {key:?} are not those of the start, people who came before and \
             after that are not alike"
        );
        warnings.push(warning("flag_changed", message));
    }
    warnings
}

fn of_counts(goals: &[Value], enough: bool, minimum: u64, ratio: Option<&Mismatch>) -> Vec<Value> {
    let mut warnings = Vec::new();
    if !enough {
        let variants = goals.first().and_then(|goal| goal["variants"].as_array());
        let fewest = variants.into_iter().flatten().filter_map(|one| one["persons"].as_u64()).min();
        let message = format!(
            "a variant has {} of the {minimum} persons each needs, nothing is final before",
            fewest.unwrap_or(0)
        );
        warnings.push(warning("not_enough", message));
    }
    if ratio.is_some_and(|found| found.is_warning) {
        let message = "people were not shared out as the flag says, no other number is to be \
                       trusted before the cause is found";
        warnings.push(warning("sample_ratio_mismatch", message));
    }
    warnings
}

/// Whether events of the experiment are gone.
fn of_history(meta: &Meta, from: Timestamp) -> Option<Value> {
    let kept = meta.history_from.filter(|kept| *kept > from)?;
    let message = format!("events before {kept} are no longer stored");
    Some(warning("history_cut", message))
}

/// What went wrong in the reckoning is a fault of ours.
pub(super) fn faulty(problems: &[flag::Problem]) -> Problem {
    let detail = problems.first().map_or(String::new(), |first| first.message.clone());
    tracing::error!(%detail, "an experiment cannot be weighed");
    Problem::new(Code::Internal, "the experiment cannot be weighed")
}
