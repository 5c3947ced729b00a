//! Adding to timelines, changing one's own words, and keeping drafts.

use super::{
    drafts,
    form::{self, Composer},
    markdown, store,
    stream::Stream,
};
use crate::{
    db::types::EntryId,
    error::Error,
    records::{self, RecordRef, Summary},
    ui::{Flash, Page},
    web::{Answer, App, Fields, SignedIn, page, page_with, redraw, see_other_with},
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

/// `POST /timeline`: saves what the composer holds.
pub async fn create(who: SignedIn, app: App, fields: Fields) -> Answer {
    let about = Composer::about(&fields).ok_or(Error::NotFound)?;
    let mut composer = Composer::read(&fields);
    let entry = composer.check(&who.0, about);
    let viewer = who.viewer.clone();
    let (me, now) = (who.me_id(), who.now);
    let draft_key = Stream::draft_key(about);
    let Some(mut entry) = entry else {
        let about = app.db.read(move |conn| records::summary(conn, &viewer, about)).await?;
        return redraw(&EntryNew { page: who.0, about, composer, draft_key });
    };
    let mentioned = markdown::mentioned(&entry.body, &who.directory);
    let label = entry.kind.label();
    app.db
        .write(move |conn| {
            let summary = records::summary(conn, &viewer, about)?;
            entry.title.clone_from(&summary.title);
            entry.links.extend(records::relatives(conn, about)?);
            let id = store::add(conn, &viewer, &entry, now)?;
            store::mention(conn, &viewer, id, &summary, &mentioned, now)?;
            drafts::keep(conn, me, &draft_key, "", now)
        })
        .await?;
    Ok(see_other_with(format!("{}#timeline", about.url()), Flash::new(format!("{label} saved"))))
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
