//! The command line.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::{
    commands::{
        self, audit::AuditCommand, demo::DemoArgs, doctor::DoctorArgs, entities::EntitiesCommand,
        erase::EraseArgs, jobs::JobsCommand, key::KeyCommand, query::QueryArgs,
        rejected::RejectedCommand, tenant::TenantCommand, user::UserCommand,
    },
    config::Sources,
};

/// Collects events, keeps every one of them, and answers questions about them.
#[derive(Debug, Parser)]
#[command(name = "trackflow", version, arg_required_else_help = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve {
        /// Address to listen on, `:20000` for every interface; may repeat
        #[arg(long, value_name = "ADDRESS")]
        listen: Vec<String>,
        #[command(flatten)]
        options: Options,
    },
    /// Ask a running server a question
    Query(QueryArgs),
    /// Have a running server erase a person
    Erase(EraseArgs),
    /// Look into the data folder: is everything there, and does it add up
    Doctor {
        #[command(flatten)]
        doctor: DoctorArgs,
        #[command(flatten)]
        options: Options,
    },
    /// Print the configuration that holds, secrets masked
    Config {
        #[command(flatten)]
        options: Options,
    },
    /// Show and make tenants
    Tenant {
        #[command(subcommand)]
        command: TenantCommand,
    },
    /// Show, make, rotate and revoke keys
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// Show, invite and change users
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Show and check who changed what
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Import lists of known ids
    Entities {
        #[command(subcommand)]
        command: EntitiesCommand,
    },
    /// Look at refused events, and send them again after a fix
    Rejected {
        #[command(subcommand)]
        command: RejectedCommand,
    },
    /// Look at what a running server does again and again, and have it done now
    Jobs {
        #[command(subcommand)]
        command: JobsCommand,
    },
    /// Fill the data folder with a made-up shop: people, sessions, funnels, seasons
    Demo {
        #[command(flatten)]
        demo: DemoArgs,
        #[command(flatten)]
        options: Options,
    },
}

/// Where the configuration comes from; the same for every command that opens the data folder.
#[derive(Clone, Debug, Default, Args)]
pub struct Options {
    /// Configuration file; without it ./trackflow.toml is read when it is there
    #[arg(long, value_name = "FILE", env = "TRACKFLOW_CONFIG")]
    pub config: Option<PathBuf>,
    /// Data folder [default: ./data]
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<String>,
    /// Set any option, e.g. --set log.filter=debug; may repeat
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = pair)]
    pub set: Vec<(String, String)>,
}

impl Options {
    /// With the environment and further flags, as the configuration takes them.
    pub fn sources(self, flags: impl IntoIterator<Item = (String, String)>) -> Sources {
        let data = self.data.map(|data| ("data.dir".to_owned(), data));
        // A variable that is not text cannot be one of ours.
        let variables = std::env::vars_os()
            .filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)))
            .collect();
        Sources {
            file: self.config,
            variables,
            flags: self.set.into_iter().chain(data).chain(flags).collect(),
        }
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("must be KEY=VALUE, e.g. log.filter=debug")?;
    Ok((key.trim().to_owned(), value.to_owned()))
}

/// Reads the command line and does what it says.
pub fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Serve { listen, options } => {
            let listen = listen.into_iter().map(|address| ("http.listen".to_owned(), address));
            commands::serve::run(&options.sources(listen))
        }
        Command::Query(args) => commands::query::run(&args),
        Command::Erase(args) => commands::erase::run(&args),
        Command::Doctor { doctor, options } => {
            commands::doctor::run(&doctor, &options.sources(None))
        }
        Command::Config { options } => commands::config::run(&options.sources(None)),
        Command::Tenant { command } => commands::tenant::run(command),
        Command::Key { command } => commands::key::run(command),
        Command::User { command } => commands::user::run(command),
        Command::Audit { command } => commands::audit::run(command),
        Command::Entities { command } => commands::entities::run(command),
        Command::Rejected { command } => commands::rejected::run(command),
        Command::Jobs { command } => commands::jobs::run(command),
        Command::Demo { demo, options } => commands::demo::run(&demo, &options.sources(None)),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            commands::output::complain(&error);
            ExitCode::FAILURE
        }
    }
}
