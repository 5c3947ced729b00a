//! Sessions: a random token in the cookie, its hash in the database; they slide forward while used and end on a
//! password change, a sign-out or a deactivation.

use super::token;
use crate::{
    db::{
        Conn,
        schema::{sessions, users},
        sql::{Sql, Value},
        types::UserId,
    },
    error::Result,
};
use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Timestamp};

/// A session that is not used for this long ends.
const IDLE: Duration = Duration::hours(12);
/// The same for "stay signed in".
const STAY: Duration = Duration::days(30);
/// How often a used session writes that it was used.
pub const TOUCH_EVERY: Duration = Duration::minutes(5);

/// A valid session, with the row versions that cached facts must agree with.
#[derive(Clone, Debug, Queryable)]
pub struct Session {
    pub id: i64,
    pub user_id: UserId,
    pub seen_at: NaiveDateTime,
    pub stay: bool,
    pub user_version: i64,
    pub company_version: i64,
    /// Notices that the person has not read, at most 100.
    pub unread: i64,
}

/// One line of "signed in on … from …".
#[derive(Clone, Debug, Queryable)]
pub struct Listed {
    pub id: i64,
    pub created_at: NaiveDateTime,
    pub seen_at: NaiveDateTime,
    pub agent: String,
    pub address: String,
}

/// Starts one and returns the secret for the cookie.
pub fn start(
    conn: &mut Conn,
    user: UserId,
    stay: bool,
    agent: &str,
    address: &str,
    at: NaiveDateTime,
) -> Result<String> {
    let secret = token::fresh()?;
    diesel::delete(sessions::table.filter(sessions::expires_at.lt(at))).execute(conn)?;
    diesel::insert_into(sessions::table)
        .values((
            sessions::token_hash.eq(token::hash(&secret)),
            sessions::user_id.eq(user),
            sessions::created_at.eq(at),
            sessions::seen_at.eq(at),
            sessions::expires_at.eq(at + lifetime(stay)),
            sessions::stay.eq(stay),
            sessions::agent.eq(agent.chars().take(300).collect::<String>()),
            sessions::address.eq(address),
        ))
        .execute(conn)?;
    seen(conn, user, at)?;
    Ok(secret)
}

/// Outlives the session: when someone was last here. No version rises, since nobody edits it.
fn seen(conn: &mut Conn, user: UserId, at: NaiveDateTime) -> Result<()> {
    diesel::update(users::table.find(user)).set(users::last_seen_at.eq(at)).execute(conn)?;
    Ok(())
}

/// How long an unused session lives.
pub fn lifetime(stay: bool) -> Duration {
    if stay { STAY } else { IDLE }
}

/// The session of this cookie, unless it ran out or its person was deactivated.
pub fn find(conn: &mut Conn, secret: &str, at: NaiveDateTime) -> Result<Option<Session>> {
    let mut sql = Sql::new(
        "SELECT s.id, s.user_id, s.seen_at, s.stay, u.version, c.version, (SELECT count(*) FROM (SELECT 1 FROM notifications n \
         WHERE n.read_at IS NULL AND n.user_id = s.user_id LIMIT 100) t) \
         FROM sessions s JOIN users u ON u.id = s.user_id JOIN company c ON c.id = 1 \
         WHERE u.deactivated_at IS NULL AND s.token_hash = ",
    );
    sql.bind(Value::Text(token::hash(secret))).push(" AND s.expires_at > ").bind(Value::Time(at));
    let rows: Vec<Session> = sql.load::<(BigInt, BigInt, Timestamp, Bool, BigInt, BigInt, BigInt), _>(conn)?;
    Ok(rows.into_iter().next())
}

/// Whether a session has neither ended nor run out.
pub fn lives(conn: &mut Conn, id: i64, at: NaiveDateTime) -> Result<bool> {
    let open = sessions::table
        .inner_join(users::table.on(users::id.eq(sessions::user_id)))
        .filter(sessions::id.eq(id))
        .filter(sessions::expires_at.gt(at))
        .filter(users::deactivated_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(open)).get_result(conn)?)
}

/// Slides a used session forward.
pub fn touch(conn: &mut Conn, session: &Session, at: NaiveDateTime) -> Result<()> {
    diesel::update(sessions::table.filter(sessions::id.eq(session.id)))
        .set((sessions::seen_at.eq(at), sessions::expires_at.eq(at + lifetime(session.stay))))
        .execute(conn)?;
    seen(conn, session.user_id, at)
}

/// A person's sessions, the latest used first.
pub fn list(conn: &mut Conn, user: UserId, at: NaiveDateTime) -> Result<Vec<Listed>> {
    Ok(sessions::table
        .filter(sessions::user_id.eq(user))
        .filter(sessions::expires_at.gt(at))
        .order(sessions::seen_at.desc())
        .select((sessions::id, sessions::created_at, sessions::seen_at, sessions::agent, sessions::address))
        .load(conn)?)
}

/// Ends one session of this person.
pub fn end(conn: &mut Conn, user: UserId, session: i64) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::id.eq(session)).filter(sessions::user_id.eq(user)))
        .execute(conn)?;
    Ok(())
}

/// Ends all sessions of a person but one, and says how many those were.
pub fn end_others(conn: &mut Conn, user: UserId, keep: Option<i64>) -> Result<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::user_id.eq(user)).filter(sessions::id.ne(keep.unwrap_or(0))))
        .execute(conn)?)
}
