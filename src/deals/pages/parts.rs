//! Adding people to a deal, and taking them out.

use super::super::{
    parts::{self, Candidate},
    store::{self, Deal},
};
use crate::{
    db::types::{ContactId, DealId, clean},
    error::Error,
    records::RecordRef,
    ui::{Avatar, Flash, Page},
    web::{Answer, App, Fields, Query, Rep, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;

#[derive(Template)]
#[template(path = "deals/people.html")]
struct DealPeople {
    page: Page,
    deal: Deal,
    query: String,
    found: Vec<Candidate>,
    /// Why nobody was added.
    error: Option<&'static str>,
}

impl DealPeople {
    fn face(&self, person: &Candidate) -> Avatar {
        Avatar::person(person.id.0, &person.name)
    }
}

/// Roles to offer while one is typed.
pub fn roles() -> [&'static str; 7] {
    parts::ROLES
}

/// `GET /deals/{id}/people/new`
pub async fn new_person(who: Rep, app: App, id: Path<DealId>, query: Query) -> Answer {
    page(&found(who.0, &app, *id, query.one("q").to_owned(), None).await?)
}

/// `POST /deals/{id}/people`
pub async fn create_person(who: Rep, app: App, id: Path<DealId>, fields: Fields) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let contact = fields.id("contact").map(ContactId).ok_or(Error::NotFound)?;
    let role: String = clean(fields.one("role")).unwrap_or_default().chars().take(60).collect();
    let added = app
        .db
        .write(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            match parts::add_person(conn, &viewer, &deal, contact, &role, now) {
                Ok(()) => Ok(true),
                Err(Error::NotFound) => Ok(false),
                Err(error) => Err(error),
            }
        })
        .await?;
    if !added {
        let gone = "That contact is gone: choose another one.";
        return redraw(&found(who.0, &app, id, String::new(), Some(gone)).await?);
    }
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Person added to the deal")))
}

/// `POST /deals/{id}/people/{contact}/deletion`
pub async fn destroy_person(who: Rep, app: App, ids: Path<(DealId, ContactId)>) -> Answer {
    let (viewer, (id, contact), now) = (who.viewer.clone(), *ids, who.now);
    app.db
        .write(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            parts::remove_person(conn, &viewer, &deal, contact, now)
        })
        .await?;
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Person taken out of the deal")))
}

async fn found(
    reader: Page,
    app: &App,
    id: DealId,
    query: String,
    error: Option<&'static str>,
) -> Result<DealPeople, Error> {
    let (viewer, asked) = (reader.viewer.clone(), query.clone());
    let (deal, found) = app
        .db
        .read(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            let found = parts::candidates(conn, &viewer, &deal, &asked, 25)?;
            Ok((deal, found))
        })
        .await?;
    Ok(DealPeople { page: reader, deal, query, found, error })
}
