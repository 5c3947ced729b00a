//! How deals move: every change of stage, amount, close date, owner or category as a dated snapshot of what the deal
//! was from then on, so that the state of any past day is the last move before it.

use super::{
    Category, Status,
    pipelines::{self, Stage},
    rules::{self, Missing},
    store::{self, Closing, Deal, Input},
};
use crate::{
    auth::Viewer,
    db::{
        Conn,
        schema::{deal_moves, deals, stages},
        types::{DealId, Money, StageId, UserId},
    },
    error::{Error, Result},
    journal,
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use iso_currency::Currency;

/// What a move keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    stage_id: StageId,
    status: Status,
    amount: Option<i64>,
    currency: Currency,
    expected_close: Option<NaiveDate>,
    owner_id: Option<UserId>,
    category: Category,
}

impl State {
    pub(super) fn of(input: &Input, stage: &Stage) -> Self {
        Self {
            stage_id: stage.id,
            status: stage.kind,
            amount: input.amount,
            currency: input.currency,
            expected_close: input.expected_close,
            owner_id: input.owner_id,
            category: category(input.category, stage.kind, stage.category),
        }
    }
}

/// What a forecast counts a deal as: an open one as its own category or else its stage's, a closed one as closed.
pub(super) fn category(own: Option<Category>, status: Status, of_stage: Category) -> Category {
    own.filter(|_| status == Status::Open).unwrap_or(of_stage)
}

/// Adds a move.
pub(super) fn add(conn: &mut Conn, deal: DealId, state: &State, by: Option<UserId>, at: NaiveDateTime) -> Result<()> {
    diesel::insert_into(deal_moves::table)
        .values((
            deal_moves::deal_id.eq(deal),
            deal_moves::at.eq(at),
            deal_moves::by_id.eq(by),
            deal_moves::stage_id.eq(state.stage_id),
            deal_moves::status.eq(state.status),
            deal_moves::amount.eq(state.amount),
            deal_moves::currency.eq(state.currency.code()),
            deal_moves::expected_close.eq(state.expected_close),
            deal_moves::owner_id.eq(state.owner_id),
            deal_moves::category.eq(state.category),
        ))
        .execute(conn)?;
    Ok(())
}

type Now =
    (DealId, StageId, Status, Option<i64>, String, Option<NaiveDate>, Option<UserId>, Option<Category>, Category);

/// Adds a move to each of these deals, of what it is now.
pub(super) fn add_as_they_are(conn: &mut Conn, ids: &[DealId], by: Option<UserId>, at: NaiveDateTime) -> Result<()> {
    let found: Vec<Now> = deals::table
        .inner_join(stages::table.on(stages::id.eq(deals::stage_id)))
        .filter(deals::id.eq_any(ids))
        .select((
            deals::id,
            deals::stage_id,
            deals::status,
            deals::amount,
            deals::currency,
            deals::expected_close,
            deals::owner_id,
            deals::category,
            stages::category,
        ))
        .load(conn)?;
    for (deal, stage_id, status, amount, currency, expected_close, owner_id, own, of_stage) in found {
        let (currency, category) = (store::currency(&currency)?, category(own, status, of_stage));
        add(conn, deal, &State { stage_id, status, amount, currency, expected_close, owner_id, category }, by, at)?;
    }
    Ok(())
}

/// A step of a deal that is older than its record here: what it was from `at` on.
#[derive(Clone, Debug)]
pub struct Move {
    pub at: NaiveDateTime,
    pub by: Option<UserId>,
    /// Of the deal's pipeline.
    pub stage_id: StageId,
    pub amount: Option<i64>,
    pub expected_close: Option<NaiveDate>,
    pub owner_id: Option<UserId>,
}

impl Move {
    /// The deal as the input has it, entering a stage at that time.
    pub fn new(input: &Input, stage_id: StageId, at: NaiveDateTime) -> Self {
        Self {
            at,
            by: None,
            stage_id,
            amount: input.amount,
            expected_close: input.expected_close,
            owner_id: input.owner_id,
        }
    }
}

/// Adds a deal with the steps it took before: what an import knows. `moves` are in order of time; the first is its
/// creation and the last has the input's stage. The journal keeps that it was added at `at`; no timeline shows it.
///
/// # Errors
/// As for [`store::create`]; and `Error::Refused` when the moves are none, out of order, or end in another stage.
pub fn create_with_history(
    conn: &mut Conn,
    viewer: &Viewer,
    new: &Input,
    moves: &[Move],
    at: NaiveDateTime,
) -> Result<DealId> {
    let last_stage = store::stage_of(conn, new)?;
    let (Some(first), Some(last)) = (moves.first(), moves.last()) else {
        return Err(Error::Refused("A deal needs the day it was made.".into()));
    };
    if last.stage_id != new.stage_id || !moves.is_sorted_by_key(|m| m.at) {
        return Err(Error::Refused("The steps of a deal must be in order and end in its stage.".into()));
    }
    let entered_at = moves.iter().rev().take_while(|m| m.stage_id == last.stage_id).last().map_or(last.at, |m| m.at);
    let id = store::insert(conn, viewer, new, &last_stage, (first.at, entered_at, last.at))?;
    for step in moves {
        let stage =
            if step.stage_id == last_stage.id { last_stage.clone() } else { pipelines::stage(conn, step.stage_id)? };
        if stage.pipeline_id != new.pipeline_id {
            return Err(Error::Refused("A step of the deal is in a stage of another pipeline.".into()));
        }
        let mut state = State::of(new, &stage);
        (state.amount, state.expected_close, state.owner_id) = (step.amount, step.expected_close, step.owner_id);
        add(conn, id, &state, step.by, step.at)?;
    }
    let mut change = store::created(id, new);
    change.quiet = true;
    journal::record(conn, viewer, change, at)?;
    Ok(id)
}

/// A move as it was kept.
#[derive(Clone, Debug)]
pub struct Step {
    pub at: NaiveDateTime,
    pub by: Option<UserId>,
    pub stage_id: StageId,
    pub money: Option<Money>,
    pub expected_close: Option<NaiveDate>,
    pub owner_id: Option<UserId>,
    pub category: Category,
}

type Row = (NaiveDateTime, Option<UserId>, StageId, Option<i64>, String, Option<NaiveDate>, Option<UserId>, Category);

/// The latest moves of a deal, oldest first. A deal that moved more often than `limit` shows its last ones.
pub fn history(conn: &mut Conn, deal: DealId, limit: i64) -> Result<Vec<Step>> {
    let rows: Vec<Row> = deal_moves::table
        .filter(deal_moves::deal_id.eq(deal))
        .order((deal_moves::at.desc(), deal_moves::id.desc()))
        .limit(limit)
        .select((
            deal_moves::at,
            deal_moves::by_id,
            deal_moves::stage_id,
            deal_moves::amount,
            deal_moves::currency,
            deal_moves::expected_close,
            deal_moves::owner_id,
            deal_moves::category,
        ))
        .load(conn)?;
    rows.into_iter()
        .rev()
        .map(|(at, by, stage_id, amount, currency, expected_close, owner_id, category)| {
            let currency = store::currency(&currency)?;
            let money = amount.map(|minor| Money::new(minor, currency));
            Ok(Step { at, by, stage_id, money, expected_close, owner_id, category })
        })
        .collect()
}

/// What became of an attempt to move a deal.
#[derive(Clone, Debug)]
pub enum Moved {
    /// It moved, and has this version now. `from` is the stage it left.
    To { version: i64, from: StageId },
    /// Someone else moved, closed or changed it in between; this is how it is now.
    Lost(Box<Deal>),
    /// The stage asks for what the deal does not have.
    Missing(Missing),
}

/// Moves an open deal to another open stage of its pipeline. `version` is the one that was read and `from` the stage
/// the mover saw it in: as long as it still stands there, a change to its other fields does not hinder the move.
///
/// # Errors
/// `Error::Refused` when the stage is none to move to.
pub fn move_to_stage(
    conn: &mut Conn,
    viewer: &Viewer,
    id: DealId,
    version: i64,
    from: Option<StageId>,
    to: StageId,
    at: NaiveDateTime,
) -> Result<Moved> {
    let deal = store::get(conn, viewer, id)?;
    if deal.version != version && from != Some(deal.stage_id) && to != deal.stage_id {
        return Ok(Moved::Lost(Box::new(deal)));
    }
    let stage = match pipelines::stage(conn, to) {
        Ok(stage) if stage.pipeline_id == deal.pipeline_id => stage,
        Ok(_) | Err(Error::NotFound) => {
            return Err(Error::Refused("That stage is not of this pipeline: choose another one.".into()));
        }
        Err(error) => return Err(error),
    };
    if stage.kind != Status::Open {
        return Err(Error::Refused("Closing a deal asks for its reason: use Close.".into()));
    }
    if deal.status != Status::Open {
        return Err(Error::Refused(format!("{} is closed as {}: reopen it first.", deal.name, deal.status.text())));
    }
    if stage.id == deal.stage_id {
        return Ok(Moved::To { version: deal.version, from: deal.stage_id });
    }
    let next = Input { stage_id: to, ..Input::of(&deal) };
    let from = pipelines::stage(conn, deal.stage_id)?;
    let missing = rules::missing(conn, viewer, Some((&deal, &from)), &stage, &next)?;
    if !missing.is_empty() {
        return Ok(Moved::Missing(missing));
    }
    if store::update(conn, viewer, &deal, deal.version, &next, at)? {
        Ok(Moved::To { version: deal.version + 1, from: deal.stage_id })
    } else {
        Ok(Moved::Lost(Box::new(store::get(conn, viewer, id)?)))
    }
}

/// Closes a deal as won or lost, or changes how it was closed. `Ok(false)` when someone else saved in between.
///
/// # Errors
/// `Error::Refused` when the outcome is open.
#[allow(clippy::too_many_arguments, reason = "the record's three and what the form of closing asks for")]
pub fn close(
    conn: &mut Conn,
    viewer: &Viewer,
    deal: &Deal,
    version: i64,
    outcome: Status,
    closing: Closing,
    amount: Option<i64>,
    competitor: Option<String>,
    at: NaiveDateTime,
) -> Result<bool> {
    if outcome == Status::Open {
        return Err(Error::Refused("A deal is closed as won or as lost.".into()));
    }
    let stage = pipelines::closing_stage(conn, deal.pipeline_id, outcome)?;
    let next = Input { stage_id: stage.id, closing: Some(closing), amount, competitor, ..Input::of(deal) };
    store::update(conn, viewer, deal, version, &next, at)
}

/// Opens a closed deal again, in the last open stage that it was in; its history stays.
///
/// # Errors
/// `Error::Refused` when it is open, or someone else changes it at this moment.
pub fn reopen(conn: &mut Conn, viewer: &Viewer, id: DealId, at: NaiveDateTime) -> Result<Deal> {
    let deal = store::get(conn, viewer, id)?;
    if deal.status == Status::Open {
        return Err(Error::Refused("This deal is open already.".into()));
    }
    let open: Vec<Stage> = pipelines::stages(conn, deal.pipeline_id)?;
    let open: Vec<&Stage> = open.iter().filter(|s| s.kind == Status::Open).collect();
    let walked: Vec<StageId> = deal_moves::table
        .filter(deal_moves::deal_id.eq(id))
        .filter(deal_moves::status.eq(Status::Open))
        .order((deal_moves::at.desc(), deal_moves::id.desc()))
        .select(deal_moves::stage_id)
        .limit(50)
        .load(conn)?;
    let back = walked
        .into_iter()
        .find(|stage| open.iter().any(|s| s.id == *stage))
        .or_else(|| open.first().map(|s| s.id))
        .ok_or_else(|| Error::Refused("Its pipeline has no open stage: add one in the settings.".into()))?;
    let next = Input { stage_id: back, ..Input::of(&deal) };
    if !store::update(conn, viewer, &deal, deal.version, &next, at)? {
        return Err(Error::Refused(store::overtaken(&deal)));
    }
    Ok(deal)
}

/// Says what comes next. `Ok(false)` when someone else saved in between.
pub fn set_next_step(
    conn: &mut Conn,
    viewer: &Viewer,
    deal: &Deal,
    version: i64,
    step: Option<String>,
    on: Option<NaiveDate>,
    at: NaiveDateTime,
) -> Result<bool> {
    let next = Input { next_step: step, next_step_on: on, ..Input::of(deal) };
    store::update(conn, viewer, deal, version, &next, at)
}
