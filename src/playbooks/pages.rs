//! Playbooks, as an admin writes them.

use super::{
    Again, OwnerRole, Playbook,
    form::{MOST, PlaybookForm, Row},
    store,
};
use crate::{
    db::types::PlaybookId,
    deals::pipelines::Known,
    error::{Error, Result},
    tasks::{
        Priority,
        types::{self, TaskType},
    },
    ui::{Flash, Page, PersonField},
    web::{Admin, Answer, App, Fields, page, page_with, redraw, see_other_with},
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;

const URL: &str = "/settings/playbooks";

#[derive(Template)]
#[template(path = "playbooks/index.html")]
struct PlaybookIndex {
    page: Page,
    playbooks: Vec<Playbook>,
    known: Known,
}

impl PlaybookIndex {
    /// "Proposal, Negotiation", or how else it starts.
    fn starts(&self, playbook: &Playbook) -> String {
        let names = playbook.stages.iter().filter_map(|id| self.known.stage(*id));
        let names: Vec<String> = names.map(|(pipeline, stage)| self.known.label(pipeline, stage)).collect();
        if names.is_empty() { "By hand".into() } else { names.join(", ") }
    }
}

#[derive(Template)]
#[template(path = "playbooks/form.html")]
struct PlaybookEdit {
    page: Page,
    /// `None` for a new one; its number, name and version.
    playbook: Option<(PlaybookId, String, i64)>,
    form: PlaybookForm,
    known: Known,
    types: Vec<TaskType>,
}

impl PlaybookEdit {
    fn error(&self, name: &str, at: &usize) -> &str {
        self.form.error(&format!("{name}-{at}"))
    }

    fn is_chosen(&self, stage: &crate::db::types::StageId) -> bool {
        self.form.stages.contains(&stage.to_string())
    }

    fn kinds(&self, row: &Row) -> Vec<(String, String, bool)> {
        let offered = self.types.iter().filter(|t| t.active || t.key == row.kind);
        offered.map(|t| (t.key.clone(), t.name.clone(), t.key == row.kind)).collect()
    }

    fn priorities(&self, row: &Row) -> Vec<(String, String, bool)> {
        chosen(Priority::choices(), &row.priority)
    }

    fn agains(&self, row: &Row) -> Vec<(String, String, bool)> {
        chosen(Again::choices(), &row.again)
    }

    fn counted(&self, row: &Row) -> Vec<(String, String, bool)> {
        let both = [("working", "Monday to Friday"), ("calendar", "Every day of the week")];
        chosen(both.map(|(value, label)| (value.to_owned(), label.to_owned())).into(), &row.counted)
    }

    fn owners(&self, row: &Row) -> PersonField {
        let roles = OwnerRole::ALL.iter().filter(|r| **r != OwnerRole::Person);
        let roles: Vec<(&str, &str)> = roles.map(|r| (r.text(), r.label())).collect();
        self.page.person_field(&row.owner, &roles)
    }

    fn has_room(&self) -> bool {
        self.form.rows.len() < MOST
    }
}

fn chosen(choices: Vec<(String, String)>, value: &str) -> Vec<(String, String, bool)> {
    choices.into_iter().map(|(key, label)| (key.clone(), label, key == value)).collect()
}

async fn drawn(page: Page, app: &App, playbook: Option<&Playbook>, form: PlaybookForm) -> Result<PlaybookEdit> {
    let (known, types) = app.db.read(|conn| Ok((Known::load(conn)?, types::all(conn)?))).await?;
    let playbook = playbook.map(|p| (p.id, p.name.clone(), p.version));
    Ok(PlaybookEdit { page, playbook, form, known, types })
}

async fn loaded(app: &App, id: PlaybookId) -> Result<Playbook> {
    app.db.read(move |conn| store::get(conn, id)).await
}

/// `GET /settings/playbooks`
pub async fn index(who: Admin, app: App) -> Answer {
    let (playbooks, known) = app.db.read(|conn| Ok((store::all(conn)?, Known::load(conn)?))).await?;
    page(&PlaybookIndex { page: who.0, playbooks, known })
}

/// `GET /settings/playbooks/new`
pub async fn new(who: Admin, app: App) -> Answer {
    page(&drawn(who.0, &app, None, PlaybookForm::blank()).await?)
}

/// `GET /settings/playbooks/{id}`
pub async fn edit(who: Admin, app: App, id: Path<PlaybookId>) -> Answer {
    let playbook = loaded(&app, *id).await?;
    page(&drawn(who.0, &app, Some(&playbook), PlaybookForm::of(&playbook)).await?)
}

/// `POST /settings/playbooks`
pub async fn create(who: Admin, app: App, fields: Fields) -> Answer {
    save(who.0, app, None, fields).await
}

/// `POST /settings/playbooks/{id}`
pub async fn update(who: Admin, app: App, id: Path<PlaybookId>, fields: Fields) -> Answer {
    let playbook = loaded(&app, *id).await?;
    save(who.0, app, Some(playbook), fields).await
}

async fn save(reader: Page, app: App, playbook: Option<Playbook>, fields: Fields) -> Answer {
    let mut form = PlaybookForm::read(&fields);
    let version = fields.version();
    let read = playbook.map(|playbook| Playbook { version, ..playbook });
    if fields.has("more") || fields.has("move") {
        return page(&drawn(reader, &app, read.as_ref(), form).await?);
    }
    let Some(input) = form.check(&reader, read.as_ref()) else {
        return redraw(&drawn(reader, &app, read.as_ref(), form).await?);
    };
    let (viewer, now, id) = (reader.viewer.clone(), reader.now, read.as_ref().map(|p| p.id));
    let saved = app
        .db
        .write(move |conn| {
            let Some(id) = id else { return store::create(conn, &viewer, &input, now).map(|_| None) };
            let before = store::get(conn, id)?;
            let saved = store::update(conn, &viewer, &before, version, &input, now)?;
            Ok(if saved { None } else { Some(before) })
        })
        .await;
    match saved {
        Ok(None) => Ok(see_other_with(URL, Flash::new("Playbook saved"))),
        Ok(Some(now)) => {
            let steps: Vec<&str> = now.steps.iter().map(|s| s.subject.as_str()).collect();
            let sentence = format!(
                "Someone changed this playbook while you were writing: its steps are {} now. Look at yours, then save again.",
                steps.join(", ")
            );
            form.errors.push((String::new(), sentence));
            page_with(StatusCode::CONFLICT, &drawn(reader, &app, Some(&now), form).await?)
        }
        Err(Error::Refused(sentence)) => {
            form.errors.push(("name".into(), sentence));
            redraw(&drawn(reader, &app, read.as_ref(), form).await?)
        }
        Err(error) => Err(error),
    }
}

/// `POST /settings/playbooks/{id}/deletion`
pub async fn destroy(who: Admin, app: App, id: Path<PlaybookId>) -> Answer {
    let (viewer, now, id) = (who.viewer.clone(), who.now, *id);
    let gone = app.db.write(move |conn| store::delete(conn, &viewer, id, now)).await?;
    Ok(see_other_with(URL, Flash::new(format!("Playbook {} deleted; its tasks stay", gone.name))))
}
