//! Accounts in the bin: moved there, restored, erased for good. Contacts and deals of an account in the bin keep pointing
//! at it and show its name; erasing it sets them free.

use super::store::{self, Account};
use crate::{
    auth::{How, Viewer},
    db::{Conn, schema::accounts, types::AccountId},
    error::Result,
    journal::{self, Action, Change},
    records::{self, RecordRef},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Moves an account to the bin.
pub fn delete(conn: &mut Conn, viewer: &Viewer, id: AccountId, at: NaiveDateTime) -> Result<Account> {
    let account = store::get(conn, viewer, id)?;
    records::bin::put(conn, id.into(), Some(at))?;
    let change = Change::new(id, Action::Deleted, &account.name)
        .found_by(Vec::new())
        .also_on(account.parent_id.map(RecordRef::from));
    journal::record(conn, viewer, change, at)?;
    Ok(account)
}

/// Brings it back.
pub fn restore(conn: &mut Conn, viewer: &Viewer, id: AccountId, at: NaiveDateTime) -> Result<Account> {
    let account = store::any(conn, viewer, id)?;
    if account.deleted_at.is_none() {
        return Ok(account);
    }
    records::bin::put(conn, id.into(), None)?;
    let change = Change::new(id, Action::Restored, &account.name)
        .found_by(store::keys(&account.clone().into()))
        .also_on(account.parent_id.map(RecordRef::from));
    journal::record(conn, viewer, change, at)?;
    Ok(account)
}

/// Erases an account that is in the bin, with all that is only about it. The journal keeps that it was done, not which.
pub fn erase(conn: &mut Conn, viewer: &Viewer, id: AccountId, at: NaiveDateTime) -> Result<()> {
    store::any(conn, viewer, id)?;
    records::bin::hold(conn, id.into())?;
    records::bin::erase_parts(conn, id.into())?;
    diesel::update(accounts::table.filter(accounts::parent_id.eq(id)))
        .set(accounts::parent_id.eq(None::<AccountId>))
        .execute(conn)?;
    // Told before the row goes: the sinks take its contacts and deals off it.
    let mut change = Change::new(id, Action::Erased, "").found_by(Vec::new());
    change.quiet = true;
    journal::record(conn, viewer, change, at)?;
    diesel::delete(accounts::table.find(id)).execute(conn)?;
    Ok(())
}

/// Erases what was moved to the bin before a moment, at most `limit`; returns how many that were.
pub fn purge(conn: &mut Conn, before: NaiveDateTime, limit: i64, at: NaiveDateTime) -> Result<usize> {
    let ids: Vec<AccountId> = accounts::table
        .filter(accounts::deleted_at.lt(before))
        .order(accounts::id)
        .limit(limit)
        .select(accounts::id)
        .load(conn)?;
    records::bin::erase_each(ids, |id| erase(conn, &Viewer::system(How::System), id, at))
}
