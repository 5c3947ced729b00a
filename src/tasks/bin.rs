//! Tasks in the bin: moved there, restored, erased for good.

use super::store::{self, Task};
use crate::{
    auth::{How, Viewer},
    db::{Conn, schema::tasks, types::TaskId},
    error::Result,
    journal::{self, Action, Change},
    records, search,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Moves a task to the bin.
pub fn delete(conn: &mut Conn, viewer: &Viewer, id: TaskId, at: NaiveDateTime) -> Result<Task> {
    let task = store::get(conn, viewer, id)?;
    records::bin::put(conn, id.into(), Some(at))?;
    let change = Change::new(id, Action::Deleted, &task.subject).found_by(Vec::new());
    journal::record(conn, viewer, change, at)?;
    Ok(task)
}

/// Brings it back.
pub fn restore(conn: &mut Conn, viewer: &Viewer, id: TaskId, at: NaiveDateTime) -> Result<Task> {
    let task = store::any(conn, viewer, id)?;
    if task.deleted_at.is_none() {
        return Ok(task);
    }
    records::bin::put(conn, id.into(), None)?;
    let change = Change::new(id, Action::Restored, &task.subject).found_by(search::words(&task.subject));
    journal::record(conn, viewer, change, at)?;
    Ok(task)
}

/// Erases a task that is in the bin. The journal keeps that it was done, not what it said.
pub fn erase(conn: &mut Conn, viewer: &Viewer, id: TaskId, at: NaiveDateTime) -> Result<()> {
    store::any(conn, viewer, id)?;
    records::bin::hold(conn, id.into())?;
    records::bin::erase_parts(conn, id.into())?;
    diesel::delete(tasks::table.find(id)).execute(conn)?;
    let mut change = Change::new(id, Action::Erased, "").found_by(Vec::new());
    change.quiet = true;
    journal::record(conn, viewer, change, at)
}

/// Erases what was moved to the bin before a moment, at most `limit`; returns how many that were.
pub fn purge(conn: &mut Conn, before: NaiveDateTime, limit: i64, at: NaiveDateTime) -> Result<usize> {
    let ids: Vec<TaskId> =
        tasks::table.filter(tasks::deleted_at.lt(before)).order(tasks::id).limit(limit).select(tasks::id).load(conn)?;
    records::bin::erase_each(ids, |id| erase(conn, &Viewer::system(How::System), id, at))
}
