//! What tasks are about: contacts, accounts and deals.

use crate::{
    auth::{Scope, Viewer},
    db::{
        Conn,
        schema::task_links,
        sql::{Sql, Value},
        types::{TaskId, UserId, fold},
    },
    error::{Error, Result},
    records::{self, RecordKind, RecordRef},
    search,
};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use std::collections::HashMap;

/// The kinds a task can be about, in the order they are shown.
pub const KINDS: [RecordKind; 3] = [RecordKind::Contact, RecordKind::Deal, RecordKind::Account];

/// A record that a task is about, as the viewer sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    pub record: RecordRef,
    pub title: String,
}

impl Related {
    /// `deal:7`: how forms and addresses name it.
    pub fn value(&self) -> String {
        value(self.record)
    }
}

pub fn value(record: RecordRef) -> String {
    format!("{}:{}", record.kind.text(), record.id)
}

/// Reads `deal:7`, if a task can be about such a record.
pub fn parse(text: &str) -> Option<RecordRef> {
    let (kind, id) = text.split_once(':')?;
    let kind = RecordKind::parse(kind).filter(|k| KINDS.contains(k))?;
    Some(RecordRef::new(kind, id.parse().ok()?))
}

/// The records of each task, without those that the viewer does not see or that are in the bin.
pub(super) fn of_tasks(conn: &mut Conn, viewer: &Viewer, ids: &[TaskId]) -> Result<HashMap<TaskId, Vec<Related>>> {
    let numbers: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let found = linked(conn, viewer, ("task_links", "task_id"), &numbers)?;
    Ok(found.into_iter().map(|(id, related)| (TaskId(id), related)).collect())
}

/// The same of whatever a table links to records: its name and that of the column that says what is linked.
pub fn linked(
    conn: &mut Conn,
    viewer: &Viewer,
    (links, column): (&str, &str),
    ids: &[i64],
) -> Result<HashMap<i64, Vec<Related>>> {
    let mut found: HashMap<i64, Vec<Related>> = HashMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    for kind in KINDS {
        let table = table(kind);
        let mut sql = Sql::new(format!(
            "SELECT l.{column}, r.id, r.name, r.owner_id FROM {links} l JOIN {table} r ON r.id = l.record_id
             WHERE r.deleted_at IS NULL AND l.record_kind = "
        ));
        sql.bind(Value::Text(kind.text().into())).push(format!(" AND l.{column} IN (")).bind_ints(ids);
        sql.push(format!(") ORDER BY l.{column}, r.id"));
        let rows: Vec<(i64, i64, String, Option<UserId>)> =
            sql.load::<(BigInt, BigInt, Text, Nullable<BigInt>), _>(conn)?;
        for (one, id, title, owner) in rows {
            if viewer.sees(owner) {
                found.entry(one).or_default().push(Related { record: RecordRef::new(kind, id), title });
            }
        }
    }
    Ok(found)
}

/// Every record of one task, the hidden ones too: what a change must keep.
pub(super) fn all(conn: &mut Conn, id: TaskId) -> Result<Vec<RecordRef>> {
    records::relatives(conn, id.into())
}

/// Gives the task exactly these records, but for those the viewer does not see, which stay.
pub(super) fn set(conn: &mut Conn, viewer: &Viewer, id: TaskId, wanted: &[RecordRef]) -> Result<()> {
    let held = all(conn, id)?;
    let (gone, added) = difference(conn, viewer, &held, wanted)?;
    for record in gone {
        diesel::delete(
            task_links::table
                .filter(task_links::task_id.eq(id))
                .filter(task_links::record_kind.eq(record.kind))
                .filter(task_links::record_id.eq(record.id)),
        )
        .execute(conn)?;
    }
    for record in added {
        link(conn, id, record)?;
    }
    Ok(())
}

/// What has to go and what to come, so that exactly the wanted are held, but for those the viewer does not see, which
/// stay.
///
/// # Errors
/// `Error::Refused` when one that is to come is gone or not the viewer's to see.
pub fn difference(
    conn: &mut Conn,
    viewer: &Viewer,
    held: &[RecordRef],
    wanted: &[RecordRef],
) -> Result<(Vec<RecordRef>, Vec<RecordRef>)> {
    let (mut gone, mut added): (Vec<RecordRef>, Vec<RecordRef>) = (Vec::new(), Vec::new());
    for record in held.iter().filter(|r| !wanted.contains(r)) {
        if records::summary(conn, viewer, *record).is_ok() {
            gone.push(*record);
        }
    }
    for record in wanted.iter().filter(|r| !held.contains(r)) {
        if added.contains(record) {
            continue;
        }
        added.push(*record);
        records::summary(conn, viewer, *record).map_err(|error| match error {
            Error::NotFound => Error::Refused("What it is about is gone: choose another record.".into()),
            error => error,
        })?;
    }
    Ok((gone, added))
}

fn link(conn: &mut Conn, id: TaskId, record: RecordRef) -> Result<()> {
    diesel::insert_into(task_links::table)
        .values((
            task_links::task_id.eq(id),
            task_links::record_kind.eq(record.kind),
            task_links::record_id.eq(record.id),
        ))
        .execute(conn)?;
    Ok(())
}

/// Gives a new task these records, whoever sees them.
pub(super) fn copy(conn: &mut Conn, id: TaskId, records: &[RecordRef]) -> Result<()> {
    for record in records {
        link(conn, id, *record)?;
    }
    Ok(())
}

/// The records whose timelines hear of the task: its own and what those belong to.
pub(super) fn audience(conn: &mut Conn, id: TaskId) -> Result<Vec<RecordRef>> {
    let own = all(conn, id)?;
    with_accounts(conn, own)
}

/// These records and the accounts they belong to.
pub fn with_accounts(conn: &mut Conn, mut found: Vec<RecordRef>) -> Result<Vec<RecordRef>> {
    for record in found.clone() {
        for relative in records::relatives(conn, record)? {
            // A deal has many people; what is planned concerns only those it names.
            if relative.kind == RecordKind::Account && !found.contains(&relative) {
                found.push(relative);
            }
        }
    }
    Ok(found)
}

/// What was changed last of each kind, for a select that nothing was typed into yet.
pub(super) fn recent(conn: &mut Conn, viewer: &Viewer, of_each: i64) -> Result<Vec<Related>> {
    let mut found = Vec::new();
    for kind in KINDS {
        let table = table(kind);
        let mut sql = Sql::new(format!("SELECT r.id, r.name FROM {table} r WHERE r.deleted_at IS NULL"));
        if let Scope::Owners(owners) = &viewer.scope {
            sql.push(" AND (r.owner_id IS NULL OR r.owner_id IN (").bind_ints(owners).push("))");
        }
        sql.push(" ORDER BY r.updated_at DESC, r.id DESC LIMIT ").bind(Value::Int(of_each));
        let rows: Vec<(i64, String)> = sql.load::<(BigInt, Text), _>(conn)?;
        found.extend(rows.into_iter().map(|(id, title)| Related { record: RecordRef::new(kind, id), title }));
    }
    Ok(found)
}

fn table(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Contact => "contacts",
        RecordKind::Deal => "deals",
        _ => "accounts",
    }
}

/// Records that a task can be about, found by the beginnings of their words; the latest ones when nothing is asked.
pub fn candidates(conn: &mut Conn, viewer: &Viewer, query: &str) -> Result<Vec<(Related, Option<String>)>> {
    if fold(query).trim().is_empty() {
        return Ok(recent(conn, viewer, 10)?.into_iter().map(|r| (r, None)).collect());
    }
    let mut found = Vec::new();
    for kind in KINDS {
        let hits = search::find(conn, viewer, kind, query, 8)?;
        found.extend(hits.into_iter().map(|h| (Related { record: h.record, title: h.title }, h.detail)));
    }
    Ok(found)
}

/// The words of a kind, for a second word beside a title.
pub fn note(kind: RecordKind, detail: Option<&str>) -> String {
    detail.map_or_else(|| kind.label().to_owned(), |d| format!("{}, {d}", kind.label()))
}
