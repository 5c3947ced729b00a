//! Closing a deal as won or lost, in a dialog over its page, and opening it again.

use super::super::{
    Status,
    closing_form::ClosingForm,
    moves,
    pipelines::{self, Known},
    reasons, rules, store,
};
use super::{
    playbooks,
    record::{self, Closing},
    requirements,
};
use crate::{
    db::types::{DealId, QuoteId},
    error::Error,
    quotes,
    records::RecordRef,
    ui::Flash,
    web::{Answer, App, Fields, Query, Rep, see_other, see_other_with},
};
use actix_web::{http::StatusCode, web::Path};

/// `GET /deals/{id}/closure/new?outcome=won`; with `quote`, at the amount of an accepted one.
pub async fn new(who: Rep, app: App, id: Path<DealId>, query: Query) -> Answer {
    let (viewer, id) = (who.viewer.clone(), *id);
    let quote = query.id("quote").map(QuoteId);
    let (deal, reasons, won, missing) = app
        .db
        .read(move |conn| {
            let mut deal = store::get(conn, &viewer, id)?;
            if let Some(quote) = quote {
                deal.amount = quotes::accepted_amount(conn, &deal, quote)?.or(deal.amount);
            }
            let from = pipelines::stage(conn, deal.stage_id)?;
            let won = pipelines::closing_stage(conn, deal.pipeline_id, Status::Won)?;
            let missing = rules::missing(conn, &viewer, Some((&deal, &from)), &won, &store::Input::of(&deal))?;
            Ok((deal, reasons::all(conn)?, won.id, missing))
        })
        .await?;
    let outcome = match (query.one("outcome"), deal.status) {
        ("won" | "lost", _) => query.one("outcome"),
        (_, Status::Lost) => "lost",
        _ => "won",
    };
    if outcome == Status::Won.text() && !missing.is_empty() {
        return Ok(see_other(requirements::url(id, won, &RecordRef::from(id).url())));
    }
    let form = ClosingForm::blank(&who.0, &deal, outcome);
    record::closing(who.0, &app, id, StatusCode::OK, Closing { form, reasons, version: deal.version }).await
}

/// `POST /deals/{id}/closure`
pub async fn create(who: Rep, app: App, id: Path<DealId>, fields: Fields) -> Answer {
    let (viewer, id, now, version) = (who.viewer.clone(), *id, who.now, fields.version());
    let (deal, reasons) = app.db.read(move |conn| Ok((store::get(conn, &viewer, id)?, reasons::all(conn)?))).await?;
    let mut form = ClosingForm::read(&fields);
    let Some(closed) = form.check(&who.0, &deal, &reasons) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return record::closing(who.0, &app, id, status, Closing { form, reasons, version }).await;
    };
    let viewer = who.viewer.clone();
    let (outcome, was_open) = (closed.outcome, deal.status == Status::Open);
    let outcome_of_write = app
        .db
        .write(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            let (closing, amount) = (closed.closing, closed.amount);
            let saved =
                moves::close(conn, &viewer, &deal, version, closed.outcome, closing, amount, closed.competitor, now)?;
            Ok((deal, Known::load(conn)?, saved))
        })
        .await;
    let (deal, known, saved) = match outcome_of_write {
        Err(Error::Refused(sentence)) => {
            form.errors.push((String::new(), sentence));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return record::closing(who.0, &app, id, status, Closing { form, reasons, version }).await;
        }
        written => written?,
    };
    if !saved {
        let stage = known.stage(deal.stage_id).map_or("", |(_, s)| s.name.as_str());
        let worth = deal.money().map_or("without an amount".to_owned(), |m| format!("worth {}", who.money(m)));
        let sentence = format!(
            "Someone changed this deal while you were writing: it is in {stage} now, {worth}. Look at what you wrote, then save again."
        );
        form.errors.push((String::new(), sentence));
        let closing = Closing { form, reasons, version: deal.version };
        return record::closing(who.0, &app, id, StatusCode::CONFLICT, closing).await;
    }
    let url = RecordRef::from(id).url();
    let flash = Flash::new(format!("{} closed as {}", deal.name, outcome.text()));
    let flash = if was_open { flash.with_undo(format!("{url}/reopening")) } else { flash };
    Ok(see_other_with(url, playbooks::said(&app, id, now, flash).await?))
}

/// `POST /deals/{id}/reopening`
pub async fn reopen(who: Rep, app: App, id: Path<DealId>, query: Query) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let deal = app
        .db
        .write(move |conn| {
            let deal = moves::reopen(conn, &viewer, id, now)?;
            playbooks::undo_with(conn, &viewer, id, &query, now)?;
            Ok(deal)
        })
        .await?;
    let flash = Flash::new(format!("{} is open again", deal.name));
    Ok(see_other_with(RecordRef::from(id).url(), playbooks::said(&app, id, now, flash).await?))
}
