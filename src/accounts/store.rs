//! Accounts in the database.

pub use super::list::Row;
use super::{hierarchy, list};
use crate::{
    auth::{Scope, Viewer},
    db::{
        Conn,
        schema::{account_domains, accounts},
        sql::{Sql, Value},
        types::{AccountId, Domain, Money, Phone, UserId, fold, match_key},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
    lists::{self, Request, Slice},
    records::{
        self, RecordKind, RecordRef,
        addresses::{self, Address},
        tags,
    },
    search,
    ui::Page,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use iso_currency::Currency;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = accounts)]
struct Base {
    id: AccountId,
    name: String,
    industry: Option<String>,
    employees: Option<i64>,
    annual_revenue: Option<i64>,
    revenue_currency: Option<String>,
    phone: Option<String>,
    phone_e164: Option<String>,
    parent_id: Option<AccountId>,
    owner_id: Option<UserId>,
    description: String,
    created_at: NaiveDateTime,
    deleted_at: Option<NaiveDateTime>,
    version: i64,
}

/// An account with everything its own page and form show.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    /// The first is the main one.
    pub domains: Vec<String>,
    pub industry: Option<String>,
    /// People who work there.
    pub employees: Option<i64>,
    pub annual_revenue: Option<Money>,
    pub phone: Option<Phone>,
    /// The account it belongs to.
    pub parent_id: Option<AccountId>,
    pub owner_id: Option<UserId>,
    pub description: String,
    pub created_at: NaiveDateTime,
    pub deleted_at: Option<NaiveDateTime>,
    pub version: i64,
    pub addresses: Vec<Address>,
    pub tags: Vec<String>,
}

/// What a form or an import gives: already valid, but for the parent, which the database decides.
#[derive(Clone, Debug, Default)]
pub struct Input {
    pub name: String,
    /// The first is the main one.
    pub domains: Vec<Domain>,
    pub industry: Option<String>,
    pub employees: Option<i64>,
    pub annual_revenue: Option<Money>,
    pub phone: Option<Phone>,
    pub addresses: Vec<Address>,
    pub parent_id: Option<AccountId>,
    pub owner_id: Option<UserId>,
    pub tags: Vec<String>,
    pub description: String,
}

impl From<Account> for Input {
    /// The account as it is, to change some of it.
    fn from(account: Account) -> Self {
        Self {
            name: account.name,
            domains: account.domains.iter().filter_map(|d| Domain::parse(d).ok()).collect(),
            industry: account.industry,
            employees: account.employees,
            annual_revenue: account.annual_revenue,
            phone: account.phone,
            addresses: account.addresses,
            parent_id: account.parent_id,
            owner_id: account.owner_id,
            tags: account.tags,
            description: account.description,
        }
    }
}

/// One page of the list.
pub fn fetch(conn: &mut Conn, request: &Request, page: &Page) -> Result<Slice<Row>> {
    lists::fetch::<list::SelectTypes, Row>(conn, &list::ACCOUNTS, request, page, list::SELECT)
}

/// An account outside the bin.
///
/// # Errors
/// `Error::NotFound` when it is absent, in the bin, or not this viewer's to see.
pub fn get(conn: &mut Conn, viewer: &Viewer, id: AccountId) -> Result<Account> {
    let account = any(conn, viewer, id)?;
    if account.deleted_at.is_some() { Err(Error::NotFound) } else { Ok(account) }
}

/// An account, be it in the bin.
///
/// # Errors
/// `Error::NotFound` when it is absent or not this viewer's to see.
pub fn any(conn: &mut Conn, viewer: &Viewer, id: AccountId) -> Result<Account> {
    let base: Base = accounts::table.find(id).select(Base::as_select()).first(conn)?;
    if !viewer.sees(base.owner_id) {
        return Err(Error::NotFound);
    }
    let domains = account_domains::table
        .filter(account_domains::account_id.eq(id))
        .order((account_domains::position, account_domains::id))
        .select(account_domains::domain)
        .load(conn)?;
    let record = RecordRef::from(id);
    let addresses = addresses::of(conn, record)?;
    let tags = tags::of(conn, record)?.into_iter().map(|(_, name)| name).collect();
    let currency = base.revenue_currency.as_deref().and_then(Currency::from_code);
    Ok(Account {
        id: base.id,
        name: base.name,
        domains,
        industry: base.industry,
        employees: base.employees,
        annual_revenue: base.annual_revenue.zip(currency).map(|(minor, currency)| Money::new(minor, currency)),
        phone: base.phone.map(|typed| Phone { typed, e164: base.phone_e164 }),
        parent_id: base.parent_id,
        owner_id: base.owner_id,
        description: base.description,
        created_at: base.created_at,
        deleted_at: base.deleted_at,
        version: base.version,
        addresses,
        tags,
    })
}

/// Makes an account.
///
/// # Errors
/// `Error::Refused` when the parent is gone.
pub fn create(conn: &mut Conn, viewer: &Viewer, new: &Input, at: NaiveDateTime) -> Result<AccountId> {
    let parent = hierarchy::check(conn, viewer, None, new.parent_id)?.map_err(Error::Refused)?;
    let id: AccountId = diesel::insert_into(accounts::table)
        .values((columns(new), accounts::created_at.eq(at), accounts::updated_at.eq(at)))
        .returning(accounts::id)
        .get_result(conn)?;
    set_parts(conn, id, new)?;
    let change = Change::new(id, Action::Created, &new.name)
        .found_by(keys(new))
        .also_on(parent.map(|(id, _)| RecordRef::from(id)))
        .given(None, new.owner_id);
    journal::record(conn, viewer, change, at)?;
    Ok(id)
}

/// Saves over the version that was read. `Ok(false)` when someone else saved in between.
///
/// # Errors
/// `Error::Refused` when the parent is gone or belongs to this account itself.
pub fn update(
    conn: &mut Conn,
    viewer: &Viewer,
    before: &Account,
    version: i64,
    next: &Input,
    at: NaiveDateTime,
) -> Result<bool> {
    let moved = before.parent_id != next.parent_id;
    let parent = if moved {
        hierarchy::check(conn, viewer, Some(before.id), next.parent_id)?.map_err(Error::Refused)?
    } else {
        None
    };
    let rows = diesel::update(accounts::table.filter(accounts::id.eq(before.id)).filter(accounts::version.eq(version)))
        .set((columns(next), accounts::updated_at.eq(at), accounts::version.eq(version + 1)))
        .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    set_parts(conn, before.id, next)?;
    let mut change = differences(conn, before, next)?.found_by(keys(next));
    if moved {
        let old = before.parent_id.map(|id| hierarchy::name_of(conn, id)).transpose()?.flatten();
        change = change.naming(
            "Parent account",
            old,
            parent.map(|(_, name)| name),
            before.parent_id.into_iter().chain(next.parent_id).map(RecordRef::from),
        );
    }
    journal::record(conn, viewer, change, at)?;
    Ok(true)
}

/// Gives an account to someone, or to nobody.
pub fn assign(
    conn: &mut Conn,
    viewer: &Viewer,
    id: AccountId,
    owner: Option<UserId>,
    at: NaiveDateTime,
) -> Result<Option<UserId>> {
    let before = get(conn, viewer, id)?;
    if before.owner_id == owner {
        return Ok(owner);
    }
    diesel::update(accounts::table.find(id))
        .set((accounts::owner_id.eq(owner), accounts::updated_at.eq(at), accounts::version.eq(accounts::version + 1)))
        .execute(conn)?;
    let (old, new) = records::owner_names(conn, before.owner_id, owner)?;
    journal::record(
        conn,
        viewer,
        Change::new(id, Action::Updated, &before.name).field("Owner", old, new).given(before.owner_id, owner),
        at,
    )?;
    Ok(before.owner_id)
}

/// Takes back that it was given from one to another.
///
/// # Errors
/// `Error::NotFound` when it has another owner by now.
pub fn give_back(
    conn: &mut Conn,
    viewer: &Viewer,
    id: AccountId,
    from: Option<UserId>,
    to: Option<UserId>,
    at: NaiveDateTime,
) -> Result<()> {
    if get(conn, viewer, id)?.owner_id != from {
        return Err(Error::NotFound);
    }
    assign(conn, viewer, id, to, at).map(|_| ())
}

/// Every scalar column of the form, for insert and update alike.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = accounts)]
#[diesel(treat_none_as_null = true)]
struct Columns<'a> {
    name: &'a str,
    name_folded: String,
    match_key: String,
    domain: Option<&'a str>,
    industry: Option<&'a str>,
    employees: Option<i64>,
    annual_revenue: Option<i64>,
    revenue_currency: Option<&'static str>,
    phone: Option<&'a str>,
    phone_e164: Option<&'a str>,
    parent_id: Option<AccountId>,
    owner_id: Option<UserId>,
    description: &'a str,
}

fn columns(input: &Input) -> Columns<'_> {
    Columns {
        name: &input.name,
        name_folded: fold(&input.name),
        match_key: match_key(&input.name),
        domain: input.domains.first().map(Domain::as_str),
        industry: input.industry.as_deref(),
        employees: input.employees,
        annual_revenue: input.annual_revenue.map(|m| m.minor),
        revenue_currency: input.annual_revenue.map(|m| m.currency.code()),
        phone: input.phone.as_ref().map(|p| p.typed.as_str()),
        phone_e164: input.phone.as_ref().and_then(|p| p.e164.as_deref()),
        parent_id: input.parent_id,
        owner_id: input.owner_id,
        description: &input.description,
    }
}

/// Domains, addresses and tags.
fn set_parts(conn: &mut Conn, id: AccountId, input: &Input) -> Result<()> {
    diesel::delete(account_domains::table.filter(account_domains::account_id.eq(id))).execute(conn)?;
    for (position, domain) in (0_i32..).zip(&input.domains) {
        diesel::insert_into(account_domains::table)
            .values((
                account_domains::account_id.eq(id),
                account_domains::domain.eq(domain.as_str()),
                account_domains::position.eq(position),
            ))
            .execute(conn)?;
    }
    let record = RecordRef::from(id);
    addresses::set(conn, record, &input.addresses)?;
    tags::set(conn, record, &input.tags)
}

/// What an account is found by.
pub(super) fn keys(input: &Input) -> Vec<String> {
    let mut keys = search::words(&input.name);
    // "GTX Pro" is also found by "gtxpro".
    keys.push(match_key(&input.name));
    keys.extend(input.domains.iter().flat_map(|d| search::domain(d.as_str())));
    keys.extend(input.phone.iter().flat_map(|p| search::phone(&p.typed, p.e164.as_deref())));
    keys
}

fn differences(conn: &mut Conn, before: &Account, next: &Input) -> Result<Change> {
    let number = |n: Option<i64>| n.map(|n| n.to_string());
    let lines = |list: &[Address]| Some(list.iter().map(Address::line).collect::<Vec<_>>().join("; "));
    let domains: Vec<&str> = next.domains.iter().map(Domain::as_str).collect();
    let (old_owner, new_owner) = records::owner_names(conn, before.owner_id, next.owner_id)?;
    Ok(Change::new(before.id, Action::Updated, &next.name)
        .field("Name", Some(before.name.clone()), Some(next.name.clone()))
        .field("Domains", Some(before.domains.join(", ")), Some(domains.join(", ")))
        .field("Industry", before.industry.clone(), next.industry.clone())
        .field("Employees", number(before.employees), number(next.employees))
        .money("Annual revenue", before.annual_revenue, next.annual_revenue)
        .field("Phone", before.phone.as_ref().map(|p| p.typed.clone()), next.phone.as_ref().map(|p| p.typed.clone()))
        .field("Owner", old_owner, new_owner)
        .given(before.owner_id, next.owner_id)
        .field("Addresses", lines(&before.addresses), lines(&next.addresses))
        .field("Tags", Some(before.tags.join(", ")), Some(next.tags.join(", ")))
        .field("Description", Some(before.description.clone()), Some(next.description.clone())))
}

/// Adds the viewer's scope to a condition on `accounts`.
pub(super) fn scoped(sql: &mut Sql, viewer: &Viewer) {
    if let Scope::Owners(owners) = &viewer.scope {
        sql.push(" AND (accounts.owner_id IS NULL OR accounts.owner_id IN (").bind_ints(owners).push("))");
    }
}

/// Accounts whose words begin so, for selects; by name.
pub fn options(conn: &mut Conn, viewer: &Viewer, query: &str, limit: i64) -> Result<Vec<(AccountId, String)>> {
    let mut sql = Sql::new("SELECT accounts.id, accounts.name FROM accounts WHERE accounts.deleted_at IS NULL");
    scoped(&mut sql, viewer);
    search::words_filter(&mut sql, "accounts.id", RecordKind::Account, query);
    sql.push(" ORDER BY accounts.name_folded, accounts.id LIMIT ").bind(Value::Int(limit));
    sql.load::<(BigInt, Text), _>(conn)
}

/// The account with this name, however it is spaced and spelt (`match_key`), outside the bin: for imports.
pub fn find_by_match_key(conn: &mut Conn, key: &str) -> Result<Option<AccountId>> {
    let found = accounts::table.filter(accounts::match_key.eq(key)).filter(accounts::deleted_at.is_null());
    Ok(found.order(accounts::id).select(accounts::id).first(conn).optional()?)
}

/// The account with this domain, outside the bin: for imports, mail and sync.
pub fn find_by_domain(conn: &mut Conn, domain: &Domain) -> Result<Option<AccountId>> {
    Ok(account_domains::table
        .inner_join(accounts::table.on(accounts::id.eq(account_domains::account_id)))
        .filter(account_domains::domain.eq(domain.as_str()))
        .filter(accounts::deleted_at.is_null())
        .order(accounts::id)
        .select(accounts::id)
        .first(conn)
        .optional()?)
}

/// Industries that accounts have, for a filter; at most 200.
pub fn industries(conn: &mut Conn) -> Result<Vec<String>> {
    let found: Vec<Option<String>> = accounts::table
        .filter(accounts::deleted_at.is_null())
        .filter(accounts::industry.is_not_null())
        .select(accounts::industry)
        .distinct()
        .order(accounts::industry)
        .limit(200)
        .load(conn)?;
    Ok(found.into_iter().flatten().collect())
}
