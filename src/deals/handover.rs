//! Open deals of someone who leaves, passed to someone else.

use super::{Status, moves};
use crate::{
    auth::{Viewer, directory},
    db::{
        Conn,
        schema::deals,
        types::{DealId, UserId},
    },
    error::Result,
    journal::{self, Action, Change},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// So many at a time, whatever someone owns.
const BATCH: i64 = 500;

/// How many open deals a person owns.
pub fn count(conn: &mut Conn, owner: UserId) -> Result<i64> {
    Ok(deals::table
        .filter(deals::owner_id.eq(owner))
        .filter(deals::deleted_at.is_null())
        .filter(deals::status.eq(Status::Open))
        .count()
        .get_result(conn)?)
}

/// Passes them on, all within the transaction of the caller. Returns how many.
pub fn hand_over(conn: &mut Conn, viewer: &Viewer, from: UserId, to: UserId, at: NaiveDateTime) -> Result<usize> {
    let (old, new) = (directory::name_of(conn, Some(from))?, directory::name_of(conn, Some(to))?);
    let mut total = 0;
    loop {
        let batch: Vec<(DealId, String)> = deals::table
            .filter(deals::owner_id.eq(from))
            .filter(deals::deleted_at.is_null())
            .filter(deals::status.eq(Status::Open))
            .order(deals::id)
            .limit(BATCH)
            .select((deals::id, deals::name))
            .load(conn)?;
        if batch.is_empty() {
            return Ok(total);
        }
        let ids: Vec<DealId> = batch.iter().map(|(id, _)| *id).collect();
        diesel::update(deals::table.filter(deals::id.eq_any(&ids)))
            .set((deals::owner_id.eq(to), deals::updated_at.eq(at), deals::version.eq(deals::version + 1)))
            .execute(conn)?;
        // So that any past day shows who owned what then.
        moves::add_as_they_are(conn, &ids, viewer.id, at)?;
        for (id, name) in batch {
            let change = Change::new(id, Action::Updated, name)
                .field("Owner", old.clone(), new.clone())
                .given(Some(from), Some(to));
            journal::record(conn, viewer, change, at)?;
            total += 1;
        }
    }
}
