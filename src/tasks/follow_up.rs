//! After a task: what came of it, and what is next. Nobody has to say it; whoever completes a task is asked.

use super::{Status, Task, entry, pages::way_back, store};
use crate::{
    db::types::TaskId,
    error::Error,
    records::{self, RecordRef},
    timeline::{self, EntryKind, NewEntry},
    ui::{Flash, Page},
    web::{Answer, App, Fields, Query, SignedIn, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;

/// As typed.
#[derive(Default)]
struct FollowUp {
    outcome: String,
    /// How the call ended (`timeline::Outcome`), or empty: no call is logged.
    call: String,
    minutes: String,
    /// The next task, in words.
    words: String,
    errors: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "tasks/follow_up.html")]
struct FollowUpNew {
    page: Page,
    task: Task,
    form: FollowUp,
    back: String,
}

impl FollowUpNew {
    fn error(&self, id: &str) -> &str {
        self.form.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    fn calls(&self) -> Vec<(String, String, bool)> {
        let mut calls = vec![(String::new(), "No call to log".to_owned(), self.form.call.is_empty())];
        calls.extend(timeline::outcomes().into_iter().map(|(v, l)| (v.into(), l.into(), self.form.call == v)));
        calls
    }

    /// Whether a call about it can be logged: on a record's timeline.
    fn has_record(&self) -> bool {
        !self.task.related.is_empty()
    }
}

async fn loaded(reader: Page, app: &App, id: TaskId, query: &Query, fields: &Fields) -> Result<FollowUpNew, Error> {
    let viewer = reader.viewer.clone();
    let task = app.db.read(move |conn| store::get(conn, &viewer, id)).await?;
    let back = way_back(query, fields).unwrap_or_else(|| RecordRef::from(id).url());
    Ok(FollowUpNew { page: reader, task, form: FollowUp::default(), back })
}

/// `GET /tasks/{id}/follow-up/new`
pub async fn new(who: SignedIn, app: App, id: Path<TaskId>, query: Query) -> Answer {
    let mut template = loaded(who.0, &app, *id, &query, &Fields::default()).await?;
    template.form.outcome.clone_from(&template.task.outcome);
    if template.task.kind.key == "call" && template.has_record() {
        template.form.call = timeline::Outcome::Reached.text().into();
    }
    page(&template)
}

/// `POST /tasks/{id}/follow-up`: completes the task if that is still to be done.
pub async fn create(who: SignedIn, app: App, id: Path<TaskId>, query: Query, fields: Fields) -> Answer {
    let mut template = loaded(who.0, &app, *id, &query, &fields).await?;
    let own = |name: &str| fields.one(name).trim().to_owned();
    template.form = FollowUp {
        outcome: own("outcome"),
        call: own("call"),
        minutes: own("minutes"),
        words: own("words"),
        errors: Vec::new(),
    };
    let form = &mut template.form;
    let minutes = match form.minutes.parse::<i32>() {
        Ok(minutes) if (0..=1440).contains(&minutes) => Some(minutes),
        _ if form.minutes.is_empty() || form.call.is_empty() => None,
        _ => {
            let sentence = format!("“{}” is not a number of minutes from 0 to 1440.", form.minutes);
            form.errors.push(("minutes".into(), sentence));
            None
        }
    };
    if form.outcome.chars().count() > 2_000 {
        form.errors.push(("outcome".into(), "The text is longer than 2,000 signs: shorten it.".into()));
    }
    let fits = form.errors.is_empty();
    let (reader, id, task) = (template.page.clone(), template.task.id, template.task.clone());
    let (outcome, words) = (form.outcome.clone(), form.words.clone());
    let call = timeline::Outcome::parse(&form.call);
    let saved = app
        .db
        .write(move |conn| {
            let about: Vec<RecordRef> = task.related.iter().map(|r| r.record).collect();
            let planned = match words.is_empty() {
                true => None,
                false => match entry::plan(conn, &reader, &words, &about)? {
                    Ok(planned) => Some(planned),
                    Err(sentence) => return Ok(Err(Some(sentence))),
                },
            };
            if !fits {
                return Ok(Err(None));
            }
            let (viewer, now) = (&reader.viewer, reader.now);
            if task.status == Status::Open {
                store::complete(conn, viewer, id, &outcome, now)?;
            } else {
                store::set_outcome(conn, viewer, &task, &outcome, now)?;
            }
            let mut said = vec!["Saved".to_owned()];
            if let (Some(call), Some(about)) = (call, about.first().copied()) {
                let mut links = about_and_relatives(conn, &task)?;
                links.dedup();
                let call = NewEntry {
                    kind: EntryKind::Call,
                    at: task.done_at.unwrap_or(now),
                    about,
                    title: records::summary(conn, viewer, about)?.title,
                    body: outcome.clone(),
                    outcome: call.text().to_owned(),
                    minutes,
                    change: None,
                    links,
                };
                timeline::add(conn, viewer, &call, now)?;
                said.push("Call logged".into());
            }
            let mut next = None;
            if let Some(planned) = planned {
                next = Some(store::create(conn, viewer, &planned.input, now)?);
                said.push(format!("Next: {}", planned.told));
            }
            Ok(Ok((said.join(". "), next)))
        })
        .await?;
    match saved {
        Err(sentence) => {
            template.form.errors.extend(sentence.map(|sentence| ("words".to_owned(), sentence)));
            redraw(&template)
        }
        Ok((said, next)) => {
            let flash = Flash::new(said);
            let flash = match next {
                Some(next) => flash.with_more("Open the task", RecordRef::from(next).url()),
                None => flash,
            };
            Ok(see_other_with(template.back, flash))
        }
    }
}

/// Every record whose timeline shows what came of it.
fn about_and_relatives(conn: &mut crate::db::Conn, task: &Task) -> crate::error::Result<Vec<RecordRef>> {
    let mut links: Vec<RecordRef> = task.related.iter().map(|r| r.record).collect();
    for about in links.clone() {
        links.extend(records::relatives(conn, about)?);
    }
    Ok(links)
}
