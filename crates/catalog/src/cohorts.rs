//! Cohorts: groups of persons, by what they did or by their ids.
//!
//! A definition may name other cohorts, by their numbers as texts under `cohort`. Who names itself
//! through others is refused, and who is named is not removed, so that every name leads somewhere.

use std::collections::{HashMap, HashSet};

use event::{Code, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Actor, Catalog, CatalogError, Item, Kept, Shelf,
    library::{check_description, check_name, parsed, wrong},
};

/// A cohort.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedCohort {
    /// A name for people.
    pub name: String,
    /// A few sentences.
    pub description: String,
    /// Who belongs to it, as questions have it; None of one whose ids are kept.
    pub definition: Option<Value>,
}

impl Item for SavedCohort {
    const SHELF: Shelf = Shelf::Cohorts;

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self) -> Result<(), CatalogError> {
        check_name(&self.name)?;
        check_description(&self.description)
    }
}

/// The saved cohorts that a question, a filter or a definition names, each once.
pub fn cohorts_named(json: &Value) -> Vec<u64> {
    fn look(json: &Value, found: &mut Vec<u64>) {
        match json {
            Value::Array(items) => items.iter().for_each(|item| look(item, found)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    let id = value.as_str().filter(|_| name == "cohort").and_then(number);
                    found.extend(id.filter(|id| !found.contains(id)));
                    look(value, found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    look(json, &mut found);
    found
}

/// The number that a text spells, as it is written.
pub fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|id: &u64| id.to_string() == text)
}

impl Catalog {
    /// Keeps a new cohort; of a static one also its ids. May block.
    pub fn new_cohort(
        &self,
        tenant: &TenantId,
        cohort: &SavedCohort,
        ids: &[String],
        actor: &Actor,
    ) -> Result<u64, CatalogError> {
        self.check_ids(ids)?;
        let id = self.keep(tenant, cohort, actor)?;
        if cohort.definition.is_none()
            && let Err(error) = self.put_members(tenant, id, ids, true, actor)
        {
            // Nobody heard of it yet.
            if let Ok(kept) = self.kept::<SavedCohort>(tenant, id) {
                self.remove_kept(tenant, &kept, actor)?;
            }
            return Err(error);
        }
        Ok(id)
    }

    /// As `change_kept`; also refused when the cohort would name itself through others, and when
    /// it would be of the other kind. May block.
    pub fn change_cohort(
        &self,
        tenant: &TenantId,
        seen: &Kept<SavedCohort>,
        cohort: &SavedCohort,
        actor: &Actor,
    ) -> Result<(), CatalogError> {
        if cohort.definition.is_some() != seen.item.definition.is_some() {
            let message = "a cohort stays of its kind, static or behavioural".to_owned();
            return Err(wrong("definition", Code::InvalidValue, message));
        }
        if let Some(definition) = &cohort.definition {
            let others = self.definitions(tenant)?;
            if let Some(way) = way_to(seen.id, definition, &others) {
                return Err(CatalogError::Circle(way));
            }
        }
        self.change_kept(tenant, seen, cohort, actor)
    }

    /// As `remove_kept`; `InUse` when another cohort, a question, a goal or a flag names it. May
    /// block.
    pub fn remove_cohort(
        &self,
        tenant: &TenantId,
        kept: &Kept<SavedCohort>,
        actor: &Actor,
    ) -> Result<(), CatalogError> {
        let in_use = |by: String| CatalogError::InUse { what: "cohort", id: kept.id, by };
        for (shelf, id, json) in self.facts().library(tenant)? {
            let is_other = (shelf, id) != (Shelf::Cohorts, kept.id);
            if is_other && cohorts_named(&parsed(&json)?).contains(&kept.id) {
                return Err(in_use(format!("{} {id}", shelf.as_str())));
            }
        }
        let flags = self.flags(tenant);
        let named = |flag: &&flag::Flag| flag.cohorts().contains(&kept.id.to_string());
        if let Some(flag) = flags.set().flags().find(named) {
            return Err(in_use(format!("flag {}", flag.id)));
        }
        self.remove_kept(tenant, kept, actor)
    }

    /// The definitions of a tenant's cohorts, by number.
    fn definitions(&self, tenant: &TenantId) -> Result<HashMap<u64, Value>, CatalogError> {
        let rows = self.facts().library(tenant)?;
        let cohorts = rows.into_iter().filter(|(shelf, ..)| *shelf == Shelf::Cohorts);
        cohorts.map(|(_, id, json)| Ok((id, parsed(&json)?))).collect()
    }
}

/// How a definition leads to a cohort through others, e.g. `1 -> 2 -> 1`.
fn way_to(goal: u64, definition: &Value, others: &HashMap<u64, Value>) -> Option<String> {
    let start = cohorts_named(definition).into_iter();
    let mut open: Vec<(u64, String)> = start.map(|id| (id, format!("{goal} -> {id}"))).collect();
    let mut seen = HashSet::new();
    while let Some((id, way)) = open.pop() {
        if id == goal {
            return Some(way);
        }
        if seen.insert(id)
            && let Some(definition) = others.get(&id)
        {
            let next = cohorts_named(definition).into_iter();
            open.extend(next.map(|id| (id, format!("{way} -> {id}"))));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_of_cohorts_are_found_wherever_they_stand() {
        let json = json!({"filter": {"all": [{"cohort": "7"}, {"cohort": "7", "op": "in"}]},
            "breakdown": [{"cohort": "12"}, {"cohort": {"any": [{"cohort": "3"}]}}],
            "at": {"cohort": "2026-01-01T00:00:00Z"}, "cohort": "07"});
        let mut found = cohorts_named(&json);
        found.sort_unstable();
        assert_eq!(found, [3, 7, 12]);
    }
}
