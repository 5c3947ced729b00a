//! Types of tasks.

use crate::{
    db::types::clean,
    error::{Error, Result},
    tasks::types::{self, ICONS, TaskType},
    ui::{Flash, Page},
    web::{Admin, Answer, App, Fields, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;

#[derive(Template)]
#[template(path = "settings/task_types.html")]
struct TypeIndex {
    page: Page,
    types: Vec<TaskType>,
    /// Field that is wrong, and what was typed there.
    typed: Option<(String, String)>,
    /// (id of the field, sentence)
    errors: Vec<(String, String)>,
}

impl TypeIndex {
    fn value(&self, id: &str, kept: &str) -> String {
        self.typed.as_ref().filter(|(field, _)| field == id).map_or(kept, |(_, typed)| typed.as_str()).to_owned()
    }

    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    fn icons(&self, chosen: &str) -> Vec<(String, String, bool)> {
        ICONS.iter().map(|(icon, label)| ((*icon).to_owned(), (*label).to_owned(), *icon == chosen)).collect()
    }
}

async fn drawn(reader: Page, app: &App, wrong: Option<(String, String, String)>) -> Result<TypeIndex> {
    let types = app.db.read(types::all).await?;
    let (typed, errors) = match wrong {
        Some((field, typed, sentence)) => (Some((field.clone(), typed)), vec![(field, sentence)]),
        None => (None, Vec::new()),
    };
    Ok(TypeIndex { page: reader, types, typed, errors })
}

/// `GET /settings/task-types`
pub async fn index(who: Admin, app: App) -> Answer {
    page(&drawn(who.0, &app, None).await?)
}

/// `POST /settings/task-types`
pub async fn create(who: Admin, app: App, fields: Fields) -> Answer {
    save(who.0, app, None, fields).await
}

/// `POST /settings/task-types/{key}`: `active` to put it away or bring it back, else its name and icon.
pub async fn update(who: Admin, app: App, key: Path<String>, fields: Fields) -> Answer {
    save(who.0, app, Some(key.into_inner()), fields).await
}

async fn save(reader: Page, app: App, key: Option<String>, fields: Fields) -> Answer {
    let (viewer, now, typed) = (reader.viewer.clone(), reader.now, fields.one("name").to_owned());
    let field = key.as_ref().map_or_else(|| "name".to_owned(), |key| format!("type-{key}"));
    let name = clean(&typed).filter(|n| n.chars().count() <= 40);
    let icon = ICONS.iter().map(|(icon, _)| *icon).find(|icon| *icon == fields.one("icon")).unwrap_or("task");
    let active = fields.has("active").then(|| fields.one("active") == "true");
    let saved = app
        .db
        .write(move |conn| {
            let taken = "This type is there already.";
            match (key, active, name) {
                (Some(key), Some(active), _) => match types::set_active(conn, &viewer, &key, active, now) {
                    Err(Error::Refused(sentence)) => Ok(Err(sentence)),
                    done => done.map(Ok),
                },
                (_, _, None) => Ok(Err("Write a name of at most 40 signs.".to_owned())),
                (Some(key), _, Some(name)) => {
                    let saved = types::update(conn, &viewer, &key, &name, icon, now)?;
                    Ok(if saved { Ok(()) } else { Err(taken.to_owned()) })
                }
                (None, _, Some(name)) => {
                    let made = types::create(conn, &viewer, &name, icon, now)?;
                    Ok(if made { Ok(()) } else { Err(taken.to_owned()) })
                }
            }
        })
        .await?;
    match saved {
        Ok(()) => Ok(see_other_with("/settings/task-types", Flash::new("Type saved"))),
        Err(sentence) => redraw(&drawn(reader, &app, Some((field, typed, sentence))).await?),
    }
}
