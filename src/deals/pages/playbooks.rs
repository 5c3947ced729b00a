//! Playbooks on a deal: starting one by hand in a dialog over its page, taking back what was added, and saying what a move
//! started.

use super::super::store::{self, Deal};
use super::record;
use crate::{
    db::{
        Conn,
        types::{DealId, PlaybookId},
    },
    error::{Error, Result},
    playbooks::{self, Planned, Playbook, Run, Subject},
    records::RecordRef,
    ui::Flash,
    web::{Answer, App, Fields, Query, Rep, see_other_with},
};
use actix_web::{http::StatusCode, web::Path};
use chrono::{DateTime, NaiveDateTime};

/// The dialog as it stands over the deal.
pub(super) struct Starting {
    /// Those in use.
    playbooks: Vec<Playbook>,
    pub chosen: Option<Playbook>,
    pub planned: Vec<Planned>,
    pub error: &'static str,
}

impl Starting {
    /// Every playbook, for a select.
    pub fn options(&self) -> Vec<(String, String, bool)> {
        let is = |p: &Playbook| self.chosen.as_ref().is_some_and(|chosen| chosen.id == p.id);
        self.playbooks.iter().map(|p| (p.id.to_string(), p.name.clone(), is(p))).collect()
    }

    /// Whether there is anything to add.
    pub fn can_start(&self) -> bool {
        self.planned.iter().any(|p| !p.present)
    }
}

fn subject(deal: &Deal) -> Subject {
    Subject { deal: deal.id, name: deal.name.clone(), owner: deal.owner_id, account: deal.account_id }
}

async fn drawn(who: Rep, app: &App, id: DealId, playbook: Option<PlaybookId>, error: &'static str) -> Answer {
    let (viewer, now) = (who.viewer.clone(), who.now);
    let starting = app
        .db
        .read(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            let playbooks: Vec<Playbook> = playbooks::all(conn)?.into_iter().filter(|p| p.active).collect();
            let here = |p: &&Playbook| playbook.map_or(p.stages.contains(&deal.stage_id), |id| p.id == id);
            let chosen = playbooks.iter().find(here).or(playbooks.first()).cloned();
            let planned = match &chosen {
                Some(chosen) => playbooks::plan(conn, &viewer, chosen, &subject(&deal), now)?,
                None => Vec::new(),
            };
            Ok(Starting { playbooks, chosen, planned, error })
        })
        .await?;
    let status = if error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    record::starting(who.0, app, id, status, starting).await
}

/// `GET /deals/{id}/playbooks/new?playbook=3`
pub async fn new(who: Rep, app: App, id: Path<DealId>, query: Query) -> Answer {
    drawn(who, &app, *id, query.id("playbook").map(PlaybookId), "").await
}

/// `POST /deals/{id}/playbooks`: adds the steps that are ticked.
pub async fn create(who: Rep, app: App, id: Path<DealId>, fields: Fields) -> Answer {
    let (id, playbook) = (*id, fields.id("playbook").map(PlaybookId));
    let steps: Vec<i64> = fields.all("step").filter_map(|step| step.parse().ok()).collect();
    let Some(playbook) = playbook.filter(|_| !steps.is_empty()) else {
        return drawn(who, &app, id, playbook, "Tick at least one step.").await;
    };
    let (viewer, now) = (who.viewer.clone(), who.now);
    let run = app
        .db
        .write(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            let playbook = match playbooks::get(conn, playbook) {
                Ok(playbook) if playbook.active => playbook,
                Ok(_) | Err(Error::NotFound) => return Ok(None),
                Err(error) => return Err(error),
            };
            playbooks::start(conn, &viewer, &playbook, &subject(&deal), Some(&steps), now).map(Some)
        })
        .await?;
    match run {
        None => drawn(who, &app, id, None, "That playbook is gone: choose another one.").await,
        Some(run) => Ok(see_other_with(RecordRef::from(id).url(), saying(Flash::default(), id, &[run], now))),
    }
}

/// `POST /deals/{id}/playbooks/{at}/undoing`: what was added at that moment goes, but for what somebody touched.
pub async fn undo(who: Rep, app: App, ids: Path<(DealId, i64)>) -> Answer {
    let ((id, began), viewer, now) = (*ids, who.viewer.clone(), who.now);
    let gone = app
        .db
        .write(move |conn| {
            store::get(conn, &viewer, id)?;
            let began = moment(began).ok_or(Error::NotFound)?;
            playbooks::take_back(conn, &viewer, id, Some(began), now)
        })
        .await?;
    let said = match gone {
        0 => "Nothing to take back: its tasks are done or changed".to_owned(),
        1 => "1 task taken back".to_owned(),
        n => format!("{n} tasks taken back"),
    };
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new(said)))
}

fn moment(micros: i64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp_micros(micros).map(|at| at.naive_utc())
}

/// Takes back with a move what it started, where the address of the undo says so.
pub(super) fn undo_with(
    conn: &mut Conn,
    viewer: &crate::auth::Viewer,
    id: DealId,
    query: &Query,
    at: NaiveDateTime,
) -> Result<()> {
    match query.id("playbooks").and_then(moment) {
        Some(began) => playbooks::take_back(conn, viewer, id, Some(began), at).map(|_| ()),
        None => Ok(()),
    }
}

/// What was said of a change of a deal at this moment, and what playbooks did because of it. The undo takes both back.
pub(super) async fn said(app: &App, deal: DealId, at: NaiveDateTime, flash: Flash) -> Result<Flash> {
    let runs = app.db.read(move |conn| playbooks::told(conn, deal, at)).await?;
    Ok(saying(flash, deal, &runs, at))
}

fn saying(flash: Flash, deal: DealId, runs: &[Run], at: NaiveDateTime) -> Flash {
    if runs.is_empty() {
        return flash;
    }
    let sentences: Vec<String> = runs.iter().map(Run::sentence).collect();
    let text = [flash.text].into_iter().filter(|t| !t.is_empty()).chain(sentences).collect::<Vec<_>>().join(". ");
    let micros = at.and_utc().timestamp_micros();
    let undo = match flash.undo {
        Some(url) => Some(format!("{url}{}playbooks={micros}", if url.contains('?') { '&' } else { '?' })),
        None => runs
            .iter()
            .any(|run| run.added > 0)
            .then(|| format!("{}/playbooks/{micros}/undoing", RecordRef::from(deal).url())),
    };
    Flash { text, undo, more: None }
}
