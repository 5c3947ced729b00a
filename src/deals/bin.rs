//! Deals in the bin: moved there, restored, erased for good.

use super::store::{self, Deal};
use crate::{
    auth::{How, Viewer},
    db::{Conn, schema::deals, types::DealId},
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
    set(conn, &deal, Some(at))?;
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
    set(conn, &deal, None)?;
    let change = Change::new(id, Action::Restored, &deal.name)
        .found_by(search::words(&deal.name))
        .also_on(deal.account_id.map(RecordRef::from));
    journal::record(conn, viewer, change, at)?;
    Ok(deal)
}

/// Erases a deal that is in the bin, with its moves, products and people. The journal keeps that it was done, not what
/// was sold.
pub fn erase(conn: &mut Conn, viewer: &Viewer, id: DealId, at: NaiveDateTime) -> Result<()> {
    let deal = store::any(conn, viewer, id)?;
    if deal.deleted_at.is_none() {
        return Err(Error::Refused("Only what is in the bin can be erased: delete it first.".into()));
    }
    records::bin::erase_parts(conn, id.into())?;
    diesel::delete(deals::table.find(id)).execute(conn)?;
    let mut change = Change::new(id, Action::Erased, "").found_by(Vec::new());
    change.quiet = true;
    journal::record(conn, viewer, change, at)
}

fn set(conn: &mut Conn, deal: &Deal, deleted_at: Option<NaiveDateTime>) -> Result<()> {
    diesel::update(deals::table.find(deal.id))
        .set((deals::deleted_at.eq(deleted_at), deals::version.eq(deal.version + 1)))
        .execute(conn)?;
    Ok(())
}

/// Erases what was moved to the bin before a moment, at most `limit`; returns how many that were.
pub fn purge(conn: &mut Conn, before: NaiveDateTime, limit: i64, at: NaiveDateTime) -> Result<usize> {
    let ids: Vec<DealId> =
        deals::table.filter(deals::deleted_at.lt(before)).order(deals::id).limit(limit).select(deals::id).load(conn)?;
    for id in &ids {
        erase(conn, &Viewer::system(How::System), *id, at)?;
    }
    Ok(ids.len())
}
