//! A contact's photo.

use super::{photo_metadata::Stripped, store};
use crate::{
    auth::{Scope, Viewer},
    db::{
        Conn,
        schema::contacts,
        sql::{Sql, Value},
        types::ContactId,
    },
    error::Result,
    journal::{self, Action, Change},
    records::files,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

/// Gives a contact this photo, or none. One that nobody else has is erased.
pub fn set(conn: &mut Conn, viewer: &Viewer, id: ContactId, photo: Option<Stripped>, at: NaiveDateTime) -> Result<()> {
    let contact = store::get(conn, viewer, id)?;
    let next = photo.map(|photo| files::keep(conn, photo.picture, &photo.bytes, at)).transpose()?;
    if next == contact.photo_id {
        return Ok(());
    }
    // The version stays: the form has no photo, so that nobody who has it open loses anything.
    diesel::update(contacts::table.find(id))
        .set((contacts::photo_id.eq(next), contacts::updated_at.eq(at)))
        .execute(conn)?;
    release(conn, contact.photo_id)?;
    let said = |photo: Option<i64>, word: &str| photo.map(|_| word.to_owned());
    let after = if contact.photo_id.is_some() { "another one" } else { "a picture" };
    let change = Change::new(id, Action::Updated, &contact.name).field(
        "Photo",
        said(contact.photo_id, "a picture"),
        said(next, after),
    );
    journal::record(conn, viewer, change, at)
}

/// Erases a photo that nothing carries any more.
pub(super) fn release(conn: &mut Conn, photo: Option<i64>) -> Result<()> {
    match photo {
        Some(photo) => files::release(conn, photo),
        None => Ok(()),
    }
}

/// Whether it is the photo of somebody whom the viewer sees.
pub fn is_seen(conn: &mut Conn, viewer: &Viewer, photo: i64) -> Result<bool> {
    let mut sql = Sql::new("SELECT contacts.id FROM contacts WHERE contacts.photo_id = ");
    sql.bind(Value::Int(photo)).push(" AND contacts.deleted_at IS NULL");
    if let Scope::Owners(owners) = &viewer.scope {
        sql.push(" AND (contacts.owner_id IS NULL OR contacts.owner_id IN (").bind_ints(owners).push("))");
    }
    sql.push(" LIMIT 1");
    let rows: Vec<(i64,)> = sql.load::<(BigInt,), _>(conn)?;
    Ok(!rows.is_empty())
}
