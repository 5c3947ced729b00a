//! What belongs to a deal: the people with their roles, and the products.

use super::store::Deal;
use crate::{
    account_standing,
    auth::{Scope, Viewer},
    db::{
        Conn, dialect,
        schema::{contacts, deal_contacts, deal_items, products},
        sql::{Sql, Value},
        types::{AccountId, ContactId, DealId, Money, ProductId, UserId},
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
        search::words_filter(&mut sql, "contacts", RecordKind::Contact, words);
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

/// A product of a deal.
#[derive(Clone, Debug)]
pub struct Item {
    pub id: i64,
    pub product_id: ProductId,
    pub name: String,
    pub unit: String,
    pub quantity: i64,
    /// Of one unit, in the deal's currency; `None` when no price was agreed.
    pub price: Option<Money>,
}

impl Item {
    pub fn total(&self) -> Option<Money> {
        self.price.map(|p| Money::new(p.minor.saturating_mul(self.quantity), p.currency))
    }
}

/// The products of a deal, in the order they were added.
pub fn items(conn: &mut Conn, deal: &Deal) -> Result<Vec<Item>> {
    let rows: Vec<(i64, ProductId, String, String, i64, Option<i64>)> = deal_items::table
        .inner_join(products::table.on(products::id.eq(deal_items::product_id)))
        .filter(deal_items::deal_id.eq(deal.id))
        .order((deal_items::position, deal_items::id))
        .select((
            deal_items::id,
            products::id,
            products::name,
            products::unit,
            deal_items::quantity,
            deal_items::unit_price,
        ))
        .limit(200)
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, product_id, name, unit, quantity, price)| Item {
            id,
            product_id,
            name,
            unit,
            quantity,
            price: price.map(|minor| Money::new(minor, deal.currency)),
        })
        .collect())
}

/// What so many of one price come to, unless that is more than [`Money::MOST`].
pub(super) fn total(quantity: i64, price: i64) -> Option<i64> {
    price.checked_mul(quantity).filter(|minor| (-Money::MOST..=Money::MOST).contains(minor))
}

/// What to say when a product comes to more than that.
pub(super) const TOO_MUCH: &str = "Together they cost more than Rapport can count: write a smaller quantity or price.";

/// Adds a product. `price` is of one unit, in minor units of the deal's currency.
///
/// # Errors
/// `Error::Refused` when the product is gone, or comes to more than can be counted.
pub fn add_item(
    conn: &mut Conn,
    viewer: &Viewer,
    deal: &Deal,
    product: ProductId,
    quantity: i64,
    price: Option<i64>,
    at: NaiveDateTime,
) -> Result<()> {
    let name = match records::summary(conn, viewer, product.into()) {
        Ok(summary) => summary.title,
        Err(Error::NotFound) => return Err(Error::Refused("That product is gone: choose another one.".into())),
        Err(error) => return Err(error),
    };
    if price.is_some_and(|price| total(quantity, price).is_none()) {
        return Err(Error::Refused(TOO_MUCH.into()));
    }
    let last: Option<i32> = deal_items::table
        .filter(deal_items::deal_id.eq(deal.id))
        .select(diesel::dsl::max(deal_items::position))
        .first(conn)?;
    diesel::insert_into(deal_items::table)
        .values((
            deal_items::deal_id.eq(deal.id),
            deal_items::product_id.eq(product),
            deal_items::quantity.eq(quantity),
            deal_items::unit_price.eq(price),
            deal_items::position.eq(last.unwrap_or(0) + 1),
        ))
        .execute(conn)?;
    part_changed(conn, viewer, deal, "Product", (None, Some(format!("{quantity} × {name}"))), None, at)
}

/// Takes a product out of the deal.
pub fn remove_item(conn: &mut Conn, viewer: &Viewer, deal: &Deal, item: i64, at: NaiveDateTime) -> Result<()> {
    let gone = items(conn, deal)?.into_iter().find(|i| i.id == item).ok_or(Error::NotFound)?;
    diesel::delete(deal_items::table.find(item)).execute(conn)?;
    part_changed(conn, viewer, deal, "Product", (Some(format!("{} × {}", gone.quantity, gone.name)), None), None, at)
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
