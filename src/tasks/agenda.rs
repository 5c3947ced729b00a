//! Tasks as other pages show them: those about a record, and what a person has to do today.

use super::{Row, Status, links, list, store::with_related};
use crate::{
    auth::{Scope, Viewer},
    db::{
        Conn,
        sql::{Sql, Value},
        types::{TaskId, UserId},
    },
    error::Result,
    records::RecordRef,
    ui::Page,
};
use chrono::{Duration, NaiveDateTime};

/// The tasks about one record, as its page shows them (`templates/tasks/block.html`).
#[derive(Clone, Debug)]
pub struct Block {
    pub record: RecordRef,
    /// Open ones, soonest first, then the latest done ones.
    pub rows: Vec<Row>,
    /// More are open than are shown.
    pub more: bool,
}

impl Block {
    /// `deal:7`: how addresses name the record.
    pub fn about(&self) -> String {
        links::value(self.record)
    }

    pub fn open(&self) -> usize {
        self.rows.iter().filter(|r| !r.is_done()).count()
    }
}

/// Open ones that a record's page shows.
const SHOWN: usize = 12;

/// The tasks about a record.
pub fn of_record(conn: &mut Conn, viewer: &Viewer, record: RecordRef) -> Result<Block> {
    let mut rows = Vec::new();
    for (status, order, limit) in [
        (Status::Open, "coalesce(tasks.due_on, {far}), tasks.due_at, tasks.id", 13),
        (Status::Done, "tasks.done_at DESC, tasks.id DESC", 3),
    ] {
        let mut sql = Sql::new(format!(
            "SELECT {} FROM task_links l JOIN tasks ON tasks.id = l.task_id WHERE l.record_kind = ",
            list::SELECT
        ));
        sql.bind(Value::Text(record.kind.text().into())).push(" AND l.record_id = ").bind(Value::Int(record.id));
        sql.push(" AND tasks.deleted_at IS NULL AND tasks.status = ").bind(Value::Text(status.text().into()));
        scoped(&mut sql, viewer);
        sql.push(format!(" ORDER BY {order} LIMIT ")).bind(Value::Int(limit));
        rows.extend(sql.load::<list::SelectTypes, list::Base>(conn)?);
    }
    let mut rows = with_related(conn, viewer, rows)?;
    for row in &mut rows {
        row.related.retain(|r| r.record != record);
    }
    let mut block = Block { record, rows, more: false };
    if block.open() > SHOWN {
        block.rows.remove(SHOWN);
        block.more = true;
    }
    Ok(block)
}

/// A person's open tasks that have a time from one moment until before another, soonest first: for calendars.
pub fn timed(
    conn: &mut Conn,
    viewer: &Viewer,
    owner: UserId,
    (from, to): (NaiveDateTime, NaiveDateTime),
) -> Result<Vec<Row>> {
    let mut sql = Sql::new(format!("SELECT {} FROM tasks WHERE tasks.deleted_at IS NULL", list::SELECT));
    sql.push(" AND tasks.owner_id = ").bind(Value::Int(owner.0));
    sql.push(" AND tasks.status = ").bind(Value::Text(Status::Open.text().into()));
    // The day is that of whoever set it: one more on both sides.
    sql.push(" AND coalesce(tasks.due_on, {far}) >= ").bind(Value::Date((from - Duration::days(1)).date()));
    sql.push(" AND coalesce(tasks.due_on, {far}) <= ").bind(Value::Date((to + Duration::days(1)).date()));
    sql.push(" AND tasks.due_at >= ").bind(Value::Time(from)).push(" AND tasks.due_at < ").bind(Value::Time(to));
    scoped(&mut sql, viewer);
    sql.push(" ORDER BY tasks.due_at, tasks.id LIMIT 200");
    let bases: Vec<list::Base> = sql.load::<list::SelectTypes, list::Base>(conn)?;
    Ok(bases.into_iter().map(|base| Row::new(base, Vec::new())).collect())
}

/// What one person has to do by tonight.
#[derive(Clone, Debug)]
pub struct Agenda {
    /// Overdue ones first, then those of today, soonest first.
    pub rows: Vec<Row>,
    /// Of all of them, not only those in `rows`; counted up to [`Agenda::COUNTED`].
    pub overdue: usize,
    pub today: usize,
}

impl Agenda {
    /// Tasks that are looked at to count.
    pub const COUNTED: usize = 200;

    /// Reads it from the index of owner, status and day.
    pub fn load(conn: &mut Conn, page: &Page, most: usize) -> Result<Self> {
        let mut sql = Sql::new(format!("SELECT {} FROM tasks WHERE tasks.deleted_at IS NULL", list::SELECT));
        sql.push(" AND tasks.owner_id = ").bind(Value::Int(page.me.id.0));
        sql.push(" AND tasks.status = ").bind(Value::Text(Status::Open.text().into()));
        // The owner set the day where they were then; here it can be the one after.
        let last = page.today().succ_opt().unwrap_or_else(|| page.today());
        sql.push(" AND coalesce(tasks.due_on, {far}) <= ").bind(Value::Date(last));
        sql.push(" ORDER BY coalesce(tasks.due_on, {far}), tasks.id LIMIT ");
        sql.bind(Value::Int(i64::try_from(Self::COUNTED).unwrap_or(i64::MAX)));
        let bases: Vec<list::Base> = sql.load::<list::SelectTypes, list::Base>(conn)?;
        let mut rows: Vec<Row> = bases.into_iter().map(|base| Row::new(base, Vec::new())).collect();
        rows.retain(|row| row.day(page).is_some_and(|day| day <= page.today()));
        // A time before a day without one: the day lasts until tonight.
        rows.sort_by_key(|row| (!row.is_overdue(page), row.day(page), row.due_at.is_none(), row.due_at, row.id));
        let overdue = rows.iter().filter(|row| row.is_overdue(page)).count();
        let today = rows.len() - overdue;
        rows.truncate(most);
        let ids: Vec<TaskId> = rows.iter().map(|row| row.id).collect();
        let mut related = links::of_tasks(conn, &page.viewer, &ids)?;
        for row in &mut rows {
            row.related = related.remove(&row.id).unwrap_or_default();
        }
        Ok(Self { rows, overdue, today })
    }
}

fn scoped(sql: &mut Sql, viewer: &Viewer) {
    if let Scope::Owners(owners) = &viewer.scope {
        sql.push(" AND (tasks.owner_id IS NULL OR tasks.owner_id IN (").bind_ints(owners).push("))");
    }
}
