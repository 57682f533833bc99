//! `trackflow key`: keys, made and managed beside a running server or without one.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use catalog::{Actor, Catalog, Key, KeyKind, NewKey, Scopes};
use clap::{Args, Subcommand, ValueEnum};
use event::{TenantId, Timestamp};
use serde_json::{Value as Json, json};

use super::{
    catalog::{self as beside, Listing, Place},
    output,
};
use crate::parts;

const HOUR_MS: u64 = 3_600_000;

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Show keys, also those that open nothing any more
    List {
        /// Only those of this tenant
        #[arg(long)]
        tenant: Option<String>,
        #[command(flatten)]
        listing: Listing,
    },
    /// Make a key and print it: a secret one with every right, if nothing else is said
    New(NewArgs),
    /// Revoke a key: it opens nothing from now on
    Revoke {
        /// Its id, as `key list` shows it
        id: String,
        #[command(flatten)]
        place: Place,
    },
    /// Make a key in place of another and print it
    Rotate {
        /// Its id, as `key list` shows it
        id: String,
        /// For how long the old one still works
        #[arg(long, value_name = "HOURS", default_value_t = 24)]
        overlap_hours: u64,
        #[command(flatten)]
        place: Place,
    },
    /// Register a write key that clients use already
    Register {
        /// The key, 1 to 64 printable characters without spaces
        key: String,
        /// What the key is for, shown in lists
        #[arg(long, default_value = "registered on the command line")]
        name: String,
        /// Whose events it sends
        #[arg(long)]
        tenant: Option<String>,
        #[command(flatten)]
        place: Place,
    },
}

/// The key to be made.
#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// What the key is for, shown in lists
    #[arg(long, default_value = "made on the command line")]
    name: String,
    /// Whose data it opens [default: default]
    #[arg(long)]
    tenant: Option<String>,
    /// A write key only sends events and may be public
    #[arg(long, value_enum, default_value_t = Kind::Secret)]
    kind: Kind,
    /// Rights of a secret key, of read, write and admin [default: all]
    #[arg(long, value_name = "SCOPE", value_delimiter = ',')]
    scopes: Vec<String>,
    /// Days until it opens nothing any more [default: it stays]
    #[arg(long, value_name = "DAYS")]
    expires_days: Option<u32>,
    /// Limit a write key to pages of an origin, e.g. https://shop.example.com; may repeat
    #[arg(long, value_name = "ORIGIN")]
    origin: Vec<String>,
    #[command(flatten)]
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Write,
    Secret,
}

pub(crate) fn run(command: KeyCommand) -> Result<ExitCode> {
    match command {
        KeyCommand::List { tenant, listing } => list(tenant.as_deref(), listing)?,
        KeyCommand::New(args) => output::print(&format!("{}\n", make(args)?))?,
        KeyCommand::Revoke { id, place } => {
            let catalog = place.open()?;
            let (tenant, _) = find(&catalog, &id)?;
            let revoked = catalog.revoke_key(&tenant, &id, &Actor::Cli)?;
            let said = if revoked { "is revoked" } else { "was revoked before" };
            output::tell(&format!("key {id} {said}\n"));
        }
        KeyCommand::Rotate { id, overlap_hours, place } => {
            let catalog = place.open()?;
            let (tenant, _) = find(&catalog, &id)?;
            let overlap_ms = overlap_hours.saturating_mul(HOUR_MS);
            let key = catalog.rotate_key(&tenant, &id, overlap_ms, &Actor::Cli)?;
            output::print(&format!("{key}\n"))?;
        }
        KeyCommand::Register { key, name, tenant, place } => {
            let catalog = place.open()?;
            let tenant = beside::tenant(&catalog, tenant.as_deref())?;
            catalog.register_write_key(&tenant, &key, &name, &Actor::Cli)?;
            output::tell(&format!("the key sends events of tenant {tenant}\n"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn make(args: NewArgs) -> Result<String> {
    let kind = match args.kind {
        Kind::Write => KeyKind::Write,
        Kind::Secret => KeyKind::Secret,
    };
    if kind == KeyKind::Write && !args.scopes.is_empty() {
        bail!("a write key only ever sends events: leave --scopes out");
    }
    let scopes = if args.scopes.is_empty() {
        Scopes::all()
    } else {
        Scopes::from_text(&args.scopes.join(" "))
            .with_context(|| format!("--scopes {}: of read, write, admin", args.scopes.join(",")))?
    };
    let in_days = |days: u32| Timestamp(parts::now().0 + i64::from(days) * 24 * HOUR_MS as i64);
    let catalog = args.place.open()?;
    let new = NewKey {
        tenant: beside::tenant(&catalog, args.tenant.as_deref())?,
        kind,
        scopes,
        name: args.name,
        expires_at: args.expires_days.map(in_days),
        origins: args.origin,
    };
    catalog.new_key(new, &Actor::Cli).context("cannot make a key")
}

/// The key of that id, of whichever tenant.
fn find(catalog: &Catalog, id: &str) -> Result<(TenantId, Key)> {
    for tenant in beside::tenants(catalog, None)? {
        let keys = catalog.keys_of(&tenant);
        if let Some(key) = keys.into_iter().find(|key| key.id().to_string() == id) {
            return Ok((tenant, key));
        }
    }
    bail!("there is no key {id}; `trackflow key list` shows them");
}

fn list(tenant: Option<&str>, listing: Listing) -> Result<()> {
    let catalog = listing.place.open()?;
    let tenants = beside::tenants(&catalog, tenant)?;
    let keys = tenants.iter().flat_map(|tenant| catalog.keys_of(tenant));
    let items: Vec<Json> = keys.map(|key| item(&key)).collect();
    let columns = ["id", "tenant", "kind", "key", "name", "scopes", "origins", "state", "created"];
    beside::print(listing.json, &items, &columns.map(|name| (name, false)))
}

fn item(key: &Key) -> Json {
    let state = match (key.revoked_at, key.expires_at) {
        (Some(at), _) => format!("revoked {}", beside::time(at)),
        (None, Some(at)) if !key.is_live(parts::now()) => format!("expired {}", beside::time(at)),
        (None, Some(at)) => format!("until {}", beside::time(at)),
        (None, None) => "live".to_owned(),
    };
    json!({
        "id": key.id().to_string(),
        "tenant": key.tenant.as_str(),
        "kind": key.kind.as_str(),
        "key": key.hint,
        "name": key.name,
        "scopes": key.scopes.to_text().split(' ').collect::<Vec<_>>(),
        "origins": key.origins,
        "state": state,
        "created": beside::time(key.created_at),
        "expires": key.expires_at.map(beside::time),
        "revoked": key.revoked_at.map(beside::time),
    })
}
