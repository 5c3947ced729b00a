//! Entries that look for a reader: mentions of them, and what happened lately on their records.

use super::{
    store::{self, COLUMNS, Row, RowTypes},
    stream::{Item, hidden, items},
};
use crate::{
    db::{
        Conn,
        schema::mentions,
        sql::{Sql, Value},
        types::EntryId,
    },
    error::{Error, Result},
    records,
    ui::Page,
};
use diesel::prelude::*;

/// Entries that are looked at for those that are shown.
const LOOKED_AT: i64 = 400;

/// Mentions of the reader that they have not marked as seen, newest first.
pub fn unseen(conn: &mut Conn, page: &Page, limit: i64) -> Result<Vec<Item>> {
    let mut sql = Sql::new(format!(
        "SELECT {COLUMNS} FROM mentions m JOIN timeline_entries e ON e.id = m.entry_id
         WHERE e.deleted_at IS NULL AND m.seen_at IS NULL AND m.user_id = "
    ));
    sql.bind(Value::Int(page.me.id.0));
    store::scoped(&mut sql, &page.viewer);
    sql.push(" ORDER BY m.entry_id DESC LIMIT ").bind(Value::Int(LOOKED_AT));
    let rows: Vec<Row> = sql.load::<RowTypes, _>(conn)?;
    let mut entries = Vec::new();
    for entry in store::with_changes(conn, rows)? {
        if entries.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
            break;
        }
        // Those about what is in the bin take no place.
        match records::summary(conn, &page.viewer, entry.about) {
            Ok(_) => entries.push(entry),
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    let hidden = hidden(conn, page, &entries)?;
    Ok(items(page, None, entries, &hidden))
}

/// Marks a mention of the reader as seen.
pub fn see(conn: &mut Conn, page: &Page, entry: EntryId) -> Result<()> {
    diesel::update(mentions::table.filter(mentions::user_id.eq(page.me.id)).filter(mentions::entry_id.eq(entry)))
        .set(mentions::seen_at.eq(page.now))
        .execute(conn)?;
    Ok(())
}

/// What others wrote or changed lately on records of the reader, newest first: of the latest entries of all.
pub fn lately(conn: &mut Conn, page: &Page, limit: i64) -> Result<Vec<Item>> {
    let me = Value::Int(page.me.id.0);
    let mut sql = Sql::new(format!("SELECT {COLUMNS} FROM (SELECT * FROM timeline_entries ORDER BY id DESC LIMIT "));
    sql.bind(Value::Int(LOOKED_AT)).push(
        ") e WHERE e.deleted_at IS NULL AND CASE e.about_kind
            WHEN 'deal' THEN (SELECT o.owner_id FROM deals o WHERE o.id = e.about_id AND o.deleted_at IS NULL)
            WHEN 'contact' THEN (SELECT o.owner_id FROM contacts o WHERE o.id = e.about_id AND o.deleted_at IS NULL)
            WHEN 'account' THEN (SELECT o.owner_id FROM accounts o WHERE o.id = e.about_id AND o.deleted_at IS NULL)
            WHEN 'task' THEN (SELECT o.owner_id FROM tasks o WHERE o.id = e.about_id AND o.deleted_at IS NULL) END = ",
    );
    sql.bind(me.clone()).push(" AND coalesce(e.by_id, 0) <> ").bind(me);
    sql.push(" ORDER BY e.id DESC LIMIT ").bind(Value::Int(limit));
    let rows: Vec<Row> = sql.load::<RowTypes, _>(conn)?;
    let entries = store::with_changes(conn, rows)?;
    let hidden = hidden(conn, page, &entries)?;
    Ok(items(page, None, entries, &hidden))
}
