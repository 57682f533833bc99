//! Cohorts.

use catalog::{Catalog, CatalogError, Kept, SavedCohort};
use event::{Code, TenantId};
use insight::{read, write};
use serde_json::{Map, Value, json};

use super::noun::{Noun, Reading, below, text};
use crate::{Problem, auth::Caller, form::Form};

/// The kind.
pub(crate) struct Cohorts;

impl Noun for Cohorts {
    type Item = SavedCohort;
    const PATH: &'static str = "/api/v1/cohorts";
    const FIELDS: &'static [&'static str] = &["name", "description", "definition", "ids"];
    const TOLD: &'static [&'static str] = &["kind", "ids"];

    fn fields(item: &SavedCohort) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("name".into(), json!(item.name));
        fields.insert("description".into(), json!(item.description));
        fields.insert("definition".into(), json!(item.definition));
        fields
    }

    fn read(reading: &Reading<'_, Self>, form: &Form<'_>) -> Result<SavedCohort, Problem> {
        let definition = form.get("definition");
        let ids = form.get("ids").filter(|ids| !ids.is_number());
        let detail = match (reading.before, definition, ids) {
            (None, None, None) => "a cohort has a definition or ids",
            (None, Some(_), Some(_)) => "a cohort has a definition or ids, not both",
            (Some(_), _, Some(_)) => "the ids of a cohort are changed at /ids below it",
            _ => "",
        };
        if !detail.is_empty() {
            return Err(Problem::new(Code::InvalidValue, detail).about("ids"));
        }
        let definition = definition.map(|definition| {
            let read = read::definition(definition, &reading.context);
            let read = read.map_err(|problems| below("definition", problems))?;
            Ok::<_, Problem>(write::definition(&read))
        });
        Ok(SavedCohort {
            name: text(form, "name")?,
            description: text(form, "description")?,
            definition: definition.transpose()?,
        })
    }

    fn tell(
        catalog: &Catalog,
        tenant: &TenantId,
        kept: &Kept<SavedCohort>,
    ) -> Result<Map<String, Value>, Problem> {
        let is_static = kept.item.definition.is_none();
        let mut told = Map::new();
        told.insert("kind".into(), if is_static { "static" } else { "behavioural" }.into());
        if is_static {
            told.insert("ids".into(), catalog.member_count(tenant, kept.id)?.into());
        }
        Ok(told)
    }

    fn keep(
        catalog: &Catalog,
        caller: &Caller,
        item: &SavedCohort,
        form: &Form<'_>,
    ) -> Result<u64, Problem> {
        let ids = form.texts("ids")?.unwrap_or_default();
        Ok(catalog.new_cohort(&caller.tenant, item, &ids, &caller.actor)?)
    }

    fn change(
        catalog: &Catalog,
        caller: &Caller,
        seen: &Kept<SavedCohort>,
        item: &SavedCohort,
    ) -> Result<(), CatalogError> {
        catalog.change_cohort(&caller.tenant, seen, item, &caller.actor)
    }

    fn remove(
        catalog: &Catalog,
        caller: &Caller,
        kept: &Kept<SavedCohort>,
    ) -> Result<(), CatalogError> {
        catalog.remove_cohort(&caller.tenant, kept, &caller.actor)
    }
}
