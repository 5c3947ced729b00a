//! Meetings to come that someone who leaves organises, passed to someone else.

use super::store::{self, Input, everything};
use crate::{
    auth::Viewer,
    db::{
        Conn,
        schema::meetings,
        types::{MeetingId, UserId, now},
    },
    error::Result,
    meetings::{Guest, State},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

#[diesel::dsl::auto_type]
fn to_come(owner: UserId, planned: State, at: NaiveDateTime) -> _ {
    meetings::table
        .filter(meetings::owner_id.eq(owner))
        .filter(meetings::deleted_at.is_null())
        .filter(meetings::state.eq(planned))
        .filter(meetings::ends_at.gt(at))
}

/// How many a person organises.
pub fn count(conn: &mut Conn, owner: UserId) -> Result<i64> {
    Ok(to_come(owner, State::Planned, now()).count().get_result(conn)?)
}

/// Passes them on, all within the transaction of the caller: whoever takes over comes in place of whoever leaves.
/// Returns how many.
pub fn hand_over(conn: &mut Conn, viewer: &Viewer, from: UserId, to: UserId, at: NaiveDateTime) -> Result<usize> {
    let ids: Vec<MeetingId> = to_come(from, State::Planned, at).order(meetings::id).select(meetings::id).load(conn)?;
    for id in &ids {
        let meeting = store::get(conn, &everything(viewer), *id)?;
        let mut next = Input { owner_id: Some(to), ..Input::of(&meeting) };
        next.guests.retain(|guest| *guest != Guest::Colleague(from));
        store::update(conn, viewer, &meeting, meeting.version, &next, at)?;
    }
    Ok(ids.len())
}
