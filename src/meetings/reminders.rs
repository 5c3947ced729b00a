//! Reminders: told to the colleagues of a meeting once, so many minutes before it begins.

use super::{Response, State};
use crate::{
    auth::{How, Viewer},
    db::{
        Conn,
        schema::{meeting_people, meetings},
        types::{MeetingId, UserId, now},
    },
    error::Result,
    jobs::Run,
    journal,
    notifications::{self, Notice},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// What is offered: minutes before, and in words.
pub const CHOICES: [(&str, &str); 5] = [
    ("", "None"),
    ("0", "At the time"),
    ("10", "10 minutes before"),
    ("60", "1 hour before"),
    ("1440", "1 day before"),
];

/// Meetings that are told of in one step.
const BATCH: i64 = 50;

type Waiting = (MeetingId, String, State, Option<NaiveDateTime>, Option<NaiveDateTime>);

fn waiting(conn: &mut Conn, at: NaiveDateTime, most: i64) -> Result<Vec<Waiting>> {
    Ok(meetings::table
        .filter(meetings::remind_at.le(at))
        .order((meetings::remind_at, meetings::id))
        .limit(most)
        .select((meetings::id, meetings::title, meetings::state, meetings::remind_at, meetings::deleted_at))
        .load(conn)?)
}

/// Whether somebody is to be reminded.
pub fn due(conn: &mut Conn, at: NaiveDateTime) -> Result<bool> {
    Ok(!waiting(conn, at, 1)?.is_empty())
}

/// Reminds them.
pub fn run(run: &Run) -> Result<()> {
    let at = now();
    while !run.stopping() && run.step(|conn| remind(conn, at))? > 0 {}
    Ok(())
}

/// Tells a batch and notes it in the same transaction: after a kill it is told once, or not yet.
fn remind(conn: &mut Conn, at: NaiveDateTime) -> Result<usize> {
    let rows = waiting(conn, at, BATCH)?;
    for (id, title, state, when, deleted) in &rows {
        if let (State::Planned, None, Some(when)) = (state, deleted, when) {
            let to: Vec<Option<UserId>> = meeting_people::table
                .filter(meeting_people::meeting_id.eq(id))
                .filter(meeting_people::response.ne(Response::Declined))
                .filter(meeting_people::user_id.is_not_null())
                .select(meeting_people::user_id)
                .load(conn)?;
            let notices: Vec<Notice> = to
                .into_iter()
                .flatten()
                .map(|to| Notice {
                    to,
                    kind: notifications::Kind::Reminder,
                    event: format!("reminder:meeting:{id}:{}", when.and_utc().timestamp()),
                    said: "reminds you of a meeting".into(),
                    record: (*id).into(),
                    title: title.clone(),
                })
                .collect();
            journal::tell(conn, &Viewer::system(How::System), &notices, at)?;
        }
        diesel::update(meetings::table.find(id).filter(meetings::remind_at.eq(when)))
            .set(meetings::remind_at.eq(None::<NaiveDateTime>))
            .execute(conn)?;
    }
    Ok(rows.len())
}
