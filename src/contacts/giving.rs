//! Whose a contact is: given, taken, put in a queue, taken back.

use super::store::{Contact, get};
use crate::{
    auth::Viewer,
    db::{
        Conn,
        schema::{contacts, queues},
        types::{ContactId, QueueId, UserId},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
    records,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Gives a contact to someone, or to nobody.
pub fn assign(
    conn: &mut Conn,
    viewer: &Viewer,
    id: ContactId,
    owner: Option<UserId>,
    at: NaiveDateTime,
) -> Result<Option<UserId>> {
    let before = get(conn, viewer, id)?;
    if before.owner_id == owner {
        return Ok(owner);
    }
    diesel::update(contacts::table.find(id))
        .set((contacts::owner_id.eq(owner), contacts::updated_at.eq(at), contacts::version.eq(contacts::version + 1)))
        .execute(conn)?;
    given(conn, viewer, &before, owner, at)?;
    Ok(before.owner_id)
}

/// What follows once a contact has another owner.
fn given(conn: &mut Conn, viewer: &Viewer, before: &Contact, owner: Option<UserId>, at: NaiveDateTime) -> Result<()> {
    let queue = if owner.is_some() { leave_queue(conn, before)? } else { None };
    let (old, new) = records::owner_names(conn, before.owner_id, owner)?;
    let change = Change::new(before.id, Action::Updated, &before.name)
        .field("Owner", old, new)
        .field("Queue", queue, None)
        .given(before.owner_id, owner);
    journal::record(conn, viewer, change, at)
}

/// Gives a contact that nobody has to someone. `Ok(false)` when somebody else was faster.
pub fn claim(conn: &mut Conn, viewer: &Viewer, id: ContactId, owner: UserId, at: NaiveDateTime) -> Result<bool> {
    let before = get(conn, viewer, id)?;
    let free = contacts::table.find(id).filter(contacts::owner_id.is_null()).filter(contacts::deleted_at.is_null());
    let rows = diesel::update(free)
        .set((contacts::owner_id.eq(owner), contacts::updated_at.eq(at), contacts::version.eq(contacts::version + 1)))
        .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    given(conn, viewer, &before, Some(owner), at)?;
    Ok(true)
}

/// Puts a contact that nobody has in a queue.
pub fn put_in_queue(
    conn: &mut Conn,
    viewer: &Viewer,
    id: ContactId,
    (queue, name): (QueueId, &str),
    at: NaiveDateTime,
) -> Result<()> {
    let before = get(conn, viewer, id)?;
    let rows = diesel::update(contacts::table.find(id).filter(contacts::owner_id.is_null()))
        .set((contacts::queue_id.eq(queue), contacts::updated_at.eq(at), contacts::version.eq(contacts::version + 1)))
        .execute(conn)?;
    if rows == 0 {
        return Ok(());
    }
    let change = Change::new(id, Action::Updated, &before.name).field("Queue", None, Some(name.to_owned()));
    journal::record(conn, viewer, change, at)
}

/// Who has an owner, or is no lead, waits no more. Returns the name of the queue that was left.
pub(super) fn leave_queue(conn: &mut Conn, before: &Contact) -> Result<Option<String>> {
    let Some(queue) = before.queue_id else { return Ok(None) };
    diesel::update(contacts::table.find(before.id)).set(contacts::queue_id.eq(None::<QueueId>)).execute(conn)?;
    Ok(queues::table.find(queue).select(queues::name).first(conn).optional()?)
}

/// Takes back that it was given from one to another.
///
/// # Errors
/// `Error::NotFound` when it has another owner by now.
pub fn give_back(
    conn: &mut Conn,
    viewer: &Viewer,
    id: ContactId,
    from: Option<UserId>,
    to: Option<UserId>,
    at: NaiveDateTime,
) -> Result<()> {
    if get(conn, viewer, id)?.owner_id != from {
        return Err(Error::NotFound);
    }
    assign(conn, viewer, id, to, at).map(|_| ())
}
