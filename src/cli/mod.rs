//! The command line: one file per subcommand. Exit codes: 0 done, 1 failed, 2 wrong usage.

mod backup;
mod demo;
mod import;
mod migrate;
mod routes;
mod serve;
mod setup;
mod user;

use crate::{
    config::{Serving, Storage},
    error::Result,
};
use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

/// The CRM that knows its customers.
#[derive(Parser)]
#[command(name = "rapport", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a server with an invented company, to look round in.
    Demo(demo::DemoArguments),
    /// Runs the server.
    #[command(
        after_help = "RAPPORT_LOG says how much is logged to standard error: error, warn, info (the default), debug."
    )]
    Serve {
        #[command(flatten)]
        serving: Serving,
        #[command(flatten)]
        storage: Storage,
    },
    /// People of the company.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Copies the embedded database into a new file, whole and consistent, while the server runs.
    Backup {
        /// The file to be made; one that exists is never overwritten.
        file: PathBuf,
        #[command(flatten)]
        storage: Storage,
    },
    /// Imports a CSV file of another program, or a list of Rapport's own (docs/importing.md).
    Import {
        #[command(flatten)]
        import: import::ImportArguments,
        #[command(flatten)]
        storage: Storage,
    },
    /// Brings the database to this version.
    Migrate {
        #[command(flatten)]
        storage: Storage,
        /// Takes every migration back: all data is lost.
        #[arg(long, hide = true)]
        down: bool,
    },
    /// Makes the company without the set-up page, for scripts.
    #[command(hide = true)]
    Setup {
        #[command(flatten)]
        storage: Storage,
        #[command(flatten)]
        company: setup::CompanyArguments,
    },
    /// Prints every address of the product and who may use it, as JSON lines.
    #[command(hide = true)]
    Routes,
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rapport: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Demo(arguments) => demo::run(arguments),
        Command::Serve { serving, storage } => serve::run(serving, &storage),
        Command::User(command) => user::run(command),
        Command::Backup { file, storage } => backup::run(&file, &storage),
        Command::Import { import, storage } => import::run(&storage, &import),
        Command::Migrate { storage, down } => migrate::run(&storage, down),
        Command::Setup { storage, company } => setup::run(&storage, company),
        Command::Routes => routes::run(),
    }
}
