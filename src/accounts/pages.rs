//! The pages of accounts.

use super::{
    Account, bin,
    duplicates::{self, Duplicate},
    form::AccountForm,
    group::{self, Group},
    hierarchy,
    list::{self, ACCOUNTS, Row},
    store,
};
use crate::{
    attachments, contacts,
    db::types::{AccountId, Phone},
    deals::{
        Status,
        rates::Rates,
        related::{self, Brief, Worth},
    },
    error::Error,
    lists::{self, Again, Request, Tab, Table},
    meetings,
    records::{self, RecordRef, tags},
    tasks,
    timeline::{self, Stream},
    ui::{Avatar, Flash, Page},
    web::{
        Answer, App, Fields, Manager, Query, SignedIn, conflict, page, page_with, redraw, see_other, see_other_with,
    },
};
use actix_web::web::Path;
use askama::Template;
use std::collections::HashMap;

/// People and deals shown on the account's own page; the lists show all.
const SHOWN: usize = 8;

#[derive(Template)]
#[template(path = "accounts/index.html")]
struct AccountIndex {
    page: Page,
    table: Table,
    tabs: Vec<Tab>,
}

#[derive(Template)]
#[template(path = "accounts/show.html")]
struct AccountShow {
    page: Page,
    account: Account,
    avatar: Avatar,
    parent: Option<(AccountId, String)>,
    group: Group,
    won: Worth,
    people: Vec<contacts::Row>,
    more_people: bool,
    deals: Vec<Brief>,
    more_deals: bool,
    tasks: tasks::Block,
    meetings: meetings::Block,
    files: attachments::Block,
    rates: Rates,
    last_touch: Option<chrono::NaiveDateTime>,
    stream: Stream,
}

#[derive(Template)]
#[template(path = "accounts/form.html")]
struct AccountEdit {
    page: Page,
    /// `None` for a new one.
    account: Option<(AccountId, String, i64)>,
    form: AccountForm,
    parents: Vec<(String, String, bool)>,
    duplicates: Vec<Duplicate>,
}

#[derive(Template)]
#[template(path = "accounts/options.html")]
struct AccountOptions {
    options: Vec<(String, String, bool)>,
}

/// `GET /accounts`
pub async fn index(who: SignedIn, app: App, query: Query) -> Answer {
    match Request::settled("/accounts", &ACCOUNTS, &query, &who) {
        Some(url) => Ok(see_other(url)),
        None => drawn_list(who.0, &app, &query, None).await,
    }
}

/// The list that an address asks for, perhaps with a selection that was not accepted.
pub(super) async fn drawn_list(page: Page, app: &App, query: &Query, again: Option<Again>) -> Answer {
    let request = Request::parse(&ACCOUNTS, query);
    let (reader, asked, state) = (page.clone(), request.clone(), app.clone());
    let views = [
        ("All", String::new()),
        ("Mine", "owner=me".to_owned()),
        ("Top of their group", "top=yes".to_owned()),
        ("Without owner", "no_owner=yes".to_owned()),
    ];
    let (slice, count, tabs, industries, tag_names) = app
        .db
        .read(move |conn| {
            let slice = store::fetch(conn, &asked, &reader)?;
            let count = lists::count(conn, &state, &ACCOUNTS, &asked, &reader)?;
            let tabs = lists::counted_tabs(conn, &state, &reader, &ACCOUNTS, &asked, &views, count)?;
            Ok((slice, count, tabs, store::industries(conn)?, tags::all(conn)?))
        })
        .await?;
    let choices = HashMap::from([
        ("industry", industries.into_iter().map(|name| (name.clone(), name)).collect()),
        ("tag", tag_names.into_iter().map(|(id, name)| (id.to_string(), name)).collect()),
    ]);
    let table = Table::new(
        &ACCOUNTS,
        "Accounts",
        &request,
        &page,
        slice,
        count,
        choices,
        |row: &Row, key| list::cell(&page, row, key),
        |row| (row.id.0, row.name.clone()),
    )
    .selectable(&page, again.as_ref());
    page_with(lists::status(again.as_ref()), &AccountIndex { page, table, tabs })
}

/// `GET /accounts.csv`
pub async fn export(who: SignedIn, app: App, query: Query) -> Answer {
    let request = Request::parse(&ACCOUNTS, &query);
    Ok(lists::csv(app, who.0, &ACCOUNTS, request, store::fetch, list::cell))
}

/// `GET /accounts/options?q=`: what a combobox offers, as bare options.
pub async fn options(who: SignedIn, app: App, query: Query) -> Answer {
    let (viewer, words) = (who.viewer.clone(), query.one("q").chars().take(200).collect::<String>());
    let found = app.db.read(move |conn| store::options(conn, &viewer, &words, 30)).await?;
    let options = found.into_iter().map(|(id, name)| (id.to_string(), name, false)).collect();
    page(&AccountOptions { options })
}

/// `GET /accounts/{id}`
pub async fn show(who: SignedIn, app: App, id: Path<AccountId>, query: Query) -> Answer {
    let (reader, id) = (who.0.clone(), *id);
    let mut template = app
        .db
        .read(move |conn| {
            let viewer = &reader.viewer;
            let account = store::get(conn, viewer, id)?;
            let parent = match account.parent_id {
                Some(parent) => records::summary(conn, viewer, parent.into()).ok().map(|p| (parent, p.title)),
                None => None,
            };
            let most = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
            Ok(AccountShow {
                avatar: Avatar::company(account.id.0, &account.name),
                parent,
                group: group::of(conn, viewer, id)?,
                won: related::worth(conn, viewer, &[id], Status::Won)?.remove(&id).unwrap_or_default(),
                people: contacts::of_account(conn, viewer, id, reader.today(), most)?,
                more_people: false,
                deals: related::open_of_account(conn, viewer, id, most)?,
                more_deals: false,
                tasks: tasks::of_record(conn, viewer, id.into())?,
                meetings: meetings::of_record(conn, &reader, id.into())?,
                files: attachments::of_record(conn, viewer, id.into())?,
                rates: Rates::on(conn, reader.currency(), reader.today())?,
                last_touch: timeline::last_touch(conn, viewer, id.into(), reader.now)?,
                stream: Stream::load(conn, &reader, id.into(), &query)?.composing(&query),
                account,
                page: reader,
            })
        })
        .await?;
    template.more_people = template.people.len() > SHOWN;
    template.more_deals = template.deals.len() > SHOWN;
    template.people.truncate(SHOWN);
    template.deals.truncate(SHOWN);
    page(&template)
}

/// `GET /accounts/new`
pub async fn new(who: SignedIn, app: App, query: Query) -> Answer {
    let form = AccountForm::blank(&who.0, &query);
    page(&drawn(&who.0, &app, None, form, Vec::new()).await?)
}

/// What came of saving a form.
enum Outcome {
    Saved(AccountId),
    /// Accounts that may be the same.
    Doubtful(Vec<Duplicate>),
    /// The parent cannot be one: why.
    WrongParent(String),
    /// Someone else saved in between: their version, and the name of its parent.
    Lost(Box<Account>, String),
}

/// `POST /accounts`
pub async fn create(who: SignedIn, app: App, fields: Fields) -> Answer {
    let mut form = AccountForm::read(&fields);
    let Some(input) = form.check(&who.0, None) else {
        return redraw(&drawn(&who.0, &app, None, form, Vec::new()).await?);
    };
    let (viewer, now, anyway) = (who.viewer.clone(), who.now, fields.has("anyway"));
    let outcome = app
        .db
        .write(move |conn| {
            if let Err(sentence) = hierarchy::check(conn, &viewer, None, input.parent_id)? {
                return Ok(Outcome::WrongParent(sentence));
            }
            if !anyway {
                let duplicates = duplicates::find(conn, &viewer, &input)?;
                if !duplicates.is_empty() {
                    return Ok(Outcome::Doubtful(duplicates));
                }
            }
            Ok(Outcome::Saved(store::create(conn, &viewer, &input, now)?))
        })
        .await?;
    answer(who.0, &app, None, 0, form, outcome, "Account added").await
}

/// `GET /accounts/{id}/edit`
pub async fn edit(who: SignedIn, app: App, id: Path<AccountId>) -> Answer {
    let (viewer, id) = (who.viewer.clone(), *id);
    let account = app.db.read(move |conn| store::get(conn, &viewer, id)).await?;
    let mut form = AccountForm::of(&account, &who.0);
    form.was = conflict::was(&form.entries(&who.0));
    page(&drawn(&who.0, &app, Some((id, account.name, account.version)), form, Vec::new()).await?)
}

/// `POST /accounts/{id}`
pub async fn update(who: SignedIn, app: App, id: Path<AccountId>, fields: Fields) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let fields = fields.resolved();
    let version = fields.version();
    let mut form = AccountForm::read(&fields);
    let reader = viewer.clone();
    let before = app.db.read(move |conn| store::get(conn, &reader, id)).await?;
    let checked = form.check(&who.0, Some(&before));
    let (name, outcome) = app
        .db
        .write(move |conn| {
            let account = store::get(conn, &viewer, id)?;
            let name = account.name.clone();
            let Some(input) = checked else { return Ok((name, None)) };
            if account.version != version {
                let parent = account.parent_id.map(|p| hierarchy::shown_name(conn, &viewer, p)).transpose()?.flatten();
                return Ok((name, Some(Outcome::Lost(Box::new(account), parent.unwrap_or_default()))));
            }
            if account.parent_id != input.parent_id
                && let Err(sentence) = hierarchy::check(conn, &viewer, Some(id), input.parent_id)?
            {
                return Ok((name, Some(Outcome::WrongParent(sentence))));
            }
            if !store::update(conn, &viewer, &account, version, &input, now)? {
                let theirs = store::get(conn, &viewer, id)?;
                let parent = theirs.parent_id.map(|p| hierarchy::shown_name(conn, &viewer, p)).transpose()?.flatten();
                return Ok((name, Some(Outcome::Lost(Box::new(theirs), parent.unwrap_or_default()))));
            }
            Ok((name, Some(Outcome::Saved(id))))
        })
        .await?;
    match outcome {
        Some(outcome) => answer(who.0, &app, Some((id, name)), version, form, outcome, "Account saved").await,
        None => redraw(&drawn(&who.0, &app, Some((id, name, version)), form, Vec::new()).await?),
    }
}

/// The answer to a form that was understood.
async fn answer(
    reader: Page,
    app: &App,
    account: Option<(AccountId, String)>,
    version: i64,
    mut form: AccountForm,
    outcome: Outcome,
    done: &str,
) -> Answer {
    let account = account.map(|(id, name)| (id, name, version));
    match outcome {
        Outcome::Saved(id) => Ok(see_other_with(RecordRef::from(id).url(), Flash::new(done))),
        Outcome::Doubtful(duplicates) => redraw(&drawn(&reader, app, account, form, duplicates).await?),
        Outcome::WrongParent(sentence) => {
            form.errors.push(("parent".into(), sentence));
            redraw(&drawn(&reader, app, account, form, Vec::new()).await?)
        }
        Outcome::Lost(theirs, parent) => {
            let url = RecordRef::from(theirs.id).url();
            let mut their_form = AccountForm::of(&theirs, &reader);
            their_form.parent_name = parent;
            let was = std::mem::take(&mut form.was);
            let mine = drawn(&reader, app, account, form, Vec::new()).await?.form.entries(&reader);
            let their_entries = their_form.entries(&reader);
            conflict::answer(reader, &theirs.name, url.clone(), url, theirs.version, &was, mine, their_entries)
        }
    }
}

/// `POST /accounts/{id}/deletion`
pub async fn destroy(who: SignedIn, app: App, id: Path<AccountId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let account = app.db.write(move |conn| bin::delete(conn, &viewer, id, now)).await?;
    let flash = Flash::new(format!("{} moved to the bin", account.name))
        .with_undo(format!("{}/restoration", RecordRef::from(id).url()));
    Ok(see_other_with("/accounts", flash))
}

/// `POST /accounts/{id}/restoration`
pub async fn restore(who: SignedIn, app: App, id: Path<AccountId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    app.db.write(move |conn| bin::restore(conn, &viewer, id, now)).await?;
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Account restored")))
}

/// `POST /accounts/{id}/erasure`
pub async fn erase(who: Manager, app: App, id: Path<AccountId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    app.db.write(move |conn| bin::erase(conn, &viewer, id, now)).await?;
    Ok(see_other_with("/bin", Flash::new("Erased for good")))
}

/// The form with what its selects offer.
async fn drawn(
    reader: &Page,
    app: &App,
    account: Option<(AccountId, String, i64)>,
    mut form: AccountForm,
    duplicates: Vec<Duplicate>,
) -> Result<AccountEdit, Error> {
    let viewer = reader.viewer.clone();
    let chosen = form.parent.parse().ok().map(AccountId);
    let own = account.as_ref().map(|(id, ..)| *id);
    let (known, name) = app
        .db
        .read(move |conn| {
            let known = store::options(conn, &viewer, "", 100)?;
            let Some(chosen) = chosen else { return Ok((known, None)) };
            let name = match records::summary(conn, &viewer, chosen.into()) {
                Ok(summary) => Some(summary.title),
                // A parent that this reader may not see, or in the bin, stays the account's until another is chosen.
                Err(Error::NotFound) if hierarchy::parent_of(conn, own)? == Some(chosen) => {
                    hierarchy::shown_name(conn, &viewer, chosen)?
                }
                Err(Error::NotFound) => None,
                Err(error) => return Err(error),
            };
            Ok((known, name))
        })
        .await?;
    match name {
        Some(name) => form.parent_name = name,
        None => form.parent.clear(),
    }
    let parents = form.parents(&known, own);
    Ok(AccountEdit { page: reader.clone(), account, form, parents, duplicates })
}

impl AccountShow {
    fn phone(&self, phone: &Phone) -> String {
        Phone::shown(&phone.typed, phone.e164.as_deref())
    }

    /// What deals are worth, in the company's currency at today's rates; currencies without a rate stand beside it.
    fn worth(&self, worth: &Worth) -> String {
        worth.words(&self.page, &self.rates)
    }

    /// "at 1.0842 for EUR", when the worth holds converted amounts.
    fn rates_of(&self, worth: &Worth) -> Option<String> {
        worth.total(&self.rates).rates_words(&self.page)
    }

    fn deals_counted(&self, worth: &Worth) -> String {
        worth.counted(&self.page, &self.rates)
    }
}

impl AccountEdit {
    fn revenue_hint(&self) -> String {
        format!("In {}.", self.form.currency(&self.page).code())
    }
}
