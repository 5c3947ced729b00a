//! Reminders: told to a task's owner once, at the moment they asked for.

use super::{
    recurrence::MORNING,
    store::{self, Due},
};
use crate::{
    app::App,
    auth::{How, Viewer},
    db::{
        Conn,
        schema::tasks,
        types::{TaskId, UserId, now},
    },
    error::Result,
    jobs::Run,
    journal,
    notifications::{self, Notice},
    ui::format,
};
use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

/// What is offered: minutes before, and in words.
pub const CHOICES: [(&str, &str); 5] = [
    ("", "None"),
    ("0", "At the time"),
    ("10", "10 minutes before"),
    ("60", "1 hour before"),
    ("1440", "1 day before"),
];

/// Owners who are told in one step.
const BATCH: i64 = 200;

/// When to remind: so many minutes before it is due, or before nine in the morning where its owner is. Never of what is
/// past by then.
pub fn moment(
    conn: &mut Conn,
    due: Option<Due>,
    before: Option<i32>,
    owner: Option<UserId>,
    at: NaiveDateTime,
) -> Result<Option<NaiveDateTime>> {
    let (Some(due), Some(before), Some(_)) = (due, before, owner) else { return Ok(None) };
    let zone = store::zone_of(conn, owner)?;
    let when = due.at.unwrap_or_else(|| format::stored(due.on.and_time(MORNING), zone));
    Ok(when.checked_sub_signed(Duration::minutes(before.into())).filter(|_| when >= at))
}

/// Whether somebody is to be reminded.
pub fn due(conn: &mut Conn, at: NaiveDateTime) -> Result<bool> {
    Ok(!waiting(conn, at, 1)?.is_empty())
}

/// Reminds them.
pub fn run(_: &App, run: &Run) -> Result<()> {
    let at = now();
    while !run.stopping() {
        let told = run.step(|conn| remind(conn, at))?;
        if told == 0 {
            break;
        }
    }
    Ok(())
}

type Waiting = (TaskId, String, Option<UserId>, Option<NaiveDateTime>);

fn waiting(conn: &mut Conn, at: NaiveDateTime, most: i64) -> Result<Vec<Waiting>> {
    Ok(tasks::table
        .filter(tasks::remind_at.le(at))
        .order((tasks::remind_at, tasks::id))
        .limit(most)
        .select((tasks::id, tasks::subject, tasks::owner_id, tasks::remind_at))
        .load(conn)?)
}

/// Tells a batch and notes it in the same transaction: after a kill it is told once, or not yet.
fn remind(conn: &mut Conn, at: NaiveDateTime) -> Result<usize> {
    let viewer = Viewer::system(How::System);
    let rows = waiting(conn, at, BATCH)?;
    for (id, subject, owner, when) in &rows {
        let open = tasks::table
            .find(id)
            .filter(tasks::remind_at.eq(when))
            .filter(tasks::status.eq(super::Status::Open))
            .filter(tasks::deleted_at.is_null());
        let stands: bool = diesel::select(diesel::dsl::exists(open)).get_result(conn)?;
        if let (true, Some(to), Some(when)) = (stands, owner, when) {
            let notice = Notice {
                to: *to,
                kind: notifications::Kind::Reminder,
                event: format!("reminder:{id}:{}", when.and_utc().timestamp()),
                said: "reminds you of a task".into(),
                record: (*id).into(),
                title: subject.clone(),
            };
            journal::tell(conn, &viewer, &[notice], at)?;
        }
        diesel::update(tasks::table.find(id).filter(tasks::remind_at.eq(when)))
            .set(tasks::remind_at.eq(None::<NaiveDateTime>))
            .execute(conn)?;
    }
    Ok(rows.len())
}
