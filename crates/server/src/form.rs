//! Reading the JSON objects of our own endpoints: unknown fields are refused, and every refusal
//! names its field.

use catalog::{CatalogError, LoginError};
use event::{Code, Timestamp};
use serde_json::{Map, Value};

use crate::{Problem, error::FieldProblem};

/// A JSON object with known fields.
pub(crate) struct Form<'a>(&'a Map<String, Value>);

impl<'a> Form<'a> {
    /// An object with no other fields than these.
    pub(crate) fn of(json: &'a Value, known: &[&str]) -> Result<Self, Problem> {
        let Some(object) = json.as_object() else {
            return Err(Problem::new(Code::InvalidType, "body must be an object"));
        };
        if let Some(key) = object.keys().find(|key| !known.contains(&key.as_str())) {
            let shown: String = key.chars().take(64).collect();
            let detail = format!("{shown} is not known, there is {}", known.join(", "));
            return Err(Problem::new(Code::InvalidValue, detail).about(shown));
        }
        Ok(Self(object))
    }

    /// The same, where further fields may be there and are not told of: what an answer has, too.
    pub(crate) fn of_known(
        json: &'a Value,
        known: &[&str],
        told: &[&str],
    ) -> Result<Self, Problem> {
        let is_other = |key: &String| !told.contains(&key.as_str());
        match json.as_object() {
            Some(object)
                if object
                    .keys()
                    .filter(|key| is_other(key))
                    .all(|key| known.contains(&key.as_str())) =>
            {
                Ok(Self(object))
            }
            Some(object) => {
                let others = object.iter().filter(|(key, _)| is_other(key));
                let others: Map<String, Value> =
                    others.map(|(key, _)| (key.clone(), Value::Null)).collect();
                Form::of(&Value::Object(others), known).map(|_| Self(object))
            }
            None => Form::of(json, known),
        }
    }

    /// A value that is there and not null.
    pub(crate) fn get(&self, field: &str) -> Option<&'a Value> {
        self.0.get(field).filter(|value| !value.is_null())
    }

    pub(crate) fn text(&self, field: &'static str) -> Result<Option<&'a str>, Problem> {
        let wrong = || wrong_type(field, "a text");
        self.get(field).map(|value| value.as_str().ok_or_else(wrong)).transpose()
    }

    pub(crate) fn required(&self, field: &'static str) -> Result<&'a str, Problem> {
        let missing =
            || Problem::new(Code::MissingField, format!("{field} is required")).about(field);
        self.text(field)?.filter(|text| !text.is_empty()).ok_or_else(missing)
    }

    pub(crate) fn flag(&self, field: &'static str) -> Result<Option<bool>, Problem> {
        let wrong = || wrong_type(field, "true or false");
        self.get(field).map(|value| value.as_bool().ok_or_else(wrong)).transpose()
    }

    pub(crate) fn whole(&self, field: &'static str, max: u64) -> Result<Option<u64>, Problem> {
        let Some(value) = self.get(field) else { return Ok(None) };
        let wrong = || {
            let detail = format!("{field} must be a whole number from 0 to {max}");
            Problem::new(Code::InvalidValue, detail).about(field)
        };
        value.as_u64().filter(|number| *number <= max).map(Some).ok_or_else(wrong)
    }

    pub(crate) fn time(&self, field: &'static str) -> Result<Option<Timestamp>, Problem> {
        let wrong = |detail: String| Problem::new(Code::InvalidValue, detail).about(field);
        let parsed = match self.get(field) {
            None => return Ok(None),
            Some(Value::String(text)) => Timestamp::parse(text),
            Some(value) => Timestamp::from_number(value.as_f64().unwrap_or(f64::NAN)),
        };
        parsed.map(Some).map_err(|error| wrong(format!("{field} {error}")))
    }

    pub(crate) fn texts(&self, field: &'static str) -> Result<Option<Vec<String>>, Problem> {
        let Some(value) = self.get(field) else { return Ok(None) };
        let texts =
            value.as_array().map(|all| all.iter().map(|one| one.as_str().map(str::to_owned)));
        let texts: Option<Vec<String>> = texts.and_then(|mut all| all.by_ref().collect());
        texts.map(Some).ok_or_else(|| wrong_type(field, "a list of texts"))
    }
}

fn wrong_type(field: &'static str, what: &str) -> Problem {
    Problem::new(Code::InvalidType, format!("{field} must be {what}")).about(field)
}

impl From<CatalogError> for Problem {
    fn from(error: CatalogError) -> Self {
        use CatalogError as E;
        let detail = error.to_string();
        match error {
            E::Exists { .. } | E::LastOwner | E::FlagInUse { .. } | E::InUse { .. } => {
                Self::new(Code::Conflict, detail)
            }
            E::Stale { .. } => Self::new(Code::Conflict, detail).about("version"),
            E::Circle(_) => Self::new(Code::InvalidValue, detail).about("definition"),
            E::Field { field, code, .. } => Self::new(code, detail).about(field),
            E::NoThing { .. }
            | E::NoTenant(_)
            | E::NoKey(_)
            | E::NoUser(_)
            | E::NoLink
            | E::NoFlag(_)
            | E::NoExperiment(_) => Self::new(Code::NotFound, detail),
            E::Origin(_) | E::SecretOrigins => {
                Self::new(Code::InvalidValue, detail).about("origins")
            }
            E::Flag(problems) => of_several(problems, detail, "flag"),
            E::Experiment(problems) => of_several(problems, detail, "experiment"),
            E::ExperimentIs { .. } => Self::new(Code::Conflict, detail).about("status"),
            E::KeyText => Self::new(Code::InvalidValue, detail).about("text"),
            E::Email(_) | E::OtherEmail => Self::new(Code::InvalidValue, detail).about("email"),
            E::PasswordLength(_) => Self::new(Code::InvalidValue, detail).about("password"),
            E::WrongPassword => Self::new(Code::InvalidValue, detail).about("current"),
            E::Invalid { what, .. } | E::TooMany { what, .. } => {
                Self::new(Code::InvalidValue, detail).about(what)
            }
            error => {
                tracing::error!(%error, "the catalog does not work");
                Self::internal()
            }
        }
    }
}

/// Everything that is wrong with a flag or an experiment; what is taken or changed meanwhile is a
/// conflict. `whole` is the field of what is wrong with all of it.
fn of_several(problems: Vec<flag::Problem>, detail: String, whole: &str) -> Problem {
    let codes = || problems.iter().map(|problem| problem.code);
    let code = codes().find(|code| *code == Code::Conflict).or(codes().next());
    let mut problem = Problem::new(code.unwrap_or(Code::InvalidValue), detail);
    let told = |one: flag::Problem| FieldProblem {
        field: if one.field.is_empty() { whole.to_owned() } else { one.field },
        code: one.code,
        message: one.message,
    };
    problem.errors = problems.into_iter().map(told).collect();
    problem
}

impl From<LoginError> for Problem {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Catalog(error) => error.into(),
            told => Self::new(Code::Unauthorized, told.to_string()),
        }
    }
}
