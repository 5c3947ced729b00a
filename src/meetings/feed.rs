//! A person's meetings under an address that their own calendar reads (iCalendar, published).

use super::{Response, State, ical::Writer, invitations::Event};
use crate::{
    auth::token,
    db::{
        Conn, dialect,
        schema::{calendar_feeds, meeting_people, meetings, users},
        types::UserId,
    },
    error::{Error, Result},
};
use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

/// How far it reaches, and how much it holds at most.
const BACK: Duration = Duration::days(90);
const AHEAD: Duration = Duration::days(366);
const MOST: i64 = 2_000;
/// That it was read is noted no more often.
const NOTED: Duration = Duration::hours(1);

/// What a person knows of their own address.
#[derive(Clone, Debug, Queryable)]
pub struct Feed {
    pub created_at: NaiveDateTime,
    /// About when a calendar read it last.
    pub read_at: Option<NaiveDateTime>,
}

pub fn find(conn: &mut Conn, user: UserId) -> Result<Option<Feed>> {
    let own = calendar_feeds::table.find(user);
    Ok(own.select((calendar_feeds::created_at, calendar_feeds::read_at)).first(conn).optional()?)
}

/// Makes an address, in place of an earlier one. Returns its secret, which is not kept.
pub fn renew(conn: &mut Conn, user: UserId, at: NaiveDateTime) -> Result<String> {
    let secret = token::fresh()?;
    dialect::hold(conn, &format!("calendar feed {user}"))?;
    revoke(conn, user)?;
    diesel::insert_into(calendar_feeds::table)
        .values((
            calendar_feeds::user_id.eq(user),
            calendar_feeds::token_hash.eq(token::hash(&secret)),
            calendar_feeds::created_at.eq(at),
        ))
        .execute(conn)?;
    Ok(secret)
}

/// Ends it: who has the address reads nothing any more.
pub fn revoke(conn: &mut Conn, user: UserId) -> Result<()> {
    diesel::delete(calendar_feeds::table.find(user)).execute(conn)?;
    Ok(())
}

/// Whose address it is, and whether its reading is to be noted.
///
/// # Errors
/// `Error::NotFound` when it is nobody's, or theirs who have left.
pub fn reader(conn: &mut Conn, secret: &str, at: NaiveDateTime) -> Result<(UserId, String, bool)> {
    let found: Option<(UserId, String, Option<NaiveDateTime>)> = calendar_feeds::table
        .inner_join(users::table.on(users::id.eq(calendar_feeds::user_id)))
        .filter(calendar_feeds::token_hash.eq(token::hash(secret)))
        .filter(users::deactivated_at.is_null())
        .select((users::id, users::name, calendar_feeds::read_at))
        .first(conn)
        .optional()?;
    let (user, name, read) = found.ok_or(Error::NotFound)?;
    Ok((user, name, read.is_none_or(|read| at - read > NOTED)))
}

pub fn note_reading(conn: &mut Conn, user: UserId, at: NaiveDateTime) -> Result<()> {
    diesel::update(calendar_feeds::table.find(user)).set(calendar_feeds::read_at.eq(at)).execute(conn)?;
    Ok(())
}

/// What a feed tells of one meeting: the event, when it was changed, how it stands, and who organises it.
type Row = (Event, NaiveDateTime, State, Response, (Option<String>, Option<String>));

/// The calendar itself. It changes only when a meeting in it does, or time takes one out of it.
pub fn write(conn: &mut Conn, user: UserId, called: &str, at: NaiveDateTime) -> Result<String> {
    use meetings as m;
    let rows: Vec<Row> = meeting_people::table
        .inner_join(m::table.on(m::id.eq(meeting_people::meeting_id)))
        .left_join(users::table.on(users::id.nullable().eq(m::owner_id)))
        .filter(meeting_people::user_id.eq(user))
        .filter(meeting_people::starts_at.gt(at - BACK))
        .filter(meeting_people::starts_at.lt(at + AHEAD))
        .filter(m::deleted_at.is_null())
        .order((meeting_people::starts_at, meeting_people::meeting_id))
        .limit(MOST)
        .select((
            (m::uid, m::sequence, m::starts_at, m::ends_at, m::title, m::place, m::link, m::description),
            m::updated_at,
            m::state,
            meeting_people::response,
            (users::name.nullable(), users::email.nullable()),
        ))
        .load(conn)?;
    let mut out = Writer::new("PUBLISH");
    out.text("X-WR-CALNAME", called);
    out.text("NAME", called);
    out.line("REFRESH-INTERVAL;VALUE=DURATION:PT30M");
    out.line("X-PUBLISHED-TTL:PT30M");
    for (event, changed, state, response, organiser) in rows {
        event.begin(&mut out, changed);
        out.line(match (state, response) {
            (State::Cancelled | State::Missed, _) => "STATUS:CANCELLED",
            (_, Response::Tentative | Response::NeedsAction) => "STATUS:TENTATIVE",
            _ => "STATUS:CONFIRMED",
        });
        if response == Response::Declined {
            out.line("TRANSP:TRANSPARENT");
        }
        // A published event has an organiser and names nobody else (RFC 5546, 3.2.1).
        if let (Some(name), Some(email)) = organiser {
            out.person("ORGANIZER", "", &name, &email);
        }
        out.line("END:VEVENT");
    }
    Ok(out.done())
}
