//! The pages of imports: a form for smaller files, what was imported, and what became of each.

use super::{
    bad_rows::BadRows,
    fields::Kind,
    file,
    run::{Import, Summary},
    runs::{self, Run},
    told::Told,
    uploads::{self, Tried, Upload},
};
use crate::{
    auth::{How, Viewer},
    db::{Conn, Db},
    error::{Error, Result},
    ui::Page,
    web::{Admin, Answer, App, page, redraw, see_other, upload},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{self as actix, Path},
};
use askama::Template;

/// The largest file that the page takes, in bytes, its form around it aside.
const MOST_BYTES: usize = 25 * 1024 * 1024;

/// Most rows that the page imports while the browser waits.
const MOST_ROWS: u64 = 5_000;

/// Imports that the page lists.
const LISTED: i64 = 50;

#[derive(Template)]
#[template(path = "imports/index.html")]
struct ImportIndex {
    page: Page,
    kinds: Vec<(String, String, bool)>,
    /// Files that were tried and wait to be imported.
    waiting: Vec<Upload>,
    runs: Vec<Run>,
    /// What is wrong with the file that was sent.
    error: String,
}

#[derive(Template)]
#[template(path = "imports/show.html")]
struct ImportShow {
    page: Page,
    run: Run,
    /// `None` once it is forgotten, and for imports of the command line.
    told: Option<Told>,
    /// Days for which it is kept.
    kept_days: i64,
    sentence: String,
    /// Address of the bad rows as CSV.
    bad_rows: String,
}

fn kinds(chosen: &str) -> Vec<(String, String, bool)> {
    let label = |kind: Kind| match kind {
        Kind::Users => "People of the company",
        Kind::Products => "Products",
        Kind::Accounts => "Accounts",
        Kind::Contacts => "Contacts",
        Kind::Leads => "Leads",
        Kind::Deals => "Deals",
        Kind::Tasks => "Tasks and activities",
    };
    Kind::ALL.map(|kind| (kind.name().to_owned(), label(kind).to_owned(), kind.name() == chosen)).into()
}

/// `GET /imports`
pub async fn index(who: Admin, app: App) -> Answer {
    page(&drawn(who.0, &app, "contacts", String::new()).await?)
}

async fn drawn(reader: Page, app: &App, chosen: &str, error: String) -> Result<ImportIndex> {
    let now = reader.now;
    let (waiting, runs) =
        app.db.read(move |conn| Ok((uploads::waiting(conn, now)?, runs::latest(conn, LISTED)?))).await?;
    Ok(ImportIndex { page: reader, kinds: kinds(chosen), waiting, runs, error })
}

/// `POST /imports`: with `do=try` the file is kept and nothing of it imported.
pub async fn create(who: Admin, app: App, request: HttpRequest, body: actix::Payload) -> Answer {
    let sent = upload::read(&request, body, MOST_BYTES + 64 * 1024).await?;
    let chosen = sent.fields.one("kind").to_owned();
    let dry = sent.fields.one("do") != "import";
    let kind: Kind = chosen.parse().map_err(Error::Refused)?;
    let outcome = match sent.file {
        None => Err(Error::Refused("Choose a file.".into())),
        Some((_, bytes)) if bytes.len() > MOST_BYTES => Err(too_much("25 MB", kind)),
        Some((name, bytes)) => {
            let (db, reader) = (app.db.clone(), who.0.clone());
            actix::block(move || match dry {
                true => try_and_keep(&db, &reader, kind, &name, bytes),
                false => import(&db, &reader, kind, &name, bytes, "").map(|run| format!("/imports/{run}")),
            })
            .await?
        }
    };
    match outcome {
        Ok(address) => Ok(see_other(address)),
        Err(Error::Refused(error)) => redraw(&drawn(who.0, &app, &chosen, error).await?),
        Err(error) => Err(error),
    }
}

/// `GET /imports/{id}`
pub async fn show(who: Admin, app: App, id: Path<i64>) -> Answer {
    let id = *id;
    let (run, told) = app.db.read(move |conn| runs::get(conn, id)).await?;
    page(&ImportShow {
        page: who.0,
        sentence: file::sentence(&run.counts(), false),
        run,
        told,
        kept_days: runs::KEPT_DAYS,
        bad_rows: format!("/imports/{id}/bad-rows.csv"),
    })
}

/// `GET /imports/{id}/bad-rows.csv`
pub async fn bad_rows(_: Admin, app: App, id: Path<i64>) -> Answer {
    let (kind, bytes) = app.db.read(move |conn| runs::bad_rows(conn, *id)).await?;
    Ok(csv(&kind, bytes))
}

/// Bad rows to be saved.
pub(super) fn csv(kind: &str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{kind}.bad.csv\"")))
        .body(bytes)
}

fn too_much(what: &str, kind: Kind) -> Error {
    Error::Refused(format!(
        "The file has more than {what}: import it on the server with the command rapport import {kind} FILE."
    ))
}

fn try_and_keep(db: &Db, reader: &Page, kind: Kind, file_name: &str, bytes: Vec<u8>) -> Result<String> {
    let tried = try_out(db, reader, kind, file_name, bytes.clone(), String::new())?;
    let id =
        db.write_here(|conn| uploads::keep(conn, &reader.viewer, (kind, file_name), &bytes, &tried, reader.now))?;
    Ok(format!("/imports/uploads/{id}"))
}

/// A dry run. `mapping` is the text of a mapping file, or empty.
pub(super) fn try_out(
    db: &Db,
    reader: &Page,
    kind: Kind,
    file_name: &str,
    bytes: Vec<u8>,
    mapping: String,
) -> Result<Tried> {
    let (told, bad_rows, _) = with_import(reader, kind, (file_name, bytes, &mapping), |import, bad| {
        let mut transact = |f: &mut dyn FnMut(&mut Conn) -> Result<()>| db.write_here(|conn| f(conn));
        Ok((0, import.rehearse(&mut transact, Some(bad), &mut |_| {})?))
    })?;
    Ok(Tried { mapping, told, bad_rows })
}

/// Imports a file and keeps what it told; the number of the run.
pub(super) fn import(
    db: &Db,
    reader: &Page,
    kind: Kind,
    file_name: &str,
    bytes: Vec<u8>,
    mapping: &str,
) -> Result<i64> {
    let (told, bad_rows, run) = with_import(reader, kind, (file_name, bytes, mapping), |import, bad| {
        let mut transact = |f: &mut dyn FnMut(&mut Conn) -> Result<()>| db.write_here(|conn| f(conn));
        import.run(&mut transact, Some(bad), &mut |_| {})
    })?;
    db.write_here(|conn| runs::tell(conn, run, &told, &bad_rows, reader.now))?;
    Ok(run)
}

fn with_import(
    reader: &Page,
    kind: Kind,
    (file_name, bytes, mapping): (&str, Vec<u8>, &str),
    apply: impl FnOnce(&Import, &mut BadRows) -> Result<(i64, Summary)>,
) -> Result<(Told, Vec<u8>, i64)> {
    let opened = file::open(kind, bytes, Some(mapping).filter(|m| !m.is_empty()), &reader.directory.company)?;
    if opened.survey.rows + opened.survey.bad_rows > MOST_ROWS {
        return Err(too_much(&format!("{} rows", reader.number(MOST_ROWS as i64)), kind));
    }
    let import = Import {
        table: &opened.table,
        plan: &opened.plan,
        viewer: Viewer { how: How::Import, ..reader.viewer.clone() },
        file_name,
        sha256: &opened.sha256,
    };
    let mut bad = BadRows::in_memory(opened.table.headers());
    let (run, summary) = apply(&import, &mut bad)?;
    Ok((Told::of(reader, &opened, summary), bad.into_bytes()?, run))
}

impl ImportIndex {
    /// "85 added, 2 changed, by Maya Ruiz".
    fn counted(&self, run: &Run) -> String {
        let n = |count: i64| self.page.number(count);
        let mut parts = vec![format!("{} added", n(run.created)), format!("{} changed", n(run.updated))];
        parts.push(format!("{} unchanged", n(run.unchanged)));
        if run.bad > 0 {
            parts.push(format!("{} bad", n(run.bad)));
        }
        format!("{}: {}, by {}", run.kind, parts.join(", "), by(&self.page, run))
    }

    fn tried_by(&self, upload: &Upload) -> &str {
        self.page.directory.name(upload.by)
    }
}

impl ImportShow {
    fn by(&self) -> &str {
        by(&self.page, &self.run)
    }
}

fn by<'a>(page: &'a Page, run: &Run) -> &'a str {
    match run.by {
        Some(_) => page.directory.name(run.by),
        None => "the command line",
    }
}
