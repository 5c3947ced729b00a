//! The board of a pipeline, and moving its cards.

use super::{
    super::{
        Status,
        board::{self, BOARD, Lane},
        list::{self, Row},
        moves::{self, Moved},
        pipelines::{Known, Pipeline, Stage},
        rates::{Rates, Total},
        store::Deal,
    },
    playbooks, requirements,
};
use crate::{
    db::types::{DealId, StageId},
    error::Error,
    lists::{Chip, Control, Slice, Table},
    records::{RecordRef, tags},
    ui::{Flash, Page, format},
    web::{Answer, App, Fields, Query, Rep, SignedIn, page, see_other, see_other_with},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Path,
};
use askama::Template;
use chrono::NaiveDateTime;
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "deals/board.html")]
struct DealBoard {
    page: Page,
    known: Known,
    pipeline: Pipeline,
    lanes: Vec<Lane>,
    count: i64,
    total: Total,
    chips: Vec<Chip>,
    unreadable: Vec<String>,
    controls: Vec<Control>,
    /// Orders that the cards can stand in: (value, label, chosen).
    orders: Vec<(String, &'static str, bool)>,
    /// Filters in use, to carry along.
    keep: Vec<(String, String)>,
    /// Where the table shows the same deals.
    table: String,
}

/// `GET /deals/board`
pub async fn show(who: SignedIn, app: App, query: Query) -> Answer {
    let reader = who.0.clone();
    let state = app.clone();
    let (known, asked, lanes, total, tag_names) = app
        .db
        .read(move |conn| {
            let known = Known::load(conn)?;
            let asked = board::asked(conn, &known, &query, &reader)?;
            let lanes = board::lanes(conn, &state, &asked, &reader)?;
            let rates = Rates::on(conn, reader.currency(), reader.today())?;
            let sums = lanes.iter().flat_map(|l| {
                let converted = std::iter::once(l.total.sum);
                converted.chain(l.total.without_rate.iter().copied()).collect::<Vec<_>>()
            });
            let mut total = Total::of(&rates, sums);
            lanes.iter().for_each(|l| total.note_all(&l.total));
            Ok((known, asked, lanes, total, tags::all(conn)?))
        })
        .await?;
    let request = &asked.request;
    let choices = HashMap::from([("tag", tag_names.into_iter().map(|(id, name)| (id.to_string(), name)).collect())]);
    let none = Slice::<Row> { rows: Vec::new(), next: None, previous: None };
    let drawn = Table::new(
        &BOARD,
        "Pipeline",
        request,
        &who.0,
        none,
        0,
        choices,
        |row, key| list::cell(&who.0, &known, row, key),
        |row| (row.id.0, row.name.clone()),
    );
    let mut orders: Vec<(String, &str, bool)> = Vec::new();
    for (column, descending) in BOARD.columns.iter().map(|c| (c, c.key == "amount")) {
        let value = format!("{}{}", if descending { "-" } else { "" }, column.key);
        orders.push((value, column.label, request.sort.key == column.key));
    }
    let same = request.parameters(&BOARD, &["sort"]);
    let open = [("status".to_owned(), "open".to_owned()), ("sort".to_owned(), "close".to_owned())];
    let table = serde_urlencoded::to_string(same.iter().chain(&open).collect::<Vec<_>>()).unwrap_or_default();
    page(&DealBoard {
        count: lanes.iter().map(|l| l.count).sum(),
        total,
        lanes,
        unreadable: drawn.unreadable,
        chips: drawn.chips.into_iter().filter(|c| c.label != "Pipeline").collect(),
        controls: drawn.controls.into_iter().filter(|c| !matches!(c.key, "pipeline" | "stage")).collect(),
        orders,
        keep: request.parameters(&BOARD, &["pipeline", "sort"]),
        table: format!("/deals?{table}"),
        pipeline: asked.pipeline.clone(),
        known,
        page: who.0,
    })
}

impl DealBoard {
    fn total_words(&self, total: &Total) -> String {
        super::total_words(&self.page, total)
    }

    fn without_rate(&self, lane: &Lane) -> Option<String> {
        super::without_rate(&self.page, &lane.total)
    }

    /// Whether its next step should have been taken.
    fn is_late(&self, row: &Row) -> bool {
        row.next_step_on.is_some_and(|day| day < self.page.today())
    }

    /// A sentence for a card that is longer in its stage than that should take.
    fn stuck(&self, lane: &Lane, row: &Row) -> Option<String> {
        let days = lane.stage.stuck_days.filter(|_| row.is_stuck(&lane.stage, self.page.now))?;
        let here = super::record::counted(row.days(self.page.now));
        let won = lane.stage.won_days.map(|days| format!("; won deals took {days}")).unwrap_or_default();
        Some(format!("{here} here, stuck after {days}{won}"))
    }

    /// "Silent for 21 days".
    fn silent(&self, row: &Row) -> Option<String> {
        let days = row.touches().silent_for(&self.pipeline, self.page.now)?;
        Some(format!("Silent for {}", super::record::counted(days)))
    }

    /// "Last touch 3 days ago, last answer 5 days ago".
    fn heard(&self, row: &Row) -> String {
        super::heard(&self.page, &row.touches())
    }

    /// The same in the width of a card: "Touch 13 Nov, answer 16 Nov".
    fn heard_briefly(&self, row: &Row) -> String {
        let day = |at: Option<NaiveDateTime>| {
            at.map_or("none".to_owned(), |at| self.page.date_short(format::local(at, self.page.zone).date_naive()))
        };
        let touches = row.touches();
        format!("Touch {}, answer {}", day(touches.touched_at), day(touches.answered_at))
    }

    fn is_past(&self, row: &Row) -> bool {
        row.is_past(self.page.today())
    }

    /// Stages that a card can be moved to from here.
    fn others<'a>(&'a self, lane: &'a Lane) -> impl Iterator<Item = &'a Stage> {
        self.pipeline.open().filter(|s| s.id != lane.stage.id)
    }

    fn moves(&self) -> bool {
        self.page.viewer.sells()
    }
}

/// `POST /deals/{id}/stage`: from a card, from the path on the record, or as the undo of a move (then from the query).
pub async fn stage(who: Rep, app: App, id: Path<DealId>, query: Query, fields: Fields, req: HttpRequest) -> Answer {
    let field = |name: &str| if fields.has(name) { fields.one(name).to_owned() } else { query.one(name).to_owned() };
    let number = |name: &str| field(name).trim().parse::<i64>().ok();
    let accept = req.headers().get(header::ACCEPT).and_then(|a| a.to_str().ok()).unwrap_or_default();
    let by_script = accept.starts_with("text/plain");
    let (version, from) = (number("version").unwrap_or(0), number("from").map(StageId));
    let to = StageId(number("stage").unwrap_or(0));
    let own = RecordRef::from(*id).url();
    let back = Some(field("back")).filter(|b| b.starts_with("/deals")).unwrap_or(own.clone());
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let moved = app
        .db
        .write(move |conn| {
            let moved = moves::move_to_stage(conn, &viewer, id, version, from, to, now)?;
            if matches!(moved, Moved::To { .. }) {
                playbooks::undo_with(conn, &viewer, id, &query, now)?;
            }
            let last = match &moved {
                Moved::Lost(deal) => moves::history(conn, deal.id, 1)?.pop(),
                Moved::To { .. } | Moved::Missing(_) => None,
            };
            Ok((moved, last, Known::load(conn)?))
        })
        .await;
    let (status, sentence, undo) = match moved {
        Ok((Moved::To { version, .. }, ..)) if by_script => {
            // What a playbook added stands on a second line.
            let said = playbooks::said(&app, id, now, Flash::new(version.to_string())).await?.text;
            return Ok(text(StatusCode::OK, said.replacen(". ", "\n", 1)));
        }
        Ok((Moved::To { version, from }, _, known)) => {
            let name = known.stage(to).map_or("", |(_, s)| s.name.as_str()).to_owned();
            let undo = [("stage", from.to_string()), ("version", version.to_string()), ("back", back.clone())];
            let undo = serde_urlencoded::to_string(undo).unwrap_or_default();
            (StatusCode::OK, format!("Moved to {name}"), (from != to).then(|| format!("{own}/stage?{undo}")))
        }
        // What is missing is offered in a dialog; a script is told where it is.
        Ok((Moved::Missing(_), ..)) => {
            let dialog = requirements::url(id, to, &back);
            return Ok(if by_script { text(StatusCode::PRECONDITION_REQUIRED, dialog) } else { see_other(dialog) });
        }
        Ok((Moved::Lost(deal), last, known)) => {
            let by = last.and_then(|step| step.by);
            (StatusCode::CONFLICT, lost(&known, &deal, who.directory.name(by)), None)
        }
        Err(Error::Refused(sentence)) => (StatusCode::UNPROCESSABLE_ENTITY, sentence, None),
        Err(error) => return Err(error),
    };
    if by_script {
        return Ok(text(status, sentence));
    }
    let flash = Flash { text: sentence, undo, more: None };
    let flash = if status == StatusCode::OK { playbooks::said(&app, id, now, flash).await? } else { flash };
    Ok(see_other_with(back, flash))
}

/// What to tell the one who came second.
fn lost(known: &Known, deal: &Deal, by: &str) -> String {
    let by = if by.is_empty() { "Someone" } else { by };
    let stage = known.stage(deal.stage_id).map_or("another stage", |(_, s)| s.name.as_str());
    match deal.status {
        Status::Open => format!("Not moved: {by} changed {} meanwhile, and it is in {stage} now.", deal.name),
        status => format!("Not moved: {by} closed {} as {} meanwhile.", deal.name, status.text()),
    }
}

fn text(status: StatusCode, words: String) -> HttpResponse {
    HttpResponse::build(status).content_type("text/plain; charset=utf-8").body(words)
}
