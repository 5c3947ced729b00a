//! The pages of leads: the list; everything else is the contact's.

use super::list::LEADS;
use crate::{
    contacts::{
        self, LeadStatus,
        list::{self, Row, SelectTypes},
    },
    db::{Conn, types::ContactId},
    error::{Error, Result},
    lists::{self, Again, Deed, Request, Selection, Slice, Tab, Table, Undo},
    records::{RecordRef, tags},
    ui::Page,
    web::{Answer, App, Fields, Query, SignedIn, page_with, see_other},
};
use actix_web::web::Path;
use askama::Template;
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "leads/index.html")]
struct LeadIndex {
    page: Page,
    table: Table,
    tabs: Vec<Tab>,
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
    let request = Request::parse(&LEADS, query);
    let (reader, asked, state) = (page.clone(), request.clone(), app.clone());
    let views = [
        ("All", String::new()),
        ("Mine", "owner=me".to_owned()),
        ("New", "status=new".to_owned()),
        ("Being worked", "status=working,nurturing".to_owned()),
        ("Without owner", "owner=none".to_owned()),
    ];
    let (slice, count, tabs, tag_names) = app
        .db
        .read(move |conn| {
            let slice = fetch(conn, &asked, &reader)?;
            let count = lists::count(conn, &state, &LEADS, &asked, &reader)?;
            let tabs = lists::counted_tabs(conn, &state, &reader, &LEADS, &asked, &views, count)?;
            Ok((slice, count, tabs, tags::all(conn)?))
        })
        .await?;
    let choices = HashMap::from([
        ("status", LeadStatus::choices()),
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
    page_with(lists::status(again.as_ref()), &LeadIndex { page, table, tabs })
}

/// `GET /leads.csv`
pub async fn export(who: SignedIn, app: App, query: Query) -> Answer {
    let request = Request::parse(&LEADS, &query);
    Ok(lists::csv(app, who.0, &LEADS, request, fetch, list::cell))
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

/// `POST /leads/selection`
pub async fn change_selection(who: SignedIn, app: App, query: Query, fields: Fields) -> Answer {
    let (reader, address, typed) = (who.0.clone(), query.clone(), fields.clone());
    let done = app
        .db
        .write(move |conn| {
            let selection = Selection::read(conn, &LEADS, &reader, &address, &typed)?;
            selection.each(|id, deed| match deed {
                // Only tasks have deeds of their own.
                Deed::Extra(_) => Ok(()),
                Deed::Delete => contacts::delete(conn, &reader.viewer, ContactId(id), reader.now).map(|_| ()),
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
            undo.each(|id| contacts::restore(conn, &reader.viewer, ContactId(id), reader.now).map(|_| ()))
        })
        .await?;
    Ok(undone.answer(&LEADS))
}
