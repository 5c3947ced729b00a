//! Putting files beside a record, getting them, taking them away.

use super::{
    MOST,
    store::{self, AttachmentId},
};
use crate::{
    error::{Error, Result},
    records::{self, RecordRef, Summary},
    ui::{Flash, Page},
    web::{Answer, App, Query, SignedIn, page, redraw, see_other_with, upload},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue},
    web::{Path, Payload},
};
use askama::Template;

#[derive(Template)]
#[template(path = "attachments/new.html")]
struct AttachmentNew {
    page: Page,
    about: Summary,
    error: String,
    /// (id of the field, sentence)
    errors: Vec<(String, String)>,
}

async fn drawn(reader: Page, app: &App, about: RecordRef, error: &str) -> Result<AttachmentNew> {
    let viewer = reader.viewer.clone();
    if !store::may_change(&viewer, about) {
        return Err(Error::Forbidden);
    }
    let about = app.db.read(move |conn| records::summary(conn, &viewer, about)).await?;
    let errors = if error.is_empty() { Vec::new() } else { vec![("file".to_owned(), error.to_owned())] };
    Ok(AttachmentNew { page: reader, about, error: error.to_owned(), errors })
}

/// The record that the address names: `?about=deal:7`.
fn about(query: &Query) -> Result<RecordRef> {
    RecordRef::try_from(query.one("about").to_owned()).map_err(|_| Error::NotFound)
}

/// `GET /attachments/new?about=deal:7`
pub async fn new(who: SignedIn, app: App, query: Query) -> Answer {
    if query.one("about").is_empty() {
        return Ok(see_other_with("/", Flash::new("A file stands beside a record: open the record first")));
    }
    page(&drawn(who.0, &app, about(&query)?, "").await?)
}

/// `POST /attachments?about=deal:7`
pub async fn create(who: SignedIn, app: App, query: Query, request: HttpRequest, body: Payload) -> Answer {
    let about = about(&query)?;
    let (viewer, now) = (who.viewer.clone(), who.now);
    // Known, seen and allowed first: nobody sends megabytes to learn that.
    drop(drawn(who.0.clone(), &app, about, "").await?);
    let too_large = format!("This file is larger than {} MB: choose a smaller one.", MOST / 1024 / 1024);
    let wrong = match upload::read(&request, body, MOST + 64 * 1024).await.map(|sent| sent.file.unwrap_or_default()) {
        Ok((name, bytes)) if name.is_empty() && bytes.is_empty() => "No file came along: choose one.".to_owned(),
        Ok((_, bytes)) if bytes.is_empty() => "This file is empty: choose another.".to_owned(),
        Ok((_, bytes)) if bytes.len() > MOST => too_large,
        Ok((name, bytes)) => {
            let name = plain_name(&name);
            let flash = Flash::new(format!("{name} added"));
            match app.db.write(move |conn| store::add(conn, &viewer, about, &name, &bytes, now)).await {
                Ok(_) => return Ok(see_other_with(format!("{}#files", about.url()), flash)),
                Err(Error::Refused(sentence)) => sentence,
                Err(error) => return Err(error),
            }
        }
        Err(Error::TooLarge) => too_large,
        Err(error) => return Err(error),
    };
    redraw(&drawn(who.0, &app, about, &wrong).await?)
}

/// The last part of a path as any system writes it, without what a file name cannot hold.
fn plain_name(typed: &str) -> String {
    let last = typed.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}')).collect();
    let kept: String = kept.trim().trim_start_matches('.').chars().take(200).collect();
    if kept.is_empty() { "file".into() } else { kept }
}

/// `GET /attachments/{id}`
pub async fn show(who: SignedIn, app: App, id: Path<AttachmentId>) -> Answer {
    let (viewer, id) = (who.viewer.clone(), *id);
    let (file, bytes) = app
        .db
        .read_slowly(move |conn| {
            let file = store::get(conn, &viewer, id, false)?;
            let bytes = store::content(conn, &file)?;
            Ok((file, bytes))
        })
        .await?;
    let name =
        ExtendedValue { charset: Charset::Ext("UTF-8".into()), language_tag: None, value: file.name.into_bytes() };
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::FilenameExt(name)],
    };
    // Always a download of no type: a page or picture that someone put here runs and shows nowhere.
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header(disposition)
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(bytes))
}

/// `POST /attachments/{id}/deletion`
pub async fn destroy(who: SignedIn, app: App, id: Path<AttachmentId>) -> Answer {
    change(who.0, &app, *id, true).await
}

/// `POST /attachments/{id}/restoration`
pub async fn restore(who: SignedIn, app: App, id: Path<AttachmentId>) -> Answer {
    change(who.0, &app, *id, false).await
}

async fn change(reader: Page, app: &App, id: AttachmentId, deleted: bool) -> Answer {
    let (viewer, now) = (reader.viewer.clone(), reader.now);
    let file = app
        .db
        .write(move |conn| {
            let file = store::get(conn, &viewer, id, !deleted)?;
            store::set_deleted(conn, &viewer, &file, deleted, now)?;
            Ok(file)
        })
        .await?;
    let back = format!("{}#files", file.record.url());
    let flash = Flash::new(format!("{} {}", file.name, if deleted { "deleted" } else { "restored" }));
    Ok(see_other_with(back, if deleted { flash.with_undo(format!("/attachments/{id}/restoration")) } else { flash }))
}

#[cfg(test)]
mod tests {
    use super::plain_name;

    #[test]
    fn a_name_is_only_the_name() {
        for (sent, kept) in [
            ("offer.pdf", "offer.pdf"),
            ("C:\\Users\\Ana\\offer.pdf", "offer.pdf"),
            ("../../etc/passwd", "passwd"),
            ("..", "file"),
            (" \u{202e}fdp.exe\r\nSet-Cookie: x", "fdp.exeSet-Cookie: x"),
            ("報價.xlsx", "報價.xlsx"),
        ] {
            assert_eq!(plain_name(sent), kept, "{sent:?}");
        }
    }
}
