//! What is asked before a lead is worth a deal: frameworks and their questions.

use crate::{
    db::types::{FrameworkId, clean},
    error::{Error, Result},
    leads::frameworks::{self, Framework},
    ui::{Flash, Page},
    web::{Admin, Answer, App, Fields, page, page_with, see_other_with},
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;

#[derive(Template)]
#[template(path = "settings/qualification.html")]
struct FrameworkIndex {
    page: Page,
    frameworks: Vec<Framework>,
    typed: Option<Typed>,
}

/// A form that was not accepted.
struct Typed {
    /// `None` for a new one.
    id: Option<FrameworkId>,
    name: String,
    lines: String,
    /// (id of the field, sentence)
    errors: Vec<(String, String)>,
}

impl FrameworkIndex {
    fn typed(&self, id: Option<&FrameworkId>) -> Option<&Typed> {
        self.typed.as_ref().filter(|typed| typed.id.as_ref() == id)
    }

    fn errors(&self) -> &[(String, String)] {
        self.typed.as_ref().map_or(&[], |typed| &typed.errors)
    }

    fn error(&self, id: &str) -> &str {
        self.errors().iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    fn name(&self, framework: &Framework) -> String {
        self.typed(Some(&framework.id)).map_or(&framework.name, |typed| &typed.name).clone()
    }

    fn lines(&self, framework: &Framework) -> String {
        self.typed(Some(&framework.id)).map_or_else(|| framework.lines(), |typed| typed.lines.clone())
    }

    fn is_none_chosen(&self) -> bool {
        !self.frameworks.iter().any(|f| f.chosen)
    }
}

async fn drawn(reader: Page, app: &App, typed: Option<Typed>) -> Result<FrameworkIndex> {
    Ok(FrameworkIndex { page: reader, frameworks: app.db.read(frameworks::all).await?, typed })
}

/// `GET /settings/qualification`
pub async fn index(who: Admin, app: App) -> Answer {
    page(&drawn(who.0, &app, None).await?)
}

/// `POST /settings/qualification`
pub async fn create(who: Admin, app: App, fields: Fields) -> Answer {
    save(who.0, app, None, fields).await
}

/// `POST /settings/qualification/{id}`
pub async fn update(who: Admin, app: App, id: Path<FrameworkId>, fields: Fields) -> Answer {
    save(who.0, app, Some(*id), fields).await
}

async fn save(who: Page, app: App, id: Option<FrameworkId>, fields: Fields) -> Answer {
    let mut typed = Typed {
        id,
        name: fields.one("name").to_owned(),
        lines: fields.one("questions").to_owned(),
        errors: Vec::new(),
    };
    let own = |field: &str| format!("{field}-{}", id.map_or_else(|| "new".to_owned(), |id| id.to_string()));
    let name = clean(&typed.name).filter(|n| n.chars().count() <= 80);
    if name.is_none() {
        typed.errors.push((own("name"), "Write a name of at most 80 signs, such as “BANT”.".into()));
    }
    let questions = frameworks::parse(&typed.lines);
    if let Err(sentence) = &questions {
        typed.errors.push((own("questions"), sentence.clone()));
    }
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if let (Some(name), Ok(questions)) = (name, questions) {
        let (viewer, now, version) = (who.viewer.clone(), who.now, fields.version());
        let saved = app
            .db
            .write(move |conn| match id {
                Some(id) => frameworks::save(conn, &viewer, id, version, (&name, &questions), now),
                None => frameworks::create(conn, &viewer, &name, &questions, now).map(|()| true),
            })
            .await;
        match saved {
            Ok(true) => return Ok(see_other_with("/settings/qualification", Flash::new("Questions saved"))),
            Ok(false) => {
                status = StatusCode::CONFLICT;
                let sentence = "Someone changed these questions while you were writing. What you wrote stands here: save again to keep it.";
                typed.errors.push((own("questions"), sentence.into()));
            }
            Err(Error::Refused(sentence)) => typed.errors.push((own("name"), sentence)),
            Err(error) => return Err(error),
        }
    }
    page_with(status, &drawn(who, &app, Some(typed)).await?)
}

/// `POST /settings/qualification/choice`: `framework` is a number, or empty to ask nothing.
pub async fn choose(who: Admin, app: App, fields: Fields) -> Answer {
    let (id, viewer, now) = (fields.id("framework").map(FrameworkId), who.viewer.clone(), who.now);
    app.db.write(move |conn| frameworks::choose(conn, &viewer, id, now)).await?;
    Ok(see_other_with("/settings/qualification", Flash::new("Saved")))
}
