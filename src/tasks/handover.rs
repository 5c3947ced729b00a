//! Open tasks of someone who leaves, passed to someone else.

use crate::{
    auth::{Viewer, directory},
    db::{
        Conn,
        schema::tasks,
        types::{TaskId, UserId},
    },
    error::Result,
    journal::{self, Action, Change},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// So many at a time, whatever someone owns.
const BATCH: i64 = 500;

/// How many open tasks a person owns.
pub fn count(conn: &mut Conn, owner: UserId) -> Result<i64> {
    Ok(tasks::table
        .filter(tasks::owner_id.eq(owner))
        .filter(tasks::deleted_at.is_null())
        .filter(tasks::status.eq("open"))
        .count()
        .get_result(conn)?)
}

/// Passes them on, all within the transaction of the caller. Returns how many.
pub fn hand_over(conn: &mut Conn, viewer: &Viewer, from: UserId, to: UserId, at: NaiveDateTime) -> Result<usize> {
    let (old, new) = (directory::name_of(conn, Some(from))?, directory::name_of(conn, Some(to))?);
    let mut total = 0;
    loop {
        let batch: Vec<(TaskId, String)> = tasks::table
            .filter(tasks::owner_id.eq(from))
            .filter(tasks::deleted_at.is_null())
            .filter(tasks::status.eq("open"))
            .order(tasks::id)
            .limit(BATCH)
            .select((tasks::id, tasks::subject))
            .load(conn)?;
        if batch.is_empty() {
            return Ok(total);
        }
        let ids: Vec<TaskId> = batch.iter().map(|(id, _)| *id).collect();
        diesel::update(tasks::table.filter(tasks::id.eq_any(&ids)))
            .set((tasks::owner_id.eq(to), tasks::updated_at.eq(at), tasks::version.eq(tasks::version + 1)))
            .execute(conn)?;
        for (id, name) in batch {
            let change = Change::new(id, Action::Updated, name)
                .field("Owner", old.clone(), new.clone())
                .given(Some(from), Some(to));
            journal::record(conn, viewer, change, at)?;
            total += 1;
        }
    }
}
