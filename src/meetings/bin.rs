//! Meetings in the bin: moved there, restored, erased for good.

use super::{
    outcome,
    store::{self, Meeting},
};
use crate::{
    auth::{How, Viewer},
    db::{Conn, schema::meetings, types::MeetingId},
    error::Result,
    journal::{self, Action, Change},
    records,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Moves a meeting to the bin. One that is to come is cancelled for whoever was invited.
pub fn delete(conn: &mut Conn, viewer: &Viewer, id: MeetingId, at: NaiveDateTime) -> Result<Meeting> {
    let meeting = store::get(conn, viewer, id)?;
    records::bin::put(conn, id.into(), Some(at))?;
    diesel::update(meetings::table.find(id)).set(meetings::remind_at.eq(None::<NaiveDateTime>)).execute(conn)?;
    let change = Change::new(id, Action::Deleted, &meeting.title);
    if meeting.is_planned() {
        outcome::call_off(conn, viewer, id, change, at)?;
    } else {
        store::tell(conn, viewer, &meeting, change, "", &[], at)?;
    }
    Ok(meeting)
}

/// Brings it back.
pub fn restore(conn: &mut Conn, viewer: &Viewer, id: MeetingId, at: NaiveDateTime) -> Result<Meeting> {
    let meeting = store::any(conn, viewer, id)?;
    if meeting.deleted_at.is_none() {
        return Ok(meeting);
    }
    records::bin::put(conn, id.into(), None)?;
    let change = Change::new(id, Action::Restored, &meeting.title);
    if meeting.is_planned() {
        outcome::call_again(conn, viewer, id, change, at)?;
    } else {
        store::tell(conn, viewer, &meeting, change, "", &[], at)?;
    }
    Ok(meeting)
}

/// Erases a meeting that is in the bin. The journal keeps that it was done, not what it said.
pub fn erase(conn: &mut Conn, viewer: &Viewer, id: MeetingId, at: NaiveDateTime) -> Result<()> {
    store::any(conn, viewer, id)?;
    records::bin::hold(conn, id.into())?;
    records::bin::erase_parts(conn, id.into())?;
    diesel::delete(meetings::table.find(id)).execute(conn)?;
    let mut change = Change::new(id, Action::Erased, "");
    change.quiet = true;
    journal::record(conn, viewer, change, at)
}

/// Erases what was moved to the bin before a moment, at most `limit`; returns how many that were.
pub fn purge(conn: &mut Conn, before: NaiveDateTime, limit: i64, at: NaiveDateTime) -> Result<usize> {
    let ids: Vec<MeetingId> = meetings::table
        .filter(meetings::deleted_at.lt(before))
        .order(meetings::id)
        .limit(limit)
        .select(meetings::id)
        .load(conn)?;
    records::bin::erase_each(ids, |id| erase(conn, &Viewer::system(How::System), id, at))
}
