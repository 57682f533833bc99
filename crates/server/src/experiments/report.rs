//! The goals of an experiment, weighed.

use catalog::Experiment;
use flag::experiment::{Arm, Conversion, Counted, Finding, Interval, Mean, weigh};
use insight::{ExperimentAnswer, GoalFigures, VariantFigures, write::number};
use serde_json::{Value, json};

use super::results::faulty;
use crate::Problem;

/// Each goal with what became of its variants, the control first.
pub(super) fn goals(
    experiment: &Experiment,
    answer: &ExperimentAnswer,
    minimum: u64,
) -> Result<Vec<Value>, Problem> {
    // The order of the question is that of the variants of the flag.
    let mut order: Vec<(&VariantFigures, f64)> = answer
        .variants
        .iter()
        .zip(&experiment.arms)
        .map(|(figures, arm)| (figures, arm.percentage))
        .collect();
    order.sort_by_key(|(figures, _)| figures.variant != experiment.control);
    let weighed = |(index, goal): (usize, &Value)| {
        let arms: Vec<Arm> = order
            .iter()
            .map(|(figures, weight)| Arm {
                variant: figures.variant.clone(),
                weight: *weight,
                counted: counted(figures, &figures.goals[index]),
            })
            .collect();
        let report = weigh(experiment.planned.alpha, minimum, &arms)
            .map_err(|problems| faulty(&problems))?;
        let lines = order.iter().zip(&arms).zip(&report.findings);
        let lines: Vec<Value> = lines
            .map(|(((figures, _), arm), finding)| {
                line(experiment, (figures, &figures.goals[index]), &arm.counted, finding)
            })
            .collect();
        Ok(json!({
            "name": goal["name"],
            "measure": goal["measure"],
            "primary": index == 0,
            "enough": report.is_complete,
            "variants": lines,
        }))
    };
    experiment.goals.iter().enumerate().map(weighed).collect()
}

fn counted(variant: &VariantFigures, goal: &GoalFigures) -> Counted {
    match &goal.spread {
        None => {
            Counted::Conversion(Conversion { people: variant.persons, converted: goal.achieved })
        }
        Some(spread) => Counted::Mean(Mean {
            people: spread.count,
            mean: spread.mean().unwrap_or(0.0),
            variance: spread.variance().unwrap_or(0.0),
        }),
    }
}

fn line(
    experiment: &Experiment,
    (variant, goal): (&VariantFigures, &GoalFigures),
    counted: &Counted,
    finding: &Finding,
) -> Value {
    // Of nobody there is no value.
    let value = (counted.people() > 0).then_some(finding.value);
    let interval = |interval: Interval| json!([interval.low, interval.high]);
    let difference = finding.difference;
    json!({
        "variant": variant.variant,
        "is_control": variant.variant == experiment.control,
        "exposed": variant.persons,
        "achieved": goal.achieved,
        "persons": counted.people(),
        "value": number(value),
        "deviation": goal.spread.as_ref().map(|spread| {
            number(spread.variance().map(f64::sqrt))
        }),
        "credible_interval": finding.credible.map(interval),
        "probability_best": finding.probability_best,
        "uplift": finding.uplift,
        "difference": difference.map(|found| found.value),
        "confidence_interval": difference.map(|found| interval(found.interval)),
        "p_value": difference.map(|found| found.p_value),
    })
}
