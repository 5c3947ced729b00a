//! Changes of a task in passing: later, to someone else, the next of its series. Each is kept for a day, so that it can be
//! taken back as long as nobody changed the task since.

use super::{
    recurrence::Rule,
    reminders,
    store::{self, Due},
};
use crate::{
    auth::{Viewer, directory},
    db::{
        Conn,
        schema::{task_steps, tasks},
        types::{TaskId, UserId},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
    ui::format,
};
use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// What such a change can change.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, AsChangeset, Serialize, Deserialize)]
#[diesel(table_name = tasks, treat_none_as_null = true)]
pub struct Standing {
    pub due_on: Option<NaiveDate>,
    pub due_at: Option<NaiveDateTime>,
    pub owner_id: Option<UserId>,
    pub remind_before: Option<i32>,
    pub remind_at: Option<NaiveDateTime>,
    pub recurrence: String,
    pub occurs_on: Option<NaiveDate>,
    pub occurs_time: Option<NaiveTime>,
}

/// What is done with a task in passing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Due then.
    Later(Due),
    Assign(Option<UserId>),
    /// This one is left out: the next of its series comes in its place.
    Skip,
    /// It comes no more.
    End,
}

/// Does it. `batch` is what an undo names.
///
/// # Errors
/// `Error::Refused` when the task is done, or is the last of its series and cannot be skipped.
pub fn take(conn: &mut Conn, viewer: &Viewer, id: TaskId, step: Step, batch: &str, at: NaiveDateTime) -> Result<()> {
    let task = store::get(conn, viewer, id)?;
    if task.is_done() {
        return Err(Error::Refused(format!("“{}” is done already: open it again first.", task.subject)));
    }
    let before = standing(conn, id)?;
    let mut next = before.clone();
    match step {
        Step::Later(due) => (next.due_on, next.due_at) = (Some(due.on), due.at),
        Step::Assign(owner) => next.owner_id = owner,
        Step::Skip => {
            let zone = store::zone_of(conn, before.owner_id)?;
            let rule = Rule::parse(&before.recurrence);
            let today = format::local(at, zone).date_naive();
            let Some((on, rule)) = rule.zip(before.occurs_on).and_then(|(rule, last)| rule.next(last, today)) else {
                return Err(Error::Refused(format!(
                    "“{}” comes no more: complete it, or end the series.",
                    task.subject
                )));
            };
            next.due_on = Some(on);
            next.due_at = before.occurs_time.map(|time| format::stored(on.and_time(time), zone));
            next.occurs_on = Some(on);
            next.recurrence = rule.text();
        }
        Step::End => next.recurrence = String::new(),
    }
    if next == before {
        return Ok(());
    }
    if (next.due_on, next.due_at, next.owner_id) != (before.due_on, before.due_at, before.owner_id) {
        let due = next.due_on.map(|on| Due { on, at: next.due_at });
        next.remind_at = reminders::moment(conn, due, next.remind_before, next.owner_id, at)?;
    }
    put(conn, viewer, &task, &before, &next, at)?;
    let kept = serde_json::to_string(&before).map_err(|e| Error::Internal(e.into()))?;
    diesel::insert_into(task_steps::table)
        .values((
            task_steps::batch.eq(batch),
            task_steps::task_id.eq(id),
            task_steps::by_id.eq(viewer.id.map_or(0, |id| id.0)),
            task_steps::at.eq(at),
            task_steps::version.eq(task.version + 1),
            task_steps::before.eq(kept),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes back what this viewer did under a name. Returns how many tasks are as they were; those that somebody changed since
/// stay as they are.
///
/// # Errors
/// `Error::NotFound` when there is nothing of theirs under that name.
pub fn undo(conn: &mut Conn, viewer: &Viewer, batch: &str, at: NaiveDateTime) -> Result<usize> {
    let steps: Vec<(TaskId, i64, String)> = task_steps::table
        .filter(task_steps::batch.eq(batch))
        .filter(task_steps::by_id.eq(viewer.id.map_or(0, |id| id.0)))
        .order(task_steps::task_id)
        .select((task_steps::task_id, task_steps::version, task_steps::before))
        .load(conn)?;
    if steps.is_empty() {
        return Err(Error::NotFound);
    }
    let mut undone = 0;
    for (id, version, kept) in steps {
        let task = match store::any(conn, viewer, id) {
            // Given to someone whose tasks the viewer does not see, it can still be taken back.
            Err(Error::NotFound) => match store::any(conn, &Viewer::system(viewer.how), id) {
                Ok(task) => task,
                Err(Error::NotFound) => continue,
                Err(error) => return Err(error),
            },
            task => task?,
        };
        if task.version != version || task.deleted_at.is_some() {
            continue;
        }
        let (now, before) = (standing(conn, id)?, serde_json::from_str(&kept).map_err(|e| Error::Internal(e.into()))?);
        put(conn, viewer, &task, &now, &before, at)?;
        undone += 1;
    }
    diesel::delete(task_steps::table.filter(task_steps::batch.eq(batch))).execute(conn)?;
    Ok(undone)
}

/// Forgets what can no longer be taken back.
pub fn sweep(conn: &mut Conn, at: NaiveDateTime) -> Result<usize> {
    let old: Vec<String> = task_steps::table
        .filter(task_steps::at.lt(at - Duration::days(1)))
        .order(task_steps::at)
        .limit(200)
        .select(task_steps::batch)
        .load(conn)?;
    Ok(diesel::delete(task_steps::table.filter(task_steps::batch.eq_any(old))).execute(conn)?)
}

fn standing(conn: &mut Conn, id: TaskId) -> Result<Standing> {
    Ok(tasks::table.find(id).select(Standing::as_select()).first(conn)?)
}

fn put(
    conn: &mut Conn,
    viewer: &Viewer,
    task: &store::Task,
    before: &Standing,
    next: &Standing,
    at: NaiveDateTime,
) -> Result<()> {
    let rows = diesel::update(tasks::table.filter(tasks::id.eq(task.id)).filter(tasks::version.eq(task.version)))
        .set((next, tasks::updated_at.eq(at), tasks::version.eq(task.version + 1)))
        .execute(conn)?;
    if rows == 0 {
        return Err(Error::Refused(format!("Someone changed “{}” at this moment: look at it again.", task.subject)));
    }
    let (mut old_owner, mut new_owner) = (None, None);
    if before.owner_id != next.owner_id {
        old_owner = directory::name_of(conn, before.owner_id)?;
        new_owner = directory::name_of(conn, next.owner_id)?;
    }
    let time = |at: Option<NaiveDateTime>| at.map(|at| at.format("%H:%M UTC").to_string());
    let repeats = |text: &str| store::rule_in_words(text);
    let change = Change::new(task.id, Action::Updated, &task.subject)
        .date("Due", before.due_on, next.due_on)
        .field("Time", time(before.due_at), time(next.due_at))
        .field("Owner", old_owner, new_owner)
        .field("Repeats", repeats(&before.recurrence), repeats(&next.recurrence))
        .given(before.owner_id, next.owner_id);
    journal::record(conn, viewer, change, at)
}
