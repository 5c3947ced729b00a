//! The accounts that a contact works or worked for, with a role and dates. At most one is the main one, whose name
//! stands on the contact.

use super::list::{self, Row};
use super::store;
use crate::{
    auth::{Scope, Viewer},
    db::{
        Conn,
        schema::{contact_accounts, contacts},
        sql::{Sql, Value},
        types::{AccountId, ContactId},
    },
    error::{Error, Result},
    id_type,
    journal::{self, Action, Change},
    records::{self, RecordRef},
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text, Timestamp};

id_type! {
    /// A contact's place at an account.
    AffiliationId,
}

/// One of a contact's accounts.
#[derive(Clone, Debug, Queryable)]
pub struct Affiliation {
    pub id: AffiliationId,
    pub account_id: AccountId,
    pub account_name: String,
    pub role: String,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub is_primary: bool,
    binned_at: Option<NaiveDateTime>,
}

impl Affiliation {
    /// The account's page, unless it is in the bin.
    pub fn url(&self) -> Option<String> {
        self.binned_at.is_none().then(|| RecordRef::from(self.account_id).url())
    }
}

/// What a form gives: already valid.
#[derive(Clone, Debug)]
pub struct Place {
    pub account_id: AccountId,
    pub role: String,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub is_primary: bool,
}

/// A contact's accounts that the viewer sees: the main one first, then the present ones, then the past, latest first.
pub fn of_contact(conn: &mut Conn, viewer: &Viewer, contact: ContactId) -> Result<Vec<Affiliation>> {
    let mut sql = Sql::new(
        "SELECT p.id, p.account_id, accounts.name, p.role, p.from_date, p.to_date, p.is_primary, accounts.deleted_at FROM contact_accounts p \
         JOIN accounts ON accounts.id = p.account_id WHERE p.contact_id = ",
    );
    sql.bind(Value::Int(contact.0));
    if let Scope::Owners(owners) = &viewer.scope {
        sql.push(" AND (accounts.owner_id IS NULL OR accounts.owner_id IN (").bind_ints(owners).push("))");
    }
    sql.push(" ORDER BY p.is_primary DESC, coalesce(p.to_date, {far}) DESC, accounts.name_folded, p.id LIMIT 50");
    sql.load::<(BigInt, BigInt, Text, Text, Nullable<Date>, Nullable<Date>, Bool, Nullable<Timestamp>), _>(conn)
}

/// One of them.
///
/// # Errors
/// `Error::NotFound` when the contact has no such place.
pub fn get(conn: &mut Conn, viewer: &Viewer, contact: ContactId, id: AffiliationId) -> Result<Affiliation> {
    of_contact(conn, viewer, contact)?.into_iter().find(|a| a.id == id).ok_or(Error::NotFound)
}

/// What came of saving a place.
#[derive(Clone, Debug)]
pub enum Saved {
    Done,
    /// The account cannot be that one: why.
    WrongAccount(String),
    /// Someone else changed the contact in between: what the place is now.
    Overtaken(String),
}

/// Adds a place, or changes the one with this id, over the version of the contact that was read.
pub fn save(
    conn: &mut Conn,
    viewer: &Viewer,
    contact: ContactId,
    id: Option<AffiliationId>,
    version: i64,
    place: &Place,
    at: NaiveDateTime,
) -> Result<Saved> {
    let person = store::get(conn, viewer, contact)?;
    let account = match records::summary(conn, viewer, place.account_id.into()) {
        Ok(account) => account,
        Err(Error::NotFound) => return Ok(Saved::WrongAccount("That account is gone: choose another one.".into())),
        Err(error) => return Err(error),
    };
    let old_account: Option<String> = contacts::table.find(contact).select(contacts::account_name).first(conn)?;
    let held = of_contact(conn, viewer, contact)?;
    let before = match id {
        Some(id) => Some(held.iter().find(|a| a.id == id).ok_or(Error::NotFound)?),
        None => None,
    };
    if held.iter().any(|a| a.account_id == place.account_id && Some(a.id) != id) {
        return Ok(Saved::WrongAccount(format!("{} is at {} already: change that entry.", person.name, account.title)));
    }
    if !touch(conn, contact, version, at)? {
        let now = before.map(|b| format!(" This entry now reads “{}”.", line(&b.account_name, &b.role, b.from, b.to)));
        return Ok(Saved::Overtaken(format!(
            "Someone else changed {} since you opened this form.{} Save again to put yours in its place.",
            person.name,
            now.unwrap_or_default()
        )));
    }
    let values = (
        contact_accounts::contact_id.eq(contact),
        contact_accounts::account_id.eq(place.account_id),
        contact_accounts::role.eq(&place.role),
        contact_accounts::from_date.eq(place.from),
        contact_accounts::to_date.eq(place.to),
        contact_accounts::is_primary.eq(place.is_primary),
    );
    if place.is_primary {
        let own = contact_accounts::table.filter(contact_accounts::contact_id.eq(contact));
        diesel::update(own).set(contact_accounts::is_primary.eq(false)).execute(conn)?;
    }
    match id {
        Some(id) => diesel::update(contact_accounts::table.find(id)).set(values).execute(conn)?,
        None => diesel::insert_into(contact_accounts::table).values(values).execute(conn)?,
    };
    let mut change = Change::new(contact, Action::Updated, &person.name).also_on([RecordRef::from(place.account_id)]);
    let old = before.map(|b| line(&b.account_name, &b.role, b.from, b.to));
    let of = before.map(|b| b.account_id).into_iter().chain([place.account_id]).map(RecordRef::from);
    change = change.naming("Place", old, Some(line(&account.title, &place.role, place.from, place.to)), of);
    let main = person.account_id.into_iter().map(RecordRef::from);
    let was_primary = before.is_some_and(|b| b.is_primary);
    if place.is_primary {
        point_at(conn, contact, Some((place.account_id, account.title.as_str())))?;
        change =
            change.naming("Account", old_account, Some(account.title.clone()), main.chain([place.account_id.into()]));
    } else if was_primary {
        point_at(conn, contact, None)?;
        change = change.naming("Account", old_account, None, main);
    }
    journal::record(conn, viewer, change, at)?;
    Ok(Saved::Done)
}

/// A place on one line, for the journal and for whoever was overtaken.
fn line(name: &str, role: &str, from: Option<NaiveDate>, to: Option<NaiveDate>) -> String {
    let role = if role.is_empty() { String::new() } else { format!(", {role}") };
    let from = from.map(|d| format!(", from {d}")).unwrap_or_default();
    let to = to.map(|d| format!(", to {d}")).unwrap_or_default();
    format!("{name}{role}{from}{to}")
}

/// Takes a place away, over the version of the contact that was read. `Ok(None)` when someone else saved in between.
pub fn remove(
    conn: &mut Conn,
    viewer: &Viewer,
    contact: ContactId,
    id: AffiliationId,
    version: i64,
    at: NaiveDateTime,
) -> Result<Option<Affiliation>> {
    let person = store::get(conn, viewer, contact)?;
    let place = get(conn, viewer, contact, id)?;
    if !touch(conn, contact, version, at)? {
        return Ok(None);
    }
    diesel::delete(contact_accounts::table.find(id)).execute(conn)?;
    let mut change = Change::new(contact, Action::Updated, &person.name)
        .also_on([RecordRef::from(place.account_id)])
        .naming("Place", Some(place.account_name.clone()), None, [place.account_id.into()]);
    if place.is_primary {
        point_at(conn, contact, None)?;
        change = change.naming("Account", Some(place.account_name.clone()), None, [place.account_id.into()]);
    }
    journal::record(conn, viewer, change, at)?;
    Ok(Some(place))
}

/// Raises the contact's version, which covers its places too. False when it is not the one that was read.
fn touch(conn: &mut Conn, contact: ContactId, version: i64, at: NaiveDateTime) -> Result<bool> {
    let rows = diesel::update(contacts::table.find(contact).filter(contacts::version.eq(version)))
        .set((contacts::updated_at.eq(at), contacts::version.eq(version + 1)))
        .execute(conn)?;
    Ok(rows > 0)
}

/// The main account as it stands on the contact's own row.
fn point_at(conn: &mut Conn, contact: ContactId, account: Option<(AccountId, &str)>) -> Result<()> {
    diesel::update(contacts::table.find(contact))
        .set((
            contacts::account_id.eq(account.map(|(id, _)| id)),
            contacts::account_name.eq(account.map(|(_, name)| name)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Makes this the main account, as the contact's own form says. The one before stays as a place when something is known
/// of it.
pub(super) fn set_primary(conn: &mut Conn, id: ContactId, account: Option<AccountId>) -> Result<()> {
    let own = contact_accounts::table.filter(contact_accounts::contact_id.eq(id));
    let held: Option<AccountId> = own
        .filter(contact_accounts::is_primary.eq(true))
        .select(contact_accounts::account_id)
        .first(conn)
        .optional()?;
    if held == account {
        return Ok(());
    }
    let bare = own
        .filter(contact_accounts::is_primary.eq(true))
        .filter(contact_accounts::role.eq(""))
        .filter(contact_accounts::from_date.is_null())
        .filter(contact_accounts::to_date.is_null());
    diesel::delete(bare).execute(conn)?;
    diesel::update(own).set(contact_accounts::is_primary.eq(false)).execute(conn)?;
    let Some(account) = account else { return Ok(()) };
    let known = diesel::update(own.filter(contact_accounts::account_id.eq(account)))
        .set(contact_accounts::is_primary.eq(true))
        .execute(conn)?;
    if known == 0 {
        diesel::insert_into(contact_accounts::table)
            .values((
                contact_accounts::contact_id.eq(id),
                contact_accounts::account_id.eq(account),
                contact_accounts::is_primary.eq(true),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// People of an account, by name, those whose place there is over left out.
pub fn of_account(
    conn: &mut Conn,
    viewer: &Viewer,
    account: AccountId,
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<Row>> {
    let mut sql = Sql::new(format!(
        "SELECT {} FROM contacts WHERE deleted_at IS NULL AND id IN (SELECT contact_id FROM contact_accounts WHERE account_id = ",
        list::SELECT
    ));
    sql.bind(Value::Int(account.0)).push(" AND coalesce(to_date, {far}) >= ").bind(Value::Date(today)).push(")");
    if let Scope::Owners(owners) = &viewer.scope {
        sql.push(" AND (owner_id IS NULL OR owner_id IN (").bind_ints(owners).push("))");
    }
    sql.push(" ORDER BY name_folded, id LIMIT ").bind(Value::Int(limit));
    sql.load::<list::SelectTypes, _>(conn)
}
