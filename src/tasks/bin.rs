//! Tasks in the bin: moved there, restored, erased for good.

use super::store::{self, Task};
use crate::{
    auth::{How, Viewer},
    db::{
        Conn,
        schema::{tasks, timeline_entries},
        types::TaskId,
    },
    error::{Error, Result},
    journal::{self, Action, Change},
    records::{RecordKind, RecordRef},
    search,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Moves a task to the bin.
pub fn delete(conn: &mut Conn, viewer: &Viewer, id: TaskId, at: NaiveDateTime) -> Result<Task> {
    let task = store::get(conn, viewer, id)?;
    set(conn, &task, Some(at))?;
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
    set(conn, &task, None)?;
    let change = Change::new(id, Action::Restored, &task.subject).found_by(search::words(&task.subject));
    journal::record(conn, viewer, change, at)?;
    Ok(task)
}

/// Erases a task that is in the bin. The journal keeps that it was done, not what it said.
pub fn erase(conn: &mut Conn, viewer: &Viewer, id: TaskId, at: NaiveDateTime) -> Result<()> {
    let task = store::any(conn, viewer, id)?;
    if task.deleted_at.is_none() {
        return Err(Error::Refused("Only what is in the bin can be erased: delete it first.".into()));
    }
    diesel::delete(
        timeline_entries::table
            .filter(timeline_entries::about_kind.eq(RecordKind::Task))
            .filter(timeline_entries::about_id.eq(id.0)),
    )
    .execute(conn)?;
    journal::forget(conn, RecordRef::from(id))?;
    diesel::delete(tasks::table.find(id)).execute(conn)?;
    let mut change = Change::new(id, Action::Erased, "").found_by(Vec::new());
    change.quiet = true;
    journal::record(conn, viewer, change, at)
}

fn set(conn: &mut Conn, task: &Task, deleted_at: Option<NaiveDateTime>) -> Result<()> {
    diesel::update(tasks::table.find(task.id))
        .set((tasks::deleted_at.eq(deleted_at), tasks::version.eq(task.version + 1)))
        .execute(conn)?;
    Ok(())
}

/// Erases what was moved to the bin before a moment, at most `limit`; returns how many that were.
pub fn purge(conn: &mut Conn, before: NaiveDateTime, limit: i64, at: NaiveDateTime) -> Result<usize> {
    let ids: Vec<TaskId> =
        tasks::table.filter(tasks::deleted_at.lt(before)).order(tasks::id).limit(limit).select(tasks::id).load(conn)?;
    for id in &ids {
        erase(conn, &Viewer::system(How::System), *id, at)?;
    }
    Ok(ids.len())
}
