//! Leads that wait for one person, for their day.

use super::assignment::queues;
use crate::{
    db::{
        Conn,
        sql::{Sql, Value},
        types::ContactId,
    },
    error::Result,
    records::RecordRef,
    ui::{Avatar, Clock, Page},
};
use chrono::NaiveDateTime;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};

/// A lead that waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub id: ContactId,
    pub name: String,
    pub avatar: Avatar,
    /// Job title and source, as far as they are known.
    pub about: String,
    pub clock: Option<Clock>,
    /// Address that calls them, unless they are not to be called.
    pub call: Option<String>,
    /// The queue to take it from; `None` is the reader's own.
    pub queue: Option<String>,
}

impl Waiting {
    pub fn url(&self) -> String {
        RecordRef::from(self.id).url()
    }
}

type Row = (
    (ContactId, String, Option<String>, Option<String>, Option<NaiveDateTime>),
    (Option<String>, Option<String>, bool),
);
type RowTypes =
    ((BigInt, Text, Nullable<Text>, Nullable<Text>, Nullable<Timestamp>), (Nullable<Text>, Nullable<Text>, Bool));

/// The reader's leads that have to be answered, and those that they can take; who is late first, then by their time.
pub fn waiting(conn: &mut Conn, page: &Page, limit: i64) -> Result<Vec<Waiting>> {
    let queues = queues::all(conn)?;
    let own = queues.iter().filter(|q| q.team_id.is_none() || q.team_id == page.me.team_id);
    let own: Vec<i64> = own.map(|q| q.id.0).collect();
    let mut sql = Sql::new(
        "SELECT c.id, c.name, c.job_title, c.source, c.answer_due_at, \
         (SELECT coalesce(p.e164, p.typed) FROM contact_phones p WHERE p.contact_id = c.id ORDER BY p.position, p.id LIMIT 1), \
         CASE WHEN c.owner_id IS NULL THEN (SELECT q.name FROM queues q WHERE q.id = c.queue_id) END, c.no_call \
         FROM contacts c WHERE c.id IN (SELECT m.id FROM (SELECT id FROM contacts WHERE answer_due_at IS NOT NULL \
         AND deleted_at IS NULL AND owner_id = ",
    );
    sql.bind(Value::Int(page.me.id.0)).push(" ORDER BY answer_due_at, id LIMIT ").bind(Value::Int(limit)).push(") m");
    if !own.is_empty() {
        sql.push(
            " UNION ALL SELECT t.id FROM (SELECT id FROM contacts WHERE owner_id IS NULL AND deleted_at IS NULL \
             AND lifecycle = 'lead' AND queue_id IN (",
        );
        sql.bind_ints(&own).push(") ORDER BY coalesce(answer_due_at, '9999-12-31 00:00:00'), arrived_at, id LIMIT ");
        sql.bind(Value::Int(limit)).push(") t");
    }
    sql.push(") ORDER BY coalesce(c.answer_due_at, '9999-12-31 00:00:00'), c.arrived_at, c.id LIMIT ");
    sql.bind(Value::Int(limit));
    let rows: Vec<Row> = sql.load::<RowTypes, _>(conn)?;
    let shown = |((id, name, title, source, due), (phone, queue, no_call)): Row| Waiting {
        avatar: Avatar::person(id.0, &name),
        about: [title, source].into_iter().flatten().collect::<Vec<_>>().join(", "),
        clock: due.map(|due| Clock::running(due, page.now)),
        call: phone.filter(|_| !no_call).map(|number| format!("tel:{number}")),
        id,
        name,
        queue,
    };
    Ok(rows.into_iter().map(shown).collect())
}
