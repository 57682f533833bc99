//! Experiments on a flag: what its variants did, and what may be concluded from it.
//!
//! A [`Plan`] is fixed before anybody looks, and says how many people each variant needs
//! ([`Plan::minimum_sample`]). A [`report`] is told what was counted per variant, the control
//! first. Before every variant has its minimum the report says so: a p-value that is looked at
//! again and again, until it pleases, is not one.
//!
//! Two views stand side by side. The frequentist one compares each variant with the control: a
//! p-value and an interval of the difference. The Bayesian one says how probable each variant is
//! the best of all and where its value lies, by integration and not by drawing lots: the same counts
//! always give the same numbers. When people are not shared out as planned, the sample-ratio mismatch ([`mismatch`])
//! says that nothing else here is to be trusted.

mod best;
mod conversion;
mod credible;
mod means;
mod ratio;
mod sample;
#[cfg(test)]
mod tests;

pub use best::{best_mean, best_rate};
pub use conversion::{Conversion, difference_of_rates, wilson};
pub use credible::{credible_mean, credible_rate};
pub use means::{Mean, difference_of_means};
pub use ratio::{Mismatch, mismatch};
pub use sample::{people_for_means, people_for_rates};

use crate::Problem;

/// A number with the interval it lies in, at a level of confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The smaller end.
    pub low: f64,
    /// The larger end.
    pub high: f64,
}

/// How a variant differs from the control.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Variant minus control.
    pub value: f64,
    /// Where it lies, at the plan's confidence.
    pub interval: Interval,
    /// How often chance alone gives at least this difference, in either direction.
    pub p_value: f64,
}

/// What is decided before an experiment starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// What is measured.
    pub metric: Metric,
    /// How often a difference may be seen where there is none, e.g. 0.05.
    pub alpha: f64,
    /// How often a difference of the planned size must be seen, e.g. 0.8.
    pub power: f64,
}

/// What is measured, and the smallest difference worth finding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Metric {
    /// The share of people who do something.
    Conversion {
        /// The share today, 0 to 1.
        baseline: f64,
        /// The difference in it, e.g. 0.01 for one more of a hundred; negative for fewer.
        effect: f64,
    },
    /// A number per person.
    Mean {
        /// Its standard deviation today.
        deviation: f64,
        /// The difference in it.
        effect: f64,
    },
}

/// What was counted of one variant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Counted {
    /// People, and those who did it.
    Conversion(Conversion),
    /// People, and their number.
    Mean(Mean),
}

impl Counted {
    /// How many people.
    pub fn people(&self) -> u64 {
        match self {
            Self::Conversion(conversion) => conversion.people,
            Self::Mean(mean) => mean.people,
        }
    }

    fn value(&self) -> f64 {
        match self {
            Self::Conversion(conversion) => conversion.rate(),
            Self::Mean(mean) => mean.mean,
        }
    }
}

/// One variant of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// The key of the variant.
    pub variant: String,
    /// Its planned share; those of all arms need not sum to anything.
    pub weight: f64,
    /// What was counted.
    pub counted: Counted,
}

/// What became of one variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The key of the variant.
    pub variant: String,
    /// How many people saw it.
    pub people: u64,
    /// Its rate or mean.
    pub value: f64,
    /// Where its true value lies, as probably as the plan is confident; none where too few people
    /// are counted to say anything.
    pub credible: Option<Interval>,
    /// Its value as a share of the control's, less 1; none for the control, and where that is 0.
    pub uplift: Option<f64>,
    /// How it differs from the control; none for the control, and where too few people are
    /// counted to say anything.
    pub difference: Option<Difference>,
    /// How probable it is the best of all, 0 to 1; none where too few people are counted.
    pub probability_best: Option<f64>,
}

/// What became of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The variants, the control first.
    pub findings: Vec<Finding>,
    /// People each variant needs, by the plan.
    pub minimum_sample: u64,
    /// Whether every variant has them: only then the numbers are more than a peek.
    pub is_complete: bool,
    /// How people were shared out, and whether that is a warning.
    pub mismatch: Option<Mismatch>,
}

/// Arms of an experiment.
pub const ARMS_MAX: usize = 50;
/// People one experiment may need; what needs more is not planned soundly.
const SAMPLE_MAX: f64 = 1e15;

impl Plan {
    /// People each variant needs, or everything that is wrong with the plan.
    pub fn minimum_sample(&self) -> Result<u64, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut demand = |holds: bool, field: &str, value: f64, allowed: &str| {
            if !holds {
                let message = format!("{field} is {value}, it must be {allowed}");
                problems.push(Problem::invalid(field, message));
            }
        };
        let is_share = |value: f64| value > 0.0 && value < 1.0;
        demand(self.alpha > 0.0 && self.alpha <= 0.5, "alpha", self.alpha, "above 0, at most 0.5");
        let is_power = self.power >= 0.5 && self.power < 1.0;
        demand(is_power, "power", self.power, "at least 0.5, below 1");
        let needed = match self.metric {
            Metric::Conversion { baseline, effect } => {
                demand(is_share(baseline), "baseline", baseline, "above 0 and below 1");
                let reached = baseline + effect;
                let is_fine = effect != 0.0 && is_share(reached);
                demand(is_fine, "effect", effect, "not 0, with baseline + effect between 0 and 1");
                people_for_rates(baseline, reached, self.alpha, self.power)
            }
            Metric::Mean { deviation, effect } => {
                let is_deviation = deviation > 0.0 && deviation.is_finite();
                demand(is_deviation, "deviation", deviation, "above 0");
                demand(effect != 0.0 && effect.is_finite(), "effect", effect, "not 0");
                people_for_means(deviation, effect, self.alpha, self.power)
            }
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        if needed > SAMPLE_MAX {
            let message = format!("effect needs {needed:e} people, the limit is {SAMPLE_MAX:e}");
            return Err(vec![Problem::invalid("effect", message)]);
        }
        Ok(needed as u64)
    }
}

/// What became of an experiment; the first arm is the control.
pub fn report(plan: &Plan, arms: &[Arm]) -> Result<Report, Vec<Problem>> {
    let mut problems = Vec::new();
    let minimum_sample = plan.minimum_sample().unwrap_or_else(|found| {
        problems.extend(found);
        0
    });
    if let Some(first) = arms.first() {
        let is_planned = matches!(
            (&plan.metric, &first.counted),
            (Metric::Conversion { .. }, Counted::Conversion(_))
                | (Metric::Mean { .. }, Counted::Mean(_))
        );
        if !is_planned {
            let message = "variants[0] is not counted as planned".to_owned();
            problems.push(Problem::invalid("variants[0]", message));
        }
    }
    let weighed = weigh(plan.alpha, minimum_sample, arms);
    match weighed {
        Ok(report) if problems.is_empty() => Ok(report),
        Ok(_) => Err(problems),
        Err(found) => Err(problems.into_iter().chain(found).collect()),
    }
}

/// The same where the people each variant needs were told rather than computed. `alpha` is above 0
/// and at most 0.5: one less the confidence of every interval.
pub fn weigh(alpha: f64, minimum_sample: u64, arms: &[Arm]) -> Result<Report, Vec<Problem>> {
    let problems = faults(arms);
    if !problems.is_empty() {
        return Err(problems);
    }
    let best = probabilities(arms);
    let control = &arms[0].counted;
    let findings = arms.iter().enumerate().map(|(index, arm)| {
        let (value, of_control) = (arm.counted.value(), control.value());
        let is_other = index > 0;
        Finding {
            variant: arm.variant.clone(),
            people: arm.counted.people(),
            value,
            credible: credible(&arm.counted, alpha),
            uplift: (is_other && of_control != 0.0).then(|| value / of_control - 1.0),
            difference: is_other.then(|| difference(control, &arm.counted, alpha)).flatten(),
            probability_best: best.as_ref().map(|best| best[index]),
        }
    });
    let counts: Vec<(u64, f64)> =
        arms.iter().map(|arm| (arm.counted.people(), arm.weight)).collect();
    Ok(Report {
        findings: findings.collect(),
        minimum_sample,
        is_complete: arms.iter().all(|arm| arm.counted.people() >= minimum_sample),
        mismatch: mismatch(&counts),
    })
}

fn faults(arms: &[Arm]) -> Vec<Problem> {
    let mut problems = Vec::new();
    if arms.len() < 2 || arms.len() > ARMS_MAX {
        let message = format!("there are {} variants, it must be 2 to {ARMS_MAX}", arms.len());
        problems.push(Problem::invalid("variants", message));
    }
    for (index, arm) in arms.iter().enumerate() {
        let fault = match (&arms[0].counted, &arm.counted) {
            (Counted::Conversion(_), Counted::Mean(_)) => Some("must be conversions".to_owned()),
            (Counted::Mean(_), Counted::Conversion(_)) => Some("must be means".to_owned()),
            (_, Counted::Conversion(c)) if c.people < c.converted => {
                Some(format!("{} of {} people converted", c.converted, c.people))
            }
            (_, Counted::Mean(m)) if !m.is_sound() => {
                Some("mean and variance must be numbers, the variance not negative".to_owned())
            }
            _ => None,
        };
        let field = format!("variants[{index}]");
        problems.extend(fault.map(|message| Problem::invalid(field.clone(), message)));
        if !(arm.weight > 0.0 && arm.weight.is_finite()) {
            let message = format!("weight is {}, it must be above 0", arm.weight);
            problems.push(Problem::invalid(format!("{field}.weight"), message));
        }
    }
    problems
}

fn credible(counted: &Counted, alpha: f64) -> Option<Interval> {
    match counted {
        Counted::Conversion(conversion) => credible_rate(conversion, alpha),
        Counted::Mean(mean) => credible_mean(mean, alpha),
    }
}

fn difference(control: &Counted, variant: &Counted, alpha: f64) -> Option<Difference> {
    match (control, variant) {
        (Counted::Conversion(control), Counted::Conversion(variant)) => {
            difference_of_rates(control, variant, alpha)
        }
        (Counted::Mean(control), Counted::Mean(variant)) => {
            difference_of_means(control, variant, alpha)
        }
        _ => None,
    }
}

fn probabilities(arms: &[Arm]) -> Option<Vec<f64>> {
    let rates = arms.iter().map(|arm| match arm.counted {
        Counted::Conversion(conversion) => Some(conversion),
        Counted::Mean(_) => None,
    });
    if let Some(rates) = rates.collect::<Option<Vec<_>>>() {
        return best_rate(&rates);
    }
    let means = arms.iter().map(|arm| match arm.counted {
        Counted::Mean(mean) => Some(mean),
        Counted::Conversion(_) => None,
    });
    best_mean(&means.collect::<Option<Vec<_>>>()?)
}
