//! The next task of a series: made when one is done, unmade when that is taken back.

use super::{
    RecursFrom, bin, links,
    recurrence::Rule,
    reminders,
    store::{self, Due, Input, Task},
};
use crate::{
    auth::Viewer,
    db::{Conn, schema::tasks, types::TaskId},
    error::Result,
    ui::format,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Makes the task after this one, which is done now, unless there is one. `None` when the series is over.
pub(super) fn go_on(conn: &mut Conn, viewer: &Viewer, task: &Task, at: NaiveDateTime) -> Result<Option<TaskId>> {
    let (Some(rule), Some(occurs_on)) = (Rule::parse(&task.recurrence), task.occurs_on) else { return Ok(None) };
    if successor(conn, task.id)?.is_some() {
        return Ok(None);
    }
    let zone = store::zone_of(conn, task.owner_id)?;
    let today = format::local(at, zone).date_naive();
    let last = match task.recurs_from {
        RecursFrom::Due => occurs_on,
        RecursFrom::Done => today,
    };
    let Some((on, rule)) = rule.next(last, today) else { return Ok(None) };
    let due = Due { on, at: task.occurs_time.map(|time| format::stored(on.and_time(time), zone)) };
    let next = Input {
        subject: task.subject.clone(),
        kind: task.kind.key.clone(),
        priority: task.priority,
        due: Some(due),
        owner_id: task.owner_id,
        about: Vec::new(),
        description: task.description.clone(),
        remind_before: task.remind_before,
        recurrence: rule.text(),
        recurs_from: task.recurs_from,
    };
    let id = store::create(conn, viewer, &next, at)?;
    // All that this one is about, also what the viewer does not see.
    let about = links::all(conn, task.id)?;
    links::copy(conn, id, &about)?;
    diesel::update(tasks::table.find(id))
        .set((tasks::after_id.eq(task.id), tasks::occurs_on.eq(on), tasks::occurs_time.eq(task.occurs_time)))
        .execute(conn)?;
    Ok(Some(id))
}

/// The task that this one made when it was done, outside the bin.
fn successor(conn: &mut Conn, id: TaskId) -> Result<Option<(TaskId, i64, super::Status)>> {
    Ok(tasks::table
        .filter(tasks::after_id.eq(id))
        .filter(tasks::deleted_at.is_null())
        .select((tasks::id, tasks::version, tasks::status))
        .first(conn)
        .optional()?)
}

/// Erases the task that completing this one made, if nobody has touched it.
pub(super) fn go_back(conn: &mut Conn, viewer: &Viewer, id: TaskId, at: NaiveDateTime) -> Result<()> {
    if let Some((next, 1, super::Status::Open)) = successor(conn, id)? {
        bin::delete(conn, viewer, next, at)?;
        bin::erase(conn, viewer, next, at)?;
    }
    Ok(())
}

/// Moves the moment of a reminder along with what it reminds of.
pub(super) fn remind(conn: &mut Conn, id: TaskId, input: &Input, at: NaiveDateTime) -> Result<()> {
    let moment = reminders::moment(conn, input.due, input.remind_before, input.owner_id, at)?;
    diesel::update(tasks::table.find(id)).set(tasks::remind_at.eq(moment)).execute(conn)?;
    Ok(())
}
