//! Timeline entries and their links.

use super::EntryKind;
use crate::{
    auth::{How, Scope, Viewer},
    db::{
        Conn,
        schema::{changes, mentions, timeline_entries, timeline_links},
        sql::{Sql, Value},
        types::{ChangeId, EntryId, UserId},
    },
    error::{Error, Result},
    journal::{self, Action, Change, FieldChange},
    notifications::{self, Notice},
    records::{self, RecordKind, RecordRef, Summary},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamp};
use std::collections::HashMap;

/// What is put on a timeline.
#[derive(Clone, Debug)]
pub struct NewEntry {
    pub kind: EntryKind,
    /// When it happened, UTC.
    pub at: NaiveDateTime,
    pub about: RecordRef,
    /// Name of the record it is about, for changes.
    pub title: String,
    /// Markdown.
    pub body: String,
    pub outcome: String,
    pub minutes: Option<i32>,
    pub change: Option<ChangeId>,
    /// Every record whose timeline shows it.
    pub links: Vec<RecordRef>,
}

/// Adds an entry and its links.
pub fn add(conn: &mut Conn, viewer: &Viewer, new: &NewEntry, at: NaiveDateTime) -> Result<EntryId> {
    let id: EntryId = diesel::insert_into(timeline_entries::table)
        .values((
            timeline_entries::kind.eq(new.kind),
            timeline_entries::at.eq(new.at),
            timeline_entries::by_id.eq(viewer.id),
            timeline_entries::about_kind.eq(new.about.kind),
            timeline_entries::about_id.eq(new.about.id),
            timeline_entries::title.eq(&new.title),
            timeline_entries::body.eq(&new.body),
            timeline_entries::outcome.eq(&new.outcome),
            timeline_entries::minutes.eq(new.minutes),
            timeline_entries::change_id.eq(new.change),
            timeline_entries::created_at.eq(at),
        ))
        .returning(timeline_entries::id)
        .get_result(conn)?;
    let mut linked: Vec<RecordRef> = Vec::new();
    for record in &new.links {
        if linked.contains(record) {
            continue;
        }
        linked.push(*record);
        diesel::insert_into(timeline_links::table)
            .values((
                timeline_links::record_kind.eq(record.kind),
                timeline_links::record_id.eq(record.id),
                timeline_links::at.eq(new.at),
                timeline_links::entry_id.eq(id),
                timeline_links::kind.eq(new.kind),
            ))
            .execute(conn)?;
    }
    journal::entered(conn, new.kind, &linked, at)?;
    if matches!(new.kind, EntryKind::Call | EntryKind::Meeting | EntryKind::Form) || viewer.how == How::Customer {
        journal::spoken(conn, &linked, at)?;
    }
    Ok(id)
}

/// An entry as it is read back.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: EntryId,
    pub kind: EntryKind,
    pub at: NaiveDateTime,
    pub by: Option<UserId>,
    pub about: RecordRef,
    pub title: String,
    pub body: String,
    pub outcome: String,
    pub minutes: Option<i32>,
    pub version: i64,
    pub edited: bool,
    pub change: Option<(How, Action, Vec<FieldChange>)>,
}

pub(super) type Row = (
    (EntryId, EntryKind, NaiveDateTime, Option<UserId>, RecordKind, i64),
    (String, String, String, Option<i32>, Option<i64>, i64, i64),
);
pub(super) type RowTypes = (
    (BigInt, Text, Timestamp, Nullable<BigInt>, Text, BigInt),
    (Text, Text, Text, Nullable<Integer>, Nullable<BigInt>, BigInt, BigInt),
);

pub(super) const COLUMNS: &str = "e.id, e.kind, e.at, e.by_id, e.about_kind, e.about_id, e.title, e.body, e.outcome, e.minutes, \
     e.change_id, e.version, CAST(CASE WHEN e.edited_at IS NULL THEN 0 ELSE 1 END AS BIGINT)";

/// Entries of a record, newest first: those of these kinds (all when empty), before this place, that the viewer may
/// see. An entry about somebody else's record does not leak onto an account that both share.
pub fn of(
    conn: &mut Conn,
    viewer: &Viewer,
    record: RecordRef,
    kinds: &[EntryKind],
    before: Option<(NaiveDateTime, i64)>,
    limit: i64,
) -> Result<Vec<Entry>> {
    let mut sql = Sql::new(format!(
        "SELECT {COLUMNS} FROM timeline_links l JOIN timeline_entries e ON e.id = l.entry_id WHERE l.record_kind = "
    ));
    sql.bind(Value::Text(record.kind.text().into())).push(" AND l.record_id = ").bind(Value::Int(record.id));
    if !kinds.is_empty() {
        sql.push(" AND l.kind IN (");
        for (i, kind) in kinds.iter().enumerate() {
            if i > 0 {
                sql.push(", ");
            }
            sql.bind(Value::Text(kind.text().into()));
        }
        sql.push(")");
    }
    if let Some((at, id)) = before {
        sql.push(" AND (l.at, l.entry_id) < (").bind(Value::Time(at)).push(", ").bind(Value::Int(id)).push(")");
    }
    sql.push(" AND e.deleted_at IS NULL");
    scoped(&mut sql, viewer);
    sql.push(" ORDER BY l.at DESC, l.entry_id DESC LIMIT ").bind(Value::Int(limit));
    let rows: Vec<Row> = sql.load::<RowTypes, _>(conn)?;
    with_changes(conn, rows)
}

/// Leaves out the entries `e` about records that the viewer does not see.
pub(super) fn scoped(sql: &mut Sql, viewer: &Viewer) {
    if let Scope::Owners(owners) = &viewer.scope {
        sql.push(
            " AND coalesce(CASE e.about_kind
                WHEN 'deal' THEN (SELECT o.owner_id FROM deals o WHERE o.id = e.about_id)
                WHEN 'contact' THEN (SELECT o.owner_id FROM contacts o WHERE o.id = e.about_id)
                WHEN 'account' THEN (SELECT o.owner_id FROM accounts o WHERE o.id = e.about_id)
                WHEN 'task' THEN (SELECT o.owner_id FROM tasks o WHERE o.id = e.about_id)
                WHEN 'meeting' THEN (SELECT o.owner_id FROM meetings o WHERE o.id = e.about_id AND NOT EXISTS (
                    SELECT 1 FROM meeting_people p WHERE p.meeting_id = o.id AND p.user_id = ",
        );
        sql.bind(Value::Int(viewer.id.map_or(0, |id| id.0))).push(")) END, 0) IN (0, ");
        sql.bind_ints(owners).push(")");
    }
}

pub(super) fn with_changes(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Entry>> {
    let wanted: Vec<i64> = rows.iter().filter_map(|r| r.1.4).collect();
    let mut found: HashMap<i64, (How, Action, Vec<FieldChange>)> = HashMap::new();
    if !wanted.is_empty() {
        let read: Vec<(i64, How, Action, String)> = changes::table
            .filter(changes::id.eq_any(&wanted))
            .select((changes::id, changes::how, changes::action, changes::fields))
            .load(conn)?;
        for (id, how, action, fields) in read {
            found.insert(id, (how, action, serde_json::from_str(&fields).unwrap_or_default()));
        }
    }
    Ok(rows
        .into_iter()
        .map(|((id, kind, at, by, about_kind, about_id), (title, body, outcome, minutes, change, version, edited))| {
            Entry {
                id,
                kind,
                at,
                by,
                about: RecordRef::new(about_kind, about_id),
                title,
                body,
                outcome,
                minutes,
                version,
                edited: edited == 1,
                change: change.and_then(|c| found.remove(&c)),
            }
        })
        .collect())
}

/// One entry that a person wrote.
///
/// # Errors
/// `Error::NotFound` when it is absent, deleted, a change, or about a record the viewer does not see.
pub fn get(conn: &mut Conn, viewer: &Viewer, id: EntryId) -> Result<Entry> {
    written(conn, viewer, id, "e.deleted_at IS NULL")
}

/// One entry that a person wrote and someone deleted.
///
/// # Errors
/// `Error::NotFound` unless it is the viewer's own, or the viewer is an admin; else as for [`get`].
pub fn hidden(conn: &mut Conn, viewer: &Viewer, id: EntryId) -> Result<Entry> {
    let entry = written(conn, viewer, id, "e.deleted_at IS NOT NULL")?;
    if entry.by == viewer.id || viewer.is_admin() { Ok(entry) } else { Err(Error::NotFound) }
}

fn written(conn: &mut Conn, viewer: &Viewer, id: EntryId, state: &str) -> Result<Entry> {
    let mut sql = Sql::new(format!("SELECT {COLUMNS} FROM timeline_entries e WHERE {state} AND e.id = "));
    sql.bind(Value::Int(id.0)).push(" AND e.kind NOT IN ('change', 'form')");
    let rows: Vec<Row> = sql.load::<RowTypes, _>(conn)?;
    let entry = with_changes(conn, rows)?.pop().ok_or(Error::NotFound)?;
    records::summary(conn, viewer, entry.about)?;
    Ok(entry)
}

/// Saves new words over the version they were read at. `Ok(false)` when someone else saved in between.
pub fn update(
    conn: &mut Conn,
    viewer: &Viewer,
    entry: &Entry,
    version: i64,
    body: &str,
    at: NaiveDateTime,
) -> Result<bool> {
    let rows = diesel::update(
        timeline_entries::table
            .filter(timeline_entries::id.eq(entry.id))
            .filter(timeline_entries::deleted_at.is_null())
            .filter(timeline_entries::version.eq(version)),
    )
    .set((
        timeline_entries::body.eq(body),
        timeline_entries::edited_at.eq(at),
        timeline_entries::version.eq(version + 1),
    ))
    .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    tell(conn, viewer, entry, (Some(entry.body.clone()), Some(body.to_owned())), at)?;
    Ok(true)
}

/// Takes an entry back that followed from what is undone: its cause is what the journal tells of.
pub fn withdraw(conn: &mut Conn, id: EntryId, at: NaiveDateTime) -> Result<()> {
    let row = timeline_entries::table.find(id);
    diesel::update(row).set(timeline_entries::deleted_at.eq(at)).execute(conn)?;
    let kind: EntryKind = row.select(timeline_entries::kind).first(conn)?;
    let links = links_of(conn, id)?;
    journal::spoken(conn, &links, at)?;
    journal::entered(conn, kind, &links, at)
}

/// Hides an entry.
pub fn delete(conn: &mut Conn, viewer: &Viewer, entry: &Entry, at: NaiveDateTime) -> Result<()> {
    let shown = timeline_entries::table.find(entry.id).filter(timeline_entries::deleted_at.is_null());
    let rows = diesel::update(shown).set(timeline_entries::deleted_at.eq(at)).execute(conn)?;
    if rows == 0 {
        return Err(Error::NotFound);
    }
    tell(conn, viewer, entry, (Some(words(entry)), None), at)?;
    let links = links_of(conn, entry.id)?;
    journal::spoken(conn, &links, at)?;
    journal::entered(conn, entry.kind, &links, at)
}

/// Shows a hidden entry again.
pub fn restore(conn: &mut Conn, viewer: &Viewer, entry: &Entry, at: NaiveDateTime) -> Result<()> {
    let hidden = timeline_entries::table.find(entry.id).filter(timeline_entries::deleted_at.is_not_null());
    let rows = diesel::update(hidden).set(timeline_entries::deleted_at.eq(None::<NaiveDateTime>)).execute(conn)?;
    if rows == 0 {
        return Err(Error::NotFound);
    }
    tell(conn, viewer, entry, (None, Some(words(entry))), at)?;
    let links = links_of(conn, entry.id)?;
    journal::spoken(conn, &links, at)?;
    journal::entered(conn, entry.kind, &links, at)
}

fn links_of(conn: &mut Conn, entry: EntryId) -> Result<Vec<RecordRef>> {
    let rows: Vec<(RecordKind, i64)> = timeline_links::table
        .filter(timeline_links::entry_id.eq(entry))
        .select((timeline_links::record_kind, timeline_links::record_id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(kind, id)| RecordRef::new(kind, id)).collect())
}

/// What an entry says, for the journal. A call may have no text.
fn words(entry: &Entry) -> String {
    if entry.body.is_empty() { "without text".to_owned() } else { entry.body.clone() }
}

/// Tells the journal that an entry changed. Its timeline shows the entry itself.
fn tell(
    conn: &mut Conn,
    viewer: &Viewer,
    entry: &Entry,
    (before, after): (Option<String>, Option<String>),
    at: NaiveDateTime,
) -> Result<()> {
    let title = records::summary(conn, viewer, entry.about)?.title;
    let mut change = Change::new(entry.about, Action::Updated, title).field(entry.kind.label(), before, after);
    change.quiet = true;
    journal::record(conn, viewer, change, at)
}

/// Keeps who was mentioned and tells them, as far as they may see the record; whoever was before hears nothing new.
pub fn mention(
    conn: &mut Conn,
    viewer: &Viewer,
    entry: EntryId,
    about: &Summary,
    people: &[Viewer],
    at: NaiveDateTime,
) -> Result<()> {
    let known: Vec<UserId> =
        mentions::table.filter(mentions::entry_id.eq(entry)).select(mentions::user_id).load(conn)?;
    for person in people {
        let Some(to) = person.id.filter(|id| !known.contains(id)) else { continue };
        diesel::insert_into(mentions::table)
            .values((mentions::entry_id.eq(entry), mentions::user_id.eq(to)))
            .execute(conn)?;
        let seen = match records::summary(conn, person, about.record) {
            Ok(_) => true,
            Err(Error::NotFound) => false,
            Err(error) => return Err(error),
        };
        if seen {
            let notice = Notice {
                to,
                kind: notifications::Kind::Mentioned,
                event: format!("mention:{entry}"),
                said: "mentioned you on".into(),
                record: about.record,
                title: about.title.clone(),
            };
            journal::tell(conn, viewer, &[notice], at)?;
        }
    }
    Ok(())
}
