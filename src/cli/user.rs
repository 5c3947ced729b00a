//! `rapport user add`

use crate::{
    auth::{How, Role, Viewer, company, password, teams, users},
    config::Storage,
    db::{
        self, Source, dialect,
        types::{EmailAddress, clean, now},
    },
    error::{Error, Result},
};
use clap::Subcommand;
use std::io::Read;

#[derive(Subcommand)]
pub enum UserCommand {
    /// Adds a person.
    Add {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        #[arg(long, value_parser = ["admin", "manager", "rep", "agent"])]
        role: String,
        /// Name of their team; a team that is not there yet is made.
        #[arg(long)]
        team: Option<String>,
        /// Reads the password from standard input. Without it the person sets one by the link that is printed.
        #[arg(long)]
        password_stdin: bool,
        /// The address people type, for the invitation link; without it the link is printed from its slash on.
        #[arg(long, env = "RAPPORT_BASE_URL", value_name = "URL")]
        base_url: Option<String>,
        #[command(flatten)]
        storage: Storage,
    },
}

pub fn run(command: UserCommand) -> Result<()> {
    let UserCommand::Add { email, name, role, team, password_stdin, base_url, storage } = command;
    let email = EmailAddress::parse(&email).map_err(Error::internal)?;
    let name = clean(&name).ok_or_else(|| Error::internal("a person needs a name: write --name \"Ana Souza\""))?;
    let secret = if password_stdin {
        let mut typed = String::new();
        std::io::stdin().take(4096).read_to_string(&mut typed)?;
        let typed = typed.trim_end_matches(['\n', '\r']).to_owned();
        password::check_strength(&typed, &[&name, email.as_str()]).map_err(Error::internal)?;
        Some(typed)
    } else {
        None
    };
    let mut conn = Source::from_settings(&storage)?.connect()?;
    dialect::migrate(&mut conn)?;
    let link = db::transaction(&mut conn, |conn| {
        let company = company::find(conn)?.ok_or_else(|| {
            Error::internal("there is no company yet: open the set-up link that rapport serve prints")
        })?;
        let (system, at) = (Viewer::system(How::System), now());
        let team_id = match &team {
            Some(wanted) => Some(teams::find_or_make(conn, &system, wanted, at)?),
            None => None,
        };
        let new = users::NewUser {
            name: name.clone(),
            email: Some(email.clone()),
            role: Role::parse(&role).ok_or_else(|| Error::internal("the role is admin, manager, rep or agent"))?,
            team_id,
            time_zone: company.time_zone.name().to_owned(),
            password: secret.clone(),
        };
        let id = users::create(conn, &system, &new, at)?;
        match secret {
            Some(_) => Ok(None),
            None => crate::auth::links::make(conn, crate::auth::links::Kind::Invitation, Some(id), at).map(Some),
        }
    })?;
    println!("{name} is added");
    if let Some(secret) = link {
        let base = base_url.unwrap_or_default();
        println!("They set their password at {}/invitations/{secret}, within 7 days", base.trim_end_matches('/'));
    }
    Ok(())
}
