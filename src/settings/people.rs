//! People: who works here, their role, team and invitation.

use crate::{
    auth::{
        Role,
        directory::Person,
        letters,
        users::{self, Input, NewUser, Standing},
    },
    db::types::{EmailAddress, TeamId, UserId, clean, fold},
    error::{Error, Result},
    records::RecordRef,
    ui::{Avatar, Flash, Page},
    web::{Admin, Answer, App, Fields, Query, conflict, conflict::Entry, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;

/// As typed.
#[derive(Default)]
struct PersonForm {
    name: String,
    email: String,
    role: String,
    team: String,
    invite: bool,
    version: i64,
    /// The values that the form was first drawn with (`web::conflict::was`); empty for a new person.
    was: String,
    errors: Vec<(String, String)>,
}

impl PersonForm {
    fn of(person: &Person) -> Self {
        Self {
            name: person.name.clone(),
            email: person.email.clone().unwrap_or_default(),
            role: person.role.text().into(),
            team: person.team_id.map(|t| t.to_string()).unwrap_or_default(),
            version: person.version,
            ..Self::default()
        }
    }

    fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            name: own("name"),
            email: own("email"),
            role: own("role"),
            team: own("team"),
            invite: fields.has("invite"),
            version: fields.version(),
            was: own("was"),
            errors: Vec::new(),
        }
    }

    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    fn check(&mut self, page: &Page) -> Option<Input> {
        let name = clean(&self.name).filter(|n| n.chars().count() <= 200);
        if name.is_none() {
            self.errors.push(("name".into(), "What are they called? Write a name of up to 200 signs.".into()));
        }
        let email = match self.email.trim() {
            "" => Some(None),
            typed => EmailAddress::parse(typed).map_err(|s| self.errors.push(("email".into(), s))).ok().map(Some),
        };
        if self.invite && email == Some(None) {
            self.errors
                .push(("email".into(), "An invitation needs an address: write one, or add them without.".into()));
        }
        let role = Role::parse(&self.role);
        if role.is_none() {
            self.errors.push(("role".into(), "What may they do? Choose a role.".into()));
        }
        let team_id = self.team.parse().ok().map(TeamId);
        if team_id.is_some_and(|id| page.directory.team(id).is_none()) {
            self.errors.push(("team".into(), "This team is gone: choose another.".into()));
        }
        if !self.errors.is_empty() {
            return None;
        }
        Some(Input { name: name?, email: email?, role: role?, team_id })
    }

    fn entries(&self, page: &Page) -> Vec<Entry> {
        let team = self.team.parse().ok().and_then(|id| page.directory.team(TeamId(id)));
        vec![
            Entry::new("name", "Name", &self.name),
            Entry::new("email", "E-mail", &self.email),
            Entry::choice("role", "Role", &self.role, Role::parse(&self.role).map_or("", Role::label)),
            Entry::choice("team", "Team", &self.team, team.map_or("", |t| t.name.as_str())),
        ]
    }

    fn roles(&self) -> Vec<(&'static str, &'static str, &'static str, bool)> {
        let about = |role: Role| match role {
            Role::Admin => "Everything, these settings included",
            Role::Manager => "Sales and service, hand-overs, final erase",
            Role::Rep => "Leads, deals and all around them",
            Role::Agent => "Service; reads deals without changing them",
        };
        Role::ALL.iter().rev().map(|r| (r.text(), r.label(), about(*r), r.text() == self.role)).collect()
    }

    fn teams(&self, page: &Page) -> Vec<(String, String, bool)> {
        let mut options = vec![(String::new(), "No team".to_owned(), self.team.is_empty())];
        let teams = page.directory.teams.iter();
        options.extend(teams.map(|t| (t.id.to_string(), t.name.clone(), t.id.to_string() == self.team)));
        options
    }
}

/// A person, as the list shows them.
struct Line {
    person: Person,
    avatar: Avatar,
    team: String,
    standing: Standing,
}

impl Line {
    /// Class and words of their state.
    fn state(&self, page: &Page) -> (&'static str, String) {
        match (self.person.is_active(), self.standing.has_password, self.standing.invited_until) {
            (false, _, _) => ("off", "Deactivated".into()),
            (true, true, _) => ("done", "Active".into()),
            (true, false, Some(until)) => match (until - page.now).num_hours() / 24 + 1 {
                1 => ("new", "Invited, 1 day left".into()),
                days => ("new", format!("Invited, {days} days left")),
            },
            (true, false, None) if self.person.email.is_some() => ("pending", "Not invited".into()),
            (true, false, None) => ("off", "Without e-mail".into()),
        }
    }
}

/// The tabs of the list: (parameter, label).
const SHOWN: [(&str, &str); 3] = [("", "Active"), ("waiting", "Cannot sign in yet"), ("deactivated", "Deactivated")];

#[derive(Template)]
#[template(path = "settings/people.html")]
struct Index {
    page: Page,
    lines: Vec<Line>,
    /// Address, label, count, current.
    tabs: Vec<(String, &'static str, usize, bool)>,
    /// Which of them are shown, and what was looked for.
    shown: String,
    q: String,
    /// How many match.
    count: usize,
    previous: Option<String>,
    next: Option<String>,
}

/// People on one page of the list.
const PAGE: usize = 100;

#[derive(Template)]
#[template(path = "settings/person.html")]
struct Edit {
    page: Page,
    form: PersonForm,
    /// `None` for a new one.
    person: Option<(Person, Standing)>,
    /// Mail reaches nobody: links are shown to be handed over.
    by_file: bool,
}

impl Index {
    fn counted(&self) -> i64 {
        i64::try_from(self.count).unwrap_or(i64::MAX)
    }

    fn url(&self, person: &Person) -> String {
        RecordRef::from(person.id).url()
    }
}

/// `GET /settings/people`
pub async fn index(who: Admin, app: App, query: Query) -> Answer {
    let now = who.now;
    let standings = app.db.read(move |conn| users::standings(conn, now)).await?;
    let (shown, q) = (query.one("show").to_owned(), query.one("q").trim().to_owned());
    let wanted = fold(&q);
    let group = |person: &Person, standing: &Standing| match (person.is_active(), standing.has_password) {
        (false, _) => "deactivated",
        (true, true) => "",
        (true, false) => "waiting",
    };
    let mut counts = [0; SHOWN.len()];
    let mut lines = Vec::new();
    for person in &who.directory.people {
        let standing = standings.get(&person.id).copied().unwrap_or_default();
        let of = group(person, &standing);
        if let Some(at) = SHOWN.iter().position(|(key, _)| *key == of) {
            counts[at] += 1;
        }
        let found = fold(&person.name).contains(&wanted)
            || person.email.as_deref().is_some_and(|email| fold(email).contains(&wanted));
        if of == shown && found {
            let team = person.team_id.and_then(|id| who.directory.team(id)).map(|t| t.name.clone());
            let avatar = Avatar::person(person.id.0, &person.name);
            lines.push(Line { person: person.clone(), avatar, team: team.unwrap_or_default(), standing });
        }
    }
    let url =
        |key: &str| if key.is_empty() { "/settings/people".into() } else { format!("/settings/people?show={key}") };
    let tabs = SHOWN.iter().zip(counts).map(|((key, label), count)| (url(key), *label, count, *key == shown)).collect();
    let count = lines.len();
    let at =
        query.id("page").and_then(|n| usize::try_from(n - 1).ok()).unwrap_or(0).min(count.saturating_sub(1) / PAGE);
    let lines: Vec<Line> = lines.into_iter().skip(at * PAGE).take(PAGE).collect();
    let step = |number: usize| {
        let mut pairs = vec![("page", number.to_string())];
        pairs
            .extend([("show", &shown), ("q", &q)].into_iter().filter(|p| !p.1.is_empty()).map(|(k, v)| (k, v.clone())));
        format!("/settings/people?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
    };
    let (previous, next) = ((at > 0).then(|| step(at)), ((at + 1) * PAGE < count).then(|| step(at + 2)));
    page(&Index { page: who.0, lines, tabs, shown, q, count, previous, next })
}

/// `GET /settings/people/new`
pub async fn new(who: Admin, app: App) -> Answer {
    let form = PersonForm { role: Role::Rep.text().into(), invite: true, ..PersonForm::default() };
    page(&Edit { page: who.0, form, person: None, by_file: app.postman_writes_files() })
}

/// `POST /settings/people`
pub async fn create(who: Admin, app: App, fields: Fields) -> Answer {
    let mut form = PersonForm::read(&fields);
    let Some(input) = form.check(&who.0) else {
        return redraw(&Edit { page: who.0, form, person: None, by_file: app.postman_writes_files() });
    };
    let (reader, state, invite) = (who.0.clone(), app.clone(), form.invite);
    let made = app
        .db
        .write(move |conn| {
            let company = &reader.directory.company;
            let new = NewUser {
                name: input.name,
                email: input.email,
                role: input.role,
                team_id: input.team_id,
                time_zone: company.time_zone.name().to_owned(),
                password: None,
            };
            let id = users::create(conn, &reader.viewer, &new, reader.now)?;
            let person = users::get(conn, id)?;
            let link = if invite { Some(invitation(conn, &reader, &state, &person)?) } else { None };
            Ok((person, link))
        })
        .await;
    match made {
        Ok((person, Some(link))) => Ok(invited(&app, &person, &link)),
        Ok((person, None)) => Ok(see_other_with("/settings/people", Flash::new(format!("{} is added", person.name)))),
        Err(Error::Refused(sentence)) => {
            form.errors.push(("email".into(), sentence));
            redraw(&Edit { page: who.0, form, person: None, by_file: app.postman_writes_files() })
        }
        Err(error) => Err(error),
    }
}

fn invitation(conn: &mut crate::db::Conn, reader: &Page, app: &App, person: &Person) -> Result<String> {
    let company = &reader.directory.company.name;
    letters::invite(conn, &reader.viewer, person, company, &reader.me.name, &app.base_url, reader.now)
}

/// Says that the invitation leaves. Where mail reaches nobody, shows the link, this once.
fn invited(app: &App, person: &Person, link: &str) -> actix_web::HttpResponse {
    app.mail_queued();
    let url = format!("/settings/people/{}", person.id);
    let text = if app.postman_writes_files() {
        format!(
            "{} chooses a password within 7 days at {link} (mail is only written to a file: hand the link over)",
            person.name
        )
    } else {
        format!("The invitation to {} is on its way", person.name)
    };
    see_other_with(url, Flash::new(text))
}

async fn load(app: &App, id: UserId, now: chrono::NaiveDateTime) -> Result<(Person, Standing)> {
    app.db
        .read(move |conn| {
            let person = users::get(conn, id)?;
            Ok((person, users::standings(conn, now)?.get(&id).copied().unwrap_or_default()))
        })
        .await
}

/// `GET /settings/people/{id}`
pub async fn edit(who: Admin, app: App, id: Path<UserId>) -> Answer {
    let (person, standing) = load(&app, *id, who.now).await?;
    let mut form = PersonForm::of(&person);
    form.was = conflict::was(&form.entries(&who.0));
    page(&Edit { page: who.0, form, person: Some((person, standing)), by_file: app.postman_writes_files() })
}

/// `POST /settings/people/{id}`
pub async fn update(who: Admin, app: App, id: Path<UserId>, fields: Fields) -> Answer {
    let (id, now) = (*id, who.now);
    let fields = fields.resolved();
    let mut form = PersonForm::read(&fields);
    let (viewer, version) = (who.viewer.clone(), form.version);
    let outcome = match form.check(&who.0) {
        None => Err(None),
        Some(input) => match app
            .db
            .write(move |conn| {
                let person = users::get(conn, id)?;
                let taken = match &input.email {
                    Some(email) => users::find_by_email(conn, &email.key())?.is_some_and(|other| other.id != id),
                    None => false,
                };
                if taken {
                    return Err(Error::Refused("This e-mail belongs to someone already: use another address.".into()));
                }
                Ok((users::update(conn, &viewer, &person, version, &input, now)?, person))
            })
            .await
        {
            Err(Error::Refused(sentence)) => Err(Some(sentence)),
            Err(error) => return Err(error),
            Ok(done) => Ok(done),
        },
    };
    match outcome {
        Ok((true, _)) => Ok(see_other_with("/settings/people", Flash::new(format!("{} is saved", form.name.trim())))),
        Ok((false, person)) => {
            let (mine, theirs) = (form.entries(&who.0), PersonForm::of(&person).entries(&who.0));
            let url = format!("/settings/people/{id}");
            conflict::answer(who.0, &person.name, url.clone(), url, person.version, &form.was, mine, theirs)
        }
        Err(sentence) => {
            // A refusal is about the address or the role, and says which.
            let field = |s: &String| if s.contains("admin") { "role-admin" } else { "email" };
            form.errors.extend(sentence.map(|s| (field(&s).to_owned(), s)));
            let person = Some(load(&app, id, now).await?);
            redraw(&Edit { page: who.0, form, person, by_file: app.postman_writes_files() })
        }
    }
}

/// `POST /settings/people/{id}/invitation`: sends one, or another; the one before stops working.
pub async fn invite(who: Admin, app: App, id: Path<UserId>) -> Answer {
    let (reader, state, id) = (who.0.clone(), app.clone(), *id);
    let (person, link) = app
        .db
        .write(move |conn| {
            let person = users::get(conn, id)?;
            let link = invitation(conn, &reader, &state, &person)?;
            Ok((person, link))
        })
        .await?;
    Ok(invited(&app, &person, &link))
}

/// `POST /settings/people/{id}/sessions/deletion`
pub async fn end_sessions(who: Admin, app: App, id: Path<UserId>) -> Answer {
    let (viewer, id, own, now) = (who.viewer.clone(), *id, who.session_id, who.now);
    app.db
        .write(move |conn| {
            let person = users::get(conn, id)?;
            users::end_sessions(conn, &viewer, &person, Some(own), now)
        })
        .await?;
    Ok(see_other_with(format!("/settings/people/{id}"), Flash::new("They are signed out everywhere")))
}
