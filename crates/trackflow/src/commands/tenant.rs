//! `trackflow tenant`: whose events they are.

use std::process::ExitCode;

use anyhow::{Context, Result};
use catalog::Actor;
use clap::Subcommand;
use serde_json::json;

use super::{
    catalog::{self as beside, Listing, Place},
    output,
};

/// What to do with tenants.
#[derive(Debug, Subcommand)]
pub(crate) enum TenantCommand {
    /// Show all tenants
    List(Listing),
    /// Make a tenant; it has no keys yet
    New {
        /// Its id, 1 to 64 of a-z A-Z 0-9 _ - . ; it stays
        id: String,
        /// A name for people [default: the id]
        #[arg(long)]
        name: Option<String>,
        /// IANA name of the time zone its questions are asked in
        #[arg(long, value_name = "ZONE", default_value = "UTC")]
        time_zone: String,
        #[command(flatten)]
        place: Place,
    },
    /// Give a tenant another name; its id stays
    Rename {
        /// Its id
        id: String,
        /// The new name
        name: String,
        #[command(flatten)]
        place: Place,
    },
}

pub(crate) fn run(command: TenantCommand) -> Result<ExitCode> {
    match command {
        TenantCommand::List(listing) => list(listing)?,
        TenantCommand::New { id, name, time_zone, place } => {
            let tenant = beside::tenant_id(&id)?;
            jiff::tz::TimeZone::get(&time_zone)
                .with_context(|| format!("{time_zone:?} is no time zone, try Europe/Berlin"))?;
            let name = name.unwrap_or_else(|| id.clone());
            place.open()?.new_tenant(&tenant, &name, &time_zone, &Actor::Cli)?;
            output::tell(&format!(
                "made tenant {id}; next: trackflow key new --tenant {id} --kind write\n"
            ));
        }
        TenantCommand::Rename { id, name, place } => {
            let catalog = place.open()?;
            catalog.rename_tenant(&beside::tenant(&catalog, Some(&id))?, &name, &Actor::Cli)?;
            output::tell(&format!("tenant {id} is called {name:?} now\n"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(listing: Listing) -> Result<()> {
    let catalog = listing.place.open()?;
    let items: Vec<_> = catalog
        .tenants()
        .into_iter()
        .map(|tenant| {
            json!({
                "id": tenant.id.as_str(),
                "name": tenant.name,
                "time_zone": tenant.time_zone,
                "users": catalog.users_of(&tenant.id).len(),
                "created": beside::time(tenant.created_at),
            })
        })
        .collect();
    let columns =
        [("id", false), ("name", false), ("time_zone", false), ("users", true), ("created", false)];
    beside::print(listing.json, &items, &columns)
}
