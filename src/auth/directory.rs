//! The small facts that every page needs of everyone: people, teams, the company. Kept in memory for two seconds at
//! most and dropped with every write of this process; what a viewer may do is checked against the row's version on
//! every request (see `session::find`), so that another process' change of role or visibility holds at once.

use super::{How, Role, Scope, Viewer, Visibility, company::Company};
use crate::{
    auth::company,
    db::{
        Conn,
        schema::{teams, users},
        types::{TeamId, UserId, fold},
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

/// Up to so many people are listed in a page; more are looked up by name.
const LISTED: usize = 100;
/// So many of a team, and of all others, stand in a page that cannot list everyone.
const SOME: usize = 25;

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
    /// Names of `people` without case and accents, in the same order.
    folded: Vec<String>,
    by_id: HashMap<UserId, usize>,
}

impl Directory {
    /// Reads it from the database. `None` until the company is set up.
    pub fn load(conn: &mut Conn) -> Result<Option<Self>> {
        let Some(company) = company::find(conn)? else { return Ok(None) };
        let rows: Vec<(Person, String)> = users::table
            .order((users::name_folded, users::id))
            .select((Person::as_select(), users::name_folded))
            .load(conn)?;
        let (people, folded): (Vec<Person>, Vec<String>) = rows.into_iter().unzip();
        let teams = teams::table
            .order((teams::name_folded, teams::id))
            .select((teams::id, teams::name, teams::parent_id, teams::manager_id, teams::version))
            .load(conn)?;
        let by_id = people.iter().enumerate().map(|(at, p)| (p.id, at)).collect();
        Ok(Some(Self { company, people, teams, folded, by_id }))
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

    /// Whether there are too many people to list them all in a page.
    pub fn is_large(&self) -> bool {
        self.active().nth(LISTED).is_some()
    }

    /// The active people that a field lists before anything is typed: everyone, by name. Where they are too many: this
    /// person, their team, and some others.
    pub fn offered(&self, me: &Person) -> Vec<&Person> {
        if !self.is_large() {
            return self.active().collect();
        }
        let near = |p: &&Person| p.id != me.id && me.team_id.is_some() && p.team_id == me.team_id;
        let mut found: Vec<&Person> = self.active().filter(|p| p.id == me.id).collect();
        found.extend(self.active().filter(near).take(SOME));
        found.extend(self.active().filter(|p| p.id != me.id && !near(p)).take(SOME));
        found
    }

    /// People, those who have left too, whom this text can mean: who are called or write from exactly that, else whose
    /// names have parts that begin with its words, or whose address begins with it.
    pub fn named(&self, text: &str) -> Vec<&Person> {
        let (whole, address) = (fold(text.trim()), text.trim().to_lowercase());
        if address.is_empty() {
            return Vec::new();
        }
        let email = |p: &Person| p.email.as_deref().unwrap_or_default().to_lowercase();
        let all = || self.people.iter().zip(&self.folded);
        let exact: Vec<&Person> =
            all().filter(|(p, name)| **name == whole || email(p) == address).map(|(p, _)| p).collect();
        let parts = |text: &str| -> Vec<String> {
            text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).map(str::to_owned).collect()
        };
        let words = parts(&whole);
        if !exact.is_empty() || words.is_empty() {
            return exact;
        }
        all()
            .filter(|(p, name)| {
                let own = parts(name);
                words.iter().all(|word| own.iter().any(|part| part.starts_with(word.as_str())))
                    || email(p).starts_with(&address)
            })
            .map(|(p, _)| p)
            .collect()
    }

    /// The one active person whom this text means.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn meant(&self, text: &str) -> Result<&Person, String> {
        let text = text.trim();
        let found: Vec<&Person> = self.named(text).into_iter().filter(|p| p.is_active()).collect();
        match found.as_slice() {
            [] => {
                Err(format!("Nobody here is called “{text}”: write the name or the e-mail of someone who works here."))
            }
            [one] => Ok(one),
            [one, other, ..] if one.name == other.name => Err(format!(
                "There are {} people called {}: write the e-mail of the one you mean.",
                found.len(),
                one.name
            )),
            [one, other, ..] => Err(format!(
                "“{text}” fits {} people, such as {} and {}: write the whole name or the e-mail.",
                found.len(),
                one.name,
                other.name
            )),
        }
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
