//! The pages of contacts.

use super::{
    Contact,
    affiliations::{self, Affiliation},
    bin,
    duplicates::{self, Duplicate},
    form::ContactForm,
    list::{self, CONTACTS, Row},
    store,
};
use crate::{
    db::types::{AccountId, ContactId, Phone},
    deals::related::{self, Brief},
    error::Error,
    lists::{self, Request, Tab, Table},
    records::{self, RecordRef, files, tags},
    tasks,
    timeline::{self, Stream},
    ui::{Avatar, Flash, Page},
    web::{Answer, App, Fields, Manager, Query, SignedIn, conflict, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;
use std::collections::HashMap;

/// Deals and colleagues shown on the contact's own page; the lists show all.
const SHOWN: i64 = 6;

#[derive(Template)]
#[template(path = "contacts/index.html")]
struct ContactIndex {
    page: Page,
    table: Table,
    tabs: Vec<Tab>,
}

#[derive(Template)]
#[template(path = "contacts/show.html")]
struct ContactShow {
    page: Page,
    contact: Contact,
    avatar: Avatar,
    /// Address of the photo.
    photo: Option<String>,
    last_touch: Option<chrono::NaiveDateTime>,
    places: Vec<Affiliation>,
    deals: Vec<Brief>,
    more_deals: bool,
    /// Others at the main account.
    colleagues: Vec<Row>,
    tasks: tasks::Block,
    stream: Stream,
}

#[derive(Template)]
#[template(path = "contacts/form.html")]
struct ContactEdit {
    page: Page,
    /// `None` for a new one.
    contact: Option<(ContactId, String, i64)>,
    form: ContactForm,
    accounts: Vec<(AccountId, String)>,
    duplicates: Vec<Duplicate>,
}

/// `GET /contacts`
pub async fn index(who: SignedIn, app: App, query: Query) -> Answer {
    let request = Request::parse(&CONTACTS, &query);
    let (reader, asked, state) = (who.0.clone(), request.clone(), app.clone());
    let (slice, count, tag_names, accounts) = app
        .db
        .read(move |conn| {
            let slice = store::fetch(conn, &asked, &reader)?;
            let count = lists::count(conn, &state, &CONTACTS, &asked, &reader)?;
            // The accounts in use only: all would be too many to choose from.
            let ids = asked.active("account").map(|a| a.values.clone()).unwrap_or_default();
            let mut accounts = Vec::new();
            for id in ids.iter().filter_map(|id| id.parse().ok()).map(AccountId) {
                if let Ok(account) = records::summary(conn, &reader.viewer, id.into()) {
                    accounts.push((id.to_string(), account.title));
                }
            }
            Ok((slice, count, tags::all(conn)?, accounts))
        })
        .await?;
    let choices = HashMap::from([
        ("account", accounts),
        ("lifecycle", super::Lifecycle::choices()),
        ("tag", tag_names.into_iter().map(|(id, name)| (id.to_string(), name)).collect()),
    ]);
    let views = [
        ("All", String::new()),
        ("Mine", "owner=me".to_owned()),
        ("Leads", "lifecycle=lead".to_owned()),
        ("Customers", "lifecycle=customer".to_owned()),
        ("Without owner", "owner=none".to_owned()),
    ];
    let tabs = lists::tabs(&CONTACTS, &request, &views);
    let table = Table::new(
        &CONTACTS,
        "Contacts",
        &request,
        &who.0,
        slice,
        count,
        choices,
        |row: &Row, key| list::cell(&who.0, row, key),
        |row| (row.id.0, row.name.clone()),
    )
    .selectable(&who.0);
    page(&ContactIndex { page: who.0, table, tabs })
}

/// `GET /contacts.csv`
pub async fn export(who: SignedIn, app: App, query: Query) -> Answer {
    let request = Request::parse(&CONTACTS, &query);
    Ok(lists::csv(app, who.0, &CONTACTS, request, store::fetch, list::cell))
}

/// `GET /contacts/{id}`
pub async fn show(who: SignedIn, app: App, id: Path<ContactId>, query: Query) -> Answer {
    let (reader, id) = (who.0.clone(), *id);
    let template = app
        .db
        .read(move |conn| {
            let viewer = &reader.viewer;
            let contact = store::get(conn, viewer, id)?;
            let mut deals = related::open_of_contact(conn, viewer, id, SHOWN + 1)?;
            let more_deals = deals.len() > SHOWN as usize;
            deals.truncate(SHOWN as usize);
            let mut colleagues = match contact.account_id {
                Some(account) => affiliations::of_account(conn, viewer, account, reader.today(), SHOWN + 1)?,
                None => Vec::new(),
            };
            colleagues.retain(|c| c.id != id);
            colleagues.truncate(SHOWN as usize);
            Ok(ContactShow {
                avatar: Avatar::person(contact.id.0, &contact.name),
                photo: match contact.photo_id {
                    Some(photo) => files::hash(conn, photo)?.map(|hash| format!("/files/{hash}")),
                    None => None,
                },
                last_touch: timeline::last_touch(conn, viewer, id.into(), reader.now)?,
                places: affiliations::of_contact(conn, viewer, id)?,
                deals,
                more_deals,
                colleagues,
                tasks: tasks::of_record(conn, viewer, id.into())?,
                stream: Stream::load(conn, &reader, id.into(), &query)?,
                contact,
                page: reader,
            })
        })
        .await?;
    page(&template)
}

/// `GET /contacts/new`
pub async fn new(who: SignedIn, app: App, query: Query) -> Answer {
    let form = ContactForm::blank(&who.0, &query);
    let template = drawn(&who.0, &app, None, form, Vec::new()).await?;
    page(&template)
}

/// `POST /contacts`
pub async fn create(who: SignedIn, app: App, fields: Fields) -> Answer {
    let mut form = ContactForm::read(&fields);
    let Some(input) = form.check(&who.0) else {
        return redraw(&drawn(&who.0, &app, None, form, Vec::new()).await?);
    };
    let (viewer, now, anyway) = (who.viewer.clone(), who.now, fields.has("anyway"));
    let made = app
        .db
        .write(move |conn| {
            if !anyway {
                let duplicates = duplicates::find(conn, &viewer, &input, None)?;
                if !duplicates.is_empty() {
                    return Ok(Err(duplicates));
                }
            }
            Ok(Ok(store::create(conn, &viewer, &input, now)?))
        })
        .await?;
    match made {
        Ok(id) => Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Contact added"))),
        Err(duplicates) => redraw(&drawn(&who.0, &app, None, form, duplicates).await?),
    }
}

/// `GET /contacts/{id}/edit`
pub async fn edit(who: SignedIn, app: App, id: Path<ContactId>) -> Answer {
    let (viewer, id) = (who.viewer.clone(), *id);
    let contact = app.db.read(move |conn| store::get(conn, &viewer, id)).await?;
    let form = ContactForm::of(&contact);
    let template = drawn(&who.0, &app, Some((id, contact.name, contact.version)), form, Vec::new()).await?;
    page(&template)
}

/// `POST /contacts/{id}`
pub async fn update(who: SignedIn, app: App, id: Path<ContactId>, fields: Fields) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let fields = fields.resolved();
    let version = fields.version();
    let mut form = ContactForm::read(&fields);
    let Some(input) = form.check(&who.0) else {
        let contact = app.db.read(move |conn| store::get(conn, &viewer, id)).await?;
        return redraw(&drawn(&who.0, &app, Some((id, contact.name, version)), form, Vec::new()).await?);
    };
    let (contact, saved) = app
        .db
        .write(move |conn| {
            let contact = store::get(conn, &viewer, id)?;
            let saved = store::update(conn, &viewer, &contact, version, &input, now)?;
            Ok((contact, saved))
        })
        .await?;
    let url = RecordRef::from(id).url();
    if saved {
        return Ok(see_other_with(url, Flash::new("Contact saved")));
    }
    let template = drawn(&who.0, &app, None, form, Vec::new()).await?;
    let theirs = ContactForm::of(&contact).entries(&who.0);
    let mine = template.form.entries(&who.0);
    conflict::answer(who.0, &contact.name, url.clone(), url, contact.version, mine, theirs)
}

/// `POST /contacts/{id}/deletion`
pub async fn destroy(who: SignedIn, app: App, id: Path<ContactId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let contact = app.db.write(move |conn| bin::delete(conn, &viewer, id, now)).await?;
    let flash = Flash::new(format!("{} moved to the bin", contact.name))
        .with_undo(format!("{}/restoration", RecordRef::from(id).url()));
    Ok(see_other_with("/contacts", flash))
}

/// `POST /contacts/{id}/restoration`
pub async fn restore(who: SignedIn, app: App, id: Path<ContactId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    app.db.write(move |conn| bin::restore(conn, &viewer, id, now)).await?;
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Contact restored")))
}

/// `POST /contacts/{id}/erasure`
pub async fn erase(who: Manager, app: App, id: Path<ContactId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    app.db.write(move |conn| bin::erase(conn, &viewer, id, now)).await?;
    Ok(see_other_with("/bin", Flash::new("Erased for good")))
}

/// The form with what its selects offer.
async fn drawn(
    reader: &Page,
    app: &App,
    contact: Option<(ContactId, String, i64)>,
    mut form: ContactForm,
    duplicates: Vec<Duplicate>,
) -> Result<ContactEdit, Error> {
    let viewer = reader.viewer.clone();
    let chosen = form.account.parse().ok().map(AccountId);
    let (accounts, name) = app
        .db
        .read(move |conn| {
            let accounts = crate::accounts::options(conn, &viewer, "", 100)?;
            let name = chosen.and_then(|id| records::summary(conn, &viewer, id.into()).ok());
            Ok((accounts, name))
        })
        .await?;
    match name {
        Some(summary) => form.account_name = summary.title,
        None => form.account.clear(),
    }
    Ok(ContactEdit { page: reader.clone(), contact, form, accounts, duplicates })
}

impl ContactShow {
    fn phone(&self, phone: &Phone) -> String {
        Phone::shown(&phone.typed, phone.e164.as_deref())
    }

    /// Role and dates of a place, in words.
    fn place(&self, place: &Affiliation) -> String {
        let mut words: Vec<String> = Vec::new();
        if place.is_primary {
            words.push("Main account".into());
        }
        if !place.role.is_empty() {
            words.push(place.role.clone());
        }
        match (place.from, place.to) {
            (Some(from), Some(to)) => words.push(format!("{} to {}", self.page.date(from), self.page.date(to))),
            (Some(from), None) => words.push(format!("since {}", self.page.date(from))),
            (None, Some(to)) => words.push(format!("until {}", self.page.date(to))),
            (None, None) => {}
        }
        words.join(", ")
    }
}
