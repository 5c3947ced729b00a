//! The pages of a contact's places at accounts.

use super::{
    affiliations::{self, Affiliation, AffiliationId, Place, Saved},
    store,
};
use crate::{
    db::types::{AccountId, ContactId, clean},
    error::{Error, Result},
    records::RecordRef,
    ui::{Flash, Page, date},
    web::{Answer, App, Fields, SignedIn, page, page_with, redraw, see_other_with},
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;
use chrono::NaiveDate;

/// When a place was to be taken off that is no longer as it was shown.
const OVERTAKEN: &str = "Someone else changed this contact since you opened this form: look whether it still holds.";

/// As typed.
#[derive(Clone, Debug, Default)]
struct PlaceForm {
    account: String,
    role: String,
    from: String,
    to: String,
    is_primary: bool,
    /// (id of the field, sentence)
    errors: Vec<(String, String)>,
}

impl PlaceForm {
    fn of(place: &Affiliation) -> Self {
        let day = |day: Option<NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
        Self {
            account: place.account_id.to_string(),
            role: place.role.clone(),
            from: day(place.from),
            to: day(place.to),
            is_primary: place.is_primary,
            errors: Vec::new(),
        }
    }

    fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            account: own("account"),
            role: own("role"),
            from: own("from"),
            to: own("to"),
            is_primary: fields.has("is_primary"),
            errors: Vec::new(),
        }
    }

    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    fn check(&mut self) -> Option<Place> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let account_id = self.account.parse().ok().map(AccountId);
        if account_id.is_none() {
            errors.push(("account".into(), "Which account is it? Choose one.".into()));
        }
        let mut day = |id: &str, typed: &str| {
            date(typed).unwrap_or_else(|sentence| {
                errors.push((id.to_owned(), sentence));
                None
            })
        };
        let (from, to) = (day("from", &self.from), day("to", &self.to));
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            errors.push(("to".into(), "This is before it began: write a later day.".into()));
        }
        if self.role.chars().count() > 200 {
            errors.push(("role".into(), "The role is longer than 200 signs: shorten it.".into()));
        }
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        let role = clean(&self.role).unwrap_or_default();
        Some(Place { account_id: account_id?, role, from, to, is_primary: self.is_primary })
    }
}

#[derive(Template)]
#[template(path = "contacts/place.html")]
struct PlaceEdit {
    page: Page,
    /// Id, name and version.
    contact: (ContactId, String, i64),
    /// `None` for a new one.
    place: Option<AffiliationId>,
    form: PlaceForm,
    accounts: Vec<(String, String, bool)>,
}

/// `GET /contacts/{id}/accounts/new`
pub async fn new(who: SignedIn, app: App, id: Path<ContactId>) -> Answer {
    page(&drawn(&who.0, &app, *id, None, None, PlaceForm::default()).await?)
}

/// `POST /contacts/{id}/accounts`
pub async fn create(who: SignedIn, app: App, id: Path<ContactId>, fields: Fields) -> Answer {
    save(who.0, app, *id, None, &fields, "Account added").await
}

/// `GET /contacts/{id}/accounts/{place}/edit`
pub async fn edit(who: SignedIn, app: App, path: Path<(ContactId, AffiliationId)>) -> Answer {
    let (viewer, (id, place)) = (who.viewer.clone(), path.into_inner());
    let held = app
        .db
        .read(move |conn| {
            store::get(conn, &viewer, id)?;
            affiliations::get(conn, &viewer, id, place)
        })
        .await?;
    page(&drawn(&who.0, &app, id, Some(place), None, PlaceForm::of(&held)).await?)
}

/// `POST /contacts/{id}/accounts/{place}`
pub async fn update(who: SignedIn, app: App, path: Path<(ContactId, AffiliationId)>, fields: Fields) -> Answer {
    let (id, place) = path.into_inner();
    save(who.0, app, id, Some(place), &fields, "Account saved").await
}

/// `POST /contacts/{id}/accounts/{place}/deletion`
pub async fn destroy(who: SignedIn, app: App, path: Path<(ContactId, AffiliationId)>, fields: Fields) -> Answer {
    let (viewer, now, (id, place)) = (who.viewer.clone(), who.now, path.into_inner());
    let version = fields.version();
    let reader = viewer.clone();
    if let Some(gone) = app.db.write(move |conn| affiliations::remove(conn, &viewer, id, place, version, now)).await? {
        return Ok(see_other_with(RecordRef::from(id).url(), Flash::new(format!("{} taken off", gone.account_name))));
    }
    let held = app.db.read(move |conn| affiliations::get(conn, &reader, id, place)).await?;
    let mut form = PlaceForm::of(&held);
    form.errors.push(("account".into(), OVERTAKEN.into()));
    page_with(StatusCode::CONFLICT, &drawn(&who.0, &app, id, Some(place), None, form).await?)
}

async fn save(
    reader: Page,
    app: App,
    id: ContactId,
    place: Option<AffiliationId>,
    fields: &Fields,
    done: &str,
) -> Answer {
    let version = fields.version();
    let mut form = PlaceForm::read(fields);
    let Some(input) = form.check() else {
        return redraw(&drawn(&reader, &app, id, place, Some(version), form).await?);
    };
    let (viewer, now) = (reader.viewer.clone(), reader.now);
    let saved = app.db.write(move |conn| affiliations::save(conn, &viewer, id, place, version, &input, now)).await?;
    match saved {
        Saved::Done => Ok(see_other_with(RecordRef::from(id).url(), Flash::new(done))),
        Saved::WrongAccount(sentence) => {
            form.errors.push(("account".into(), sentence));
            redraw(&drawn(&reader, &app, id, place, Some(version), form).await?)
        }
        Saved::Overtaken(sentence) => {
            form.errors.push(("account".into(), sentence));
            page_with(StatusCode::CONFLICT, &drawn(&reader, &app, id, place, None, form).await?)
        }
    }
}

/// The form with what its select offers. `version` is the contact's that the reader saw; `None` for the one now.
async fn drawn(
    reader: &Page,
    app: &App,
    id: ContactId,
    place: Option<AffiliationId>,
    version: Option<i64>,
    form: PlaceForm,
) -> Result<PlaceEdit, Error> {
    let viewer = reader.viewer.clone();
    let chosen = form.account.parse().ok().map(AccountId);
    let (contact, known, chosen) = app
        .db
        .read(move |conn| {
            let contact = store::get(conn, &viewer, id)?;
            let known = crate::accounts::options(conn, &viewer, "", 100)?;
            let chosen = chosen.and_then(|id| crate::records::summary(conn, &viewer, id.into()).ok());
            Ok(((id, contact.name, version.unwrap_or(contact.version)), known, chosen))
        })
        .await?;
    let is_chosen = |id: i64| chosen.as_ref().is_some_and(|c| c.record.id == id);
    let mut accounts = vec![(String::new(), "Choose an account".to_owned(), chosen.is_none())];
    if let Some(chosen) = chosen.as_ref().filter(|c| !known.iter().any(|(id, _)| id.0 == c.record.id)) {
        accounts.push((chosen.record.id.to_string(), chosen.title.clone(), true));
    }
    accounts.extend(known.into_iter().map(|(id, name)| (id.to_string(), name, is_chosen(id.0))));
    Ok(PlaceEdit { page: reader.clone(), contact, place, form, accounts })
}
