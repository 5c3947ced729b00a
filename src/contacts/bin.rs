//! Contacts in the bin: moved there, restored, erased for good.

use super::{
    changes, photo,
    store::{self, Contact},
};
use crate::{
    auth::{How, Viewer},
    db::{Conn, schema::contacts, types::ContactId},
    error::Result,
    journal::{self, Action, Change},
    records::{self, RecordRef},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Moves a contact to the bin.
pub fn delete(conn: &mut Conn, viewer: &Viewer, id: ContactId, at: NaiveDateTime) -> Result<Contact> {
    let contact = store::get(conn, viewer, id)?;
    records::bin::put(conn, id.into(), Some(at))?;
    let change = Change::new(id, Action::Deleted, &contact.name)
        .found_by(Vec::new())
        .also_on(contact.account_id.map(RecordRef::from));
    journal::record(conn, viewer, change, at)?;
    Ok(contact)
}

/// Brings it back.
pub fn restore(conn: &mut Conn, viewer: &Viewer, id: ContactId, at: NaiveDateTime) -> Result<Contact> {
    let contact = store::any(conn, viewer, id)?;
    if contact.deleted_at.is_none() {
        return Ok(contact);
    }
    records::bin::put(conn, id.into(), None)?;
    let change = Change::new(id, Action::Restored, &contact.name)
        .found_by(changes::keys_of(&contact))
        .also_on(contact.account_id.map(RecordRef::from));
    journal::record(conn, viewer, change, at)?;
    Ok(contact)
}

/// Erases a contact that is in the bin, with all that is only about them. The journal keeps that it was done, not whom.
pub fn erase(conn: &mut Conn, viewer: &Viewer, id: ContactId, at: NaiveDateTime) -> Result<()> {
    let contact = store::any(conn, viewer, id)?;
    records::bin::hold(conn, id.into())?;
    let record = RecordRef::from(id);
    records::bin::erase_parts(conn, record)?;
    diesel::delete(contacts::table.find(id)).execute(conn)?;
    photo::release(conn, contact.photo_id)?;
    let mut change = Change::new(id, Action::Erased, "").found_by(Vec::new());
    change.quiet = true;
    journal::record(conn, viewer, change, at)
}

/// Erases what was moved to the bin before a moment, at most `limit`; returns how many that were.
pub fn purge(conn: &mut Conn, before: NaiveDateTime, limit: i64, at: NaiveDateTime) -> Result<usize> {
    let ids: Vec<ContactId> = contacts::table
        .filter(contacts::deleted_at.lt(before))
        .order(contacts::id)
        .limit(limit)
        .select(contacts::id)
        .load(conn)?;
    records::bin::erase_each(ids, |id| erase(conn, &Viewer::system(How::System), id, at))
}
