//! When somebody of ours last called or met the people of a deal, and when they last answered. Both stand in the deal's row,
//! so that boards and my day read them for nothing; the journal says when one may have changed.

use super::pipelines::Pipeline;
use crate::{
    auth::How,
    db::{
        Conn,
        schema::{deals, timeline_links},
        sql::{Sql, Value},
        types::DealId,
    },
    error::Result,
    timeline::{EntryKind, Outcome},
};
use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::Timestamp;

/// Reads both off the timeline of these deals, as it is at this moment.
pub fn renew_touches(conn: &mut Conn, ids: &[DealId], now: NaiveDateTime) -> Result<()> {
    let text = |text: &str| Value::Text(text.to_owned());
    for id in ids {
        let mut ours = Sql::new("l.kind IN (");
        ours.bind(text(EntryKind::Call.text())).push(", ").bind(text(EntryKind::Meeting.text())).push(")");
        let mut theirs = Sql::new("(l.kind IN (");
        theirs.bind(text(EntryKind::Meeting.text())).push(", ").bind(text(EntryKind::Form.text()));
        theirs.push(") OR (l.kind = ").bind(text(EntryKind::Call.text()));
        theirs.push(" AND e.outcome = ").bind(text(Outcome::Reached.text()));
        theirs.push(") OR c.how = ").bind(text(How::Customer.text())).push(")");
        let (touched, answered) = (latest(conn, *id, &ours, now)?, latest(conn, *id, &theirs, now)?);
        diesel::update(deals::table.find(*id))
            .set((deals::touched_at.eq(touched), deals::answered_at.eq(answered)))
            .execute(conn)?;
    }
    Ok(())
}

/// When the latest of such entries `e`, linked by `l`, with their change `c`, took place.
fn latest(conn: &mut Conn, id: DealId, such: &Sql, now: NaiveDateTime) -> Result<Option<NaiveDateTime>> {
    let mut sql = Sql::new(
        "SELECT l.at FROM timeline_links l JOIN timeline_entries e ON e.id = l.entry_id
         LEFT JOIN changes c ON c.id = e.change_id
         WHERE e.deleted_at IS NULL AND l.record_kind = 'deal' AND l.record_id = ",
    );
    sql.bind(Value::Int(id.0)).push(" AND l.at <= ").bind(Value::Time(now)).push(" AND ").append(such);
    sql.push(" ORDER BY l.at DESC LIMIT 1");
    let rows: Vec<(NaiveDateTime,)> = sql.load::<(Timestamp,), _>(conn)?;
    Ok(rows.first().map(|(at,)| *at))
}

/// What was planned when it was written down, and took place since: meetings of the last days.
pub(super) fn renew_passed(conn: &mut Conn, now: NaiveDateTime) -> Result<()> {
    let ids: Vec<DealId> = timeline_links::table
        .inner_join(deals::table.on(deals::id.eq(timeline_links::record_id)))
        .filter(timeline_links::record_kind.eq("deal"))
        .filter(timeline_links::kind.eq(EntryKind::Meeting))
        .filter(timeline_links::at.between(now - Duration::days(3), now))
        .select(deals::id)
        .distinct()
        .load(conn)?;
    renew_touches(conn, &ids, now)
}

/// When the two last spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touches {
    pub created_at: NaiveDateTime,
    /// We with them.
    pub touched_at: Option<NaiveDateTime>,
    /// They with us.
    pub answered_at: Option<NaiveDateTime>,
}

impl Touches {
    /// Whole days since either, or since the deal was added, when they are more than its pipeline lets pass.
    pub fn silent_for(&self, pipeline: &Pipeline, now: NaiveDateTime) -> Option<i64> {
        let last = [self.touched_at, self.answered_at].into_iter().flatten().fold(self.created_at, NaiveDateTime::max);
        let days = (now - last).num_days();
        pipeline.silent_days.filter(|limit| days > i64::from(*limit)).map(|_| days)
    }
}
