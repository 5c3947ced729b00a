//! `rapport demo`: a company to look round in.

use super::serve;
use crate::{
    config::{Serving, Storage},
    db::{Source, dialect, types::now},
    demo,
    error::Result,
};
use clap::Args;
use std::{path::PathBuf, time::Instant};

#[derive(Args)]
pub struct DemoArguments {
    /// Folder of the demo's database, made when it is missing. An empty one is filled; one with the demo in it is served.
    #[arg(long, env = "RAPPORT_DATA", default_value = "demo-data", value_name = "DIR")]
    data: PathBuf,
    /// `postgres://…` of an empty database instead of the embedded one.
    #[arg(long, env = "RAPPORT_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Fills the database and ends.
    #[arg(long, hide = true)]
    fill_only: bool,
    /// This many contacts, with accounts and deals one to ten: for measuring.
    #[arg(long, hide = true, default_value_t = demo::CONTACTS, value_name = "N")]
    contacts: usize,
    #[command(flatten)]
    serving: Serving,
}

pub fn run(arguments: DemoArguments) -> Result<()> {
    if !arguments.fill_only {
        serve::log_to_stderr();
    }
    let storage = Storage { data: arguments.data, database_url: arguments.database_url };
    let source = Source::from_settings(&storage)?;
    let mut conn = source.connect()?;
    dialect::migrate(&mut conn)?;
    if demo::is_filled(&mut conn)? {
        println!("The demo company is there already");
    } else {
        println!("Making a demo company, this takes a few seconds");
        let begun = Instant::now();
        let filled = demo::fill(&mut conn, arguments.contacts, now())?;
        println!(
            "{} accounts, {} contacts, {} deals, {} notes, calls and meetings, {} tasks in {:.1} s",
            filled.accounts,
            filled.contacts,
            filled.deals,
            filled.entries,
            filled.tasks,
            begun.elapsed().as_secs_f64()
        );
    }
    drop(conn);
    let mut lines = vec!["Sign in as".to_owned()];
    for (role, name, email) in demo::sign_ins() {
        lines.push(format!("  {:<8} {email:<22} {name}", role.label()));
    }
    lines.push(format!("Everyone's password: {}", demo::PASSWORD));
    if arguments.fill_only {
        lines.iter().for_each(|line| println!("{line}"));
        return Ok(());
    }
    serve::serve(arguments.serving, &source, None, &lines)
}
