//! Pages that change tasks in passing: a line that says a new one, later, to someone else, several at once.

use super::{
    Task, bin, entry,
    form::TaskForm,
    list::TASKS,
    pages::{self, way_back, with_back},
    steps::{self, Step},
    store::{self, Due},
    types,
};
use crate::{
    auth::token,
    db::types::TaskId,
    error::Error,
    lists::{Again, Deed, Extra, Selection, Undo},
    records::RecordRef,
    ui::{Flash, Page, PersonField, format},
    web::{Answer, App, Fields, Query, SignedIn, page, page_with, redraw, see_other_with},
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;
use chrono::{Datelike, Days, Duration, NaiveDate};

#[derive(Template)]
#[template(path = "tasks/understood.html")]
struct Understood {
    facts: Vec<(&'static str, String)>,
    wrong: Vec<String>,
}

/// `GET /tasks/understood?words=…`: what a line says, for the script beside it.
pub async fn understood(who: SignedIn, app: App, query: Query) -> Answer {
    let said = entry::read(&who.0, query.one("words"));
    let mut form = TaskForm::blank(&who.0, &Query::default());
    form.types = app.db.read(types::all).await?;
    page(&Understood { facts: entry::told(&form, &said, &who.0), wrong: said.wrong })
}

/// `POST /tasks/quick`: adds what a line says when its reader has seen what was understood (`seen` holds the line), else
/// draws the form filled with it.
pub async fn create(who: SignedIn, app: App, fields: Fields) -> Answer {
    let words = fields.one("words").trim();
    let said = entry::read(&who.0, words);
    let mut form = TaskForm::blank(&who.0, &fields);
    form.types = app.db.read(types::all).await?;
    entry::fill(&mut form, &said, &who.0);
    form.understood = entry::told(&form, &said, &who.0);
    form.back = way_back(&Query::default(), &fields).unwrap_or_default();
    let errors = std::mem::take(&mut form.errors);
    let input = form.check(&who.0, None);
    form.errors.splice(0..0, errors);
    form.errors.dedup();
    let seen = !words.is_empty() && fields.one("seen").trim() == words;
    match input.filter(|_| form.errors.is_empty()) {
        Some(input) if seen => {
            let (viewer, now) = (who.viewer.clone(), who.now);
            let id = app.db.write(move |conn| store::create(conn, &viewer, &input, now)).await?;
            let url = way_back(&Query::default(), &fields).unwrap_or_else(|| RecordRef::from(id).url());
            let flash = Flash::new(format!("“{}” added", form.subject)).with_undo(with_back(id, "deletion", &url));
            Ok(see_other_with(url, flash))
        }
        Some(_) => page(&pages::drawn(&who.0, &app, None, form).await?),
        None => redraw(&pages::drawn(&who.0, &app, None, form).await?),
    }
}

#[derive(Template)]
#[template(path = "tasks/passing.html")]
struct Passing {
    page: Page,
    task: Task,
    /// Where it was asked from.
    back: String,
    on: String,
    time: String,
    owners: PersonField,
    /// (id of the field, sentence)
    errors: Vec<(String, String)>,
}

impl Passing {
    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }
}

/// `GET /tasks/{id}/steps/new`: later, or to someone else.
pub async fn new(who: SignedIn, app: App, id: Path<TaskId>, query: Query) -> Answer {
    drawn(who.0, &app, *id, &query, &Fields::default(), None).await
}

async fn drawn(
    reader: Page,
    app: &App,
    id: TaskId,
    query: &Query,
    fields: &Fields,
    wrong: Option<(&str, String)>,
) -> Answer {
    let viewer = reader.viewer.clone();
    let task = app.db.read(move |conn| store::get(conn, &viewer, id)).await?;
    let form = TaskForm::of(&task, &reader);
    let typed = |name: &str, kept: String| if fields.has(name) { fields.one(name).to_owned() } else { kept };
    let owner = if fields.has("owner") { fields.person("owner") } else { form.owner.clone() };
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let passing = Passing {
        back: way_back(query, fields).unwrap_or_else(|| RecordRef::from(id).url()),
        on: typed("on", form.due),
        time: typed("time", form.time),
        owners: reader.owners(&owner),
        errors: wrong.map(|(field, sentence)| (field.to_owned(), sentence)).into_iter().collect(),
        page: reader,
        task,
    };
    page_with(status, &passing)
}

/// `POST /tasks/{id}/steps`: `do` says what.
pub async fn step(who: SignedIn, app: App, id: Path<TaskId>, query: Query, fields: Fields) -> Answer {
    let (id, viewer) = (*id, who.viewer.clone());
    let task = app.db.read(move |conn| store::get(conn, &viewer, id)).await?;
    let asked = match fields.one("do") {
        "hour" => Ok(Step::Later(in_an_hour(&who.0))),
        "tomorrow" => Ok(Step::Later(on_day(&who.0, &task, tomorrow(&who.0)))),
        "week" => Ok(Step::Later(on_day(&who.0, &task, next_monday(&who.0)))),
        "date" => {
            let mut form =
                TaskForm { due: fields.one("on").into(), time: fields.one("time").into(), ..TaskForm::default() };
            match form.due_alone(&who.0) {
                Ok(Some(due)) => Ok(Step::Later(due)),
                Ok(None) => Err(("on", "Until when? Write a day.".to_owned())),
                Err((field, sentence)) => Err((if field == "due" { "on" } else { field }, sentence)),
            }
        }
        "assign" => {
            let typed = fields.person("owner");
            who.0.owner(&typed, task.owner_id).map(Step::Assign).map_err(|sentence| ("owner", sentence))
        }
        "skip" => Ok(Step::Skip),
        "end" => Ok(Step::End),
        _ => Err(("", "Choose what to do with the task.".to_owned())),
    };
    let step = match asked {
        Ok(step) => step,
        Err((field, sentence)) => return drawn(who.0, &app, id, &query, &fields, Some((field, sentence))).await,
    };
    let (viewer, now, batch) = (who.viewer.clone(), who.now, token::fresh()?);
    let name = batch.clone();
    let taken = app.db.write(move |conn| steps::take(conn, &viewer, id, step, &name, now)).await;
    match taken {
        Err(Error::Refused(sentence)) => {
            return drawn(who.0, &app, id, &query, &fields, Some(("", sentence))).await;
        }
        taken => taken?,
    }
    let back = way_back(&query, &fields).unwrap_or_else(|| RecordRef::from(id).url());
    let said = match step {
        Step::Later(due) => {
            let shown = super::list::due_in_words(&who.0, Some(due.on), due.at);
            format!("“{}” is due {shown}", task.subject)
        }
        Step::Assign(None) => format!("“{}” is nobody’s now", task.subject),
        Step::Assign(owner) => format!("“{}” is given to {}", task.subject, who.directory.name(owner)),
        Step::Skip => format!("“{}” waits for its next time", task.subject),
        Step::End => format!("“{}” comes no more after this one", task.subject),
    };
    Ok(see_other_with(&back, Flash::new(said).with_undo(undo_url(&batch, &back))))
}

/// `POST /tasks/steps/{batch}/undoing`
pub async fn undo(who: SignedIn, app: App, batch: Path<String>, query: Query, fields: Fields) -> Answer {
    let (viewer, now, batch) = (who.viewer.clone(), who.now, batch.into_inner());
    let undone = app.db.write(move |conn| steps::undo(conn, &viewer, &batch, now)).await?;
    let back = way_back(&query, &fields).unwrap_or_else(|| "/tasks?owner=me&status=open".into());
    let said = match undone {
        0 => "Somebody changed it since: it stays as it is".to_owned(),
        1 => "1 task is as it was".to_owned(),
        n => format!("{n} tasks are as they were"),
    };
    Ok(see_other_with(back, Flash::new(said)))
}

fn undo_url(batch: &str, back: &str) -> String {
    let query = serde_urlencoded::to_string([("back", back)]).unwrap_or_default();
    format!("/tasks/steps/{batch}/undoing?{query}")
}

/// What several tasks can be given to, besides an owner or the bin.
pub(super) static DEEDS: [Extra; 3] = [
    Extra { key: "complete", label: "Complete", icon: "check", done: "done" },
    Extra { key: "tomorrow", label: "Tomorrow", icon: "snooze", done: "due tomorrow" },
    Extra { key: "week", label: "Next week", icon: "snooze", done: "due next week" },
];

/// `POST /tasks/selection`
pub async fn change_selection(who: SignedIn, app: App, query: Query, fields: Fields) -> Answer {
    let (reader, address, typed, batch) = (who.0.clone(), query.clone(), fields.clone(), token::fresh()?);
    let name = batch.clone();
    let done = app
        .db
        .write(move |conn| {
            let selection = Selection::read_with(conn, &TASKS, &reader, &address, &typed, &DEEDS)?;
            let (viewer, now) = (&reader.viewer, reader.now);
            selection.each(|id, deed| {
                let id = TaskId(id);
                let later = |conn: &mut crate::db::Conn, day: NaiveDate| {
                    let task = store::get(conn, viewer, id)?;
                    if task.is_done() {
                        return Err(Error::NotFound);
                    }
                    steps::take(conn, viewer, id, Step::Later(on_day(&reader, &task, day)), &name, now)
                };
                let did = match deed {
                    Deed::Delete => bin::delete(conn, viewer, id, now).map(|_| ()),
                    Deed::Assign(owner) => {
                        if store::get(conn, viewer, id)?.is_done() {
                            return Err(Error::NotFound);
                        }
                        steps::take(conn, viewer, id, Step::Assign(owner), &name, now)
                    }
                    Deed::Extra(extra) if extra.key == "tomorrow" => later(conn, tomorrow(&reader)),
                    Deed::Extra(extra) if extra.key == "week" => later(conn, next_monday(&reader)),
                    Deed::Extra(_) => {
                        if store::get(conn, viewer, id)?.is_done() {
                            return Err(Error::NotFound);
                        }
                        store::complete(conn, viewer, id, "", now).map(|_| ())
                    }
                };
                // Its undo is a step of its own: whose it was stands there.
                did.map(|()| None)
            })
        })
        .await;
    match done {
        Ok(done) => {
            let back = done.back(&TASKS);
            let kept = done.deed().is_some_and(|deed| match deed {
                Deed::Extra(extra) => extra.key != "complete",
                Deed::Assign(_) => true,
                Deed::Delete => false,
            });
            Ok(done.answer_with(&TASKS, kept.then(|| undo_url(&batch, &back))))
        }
        Err(Error::Refused(sentence)) => {
            pages::drawn_list(who.0, &app, &query, Some(Again::new(sentence, &fields))).await
        }
        Err(error) => Err(error),
    }
}

/// `POST /tasks/restoration`: takes back what a selection moved to the bin or completed.
pub async fn restore_selection(who: SignedIn, app: App, query: Query) -> Answer {
    let reader = who.0;
    let undo = Undo::read(&TASKS, &query);
    let undone = app
        .db
        .write(move |conn| {
            undo.each(|id, _| {
                let task = store::any(conn, &reader.viewer, TaskId(id))?;
                if task.deleted_at.is_some() {
                    bin::restore(conn, &reader.viewer, TaskId(id), reader.now).map(|_| ())
                } else {
                    store::reopen(conn, &reader.viewer, TaskId(id), reader.now).map(|_| ())
                }
            })
        })
        .await?;
    Ok(undone.answer(&TASKS))
}

fn tomorrow(page: &Page) -> NaiveDate {
    page.today().succ_opt().unwrap_or_else(|| page.today())
}

fn next_monday(page: &Page) -> NaiveDate {
    let ahead = 7 - page.today().weekday().num_days_from_monday();
    page.today().checked_add_days(Days::new(ahead.into())).unwrap_or_else(|| page.today())
}

/// On another day, at the time it has.
fn on_day(page: &Page, task: &Task, day: NaiveDate) -> Due {
    let time = task.due.and_then(|d| d.at).map(|at| format::local(at, page.zone).time());
    Due { on: day, at: time.map(|time| format::stored(day.and_time(time), page.zone)) }
}

/// To the minute.
fn in_an_hour(page: &Page) -> Due {
    let at = page.now + Duration::hours(1);
    let at = at - Duration::nanoseconds(at.and_utc().timestamp_nanos_opt().unwrap_or(0).rem_euclid(60_000_000_000));
    Due { on: format::local(at, page.zone).date_naive(), at: Some(at) }
}
