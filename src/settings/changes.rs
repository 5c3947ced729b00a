//! The change log: every row of the journal, newest first.

use crate::{
    auth::Viewer,
    db::{
        Conn,
        types::{ChangeId, PipelineId, TeamId, UserId},
    },
    deals::pipelines,
    error::{Error, Result},
    journal::{self, Logged},
    records::{self, RecordKind},
    timeline::shaped,
    ui::Page,
    web::{Admin, Answer, App, Query, page},
};
use askama::Template;

/// Rows on one page.
const SIZE: usize = 50;

/// One change, in the reader's words.
struct Line {
    iso: String,
    exact: String,
    shown: String,
    who: String,
    did: &'static str,
    kind: &'static str,
    /// Name of the record, or its number where the name is gone.
    title: String,
    url: Option<String>,
    /// Field, before, after.
    fields: Vec<(String, Option<String>, Option<String>)>,
}

#[derive(Template)]
#[template(path = "settings/changes.html")]
struct Index {
    page: Page,
    lines: Vec<Line>,
    older: Option<String>,
    newest: bool,
}

/// `GET /settings/changes`
pub async fn index(who: Admin, app: App, query: Query) -> Answer {
    let before = query.id("before").map(ChangeId);
    let reader = who.0.clone();
    let (lines, older) = app
        .db
        .read_slowly(move |conn| {
            let mut rows = journal::recent(conn, before, i64::try_from(SIZE + 1).unwrap_or(i64::MAX))?;
            let more = rows.len() > SIZE;
            rows.truncate(SIZE);
            let older = rows.last().filter(|_| more).map(|row| format!("/settings/changes?before={}", row.id));
            let lines: Result<Vec<Line>> = rows.into_iter().map(|row| line(conn, &reader, row)).collect();
            Ok((lines?, older))
        })
        .await?;
    page(&Index { page: who.0, lines, older, newest: before.is_none() })
}

fn line(conn: &mut Conn, page: &Page, row: Logged) -> Result<Line> {
    let name = row.by.and_then(|id| page.directory.person(id)).map(|p| p.name.as_str());
    let known = title(conn, &page.viewer, page, &row)?;
    let text = |value: &Option<String>, shape| value.as_deref().map(|v| shaped(page, v, shape));
    Ok(Line {
        iso: page.iso(row.at),
        exact: page.moment(row.at),
        shown: page.ago(row.at),
        who: journal::signature(name, row.by, row.how),
        did: row.action.label(),
        kind: row.record.kind.label(),
        url: known.is_some().then(|| row.record.url()),
        title: known.unwrap_or_else(|| format!("number {}", row.record.id)),
        fields: row
            .fields
            .iter()
            .map(|f| (f.field.clone(), text(&f.before, f.shape), text(&f.after, f.shape)))
            .collect(),
    })
}

/// Name of the record as it is now; `None` when it is in the bin or gone.
fn title(conn: &mut Conn, viewer: &Viewer, page: &Page, row: &Logged) -> Result<Option<String>> {
    let id = row.record.id;
    match row.record.kind {
        RecordKind::User => Ok(page.directory.person(UserId(id)).map(|p| p.name.clone())),
        RecordKind::Team => Ok(page.directory.team(TeamId(id)).map(|t| t.name.clone())),
        RecordKind::Pipeline => pipelines::name_of(conn, PipelineId(id)),
        RecordKind::Company => Ok(Some(page.directory.company.name.clone())),
        _ => match records::summary(conn, viewer, row.record) {
            Ok(summary) => Ok(Some(summary.title)),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        },
    }
}
