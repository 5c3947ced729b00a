//! Reasons for winning, losing and disqualifying.

use crate::{
    db::types::{ReasonId, clean},
    deals::reasons::{self, Outcome, Reason},
    error::Result,
    ui::{Flash, Page},
    web::{Admin, Answer, App, Fields, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;

#[derive(Template)]
#[template(path = "settings/reasons.html")]
struct ReasonIndex {
    page: Page,
    reasons: Vec<Reason>,
    /// Typed into the field of this outcome, or of this reason.
    typed: Option<(String, String)>,
    /// (id of the field, sentence)
    errors: Vec<(String, String)>,
}

impl ReasonIndex {
    fn of(&self, outcome: &Outcome) -> Vec<&Reason> {
        self.reasons.iter().filter(|r| r.outcome == *outcome).collect()
    }

    fn value(&self, id: &str, kept: &str) -> String {
        self.typed.as_ref().filter(|(field, _)| field == id).map_or(kept, |(_, typed)| typed.as_str()).to_owned()
    }

    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }
}

async fn drawn(reader: Page, app: &App, wrong: Option<(String, String, String)>) -> Result<ReasonIndex> {
    let reasons = app.db.read(reasons::all).await?;
    let (typed, errors) = match wrong {
        Some((field, typed, sentence)) => (Some((field.clone(), typed)), vec![(field, sentence)]),
        None => (None, Vec::new()),
    };
    Ok(ReasonIndex { page: reader, reasons, typed, errors })
}

/// `GET /settings/reasons`
pub async fn index(who: Admin, app: App) -> Answer {
    page(&drawn(who.0, &app, None).await?)
}

/// `POST /settings/reasons`
pub async fn create(who: Admin, app: App, fields: Fields) -> Answer {
    let outcome = Outcome::parse(fields.one("outcome")).unwrap_or(Outcome::Lost);
    let (typed, viewer, now) = (fields.one("name").to_owned(), who.viewer.clone(), who.now);
    let name = clean(&typed).filter(|n| n.chars().count() <= 80);
    let added = app
        .db
        .write(move |conn| match name {
            Some(name) if reasons::same(conn, &name, outcome, None)? => Ok(Err("This reason is there already.")),
            Some(name) => reasons::create(conn, &viewer, &name, outcome, now).map(Ok),
            None => Ok(Err("Write a reason of at most 80 signs.")),
        })
        .await?;
    match added {
        Ok(()) => Ok(see_other_with("/settings/reasons", Flash::new("Reason added"))),
        Err(sentence) => {
            let wrong = (format!("name-{}", outcome.text()), typed, sentence.to_owned());
            redraw(&drawn(who.0, &app, Some(wrong)).await?)
        }
    }
}

/// `POST /settings/reasons/{id}`: `active` to put it away or bring it back, else `name` to rename it.
pub async fn update(who: Admin, app: App, id: Path<ReasonId>, fields: Fields) -> Answer {
    let (id, viewer, now, active) =
        (*id, who.viewer.clone(), who.now, fields.has("active").then(|| fields.one("active") == "true"));
    let typed = fields.one("name").to_owned();
    let name = clean(&typed).filter(|n| n.chars().count() <= 80);
    let saved = app
        .db
        .write(move |conn| {
            if let Some(active) = active {
                return reasons::set_active(conn, &viewer, id, active, now).map(Ok);
            }
            let all = reasons::all(conn)?;
            let outcome = all.iter().find(|r| r.id == id).map(|r| r.outcome).ok_or(crate::error::Error::NotFound)?;
            match name {
                Some(name) if reasons::same(conn, &name, outcome, Some(id))? => {
                    Ok(Err("This reason is there already."))
                }
                Some(name) => reasons::rename(conn, &viewer, id, &name, now).map(Ok),
                None => Ok(Err("Write a reason of at most 80 signs.")),
            }
        })
        .await?;
    match saved {
        Ok(()) => Ok(see_other_with("/settings/reasons", Flash::new("Reason saved"))),
        Err(sentence) => {
            let wrong = (format!("reason-{id}"), typed, sentence.to_owned());
            redraw(&drawn(who.0, &app, Some(wrong)).await?)
        }
    }
}
