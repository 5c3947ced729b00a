//! The pages of contacts.

use super::{
    Contact, bin,
    form::ContactForm,
    list::{self, CONTACTS, Row},
    store::{self, Duplicate},
};
use crate::{
    db::types::{AccountId, ContactId, Phone},
    error::Error,
    lists::{self, Request, Tab, Table},
    records::{RecordRef, tags},
    tasks,
    timeline::{self, Stream},
    ui::{Avatar, Flash, Page},
    web::{Answer, App, Fields, Manager, Query, SignedIn, conflict, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;
use std::collections::HashMap;

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
    last_touch: Option<chrono::NaiveDateTime>,
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
    let (slice, count, tag_names) = app
        .db
        .read(move |conn| {
            let slice = store::fetch(conn, &asked, &reader)?;
            let count = lists::count(conn, &state, &CONTACTS, &asked, &reader)?;
            Ok((slice, count, tags::all(conn)?))
        })
        .await?;
    let choices = HashMap::from([
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
    );
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
    let (contact, last_touch, tasks, stream) = app
        .db
        .read(move |conn| {
            let contact = store::get(conn, &reader.viewer, id)?;
            let record = RecordRef::from(id);
            let last_touch = timeline::last_touch(conn, record)?;
            let tasks = tasks::of_record(conn, &reader.viewer, record)?;
            Ok((contact, last_touch, tasks, Stream::load(conn, &reader, record, &query)?))
        })
        .await?;
    let avatar = Avatar::person(contact.id.0, &contact.name);
    page(&ContactShow { page: who.0, contact, avatar, last_touch, tasks, stream })
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
                let duplicates = store::duplicates(conn, &viewer, &input, None)?;
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
            let name = chosen.and_then(|id| crate::records::summary(conn, &viewer, id.into()).ok());
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
}
