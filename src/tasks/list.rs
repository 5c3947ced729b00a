//! What the list of tasks can show and be asked.

use super::{Priority, Related, Status};
use crate::{
    db::types::{TaskId, UserId},
    lists::{Cell, Column, Filter, HasId, Kind as Sort, List, Test},
    records::{RecordKind, RecordRef},
    ui::{Page, format},
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamp};

pub static TASKS: List = List {
    noun: "tasks",
    one: "task",
    table: "tasks",
    kind: RecordKind::Task,
    columns: &[
        Column { key: "subject", label: "Subject", sort: None, class: "", shown: true },
        Column { key: "kind", label: "Kind", sort: None, class: "less", shown: true },
        Column {
            key: "due",
            label: "Due",
            sort: Some(("coalesce(tasks.due_on, {far})", Sort::Date)),
            class: "",
            shown: true,
        },
        Column { key: "related", label: "About", sort: None, class: "", shown: true },
        Column { key: "priority", label: "Priority", sort: None, class: "less", shown: true },
        Column { key: "owner", label: "Owner", sort: None, class: "less", shown: true },
        Column { key: "done", label: "Done", sort: None, class: "", shown: true },
        Column { key: "outcome", label: "Outcome", sort: None, class: "less", shown: false },
        Column {
            key: "updated",
            label: "Changed",
            sort: Some(("tasks.updated_at", Sort::Time)),
            class: "num less",
            shown: false,
        },
    ],
    filters: &[
        Filter { key: "q", label: "Words", test: Test::Words },
        Filter { key: "owner", label: "Owner", test: Test::Owner },
        Filter { key: "team", label: "Team", test: Test::Team },
        Filter { key: "status", label: "Status", test: Test::Choice("tasks.status") },
        Filter { key: "kind", label: "Kind", test: Test::Choice("tasks.kind") },
        Filter { key: "priority", label: "Priority", test: Test::Choice("tasks.priority") },
        Filter { key: "due", label: "Due", test: Test::Due("tasks.due_on", "tasks.due_at") },
        Filter {
            key: "overdue",
            label: "Overdue",
            test: Test::Past("tasks.due_on", "tasks.due_at", "tasks.status = 'open'"),
        },
        Filter { key: "about", label: "About", test: Test::Linked("task_links", "task_id") },
        Filter { key: "updated", label: "Changed", test: Test::Moment("tasks.updated_at") },
    ],
    sort: "due",
    owned: true,
    always: "",
};

pub(super) const SELECT: &str = "tasks.id, tasks.subject, tasks.status, tasks.priority, tasks.due_on, \
     tasks.due_at, tasks.owner_id, tasks.outcome, tasks.updated_at, tasks.recurrence, \
     (SELECT y.name FROM task_types y WHERE y.key = tasks.kind), \
     (SELECT y.icon FROM task_types y WHERE y.key = tasks.kind)";
pub(super) type SelectTypes = (
    BigInt,
    Text,
    Text,
    Text,
    Nullable<Date>,
    Nullable<Timestamp>,
    Nullable<BigInt>,
    Text,
    Timestamp,
    Text,
    Nullable<Text>,
    Nullable<Text>,
);

#[derive(Clone, Debug, Queryable)]
pub(super) struct Base {
    pub id: TaskId,
    pub subject: String,
    pub status: Status,
    pub priority: Priority,
    pub due_on: Option<NaiveDate>,
    pub due_at: Option<NaiveDateTime>,
    pub owner_id: Option<UserId>,
    pub outcome: String,
    pub updated_at: NaiveDateTime,
    pub recurrence: String,
    pub kind_name: Option<String>,
    pub icon: Option<String>,
}

/// A task as lists show it.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: TaskId,
    pub subject: String,
    pub status: Status,
    pub priority: Priority,
    pub due_on: Option<NaiveDate>,
    pub due_at: Option<NaiveDateTime>,
    pub owner_id: Option<UserId>,
    pub outcome: String,
    pub updated_at: NaiveDateTime,
    /// Its rule, if it comes again.
    pub recurrence: String,
    pub kind_name: String,
    pub icon: String,
    pub related: Vec<Related>,
}

impl Row {
    pub(super) fn new(base: Base, related: Vec<Related>) -> Self {
        Self {
            id: base.id,
            subject: base.subject,
            status: base.status,
            priority: base.priority,
            due_on: base.due_on,
            due_at: base.due_at,
            owner_id: base.owner_id,
            outcome: base.outcome,
            updated_at: base.updated_at,
            recurrence: base.recurrence,
            kind_name: base.kind_name.unwrap_or_default(),
            icon: base.icon.unwrap_or_else(|| "task".into()),
            related,
        }
    }

    /// A whole task, less what lists do not show.
    pub(super) fn of(task: &super::Task) -> Self {
        Self {
            id: task.id,
            subject: task.subject.clone(),
            status: task.status,
            priority: task.priority,
            due_on: task.due.map(|d| d.on),
            due_at: task.due.and_then(|d| d.at),
            owner_id: task.owner_id,
            outcome: task.outcome.clone(),
            updated_at: task.updated_at,
            recurrence: task.recurrence.clone(),
            kind_name: task.kind.name.clone(),
            icon: task.kind.icon.clone(),
            related: task.related.clone(),
        }
    }

    pub fn url(&self) -> String {
        RecordRef::from(self.id).url()
    }

    /// The page it stands on, for addresses.
    pub fn back(&self, page: &Page) -> String {
        serde_urlencoded::to_string([("back", &page.here)]).unwrap_or_default()
    }

    pub fn is_done(&self) -> bool {
        self.status == Status::Done
    }

    /// The day it is due where the reader is.
    pub fn day(&self, page: &Page) -> Option<NaiveDate> {
        day(page, self.due_on, self.due_at)
    }

    pub fn is_overdue(&self, page: &Page) -> bool {
        !self.is_done() && is_past(page, self.due_on, self.due_at)
    }

    /// "Yesterday 16:00", "13:00" for today, "Friday", a date; empty without a due date.
    pub fn due_in_words(&self, page: &Page) -> String {
        due_in_words(page, self.due_on, self.due_at)
    }

    /// For a `title`: the whole date.
    pub fn due_exact(&self, page: &Page) -> String {
        match (self.due_at, self.due_on) {
            (Some(at), _) => page.moment(at),
            (None, Some(on)) => format!("{} {}", on.format("%a"), page.date(on)),
            (None, None) => String::new(),
        }
    }

    /// For `datetime` attributes.
    pub fn due_iso(&self, page: &Page) -> String {
        match (self.due_at, self.due_on) {
            (Some(at), _) => page.iso(at),
            (None, Some(on)) => on.to_string(),
            (None, None) => String::new(),
        }
    }

    /// What it is about, on one line.
    pub fn about(&self) -> String {
        self.related.iter().map(|r| r.title.as_str()).collect::<Vec<_>>().join(", ")
    }
}

pub(super) fn day(page: &Page, on: Option<NaiveDate>, at: Option<NaiveDateTime>) -> Option<NaiveDate> {
    at.map(|at| format::local(at, page.zone).date_naive()).or(on)
}

/// With a time, past when that has come; without, when its day is over where the reader is.
pub(super) fn is_past(page: &Page, on: Option<NaiveDate>, at: Option<NaiveDateTime>) -> bool {
    match (at, on) {
        (Some(at), _) => at < page.now,
        (None, Some(on)) => on < page.today(),
        (None, None) => false,
    }
}

pub(super) fn due_in_words(page: &Page, on: Option<NaiveDate>, at: Option<NaiveDateTime>) -> String {
    let Some(day) = day(page, on, at) else { return String::new() };
    let clock = at.map(|at| page.locale.clock(&format::local(at, page.zone)));
    let mut words = page.day(day);
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    match clock {
        Some(clock) if day == page.today() => clock,
        Some(clock) => format!("{words} {clock}"),
        None => words,
    }
}

impl HasId for Row {
    fn id(&self) -> i64 {
        self.id.0
    }
}

pub(super) fn cell(page: &Page, row: &Row, key: &str) -> Cell {
    match key {
        "subject" => Cell::Name { url: row.url(), text: row.subject.clone(), avatar: None },
        "kind" => Cell::Text(row.kind_name.clone()),
        "due" => match row.day(page) {
            Some(day) => Cell::Date {
                shown: row.due_in_words(page),
                plain: row.due_at.map_or_else(|| day.to_string(), |at| page.iso(at)),
                past: row.is_overdue(page),
            },
            None => Cell::None,
        },
        "related" => match row.related.as_slice() {
            [] => Cell::None,
            [one] => Cell::Link { url: one.record.url(), text: one.title.clone() },
            [first, ..] => Cell::Link { url: first.record.url(), text: row.about() },
        },
        "priority" if row.priority == Priority::Normal => Cell::None,
        "priority" => Cell::Text(row.priority.label().into()),
        "owner" => Cell::owner(page, row.owner_id),
        "done" => Cell::Tick {
            url: format!("{}/{}", row.url(), if row.is_done() { "reopening" } else { "completion" }),
            name: row.subject.clone(),
            done: row.is_done(),
        },
        "outcome" => Cell::text(Some(&row.outcome)),
        "updated" => Cell::moment(page, row.updated_at),
        _ => Cell::None,
    }
}
