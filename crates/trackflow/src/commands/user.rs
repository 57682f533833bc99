//! `trackflow user`: people who log in.

use std::{process::ExitCode, sync::Arc};

use anyhow::{Context, Result};
use catalog::{Actor, Catalog, NewLink, Purpose, Role, User, UserChange};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value as Json, json};

use super::{
    catalog::{self as beside, Listing, Place},
    output, welcome,
};

/// What to do with users.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Show users
    List {
        /// Only those of this tenant
        #[arg(long)]
        tenant: Option<String>,
        #[command(flatten)]
        listing: Listing,
    },
    /// Print a link by which somebody becomes a user, once and within 7 days
    Invite {
        /// The address the user logs in with
        email: String,
        /// What the user may do
        #[arg(long, value_enum, default_value_t = RoleArg::Viewer)]
        role: RoleArg,
        /// Whose data the user sees
        #[arg(long)]
        tenant: Option<String>,
        #[command(flatten)]
        link: LinkArgs,
    },
    /// Print a link by which a user chooses another password, once and within 7 days
    Reset {
        /// The user's address
        email: String,
        #[command(flatten)]
        link: LinkArgs,
    },
    /// Remove a user; sessions end at once
    Remove {
        /// The user's address
        email: String,
        #[command(flatten)]
        place: Place,
    },
    /// Give a user another role
    Role {
        /// The user's address
        email: String,
        /// What the user may do from now on
        #[arg(value_enum)]
        role: RoleArg,
        #[command(flatten)]
        place: Place,
    },
}

/// Where links lead.
#[derive(Debug, Args)]
pub(crate) struct LinkArgs {
    /// Address of the server, as the user will reach it
    #[arg(
        long,
        value_name = "URL",
        env = "TRACKFLOW_URL",
        default_value = "http://127.0.0.1:20000"
    )]
    url: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RoleArg {
    Owner,
    Admin,
    Analyst,
    Viewer,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Owner => Self::Owner,
            RoleArg::Admin => Self::Admin,
            RoleArg::Analyst => Self::Analyst,
            RoleArg::Viewer => Self::Viewer,
        }
    }
}

pub(crate) fn run(command: UserCommand) -> Result<ExitCode> {
    match command {
        UserCommand::List { tenant, listing } => list(tenant.as_deref(), listing)?,
        UserCommand::Invite { email, role, tenant, link } => {
            let catalog = link.place.open()?;
            let tenant = beside::tenant(&catalog, tenant.as_deref())?;
            let role = Role::from(role);
            let new = NewLink { purpose: Purpose::Invite, tenant, email, role };
            print_link(&catalog, &new, &link.url)?;
        }
        UserCommand::Reset { email, link } => {
            let catalog = link.place.open()?;
            let user = find(&catalog, &email)?;
            let (tenant, role) = (user.tenant.clone(), user.role);
            let new = NewLink { purpose: Purpose::Reset, tenant, email, role };
            print_link(&catalog, &new, &link.url)?;
        }
        UserCommand::Remove { email, place } => {
            let catalog = place.open()?;
            let user = find(&catalog, &email)?;
            catalog.remove_user(user.id, &Actor::Cli)?;
            output::tell(&format!("removed {}\n", user.email));
        }
        UserCommand::Role { email, role, place } => {
            let catalog = place.open()?;
            let user = find(&catalog, &email)?;
            let change = UserChange { role: Some(role.into()), ..UserChange::default() };
            let user = catalog.change_user(user.id, &change, &Actor::Cli)?;
            output::tell(&format!("{} is {} now\n", user.email, user.role.as_str()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn print_link(catalog: &Catalog, new: &NewLink, url: &str) -> Result<()> {
    let token = catalog.make_link(new, &Actor::Cli)?;
    output::print(&format!("{}\n", welcome::setup_url(url, &token)))
}

fn find(catalog: &Catalog, email: &str) -> Result<Arc<User>> {
    let user = catalog.user_by_email(email);
    user.with_context(|| format!("there is no user {email}; `trackflow user list` shows them"))
}

fn list(tenant: Option<&str>, listing: Listing) -> Result<()> {
    let catalog = listing.place.open()?;
    let tenants = beside::tenants(&catalog, tenant)?;
    let users = tenants.iter().flat_map(|tenant| catalog.users_of(tenant));
    let items: Vec<Json> = users
        .map(|user| {
            json!({
                "id": user.id.0,
                "tenant": user.tenant.as_str(),
                "email": user.email,
                "name": user.name,
                "role": user.role.as_str(),
                "state": if user.disabled_at.is_some() { "disabled" } else { "active" },
                "created": beside::time(user.created_at),
                "last_login": user.last_login_at.map(beside::time),
            })
        })
        .collect();
    let columns = ["email", "name", "tenant", "role", "state", "created", "last_login"];
    beside::print(listing.json, &items, &columns.map(|name| (name, false)))
}
