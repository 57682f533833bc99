//! Experiments on flags: what was planned before anybody looked, and when it ran.
//!
//! A draft may be changed at will. When it starts, its plan is fixed and the variants of its flag
//! are kept as they are at that moment: what becomes of the flag later changes neither what is
//! compared nor how many people each variant should have had. It runs once; who wants to go on
//! makes another one.

use event::{TenantId, Timestamp};
use flag::{
    Flag, Problem,
    experiment::{Metric, Plan},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Actor, Catalog, CatalogError, audit::Note, check, facts::Facts};

/// Experiments of a tenant.
pub(crate) const EXPERIMENTS_MAX: usize = 1_000;
/// Goals of an experiment, the first included.
const GOALS_MAX: usize = insight::Experiment::GOALS_MAX;
/// Bytes of an experiment.
const BYTES_MAX: usize = 64 * 1024;
/// Characters of a hypothesis.
const HYPOTHESIS_CHARS_MAX: usize = 4_000;
/// People a variant may need.
const SAMPLE_MAX: u64 = 1_000_000_000_000;

/// An experiment as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Experiment {
    /// Its number, stable for life; 0 until it is kept.
    #[serde(skip)]
    pub id: u64,
    /// The name for people.
    pub name: String,
    /// What is believed before.
    pub hypothesis: String,
    /// The key of the flag.
    pub flag: String,
    /// The variant the others are compared with.
    pub control: String,
    /// What is measured, as questions of the kind `experiment` have it; the first decides.
    pub goals: Vec<Value>,
    /// How many people are needed.
    pub planned: Planned,
    /// The variants at the start; empty before.
    pub arms: Vec<PlannedArm>,
    /// When it started.
    #[serde(skip)]
    pub started_at: Option<Timestamp>,
    /// When it stopped.
    #[serde(skip)]
    pub stopped_at: Option<Timestamp>,
    /// When it was made.
    #[serde(skip)]
    pub created_at: Option<Timestamp>,
    /// When it was changed last.
    #[serde(skip)]
    pub updated_at: Option<Timestamp>,
}

/// A variant as it was at the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedArm {
    /// Its key.
    pub variant: String,
    /// Its share of the people, above 0, up to 100.
    pub percentage: f64,
}

/// How many people are needed: told, or what follows from the smallest difference worth finding.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Planned {
    /// How often a difference may be seen where there is none.
    pub alpha: f64,
    /// How often a difference of the planned size must be seen.
    pub power: f64,
    /// The share of people who do it today, 0 to 1; of a conversion.
    pub baseline: Option<f64>,
    /// The standard deviation of the number today; of all other goals.
    pub deviation: Option<f64>,
    /// The smallest difference worth finding, in shares or in the unit of the number.
    pub effect: Option<f64>,
    /// People each variant needs, where that is told.
    pub minimum_sample: Option<u64>,
}

impl Default for Planned {
    fn default() -> Self {
        Self {
            alpha: 0.05,
            power: 0.8,
            baseline: None,
            deviation: None,
            effect: None,
            minimum_sample: None,
        }
    }
}

/// Where an experiment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExperimentStatus {
    /// It has not started.
    Draft,
    /// It has started and not stopped.
    Running,
    /// It has stopped.
    Stopped,
}

impl ExperimentStatus {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Draft, Self::Running, Self::Stopped];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Running => "running",
            Self::Stopped => "stopped",
        }
    }
}

impl Planned {
    /// People each variant needs; None where too little is told to say. Errors name the fields of
    /// a plan.
    pub fn minimum_sample(&self) -> Result<Option<u64>, Vec<Problem>> {
        let effect = self.effect.unwrap_or(f64::NAN);
        let metric = match (self.baseline, self.deviation) {
            (Some(baseline), None) => Metric::Conversion { baseline, effect },
            (None, Some(deviation)) => Metric::Mean { deviation, effect },
            (Some(_), Some(_)) => {
                let message = "there are both baseline and deviation, a share has no deviation";
                return Err(vec![Problem::invalid("deviation", message.to_owned())]);
            }
            // Alpha is needed whatever else is told, and checked with a metric that is sound.
            (None, None) => Metric::Mean { deviation: 1.0, effect: 1.0 },
        };
        let nothing = self.baseline.is_none() && self.deviation.is_none();
        if nothing != self.effect.is_none() {
            let (field, message) = match nothing {
                true => ("baseline", "effect needs a baseline, or a deviation"),
                false => ("effect", "effect is required beside a baseline or a deviation"),
            };
            return Err(vec![Problem::invalid(field, message.to_owned())]);
        }
        let needed = Plan { metric, alpha: self.alpha, power: self.power }.minimum_sample()?;
        match self.minimum_sample {
            Some(0) => {
                let message = "minimum_sample is 0, it must be at least 1".to_owned();
                Err(vec![Problem::invalid("minimum_sample", message)])
            }
            Some(many) if many > SAMPLE_MAX => {
                let message = format!("minimum_sample is {many}, the limit is {SAMPLE_MAX}");
                Err(vec![Problem::invalid("minimum_sample", message)])
            }
            Some(told) => Ok(Some(told)),
            None => Ok((!nothing).then_some(needed)),
        }
    }
}

impl Experiment {
    /// Where it stands.
    pub fn status(&self) -> ExperimentStatus {
        match (self.started_at, self.stopped_at) {
            (None, _) => ExperimentStatus::Draft,
            (Some(_), None) => ExperimentStatus::Running,
            (Some(_), Some(_)) => ExperimentStatus::Stopped,
        }
    }

    /// Everything that is wrong with it, whatever its flag is.
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut wrong = |field: &str, message: String| {
            problems.push(Problem::invalid(field, message));
        };
        let chars = self.name.trim().chars().count();
        if chars == 0 || check::name(&self.name).is_err() {
            let max = check::CHARS_MAX;
            wrong("name", format!("name must be 1 to {max} characters on one line"));
        }
        let chars = self.hypothesis.chars().count();
        if chars > HYPOTHESIS_CHARS_MAX {
            let max = HYPOTHESIS_CHARS_MAX;
            wrong("hypothesis", format!("hypothesis has {chars} characters, the limit is {max}"));
        }
        let goals = self.goals.len();
        if goals == 0 || goals > GOALS_MAX {
            wrong("goals", format!("there are {goals} goals, it must be 1 to {GOALS_MAX}"));
        }
        let bytes = json!(self).to_string().len();
        if bytes > BYTES_MAX {
            wrong("", format!("the experiment has {bytes} bytes, the limit is {BYTES_MAX}"));
        }
        let is_conversion = self.goals.first().is_some_and(|goal| goal["measure"] == "conversion");
        if is_conversion && self.planned.deviation.is_some() {
            let message = "a conversion is planned with a baseline, not a deviation";
            wrong("plan.deviation", message.to_owned());
        }
        if !is_conversion && self.planned.baseline.is_some() {
            let message = "a number per person is planned with a deviation, not a baseline";
            wrong("plan.baseline", message.to_owned());
        }
        if let Err(found) = self.planned.minimum_sample() {
            let within = |one: Problem| Problem { field: format!("plan.{}", one.field), ..one };
            problems.extend(found.into_iter().map(within));
        }
        problems
    }
}

/// What can be compared of a flag: variants that somebody gets.
fn arms(flag: &Flag) -> Vec<PlannedArm> {
    let shown = flag.variants.iter().filter(|variant| variant.rollout_percentage > 0.0);
    let arm = |variant: &flag::Variant| PlannedArm {
        variant: variant.key.clone(),
        percentage: variant.rollout_percentage,
    };
    shown.map(arm).collect()
}

/// What is wrong with an experiment on this flag; the variants that are compared otherwise.
fn of_flag(experiment: &Experiment, flag: Option<&Flag>) -> Result<Vec<PlannedArm>, Vec<Problem>> {
    let wrong = |field: &str, message: String| Err(vec![Problem::invalid(field, message)]);
    let Some(flag) = flag else {
        return wrong("flag", format!("there is no flag {:?}", experiment.flag));
    };
    if flag.archived {
        return wrong("flag", format!("flag {:?} is archived", flag.key));
    }
    let arms = arms(flag);
    if arms.len() < 2 {
        let count = arms.len();
        let message =
            format!("flag {:?} has {count} variants that anybody gets, 2 are needed", flag.key);
        return wrong("flag", message);
    }
    if !arms.iter().any(|arm| arm.variant == experiment.control) {
        let names: Vec<&str> = arms.iter().map(|arm| arm.variant.as_str()).collect();
        let (control, names) = (&experiment.control, names.join(", "));
        return wrong("control", format!("control is {control:?}, it must be one of {names}"));
    }
    Ok(arms)
}

/// What a database does with experiments. Every change is written with its note.
pub(crate) trait ExperimentFacts {
    /// Those of a tenant, oldest first.
    fn experiments(&mut self, tenant: &TenantId) -> Result<Vec<Experiment>, CatalogError>;
    /// One of them.
    fn experiment(
        &mut self,
        tenant: &TenantId,
        id: u64,
    ) -> Result<Option<Experiment>, CatalogError>;
    /// Adds one and gives it a number no other of the tenant ever had, which is also the note's
    /// subject; None where there are `limit` already.
    fn add_experiment(
        &mut self,
        experiment: &Experiment,
        limit: usize,
        note: &Note,
    ) -> Result<Option<u64>, CatalogError>;
    /// Writes one anew; `NoExperiment` when it is not there.
    fn change_experiment(
        &mut self,
        experiment: &Experiment,
        note: &Note,
    ) -> Result<(), CatalogError>;
    /// Removes one; `NoExperiment` when it is not there.
    fn remove_experiment(&mut self, id: u64, note: &Note) -> Result<(), CatalogError>;
}

impl Catalog {
    /// The experiments of a tenant, oldest first. May block.
    pub fn experiments(&self, tenant: &TenantId) -> Result<Vec<Experiment>, CatalogError> {
        self.facts().experiments(tenant)
    }

    /// One experiment. May block.
    pub fn experiment(&self, tenant: &TenantId, id: u64) -> Result<Experiment, CatalogError> {
        self.facts().experiment(tenant, id)?.ok_or(CatalogError::NoExperiment(id))
    }

    /// Keeps a draft under a number of its own; `Experiment` tells everything that is wrong with
    /// it. A tenant has at most 1,000. May block.
    pub fn new_experiment(
        &self,
        tenant: &TenantId,
        experiment: Experiment,
        actor: &Actor,
    ) -> Result<u64, CatalogError> {
        if self.tenant(tenant).is_none() {
            return Err(CatalogError::NoTenant(tenant.to_string()));
        }
        let draft = Experiment { arms: Vec::new(), ..experiment };
        self.change(|facts| {
            sound(facts, tenant, &draft)?;
            let detail = json!({"name": draft.name, "flag": draft.flag});
            let note = self.note(actor, tenant, "experiment.new", "", &detail);
            let limit = EXPERIMENTS_MAX;
            let id = facts.add_experiment(&draft, limit, &note)?;
            let too_many = CatalogError::TooMany { what: "experiments", count: limit + 1, limit };
            id.ok_or(too_many)
        })
    }

    /// Changes an experiment: `to` is given what it is and says what it shall be. Once it has
    /// started only its name and hypothesis change; `ExperimentIs` otherwise. May block.
    pub fn change_experiment(
        &self,
        tenant: &TenantId,
        id: u64,
        actor: &Actor,
        to: impl FnOnce(&Experiment) -> Result<Experiment, Vec<Problem>>,
    ) -> Result<(), CatalogError> {
        self.change(|facts| {
            let before = facts.experiment(tenant, id)?.ok_or(CatalogError::NoExperiment(id))?;
            let after = to(&before).map_err(CatalogError::Experiment)?;
            let (arms, created_at) = (before.arms.clone(), before.created_at);
            let (started_at, stopped_at) = (before.started_at, before.stopped_at);
            let after = Experiment { id, arms, created_at, started_at, stopped_at, ..after };
            let (name, hypothesis) = (after.name.clone(), after.hypothesis.clone());
            let same = Experiment { name, hypothesis, ..before.clone() };
            if before.status() == ExperimentStatus::Draft {
                sound(facts, tenant, &after)?;
            } else if after != same {
                let (status, must) = (before.status(), "only its name and hypothesis change now");
                return Err(CatalogError::ExperimentIs { status, must });
            } else if let problems = after.problems()
                && !problems.is_empty()
            {
                return Err(CatalogError::Experiment(problems));
            }
            let detail = json!({"name": after.name, "flag": after.flag});
            let note = self.note(actor, tenant, "experiment.change", &id.to_string(), &detail);
            facts.change_experiment(&after, &note)
        })
    }

    /// Starts a draft: from now on its plan and the variants of its flag are fixed. May block.
    pub fn start_experiment(
        &self,
        tenant: &TenantId,
        id: u64,
        actor: &Actor,
    ) -> Result<(), CatalogError> {
        let now = self.now();
        self.change(|facts| {
            let draft = facts.experiment(tenant, id)?.ok_or(CatalogError::NoExperiment(id))?;
            if draft.status() != ExperimentStatus::Draft {
                let (status, must) = (draft.status(), "only a draft starts, make another one");
                return Err(CatalogError::ExperimentIs { status, must });
            }
            let arms = sound(facts, tenant, &draft)?;
            let needed = draft.planned.minimum_sample().map_err(CatalogError::Experiment)?;
            let Some(needed) = needed else {
                let message = "plan must tell minimum_sample, or what is worth finding: effect \
                               beside baseline or deviation";
                let problem = Problem::invalid("plan", message.to_owned());
                return Err(CatalogError::Experiment(vec![problem]));
            };
            let detail = json!({"name": draft.name, "flag": draft.flag, "minimum_sample": needed});
            let note = self.note(actor, tenant, "experiment.start", &id.to_string(), &detail);
            let started = Experiment { arms, started_at: Some(now), ..draft };
            facts.change_experiment(&started, &note)
        })
    }

    /// Stops a running one. May block.
    pub fn stop_experiment(
        &self,
        tenant: &TenantId,
        id: u64,
        actor: &Actor,
    ) -> Result<(), CatalogError> {
        let now = self.now();
        self.change(|facts| {
            let running = facts.experiment(tenant, id)?.ok_or(CatalogError::NoExperiment(id))?;
            if running.status() != ExperimentStatus::Running {
                let (status, must) = (running.status(), "only a running one stops");
                return Err(CatalogError::ExperimentIs { status, must });
            }
            let detail = json!({"name": running.name, "flag": running.flag});
            let note = self.note(actor, tenant, "experiment.stop", &id.to_string(), &detail);
            let stopped = Experiment { stopped_at: Some(now), ..running };
            facts.change_experiment(&stopped, &note)
        })
    }

    /// Removes an experiment; its events stay. May block.
    pub fn remove_experiment(
        &self,
        tenant: &TenantId,
        id: u64,
        actor: &Actor,
    ) -> Result<(), CatalogError> {
        self.change(|facts| {
            let gone = facts.experiment(tenant, id)?.ok_or(CatalogError::NoExperiment(id))?;
            let detail = json!({"name": gone.name, "flag": gone.flag});
            let note = self.note(actor, tenant, "experiment.remove", &id.to_string(), &detail);
            facts.remove_experiment(id, &note)
        })
    }
}

/// Tells everything that is wrong with a draft; what it compares.
fn sound(
    facts: &mut dyn Facts,
    tenant: &TenantId,
    draft: &Experiment,
) -> Result<Vec<PlannedArm>, CatalogError> {
    let mut problems = draft.problems();
    let flags = facts.flags(tenant)?;
    let flag = flags.iter().map(|kept| &kept.flag).find(|flag| flag.key == draft.flag);
    let arms = of_flag(draft, flag).unwrap_or_else(|found| {
        problems.extend(found);
        Vec::new()
    });
    if problems.is_empty() { Ok(arms) } else { Err(CatalogError::Experiment(problems)) }
}
