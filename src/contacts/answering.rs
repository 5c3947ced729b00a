//! By when a lead is to be answered, and when it was: columns that `leads::speed` reckons and nobody types.

use super::Lifecycle;
use crate::{
    db::{
        Conn,
        schema::reckoned,
        types::{ContactId, UserId},
    },
    error::Result,
    ui::Clock,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// How it stands with the first answer to somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = reckoned, treat_none_as_null = true)]
pub struct Answering {
    /// When they became a lead, or came back as one.
    pub arrived_at: Option<NaiveDateTime>,
    pub first_touch_at: Option<NaiveDateTime>,
    pub first_touch_by: Option<UserId>,
    /// By when they were to be answered; stays once they were.
    pub answer_by: Option<NaiveDateTime>,
    /// The same while they wait.
    pub answer_due_at: Option<NaiveDateTime>,
    /// When to tell that it is late; empty once that is told.
    pub answer_tell_at: Option<NaiveDateTime>,
}

impl Answering {
    /// As it is shown: a clock that runs, or how long it took.
    pub fn clock(&self, now: NaiveDateTime) -> Option<Clock> {
        if let Some(due) = self.answer_due_at {
            return Some(Clock::running(due, now));
        }
        let (from, to) = self.arrived_at.zip(self.first_touch_at)?;
        Some(Clock::answered(to - from, self.answer_by.is_some_and(|by| to > by)))
    }
}

/// Of anybody, be they in the bin.
pub(super) fn of(conn: &mut Conn, id: ContactId) -> Result<(Answering, i64)> {
    Ok(reckoned::table.find(id).select((Answering::as_select(), reckoned::score)).first(conn)?)
}

/// What decides whether the clock runs.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = reckoned)]
pub struct Arrived {
    pub lifecycle: Lifecycle,
    pub lead_status: Option<String>,
    pub source: Option<String>,
    pub deleted_at: Option<NaiveDateTime>,
    #[diesel(embed)]
    pub answering: Answering,
}

/// The same.
pub fn arrived(conn: &mut Conn, id: ContactId) -> Result<Arrived> {
    Ok(reckoned::table.find(id).select(Arrived::as_select()).first(conn)?)
}

/// They have come as a lead, anew or again: what was promised and done before is no answer to that.
pub fn set_arrived(conn: &mut Conn, id: ContactId, at: NaiveDateTime) -> Result<()> {
    let fresh = Answering { arrived_at: Some(at), ..Answering::default() };
    diesel::update(reckoned::table.find(id)).set(&fresh).execute(conn)?;
    Ok(())
}

/// Keeps it, where it differs. It is no change of what anybody typed, so the version stays.
pub fn set_answering(conn: &mut Conn, id: ContactId, before: &Answering, next: &Answering) -> Result<()> {
    if before != next {
        diesel::update(reckoned::table.find(id)).set(next).execute(conn)?;
    }
    Ok(())
}

/// Leads whose time to be answered ran out and whose people were not told yet.
pub fn late(conn: &mut Conn, at: NaiveDateTime, most: i64) -> Result<Vec<ContactId>> {
    Ok(reckoned::table
        .filter(reckoned::answer_tell_at.le(at))
        .order((reckoned::answer_tell_at, reckoned::id))
        .limit(most)
        .select(reckoned::id)
        .load(conn)?)
}

/// Notes that it is told.
pub fn late_told(conn: &mut Conn, id: ContactId) -> Result<()> {
    diesel::update(reckoned::table.find(id)).set(reckoned::answer_tell_at.eq(None::<NaiveDateTime>)).execute(conn)?;
    Ok(())
}

/// Keeps the points that a lead has by the rules (`leads::scoring`).
pub fn set_score(conn: &mut Conn, id: ContactId, score: i64) -> Result<()> {
    diesel::update(reckoned::table.find(id).filter(reckoned::score.ne(score)))
        .set(reckoned::score.eq(score))
        .execute(conn)?;
    Ok(())
}

/// Has a job look at every lead again.
pub fn recheck_all(conn: &mut Conn, at: NaiveDateTime) -> Result<()> {
    diesel::update(reckoned::table.filter(reckoned::lifecycle.eq(Lifecycle::Lead)))
        .set(reckoned::recheck_at.eq(at))
        .execute(conn)?;
    Ok(())
}

/// Has a job look at this one again then, or not. What waits for the job already goes on waiting: it may be for rules
/// that this transaction does not see yet.
pub fn recheck(conn: &mut Conn, id: ContactId, when: Option<NaiveDateTime>, at: NaiveDateTime) -> Result<()> {
    let free = reckoned::recheck_at.is_null().or(reckoned::recheck_at.gt(at));
    diesel::update(reckoned::table.find(id).filter(free.assume_not_null()))
        .set(reckoned::recheck_at.eq(when))
        .execute(conn)?;
    Ok(())
}

/// Those that the job is to look at now, the longest waiting first.
pub fn to_recheck(conn: &mut Conn, at: NaiveDateTime, most: i64) -> Result<Vec<ContactId>> {
    Ok(reckoned::table
        .filter(reckoned::recheck_at.le(at))
        .order((reckoned::recheck_at, reckoned::id))
        .limit(most)
        .select(reckoned::id)
        .load(conn)?)
}

/// The job has looked at it, and does so again then.
pub fn rechecked(conn: &mut Conn, id: ContactId, next: Option<NaiveDateTime>) -> Result<()> {
    diesel::update(reckoned::table.find(id)).set(reckoned::recheck_at.eq(next)).execute(conn)?;
    Ok(())
}
