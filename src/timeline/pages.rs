//! Adding to timelines, changing one's own words, and keeping drafts.

use super::{
    drafts,
    form::{self, Composer},
    markdown, store,
    stream::Stream,
};
use crate::{
    db::types::{EntryId, TaskId},
    error::Error,
    records::{self, RecordRef, Summary},
    tasks::{self, Planned},
    ui::{Flash, Page},
    web::{Answer, App, Fields, Query, SignedIn, page, page_with, redraw, see_other, see_other_with},
};
use actix_web::{HttpResponse, http::StatusCode, web::Path};
use askama::Template;

#[derive(Template)]
#[template(path = "timeline/new.html")]
struct EntryNew {
    page: Page,
    about: Summary,
    composer: Composer,
    draft_key: String,
}

#[derive(Template)]
#[template(path = "timeline/edit.html")]
struct EntryEdit {
    page: Page,
    id: EntryId,
    about: Summary,
    text: String,
    version: i64,
    error: String,
    /// What someone else saved meanwhile.
    theirs: Option<String>,
}

/// `GET /timeline/new?about=contact:7&kind=call`: the composer on a page of its own, for lists.
pub async fn new(who: SignedIn, app: App, query: Query) -> Answer {
    let Some(about) = Composer::about(&query) else { return Ok(see_other("/")) };
    let mut composer = Composer::blank(&who.0);
    if !query.one("kind").is_empty() {
        composer.kind = query.one("kind").to_owned();
    }
    composer.back = query.one("back").to_owned();
    let (reader, draft_key) = (who.0, Stream::draft_key(about));
    let template = app
        .db
        .read(move |conn| {
            if let Some((text, _)) = drafts::find(conn, reader.me_id(), &draft_key)? {
                composer.text = text;
            }
            Ok(EntryNew { about: records::summary(conn, &reader.viewer, about)?, page: reader, composer, draft_key })
        })
        .await?;
    page(&template)
}

/// What came of a save: what to say and where to go on.
struct Saved {
    said: String,
    /// The task that was added.
    task: Option<TaskId>,
}

/// `POST /timeline`: saves what the composer holds.
pub async fn create(who: SignedIn, app: App, fields: Fields) -> Answer {
    let about = Composer::about(&fields).ok_or(Error::NotFound)?;
    let mut composer = Composer::read(&fields);
    let entry = if composer.is_task() { None } else { composer.check(&who.0, about) };
    let fits = composer.is_task() || entry.is_some();
    let mentioned = entry.as_ref().map(|e| markdown::mentioned(&e.body, &who.directory)).unwrap_or_default();
    let draft_key = Stream::draft_key(about);
    let (reader, words, key) = (who.0.clone(), composer.words.clone(), draft_key.clone());
    let is_task = composer.is_task();
    let saved = app
        .db
        .write(move |conn| {
            let summary = records::summary(conn, &reader.viewer, about)?;
            // Both are read before either is written: what is wrong with one keeps the other from being saved alone.
            let planned = match (words.is_empty(), is_task) {
                (true, true) => Err("What is to be done? “Call Maria tomorrow 15:00” would do.".to_owned()),
                (true, false) => Ok(None),
                (false, _) => tasks::plan(conn, &reader, &words, &[about])?.map(Some),
            };
            let planned = match planned {
                Ok(planned) if fits => planned,
                Ok(_) => return Ok((summary, Err(None))),
                Err(sentence) => return Ok((summary, Err(Some(sentence)))),
            };
            let mut said = Vec::new();
            if let Some(mut entry) = entry {
                said.push(format!("{} saved", entry.kind.label()));
                entry.title.clone_from(&summary.title);
                entry.links.extend(records::relatives(conn, about)?);
                let id = store::add(conn, &reader.viewer, &entry, reader.now)?;
                store::mention(conn, &reader.viewer, id, &summary, &mentioned, reader.now)?;
                drafts::keep(conn, reader.me_id(), &key, "", reader.now)?;
            }
            let mut task = None;
            if let Some(Planned { input, told }) = planned {
                task = Some(tasks::create(conn, &reader.viewer, &input, reader.now)?);
                said.push(if is_task { format!("Task added: {told}") } else { format!("Next: {told}") });
            }
            Ok((summary, Ok(Saved { said: said.join(". "), task })))
        })
        .await?;
    match saved {
        (about, Err(sentence)) => {
            composer.errors.extend(sentence.map(|sentence| ("words", sentence)));
            redraw(&EntryNew { page: who.0, about, composer, draft_key })
        }
        (_, Ok(saved)) => {
            let back = Some(composer.back).filter(|url| url.starts_with('/') && !url.starts_with("//"));
            let back = back.unwrap_or_else(|| format!("{}#timeline", about.url()));
            let mut flash = Flash::new(saved.said);
            if let Some(task) = saved.task {
                let way = serde_urlencoded::to_string([("back", &back)]).unwrap_or_default();
                let url = format!("{}/deletion?{way}", RecordRef::from(task).url());
                flash = if is_task {
                    flash.with_undo(url)
                } else {
                    flash.with_more("Open the task", RecordRef::from(task).url())
                };
            }
            Ok(see_other_with(back, flash))
        }
    }
}

/// `GET /timeline/{id}/edit`
pub async fn edit(who: SignedIn, app: App, id: Path<EntryId>) -> Answer {
    let (viewer, id) = (who.viewer.clone(), *id);
    let (entry, about) = app
        .db
        .read(move |conn| {
            let entry = store::get(conn, &viewer, id)?;
            let about = records::summary(conn, &viewer, entry.about)?;
            Ok((entry, about))
        })
        .await?;
    may_change(&who.0, &entry)?;
    page(&EntryEdit {
        page: who.0,
        id,
        about,
        text: entry.body,
        version: entry.version,
        error: String::new(),
        theirs: None,
    })
}

/// `POST /timeline/{id}`
pub async fn update(who: SignedIn, app: App, id: Path<EntryId>, fields: Fields) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let text = fields.one("text").trim().to_owned();
    let version = fields.version();
    let reader = who.0.clone();
    let wanted = text.clone();
    let error = match text.is_empty() {
        true => Some("The text is empty: write what happened, or delete it.".to_owned()),
        false => form::too_long(&text),
    };
    let (fits, mentioned) = (error.is_none(), markdown::mentioned(&text, &who.directory));
    let (entry, about, saved) = app
        .db
        .write(move |conn| {
            let entry = store::get(conn, &viewer, id)?;
            may_change(&reader, &entry)?;
            let about = records::summary(conn, &viewer, entry.about)?;
            let saved = fits && store::update(conn, &viewer, &entry, version, &wanted, now)?;
            if saved {
                store::mention(conn, &viewer, id, &about, &mentioned, now)?;
            }
            Ok((entry, about, saved))
        })
        .await?;
    if saved {
        return Ok(see_other_with(format!("{}#timeline", about.record.url()), Flash::new("Changed")));
    }
    let template = EntryEdit {
        page: who.0,
        id,
        about,
        text,
        version: if fits { entry.version } else { version },
        theirs: fits.then_some(entry.body),
        error: error.unwrap_or_default(),
    };
    if !fits { redraw(&template) } else { page_with(StatusCode::CONFLICT, &template) }
}

/// `POST /timeline/{id}/deletion`
pub async fn destroy(who: SignedIn, app: App, id: Path<EntryId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let reader = who.0.clone();
    let about: RecordRef = app
        .db
        .write(move |conn| {
            let entry = store::get(conn, &viewer, id)?;
            may_change(&reader, &entry)?;
            store::delete(conn, &viewer, &entry, now)?;
            Ok(entry.about)
        })
        .await?;
    let flash = Flash::new("Deleted").with_undo(format!("/timeline/{id}/restoration"));
    Ok(see_other_with(format!("{}#timeline", about.url()), flash))
}

/// `POST /timeline/{id}/restoration`
pub async fn restore(who: SignedIn, app: App, id: Path<EntryId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let about = app
        .db
        .write(move |conn| {
            let entry = store::hidden(conn, &viewer, id)?;
            store::restore(conn, &viewer, &entry, now)?;
            Ok(entry.about)
        })
        .await?;
    Ok(see_other_with(format!("{}#timeline", about.url()), Flash::new("Restored")))
}

fn may_change(page: &Page, entry: &store::Entry) -> Result<(), Error> {
    if entry.by == page.viewer.id || page.viewer.is_admin() { Ok(()) } else { Err(Error::Forbidden) }
}

/// `POST /drafts`: keeps what is being typed.
pub async fn keep_draft(who: SignedIn, app: App, fields: Fields) -> Answer {
    let key: String = fields.one("key").chars().take(100).collect();
    if key.is_empty() {
        return Err(Error::Refused("A draft needs a key.".into()));
    }
    let (me, now, body) = (who.me_id(), who.now, fields.one("body").to_owned());
    app.db.write(move |conn| drafts::keep(conn, me, &key, &body, now)).await?;
    Ok(HttpResponse::NoContent().finish())
}
