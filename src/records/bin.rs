//! The bin: what was deleted lies there for a while, of every noun alike, and what goes with a record when it is erased.

use super::{RecordKind, RecordRef, addresses};
use crate::{
    auth::{Scope, Viewer},
    db::{
        Conn,
        schema::{
            accounts, contacts, deals, drafts, meeting_links, meeting_people, meetings, products, taggings, task_links,
            tasks, timeline_entries, timeline_links,
        },
        sql::{Sql, Value},
        types::UserId,
    },
    error::{Error, Result},
    journal,
    timeline::Stream,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

/// Days that a record lies in the bin before it is erased.
pub const DAYS: i64 = 30;

/// The nouns that have a bin, with their table, the column of their name and whether they have an owner.
const BINS: [(RecordKind, &str, &str, bool); 6] = [
    (RecordKind::Contact, "contacts", "name", true),
    (RecordKind::Account, "accounts", "name", true),
    (RecordKind::Deal, "deals", "name", true),
    (RecordKind::Task, "tasks", "subject", true),
    (RecordKind::Meeting, "meetings", "title", true),
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

/// Puts a record into the bin, or (`None`) takes it out. The version rises from whatever it is by then.
///
/// # Errors
/// `Error::NotFound` when someone else did the same in between, or erased it.
pub fn put(conn: &mut Conn, record: RecordRef, deleted_at: Option<NaiveDateTime>) -> Result<()> {
    macro_rules! set {
        ($table:ident) => {{
            let values = ($table::deleted_at.eq(deleted_at), $table::version.eq($table::version + 1));
            let own = $table::table.find(record.id);
            match deleted_at {
                Some(_) => diesel::update(own.filter($table::deleted_at.is_null())).set(values).execute(conn)?,
                None => diesel::update(own.filter($table::deleted_at.is_not_null())).set(values).execute(conn)?,
            }
        }};
    }
    let rows = match record.kind {
        RecordKind::Contact => set!(contacts),
        RecordKind::Account => set!(accounts),
        RecordKind::Deal => set!(deals),
        RecordKind::Task => set!(tasks),
        RecordKind::Meeting => set!(meetings),
        RecordKind::Product => set!(products),
        RecordKind::User | RecordKind::Team | RecordKind::Pipeline | RecordKind::Company | RecordKind::WebForm => 0,
    };
    if rows == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Holds a record in the bin until the transaction ends, so that nobody restores it while it is erased.
///
/// # Errors
/// `Error::Refused` when it is not in the bin.
pub fn hold(conn: &mut Conn, record: RecordRef) -> Result<()> {
    macro_rules! touch {
        ($table:ident) => {
            diesel::update($table::table.find(record.id).filter($table::deleted_at.is_not_null()))
                .set($table::version.eq($table::version + 1))
                .execute(conn)?
        };
    }
    let rows = match record.kind {
        RecordKind::Contact => touch!(contacts),
        RecordKind::Account => touch!(accounts),
        RecordKind::Deal => touch!(deals),
        RecordKind::Task => touch!(tasks),
        RecordKind::Meeting => touch!(meetings),
        RecordKind::Product => touch!(products),
        RecordKind::User | RecordKind::Team | RecordKind::Pipeline | RecordKind::Company | RecordKind::WebForm => 0,
    };
    match rows {
        0 => Err(Error::Refused("Only what is in the bin can be erased: delete it first.".into())),
        _ => Ok(()),
    }
}

/// Erases each, passing over what was restored or erased since it was listed; returns how many that were.
pub fn erase_each<I>(ids: Vec<I>, mut erase: impl FnMut(I) -> Result<()>) -> Result<usize> {
    let mut erased = 0;
    for id in ids {
        match erase(id) {
            Ok(()) => erased += 1,
            Err(Error::NotFound | Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(erased)
}

/// Erases what a record of any kind carries: addresses, tags, its own timeline entries, what is kept of an entry begun,
/// where it stood in others' timelines, tasks and meetings, and what the journal says of it.
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
    diesel::delete(
        timeline_links::table
            .filter(timeline_links::record_kind.eq(record.kind))
            .filter(timeline_links::record_id.eq(record.id)),
    )
    .execute(conn)?;
    diesel::delete(
        task_links::table.filter(task_links::record_kind.eq(record.kind)).filter(task_links::record_id.eq(record.id)),
    )
    .execute(conn)?;
    diesel::delete(
        meeting_links::table
            .filter(meeting_links::record_kind.eq(record.kind))
            .filter(meeting_links::record_id.eq(record.id)),
    )
    .execute(conn)?;
    if record.kind == RecordKind::Contact {
        diesel::delete(meeting_people::table.filter(meeting_people::contact_id.eq(record.id))).execute(conn)?;
    }
    diesel::delete(drafts::table.filter(drafts::draft_key.eq(Stream::draft_key(record)))).execute(conn)?;
    journal::forget(conn, record)
}
