//! Annotations.

use catalog::{Annotation, AnnotationScope, Dashboard, Item, SavedQuestion};
use event::{Code, Timestamp};
use serde_json::{Map, Value, json};

use super::noun::{Noun, Reading, reference, text, within};
use crate::{Problem, form::Form};

/// The kind.
pub(crate) struct Annotations;

impl Noun for Annotations {
    type Item = Annotation;
    const PATH: &'static str = "/api/v1/annotations";
    const FIELDS: &'static [&'static str] = &["at", "text", "scope"];

    fn fields(item: &Annotation) -> Map<String, Value> {
        let scope = match item.scope {
            AnnotationScope::All => Value::Null,
            AnnotationScope::Dashboard(id) => json!({"dashboard": id.to_string()}),
            AnnotationScope::Question(id) => json!({"question": id.to_string()}),
        };
        let mut fields = Map::new();
        fields.insert("at".into(), Timestamp(item.at_ms).to_string().into());
        fields.insert("text".into(), json!(item.text));
        fields.insert("scope".into(), scope);
        fields
    }

    fn read(reading: &Reading<'_, Self>, form: &Form<'_>) -> Result<Annotation, Problem> {
        let missing = || Problem::new(Code::MissingField, "at is required").about("at");
        let at = form.time("at")?.ok_or_else(missing)?;
        let scope = form.get("scope").map(|json| scope(reading, json));
        let scope = scope.transpose().map_err(|problem| within("scope", problem))?;
        Ok(Annotation { at_ms: at.0, text: text(form, "text")?, scope: scope.unwrap_or_default() })
    }
}

fn scope(reading: &Reading<'_, Annotations>, json: &Value) -> Result<AnnotationScope, Problem> {
    let form = Form::of(json, &["dashboard", "question"])?;
    let scope = match (form.get("dashboard"), form.get("question")) {
        (None, None) => AnnotationScope::All,
        (Some(_), None) => AnnotationScope::Dashboard(reference(&form, "dashboard")?),
        (None, Some(_)) => AnnotationScope::Question(reference(&form, "question")?),
        _ => {
            let detail = "scope has a dashboard or a question, not both";
            return Err(Problem::new(Code::InvalidValue, detail).about("question"));
        }
    };
    // What was removed meanwhile may stay.
    if reading.before.is_none_or(|before| before.scope != scope) {
        match scope {
            AnnotationScope::All => {}
            AnnotationScope::Dashboard(id) => is_there::<Dashboard>(reading, id)?,
            AnnotationScope::Question(id) => is_there::<SavedQuestion>(reading, id)?,
        }
    }
    Ok(scope)
}

fn is_there<T: Item>(reading: &Reading<'_, Annotations>, id: u64) -> Result<(), Problem> {
    match reading.catalog.kept::<T>(reading.tenant, id) {
        Ok(_) => Ok(()),
        Err(error @ catalog::CatalogError::NoThing { .. }) => {
            Err(Problem::new(Code::InvalidValue, error.to_string()).about(T::SHELF.as_str()))
        }
        Err(error) => Err(error.into()),
    }
}
