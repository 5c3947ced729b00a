//! The page of a file that was tried: what importing it would do, which column fills what, and the button that imports it.

use super::{
    fields::Kind,
    file, pages,
    told::Told,
    uploads::{self, Upload},
};
use crate::{
    error::{Error, Result},
    ui::{Flash, Page},
    web::{Admin, Answer, App, Fields, page, redraw, see_other, see_other_with},
};
use actix_web::web::{Path, block};
use askama::Template;

/// A column of the file with what it may fill.
struct Choice {
    /// Name of its select.
    name: String,
    header: String,
    /// Key, label, whether it is chosen.
    fields: Vec<(String, String, bool)>,
    /// Class of its row.
    class: &'static str,
}

#[derive(Template)]
#[template(path = "imports/upload.html")]
struct UploadShow {
    page: Page,
    upload: Upload,
    kind: Kind,
    told: Told,
    sentence: String,
    /// Address of the bad rows as CSV.
    bad_rows: String,
    choices: Vec<Choice>,
    /// What is wrong with the columns that were chosen.
    error: String,
}

/// What stands for a column that is left out, here and in a mapping file.
const LEFT_OUT: &str = "-";

/// `GET /imports/uploads/{id}`
pub async fn show(who: Admin, app: App, id: Path<i64>) -> Answer {
    page(&drawn(who.0, &app, *id, None, String::new()).await?)
}

async fn drawn(reader: Page, app: &App, id: i64, typed: Option<&Fields>, error: String) -> Result<UploadShow> {
    let now = reader.now;
    let (upload, told) = app.db.read(move |conn| uploads::get(conn, id, now)).await?;
    let kind = upload.kind()?;
    let choices = told.columns.iter().enumerate().map(|(at, column)| {
        let name = format!("column_{at}");
        let chosen = match typed {
            Some(typed) => typed.one(&name),
            None => column.field.as_deref().unwrap_or(LEFT_OUT),
        };
        let left_out = (LEFT_OUT.to_owned(), "Left out".to_owned(), chosen == LEFT_OUT);
        let fields = kind.fields().map(|f| (f.key.to_owned(), f.label.to_owned(), f.key == chosen));
        let fields = std::iter::once(left_out).chain(fields).collect();
        Choice { name, header: column.header.clone(), fields, class: column.class() }
    });
    Ok(UploadShow {
        choices: choices.collect(),
        page: reader,
        kind,
        sentence: file::sentence(&told.counts, true),
        bad_rows: format!("/imports/uploads/{id}/bad-rows.csv"),
        upload,
        told,
        error,
    })
}

/// `POST /imports/uploads/{id}`: tries the file again with other columns.
pub async fn update(who: Admin, app: App, id: Path<i64>, fields: Fields) -> Answer {
    let (id, now) = (*id, who.now);
    let (upload, told) = app.db.read(move |conn| uploads::get(conn, id, now)).await?;
    let outcome = match mapping(upload.kind()?, &told, &fields) {
        Ok(mapping) => {
            let (db, reader) = (app.db.clone(), who.0.clone());
            let again = move || -> Result<()> {
                let (bytes, _) = db.read_here(|conn| uploads::content(conn, id))?;
                let tried = pages::try_out(&db, &reader, upload.kind()?, &upload.file_name, bytes, mapping)?;
                db.write_here(|conn| uploads::tried_again(conn, id, &tried))
            };
            block(again).await?
        }
        Err(sentence) => Err(Error::Refused(sentence)),
    };
    match outcome {
        Ok(()) => Ok(see_other(format!("/imports/uploads/{id}"))),
        Err(Error::Refused(error)) => redraw(&drawn(who.0, &app, id, Some(&fields), error).await?),
        Err(error) => Err(error),
    }
}

/// The text of a mapping file that says what was chosen.
fn mapping(kind: Kind, told: &Told, fields: &Fields) -> Result<String, String> {
    let mut pairs = serde_json::Map::new();
    let mut taken: Vec<&str> = Vec::new();
    for (at, column) in told.columns.iter().enumerate() {
        let chosen = fields.one(&format!("column_{at}"));
        if let Some(field) = kind.field(chosen) {
            if taken.contains(&field.key) && !field.many {
                return Err(format!("Two columns fill {}: leave one of them out.", field.label));
            }
            taken.push(field.key);
        }
        let chosen = if chosen.is_empty() { LEFT_OUT } else { chosen };
        pairs.insert(column.header.clone(), chosen.into());
    }
    serde_json::to_string(&pairs).map_err(|e| e.to_string())
}

/// `POST /imports/uploads/{id}/import`: imports the file as it was tried.
pub async fn import(who: Admin, app: App, id: Path<i64>) -> Answer {
    let (id, now) = (*id, who.now);
    let claimed = app
        .db
        .write(move |conn| {
            let (upload, _) = uploads::get(conn, id, now)?;
            Ok(uploads::claim(conn, id, now)?.then_some(upload))
        })
        .await?;
    let Some(upload) = claimed else {
        return Ok(see_other_with("/imports", Flash::new("This file is being imported already")));
    };
    let (db, reader) = (app.db.clone(), who.0.clone());
    let outcome = block(move || {
        let done = db.read_here(|conn| uploads::content(conn, id)).and_then(|(bytes, mapping)| {
            pages::import(&db, &reader, upload.kind()?, &upload.file_name, bytes, &mapping)
        });
        db.write_here(|conn| match &done {
            Ok(_) => uploads::discard(conn, id).map(|_| ()),
            Err(_) => uploads::release(conn, id),
        })?;
        done
    })
    .await?;
    match outcome {
        Ok(run) => Ok(see_other(format!("/imports/{run}"))),
        Err(Error::Refused(error)) => redraw(&drawn(who.0, &app, id, None, error).await?),
        Err(error) => Err(error),
    }
}

/// `POST /imports/uploads/{id}/deletion`
pub async fn destroy(_: Admin, app: App, id: Path<i64>) -> Answer {
    let id = *id;
    if !app.db.write(move |conn| uploads::discard(conn, id)).await? {
        return Err(Error::NotFound);
    }
    Ok(see_other_with("/imports", Flash::new("File discarded")))
}

/// `GET /imports/uploads/{id}/bad-rows.csv`
pub async fn bad_rows(who: Admin, app: App, id: Path<i64>) -> Answer {
    let (id, now) = (*id, who.now);
    let (kind, bytes) = app.db.read(move |conn| uploads::bad_rows(conn, id, now)).await?;
    Ok(pages::csv(kind.name(), bytes))
}
