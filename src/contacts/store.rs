//! Contacts in the database.

pub use super::list::Row;
use super::{Answering, Lifecycle, Rating, affiliations, answering, changes, giving, list};
use crate::{
    auth::{Scope, Viewer},
    db::{
        Conn,
        schema::{contact_emails, contact_phones, contacts},
        sql::{Sql, Value},
        types::{AccountId, ContactId, EmailAddress, Phone, QueueId, UserId, fold},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
    lists::{self, Request, Slice},
    records::{
        RecordKind, RecordRef,
        addresses::{self, Address},
        lead_status::{self, Statuses},
        standing::{self, AccountLabel},
        tags,
    },
    search,
    ui::Page,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = contacts)]
struct Base {
    id: ContactId,
    name: String,
    given_name: Option<String>,
    family_name: Option<String>,
    job_title: Option<String>,
    account_id: Option<AccountId>,
    account_name: Option<String>,
    lifecycle: Lifecycle,
    lead_status: Option<String>,
    source: Option<String>,
    campaign: Option<String>,
    rating: Option<Rating>,
    owner_id: Option<UserId>,
    queue_id: Option<QueueId>,
    photo_id: Option<i64>,
    no_call: bool,
    no_mail: bool,
    no_ads: bool,
    description: String,
    created_at: NaiveDateTime,
    deleted_at: Option<NaiveDateTime>,
    version: i64,
}

/// A contact with everything its own page and form show.
#[derive(Clone, Debug)]
pub struct Contact {
    pub id: ContactId,
    pub name: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub job_title: Option<String>,
    pub account_id: Option<AccountId>,
    pub account: Option<AccountLabel>,
    pub lifecycle: Lifecycle,
    /// Key of a lead's status.
    pub lead_status: Option<String>,
    pub source: Option<String>,
    /// What brought them here, by its name.
    pub campaign: Option<String>,
    pub rating: Option<Rating>,
    pub owner_id: Option<UserId>,
    /// Where a lead without an owner waits to be taken.
    pub queue_id: Option<QueueId>,
    /// Number of the file with the photo.
    pub photo_id: Option<i64>,
    pub no_call: bool,
    pub no_mail: bool,
    pub no_ads: bool,
    pub description: String,
    pub created_at: NaiveDateTime,
    pub deleted_at: Option<NaiveDateTime>,
    pub version: i64,
    /// Points that they have as a lead.
    pub score: i64,
    /// How it stands with the first answer to them as a lead.
    pub answering: Answering,
    /// The first is the main one.
    pub emails: Vec<String>,
    pub phones: Vec<Phone>,
    pub address: Address,
    pub tags: Vec<String>,
}

/// What a form or an import gives: already valid.
#[derive(Clone, Debug)]
pub struct Input {
    pub name: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub emails: Vec<EmailAddress>,
    pub phones: Vec<Phone>,
    pub account_id: Option<AccountId>,
    pub job_title: Option<String>,
    pub owner_id: Option<UserId>,
    pub lifecycle: Lifecycle,
    /// Key of a status; kept for a lead only; a lead without one is new.
    pub lead_status: Option<String>,
    pub source: Option<String>,
    pub campaign: Option<String>,
    pub rating: Option<Rating>,
    pub no_call: bool,
    pub no_mail: bool,
    pub no_ads: bool,
    pub address: Address,
    pub tags: Vec<String>,
    pub description: String,
}

impl Input {
    /// The status as it is kept, with the list that names it. A qualified person keeps how the work on them ended.
    fn lead_status(&self, conn: &mut Conn) -> Result<(Option<String>, Statuses)> {
        let statuses = Statuses::load(conn)?;
        let kept = self.lead_status.clone().filter(|key| statuses.get(key).is_some());
        let status = match self.lifecycle {
            Lifecycle::Lead => kept.or_else(|| statuses.first(lead_status::Kind::New).map(|s| s.key.clone())),
            Lifecycle::Qualified => {
                kept.filter(|key| statuses.get(key).is_some_and(|s| s.kind == lead_status::Kind::Qualified))
            }
            _ => None,
        };
        Ok((status, statuses))
    }
}

/// One page of the list.
pub fn fetch(conn: &mut Conn, request: &Request, page: &Page) -> Result<Slice<Row>> {
    lists::fetch::<list::SelectTypes, Row>(conn, &list::CONTACTS, request, page, list::SELECT)
}

/// A contact outside the bin.
///
/// # Errors
/// `Error::NotFound` when it is absent, in the bin, or not this viewer's to see.
pub fn get(conn: &mut Conn, viewer: &Viewer, id: ContactId) -> Result<Contact> {
    let contact = any(conn, viewer, id)?;
    if contact.deleted_at.is_some() { Err(Error::NotFound) } else { Ok(contact) }
}

/// A contact, be it in the bin.
pub fn any(conn: &mut Conn, viewer: &Viewer, id: ContactId) -> Result<Contact> {
    let base: Base = contacts::table.find(id).select(Base::as_select()).first(conn)?;
    if !viewer.sees(base.owner_id) {
        return Err(Error::NotFound);
    }
    let (answering, score) = answering::of(conn, id)?;
    let account = AccountLabel::read(conn, viewer, base.account_id, base.account_name.as_deref())?;
    let emails = contact_emails::table
        .filter(contact_emails::contact_id.eq(id))
        .order((contact_emails::position, contact_emails::id))
        .select(contact_emails::email)
        .load(conn)?;
    let phones: Vec<(String, Option<String>)> = contact_phones::table
        .filter(contact_phones::contact_id.eq(id))
        .order((contact_phones::position, contact_phones::id))
        .select((contact_phones::typed, contact_phones::e164))
        .load(conn)?;
    let record = RecordRef::from(id);
    let address = addresses::of(conn, record)?.into_iter().next().unwrap_or_default();
    let tags = tags::of(conn, record)?.into_iter().map(|(_, name)| name).collect();
    Ok(Contact {
        id: base.id,
        name: base.name,
        given_name: base.given_name,
        family_name: base.family_name,
        job_title: base.job_title,
        account_id: base.account_id,
        account,
        lifecycle: base.lifecycle,
        lead_status: base.lead_status,
        photo_id: base.photo_id,
        source: base.source,
        campaign: base.campaign,
        rating: base.rating,
        owner_id: base.owner_id,
        queue_id: base.queue_id,
        no_call: base.no_call,
        no_mail: base.no_mail,
        no_ads: base.no_ads,
        description: base.description,
        created_at: base.created_at,
        deleted_at: base.deleted_at,
        version: base.version,
        score,
        answering,
        emails,
        phones: phones.into_iter().map(|(typed, e164)| Phone { typed, e164 }).collect(),
        address,
        tags,
    })
}

/// Adds a contact.
///
/// # Errors
/// `Error::Refused` when the account is gone or not the viewer's to see.
pub fn create(conn: &mut Conn, viewer: &Viewer, new: &Input, at: NaiveDateTime) -> Result<ContactId> {
    let account_name = standing::chosen_name(conn, viewer, new.account_id)?;
    let (status, _) = new.lead_status(conn)?;
    let arrived_at = (new.lifecycle == Lifecycle::Lead).then_some(at);
    let id: ContactId = diesel::insert_into(contacts::table)
        .values((
            columns(new, status.as_deref(), account_name.as_deref()),
            contacts::created_at.eq(at),
            contacts::updated_at.eq(at),
            contacts::arrived_at.eq(arrived_at),
        ))
        .returning(contacts::id)
        .get_result(conn)?;
    set_parts(conn, id, new)?;
    let change = Change::new(id, Action::Created, &new.name)
        .found_by(changes::keys(new))
        .also_on(new.account_id.map(RecordRef::from))
        .given(None, new.owner_id);
    journal::record(conn, viewer, change, at)?;
    Ok(id)
}

/// Saves over the version that was read. `Ok(false)` when someone else saved in between.
///
/// # Errors
/// `Error::Refused` when another account is chosen that is gone or not the viewer's to see.
pub fn update(
    conn: &mut Conn,
    viewer: &Viewer,
    before: &Contact,
    version: i64,
    next: &Input,
    at: NaiveDateTime,
) -> Result<bool> {
    let old_account: Option<String> = contacts::table.find(before.id).select(contacts::account_name).first(conn)?;
    let account = match next.account_id == before.account_id {
        true => old_account.clone(),
        false => standing::chosen_name(conn, viewer, next.account_id)?,
    };
    let (status, statuses) = next.lead_status(conn)?;
    let rows = diesel::update(contacts::table.filter(contacts::id.eq(before.id)).filter(contacts::version.eq(version)))
        .set((
            columns(next, status.as_deref(), account.as_deref()),
            contacts::updated_at.eq(at),
            contacts::version.eq(version + 1),
        ))
        .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    // Who was qualified and is a lead again, as by an undo, has not arrived anew.
    if next.lifecycle == Lifecycle::Lead && before.lifecycle != Lifecycle::Lead {
        let anew = before.lifecycle != Lifecycle::Qualified;
        diesel::update(
            contacts::table.find(before.id).filter(contacts::arrived_at.is_null().or(anew.into_sql::<Bool>())),
        )
        .set(contacts::arrived_at.eq(at))
        .execute(conn)?;
    }
    let kind = status.as_deref().and_then(|key| statuses.get(key)).map(|s| s.kind);
    let waits = next.owner_id.is_none()
        && next.lifecycle == Lifecycle::Lead
        && kind.is_none_or(|kind| kind != lead_status::Kind::Disqualified);
    let queue = if waits { None } else { giving::leave_queue(conn, before)? };
    set_parts(conn, before.id, next)?;
    let named = |key: Option<&str>| key.map(|key| statuses.name(key).to_owned());
    let names = (named(before.lead_status.as_deref()), named(status.as_deref()));
    let change = changes::differences(conn, before, next, (old_account, account), names)?.found_by(changes::keys(next));
    let change = change.field("Queue", queue, None);
    journal::record(conn, viewer, change, at)?;
    Ok(true)
}

/// Every scalar column of the form, for insert and update alike.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = contacts)]
#[diesel(treat_none_as_null = true)]
struct Columns<'a> {
    name: &'a str,
    name_folded: String,
    given_name: Option<&'a str>,
    family_name: Option<&'a str>,
    job_title: Option<&'a str>,
    email: Option<&'a str>,
    phone: Option<String>,
    account_id: Option<AccountId>,
    account_name: Option<&'a str>,
    lifecycle: Lifecycle,
    lead_status: Option<&'a str>,
    source: Option<&'a str>,
    campaign: Option<&'a str>,
    rating: Option<Rating>,
    owner_id: Option<UserId>,
    no_call: bool,
    no_mail: bool,
    no_ads: bool,
    description: &'a str,
}

fn columns<'a>(input: &'a Input, lead_status: Option<&'a str>, account_name: Option<&'a str>) -> Columns<'a> {
    Columns {
        name: &input.name,
        name_folded: fold(&input.name),
        given_name: input.given_name.as_deref(),
        family_name: input.family_name.as_deref(),
        job_title: input.job_title.as_deref(),
        email: input.emails.first().map(EmailAddress::as_str),
        phone: input.phones.first().map(|p| Phone::shown(&p.typed, p.e164.as_deref())),
        account_id: input.account_id,
        account_name,
        lifecycle: input.lifecycle,
        lead_status,
        source: input.source.as_deref(),
        campaign: input.campaign.as_deref(),
        rating: input.rating,
        owner_id: input.owner_id,
        no_call: input.no_call,
        no_mail: input.no_mail,
        no_ads: input.no_ads,
        description: &input.description,
    }
}

/// E-mails, phones, accounts, address and tags.
fn set_parts(conn: &mut Conn, id: ContactId, input: &Input) -> Result<()> {
    diesel::delete(contact_emails::table.filter(contact_emails::contact_id.eq(id))).execute(conn)?;
    for (position, email) in (0_i32..).zip(&input.emails) {
        diesel::insert_into(contact_emails::table)
            .values((
                contact_emails::contact_id.eq(id),
                contact_emails::email.eq(email.as_str()),
                contact_emails::email_key.eq(email.key()),
                contact_emails::position.eq(position),
            ))
            .execute(conn)?;
    }
    diesel::delete(contact_phones::table.filter(contact_phones::contact_id.eq(id))).execute(conn)?;
    for (position, phone) in (0_i32..).zip(&input.phones) {
        diesel::insert_into(contact_phones::table)
            .values((
                contact_phones::contact_id.eq(id),
                contact_phones::typed.eq(&phone.typed),
                contact_phones::e164.eq(phone.e164.as_deref()),
                contact_phones::position.eq(position),
            ))
            .execute(conn)?;
    }
    affiliations::set_primary(conn, id, input.account_id)?;
    let record = RecordRef::from(id);
    addresses::set(conn, record, std::slice::from_ref(&input.address))?;
    tags::set(conn, record, &input.tags)
}

/// Adds the viewer's scope to a condition on contacts that are called `c`.
pub(super) fn scoped(sql: &mut Sql, viewer: &Viewer) {
    if let Scope::Owners(owners) = &viewer.scope {
        sql.push(" AND (c.owner_id IS NULL OR c.owner_id IN (").bind_ints(owners).push("))");
    }
}

/// The contacts of this name, outside the bin, at most 50: for imports, which must not double them.
pub fn find_by_name(conn: &mut Conn, name: &str) -> Result<Vec<ContactId>> {
    Ok(contacts::table
        .filter(contacts::name_folded.eq(fold(name)))
        .filter(contacts::deleted_at.is_null())
        .order(contacts::id)
        .limit(50)
        .select(contacts::id)
        .load(conn)?)
}

/// The contact with this address, outside the bin: for imports, mail and sync.
pub fn find_by_email(conn: &mut Conn, email: &EmailAddress) -> Result<Option<ContactId>> {
    Ok(contact_emails::table
        .inner_join(contacts::table.on(contacts::id.eq(contact_emails::contact_id)))
        .filter(contact_emails::email_key.eq(email.key()))
        .filter(contacts::deleted_at.is_null())
        .order(contacts::id)
        .select(contacts::id)
        .first(conn)
        .optional()?)
}

/// Keeps the account's name on its contacts, so that lists need no join: called when an account changes its name.
pub fn account_renamed(conn: &mut Conn, account: AccountId, name: &str) -> Result<()> {
    diesel::update(contacts::table.filter(contacts::account_id.eq(account)))
        .set(contacts::account_name.eq(name))
        .execute(conn)?;
    Ok(())
}

/// An account is about to be erased: its people stay, without it. (Their roles there go with it.)
pub fn account_erased(conn: &mut Conn, account: AccountId) -> Result<()> {
    diesel::update(contacts::table.filter(contacts::account_id.eq(account)))
        .set((contacts::account_id.eq(None::<AccountId>), contacts::account_name.eq(None::<String>)))
        .execute(conn)?;
    Ok(())
}

/// The names of campaigns that brought leads, at most 200.
pub fn campaigns(conn: &mut Conn) -> Result<Vec<String>> {
    let named = contacts::table.filter(contacts::campaign.is_not_null()).filter(contacts::deleted_at.is_null());
    let names: Vec<Option<String>> =
        named.select(contacts::campaign).distinct().order(contacts::campaign).limit(200).load(conn)?;
    Ok(names.into_iter().flatten().collect())
}

/// People found by such words, those the viewer sees: number and name.
pub fn named_like(conn: &mut Conn, viewer: &Viewer, words: &str, limit: i64) -> Result<Vec<(ContactId, String)>> {
    let mut sql = Sql::new("SELECT c.id, c.name FROM contacts c WHERE c.deleted_at IS NULL");
    search::words_filter(&mut sql, "c.id", RecordKind::Contact, words);
    scoped(&mut sql, viewer);
    sql.push(" ORDER BY c.id DESC LIMIT ").bind(Value::Int(limit));
    sql.load::<(BigInt, Text), _>(conn)
}
