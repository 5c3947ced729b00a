//! The audit log: rows of `changes`.

use super::{Action, Change, FieldChange};
use crate::{
    auth::{How, Viewer},
    db::{
        Conn,
        schema::changes,
        types::{ChangeId, UserId},
    },
    error::Result,
    records::{RecordKind, RecordRef},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A change as it was kept.
#[derive(Clone, Debug)]
pub struct Logged {
    pub id: ChangeId,
    pub at: NaiveDateTime,
    pub by: Option<UserId>,
    pub how: How,
    pub record: RecordRef,
    pub action: Action,
    pub fields: Vec<FieldChange>,
}

type Row = (ChangeId, NaiveDateTime, Option<UserId>, How, RecordKind, i64, Action, String);

impl From<Row> for Logged {
    fn from((id, at, by, how, kind, record_id, action, fields): Row) -> Self {
        // A row whose JSON does not parse still says who, when and what.
        let fields = serde_json::from_str(&fields).unwrap_or_default();
        Self { id, at, by, how, record: RecordRef::new(kind, record_id), action, fields }
    }
}

pub(super) fn insert(conn: &mut Conn, viewer: &Viewer, change: &Change, at: NaiveDateTime) -> Result<ChangeId> {
    Ok(diesel::insert_into(changes::table)
        .values((
            changes::at.eq(at),
            changes::by_id.eq(viewer.id),
            changes::how.eq(viewer.how),
            changes::record_kind.eq(change.record.kind),
            changes::record_id.eq(change.record.id),
            changes::action.eq(change.action),
            changes::fields.eq(serde_json::to_string(&change.fields)?),
        ))
        .returning(changes::id)
        .get_result(conn)?)
}

/// The latest changes of everything, newest first, before this one: for admins.
pub fn recent(conn: &mut Conn, before: Option<ChangeId>, limit: i64) -> Result<Vec<Logged>> {
    let mut query = changes::table
        .order(changes::id.desc())
        .limit(limit)
        .select((
            changes::id,
            changes::at,
            changes::by_id,
            changes::how,
            changes::record_kind,
            changes::record_id,
            changes::action,
            changes::fields,
        ))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(changes::id.lt(before));
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(Logged::from).collect())
}

/// Empties the fields of every change of an erased record: what was said of it is gone, that it changed stays.
pub fn forget(conn: &mut Conn, record: RecordRef) -> Result<()> {
    diesel::update(
        changes::table.filter(changes::record_kind.eq(record.kind)).filter(changes::record_id.eq(record.id)),
    )
    .set(changes::fields.eq("[]"))
    .execute(conn)?;
    Ok(())
}
