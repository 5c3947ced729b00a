//! Someone leaves: their access ends, and someone else takes over what they have open.

use super::handover;
use crate::{
    auth::{directory::Person, users},
    db::types::UserId,
    error::{Error, Result},
    ui::{Flash, Page, PersonField},
    web::{Admin, Answer, App, Fields, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;

#[derive(Template)]
#[template(path = "settings/leaving.html")]
struct Leaving {
    page: Page,
    person: Person,
    counts: Vec<(i64, &'static str)>,
    /// Names of the teams that they lead.
    leads: Vec<String>,
    successor: String,
    error: String,
}

impl Leaving {
    /// Whoever is here, and the choice to leave the records where they are.
    fn successors(&self) -> PersonField {
        let nobody = format!("Nobody: the records stay with {}", self.person.name);
        let mut field = self.page.person_field(&self.successor, &[("", "Choose"), ("nobody", nobody.as_str())]);
        field.options.retain(|(value, ..)| *value != self.person.id.to_string());
        field
    }
}

async fn drawn(reader: &Page, app: &App, id: UserId, successor: String, error: String) -> Result<Leaving> {
    let (person, counts) =
        app.db.read_slowly(move |conn| Ok((users::get(conn, id)?, handover::counts(conn, id)?))).await?;
    if !person.is_active() {
        return Err(Error::Refused(format!("{} is deactivated already.", person.name)));
    }
    let led = reader.directory.teams.iter().filter(|t| t.manager_id == Some(id));
    let leads = led.map(|t| t.name.clone()).collect();
    Ok(Leaving { page: reader.clone(), person, counts, leads, successor, error })
}

/// `GET /settings/people/{id}/deactivation/new`
pub async fn new(who: Admin, app: App, id: Path<UserId>) -> Answer {
    page(&drawn(&who.0, &app, *id, String::new(), String::new()).await?)
}

/// `POST /settings/people/{id}/deactivation`: ends the access and hands over, all or nothing.
pub async fn create(who: Admin, app: App, id: Path<UserId>, fields: Fields) -> Answer {
    let id = *id;
    let typed = fields.person("successor");
    let form = drawn(&who.0, &app, id, typed.clone(), String::new()).await?;
    let successor = match typed.as_str() {
        "nobody" => None,
        _ if form.counts.is_empty() => None,
        typed => match who.owner(typed, None) {
            Ok(Some(to)) if to != id => Some(to),
            Err(error) => return redraw(&Leaving { error, ..form }),
            Ok(_) => {
                let error = "Who takes over their records? Choose someone, or leave them where they are.".into();
                return redraw(&Leaving { error, ..form });
            }
        },
    };
    if id == who.me_id() {
        let error = "Nobody deactivates themselves, so that a last admin stays: ask another admin.".into();
        return redraw(&Leaving { error, ..form });
    }
    let (viewer, now) = (who.viewer.clone(), who.now);
    let done = app
        .db
        .write(move |conn| {
            let person = users::get(conn, id)?;
            users::deactivate(conn, &viewer, &person, now)?;
            let passed = match successor {
                Some(to) => handover::hand_over(conn, &viewer, id, to, now)?,
                None => 0,
            };
            Ok((person.name, passed))
        })
        .await;
    match done {
        Ok((name, passed)) => {
            let to = who.directory.name(successor);
            let passed = who.number(i64::try_from(passed).unwrap_or(i64::MAX));
            let text = match successor {
                Some(_) => format!("{name} is deactivated; records passed to {to}: {passed}"),
                None => format!("{name} is deactivated"),
            };
            Ok(see_other_with("/settings/people", Flash::new(text)))
        }
        Err(Error::Refused(error)) => redraw(&Leaving { error, ..form }),
        Err(error) => Err(error),
    }
}

/// `POST /settings/people/{id}/reactivation`
pub async fn destroy(who: Admin, app: App, id: Path<UserId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let person = app
        .db
        .write(move |conn| {
            let person = users::get(conn, id)?;
            if !person.is_active() {
                users::reactivate(conn, &viewer, &person, now)?;
            }
            Ok(person)
        })
        .await?;
    Ok(see_other_with(format!("/settings/people/{id}"), Flash::new(format!("{} is active again", person.name))))
}
