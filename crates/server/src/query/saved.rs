//! Saved cohorts, looked up for the questions that name them.

use catalog::{Catalog, CatalogError, SavedCohort, cohorts_named};
use event::TenantId;
use insight::{Context, Definition, read};
use serde_json::Value;

/// Ids a static cohort may have.
const IDS_MAX: usize = 100_000;
/// How many cohorts may stand in each other.
const DEPTH_MAX: usize = 8;

/// A context that also knows the saved cohorts that a question, a filter or a definition names,
/// and those that these name. What cannot be read is not known. May block.
pub(crate) fn with_cohorts(
    catalog: &Catalog,
    tenant: &TenantId,
    mut context: Context,
    json: &Value,
) -> Result<Context, CatalogError> {
    for id in cohorts_named(json) {
        look_up(catalog, tenant, id, (&mut context, &mut Vec::new()))?;
    }
    Ok(context)
}

/// Adds one cohort; `open` are those that are being looked up because of each other.
fn look_up(
    catalog: &Catalog,
    tenant: &TenantId,
    id: u64,
    (context, open): (&mut Context, &mut Vec<u64>),
) -> Result<(), CatalogError> {
    let name = id.to_string();
    if context.cohorts.contains_key(&name) || open.contains(&id) || open.len() >= DEPTH_MAX {
        return Ok(());
    }
    let kept = match catalog.kept::<SavedCohort>(tenant, id) {
        Ok(kept) => kept,
        Err(CatalogError::NoThing { .. }) => return Ok(()),
        Err(error) => return Err(error),
    };
    let definition = match &kept.item.definition {
        None => Definition::Ids(catalog.members(tenant, id, "", IDS_MAX)?),
        Some(json) => {
            open.push(id);
            for inner in cohorts_named(json) {
                look_up(catalog, tenant, inner, (context, open))?;
            }
            open.pop();
            match read::definition(json, context) {
                Ok(definition) => definition,
                Err(_) => {
                    tracing::warn!(tenant = tenant.as_str(), cohort = id, "cannot be read");
                    return Ok(());
                }
            }
        }
    };
    context.cohorts.insert(name, definition.into());
    Ok(())
}
