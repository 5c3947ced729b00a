//! What belongs to a deal: the people with their roles.

use super::store::Deal;
use crate::{
    account_standing,
    auth::{Scope, Viewer},
    db::{
        Conn, dialect,
        schema::{contacts, deal_contacts},
        sql::{Sql, Value},
        types::{AccountId, ContactId, DealId, UserId},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
    records::{
        self, RecordKind, RecordRef,
        standing::{AccountLabel, Standing},
    },
    search,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

/// What a person can be to a deal: offered while typing, any other word is as good.
pub const ROLES: [&str; 7] =
    ["Decision maker", "Budget holder", "Signs the contract", "Champion", "Technical buyer", "User", "Against it"];

/// A person of a deal.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: ContactId,
    pub name: String,
    pub job_title: Option<String>,
    /// Empty when nobody said.
    pub role: String,
}

/// The people of a deal whom the viewer sees, by name.
pub fn people(conn: &mut Conn, viewer: &Viewer, deal: DealId) -> Result<Vec<Person>> {
    type Row = (ContactId, String, Option<String>, Option<UserId>, String);
    let rows: Vec<Row> = deal_contacts::table
        .inner_join(contacts::table.on(contacts::id.eq(deal_contacts::contact_id)))
        .filter(deal_contacts::deal_id.eq(deal))
        .filter(contacts::deleted_at.is_null())
        .order((contacts::name_folded, contacts::id))
        .select((contacts::id, contacts::name, contacts::job_title, contacts::owner_id, deal_contacts::role))
        .limit(200)
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter(|(_, _, _, owner, _)| viewer.sees(*owner))
        .map(|(id, name, job_title, _, role)| Person { id, name, job_title, role })
        .collect())
}

/// Someone who could have a part in the deal.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub id: ContactId,
    pub name: String,
    pub job_title: Option<String>,
    pub account: Option<AccountLabel>,
    /// `None` when they have no part yet.
    pub role: Option<String>,
}

type Found = (i64, String, Option<String>, Option<AccountId>, Option<String>, Option<String>, Option<Standing>);

/// People who match these words, those of the deal's account first; without words, those of its account.
pub fn candidates(conn: &mut Conn, viewer: &Viewer, deal: &Deal, words: &str, limit: i64) -> Result<Vec<Candidate>> {
    let account = deal.account_id.map_or(0, |a| a.0);
    let mut sql = Sql::new(concat!(
        "SELECT contacts.id, contacts.name, contacts.job_title, contacts.account_id, contacts.account_name, d.role, ",
        account_standing!("contacts"),
        " FROM contacts LEFT JOIN deal_contacts d ON d.contact_id = contacts.id AND d.deal_id = "
    ));
    sql.bind(Value::Int(deal.id.0)).push(" WHERE contacts.deleted_at IS NULL");
    if let Scope::Owners(owners) = &viewer.scope {
        sql.push(" AND (contacts.owner_id IS NULL OR contacts.owner_id IN (").bind_ints(owners).push("))");
    }
    if words.trim().is_empty() {
        sql.push(" AND contacts.id IN (SELECT contact_id FROM contact_accounts WHERE account_id = ");
        sql.bind(Value::Int(account)).push(")");
    } else {
        search::words_filter(&mut sql, "contacts.id", RecordKind::Contact, words);
    }
    sql.push(" ORDER BY CASE WHEN contacts.account_id = ").bind(Value::Int(account));
    sql.push(" THEN 0 ELSE 1 END, contacts.name_folded, contacts.id LIMIT ").bind(Value::Int(limit));
    let rows: Vec<Found> = sql.load::<(
        BigInt,
        Text,
        Nullable<Text>,
        Nullable<BigInt>,
        Nullable<Text>,
        Nullable<Text>,
        Nullable<BigInt>,
    ), _>(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, name, job_title, account_id, account_name, role, standing)| Candidate {
            id: ContactId(id),
            name,
            job_title,
            account: AccountLabel::of(viewer, account_id, account_name.as_deref(), standing),
            role,
        })
        .collect())
}

/// Gives a person a part in the deal, or another one.
pub fn add_person(
    conn: &mut Conn,
    viewer: &Viewer,
    deal: &Deal,
    contact: ContactId,
    role: &str,
    at: NaiveDateTime,
) -> Result<()> {
    let name = records::summary(conn, viewer, contact.into())?.title;
    // The same person may be added twice at once.
    dialect::hold(conn, &format!("people of deal {}", deal.id))?;
    let own =
        deal_contacts::table.filter(deal_contacts::deal_id.eq(deal.id)).filter(deal_contacts::contact_id.eq(contact));
    let held: Option<String> = own.select(deal_contacts::role).first(conn).optional()?;
    match held {
        Some(_) => diesel::update(own).set(deal_contacts::role.eq(role)).execute(conn)?,
        None => diesel::insert_into(deal_contacts::table)
            .values((
                deal_contacts::deal_id.eq(deal.id),
                deal_contacts::contact_id.eq(contact),
                deal_contacts::role.eq(role),
            ))
            .execute(conn)?,
    };
    let shown = |role: &str| if role.is_empty() { name.clone() } else { format!("{name}, {role}") };
    let before = held.map(|role| shown(&role));
    part_changed(conn, viewer, deal, "Person", (before, Some(shown(role))), Some(contact), at)
}

/// Takes a person out of the deal.
///
/// # Errors
/// `Error::NotFound` when they have no part in it, or are not the viewer's to see.
pub fn remove_person(
    conn: &mut Conn,
    viewer: &Viewer,
    deal: &Deal,
    contact: ContactId,
    at: NaiveDateTime,
) -> Result<()> {
    let name = records::summary(conn, viewer, contact.into())?.title;
    let gone = diesel::delete(
        deal_contacts::table.filter(deal_contacts::deal_id.eq(deal.id)).filter(deal_contacts::contact_id.eq(contact)),
    )
    .execute(conn)?;
    if gone == 0 {
        return Err(Error::NotFound);
    }
    part_changed(conn, viewer, deal, "Person", (Some(name), None), Some(contact), at)
}

fn part_changed(
    conn: &mut Conn,
    viewer: &Viewer,
    deal: &Deal,
    label: &str,
    (before, after): (Option<String>, Option<String>),
    person: Option<ContactId>,
    at: NaiveDateTime,
) -> Result<()> {
    let change = Change::new(deal.id, Action::Updated, &deal.name)
        .naming(label, before, after, person.map(RecordRef::from))
        .also_on(deal.account_id.map(RecordRef::from))
        .also_on(person.map(RecordRef::from));
    journal::record(conn, viewer, change, at)
}
