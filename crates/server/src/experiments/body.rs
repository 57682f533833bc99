//! An experiment as people send it and as it is shown.

use catalog::{Experiment, Planned};
use event::Code;
use flag::Problem;
use insight::{Context, read, write};
use serde_json::{Map, Value, json};

const FIELDS: &[&str] =
    &["name", "hypothesis", "flag", "control", "goal", "secondary_goals", "plan"];
const PLAN: &[&str] = &["alpha", "power", "baseline", "deviation", "effect", "minimum_sample"];
/// The control, where a new experiment names none.
const CONTROL: &str = "control";

/// An experiment with the fields of a body changed; of a new one nothing is there before.
pub(super) fn edited(
    before: &Experiment,
    json: &Value,
    context: &Context,
) -> Result<Experiment, Vec<Problem>> {
    let Some(fields) = json.as_object() else {
        return Err(vec![wrong_type("", "the body", "an object")]);
    };
    let mut reader = Reader { fields, problems: Vec::new() };
    reader.known("", fields, FIELDS);
    let is_new = before.id == 0;
    let mut after = before.clone();
    if is_new {
        CONTROL.clone_into(&mut after.control);
    }
    reader.text("name", &mut after.name, is_new);
    reader.text("hypothesis", &mut after.hypothesis, false);
    reader.text("flag", &mut after.flag, is_new);
    reader.text("control", &mut after.control, false);
    reader.plan(&mut after.planned);
    reader.goals(&mut after.goals, context);
    if reader.problems.is_empty() { Ok(after) } else { Err(reader.problems) }
}

struct Reader<'a> {
    fields: &'a Map<String, Value>,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn known(&mut self, within: &str, fields: &Map<String, Value>, known: &[&str]) {
        for key in fields.keys().filter(|key| !known.contains(&key.as_str())) {
            let shown: String = key.chars().take(64).collect();
            let message = format!("{within}{shown} is not known, there is {}", known.join(", "));
            self.problems.push(Problem::invalid(format!("{within}{shown}"), message));
        }
    }

    /// A field that is there and not null.
    fn get(&self, field: &str) -> Option<&'a Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    fn missing(&mut self, field: &str) {
        let message = format!("{field} is required");
        let code = Code::MissingField;
        self.problems.push(Problem { field: field.to_owned(), code, message });
    }

    fn text(&mut self, field: &str, to: &mut String, required: bool) {
        match self.get(field) {
            Some(Value::String(text)) => to.clone_from(text),
            Some(_) => self.problems.push(wrong_type(field, field, "a text")),
            None if required => self.missing(field),
            None => {}
        }
    }

    /// A plan replaces the one before as a whole.
    fn plan(&mut self, to: &mut Planned) {
        let Some(value) = self.get("plan") else { return };
        let Some(fields) = value.as_object() else {
            self.problems.push(wrong_type("plan", "plan", "an object"));
            return;
        };
        self.known("plan.", fields, PLAN);
        let mut number = |name: &str| {
            let value = fields.get(name).filter(|value| !value.is_null())?;
            if value.as_f64().is_none() {
                let field = format!("plan.{name}");
                self.problems.push(wrong_type(&field, &field, "a number"));
            }
            value.as_f64()
        };
        let none = Planned::default();
        *to = Planned {
            alpha: number("alpha").unwrap_or(none.alpha),
            power: number("power").unwrap_or(none.power),
            baseline: number("baseline"),
            deviation: number("deviation"),
            effect: number("effect"),
            minimum_sample: None,
        };
        if let Some(told) = fields.get("minimum_sample").filter(|value| !value.is_null()) {
            to.minimum_sample = told.as_u64();
            if told.as_u64().is_none() {
                let field = "plan.minimum_sample";
                self.problems.push(wrong_type(field, field, "a whole number"));
            }
        }
    }

    /// The goal and the secondary ones; what is not sent stays.
    fn goals(&mut self, to: &mut Vec<Value>, context: &Context) {
        let mut goals = Vec::new();
        match self.get("goal").or(to.first()) {
            Some(goal) => goals.push(goal.clone()),
            None => return self.missing("goal"),
        }
        match self.fields.get("secondary_goals") {
            None => goals.extend(to.iter().skip(1).cloned()),
            Some(Value::Null) => {}
            Some(Value::Array(more)) => goals.extend(more.iter().cloned()),
            Some(_) => {
                let field = "secondary_goals";
                return self.problems.push(wrong_type(field, field, "a list"));
            }
        }
        match read::question(&question(CONTROL, &[CONTROL], &goals), context) {
            Ok(question) => {
                let canonical = write::question(&question);
                *to = canonical["goals"].as_array().cloned().unwrap_or_default();
            }
            Err(found) => self.problems.extend(found.into_iter().map(of_goal)),
        }
    }
}

/// The question of an experiment, its range aside.
pub(super) fn question(flag: &str, variants: &[&str], goals: &[Value]) -> Value {
    json!({"kind": "experiment", "flag": flag, "variants": variants, "goals": goals})
}

/// A problem of the question, told of the field it came from.
fn of_goal(found: insight::Problem) -> Problem {
    let insight::Problem { field, code, message } = found;
    let indexed = field.strip_prefix("goals[").and_then(|rest| rest.split_once(']'));
    let field = match indexed.and_then(|(index, rest)| Some((index.parse::<usize>().ok()?, rest))) {
        Some((0, rest)) => format!("goal{rest}"),
        Some((index, rest)) => format!("secondary_goals[{}]{rest}", index - 1),
        None => "secondary_goals".to_owned(),
    };
    Problem { field, code, message }
}

fn wrong_type(field: &str, what: &str, must: &str) -> Problem {
    let message = format!("{what} must be {must}");
    Problem { field: field.to_owned(), code: Code::InvalidType, message }
}

/// An experiment as answers show it.
pub(super) fn shown(experiment: &Experiment) -> Value {
    let Experiment { planned, .. } = experiment;
    let time = |at: Option<event::Timestamp>| at.map(|at| at.to_string());
    let arm = |arm: &catalog::PlannedArm| json!({"key": arm.variant, "percentage": write::number(Some(arm.percentage))});
    json!({
        "id": experiment.id,
        "name": experiment.name,
        "hypothesis": experiment.hypothesis,
        "flag": experiment.flag,
        "control": experiment.control,
        "goal": experiment.goals.first(),
        "secondary_goals": experiment.goals.get(1..).unwrap_or_default(),
        "plan": {
            "alpha": planned.alpha,
            "power": planned.power,
            "baseline": planned.baseline,
            "deviation": planned.deviation,
            "effect": planned.effect,
            "minimum_sample": planned.minimum_sample,
        },
        // A plan that is kept was checked.
        "minimum_sample": planned.minimum_sample().ok().flatten(),
        "status": experiment.status().as_str(),
        "variants": experiment.arms.iter().map(arm).collect::<Vec<_>>(),
        "started_at": time(experiment.started_at),
        "stopped_at": time(experiment.stopped_at),
        "created_at": time(experiment.created_at),
        "updated_at": time(experiment.updated_at),
    })
}
