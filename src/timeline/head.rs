//! What the head of a record's page asks of its timeline.

use super::{EntryKind, Outcome, Stream, store};
use crate::{
    auth::Viewer,
    db::{
        Conn,
        sql::{Sql, Value},
        types::UserId,
    },
    error::Result,
    records::RecordRef,
    web::Query,
};
use chrono::NaiveDateTime;
use diesel::sql_types::{BigInt, Timestamp};

/// When a person of ours last wrote, called or met about this record, as far as the viewer may know: not what was
/// deleted, and not a meeting to come.
pub fn last_touch(
    conn: &mut Conn,
    viewer: &Viewer,
    record: RecordRef,
    now: NaiveDateTime,
) -> Result<Option<NaiveDateTime>> {
    let mut such = Sql::new("l.kind NOT IN (");
    such.bind(Value::Text(EntryKind::Change.text().into())).push(", ");
    such.bind(Value::Text(EntryKind::Form.text().into())).push(")");
    latest(conn, viewer, record, &such, now)
}

/// When they last answered us: a call that reached them, a meeting, or a form that they sent.
pub fn last_answer(
    conn: &mut Conn,
    viewer: &Viewer,
    record: RecordRef,
    now: NaiveDateTime,
) -> Result<Option<NaiveDateTime>> {
    let mut such = Sql::new("(l.kind = ");
    such.bind(Value::Text(EntryKind::Meeting.text().into())).push(" OR l.kind = ");
    such.bind(Value::Text(EntryKind::Form.text().into())).push(" OR l.kind = ");
    such.bind(Value::Text(EntryKind::Call.text().into())).push(" AND e.outcome = ");
    such.bind(Value::Text(Outcome::Reached.text().into())).push(")");
    latest(conn, viewer, record, &such, now)
}

/// When the latest of such entries `e`, linked by `l`, took place.
fn latest(
    conn: &mut Conn,
    viewer: &Viewer,
    record: RecordRef,
    such: &Sql,
    now: NaiveDateTime,
) -> Result<Option<NaiveDateTime>> {
    let mut sql = Sql::new(
        "SELECT l.at FROM timeline_links l JOIN timeline_entries e ON e.id = l.entry_id
         WHERE e.deleted_at IS NULL AND l.record_kind = ",
    );
    sql.bind(Value::Text(record.kind.text().into())).push(" AND l.record_id = ").bind(Value::Int(record.id));
    sql.push(" AND l.at <= ").bind(Value::Time(now)).push(" AND ").append(such);
    store::scoped(&mut sql, viewer);
    sql.push(" ORDER BY l.at DESC LIMIT 1");
    let rows: Vec<(NaiveDateTime,)> = sql.load::<(Timestamp,), _>(conn)?;
    Ok(rows.first().map(|(at,)| *at))
}

/// The first call or meeting of a colleague with this record in a time, and whose it was. A call that nobody answered
/// counts as well: to have tried is the answer that is measured.
pub fn first_touch(
    conn: &mut Conn,
    record: RecordRef,
    (from, until): (NaiveDateTime, NaiveDateTime),
) -> Result<Option<(NaiveDateTime, UserId)>> {
    let mut sql = Sql::new(
        "SELECT l.at, e.by_id FROM timeline_links l JOIN timeline_entries e ON e.id = l.entry_id
         WHERE e.deleted_at IS NULL AND e.by_id IS NOT NULL AND l.record_kind = ",
    );
    sql.bind(Value::Text(record.kind.text().into())).push(" AND l.record_id = ").bind(Value::Int(record.id));
    sql.push(" AND l.at >= ").bind(Value::Time(from)).push(" AND l.at <= ").bind(Value::Time(until));
    sql.push(" AND l.kind IN (").bind(Value::Text(EntryKind::Call.text().into())).push(", ");
    sql.bind(Value::Text(EntryKind::Meeting.text().into())).push(") ORDER BY l.at, l.entry_id LIMIT 1");
    let rows: Vec<(NaiveDateTime, UserId)> = sql.load::<(Timestamp, BigInt), _>(conn)?;
    Ok(rows.first().copied())
}

impl Stream {
    /// With the composer open at the kind that the address names: `?compose=call`.
    pub fn composing(mut self, query: &Query) -> Self {
        if let Some(kind) = EntryKind::parse(query.one("compose")).filter(|kind| kind.is_written()) {
            self.composer.kind = kind.text().into();
        }
        self
    }
}
