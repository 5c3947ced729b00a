//! Deals in the bin: moved there, restored, erased for good.

use super::store::{self, Deal};
use crate::{
    auth::{How, Viewer},
    db::{Conn, schema::deals, types::DealId},
    error::Result,
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

/// Erases a deal that is in the bin, with its moves, products and people. The journal keeps that it was done, not what
/// was sold.
pub fn erase(conn: &mut Conn, viewer: &Viewer, id: DealId, at: NaiveDateTime) -> Result<()> {
    store::any(conn, viewer, id)?;
    records::bin::hold(conn, id.into())?;
    records::bin::erase_parts(conn, id.into())?;
    diesel::delete(deals::table.find(id)).execute(conn)?;
    let mut change = Change::new(id, Action::Erased, "").found_by(Vec::new());
    change.quiet = true;
    journal::record(conn, viewer, change, at)
}

/// Erases what was moved to the bin before a moment, at most `limit`; returns how many that were.
pub fn purge(conn: &mut Conn, before: NaiveDateTime, limit: i64, at: NaiveDateTime) -> Result<usize> {
    let ids: Vec<DealId> =
        deals::table.filter(deals::deleted_at.lt(before)).order(deals::id).limit(limit).select(deals::id).load(conn)?;
    records::bin::erase_each(ids, |id| erase(conn, &Viewer::system(How::System), id, at))
}
