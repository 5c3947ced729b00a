//! The pages by which people come in, and the one about themselves.

pub mod invitation;
pub mod people;
pub mod profile;
pub mod reset;
pub mod sign_in;

use super::{How, Scope, Viewer, links, password, users};
use crate::{
    db::types::{UserId, now},
    error::{Error, Result},
    web::{Answer, App, Fields, page_with, redraw},
};
use actix_web::http::StatusCode;
use askama::Template;
use chrono_tz::Tz;

/// Where someone with a link chooses their password.
#[derive(Template)]
#[template(path = "auth/password.html")]
struct Choose {
    title: &'static str,
    lead: String,
    email: String,
    action: String,
    button: &'static str,
    /// The time zones of whoever comes in for the first time; empty for others.
    zones: Vec<(String, String, bool)>,
    error: String,
}

/// What a link says that does not work any more, or never did.
#[derive(Template)]
#[template(path = "auth/spent.html")]
pub struct Spent {
    pub title: &'static str,
    pub text: &'static str,
    /// Address and words of the way on.
    pub way: Option<(&'static str, &'static str)>,
}

impl Spent {
    pub fn answer(self) -> Answer {
        page_with(StatusCode::GONE, &self)
    }
}

/// The person of a link that still works, with its number.
async fn holder(app: &App, kind: links::Kind, secret: String) -> Result<Option<(i64, super::directory::Person)>> {
    let at = now();
    app.db
        .read(move |conn| {
            let Some((link, Some(id))) = links::find(conn, kind, &secret, at)? else { return Ok(None) };
            let person = users::get(conn, id)?;
            Ok(person.is_active().then_some((link, person)))
        })
        .await
}

/// Checks the chosen password, uses the link up and sets it, with the time zone where one was asked for. `Err` is the sentence beside the field; `Ok(None)` that the
/// link was used in the meantime.
async fn set_by_link(
    app: &App,
    link: i64,
    person: &super::directory::Person,
    fields: &Fields,
) -> Result<Result<Option<UserId>, String>> {
    let typed = fields.one("password").to_owned();
    if let Err(sentence) = password::check_strength(&typed, &[&person.name, person.email.as_deref().unwrap_or("")]) {
        return Ok(Err(sentence));
    }
    let hash = password::in_turn(move || password::hash(&typed)).await?;
    let zone = Some(fields.one("time_zone").to_owned()).filter(|zone| zone.parse::<Tz>().is_ok());
    // Whoever holds the link acts as the person it was sent to.
    let own = Viewer { id: Some(person.id), role: person.role, scope: Scope::Everyone, how: How::Page };
    let (person, at) = (person.clone(), now());
    let used = app
        .db
        .write(move |conn| {
            if !links::use_up(conn, link, at)? {
                return Ok(None);
            }
            if let Some(time_zone) = zone {
                let person = users::get(conn, person.id)?;
                let next = users::Profile { time_zone, ..users::Profile::of(&person) };
                users::update_profile(conn, &own, &person, person.version, &next, at)?;
            }
            users::set_password(conn, &own, &person, &hash, None, at)?;
            Ok(Some(person.id))
        })
        .await?;
    Ok(Ok(used))
}

fn again(form: Choose) -> Answer {
    redraw(&form)
}

/// The sentence for someone who tried too often.
fn wait(seconds: i64) -> String {
    match (seconds + 59) / 60 {
        1 => "There were too many tries. Try again in a minute.".into(),
        minutes => format!("There were too many tries. Try again in {minutes} minutes."),
    }
}

/// Turns the limit's error into its seconds, and leaves every other as it is.
fn within_limit<T>(outcome: Result<T>) -> Result<Result<T, i64>> {
    match outcome {
        Ok(value) => Ok(Ok(value)),
        Err(Error::RateLimited(seconds)) => Ok(Err(seconds)),
        Err(error) => Err(error),
    }
}
