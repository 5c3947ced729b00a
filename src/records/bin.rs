//! The bin: what was deleted lies there for a while, of every noun alike, and what goes with a record when it is erased.

use super::{RecordKind, RecordRef, addresses};
use crate::{
    auth::{Scope, Viewer},
    db::{
        Conn,
        schema::{taggings, timeline_entries},
        sql::{Sql, Value},
        types::UserId,
    },
    error::Result,
    journal,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

/// Days that a record lies in the bin before it is erased.
pub const DAYS: i64 = 30;

/// The nouns that have a bin, with their table, the column of their name and whether they have an owner.
const BINS: [(RecordKind, &str, &str, bool); 5] = [
    (RecordKind::Contact, "contacts", "name", true),
    (RecordKind::Account, "accounts", "name", true),
    (RecordKind::Deal, "deals", "name", true),
    (RecordKind::Task, "tasks", "subject", true),
    (RecordKind::Product, "products", "name", false),
];

/// The kinds of records that can be in the bin.
pub fn kinds() -> impl Iterator<Item = RecordKind> {
    BINS.iter().map(|(kind, ..)| *kind)
}

/// A record in the bin.
#[derive(Clone, Debug)]
pub struct Binned {
    pub record: RecordRef,
    pub title: String,
    pub deleted_at: NaiveDateTime,
    pub deleted_by: Option<UserId>,
}

/// Where a page of the bin begins: after the record that was deleted then, of this kind and number.
pub type After = (NaiveDateTime, RecordKind, i64);

/// What the viewer sees of the bin, the latest first.
pub fn list(
    conn: &mut Conn,
    viewer: &Viewer,
    only: Option<RecordKind>,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<Binned>> {
    let mut sql = Sql::new(
        "SELECT kind, id, title, deleted_at, (SELECT c.by_id FROM changes c WHERE c.record_kind = b.kind AND c.record_id = b.id AND c.action = 'deleted' ORDER BY c.at DESC, c.id DESC LIMIT 1) FROM (",
    );
    for (at, (kind, table, title, owned)) in
        BINS.iter().filter(|(kind, ..)| only.is_none_or(|k| k == *kind)).enumerate()
    {
        if at > 0 {
            sql.push(" UNION ALL ");
        }
        // The words are from the list above, never from a request.
        sql.push(format!(
            "SELECT '{}' AS kind, {table}.id AS id, {table}.{title} AS title, {table}.deleted_at AS deleted_at FROM {table} WHERE {table}.deleted_at IS NOT NULL",
            kind.text()
        ));
        if let (true, Scope::Owners(owners)) = (owned, &viewer.scope) {
            sql.push(format!(" AND ({table}.owner_id IS NULL OR {table}.owner_id IN (")).bind_ints(owners).push("))");
        }
    }
    sql.push(") b");
    if let Some((at, kind, id)) = after {
        sql.push(" WHERE (deleted_at, kind, id) < (").bind(Value::Time(at)).push(", ");
        sql.bind(Value::Text(kind.text().into())).push(", ").bind(Value::Int(id)).push(")");
    }
    sql.push(" ORDER BY deleted_at DESC, kind DESC, id DESC LIMIT ").bind(Value::Int(limit));
    let rows: Vec<(RecordKind, i64, String, NaiveDateTime, Option<UserId>)> =
        sql.load::<(Text, BigInt, Text, Timestamp, Nullable<BigInt>), _>(conn)?;
    Ok(rows
        .into_iter()
        .map(|(kind, id, title, deleted_at, deleted_by)| Binned {
            record: RecordRef::new(kind, id),
            title,
            deleted_at,
            deleted_by,
        })
        .collect())
}

/// Erases what a record of any kind carries: addresses, tags, its own timeline entries, and what the journal says of it.
pub fn erase_parts(conn: &mut Conn, record: RecordRef) -> Result<()> {
    addresses::set(conn, record, &[])?;
    diesel::delete(
        taggings::table.filter(taggings::record_kind.eq(record.kind.text())).filter(taggings::record_id.eq(record.id)),
    )
    .execute(conn)?;
    diesel::delete(
        timeline_entries::table
            .filter(timeline_entries::about_kind.eq(record.kind))
            .filter(timeline_entries::about_id.eq(record.id)),
    )
    .execute(conn)?;
    journal::forget(conn, record)
}
