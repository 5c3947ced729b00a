//! The small facts that every page needs of everyone: people, teams, the company. Kept in memory for two seconds at
//! most and dropped with every write of this process; what a viewer may do is checked against the row's version on
//! every request (see `session::find`), so that another process' change of role or visibility holds at once.

use super::{How, Role, Scope, Viewer, Visibility, company::Company};
use crate::{
    auth::company,
    db::{
        Conn,
        schema::{teams, users},
        types::{TeamId, UserId},
    },
    error::{Error, Result},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

/// A person as lists and pages show them.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub email: Option<String>,
    pub role: Role,
    pub team_id: Option<TeamId>,
    pub time_zone: String,
    pub locale: String,
    pub theme: String,
    pub keys_on: bool,
    pub deactivated_at: Option<NaiveDateTime>,
    pub version: i64,
}

impl Person {
    pub fn is_active(&self) -> bool {
        self.deactivated_at.is_none()
    }
}

/// A team and who leads it.
#[derive(Clone, Debug, Queryable)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    pub parent_id: Option<TeamId>,
    pub manager_id: Option<UserId>,
    pub version: i64,
}

/// Everyone, at one moment.
#[derive(Clone, Debug)]
pub struct Directory {
    pub company: Company,
    /// By name.
    pub people: Vec<Person>,
    /// By name.
    pub teams: Vec<Team>,
    by_id: HashMap<UserId, usize>,
}

impl Directory {
    /// Reads it from the database. `None` until the company is set up.
    pub fn load(conn: &mut Conn) -> Result<Option<Self>> {
        let Some(company) = company::find(conn)? else { return Ok(None) };
        let people: Vec<Person> =
            users::table.order((users::name_folded, users::id)).select(Person::as_select()).load(conn)?;
        let teams = teams::table
            .order((teams::name_folded, teams::id))
            .select((teams::id, teams::name, teams::parent_id, teams::manager_id, teams::version))
            .load(conn)?;
        let by_id = people.iter().enumerate().map(|(at, p)| (p.id, at)).collect();
        Ok(Some(Self { company, people, teams, by_id }))
    }

    pub fn person(&self, id: UserId) -> Option<&Person> {
        self.by_id.get(&id).map(|at| &self.people[*at])
    }

    /// A person's name, or an empty text for nobody.
    pub fn name(&self, id: Option<UserId>) -> &str {
        id.and_then(|id| self.person(id)).map_or("", |p| p.name.as_str())
    }

    pub fn team(&self, id: TeamId) -> Option<&Team> {
        self.teams.iter().find(|t| t.id == id)
    }

    /// People who can be given something to do.
    pub fn active(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|p| p.is_active())
    }

    /// The team and every team below it.
    pub fn team_and_below(&self, top: TeamId) -> Vec<TeamId> {
        let mut found = vec![top];
        let mut at = 0;
        while at < found.len() {
            let children: Vec<TeamId> = self
                .teams
                .iter()
                .filter(|t| t.parent_id == Some(found[at]) && !found.contains(&t.id))
                .map(|t| t.id)
                .collect();
            found.extend(children);
            at += 1;
        }
        found
    }

    /// Members of these teams, managers included.
    pub fn members(&self, teams: &[TeamId]) -> Vec<i64> {
        let mut ids: Vec<i64> = self
            .people
            .iter()
            .filter(|p| p.team_id.is_some_and(|t| teams.contains(&t)))
            .map(|p| p.id.0)
            .chain(self.teams.iter().filter(|t| teams.contains(&t.id)).filter_map(|t| t.manager_id.map(|m| m.0)))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// This person as a viewer: to ask what they see.
    pub fn viewer_of(&self, person: &Person) -> Viewer {
        Viewer { id: Some(person.id), role: person.role, scope: self.scope_of(person), how: How::Page }
    }

    /// Whose records this person sees under the company's setting.
    pub fn scope_of(&self, person: &Person) -> Scope {
        if person.role == Role::Admin || self.company.visibility == Visibility::Everyone {
            return Scope::Everyone;
        }
        let mut tops: Vec<TeamId> =
            self.teams.iter().filter(|t| t.manager_id == Some(person.id)).map(|t| t.id).collect();
        let follows_team = self.company.visibility == Visibility::Team || person.role == Role::Manager;
        if follows_team {
            tops.extend(person.team_id);
        }
        let below: Vec<TeamId> = tops.into_iter().flat_map(|t| self.team_and_below(t)).collect();
        let mut owners = if below.is_empty() { Vec::new() } else { self.members(&below) };
        owners.push(person.id.0);
        owners.sort_unstable();
        owners.dedup();
        Scope::Owners(owners)
    }
}

/// The directory that this process holds.
#[derive(Default)]
pub struct Cache {
    held: RwLock<Option<(Instant, u64, Arc<Directory>)>>,
}

impl Cache {
    const FRESH: Duration = Duration::from_secs(2);

    /// The held directory when it is fresh and agrees with these row versions, else a new one.
    ///
    /// # Errors
    /// `Error::NotFound` until the company is set up.
    pub fn get(&self, conn: &mut Conn, generation: u64, agrees: impl Fn(&Directory) -> bool) -> Result<Arc<Directory>> {
        if let Ok(held) = self.held.read()
            && let Some((at, from, directory)) = held.as_ref()
            && *from == generation
            && at.elapsed() < Self::FRESH
            && agrees(directory)
        {
            return Ok(directory.clone());
        }
        let directory = Arc::new(Directory::load(conn)?.ok_or(Error::NotFound)?);
        if let Ok(mut held) = self.held.write() {
            *held = Some((Instant::now(), generation, directory.clone()));
        }
        Ok(directory)
    }
}

/// A person's name straight from the database, for the journal.
pub fn name_of(conn: &mut Conn, id: Option<UserId>) -> Result<Option<String>> {
    match id {
        Some(id) => Ok(users::table.find(id).select(users::name).first(conn).optional()?),
        None => Ok(None),
    }
}
