//! The job that looks after leads between the times that people do.

use super::{scoring, speed};
use crate::{
    app::App,
    contacts::answering,
    db::{Conn, types::now},
    error::Result,
    jobs::Run,
};
use chrono::NaiveDateTime;

/// Leads in one step.
const BATCH: i64 = 200;

/// Whether a lead is to be looked at again, or late.
pub fn due(conn: &mut Conn, at: NaiveDateTime) -> Result<bool> {
    Ok(!answering::to_recheck(conn, at, 1)?.is_empty() || !answering::late(conn, at, 1)?.is_empty())
}

/// Reckons what is to be looked at again, in steps that each leave behind what is done; then tells whose lead is late.
pub fn run(_: &App, run: &Run) -> Result<()> {
    let at = now();
    while !run.stopping() && run.step(|conn| recheck(conn, at))? > 0 {}
    while !run.stopping() && run.step(|conn| speed::tell_late(conn, BATCH, at))? > 0 {}
    Ok(())
}

/// Reckons a batch of what is to be looked at; returns how many that were.
pub fn recheck(conn: &mut Conn, at: NaiveDateTime) -> Result<usize> {
    // Rules that change at this moment have it done again.
    scoring::hold(conn)?;
    let ids = answering::to_recheck(conn, at, BATCH)?;
    for id in &ids {
        speed::follow(conn, *id, at)?;
        let next = scoring::follow(conn, *id, at)?;
        answering::rechecked(conn, *id, next)?;
    }
    Ok(ids.len())
}
