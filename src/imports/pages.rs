//! The page of imports: what was imported, and a form for smaller files.

use super::{
    fields::Kind,
    file,
    run::{Import, Summary},
    runs::{self, Run},
};
use crate::{
    auth::{How, Viewer},
    db::{Conn, Db},
    error::{Error, Result},
    ui::Page,
    web::{Admin, Answer, App, page, redraw, upload},
};
use actix_web::{HttpRequest, web as actix};
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
    runs: Vec<Run>,
    /// What is wrong with the file that was sent.
    error: String,
}

#[derive(Template)]
#[template(path = "imports/result.html")]
struct ImportResult {
    page: Page,
    kinds: Vec<(String, String, bool)>,
    kind: Kind,
    file_name: String,
    description: String,
    /// Whether nothing was kept.
    dry: bool,
    /// Header, what it fills, class of the row.
    columns: Vec<(String, String, &'static str)>,
    notes: Vec<String>,
    summary: Summary,
    sentence: String,
    error: String,
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
    let runs = app.db.read(|conn| runs::latest(conn, LISTED)).await?;
    page(&ImportIndex { page: who.0, kinds: kinds("contacts"), runs, error: String::new() })
}

/// What a file became.
struct Told {
    description: String,
    columns: Vec<(String, String, &'static str)>,
    notes: Vec<String>,
    summary: Summary,
}

/// `POST /imports`: with `do=try` nothing is kept.
pub async fn create(who: Admin, app: App, request: HttpRequest, body: actix::Payload) -> Answer {
    let sent = upload::read(&request, body, MOST_BYTES + 64 * 1024).await?;
    let chosen = sent.fields.one("kind").to_owned();
    let dry = sent.fields.one("do") != "import";
    let kind: Kind = chosen.parse().map_err(Error::Refused)?;
    let outcome = match sent.file {
        None => Err(Error::Refused("Choose a file.".into())),
        Some((_, bytes)) if bytes.len() > MOST_BYTES => Err(too_much("25 MB", kind)),
        Some((name, bytes)) => {
            let (db, reader, file_name) = (app.db.clone(), who.0.clone(), name.clone());
            let told = actix::block(move || apply(&db, &reader, kind, &file_name, bytes, dry)).await?;
            told.map(|told| (name, told))
        }
    };
    match outcome {
        Ok((file_name, told)) => page(&ImportResult {
            page: who.0,
            kinds: kinds(&chosen),
            kind,
            file_name,
            description: told.description,
            dry,
            columns: told.columns,
            notes: told.notes,
            sentence: file::sentence(&told.summary.counts, dry),
            summary: told.summary,
            error: String::new(),
        }),
        Err(Error::Refused(error)) => {
            let runs = app.db.read(|conn| runs::latest(conn, LISTED)).await?;
            redraw(&ImportIndex { page: who.0, kinds: kinds(&chosen), runs, error })
        }
        Err(error) => Err(error),
    }
}

fn too_much(what: &str, kind: Kind) -> Error {
    Error::Refused(format!(
        "The file has more than {what}: import it on the server with the command rapport import {kind} FILE."
    ))
}

fn apply(db: &Db, reader: &Page, kind: Kind, file_name: &str, bytes: Vec<u8>, dry: bool) -> Result<Told> {
    let opened = file::open(kind, bytes, None, &reader.directory.company)?;
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
    let mut transact = |f: &mut dyn FnMut(&mut Conn) -> Result<()>| db.write_here(|conn| f(conn));
    let summary = match dry {
        true => import.rehearse(&mut transact, &mut |_| {})?,
        false => import.run(&mut transact, None, &mut |_| {})?,
    };
    let columns = opened.plan.columns.iter().zip(file::columns(&opened.plan));
    let columns = columns.map(|(column, (header, fills))| {
        let class = match (column.field, column.found) {
            (None, _) => "left",
            (Some(_), super::mapping::Found::Guessed) => "doubt",
            _ => "",
        };
        (header.to_owned(), fills, class)
    });
    let source = opened.plan.source.name().map(|name| format!(", from {name}")).unwrap_or_default();
    Ok(Told {
        description: format!(
            "{} rows, {}{source}",
            reader.number(opened.survey.rows as i64),
            opened.table.description()
        ),
        columns: columns.collect(),
        notes: opened.survey.notes.iter().chain(&summary.notes).cloned().collect(),
        summary,
    })
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
        let by = match run.by {
            Some(_) => self.page.directory.name(run.by),
            None => "the command line",
        };
        format!("{}: {}, by {by}", run.kind, parts.join(", "))
    }
}

impl ImportResult {
    fn more_bad(&self) -> u64 {
        self.summary.counts.bad.saturating_sub(self.summary.bad.len() as u64)
    }
}
