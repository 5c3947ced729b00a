//! Words that were typed but not saved yet, kept for their author under the key of their field.

use crate::{
    db::{Conn, dialect, schema::drafts, types::UserId},
    error::Result,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Keeps the text, or forgets the draft when it is empty.
pub fn keep(conn: &mut Conn, user: UserId, key: &str, body: &str, at: NaiveDateTime) -> Result<()> {
    // Two windows of one person may keep the same draft at once.
    dialect::hold(conn, &format!("draft {user} {key}"))?;
    diesel::delete(drafts::table.find((user.0, key))).execute(conn)?;
    if !body.trim().is_empty() {
        diesel::insert_into(drafts::table)
            .values((
                drafts::user_id.eq(user),
                drafts::draft_key.eq(key),
                drafts::body.eq(body),
                drafts::updated_at.eq(at),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The kept text and when it was kept.
pub fn find(conn: &mut Conn, user: UserId, key: &str) -> Result<Option<(String, NaiveDateTime)>> {
    Ok(drafts::table.find((user.0, key)).select((drafts::body, drafts::updated_at)).first(conn).optional()?)
}
