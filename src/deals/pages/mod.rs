//! The pages of deals: the table, the form and the bin here; the record, the board, closing and parts beside it.

pub mod board;
pub mod closing;
pub mod competitors;
pub mod items;
pub mod parts;
pub mod playbooks;
pub mod record;
pub mod requirements;
pub mod selection;

use super::{
    Status, Touches, bin,
    form::DealForm,
    list::{self, DEALS, Row},
    pipelines::Known,
    rates::{self, Total},
    store::{self, Deal},
};
use crate::{
    accounts,
    db::types::{AccountId, ContactId, DealId, Money},
    error::Error,
    lists::{self, Again, Request, Tab, Table},
    records::{self, RecordRef, tags},
    ui::{Flash, Page},
    web::{
        Answer, App, Fields, Manager, Query, Rep, SignedIn, conflict, page, page_with, redraw, see_other,
        see_other_with,
    },
};
use actix_web::web::Path;
use askama::Template;
use chrono::Datelike;
use iso_currency::Currency;
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "deals/index.html")]
struct DealIndex {
    page: Page,
    table: Table,
    tabs: Vec<Tab>,
    total: Option<Total>,
}

#[derive(Template)]
#[template(path = "deals/form.html")]
struct DealEdit {
    page: Page,
    /// `None` for a new one; name, version and whether it is closed.
    deal: Option<(DealId, String, i64, bool)>,
    form: DealForm,
    accounts: Vec<(AccountId, String)>,
    known: Known,
    /// The company's currency and those that it has a rate of.
    currencies: Vec<Currency>,
}

/// A total with the sign of its currency and the rates it took: "€412,600 at 0.92 for USD".
pub(super) fn total_words(page: &Page, total: &Total) -> String {
    let mut text = page.money_short(total.sum);
    if let Some(rates) = total.rates_words(page) {
        text.push_str(&format!(" {rates}"));
    }
    if let Some(rest) = without_rate(page, total) {
        text.push_str(&format!(", and {rest} without a rate"));
    }
    text
}

/// When the two last spoke: "Last touch 3 days ago, last answer 5 days ago".
pub(super) fn heard(page: &Page, touches: &Touches) -> String {
    let ago = |at: Option<chrono::NaiveDateTime>| at.map_or("never".into(), |at| page.ago(at));
    format!("Last touch {}, last answer {}", ago(touches.touched_at), ago(touches.answered_at))
}

/// Sums in currencies that have no rate, if there are any: "¥890,000".
pub(super) fn without_rate(page: &Page, total: &Total) -> Option<String> {
    let sums: Vec<String> = total.without_rate.iter().map(|m: &Money| page.money_short(*m)).collect();
    (!sums.is_empty()).then(|| sums.join(" and "))
}

/// `GET /deals`
pub async fn index(who: SignedIn, app: App, query: Query) -> Answer {
    match Request::settled("/deals", &DEALS, &query, &who) {
        Some(url) => Ok(see_other(url)),
        None => drawn_list(who.0, &app, &query, None).await,
    }
}

/// The list that an address asks for, perhaps with a selection that was not accepted.
pub(super) async fn drawn_list(page: Page, app: &App, query: &Query, again: Option<Again>) -> Answer {
    let request = Request::parse(&DEALS, query);
    let (reader, asked, state) = (page.clone(), request.clone(), app.clone());
    let number = |key: &str| request.active(key).and_then(|a| a.values.first()?.parse().ok());
    let (account, contact) = (number("account").map(AccountId), number("contact").map(ContactId));
    let (slice, count, total, tabs, known, tag_names, account, contact, rivals) = app
        .db
        .read(move |conn| {
            let slice = list::fetch(conn, &asked, &reader)?;
            let count = lists::count(conn, &state, &DEALS, &asked, &reader)?;
            let tabs = lists::counted_tabs(conn, &state, &reader, &DEALS, &asked, &views(&reader), count)?;
            let total = list::total(conn, &asked, &reader)?;
            let account = account.and_then(|id| records::summary(conn, &reader.viewer, id.into()).ok());
            let contact = contact.and_then(|id| records::summary(conn, &reader.viewer, id.into()).ok());
            let rivals = super::competitors::all(conn)?;
            Ok((slice, count, total, tabs, Known::load(conn)?, tags::all(conn)?, account, contact, rivals))
        })
        .await?;
    let stages = known.0.iter().flat_map(|p| p.stages.iter().map(move |s| (p, s)));
    let mut choices = HashMap::from([
        ("pipeline", known.0.iter().map(|p| (p.id.to_string(), p.name.clone())).collect()),
        ("stage", stages.map(|(p, s)| (s.id.to_string(), known.label(p, s))).collect()),
        ("status", Status::choices()),
        ("competitor", rivals.into_iter().map(|c| (c.id.to_string(), c.name)).collect()),
        ("tag", tag_names.into_iter().map(|(id, name)| (id.to_string(), name)).collect::<Vec<_>>()),
    ]);
    for (key, named) in [("account", account), ("contact", contact)] {
        choices.extend(named.map(|record| (key, vec![(record.record.id.to_string(), record.title)])));
    }
    let table = Table::new(
        &DEALS,
        "Deals",
        &request,
        &page,
        slice,
        count,
        choices,
        |row: &Row, key| list::cell(&page, &known, row, key),
        |row| (row.id.0, row.name.clone()),
    );
    let table = if page.viewer.sells() { table.selectable(&page, again.as_ref()) } else { table };
    page_with(lists::status(again.as_ref()), &DealIndex { page, table, tabs, total })
}

/// The standing views, as (label, query string).
fn views(page: &Page) -> Vec<(&'static str, String)> {
    let today = page.today();
    let first = today.with_day(1).unwrap_or(today);
    let last = first.checked_add_months(chrono::Months::new(1)).and_then(|d| d.pred_opt()).unwrap_or(today);
    vec![
        ("All", String::new()),
        ("Open", "status=open&sort=close".into()),
        ("Mine", "owner=me&status=open&sort=close".into()),
        ("Closing this month", format!("status=open&close.from={first}&close.to={last}&sort=close")),
        ("No next step", "status=open&no_next_step=yes&sort=close".into()),
        ("Stuck", "status=open&stuck=yes&sort=close".into()),
        ("Silent", "status=open&silent=yes&sort=close".into()),
        ("Won", "status=won&sort=-closed&columns=name,account,amount,closed,owner,source".into()),
        ("Lost", "status=lost&sort=-closed&columns=name,account,amount,closed,owner,source".into()),
    ]
}

/// `GET /deals.csv`
pub async fn export(who: SignedIn, app: App, query: Query) -> Answer {
    let request = Request::parse(&DEALS, &query);
    let known = app.db.read(Known::load).await?;
    let cell = move |page: &Page, row: &Row, key: &str| list::cell(page, &known, row, key);
    Ok(lists::csv(app, who.0, &DEALS, request, list::fetch, cell))
}

/// `GET /deals/new`
pub async fn new(who: Rep, app: App, query: Query) -> Answer {
    let known = app.db.read(Known::load).await?;
    let form = DealForm::blank(&who.0, &known, &query);
    page(&drawn(&who.0, &app, None, form, known).await?)
}

/// `POST /deals`
pub async fn create(who: Rep, app: App, fields: Fields) -> Answer {
    let known = app.db.read(Known::load).await?;
    let mut form = DealForm::read(&fields);
    let Some(input) = form.check(&who.0, &known, None) else {
        return redraw(&drawn(&who.0, &app, None, form, known).await?);
    };
    let (viewer, now) = (who.viewer.clone(), who.now);
    match app.db.write(move |conn| store::create(conn, &viewer, &input, now)).await {
        Ok(id) => {
            let flash = playbooks::said(&app, id, now, Flash::new("Deal added")).await?;
            Ok(see_other_with(RecordRef::from(id).url(), flash))
        }
        Err(Error::Refused(sentence)) => refused(&who.0, &app, None, form, sentence).await,
        Err(error) => Err(error),
    }
}

/// `GET /deals/{id}/edit`
pub async fn edit(who: Rep, app: App, id: Path<DealId>) -> Answer {
    let (deal, known) = with_stages(&who.0, &app, *id).await?;
    let mut form = DealForm::of(&deal, &who.0);
    form.was = conflict::was(&form.entries(&who.0, &known));
    page(&drawn(&who.0, &app, Some(&deal), form, known).await?)
}

/// `POST /deals/{id}`
pub async fn update(who: Rep, app: App, id: Path<DealId>, fields: Fields) -> Answer {
    let fields = fields.resolved();
    let version = fields.version();
    let (mut deal, known) = with_stages(&who.0, &app, *id).await?;
    let mut form = DealForm::read(&fields);
    let Some(input) = form.check(&who.0, &known, Some(&deal)) else {
        deal.version = version;
        return redraw(&drawn(&who.0, &app, Some(&deal), form, known).await?);
    };
    let (viewer, now, id) = (who.viewer.clone(), who.now, *id);
    let outcome = app
        .db
        .write(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            // Checked against what it was a moment ago; a deal closed or reopened since has another version.
            let saved = deal.version == version && store::update(conn, &viewer, &deal, version, &input, now)?;
            Ok((deal, saved))
        })
        .await;
    let (deal, saved) = match outcome {
        Err(Error::Refused(sentence)) => {
            deal.version = version;
            return refused(&who.0, &app, Some(&deal), form, sentence).await;
        }
        outcome => outcome?,
    };
    let url = RecordRef::from(id).url();
    if saved {
        return Ok(see_other_with(url, playbooks::said(&app, id, now, Flash::new("Deal saved")).await?));
    }
    let template = drawn(&who.0, &app, Some(&deal), form, known).await?;
    let mine = template.form.entries(&who.0, &template.known);
    let theirs = DealForm::of(&deal, &who.0).entries(&who.0, &template.known);
    conflict::answer(who.0, &deal.name, url.clone(), url, deal.version, &template.form.was, mine, theirs)
}

/// `POST /deals/{id}/deletion`
pub async fn destroy(who: Rep, app: App, id: Path<DealId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let deal = app.db.write(move |conn| bin::delete(conn, &viewer, id, now)).await?;
    let undo = format!("{}/restoration", RecordRef::from(id).url());
    Ok(see_other_with("/deals", Flash::new(format!("{} moved to the bin", deal.name)).with_undo(undo)))
}

/// `POST /deals/{id}/restoration`
pub async fn restore(who: Rep, app: App, id: Path<DealId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    app.db.write(move |conn| bin::restore(conn, &viewer, id, now)).await?;
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Deal restored")))
}

/// `POST /deals/{id}/erasure`
pub async fn erase(who: Manager, app: App, id: Path<DealId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    app.db.write(move |conn| bin::erase(conn, &viewer, id, now)).await?;
    Ok(see_other_with("/bin", Flash::new("Erased for good")))
}

/// A deal and every pipeline, in one snapshot.
async fn with_stages(reader: &Page, app: &App, id: DealId) -> Result<(Deal, Known), Error> {
    let viewer = reader.viewer.clone();
    app.db.read(move |conn| Ok((store::get(conn, &viewer, id)?, Known::load(conn)?))).await
}

/// The form again, with what the store refused beside its field: the account when that is gone, else the stage.
async fn refused(reader: &Page, app: &App, deal: Option<&Deal>, form: DealForm, sentence: String) -> Answer {
    let known = app.db.read(Known::load).await?;
    let chosen = !form.account.is_empty();
    let mut template = drawn(reader, app, deal, form, known).await?;
    let field = if chosen && template.form.account.is_empty() { "account" } else { "stage" };
    template.form.errors.push((field.into(), sentence));
    redraw(&template)
}

/// The form with what its selects offer.
async fn drawn(
    reader: &Page,
    app: &App,
    deal: Option<&Deal>,
    mut form: DealForm,
    known: Known,
) -> Result<DealEdit, Error> {
    let viewer = reader.viewer.clone();
    let chosen = form.account.parse().ok().map(AccountId);
    let (accounts, name, rated) = app
        .db
        .read(move |conn| {
            let accounts = accounts::options(conn, &viewer, "", 100)?;
            let name = chosen.and_then(|id| records::summary(conn, &viewer, id.into()).ok());
            Ok((accounts, name, rates::currencies(conn)?))
        })
        .await?;
    match (name, deal) {
        (Some(summary), _) => form.account_name = summary.title,
        // An account that this reader may not see stays the deal's, as long as no other is chosen.
        (None, Some(d)) if d.account_id == chosen => {
            form.account_name = d.account.as_ref().map(|a| a.name.clone()).unwrap_or_default();
        }
        (None, _) => form.account.clear(),
    }
    let deal = deal.map(|d| (d.id, d.name.clone(), d.version, d.status != Status::Open));
    let currencies = std::iter::once(reader.currency()).chain(rated).collect();
    Ok(DealEdit { page: reader.clone(), deal, form, accounts, known, currencies })
}

impl DealEdit {
    fn is_closed(&self) -> bool {
        self.deal.as_ref().is_some_and(|(.., closed)| *closed)
    }
}

impl DealIndex {
    /// Count and sum for the head: "37 deals, €412,600 at 0.92 for USD".
    fn sub(&self) -> String {
        match &self.total {
            Some(total) if !self.table.rows.is_empty() => {
                format!("{}, {}", self.table.count, total_words(&self.page, total))
            }
            _ => self.table.count.clone(),
        }
    }
}
