//! `/leads/availability`: who is away and how many leads one takes. People set their own, managers everybody's.

use super::assignment::availability::{self, Availability};
use crate::{
    auth::Role,
    db::types::UserId,
    error::{Error, Result},
    ui::{Avatar, Flash, Page, date},
    web::{Answer, App, Fields, Rep, page, page_with, redraw, see_other_with},
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;
use chrono::NaiveDate;

#[derive(Template)]
#[template(path = "leads/availability.html")]
struct AvailabilityIndex {
    page: Page,
    lines: Vec<Line>,
    errors: Vec<(String, String)>,
}

/// One person's form.
struct Line {
    id: UserId,
    name: String,
    avatar: Avatar,
    /// "Away", or empty.
    state: &'static str,
    away_from: String,
    away_until: String,
    most: String,
    version: i64,
}

impl Line {
    /// The fields: id, name, label, value and type.
    fn fields(&self) -> [(String, &'static str, &'static str, &str, &'static str); 3] {
        [
            (format!("from-{}", self.id), "away_from", "Away from", &self.away_from, "date"),
            (format!("until-{}", self.id), "away_until", "Until", &self.away_until, "date"),
            (format!("most-{}", self.id), "most", "Leads at one time", &self.most, "number"),
        ]
    }
}

impl AvailabilityIndex {
    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }
}

/// Whether the reader may say it of this person.
fn may(page: &Page, id: UserId) -> bool {
    page.me_id() == id || page.viewer.leads()
}

/// The page, with what was typed for one person where that was not accepted.
async fn drawn(who: Page, app: &App, wrong: Option<(Line, Vec<(String, String)>)>) -> Result<AvailabilityIndex> {
    let said = app.db.read(availability::all).await?;
    let (mut typed, errors) = wrong.map_or((None, Vec::new()), |(line, errors)| (Some(line), errors));
    let mut lines = Vec::new();
    for person in who.directory.active().filter(|p| p.role != Role::Agent && may(&who, p.id)) {
        let own = said.iter().find(|(id, _)| *id == person.id).map(|(_, own)| own.clone()).unwrap_or_default();
        let day = |day: Option<NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
        let mut line = Line {
            id: person.id,
            name: person.name.clone(),
            avatar: Avatar::person(person.id.0, &person.name),
            state: if own.is_away(who.today()) { "Away" } else { "" },
            away_from: day(own.away_from),
            away_until: day(own.away_until),
            most: own.most_leads.map(|n| n.to_string()).unwrap_or_default(),
            version: own.version,
        };
        if let Some(typed) = typed.take_if(|typed| typed.id == person.id) {
            (line.away_from, line.away_until, line.most) = (typed.away_from, typed.away_until, typed.most);
        }
        lines.push(line);
    }
    // One's own first.
    lines.sort_by_key(|line| line.id != who.me_id());
    Ok(AvailabilityIndex { page: who, lines, errors })
}

/// `GET /leads/availability`
pub async fn index(who: Rep, app: App) -> Answer {
    page(&drawn(who.0, &app, None).await?)
}

/// `POST /leads/availability/{id}`
pub async fn update(who: Rep, app: App, id: Path<UserId>, fields: Fields) -> Answer {
    let id = *id;
    let person = who.directory.person(id).filter(|p| p.is_active()).ok_or(Error::NotFound)?;
    if !may(&who.0, id) {
        return Err(Error::Forbidden);
    }
    let own = |name: &str| fields.one(name).trim().to_owned();
    let line = Line {
        id,
        name: person.name.clone(),
        avatar: Avatar::person(id.0, &person.name),
        state: "",
        away_from: own("away_from"),
        away_until: own("away_until"),
        most: own("most"),
        version: fields.version(),
    };
    let mut errors = Vec::new();
    let mut day = |field: &str, typed: &str| {
        date(typed).unwrap_or_else(|sentence| {
            errors.push((format!("{field}-{id}"), sentence));
            None
        })
    };
    let (away_from, away_until) = (day("from", &line.away_from), day("until", &line.away_until));
    if away_from.zip(away_until).is_some_and(|(from, until)| until < from) {
        errors.push((format!("until-{id}"), "The last day away is before the first: turn them round.".into()));
    }
    let most_leads = match line.most.as_str() {
        "" => None,
        text => match text.parse::<i32>() {
            Ok(most) if (0..=10_000).contains(&most) => Some(most),
            _ => {
                errors.push((format!("most-{id}"), "Write a whole number up to 10,000, or leave it empty.".into()));
                None
            }
        },
    };
    if !errors.is_empty() {
        return redraw(&drawn(who.0, &app, Some((line, errors))).await?);
    }
    let (viewer, now, next) =
        (who.viewer.clone(), who.now, Availability { away_from, away_until, most_leads, version: line.version });
    if !app.db.write(move |conn| availability::set(conn, &viewer, id, &next, now)).await? {
        let sentence = "Someone changed this meanwhile. What you wrote stands here: save again to keep it.";
        let wrong = Some((line, vec![(format!("from-{id}"), sentence.to_owned())]));
        return page_with(StatusCode::CONFLICT, &drawn(who.0, &app, wrong).await?);
    }
    Ok(see_other_with("/leads/availability", Flash::new("Saved")))
}
