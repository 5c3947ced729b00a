//! The pages of contacts.

use super::{
    Contact,
    affiliations::{self, Affiliation},
    bin,
    duplicates::{self, Duplicate},
    form::ContactForm,
    list::{self, CONTACTS, Row},
    store,
    suggestions::{self, Suggestion},
};
use crate::{
    attachments,
    db::types::{AccountId, ContactId, Phone, TagId},
    deals::{
        rates::Rates,
        related::{self, Brief, Worth},
    },
    error::Error,
    leads::{
        assignment::queues,
        qualifying::{self, Decided, Standing},
        scoring::{self, Part},
    },
    lists::{self, Again, Request, Slice, Tab, Table},
    meetings,
    records::{self, RecordRef, files, lead_status::LeadStatus, tags},
    tasks,
    timeline::{self, Stream},
    ui::{Avatar, Clock, Flash, Page},
    web::{Answer, App, Fields, Manager, Query, SignedIn, conflict, page, page_with, redraw, see_other_with},
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
    last_answer: Option<chrono::NaiveDateTime>,
    /// Of all open deals, not only those shown.
    open: Worth,
    rates: Rates,
    places: Vec<Affiliation>,
    deals: Vec<Brief>,
    more_deals: bool,
    /// Others at the main account.
    colleagues: Vec<Row>,
    tasks: tasks::Block,
    meetings: meetings::Block,
    files: attachments::Block,
    suggestions: Vec<Suggestion>,
    stream: Stream,
    /// What was decided about them as a lead, and their answers.
    qualification: Standing,
    /// Their points as a lead, and what they are made of.
    score: (i64, Vec<Part>),
    /// The name of the queue they wait in.
    queue: Option<String>,
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

/// What the list of contacts is drawn from.
#[derive(Clone)]
pub(super) struct Listing {
    slice: Slice<Row>,
    count: i64,
    tabs: Vec<Tab>,
    tags: Vec<(TagId, String)>,
    /// The accounts that the filter names: all would be too many to choose from.
    accounts: Vec<(String, String)>,
}

/// `GET /contacts`
pub async fn index(who: SignedIn, app: App, query: Query) -> Answer {
    drawn_list(who.0, &app, &query, None).await
}

/// The list that an address asks for, perhaps with a selection that was not accepted.
pub(super) async fn drawn_list(reader: Page, app: &App, query: &Query, again: Option<Again>) -> Answer {
    let request = Request::parse(&CONTACTS, query);
    let listing = listing(&reader, app, &request).await?;
    listed(reader, &request, listing, again)
}

/// Reads what a request asks for.
pub(super) async fn listing(reader: &Page, app: &App, request: &Request) -> Result<Listing, Error> {
    let views = [
        ("All", String::new()),
        ("Mine", "owner=me".to_owned()),
        ("Leads", "lifecycle=lead".to_owned()),
        ("Customers", "lifecycle=customer".to_owned()),
        ("Without owner", "owner=none".to_owned()),
    ];
    let (reader, asked, state) = (reader.clone(), request.clone(), app.clone());
    app.db
        .read(move |conn| {
            let slice = store::fetch(conn, &asked, &reader)?;
            let count = lists::count(conn, &state, &CONTACTS, &asked, &reader)?;
            let ids = asked.active("account").map(|a| a.values.clone()).unwrap_or_default();
            let mut accounts = Vec::new();
            for id in ids.iter().filter_map(|id| id.parse().ok()).map(AccountId) {
                if let Ok(account) = records::summary(conn, &reader.viewer, id.into()) {
                    accounts.push((id.to_string(), account.title));
                }
            }
            let tabs = lists::counted_tabs(conn, &state, &reader, &CONTACTS, &asked, &views, count)?;
            Ok(Listing { slice, count, tabs, tags: tags::all(conn)?, accounts })
        })
        .await
}

/// Draws the list.
pub(super) fn listed(reader: Page, request: &Request, listing: Listing, again: Option<Again>) -> Answer {
    let choices = HashMap::from([
        ("account", listing.accounts),
        ("lifecycle", super::Lifecycle::choices()),
        ("status", reader.directory.lead_statuses.choices()),
        ("tag", listing.tags.into_iter().map(|(id, name)| (id.to_string(), name)).collect()),
    ]);
    let table = Table::new(
        &CONTACTS,
        "Contacts",
        request,
        &reader,
        listing.slice,
        listing.count,
        choices,
        |row: &Row, key| list::cell(&reader, row, key),
        |row| (row.id.0, row.name.clone()),
    )
    .selectable(&reader, again.as_ref());
    page_with(lists::status(again.as_ref()), &ContactIndex { page: reader, table, tabs: listing.tabs })
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
                last_answer: timeline::last_answer(conn, viewer, id.into(), reader.now)?,
                open: related::open_worth_of_contact(conn, viewer, id)?,
                rates: Rates::on(conn, reader.currency(), reader.today())?,
                places: affiliations::of_contact(conn, viewer, id)?,
                deals,
                more_deals,
                colleagues,
                tasks: tasks::of_record(conn, viewer, id.into())?,
                meetings: meetings::of_record(conn, &reader, id.into())?,
                files: attachments::of_record(conn, viewer, id.into())?,
                suggestions: suggestions::of(conn, id)?,
                stream: Stream::load(conn, &reader, id.into(), &query)?.composing(&query),
                qualification: Standing::of(conn, id)?,
                score: (contact.score, scoring::parts(conn, id)?),
                queue: match contact.queue_id {
                    Some(queue) => queues::name_of(conn, queue)?,
                    None => None,
                },
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
    // What came filled in is looked at at once: it may be someone we have.
    let mut found = Vec::new();
    if let Some(input) = form.clone().check(&who.0, None) {
        let viewer = who.viewer.clone();
        found = app.db.read(move |conn| duplicates::find(conn, &viewer, &input, None)).await?;
    }
    let template = drawn(&who.0, &app, None, form, found).await?;
    page(&template)
}

/// `POST /contacts`
pub async fn create(who: SignedIn, app: App, fields: Fields) -> Answer {
    let mut form = ContactForm::read(&fields);
    let Some(input) = form.check(&who.0, None) else {
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
        .await;
    let duplicates = match made {
        Ok(Ok(id)) => return Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Contact added"))),
        Ok(Err(duplicates)) => duplicates,
        Err(Error::Refused(sentence)) => {
            form.errors.push(("account".into(), sentence));
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    redraw(&drawn(&who.0, &app, None, form, duplicates).await?)
}

/// `GET /contacts/{id}/edit`
pub async fn edit(who: SignedIn, app: App, id: Path<ContactId>) -> Answer {
    let (viewer, id) = (who.viewer.clone(), *id);
    let contact = app.db.read(move |conn| store::get(conn, &viewer, id)).await?;
    let mut form = ContactForm::of(&contact);
    form.was = conflict::was(&form.entries(&who.0));
    let template = drawn(&who.0, &app, Some(&contact), form, Vec::new()).await?;
    page(&template)
}

/// `POST /contacts/{id}`
pub async fn update(who: SignedIn, app: App, id: Path<ContactId>, fields: Fields) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let fields = fields.resolved();
    let version = fields.version();
    let reader = viewer.clone();
    let mut contact = app.db.read(move |conn| store::get(conn, &reader, id)).await?;
    let mut form = ContactForm::read(&fields);
    let Some(input) = form.check(&who.0, Some(&contact)) else {
        contact.version = version;
        return redraw(&drawn(&who.0, &app, Some(&contact), form, Vec::new()).await?);
    };
    let outcome = app
        .db
        .write(move |conn| {
            let contact = store::get(conn, &viewer, id)?;
            // Checked against what it was a moment ago; a contact saved since has another version.
            let saved = contact.version == version && store::update(conn, &viewer, &contact, version, &input, now)?;
            Ok((contact, saved))
        })
        .await;
    let (contact, saved) = match outcome {
        Err(Error::Refused(sentence)) => {
            form.errors.push(("account".into(), sentence));
            contact.version = version;
            return redraw(&drawn(&who.0, &app, Some(&contact), form, Vec::new()).await?);
        }
        outcome => outcome?,
    };
    let url = RecordRef::from(id).url();
    if saved {
        return Ok(see_other_with(url, Flash::new("Contact saved")));
    }
    let template = drawn(&who.0, &app, Some(&contact), form, Vec::new()).await?;
    let theirs = ContactForm::of(&contact).entries(&who.0);
    let mine = template.form.entries(&who.0);
    conflict::answer(who.0, &contact.name, url.clone(), url, contact.version, &template.form.was, mine, theirs)
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
    contact: Option<&Contact>,
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
    match (name, contact) {
        (Some(summary), _) => form.account_name = summary.title,
        // An account in the bin, or one that this reader may not see, stays the contact's until another is chosen.
        (None, Some(c)) if c.account_id == chosen => {
            form.account_name = c.account.as_ref().map(|a| a.name.clone()).unwrap_or_default();
        }
        (None, _) => form.account.clear(),
    }
    let contact = contact.map(|c| (c.id, c.name.clone(), c.version));
    Ok(ContactEdit { page: reader.clone(), contact, form, accounts, duplicates })
}

impl ContactShow {
    /// What was decided about them and can be taken back.
    fn fresh(&self) -> Option<&Decided> {
        self.qualification.fresh(self.page.now)
    }

    fn clock(&self) -> Option<Clock> {
        self.contact.answering.clock(self.page.now)
    }

    /// Whether they can be qualified by this reader.
    fn is_open(&self) -> bool {
        self.page.viewer.sells() && qualifying::is_open(&self.contact)
    }

    fn lead_status(&self) -> Option<&LeadStatus> {
        self.page.directory.lead_statuses.get(self.contact.lead_status.as_deref()?)
    }

    fn phone(&self, phone: &Phone) -> String {
        Phone::shown(&phone.typed, phone.e164.as_deref())
    }

    /// Address that calls their first number, unless they are not to be called.
    fn call(&self) -> Option<String> {
        let phone = self.contact.phones.first().filter(|_| !self.contact.no_call)?;
        Some(format!("tel:{}", phone.e164.as_deref().unwrap_or(&phone.typed)))
    }

    /// Address that writes to their first e-mail address, unless they are not to be mailed.
    fn write(&self) -> Option<String> {
        let email = self.contact.emails.first().filter(|_| !self.contact.no_mail)?;
        Some(format!("mailto:{email}"))
    }

    /// What they are not to be asked by.
    fn refused(&self) -> Option<&'static str> {
        match (self.contact.no_call, self.contact.no_mail) {
            (true, true) => Some("Do not call or mail"),
            (true, false) => Some("Do not call"),
            (false, true) => Some("Do not mail"),
            (false, false) => None,
        }
    }

    /// What is to be done first.
    fn next_task(&self) -> Option<&tasks::Row> {
        self.tasks.rows.first().filter(|task| !task.is_done())
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
