//! Open deals of someone who leaves, passed to someone else.

use super::{Category, Status};
use crate::{
    auth::{Viewer, directory},
    db::{
        Conn,
        schema::{deal_moves, deals, stages},
        types::{DealId, StageId, UserId},
    },
    error::Result,
    journal::{self, Action, Change},
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// A move for each, so that any past day shows who owned what then.
fn note_moves(conn: &mut Conn, viewer: &Viewer, ids: &[DealId], at: NaiveDateTime) -> Result<()> {
    let moves = deals::table
        .inner_join(stages::table.on(stages::id.eq(deals::stage_id)))
        .filter(deals::id.eq_any(ids))
        .select((
            deals::id,
            deals::stage_id,
            deals::status,
            deals::amount,
            deals::currency,
            deals::expected_close,
            deals::owner_id,
            deals::category,
            stages::category,
        ))
        .load::<Move>(conn)?;
    for (deal, stage, status, amount, currency, expected_close, owner, own_category, category) in moves {
        diesel::insert_into(deal_moves::table)
            .values((
                deal_moves::deal_id.eq(deal),
                deal_moves::at.eq(at),
                deal_moves::by_id.eq(viewer.id),
                deal_moves::stage_id.eq(stage),
                deal_moves::status.eq(status),
                deal_moves::amount.eq(amount),
                deal_moves::currency.eq(currency),
                deal_moves::expected_close.eq(expected_close),
                deal_moves::owner_id.eq(owner),
                deal_moves::category.eq(own_category.unwrap_or(category)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

type Move =
    (DealId, StageId, Status, Option<i64>, String, Option<NaiveDate>, Option<UserId>, Option<Category>, Category);

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
        note_moves(conn, viewer, &ids, at)?;
        for (id, name) in batch {
            let change = Change::new(id, Action::Updated, name).field("Owner", old.clone(), new.clone());
            journal::record(conn, viewer, change, at)?;
            total += 1;
        }
    }
}
