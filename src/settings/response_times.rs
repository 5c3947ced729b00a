//! How soon leads are to be answered, by source.

use crate::{
    db::types::{TargetId, clean},
    error::{Error, Result},
    leads::speed::targets::{self, MOST, Target},
    ui::{Flash, Page},
    web::{Admin, Answer, App, Fields, page, page_with, see_other_with},
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;
use std::borrow::Borrow;

#[derive(Template)]
#[template(path = "settings/response_times.html")]
struct TargetIndex {
    page: Page,
    targets: Vec<Target>,
    /// The form that was not accepted.
    wrong: Option<Wrong>,
}

/// A form as typed; of the target 0 for a new one.
struct Wrong {
    of: i64,
    source: String,
    minutes: String,
    /// (id of the field, sentence)
    error: (String, String),
}

const HERE: &str = "/settings/response-times";

impl TargetIndex {
    fn minutes(&self, of: impl Borrow<i64>, kept: impl Borrow<Option<i32>>) -> String {
        let (of, kept) = (*of.borrow(), *kept.borrow());
        let typed = self.wrong.as_ref().filter(|w| w.of == of).map(|w| w.minutes.clone());
        typed.unwrap_or_else(|| kept.map(|m| m.to_string()).unwrap_or_default())
    }

    fn source(&self) -> &str {
        self.wrong.as_ref().filter(|w| w.of == 0).map_or("", |w| w.source.as_str())
    }

    fn error(&self, id: &str) -> &str {
        self.wrong.as_ref().filter(|w| w.error.0 == id).map_or("", |w| w.error.1.as_str())
    }

    fn errors(&self) -> Vec<&(String, String)> {
        self.wrong.iter().map(|w| &w.error).collect()
    }
}

/// `GET /settings/response-times`
pub async fn index(who: Admin, app: App) -> Answer {
    let targets = app.db.read(targets::all).await?;
    page(&TargetIndex { page: who.0, targets, wrong: None })
}

fn minutes(typed: &str) -> Result<Option<i32>, String> {
    match typed.trim() {
        "" => Ok(None),
        text => text.parse().ok().filter(|m| (1..=MOST).contains(m)).map(Some).ok_or_else(|| {
            "Write whole minutes from 1 to 43,200, such as 30, or leave it empty for no clock.".to_owned()
        }),
    }
}

async fn again(who: Page, app: App, status: StatusCode, wrong: Wrong) -> Answer {
    let targets = app.db.read(targets::all).await?;
    page_with(status, &TargetIndex { page: who, targets, wrong: Some(wrong) })
}

/// `POST /settings/response-times`
pub async fn create(who: Admin, app: App, fields: Fields) -> Answer {
    let (typed, source) = (fields.one("minutes").to_owned(), fields.one("source").to_owned());
    let wrong = |field: &str, sentence: String| Wrong {
        of: 0,
        source: source.clone(),
        minutes: typed.clone(),
        error: (field.to_owned(), sentence),
    };
    let Some(name) = clean(&source).filter(|s| s.chars().count() <= 120) else {
        let wrong =
            wrong("source", "Write a source of at most 120 signs, as leads have it, such as “Web site”.".into());
        return again(who.0, app, StatusCode::UNPROCESSABLE_ENTITY, wrong).await;
    };
    let minutes = match minutes(&typed) {
        Ok(minutes) => minutes,
        Err(sentence) => {
            let wrong = wrong("minutes-0", sentence);
            return again(who.0, app, StatusCode::UNPROCESSABLE_ENTITY, wrong).await;
        }
    };
    let (viewer, now) = (who.viewer.clone(), who.now);
    match app.db.write(move |conn| targets::create(conn, &viewer, &name, minutes, now)).await {
        Ok(()) => Ok(see_other_with(HERE, Flash::new("Response time saved"))),
        Err(Error::Refused(sentence)) => {
            let wrong = wrong("source", sentence);
            again(who.0, app, StatusCode::UNPROCESSABLE_ENTITY, wrong).await
        }
        Err(error) => Err(error),
    }
}

/// `POST /settings/response-times/{id}`: `remove` takes the source off the list.
pub async fn update(who: Admin, app: App, id: Path<TargetId>, fields: Fields) -> Answer {
    let (id, version, typed) = (*id, fields.version(), fields.one("minutes").to_owned());
    let wrong = |sentence: String| Wrong {
        of: id.0,
        source: String::new(),
        minutes: typed.clone(),
        error: (format!("minutes-{id}"), sentence),
    };
    let minutes = match (fields.has("remove"), minutes(&typed)) {
        (true, _) => None,
        (false, Ok(minutes)) => Some(minutes),
        (false, Err(sentence)) => {
            return again(who.0, app, StatusCode::UNPROCESSABLE_ENTITY, wrong(sentence)).await;
        }
    };
    let (viewer, now) = (who.viewer.clone(), who.now);
    if app.db.write(move |conn| targets::update(conn, &viewer, id, version, minutes, now)).await? {
        return Ok(see_other_with(HERE, Flash::new("Response time saved")));
    }
    let sentence = "Someone changed this meanwhile. What you wrote stands here: save again to keep it.";
    again(who.0, app, StatusCode::CONFLICT, wrong(sentence.into())).await
}
