//! Assignment rules: their order, each rule's form, and a trial on a lead that is there.

use super::conditions::Rows;
use crate::{
    auth::Role,
    contacts::{self, Contact},
    db::{
        Conn,
        types::{ContactId, QueueId, RuleId, TeamId, UserId, clean},
    },
    error::Result,
    leads::assignment::{
        self, Input, Recipient, Rule, Target, Verdict,
        queues::{self, Queue},
    },
    records::RecordRef,
    ui::{Flash, Page, PersonField, choices},
    web::{Admin, Answer, App, Fields, Query, page, page_with, see_other, see_other_with},
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;

#[derive(Template)]
#[template(path = "settings/assignment.html")]
struct RuleIndex {
    page: Page,
    /// Each with the name of whom it gives to, and why that is nobody.
    rules: Vec<(Rule, String, Option<&'static str>)>,
    trial: Option<Trial>,
    /// What was looked for to try the rules on, and who was found.
    q: String,
    found: Vec<(ContactId, String)>,
}

/// The rules held against one lead.
struct Trial {
    lead: Contact,
    /// Each with where the lead goes by it.
    verdicts: Vec<(Verdict, String)>,
    /// The number of the first that has somebody to give to.
    hit: Option<RuleId>,
}

const HERE: &str = "/settings/assignment";

/// `GET /settings/assignment?q=ana&lead=7`
pub async fn index(who: Admin, app: App, query: Query) -> Answer {
    let (reader, q, lead) = (who.0.clone(), query.one("q").trim().to_owned(), query.id("lead").map(ContactId));
    let (words, now) = (q.clone(), who.now);
    let (rules, trial, found) = app
        .db
        .read(move |conn| {
            let mut rules = Vec::new();
            for rule in assignment::all(conn)? {
                let to = assignment::target_name(conn, rule.target)?;
                let idle = assignment::idle(conn, rule.target)?;
                rules.push((rule, to, idle));
            }
            let trial = match lead {
                Some(id) => {
                    let lead = contacts::get(conn, &reader.viewer, id)?;
                    Some(Trial::load(conn, lead, now)?)
                }
                None => None,
            };
            let found =
                if words.is_empty() { Vec::new() } else { contacts::named_like(conn, &reader.viewer, &words, 10)? };
            Ok((rules, trial, found))
        })
        .await?;
    page(&RuleIndex { page: who.0, rules, trial, q, found })
}

impl Trial {
    fn load(conn: &mut Conn, lead: Contact, now: chrono::NaiveDateTime) -> Result<Self> {
        let mut verdicts = Vec::new();
        for verdict in assignment::trial(conn, &lead, now)? {
            let to = match verdict.to {
                Some(Recipient::Person(id)) => crate::auth::directory::name_of(conn, Some(id))?.unwrap_or_default(),
                Some(Recipient::Queue(id)) => format!("queue {}", queues::name_of(conn, id)?.unwrap_or_default()),
                None => String::new(),
            };
            verdicts.push((verdict, to));
        }
        let hit = verdicts.iter().find(|(v, _)| v.to.is_some()).map(|(v, _)| v.rule.id);
        Ok(Self { lead, verdicts, hit })
    }

    fn is_hit(&self, verdict: &Verdict) -> bool {
        self.hit == Some(verdict.rule.id)
    }

    /// What became of a rule, in words.
    fn outcome(&self, verdict: &Verdict, to: &str) -> String {
        if !verdict.rule.active {
            "Off".into()
        } else if !verdict.holds {
            "Does not apply".into()
        } else if verdict.to.is_none() {
            "Applies, but nobody is there to give it to: passed over".into()
        } else if self.is_hit(verdict) {
            format!("Wins: to {to}")
        } else {
            format!("Would give it to {to}, but another came first")
        }
    }
}

#[derive(Template)]
#[template(path = "settings/assignment_rule.html")]
struct RuleEdit {
    page: Page,
    /// `None` for a new one.
    rule: Option<(RuleId, String)>,
    version: i64,
    name: String,
    active: bool,
    rows: Rows,
    /// `owner`, `team` or `queue`.
    target: String,
    owner: String,
    team: String,
    queue: String,
    queues: Vec<Queue>,
    errors: Vec<(String, String)>,
}

impl RuleEdit {
    fn blank(page: Page, queues: Vec<Queue>) -> Self {
        Self {
            page,
            rule: None,
            version: 0,
            name: String::new(),
            active: true,
            rows: Rows::default(),
            target: "owner".into(),
            owner: String::new(),
            team: String::new(),
            queue: String::new(),
            queues,
            errors: Vec::new(),
        }
        .padded()
    }

    fn of(page: Page, rule: &Rule, queues: Vec<Queue>) -> Self {
        let mut form = Self::blank(page, queues);
        form.rule = Some((rule.id, rule.name.clone()));
        form.version = rule.version;
        form.name.clone_from(&rule.name);
        form.active = rule.active;
        form.rows = Rows::of(&rule.conditions);
        let (target, id) = match rule.target {
            Target::Owner(id) => ("owner", id.to_string()),
            Target::Team(id) => ("team", id.to_string()),
            Target::Queue(id) => ("queue", id.to_string()),
            Target::Nobody => ("owner", String::new()),
        };
        form.target = target.into();
        match target {
            "team" => form.team = id,
            "queue" => form.queue = id,
            _ => form.owner = id,
        }
        form.padded()
    }

    /// With blank rows for further conditions.
    fn padded(mut self) -> Self {
        self.rows.pad();
        self
    }

    fn read(mut self, fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        (self.name, self.active, self.target) = (own("name"), fields.has("active"), own("target"));
        (self.owner, self.team, self.queue) = (fields.person("owner"), own("team"), own("queue"));
        self.rows = Rows::read(fields);
        self
    }

    /// The valid input, or `None` with the errors filled in.
    fn check(&mut self) -> Option<Input> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let name = clean(&self.name).filter(|n| n.chars().count() <= 80);
        if name.is_none() {
            errors
                .push(("name".into(), "Write a name of at most 80 signs, such as “Large firms in the north”.".into()));
        }
        let conditions = self.rows.check(&mut errors);
        let target = match self.target.as_str() {
            "team" => self
                .team
                .parse()
                .ok()
                .map(TeamId)
                .filter(|id| self.page.directory.team(*id).is_some())
                .map(Target::Team),
            "queue" => {
                let queue = self.queue.parse().ok().map(QueueId);
                queue.filter(|id| self.queues.iter().any(|q| q.id == *id)).map(Target::Queue)
            }
            _ => match self.page.owner(&self.owner, None) {
                Ok(owner)
                    if owner.and_then(|id| self.page.directory.person(id)).is_some_and(|p| p.role == Role::Agent) =>
                {
                    errors.push(("owner".into(), "An agent works no leads: choose somebody who sells.".into()));
                    Some(Target::Nobody)
                }
                Ok(owner) => owner.map(Target::Owner),
                Err(sentence) => {
                    errors.push(("owner".into(), sentence));
                    Some(Target::Nobody)
                }
            },
        };
        if target.is_none() {
            let field = if matches!(self.target.as_str(), "team" | "queue") { self.target.as_str() } else { "owner" };
            errors.push((field.into(), "Who gets the leads? Choose.".into()));
        }
        if let Some(why) = target.and_then(|target| self.idle(target)) {
            let field = if matches!(self.target.as_str(), "team" | "queue") { self.target.as_str() } else { "owner" };
            errors.push((field.into(), why.into()));
        }
        self.errors = errors;
        if self.errors.is_empty() {
            Some(Input { name: name?, active: self.active, conditions, target: target? })
        } else {
            None
        }
    }

    /// Why nobody would get a lead, as far as that is certain.
    fn idle(&self, target: Target) -> Option<&'static str> {
        match target {
            Target::Team(team) => {
                let sells = |p: &&crate::auth::directory::Person| p.team_id == Some(team) && p.role != Role::Agent;
                let empty = !self.page.directory.active().any(|p| sells(&p));
                empty.then_some("Nobody in this team sells: choose another, or add people to it first.")
            }
            Target::Queue(id) => {
                let away = self.queues.iter().any(|q| q.id == id && !q.active);
                away.then_some("This queue is put away: bring it back first, or choose another.")
            }
            Target::Owner(_) | Target::Nobody => None,
        }
    }

    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    fn owners(&self) -> PersonField {
        let mut field = self.page.owners(&self.owner);
        // Agents have no leads.
        let sells = |id: &str| {
            let person = id.parse().ok().and_then(|id| self.page.directory.person(UserId(id)));
            person.is_none_or(|p| p.role != Role::Agent)
        };
        field.options.retain(|(id, ..)| sells(id));
        field
    }

    fn teams(&self) -> choices::Options {
        let mut options = vec![(String::new(), "Choose a team".to_owned(), self.team.is_empty())];
        let teams = self.page.directory.teams.iter();
        options.extend(teams.map(|t| (t.id.to_string(), t.name.clone(), t.id.to_string() == self.team)));
        options
    }

    fn queue_options(&self) -> choices::Options {
        let mut options = vec![(String::new(), "Choose a queue".to_owned(), self.queue.is_empty())];
        let offered = self.queues.iter().filter(|q| q.active || q.id.to_string() == self.queue);
        options.extend(offered.map(|q| (q.id.to_string(), q.name.clone(), q.id.to_string() == self.queue)));
        options
    }
}

/// `GET /settings/assignment/new`
pub async fn new(who: Admin, app: App) -> Answer {
    let queues = app.db.read(queues::all).await?;
    page(&RuleEdit::blank(who.0, queues))
}

/// `GET /settings/assignment/{id}`
pub async fn edit(who: Admin, app: App, id: Path<RuleId>) -> Answer {
    let id = *id;
    let (rule, queues) = app.db.read(move |conn| Ok((assignment::get(conn, id)?, queues::all(conn)?))).await?;
    page(&RuleEdit::of(who.0, &rule, queues))
}

/// `POST /settings/assignment`
pub async fn create(who: Admin, app: App, fields: Fields) -> Answer {
    let queues = app.db.read(queues::all).await?;
    let mut form = RuleEdit::blank(who.0, queues).read(&fields);
    let Some(input) = form.check() else {
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &form.padded());
    };
    let (viewer, now) = (form.page.viewer.clone(), form.page.now);
    app.db.write(move |conn| assignment::create(conn, &viewer, &input, now)).await?;
    Ok(see_other_with(HERE, Flash::new("Rule added behind the others")))
}

/// `POST /settings/assignment/{id}`
pub async fn update(who: Admin, app: App, id: Path<RuleId>, fields: Fields) -> Answer {
    let (id, version) = (*id, fields.version());
    let (rule, queues) = app.db.read(move |conn| Ok((assignment::get(conn, id)?, queues::all(conn)?))).await?;
    let mut form = RuleEdit::of(who.0, &rule, queues).read(&fields);
    form.version = version;
    let Some(input) = form.check() else {
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &form.padded());
    };
    let (viewer, now) = (form.page.viewer.clone(), form.page.now);
    let saved = app
        .db
        .write(move |conn| {
            let rule = assignment::get(conn, id)?;
            assignment::update(conn, &viewer, &rule, version, &input, now)
        })
        .await?;
    if saved {
        return Ok(see_other_with(HERE, Flash::new("Rule saved")));
    }
    form.version = rule.version;
    let sentence =
        "Someone changed this rule while you were writing. What you wrote stands here: save again to keep it.";
    form.errors.push((String::new(), sentence.into()));
    page_with(StatusCode::CONFLICT, &form.padded())
}

/// `POST /settings/assignment/{id}/deletion`
pub async fn destroy(who: Admin, app: App, id: Path<RuleId>) -> Answer {
    let (id, viewer, now) = (*id, who.viewer.clone(), who.now);
    app.db.write(move |conn| assignment::delete(conn, &viewer, id, now)).await?;
    Ok(see_other_with(HERE, Flash::new("Rule taken away")))
}

/// `POST /settings/assignment/{id}/rise`: one place up, or `down`.
pub async fn raise(who: Admin, app: App, id: Path<RuleId>, fields: Fields) -> Answer {
    let (id, viewer, now, down) = (*id, who.viewer.clone(), who.now, fields.has("down"));
    app.db.write(move |conn| assignment::place(conn, &viewer, id, down, now)).await?;
    Ok(see_other(HERE))
}

impl RuleIndex {
    fn url(&self, id: &ContactId) -> String {
        RecordRef::from(*id).url()
    }
}
