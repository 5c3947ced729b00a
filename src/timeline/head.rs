//! What the head of a record's page asks of its timeline.

use super::{EntryKind, Outcome, Stream, store};
use crate::{
    auth::Viewer,
    db::{
        Conn,
        sql::{Sql, Value},
    },
    error::Result,
    records::RecordRef,
    web::Query,
};
use chrono::NaiveDateTime;
use diesel::sql_types::Timestamp;

/// When they last answered us: a call that reached them, or a meeting.
pub fn last_answer(
    conn: &mut Conn,
    viewer: &Viewer,
    record: RecordRef,
    now: NaiveDateTime,
) -> Result<Option<NaiveDateTime>> {
    let mut sql = Sql::new(
        "SELECT l.at FROM timeline_links l JOIN timeline_entries e ON e.id = l.entry_id
         WHERE e.deleted_at IS NULL AND l.record_kind = ",
    );
    sql.bind(Value::Text(record.kind.text().into())).push(" AND l.record_id = ").bind(Value::Int(record.id));
    sql.push(" AND l.kind IN (").bind(Value::Text(EntryKind::Call.text().into())).push(", ");
    sql.bind(Value::Text(EntryKind::Meeting.text().into())).push(") AND (l.kind <> ");
    sql.bind(Value::Text(EntryKind::Call.text().into())).push(" OR e.outcome = ");
    sql.bind(Value::Text(Outcome::Reached.text().into())).push(") AND l.at <= ").bind(Value::Time(now));
    store::scoped(&mut sql, viewer);
    sql.push(" ORDER BY l.at DESC LIMIT 1");
    let rows: Vec<(NaiveDateTime,)> = sql.load::<(Timestamp,), _>(conn)?;
    Ok(rows.first().map(|(at,)| *at))
}

impl Stream {
    /// With the composer open at the kind that the address names: `?compose=call`.
    pub fn composing(mut self, query: &Query) -> Self {
        if let Some(kind) = EntryKind::parse(query.one("compose")).filter(|kind| *kind != EntryKind::Change) {
            self.composer.kind = kind.text().into();
        }
        self
    }
}
