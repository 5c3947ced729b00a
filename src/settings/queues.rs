//! Queues that leads wait in.

use crate::{
    db::types::{QueueId, TeamId, clean},
    error::Error,
    leads::assignment::queues::{self, Queue},
    ui::{Flash, Page, choices},
    web::{Admin, Answer, App, Fields, page, page_with, see_other_with},
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;
use std::borrow::Borrow;

#[derive(Template)]
#[template(path = "settings/queues.html")]
struct QueueIndex {
    page: Page,
    queues: Vec<Queue>,
    /// The queue of a form that was not accepted (0 for a new one), what was typed, and why.
    wrong: Option<(i64, String, String)>,
    /// The team that was chosen in it.
    team: Option<TeamId>,
}

impl QueueIndex {
    fn wrong(&self, id: impl Borrow<i64>) -> Option<&(i64, String, String)> {
        self.wrong.as_ref().filter(|(of, ..)| of == id.borrow())
    }

    fn value(&self, id: impl Borrow<i64>, kept: &str) -> String {
        self.wrong(id).map_or(kept, |(_, typed, _)| typed.as_str()).to_owned()
    }

    fn error(&self, id: impl Borrow<i64>) -> String {
        self.wrong(id).map(|(.., sentence)| sentence.clone()).unwrap_or_default()
    }

    /// The teams, with the one that was chosen where the form was not accepted.
    fn teams_of(&self, id: impl Borrow<i64>, kept: impl Borrow<Option<TeamId>>) -> choices::Options {
        let chosen = if self.wrong(id).is_some() { self.team } else { *kept.borrow() };
        let mut options = vec![(String::new(), "Everybody who sells".to_owned(), chosen.is_none())];
        let teams = self.page.directory.teams.iter();
        options.extend(teams.map(|t| (t.id.to_string(), t.name.clone(), Some(t.id) == chosen)));
        options
    }
}

/// `GET /settings/queues`
pub async fn index(who: Admin, app: App) -> Answer {
    let queues = app.db.read(queues::all).await?;
    page(&QueueIndex { page: who.0, queues, wrong: None, team: None })
}

/// `POST /settings/queues`
pub async fn create(who: Admin, app: App, fields: Fields) -> Answer {
    save(who.0, app, None, fields).await
}

/// `POST /settings/queues/{id}`: `active` puts it away or brings it back.
pub async fn update(who: Admin, app: App, id: Path<QueueId>, fields: Fields) -> Answer {
    save(who.0, app, Some(*id), fields).await
}

async fn save(who: Page, app: App, id: Option<QueueId>, fields: Fields) -> Answer {
    let typed = fields.one("name").to_owned();
    let name = clean(&typed).filter(|n| n.chars().count() <= 60);
    let team = fields.id("team").map(TeamId).filter(|id| who.directory.team(*id).is_some());
    let active = fields.one("active") != "false";
    let saved = match name {
        Some(name) => {
            let (viewer, now) = (who.viewer.clone(), who.now);
            app.db.write(move |conn| queues::save(conn, &viewer, id, (&name, team, active), now)).await
        }
        None => Err(Error::Refused("Write a name of at most 60 signs, such as “North”.".into())),
    };
    match saved {
        Ok(()) => Ok(see_other_with("/settings/queues", Flash::new("Queue saved"))),
        Err(Error::Refused(sentence)) => {
            let queues = app.db.read(queues::all).await?;
            let wrong = Some((id.map_or(0, |id| id.0), typed, sentence));
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &QueueIndex { page: who, queues, wrong, team })
        }
        Err(error) => Err(error),
    }
}
