//! People in the database.

use super::{Role, Viewer, password, session};
use crate::{
    db::{
        Conn,
        schema::{sign_in_failures, users},
        types::{EmailAddress, TeamId, UserId, fold},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
};
use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

/// A person to be added. Without an e-mail they exist, own records and stand in teams, but cannot sign in.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub name: String,
    pub email: Option<EmailAddress>,
    pub role: Role,
    pub team_id: Option<TeamId>,
    /// IANA name; the company's at first.
    pub time_zone: String,
    /// Plain; hashed here.
    pub password: Option<String>,
}

/// Adds a person.
///
/// # Errors
/// `Error::Refused` when the e-mail is taken.
pub fn create(conn: &mut Conn, viewer: &Viewer, new: &NewUser, at: NaiveDateTime) -> Result<UserId> {
    let key = new.email.as_ref().map(EmailAddress::key);
    if let Some(key) = &key
        && find_by_email(conn, key)?.is_some()
    {
        return Err(Error::Refused(format!("{key} belongs to someone already: use another address.")));
    }
    let hash = new.password.as_deref().map(password::hash).transpose()?;
    let id: UserId = diesel::insert_into(users::table)
        .values((
            users::name.eq(&new.name),
            users::name_folded.eq(fold(&new.name)),
            users::email.eq(new.email.as_ref().map(EmailAddress::as_str)),
            users::email_key.eq(key),
            users::role.eq(new.role),
            users::team_id.eq(new.team_id),
            users::password_hash.eq(hash),
            users::time_zone.eq(&new.time_zone),
            users::created_at.eq(at),
            users::updated_at.eq(at),
        ))
        .returning(users::id)
        .get_result(conn)?;
    let change = Change::new(id, Action::Created, &new.name)
        .field("Name", None, Some(new.name.clone()))
        .field("E-mail", None, new.email.as_ref().map(|e| e.as_str().to_owned()))
        .field("Role", None, Some(new.role.label().into()));
    journal::record(conn, viewer, change, at)?;
    Ok(id)
}

/// What signing in needs to know.
#[derive(Clone, Debug, Queryable)]
pub struct Credentials {
    pub id: UserId,
    pub name: String,
    pub password_hash: Option<String>,
    pub deactivated_at: Option<NaiveDateTime>,
}

/// The person with this address (in lower case).
pub fn find_by_email(conn: &mut Conn, key: &str) -> Result<Option<Credentials>> {
    Ok(users::table
        .filter(users::email_key.eq(key))
        .select((users::id, users::name, users::password_hash, users::deactivated_at))
        .first(conn)
        .optional()?)
}

/// Keeps a hash made elsewhere.
pub fn keep_hash(conn: &mut Conn, id: UserId, hash: &str) -> Result<()> {
    diesel::update(users::table.find(id)).set(users::password_hash.eq(hash)).execute(conn)?;
    Ok(())
}

/// Sets a new password and ends every session of the person but `keep`.
pub fn set_password(conn: &mut Conn, id: UserId, hash: &str, keep: Option<i64>) -> Result<()> {
    keep_hash(conn, id, hash)?;
    session::end_others(conn, id, keep)
}

/// Failures that are counted lie within this time.
const WINDOW: Duration = Duration::minutes(10);
/// Failures after which an account waits, and an address (many people can share one).
const ACCOUNT_TRIES: i64 = 10;
const ADDRESS_TRIES: i64 = 60;

/// How many more tries this account and address have; an error when one of them has to wait.
///
/// # Errors
/// `Error::RateLimited` with the seconds to wait.
pub fn tries_left(conn: &mut Conn, account: &str, address: &str, at: NaiveDateTime) -> Result<i64> {
    let mut left = i64::MAX;
    for (subject, most) in
        [(format!("account:{account}"), ACCOUNT_TRIES), (format!("address:{address}"), ADDRESS_TRIES)]
    {
        let recent = sign_in_failures::table
            .filter(sign_in_failures::subject.eq(&subject))
            .filter(sign_in_failures::at.gt(at - WINDOW));
        let failures: i64 = recent.count().get_result(conn)?;
        if failures >= most {
            let oldest: Option<NaiveDateTime> =
                recent.order(sign_in_failures::at).select(sign_in_failures::at).first(conn).optional()?;
            let wait = oldest.map_or(WINDOW, |first| first + WINDOW - at);
            return Err(Error::RateLimited(wait.num_seconds().max(1)));
        }
        left = left.min(most - failures);
    }
    Ok(left)
}

/// Remembers a failed try, and forgets those that no longer count.
pub fn note_failure(conn: &mut Conn, account: &str, address: &str, at: NaiveDateTime) -> Result<()> {
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::at.lt(at - WINDOW))).execute(conn)?;
    for subject in [format!("account:{account}"), format!("address:{address}")] {
        diesel::insert_into(sign_in_failures::table)
            .values((sign_in_failures::subject.eq(subject), sign_in_failures::at.eq(at)))
            .execute(conn)?;
    }
    Ok(())
}

/// A success clears the account's failures, not the address's: others there may still be guessing.
pub fn forget_failures(conn: &mut Conn, account: &str) -> Result<()> {
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::subject.eq(format!("account:{account}"))))
        .execute(conn)?;
    Ok(())
}
