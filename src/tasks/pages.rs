//! The pages of tasks.

use super::{
    Row, Task, bin,
    form::TaskForm,
    links,
    list::{self, TASKS},
    passing, store,
    types::{self, TaskType},
};
use crate::{
    auth::entrance,
    db::types::TaskId,
    error::Error,
    lists::{self, Again, Request, Tab, Table},
    playbooks,
    records::{RecordKind, RecordRef, summary},
    timeline::Stream,
    ui::{Flash, Page},
    web::{Answer, App, Fields, Manager, Query, SignedIn, conflict, page, page_with, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "tasks/index.html")]
struct TaskIndex {
    page: Page,
    table: Table,
    tabs: Vec<Tab>,
}

#[derive(Template)]
#[template(path = "tasks/show.html")]
struct TaskShow {
    page: Page,
    task: Task,
    /// The same as lists show it, for its dates in words.
    row: Row,
    stream: Stream,
    /// The playbook that it is of.
    playbook: Option<String>,
}

impl TaskShow {
    /// Its rule, or empty.
    fn words(&self) -> String {
        let rule = super::recurrence::Rule::parse(&self.task.recurrence);
        rule.map(|r| r.words(self.task.occurs_on, self.page.locale)).unwrap_or_default()
    }
}

#[derive(Template)]
#[template(path = "tasks/form.html")]
pub(super) struct TaskEdit {
    page: Page,
    /// `None` for a new one.
    task: Option<(TaskId, String, i64)>,
    form: TaskForm,
    /// What can be added to what it is about, before anything is typed.
    offered: Vec<(String, String, bool)>,
    /// Where a new one leads.
    back: String,
}

impl TaskEdit {
    fn words(&self) -> String {
        self.form.rule_in_words(&self.page)
    }
}

#[derive(Template)]
#[template(path = "tasks/options.html")]
struct TaskOptions {
    /// Value, title, second word.
    options: Vec<(String, String, String)>,
}

/// `GET /tasks`
pub async fn index(who: SignedIn, app: App, query: Query) -> Answer {
    drawn_list(who.0, &app, &query, None).await
}

/// The list, perhaps again with a selection that was not accepted.
pub(super) async fn drawn_list(reader: Page, app: &App, query: &Query, again: Option<Again>) -> Answer {
    let who = reader;
    let request = Request::parse(&TASKS, query);
    let (reader, asked, state) = (who.clone(), request.clone(), app.clone());
    let about = links::parse(query.one("about"));
    let views = [
        ("Mine, open", "owner=me&status=open".to_owned()),
        ("Overdue", "owner=me&status=open&overdue=yes".to_owned()),
        ("Today", "owner=me&status=open&due.from=today&due.to=today".to_owned()),
        ("Done", "owner=me&status=done&sort=-updated".to_owned()),
        ("All", String::new()),
    ];
    let (slice, count, tabs, about, kinds) = app
        .db
        .read(move |conn| {
            let slice = store::fetch(conn, &asked, &reader)?;
            let count = lists::count(conn, &state, &TASKS, &asked, &reader)?;
            let about = about.and_then(|record| summary(conn, &reader.viewer, record).ok());
            let tabs = lists::counted_tabs(conn, &state, &reader, &TASKS, &asked, &views, count)?;
            Ok((slice, count, tabs, about, types::all(conn)?))
        })
        .await?;
    let choices = HashMap::from([
        ("status", super::Status::choices()),
        ("kind", kinds.into_iter().map(|t: TaskType| (t.key, t.name)).collect()),
        ("priority", super::Priority::choices()),
        ("about", about.into_iter().map(|s| (links::value(s.record), s.title)).collect()),
    ]);
    let mut table = Table::new(
        &TASKS,
        "Tasks",
        &request,
        &who,
        slice,
        count,
        choices,
        |row: &Row, key| list::cell(&who, row, key),
        |row| (row.id.0, row.subject.clone()),
    );
    tick_first(&mut table, &request);
    let table = table.selectable(&who, again.as_ref()).offering(&passing::DEEDS);
    page_with(lists::status(again.as_ref()), &TaskIndex { page: who, table, tabs })
}

/// `GET /tasks.csv`
pub async fn export(who: SignedIn, app: App, query: Query) -> Answer {
    let request = Request::parse(&TASKS, &query);
    Ok(lists::csv(app, who.0, &TASKS, request, store::fetch, list::cell))
}

/// `GET /tasks/options`: options of records that a task can be about, perhaps of one kind alone.
pub async fn options(who: SignedIn, app: App, query: Query) -> Answer {
    let (viewer, text) = (who.viewer.clone(), query.one("q").to_owned());
    let found = app.db.read_slowly(move |conn| links::candidates(conn, &viewer, &text)).await?;
    let only = RecordKind::parse(query.one("kind"));
    let options = found
        .into_iter()
        .filter(|(related, _)| only.is_none_or(|kind| related.record.kind == kind))
        .map(|(related, detail)| (related.value(), related.title, links::note(related.record.kind, detail.as_deref())))
        .collect();
    page(&TaskOptions { options })
}

/// Puts the ticks before the subjects, as on every other page: one reads, and goes by keyboard, from the tick to the rest.
fn tick_first(table: &mut Table, request: &Request) {
    let Some(at) = request.columns.iter().position(|column| column.key == "done") else { return };
    table.head[..=at].rotate_right(1);
    table.head[0].class = "done";
    for row in &mut table.rows {
        row.cells[..=at].rotate_right(1);
        row.cells[0].0 = "done";
    }
}

/// `GET /tasks/{id}`
pub async fn show(who: SignedIn, app: App, id: Path<TaskId>, query: Query) -> Answer {
    let (reader, id) = (who.0.clone(), *id);
    let (task, stream, playbook) = app
        .db
        .read(move |conn| {
            let task = store::get(conn, &reader.viewer, id)?;
            let playbook = playbooks::of_task(conn, id)?;
            Ok((task, Stream::load(conn, &reader, RecordRef::from(id), &query)?, playbook))
        })
        .await?;
    let row = Row::of(&task);
    page(&TaskShow { page: who.0, task, row, stream, playbook })
}

/// `GET /tasks/new`
pub async fn new(who: SignedIn, app: App, query: Query) -> Answer {
    let form = TaskForm::blank(&who.0, &query);
    let template = drawn(&who.0, &app, None, form).await?;
    page(&template)
}

/// `POST /tasks`
pub async fn create(who: SignedIn, app: App, fields: Fields) -> Answer {
    let mut form = TaskForm::read(&fields);
    form.types = app.db.read(types::all).await?;
    let Some(input) = form.check(&who.0, None) else {
        return redraw(&drawn(&who.0, &app, None, form).await?);
    };
    let (viewer, now) = (who.viewer.clone(), who.now);
    // Back to the page or the record it was added from; a task on its own shows itself.
    let about = input.about.first().copied();
    let id = match app.db.write(move |conn| store::create(conn, &viewer, &input, now)).await {
        Err(Error::Refused(sentence)) => {
            form.errors.push(("add".into(), sentence));
            return redraw(&drawn(&who.0, &app, None, form).await?);
        }
        made => made?,
    };
    let url = way_back(&Query::default(), &fields).unwrap_or_else(|| about.unwrap_or_else(|| id.into()).url());
    let flash = Flash::new("Task added").with_undo(format!("{}/deletion?back={url}", RecordRef::from(id).url()));
    Ok(see_other_with(url, flash))
}

/// `GET /tasks/{id}/edit`
pub async fn edit(who: SignedIn, app: App, id: Path<TaskId>) -> Answer {
    let (viewer, id) = (who.viewer.clone(), *id);
    let task = app.db.read(move |conn| store::get(conn, &viewer, id)).await?;
    let mut form = TaskForm::of(&task, &who.0);
    form.was = conflict::was(&form.entries(&who.0));
    let template = drawn(&who.0, &app, Some((id, task.subject, task.version)), form).await?;
    page(&template)
}

/// `POST /tasks/{id}`
pub async fn update(who: SignedIn, app: App, id: Path<TaskId>, fields: Fields) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let fields = fields.resolved();
    let version = fields.version();
    let mut form = TaskForm::read(&fields);
    form.types = app.db.read(types::all).await?;
    let reader = viewer.clone();
    let task = app.db.read(move |conn| store::get(conn, &reader, id)).await?;
    let Some(input) = form.check(&who.0, Some(&task)) else {
        return redraw(&drawn(&who.0, &app, Some((id, task.subject, version)), form).await?);
    };
    let outcome = app
        .db
        .write(move |conn| {
            let task = store::get(conn, &viewer, id)?;
            // Checked against what it was a moment ago; a task saved since has another version.
            let saved = task.version == version && store::update(conn, &viewer, &task, version, &input, now)?;
            Ok((task, saved))
        })
        .await;
    let (task, saved) = match outcome {
        Err(Error::Refused(sentence)) => {
            form.errors.push(("add".into(), sentence));
            return redraw(&drawn(&who.0, &app, Some((id, task.subject, version)), form).await?);
        }
        outcome => outcome?,
    };
    let url = RecordRef::from(id).url();
    if saved {
        return Ok(see_other_with(url, Flash::new("Task saved")));
    }
    let was = std::mem::take(&mut form.was);
    let mine = drawn(&who.0, &app, None, form).await?.form.entries(&who.0);
    let theirs = TaskForm::of(&task, &who.0).entries(&who.0);
    conflict::answer(who.0, &task.subject, url.clone(), url, task.version, &was, mine, theirs)
}

/// `POST /tasks/{id}/completion`
pub async fn complete(who: SignedIn, app: App, id: Path<TaskId>, query: Query, fields: Fields) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let outcome: String = fields.one("outcome").trim().chars().take(2_000).collect();
    let task = app.db.write(move |conn| store::complete(conn, &viewer, id, &outcome, now)).await?;
    let back = way_back(&query, &fields).unwrap_or_else(|| RecordRef::from(id).url());
    let flash = Flash::new(format!("“{}” is done", task.subject)).with_undo(with_back(id, "reopening", &back));
    let flash = flash.with_more("What came of it?", with_back(id, "follow-up/new", &back));
    Ok(see_other_with(back, flash))
}

/// `POST /tasks/{id}/reopening`
pub async fn reopen(who: SignedIn, app: App, id: Path<TaskId>, query: Query, fields: Fields) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let task = app.db.write(move |conn| store::reopen(conn, &viewer, id, now)).await?;
    let back = way_back(&query, &fields).unwrap_or_else(|| RecordRef::from(id).url());
    Ok(see_other_with(back, Flash::new(format!("“{}” is open again", task.subject))))
}

/// `POST /tasks/{id}/deletion`
pub async fn destroy(who: SignedIn, app: App, id: Path<TaskId>, query: Query, fields: Fields) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let task = app.db.write(move |conn| bin::delete(conn, &viewer, id, now)).await?;
    let flash = Flash::new(format!("{} moved to the bin", task.subject))
        .with_undo(format!("{}/restoration", RecordRef::from(id).url()));
    let own = RecordRef::from(id).url();
    let back = way_back(&query, &fields).filter(|b| *b != own);
    Ok(see_other_with(back.unwrap_or_else(|| "/tasks?owner=me&status=open".into()), flash))
}

/// `POST /tasks/{id}/restoration`
pub async fn restore(who: SignedIn, app: App, id: Path<TaskId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    app.db.write(move |conn| bin::restore(conn, &viewer, id, now)).await?;
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Task restored")))
}

/// `POST /tasks/{id}/erasure`
pub async fn erase(who: Manager, app: App, id: Path<TaskId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    app.db.write(move |conn| bin::erase(conn, &viewer, id, now)).await?;
    Ok(see_other_with("/bin", Flash::new("Erased for good")))
}

/// The page on which a task was acted on: an address of ours.
pub(super) fn way_back(query: &Query, fields: &Fields) -> Option<String> {
    [fields.one("back"), query.one("back")].into_iter().map(entrance::safe_next).find(|url| !url.is_empty())
}

pub(super) fn with_back(id: TaskId, verb: &str, back: &str) -> String {
    let query = serde_urlencoded::to_string([("back", back)]).unwrap_or_default();
    format!("{}/{verb}?{query}", RecordRef::from(id).url())
}

/// The form with what its selects offer and the titles of what it names.
pub(super) async fn drawn(
    reader: &Page,
    app: &App,
    task: Option<(TaskId, String, i64)>,
    mut form: TaskForm,
) -> Result<TaskEdit, Error> {
    let (viewer, named) = (reader.viewer.clone(), form.records());
    let (related, offered, types) = app
        .db
        .read(move |conn| {
            let mut related = Vec::new();
            for record in named {
                if let Ok(found) = summary(conn, &viewer, record) {
                    related.push(super::Related { record, title: found.title });
                }
            }
            Ok((related, links::candidates(conn, &viewer, "")?, types::all(conn)?))
        })
        .await?;
    form.types = types;
    form.about = related.iter().map(super::Related::value).collect();
    let back = related.first().map_or_else(|| "/tasks?owner=me&status=open".to_owned(), |r| r.record.url());
    let mut options = vec![(String::new(), "None".to_owned(), true)];
    options.extend(
        offered
            .into_iter()
            .filter(|(r, _)| !related.contains(r))
            .map(|(r, _)| (r.value(), format!("{} ({})", r.title, r.record.kind.label().to_lowercase()), false)),
    );
    form.related = related;
    Ok(TaskEdit { page: reader.clone(), task, form, offered: options, back })
}
