//! The statuses that leads go through.

use crate::{
    db::types::clean,
    error::{Error, Result},
    records::lead_status::{self, Kind, Statuses},
    ui::{Flash, Page},
    web::{Admin, Answer, App, Fields, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;

const TOO_LONG: &str = "Write a name of at most 60 signs.";

#[derive(Template)]
#[template(path = "settings/lead-statuses.html")]
struct StatusIndex {
    page: Page,
    statuses: Statuses,
    /// Typed into the field of this id.
    typed: Option<(String, String)>,
    /// Kind of the one to be added.
    kind: Kind,
    /// (id of the field, sentence)
    errors: Vec<(String, String)>,
}

impl StatusIndex {
    fn value(&self, id: &str, kept: &str) -> String {
        self.typed.as_ref().filter(|(field, _)| field == id).map_or(kept, |(_, typed)| typed.as_str()).to_owned()
    }

    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    fn kinds(&self) -> Vec<(String, String, bool)> {
        Kind::ALL.iter().map(|k| (k.text().to_owned(), k.label().to_owned(), *k == self.kind)).collect()
    }
}

async fn drawn(reader: Page, app: &App, kind: Kind, wrong: Option<(String, String, String)>) -> Result<StatusIndex> {
    let statuses = app.db.read(Statuses::load).await?;
    let (typed, errors) = match wrong {
        Some((field, typed, sentence)) => (Some((field.clone(), typed)), vec![(field, sentence)]),
        None => (None, Vec::new()),
    };
    Ok(StatusIndex { page: reader, statuses, typed, kind, errors })
}

/// `GET /settings/lead-statuses`
pub async fn index(who: Admin, app: App) -> Answer {
    page(&drawn(who.0, &app, Kind::Working, None).await?)
}

/// `POST /settings/lead-statuses`
pub async fn create(who: Admin, app: App, fields: Fields) -> Answer {
    let kind = Kind::parse(fields.one("kind")).unwrap_or(Kind::Working);
    let (typed, viewer, now) = (fields.one("name").to_owned(), who.viewer.clone(), who.now);
    let name = clean(&typed).filter(|n| n.chars().count() <= 60);
    let added = app
        .db
        .write(move |conn| {
            let name = name.ok_or_else(|| Error::Refused(TOO_LONG.into()))?;
            lead_status::create(conn, &viewer, &name, kind, now)
        })
        .await;
    answer(who.0, &app, kind, "name".into(), typed, added, "Status added").await
}

/// `POST /settings/lead-statuses/{key}`: `active` to put it away or bring it back, `raise` to move it up, else `name`.
pub async fn update(who: Admin, app: App, key: Path<String>, fields: Fields) -> Answer {
    let (key, viewer, now) = (key.into_inner(), who.viewer.clone(), who.now);
    let (active, raise) = (fields.has("active").then(|| fields.one("active") == "true"), fields.has("raise"));
    let typed = fields.one("name").to_owned();
    let name = clean(&typed).filter(|n| n.chars().count() <= 60);
    let field = format!("status-{key}");
    let saved = app
        .db
        .write(move |conn| match (active, raise, name) {
            (Some(active), ..) => lead_status::set_active(conn, &viewer, &key, active, now),
            (None, true, _) => lead_status::raise(conn, &viewer, &key, now),
            (None, false, Some(name)) => lead_status::rename(conn, &viewer, &key, &name, now),
            (None, false, None) => match Statuses::load(conn)?.get(&key) {
                Some(_) => Err(Error::Refused(TOO_LONG.into())),
                None => Err(Error::NotFound),
            },
        })
        .await;
    answer(who.0, &app, Kind::Working, field, typed, saved, "Status saved").await
}

async fn answer(
    reader: Page,
    app: &App,
    kind: Kind,
    field: String,
    typed: String,
    done: Result<()>,
    said: &str,
) -> Answer {
    match done {
        Ok(()) => Ok(see_other_with("/settings/lead-statuses", Flash::new(said))),
        Err(Error::Refused(sentence)) => redraw(&drawn(reader, app, kind, Some((field, typed, sentence))).await?),
        Err(error) => Err(error),
    }
}
