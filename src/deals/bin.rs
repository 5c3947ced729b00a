//! Deals in the bin: moved there, restored, erased for good.

use super::store::{self, Deal};
use crate::{
    auth::{How, Viewer},
    db::{
        Conn,
        schema::{deals, quotes},
        types::DealId,
    },
    error::{Error, Result},
    journal::{self, Action, Change},
    records::{self, RecordRef},
    search,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Moves a deal to the bin.
pub fn delete(conn: &mut Conn, viewer: &Viewer, id: DealId, at: NaiveDateTime) -> Result<Deal> {
    let deal = store::get(conn, viewer, id)?;
    records::bin::put(conn, id.into(), Some(at))?;
    let change =
        Change::new(id, Action::Deleted, &deal.name).found_by(Vec::new()).also_on(deal.account_id.map(RecordRef::from));
    journal::record(conn, viewer, change, at)?;
    Ok(deal)
}

/// Brings it back.
pub fn restore(conn: &mut Conn, viewer: &Viewer, id: DealId, at: NaiveDateTime) -> Result<Deal> {
    let deal = store::any(conn, viewer, id)?;
    if deal.deleted_at.is_none() {
        return Ok(deal);
    }
    records::bin::put(conn, id.into(), None)?;
    let change = Change::new(id, Action::Restored, &deal.name)
        .found_by(search::words(&deal.name))
        .also_on(deal.account_id.map(RecordRef::from));
    journal::record(conn, viewer, change, at)?;
    Ok(deal)
}

/// Erases a deal that is in the bin, with its moves, products, people and quotes. The journal keeps that it was done, not
/// what was sold.
///
/// # Errors
/// `Error::Refused` while a customer has accepted a quote of it: what was agreed is kept.
pub fn erase(conn: &mut Conn, viewer: &Viewer, id: DealId, at: NaiveDateTime) -> Result<()> {
    let deal = store::any(conn, viewer, id)?;
    records::bin::hold(conn, id.into())?;
    let agreed = quotes::table.filter(quotes::deal_id.eq(id)).filter(quotes::state.eq("accepted"));
    if diesel::select(diesel::dsl::exists(agreed)).get_result(conn)? {
        return Err(Error::Refused(format!(
            "A customer accepted a quote of {}, which is kept: the deal stays in the bin.",
            deal.name
        )));
    }
    records::bin::erase_parts(conn, id.into())?;
    diesel::delete(deals::table.find(id)).execute(conn)?;
    let mut change = Change::new(id, Action::Erased, "").found_by(Vec::new());
    change.quiet = true;
    journal::record(conn, viewer, change, at)
}

/// Erases what was moved to the bin before a moment and may be erased, at most `limit`; returns how many that were.
pub fn purge(conn: &mut Conn, before: NaiveDateTime, limit: i64, at: NaiveDateTime) -> Result<usize> {
    let ids: Vec<DealId> = deals::table
        .filter(deals::deleted_at.lt(before))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            quotes::table.filter(quotes::deal_id.eq(deals::id)).filter(quotes::state.eq("accepted")),
        )))
        .order(deals::id)
        .limit(limit)
        .select(deals::id)
        .load(conn)?;
    records::bin::erase_each(ids, |id| erase(conn, &Viewer::system(How::System), id, at))
}
