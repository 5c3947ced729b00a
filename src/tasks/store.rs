//! Tasks in the database.

use super::{
    Priority, RecursFrom, Related, Row, Status,
    links::{self, audience},
    list,
    recurrence::Rule,
    series,
    types::{self, TaskType},
};
use crate::{
    auth::{Viewer, company, directory},
    db::{
        Conn,
        schema::{tasks, users},
        sql::{Sql, Value},
        types::{TaskId, UserId},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
    lists::{self, Request, Slice},
    records::RecordRef,
    search,
    ui::{Page, format},
};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

/// When a task is due: a day, perhaps with a time on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The day, where the person who set it is.
    pub on: NaiveDate,
    /// UTC.
    pub at: Option<NaiveDateTime>,
}

/// What a form or an import gives: already valid.
#[derive(Clone, Debug)]
pub struct Input {
    pub subject: String,
    /// Key of its type.
    pub kind: String,
    pub priority: Priority,
    pub due: Option<Due>,
    pub owner_id: Option<UserId>,
    /// Contacts, accounts and deals that it is about.
    pub about: Vec<RecordRef>,
    pub description: String,
    /// Minutes before it is due.
    pub remind_before: Option<i32>,
    /// A rule as `recurrence::Rule` writes it, or empty.
    pub recurrence: String,
    pub recurs_from: RecursFrom,
}

impl Default for Input {
    fn default() -> Self {
        Self {
            subject: String::new(),
            kind: types::TO_DO.into(),
            priority: Priority::Normal,
            due: None,
            owner_id: None,
            about: Vec::new(),
            description: String::new(),
            remind_before: None,
            recurrence: String::new(),
            recurs_from: RecursFrom::Due,
        }
    }
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = tasks)]
struct Base {
    id: TaskId,
    subject: String,
    kind: String,
    status: Status,
    priority: Priority,
    due_on: Option<NaiveDate>,
    due_at: Option<NaiveDateTime>,
    owner_id: Option<UserId>,
    description: String,
    outcome: String,
    done_at: Option<NaiveDateTime>,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
    deleted_at: Option<NaiveDateTime>,
    version: i64,
    remind_before: Option<i32>,
    recurrence: String,
    recurs_from: RecursFrom,
    occurs_on: Option<NaiveDate>,
    occurs_time: Option<NaiveTime>,
}

/// A task with everything its own page and form show.
#[derive(Clone, Debug)]
pub struct Task {
    pub id: TaskId,
    pub subject: String,
    pub kind: TaskType,
    pub status: Status,
    pub priority: Priority,
    pub due: Option<Due>,
    pub owner_id: Option<UserId>,
    pub description: String,
    /// What came of it, when it is done.
    pub outcome: String,
    pub done_at: Option<NaiveDateTime>,
    pub created_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
    pub deleted_at: Option<NaiveDateTime>,
    pub version: i64,
    pub remind_before: Option<i32>,
    pub recurrence: String,
    pub recurs_from: RecursFrom,
    /// The day, and the time on it where its owner is, that its rule has it on.
    pub occurs_on: Option<NaiveDate>,
    pub occurs_time: Option<NaiveTime>,
    /// Without what the viewer does not see.
    pub related: Vec<Related>,
}

impl Task {
    pub fn is_done(&self) -> bool {
        self.status == Status::Done
    }
}

/// One page of the list.
pub fn fetch(conn: &mut Conn, request: &Request, page: &Page) -> Result<Slice<Row>> {
    let slice = lists::fetch::<list::SelectTypes, list::Base>(conn, &list::TASKS, request, page, list::SELECT)?;
    Ok(Slice { rows: with_related(conn, &page.viewer, slice.rows)?, next: slice.next, previous: slice.previous })
}

pub(super) fn with_related(conn: &mut Conn, viewer: &Viewer, bases: Vec<list::Base>) -> Result<Vec<Row>> {
    let ids: Vec<TaskId> = bases.iter().map(|b| b.id).collect();
    let mut related = links::of_tasks(conn, viewer, &ids)?;
    Ok(bases
        .into_iter()
        .map(|base| {
            let about = related.remove(&base.id).unwrap_or_default();
            Row::new(base, about)
        })
        .collect())
}

/// A task outside the bin.
///
/// # Errors
/// `Error::NotFound` when it is absent, in the bin, or not this viewer's to see.
pub fn get(conn: &mut Conn, viewer: &Viewer, id: TaskId) -> Result<Task> {
    let task = any(conn, viewer, id)?;
    if task.deleted_at.is_some() { Err(Error::NotFound) } else { Ok(task) }
}

/// A task, be it in the bin.
pub fn any(conn: &mut Conn, viewer: &Viewer, id: TaskId) -> Result<Task> {
    let base: Base = tasks::table.find(id).select(Base::as_select()).first(conn)?;
    if !viewer.sees(base.owner_id) {
        return Err(Error::NotFound);
    }
    let related = links::of_tasks(conn, viewer, &[id])?.remove(&id).unwrap_or_default();
    Ok(Task {
        id: base.id,
        subject: base.subject,
        kind: types::get(conn, &base.kind)?,
        status: base.status,
        priority: base.priority,
        due: base.due_on.map(|on| Due { on, at: base.due_at }),
        owner_id: base.owner_id,
        description: base.description,
        outcome: base.outcome,
        done_at: base.done_at,
        created_at: base.created_at,
        updated_at: base.updated_at,
        deleted_at: base.deleted_at,
        version: base.version,
        remind_before: base.remind_before,
        recurrence: base.recurrence,
        recurs_from: base.recurs_from,
        occurs_on: base.occurs_on,
        occurs_time: base.occurs_time,
        related,
    })
}

/// The task with this subject and due day about this record, open or done: for imports, which must not double it.
pub fn find(
    conn: &mut Conn,
    subject: &str,
    due: Option<NaiveDate>,
    about: Option<RecordRef>,
) -> Result<Option<TaskId>> {
    let mut sql =
        Sql::new("SELECT t.id, t.subject FROM tasks t WHERE t.deleted_at IS NULL AND coalesce(t.due_on, {far}) = ");
    match due {
        Some(day) => sql.bind(Value::Date(day)),
        None => sql.push("{far}"),
    };
    sql.push(" AND t.subject = ").bind(Value::Text(subject.to_owned()));
    if let Some(record) = about {
        sql.push(" AND EXISTS (SELECT 1 FROM task_links l WHERE l.task_id = t.id AND l.record_kind = ");
        sql.bind(Value::Text(record.kind.text().into())).push(" AND l.record_id = ");
        sql.bind(Value::Int(record.id)).push(")");
    }
    sql.push(" ORDER BY t.id LIMIT 1");
    let rows: Vec<(TaskId, String)> = sql.load::<(BigInt, Text), _>(conn)?;
    Ok(rows.into_iter().next().map(|(id, _)| id))
}

/// Every scalar column of the form, for insert and update alike.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = tasks)]
#[diesel(treat_none_as_null = true)]
struct Columns<'a> {
    subject: &'a str,
    kind: &'a str,
    priority: Priority,
    due_on: Option<NaiveDate>,
    due_at: Option<NaiveDateTime>,
    owner_id: Option<UserId>,
    description: &'a str,
    remind_before: Option<i32>,
    recurrence: &'a str,
    recurs_from: RecursFrom,
}

fn columns(input: &Input) -> Columns<'_> {
    Columns {
        subject: &input.subject,
        kind: &input.kind,
        priority: input.priority,
        due_on: input.due.map(|d| d.on),
        due_at: input.due.and_then(|d| d.at),
        owner_id: input.owner_id,
        description: &input.description,
        remind_before: input.remind_before,
        recurrence: &input.recurrence,
        recurs_from: input.recurs_from,
    }
}

/// Adds an open task.
///
/// # Errors
/// `Error::Refused` when a record it is about is gone or not the viewer's to see.
pub fn create(conn: &mut Conn, viewer: &Viewer, new: &Input, at: NaiveDateTime) -> Result<TaskId> {
    let id: TaskId = diesel::insert_into(tasks::table)
        .values((columns(new), tasks::created_at.eq(at), tasks::updated_at.eq(at)))
        .returning(tasks::id)
        .get_result(conn)?;
    links::set(conn, viewer, id, &new.about)?;
    begin_series(conn, id, new)?;
    series::remind(conn, id, new, at)?;
    let change =
        Change::new(id, Action::Created, &new.subject).found_by(search::words(&new.subject)).given(None, new.owner_id);
    journal::record(conn, viewer, change, at)?;
    Ok(id)
}

/// Saves over the version that was read. `Ok(false)` when someone else saved in between.
pub fn update(
    conn: &mut Conn,
    viewer: &Viewer,
    before: &Task,
    version: i64,
    next: &Input,
    at: NaiveDateTime,
) -> Result<bool> {
    let rows = diesel::update(tasks::table.filter(tasks::id.eq(before.id)).filter(tasks::version.eq(version)))
        .set((columns(next), tasks::updated_at.eq(at), tasks::version.eq(version + 1)))
        .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    links::set(conn, viewer, before.id, &next.about)?;
    if (&before.recurrence, before.due, before.owner_id) != (&next.recurrence, next.due, next.owner_id) {
        begin_series(conn, before.id, next)?;
    }
    if (before.due, before.owner_id, before.remind_before) != (next.due, next.owner_id, next.remind_before) {
        series::remind(conn, before.id, next, at)?;
    }
    let change = differences(conn, viewer, before, next)?.found_by(search::words(&next.subject));
    journal::record(conn, viewer, change, at)?;
    Ok(true)
}

fn differences(conn: &mut Conn, viewer: &Viewer, before: &Task, next: &Input) -> Result<Change> {
    let time = |due: Option<Due>| due.and_then(|d| d.at).map(|at| at.format("%H:%M UTC").to_string());
    let now_about = links::of_tasks(conn, viewer, &[before.id])?.remove(&before.id).unwrap_or_default();
    let titles = |list: &[Related]| Some(list.iter().map(|r| r.title.as_str()).collect::<Vec<_>>().join(", "));
    let (mut old_owner, mut new_owner) = (None, None);
    if before.owner_id != next.owner_id {
        old_owner = directory::name_of(conn, before.owner_id)?;
        new_owner = directory::name_of(conn, next.owner_id)?;
    }
    let kind = types::get(conn, &next.kind)?;
    Ok(Change::new(before.id, Action::Updated, &next.subject)
        .field("Subject", Some(before.subject.clone()), Some(next.subject.clone()))
        .field("Kind", Some(before.kind.name.clone()), Some(kind.name))
        .date("Due", before.due.map(|d| d.on), next.due.map(|d| d.on))
        .field("Time", time(before.due), time(next.due))
        .field("Priority", Some(before.priority.label().into()), Some(next.priority.label().into()))
        .field("Owner", old_owner, new_owner)
        .given(before.owner_id, next.owner_id)
        .naming(
            "About",
            titles(&before.related),
            titles(&now_about),
            before.related.iter().chain(&now_about).map(|r| r.record),
        )
        .field("Repeats", rule_in_words(&before.recurrence), rule_in_words(&next.recurrence))
        .field("Notes", Some(before.description.clone()), Some(next.description.clone())))
}

/// Marks the task as done, with what came of it. Done already, it stays as it is.
pub fn complete(conn: &mut Conn, viewer: &Viewer, id: TaskId, outcome: &str, at: NaiveDateTime) -> Result<Task> {
    let task = get(conn, viewer, id)?;
    if task.is_done() {
        return Ok(task);
    }
    let rows = diesel::update(standing(id, Status::Open))
        .set((
            tasks::status.eq(Status::Done),
            tasks::done_at.eq(at),
            tasks::outcome.eq(outcome),
            tasks::updated_at.eq(at),
            tasks::version.eq(tasks::version + 1),
        ))
        .execute(conn)?;
    if rows == 0 {
        // Someone else was first: it is as they left it.
        return get(conn, viewer, id);
    }
    let change = Change::new(id, Action::Closed, &task.subject)
        .field("Outcome", None, Some(outcome.to_owned()))
        .also_on(audience(conn, id)?);
    journal::record(conn, viewer, change, at)?;
    series::go_on(conn, viewer, &task, at)?;
    Ok(task)
}

/// Says of a task that is done what came of it.
pub fn set_outcome(conn: &mut Conn, viewer: &Viewer, task: &Task, outcome: &str, at: NaiveDateTime) -> Result<()> {
    if outcome == task.outcome {
        return Ok(());
    }
    diesel::update(standing(task.id, Status::Done))
        .set((tasks::outcome.eq(outcome), tasks::updated_at.eq(at), tasks::version.eq(tasks::version + 1)))
        .execute(conn)?;
    let (before, after) = (Some(task.outcome.clone()), Some(outcome.to_owned()));
    let change = Change::new(task.id, Action::Updated, &task.subject)
        .field("Outcome", before.filter(|b| !b.is_empty()), after)
        .also_on(audience(conn, task.id)?);
    journal::record(conn, viewer, change, at)
}

/// A rule as the journal tells it.
pub(super) fn rule_in_words(text: &str) -> Option<String> {
    Rule::parse(text).map(|rule| rule.words(None, crate::ui::Locale::of("en-GB")))
}

/// The first day of the task's rule is the one it is due on, at the time it has then where its owner is.
fn begin_series(conn: &mut Conn, id: TaskId, input: &Input) -> Result<()> {
    let (mut day, mut time) = (None, None);
    if let (false, Some(due)) = (input.recurrence.is_empty(), input.due) {
        let zone = zone_of(conn, input.owner_id)?;
        let local = due.at.map(|at| format::local(at, zone).naive_local());
        (day, time) = (Some(local.map_or(due.on, |l| l.date())), local.map(|l| l.time()));
    }
    diesel::update(tasks::table.find(id)).set((tasks::occurs_on.eq(day), tasks::occurs_time.eq(time))).execute(conn)?;
    Ok(())
}

/// Where an owner is; where the company is for nobody.
pub(super) fn zone_of(conn: &mut Conn, owner: Option<UserId>) -> Result<Tz> {
    let own: Option<String> = match owner {
        Some(id) => users::table.find(id).select(users::time_zone).first(conn).optional()?,
        None => None,
    };
    match own.and_then(|name| name.parse().ok()) {
        Some(zone) => Ok(zone),
        None => Ok(company::find(conn)?.map_or(Tz::UTC, |c| c.time_zone)),
    }
}

/// The task, outside the bin, while it stands so.
#[diesel::dsl::auto_type]
fn standing(id: TaskId, status: Status) -> _ {
    tasks::table.filter(tasks::id.eq(id)).filter(tasks::deleted_at.is_null()).filter(tasks::status.eq(status))
}

/// Opens a task that was done, as if it had not been. Open already, it stays as it is.
pub fn reopen(conn: &mut Conn, viewer: &Viewer, id: TaskId, at: NaiveDateTime) -> Result<Task> {
    let task = get(conn, viewer, id)?;
    if !task.is_done() {
        return Ok(task);
    }
    let rows = diesel::update(standing(id, Status::Done))
        .set((
            tasks::status.eq(Status::Open),
            tasks::done_at.eq(None::<NaiveDateTime>),
            tasks::outcome.eq(""),
            tasks::updated_at.eq(at),
            tasks::version.eq(tasks::version + 1),
        ))
        .execute(conn)?;
    if rows == 0 {
        // Someone else was first: it is as they left it.
        return get(conn, viewer, id);
    }
    series::go_back(conn, viewer, id, at)?;
    let change = Change::new(id, Action::Reopened, &task.subject)
        .field("Outcome", Some(task.outcome.clone()), None)
        .also_on(audience(conn, id)?);
    journal::record(conn, viewer, change, at)?;
    Ok(task)
}
