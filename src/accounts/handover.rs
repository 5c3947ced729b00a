//! Accounts of someone who leaves, passed to someone else.

use crate::{
    auth::{Viewer, directory},
    db::{
        Conn,
        schema::accounts,
        types::{AccountId, UserId},
    },
    error::Result,
    journal::{self, Action, Change},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// So many at a time, whatever someone owns.
const BATCH: i64 = 500;

/// How many accounts a person owns.
pub fn count(conn: &mut Conn, owner: UserId) -> Result<i64> {
    Ok(accounts::table
        .filter(accounts::owner_id.eq(owner))
        .filter(accounts::deleted_at.is_null())
        .count()
        .get_result(conn)?)
}

/// Passes them on, all within the transaction of the caller. Returns how many.
pub fn hand_over(conn: &mut Conn, viewer: &Viewer, from: UserId, to: UserId, at: NaiveDateTime) -> Result<usize> {
    let (old, new) = (directory::name_of(conn, Some(from))?, directory::name_of(conn, Some(to))?);
    let mut total = 0;
    loop {
        let batch: Vec<(AccountId, String)> = accounts::table
            .filter(accounts::owner_id.eq(from))
            .filter(accounts::deleted_at.is_null())
            .order(accounts::id)
            .limit(BATCH)
            .select((accounts::id, accounts::name))
            .load(conn)?;
        if batch.is_empty() {
            return Ok(total);
        }
        let ids: Vec<AccountId> = batch.iter().map(|(id, _)| *id).collect();
        diesel::update(accounts::table.filter(accounts::id.eq_any(&ids)))
            .set((accounts::owner_id.eq(to), accounts::updated_at.eq(at), accounts::version.eq(accounts::version + 1)))
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
