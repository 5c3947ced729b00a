//! The pages of a contact's photo, and the photo itself.

use super::{photo, photo_metadata::Stripped, store};
use crate::{
    db::types::ContactId,
    error::{Error, Result},
    records::{RecordRef, files},
    ui::{Flash, Page},
    web::{Answer, App, SignedIn, page, redraw, see_other_with, upload},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Path, Payload},
};
use askama::Template;

/// Bytes of a photo at most.
const MOST: usize = 2 * 1024 * 1024;
const TOO_LARGE: &str = "This file is larger than 2 MB: choose a smaller one.";

#[derive(Template)]
#[template(path = "contacts/photo.html")]
struct PhotoEdit {
    page: Page,
    contact: (ContactId, String),
    has_photo: bool,
    /// What is wrong with the file that was sent.
    error: String,
    /// (id of the field, sentence)
    errors: Vec<(String, String)>,
}

/// `GET /contacts/{id}/photo`
pub async fn edit(who: SignedIn, app: App, id: Path<ContactId>) -> Answer {
    page(&drawn(who.0, &app, *id, String::new()).await?)
}

/// `POST /contacts/{id}/photo`
pub async fn update(who: SignedIn, app: App, id: Path<ContactId>, request: HttpRequest, body: Payload) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    // Known and seen first: nobody sends megabytes to learn that.
    app.db.read(move |conn| store::get(conn, &viewer, id)).await?;
    let wrong = match upload::read(&request, body, MOST + 64 * 1024).await.map(|sent| sent.file.unwrap_or_default().1) {
        Ok(bytes) if bytes.is_empty() => "No file came along: choose one.",
        Ok(bytes) if bytes.len() > MOST => TOO_LARGE,
        Ok(bytes) => match Stripped::of(bytes) {
            Some(picture) => {
                let viewer = who.viewer.clone();
                app.db.write(move |conn| photo::set(conn, &viewer, id, Some(picture), now)).await?;
                return Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Photo saved")));
            }
            None => "This is no picture that Rapport can show: choose a PNG, JPEG or WebP file.",
        },
        Err(Error::TooLarge) => TOO_LARGE,
        Err(error) => return Err(error),
    };
    redraw(&drawn(who.0, &app, id, wrong.into()).await?)
}

/// `POST /contacts/{id}/photo/deletion`
pub async fn destroy(who: SignedIn, app: App, id: Path<ContactId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    app.db.write(move |conn| photo::set(conn, &viewer, id, None, now)).await?;
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Photo taken off")))
}

/// `GET /files/{sha256}`: the photo of somebody whom the reader sees.
pub async fn show(who: SignedIn, app: App, hash: Path<String>) -> Answer {
    let (viewer, hash) = (who.viewer.clone(), hash.into_inner());
    let (media_type, bytes) = app
        .db
        .read(move |conn| {
            let (id, media_type, bytes) = files::find(conn, &hash)?.ok_or(Error::NotFound)?;
            if photo::is_seen(conn, &viewer, id)? { Ok((media_type, bytes)) } else { Err(Error::NotFound) }
        })
        .await?;
    Ok(HttpResponse::Ok()
        .content_type(media_type)
        // The address is the content's hash: it never changes. Kept by the reader's own browser only.
        .insert_header((header::CACHE_CONTROL, "private, max-age=86400, immutable"))
        .insert_header((header::CONTENT_DISPOSITION, "inline"))
        .body(bytes))
}

async fn drawn(reader: Page, app: &App, id: ContactId, error: String) -> Result<PhotoEdit> {
    let viewer = reader.viewer.clone();
    let contact = app.db.read(move |conn| store::get(conn, &viewer, id)).await?;
    let errors = if error.is_empty() { Vec::new() } else { vec![("photo".to_owned(), error.clone())] };
    let has_photo = contact.photo_id.is_some();
    Ok(PhotoEdit { page: reader, contact: (id, contact.name), has_photo, error, errors })
}
