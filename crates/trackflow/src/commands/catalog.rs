//! What the commands over tenants, keys, users and lists share: they open the catalog itself,
//! beside a running server or without one. A running server notices within a second.

use anyhow::{Context, Result, bail};
use catalog::{Catalog, Tenant};
use clap::Args;
use event::{TenantId, Timestamp};
use serde_json::Value as Json;

use super::{output, query::grid::Grid};
use crate::{cli::Options, config::Config, parts};

/// Which catalog.
#[derive(Debug, Args)]
pub(crate) struct Place {
    #[command(flatten)]
    options: Options,
}

impl Place {
    pub(crate) fn open(self) -> Result<Catalog> {
        let config = Config::load(&self.options.sources(None))?;
        let path = config.data.dir.catalog();
        if !path.try_exists().unwrap_or(false) {
            bail!("{} is not there: start the server once, it makes it", path.display());
        }
        Ok(parts::open_catalog(&config)?.0)
    }
}

/// Which catalog, and how a list is printed.
#[derive(Debug, Args)]
pub(crate) struct Listing {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Prints a list: as JSON with every field, or the columns as a table.
pub(crate) fn print(json: bool, items: &[Json], columns: &[(&str, bool)]) -> Result<()> {
    if json {
        return output::print(&format!("{}\n", serde_json::to_string_pretty(items)?));
    }
    let mut grid = Grid::new(columns);
    for item in items {
        grid.add(columns.iter().map(|(name, _)| cell(&item[*name])).collect());
    }
    output::print(&grid.table())
}

fn cell(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// The tenant of that id, which must be there; without one the default tenant.
pub(crate) fn tenant(catalog: &Catalog, id: Option<&str>) -> Result<TenantId> {
    let id = tenant_id(id.unwrap_or("default"))?;
    match catalog.tenant(&id) {
        Some(tenant) => Ok(tenant.id),
        None => bail!("there is no tenant {id}; `trackflow tenant list` shows them"),
    }
}

/// The tenant of that id, or all of them.
pub(crate) fn tenants(catalog: &Catalog, id: Option<&str>) -> Result<Vec<TenantId>> {
    match id {
        Some(id) => Ok(vec![tenant(catalog, Some(id))?]),
        None => Ok(catalog.tenants().into_iter().map(|Tenant { id, .. }| id).collect()),
    }
}

pub(crate) fn tenant_id(text: &str) -> Result<TenantId> {
    TenantId::new(text)
        .with_context(|| format!("{text:?} is no tenant id: 1 to 64 of a-z A-Z 0-9 _ - ."))
}

/// A moment as RFC 3339 in UTC, to the second.
pub(crate) fn time(at: Timestamp) -> String {
    let seconds = jiff::Timestamp::from_second(at.0.div_euclid(1_000));
    seconds.map_or_else(|_| format!("{} ms", at.0), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_shown_to_the_second() {
        assert_eq!(time(Timestamp(1_792_065_600_999)), "2026-10-15T12:00:00Z");
        assert_eq!(time(Timestamp(i64::MAX)), "9223372036854775807 ms");
    }
}
