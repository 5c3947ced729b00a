//! The pages of leads: the list; everything else is the contact's.

use super::{
    assignment::{self, queues},
    list::LEADS,
    qualifying::pages::{Disqualify, Qualify},
    quick,
};
use crate::{
    accounts,
    contacts::{
        self, Rating,
        list::{self, Row, SelectTypes},
    },
    db::{
        Conn,
        types::{ContactId, Domain, match_key},
    },
    error::{Error, Result},
    lists::{self, Again, Back, Deed, Request, Selection, Slice, Tab, Table, Undo},
    records::{RecordRef, lead_status::Kind, tags},
    ui::{Flash, Page},
    web::{Answer, App, Fields, Query, Rep, SignedIn, page_with, see_other, see_other_with},
};
use actix_web::web::Path;
use askama::Template;
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "leads/index.html")]
pub(super) struct LeadIndex {
    page: Page,
    table: Table,
    tabs: Vec<Tab>,
    /// Whether there are queues to take from.
    queued: bool,
    /// A dialog over the list.
    qualify: Option<Qualify>,
    disqualify: Option<Disqualify>,
}

/// The list beneath one of these dialogs.
pub(super) async fn covered(
    mut page: Page,
    app: &App,
    qualify: Option<Qualify>,
    disqualify: Option<Disqualify>,
) -> Result<LeadIndex> {
    page.covered = true;
    Ok(LeadIndex { qualify, disqualify, ..loaded(page, app, &Query::default(), None).await? })
}

fn fetch(conn: &mut Conn, request: &Request, page: &Page) -> Result<Slice<Row>> {
    lists::fetch::<SelectTypes, Row>(conn, &LEADS, request, page, list::SELECT)
}

/// `GET /leads`
pub async fn index(who: SignedIn, app: App, query: Query) -> Answer {
    drawn_list(who.0, &app, &query, None).await
}

/// The list that an address asks for, perhaps with a selection that was not accepted.
pub(super) async fn drawn_list(page: Page, app: &App, query: &Query, again: Option<Again>) -> Answer {
    let status = lists::status(again.as_ref());
    page_with(status, &loaded(page, app, query, again).await?)
}

async fn loaded(page: Page, app: &App, query: &Query, again: Option<Again>) -> Result<LeadIndex> {
    let request = Request::parse(&LEADS, query);
    let (reader, asked, state) = (page.clone(), request.clone(), app.clone());
    let views = [
        ("All", String::new()),
        ("Mine", "owner=me".to_owned()),
        ("To answer first", "waiting=yes&sort=answer".to_owned()),
        ("New", "status=new".to_owned()),
        ("Being worked", "status=working,nurturing".to_owned()),
        ("Without owner", "owner=none".to_owned()),
        ("Disqualified", "disqualified=yes".to_owned()),
    ];
    let (slice, count, tabs, tag_names, campaigns, waiting) = app
        .db
        .read(move |conn| {
            let slice = fetch(conn, &asked, &reader)?;
            let count = lists::count(conn, &state, &LEADS, &asked, &reader)?;
            let queues = queues::all(conn)?;
            let own =
                queues.iter().filter(|q| q.active && (q.team_id.is_none() || q.team_id == reader.me.team_id)).take(3);
            let own = own.map(|q| (format!("Queue {}", q.name), format!("queue={}", q.id)));
            let own: Vec<(String, String)> = own.collect();
            let mut views: Vec<(&str, String)> = views.into();
            views.extend(own.iter().map(|(label, query)| (label.as_str(), query.clone())));
            let tabs = lists::counted_tabs(conn, &state, &reader, &LEADS, &asked, &views, count)?;
            Ok((slice, count, tabs, tags::all(conn)?, contacts::campaigns(conn)?, queues))
        })
        .await?;
    let choices = HashMap::from([
        ("status", statuses(&page, &request)),
        ("rating", Rating::choices()),
        ("campaign", campaigns.into_iter().map(|name| (name.clone(), name)).collect()),
        ("queue", waiting.iter().map(|q| (q.id.to_string(), q.name.clone())).collect()),
        ("tag", tag_names.into_iter().map(|(id, name)| (id.to_string(), name)).collect()),
    ]);
    let table = Table::new(
        &LEADS,
        "Leads",
        &request,
        &page,
        slice,
        count,
        choices,
        |row: &Row, key| list::cell(&page, row, key),
        |row| (row.id.0, row.name.clone()),
    )
    .selectable(&page, again.as_ref());
    let queued = waiting.iter().any(|q| q.team_id.is_none() || q.team_id == page.me.team_id);
    Ok(LeadIndex { page, table, tabs, queued, qualify: None, disqualify: None })
}

/// The statuses that leads of this list can have: who is qualified is no lead, and who was given up stands apart.
fn statuses(page: &Page, request: &Request) -> Vec<(String, String)> {
    let asked = |key: &str| request.active(key).map(|a| a.values.clone()).unwrap_or_default();
    let (chosen, given_up) = (asked("status"), asked("disqualified"));
    let all = page.directory.lead_statuses.0.iter().filter(|s| {
        let fits = match s.kind {
            Kind::Qualified => false,
            Kind::Disqualified => !given_up.is_empty(),
            _ => !given_up.iter().any(|v| v == "yes"),
        };
        fits || chosen.contains(&s.key)
    });
    all.map(|s| (s.key.clone(), s.name.clone())).collect()
}

/// `GET /leads.csv`
pub async fn export(who: SignedIn, app: App, query: Query) -> Answer {
    let request = Request::parse(&LEADS, &query);
    Ok(lists::csv(app, who.0, &LEADS, request, fetch, list::cell))
}

/// `GET /leads/quick?line=`: reads what was typed in one line and opens the form with it.
pub async fn quick(who: SignedIn, app: App, query: Query) -> Answer {
    let line: String = query.one("line").chars().take(2000).collect();
    let read = quick::parse(&line);
    let (viewer, asked) = (who.viewer.clone(), read.clone());
    let account = app
        .db
        .read(move |conn| {
            let host = asked.email.as_deref().and_then(|e| e.rsplit_once('@')).map(|(_, host)| host);
            let domain = host.and_then(|host| Domain::parse(host).ok());
            let found = match domain {
                Some(domain) => accounts::find_by_domain(conn, &domain)?,
                None => None,
            };
            let found = match (found, &asked.company) {
                (None, Some(name)) => accounts::find_by_match_key(conn, &match_key(name))?,
                (found, _) => found,
            };
            // One that this reader does not see is as good as none.
            Ok(found.filter(|id| accounts::get(conn, &viewer, *id).is_ok()))
        })
        .await?;
    let mut about = read.rest.clone();
    if let Some(company) = read.company.filter(|_| account.is_none()) {
        about.insert(0, format!("Company: {company}"));
    }
    let pairs = [
        ("lifecycle", Some("lead".to_owned())),
        ("name", read.name),
        ("email", read.email),
        ("phone", read.phone),
        ("job_title", read.job_title),
        ("account", account.map(|id| id.to_string())),
        ("description", (!about.is_empty()).then(|| about.join("\n"))),
    ];
    let filled: Vec<(&str, String)> = pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let query = serde_urlencoded::to_string(filled).map_err(|e| Error::internal(e.to_string()))?;
    Ok(see_other(format!("/contacts/new?{query}")))
}

/// `GET /leads/new`
pub async fn new(_: SignedIn) -> Answer {
    Ok(see_other("/contacts/new?lifecycle=lead"))
}

/// `GET /leads/{id}`
pub async fn show(who: SignedIn, app: App, id: Path<ContactId>) -> Answer {
    let url = url_of(&who.0, &app, *id).await?;
    Ok(see_other(url))
}

/// `GET /leads/{id}/edit`
pub async fn edit(who: SignedIn, app: App, id: Path<ContactId>) -> Answer {
    let url = url_of(&who.0, &app, *id).await?;
    Ok(see_other(format!("{url}/edit")))
}

/// The contact's address, if the reader sees it: a redirect must not tell who exists.
async fn url_of(reader: &Page, app: &App, id: ContactId) -> Result<String> {
    let viewer = reader.viewer.clone();
    app.db.read(move |conn| contacts::get(conn, &viewer, id)).await?;
    Ok(RecordRef::from(id).url())
}

/// `POST /leads/next`: takes the one that has waited longest in the reader's queues.
pub async fn take_next(who: Rep, app: App) -> Answer {
    let (viewer, now) = (who.viewer.clone(), who.now);
    match app.db.write(move |conn| queues::take_next(conn, &viewer, now)).await {
        Ok(id) => Ok(see_other_with(RecordRef::from(id).url(), Flash::new("This lead is yours now"))),
        Err(Error::NotFound) => Ok(see_other_with("/leads", Flash::new("Nothing waits in your queues"))),
        Err(error) => Err(error),
    }
}

/// `POST /leads/{id}/taking`: it becomes the reader's.
pub async fn take(who: Rep, app: App, id: Path<ContactId>) -> Answer {
    let (id, viewer, now) = (*id, who.viewer.clone(), who.now);
    let words = match app.db.write(move |conn| queues::take(conn, &viewer, id, now)).await {
        Ok(()) => "This lead is yours now".to_owned(),
        Err(Error::Refused(sentence)) => sentence,
        Err(error) => return Err(error),
    };
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new(words)))
}

/// `POST /leads/{id}/assignment`: to whom the rules give it.
pub async fn assign(who: Rep, app: App, id: Path<ContactId>) -> Answer {
    let (id, viewer, now) = (*id, who.viewer.clone(), who.now);
    let (went, seen) = app
        .db
        .write(move |conn| {
            let went = assignment::apply(conn, &viewer, id, now)?;
            Ok((went, contacts::get(conn, &viewer, id).is_ok()))
        })
        .await?;
    let words = match went {
        Some(_) => "Given by the rules",
        None => "No rule takes this lead: give it to somebody by hand",
    };
    let to = if seen { RecordRef::from(id).url() } else { "/leads".to_owned() };
    Ok(see_other_with(to, Flash::new(words)))
}

/// `POST /leads/selection`
pub async fn change_selection(who: SignedIn, app: App, query: Query, fields: Fields) -> Answer {
    let (reader, address, typed) = (who.0.clone(), query.clone(), fields.clone());
    let done = app
        .db
        .write(move |conn| {
            let selection = Selection::read(conn, &LEADS, &reader, &address, &typed)?;
            selection.each(|id, deed| match deed {
                // Only tasks have deeds of their own.
                Deed::Extra(_) => Ok(None),
                Deed::Delete => contacts::delete(conn, &reader.viewer, ContactId(id), reader.now).map(|_| None),
                Deed::Assign(owner) => contacts::assign(conn, &reader.viewer, ContactId(id), owner, reader.now),
            })
        })
        .await;
    match done {
        Ok(done) => Ok(done.answer(&LEADS)),
        Err(Error::Refused(sentence)) => drawn_list(who.0, &app, &query, Some(Again::new(sentence, &fields))).await,
        Err(error) => Err(error),
    }
}

/// `POST /leads/restoration`: takes back what a selection moved to the bin.
pub async fn restore_selection(who: SignedIn, app: App, query: Query) -> Answer {
    let reader = who.0;
    let undo = Undo::read(&LEADS, &query);
    let undone = app
        .db
        .write(move |conn| {
            undo.each(|id, back| match back {
                Back::Restored => contacts::restore(conn, &reader.viewer, ContactId(id), reader.now).map(|_| ()),
                Back::Given { from, to } => {
                    contacts::give_back(conn, &reader.viewer, ContactId(id), from, to, reader.now)
                }
            })
        })
        .await?;
    Ok(undone.answer(&LEADS))
}
