//! Teams: the tree, and each team's form.

use crate::{
    auth::{
        directory::{Directory, Team},
        teams::{self, Input},
    },
    db::types::{TeamId, UserId, clean},
    error::{Error, Result},
    leads::assignment,
    ui::{Flash, Page, PersonField},
    web::{Admin, Answer, App, Fields, conflict, conflict::Entry, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;

/// A node of the tree in the order it is drawn.
struct Node {
    team: Team,
    /// It opens a list below the node before it.
    opens: bool,
    /// So many lists end before it.
    closes: usize,
    manager: String,
    people: usize,
}

/// The tree from its tops down, and how many lists are open at its end. A team whose parents go in a circle, which no
/// form makes, stands at the top.
fn tree(directory: &Directory) -> (Vec<Node>, usize) {
    fn descend(directory: &Directory, parent: Option<TeamId>, depth: usize, found: &mut Vec<(usize, Team)>) {
        for team in directory.teams.iter().filter(|t| t.parent_id == parent) {
            if !found.iter().any(|(_, seen)| seen.id == team.id) {
                found.push((depth, team.clone()));
                descend(directory, Some(team.id), depth + 1, found);
            }
        }
    }
    let mut found = Vec::new();
    descend(directory, None, 0, &mut found);
    for team in &directory.teams {
        if !found.iter().any(|(_, seen)| seen.id == team.id) {
            found.push((0, team.clone()));
            descend(directory, Some(team.id), 1, &mut found);
        }
    }
    let mut before = 0;
    let mut nodes = Vec::with_capacity(found.len());
    for (at, (depth, team)) in found.into_iter().enumerate() {
        let people = directory.active().filter(|p| p.team_id == Some(team.id)).count();
        let manager = directory.name(team.manager_id).to_owned();
        let (opens, closes) = (at > 0 && depth > before, before.saturating_sub(depth));
        nodes.push(Node { team, opens, closes, manager, people });
        before = depth;
    }
    (nodes, before)
}

/// As typed.
#[derive(Default)]
struct TeamForm {
    name: String,
    parent: String,
    manager: String,
    version: i64,
    /// The values that the form was first drawn with (`web::conflict::was`); empty for a new team.
    was: String,
    errors: Vec<(String, String)>,
}

impl TeamForm {
    fn of(team: &Team) -> Self {
        Self {
            name: team.name.clone(),
            parent: team.parent_id.map(|t| t.to_string()).unwrap_or_default(),
            manager: team.manager_id.map(|m| m.to_string()).unwrap_or_default(),
            version: team.version,
            was: String::new(),
            errors: Vec::new(),
        }
    }

    fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            name: own("name"),
            parent: own("parent"),
            manager: fields.person("manager"),
            version: fields.version(),
            was: own("was"),
            errors: Vec::new(),
        }
    }

    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    fn check(&mut self, page: &Page) -> Option<Input> {
        let name = clean(&self.name).filter(|n| n.chars().count() <= 120);
        if name.is_none() {
            self.errors.push(("name".into(), "What is the team called? Write a name of up to 120 signs.".into()));
        }
        let parent_id = self.parent.parse().ok().map(TeamId);
        if parent_id.is_some_and(|id| page.directory.team(id).is_none()) {
            self.errors.push(("parent".into(), "This team is gone: choose another.".into()));
        }
        // Whoever has left may go on leading a team in name, until another is chosen.
        let manager_id = page.owner(&self.manager, self.manager.parse().ok().map(UserId)).unwrap_or_else(|sentence| {
            self.errors.push(("manager".into(), sentence));
            None
        });
        if let Some(manager) = manager_id {
            self.manager = manager.to_string();
        }
        if !self.errors.is_empty() {
            return None;
        }
        Some(Input { name: name?, parent_id, manager_id })
    }

    fn entries(&self, page: &Page) -> Vec<Entry> {
        let parent = self.parent.parse().ok().and_then(|id| page.directory.team(TeamId(id)));
        let manager = self.manager.parse().ok().map(UserId);
        vec![
            Entry::new("name", "Name", &self.name),
            Entry::choice("parent", "Part of", &self.parent, parent.map_or("", |t| t.name.as_str())),
            Entry::choice("manager", "Led by", &self.manager, page.directory.name(manager)),
        ]
    }

    /// Every team that it can be part of: not itself and none below it.
    fn parents(&self, page: &Page, own: Option<TeamId>) -> Vec<(String, String, bool)> {
        let below = own.map(|id| page.directory.team_and_below(id)).unwrap_or_default();
        let mut options = vec![(String::new(), "No other team".to_owned(), self.parent.is_empty())];
        let others = page.directory.teams.iter().filter(|t| !below.contains(&t.id));
        options.extend(others.map(|t| (t.id.to_string(), t.name.clone(), t.id.to_string() == self.parent)));
        options
    }

    fn managers(&self, page: &Page) -> PersonField {
        page.owners(&self.manager)
    }
}

#[derive(Template)]
#[template(path = "settings/teams.html")]
struct Index {
    page: Page,
    nodes: Vec<Node>,
    open: usize,
}

#[derive(Template)]
#[template(path = "settings/team.html")]
struct Edit {
    page: Page,
    form: TeamForm,
    /// `None` for a new one.
    team: Option<TeamId>,
    name: String,
    /// Nobody and no other team is in it, so it may go.
    empty: bool,
}

impl Edit {
    fn new(page: Page, form: TeamForm, team: Option<Team>) -> Self {
        let id = team.as_ref().map(|t| t.id);
        let empty = id.is_some()
            && !page.directory.people.iter().any(|p| p.team_id == id)
            && !page.directory.teams.iter().any(|t| t.parent_id == id);
        Self { page, form, team: id, name: team.map(|t| t.name).unwrap_or_default(), empty }
    }
}

/// `GET /settings/teams`
pub async fn index(who: Admin) -> Answer {
    let (nodes, open) = tree(&who.directory);
    page(&Index { page: who.0, nodes, open })
}

/// `GET /settings/teams/new`
pub async fn new(who: Admin) -> Answer {
    page(&Edit::new(who.0, TeamForm::default(), None))
}

/// `POST /settings/teams`
pub async fn create(who: Admin, app: App, fields: Fields) -> Answer {
    let mut form = TeamForm::read(&fields);
    let Some(input) = form.check(&who.0) else { return redraw(&Edit::new(who.0, form, None)) };
    let (viewer, now) = (who.viewer.clone(), who.now);
    match app.db.write(move |conn| teams::create(conn, &viewer, &input, now)).await {
        Ok(_) => Ok(see_other_with("/settings/teams", Flash::new("Team added"))),
        Err(Error::Refused(sentence)) => {
            form.errors.push(("name".into(), sentence));
            redraw(&Edit::new(who.0, form, None))
        }
        Err(error) => Err(error),
    }
}

async fn load(app: &App, id: TeamId) -> Result<Team> {
    app.db.read(move |conn| teams::get(conn, id)).await
}

/// `GET /settings/teams/{id}`
pub async fn edit(who: Admin, app: App, id: Path<TeamId>) -> Answer {
    let team = load(&app, *id).await?;
    let mut form = TeamForm::of(&team);
    form.was = conflict::was(&form.entries(&who.0));
    page(&Edit::new(who.0, form, Some(team)))
}

/// `POST /settings/teams/{id}`
pub async fn update(who: Admin, app: App, id: Path<TeamId>, fields: Fields) -> Answer {
    let (id, now) = (*id, who.now);
    let fields = fields.resolved();
    let mut form = TeamForm::read(&fields);
    let team = load(&app, id).await?;
    let Some(input) = form.check(&who.0) else { return redraw(&Edit::new(who.0, form, Some(team))) };
    let (viewer, version) = (who.viewer.clone(), form.version);
    let saved = app
        .db
        .write(move |conn| {
            let before = teams::get(conn, id)?;
            Ok((teams::update(conn, &viewer, &before, version, &input, now)?, before))
        })
        .await;
    match saved {
        Ok((true, _)) => Ok(see_other_with("/settings/teams", Flash::new("Team saved"))),
        Ok((false, theirs)) => {
            let (mine, others) = (form.entries(&who.0), TeamForm::of(&theirs).entries(&who.0));
            let url = format!("/settings/teams/{id}");
            conflict::answer(who.0, &theirs.name, url.clone(), url, theirs.version, &form.was, mine, others)
        }
        Err(Error::Refused(sentence)) => {
            let field = if sentence.contains("part of") { "parent" } else { "name" };
            form.errors.push((field.into(), sentence));
            redraw(&Edit::new(who.0, form, Some(team)))
        }
        Err(error) => Err(error),
    }
}

/// `POST /settings/teams/{id}/deletion`
pub async fn destroy(who: Admin, app: App, id: Path<TeamId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let team = app
        .db
        .write(move |conn| match assignment::names_team(conn, id)? {
            true => Err(Error::Refused(
                "A rule or a queue of leads names this team: change that first, then delete it.".into(),
            )),
            false => teams::delete(conn, &viewer, id, now),
        })
        .await?;
    Ok(see_other_with("/settings/teams", Flash::new(format!("Team {} is gone", team.name))))
}
