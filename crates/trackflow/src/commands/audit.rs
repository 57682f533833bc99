//! `trackflow audit`: who changed what, and whether that is still what was written.

use std::process::ExitCode;

use anyhow::{Result, bail};
use catalog::{AuditCheck, AuditRow};
use clap::Subcommand;
use serde_json::{Value as Json, json};

use super::{
    catalog::{self as beside, Listing, Place},
    output,
};

/// What to do with the audit trail.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Show the newest rows of a tenant
    List {
        /// Of which tenant
        #[arg(long)]
        tenant: Option<String>,
        /// How many rows, at most 1,000
        #[arg(long, value_name = "ROWS", default_value_t = 50,
              value_parser = clap::value_parser!(u16).range(1..=1_000))]
        limit: u16,
        /// Only rows before this number
        #[arg(long, value_name = "SEQ")]
        before: Option<u64>,
        #[command(flatten)]
        listing: Listing,
    },
    /// Check that no row was changed or removed since it was written
    Verify(Place),
}

pub(crate) fn run(command: AuditCommand) -> Result<ExitCode> {
    match command {
        AuditCommand::List { tenant, limit, before, listing } => {
            let catalog = listing.place.open()?;
            let tenant = beside::tenant(&catalog, tenant.as_deref())?;
            let rows = catalog.audit_list(&tenant, before, usize::from(limit))?;
            let items: Vec<Json> = rows.iter().map(item).collect();
            let columns = ["at", "who", "action", "subject", "detail"].map(|name| (name, false));
            let columns = [&[("seq", true)], &columns[..]].concat();
            beside::print(listing.json, &items, &columns)?;
        }
        AuditCommand::Verify(place) => match place.open()?.audit_verify()? {
            AuditCheck::Whole { rows } => {
                let rows = output::count(rows, "row");
                output::print(&format!("{rows}, each follows from the one before\n"))?;
            }
            AuditCheck::Broken { seq } => {
                bail!("row {seq} of the audit trail was changed or removed after it was written")
            }
        },
    }
    Ok(ExitCode::SUCCESS)
}

fn item(row: &AuditRow) -> Json {
    let hash: String = row.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "seq": row.seq,
        "at": beside::time(row.at),
        "who": row.actor.to_string(),
        "action": row.action,
        "subject": row.subject,
        "detail": serde_json::from_str(&row.detail).unwrap_or(Json::Null),
        "hash": hash,
    })
}
