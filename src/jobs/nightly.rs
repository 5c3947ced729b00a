//! What is cleared away at night, in steps small enough that people's writes come between them.

use super::{Run, lease};
use crate::{
    accounts,
    app::App,
    attachments,
    auth::company,
    contacts,
    db::{
        Conn,
        schema::{drafts, links, sessions, sign_in_failures},
    },
    deals,
    error::Result,
    imports, mail, meetings, notifications, products,
    records::bin::DAYS,
    tasks,
    ui::format,
    web_forms,
};
use chrono::{Duration, NaiveDateTime, NaiveTime};
use diesel::prelude::*;

/// Clears at most a few hundred rows and says how many went; it is called again until none do.
type Sweep = fn(&mut Conn, NaiveDateTime) -> Result<usize>;

/// Everything that is cleared. A noun with a bin stands here with its `purge`, which erases what lies there longer
/// than `records::bin::DAYS` as an erasure by hand would.
static SWEEPS: &[Sweep] = &[
    |conn, at| tasks::purge(conn, at - Duration::days(DAYS), BATCH, at),
    |conn, at| meetings::purge(conn, at - Duration::days(DAYS), BATCH, at),
    |conn, at| deals::purge(conn, at - Duration::days(DAYS), BATCH, at),
    |conn, at| contacts::purge(conn, at - Duration::days(DAYS), BATCH, at),
    |conn, at| accounts::purge(conn, at - Duration::days(DAYS), BATCH, at),
    |conn, at| products::purge(conn, at - Duration::days(DAYS), BATCH, at),
    |conn, at| attachments::purge(conn, at - Duration::days(DAYS), 20),
    sweep_sessions,
    sweep_links,
    sweep_drafts,
    sweep_failures,
    sweep_mail,
    // Nothing is cleared: how long deals take is reckoned anew.
    |conn, at| deals::renew_nightly(conn, at).map(|()| 0),
    notifications::sweep,
    tasks::sweep,
    web_forms::sweep,
    imports::uploads::sweep,
    |conn, at| imports::runs::sweep(conn, at - Duration::days(imports::runs::KEPT_DAYS)),
];

/// So many records are erased in one step.
const BATCH: i64 = 200;

/// The hour of the company's day after which it runs.
const AT: NaiveTime = match NaiveTime::from_hms_opt(3, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// Due when it has not run since three in the morning, or failed an hour ago.
pub fn due(conn: &mut Conn, at: NaiveDateTime) -> Result<bool> {
    let Some(company) = company::find(conn)? else { return Ok(false) };
    let Some(state) = lease::state(conn, "nightly")? else { return Ok(true) };
    let Some(started) = state.last_started_at else { return Ok(true) };
    let today = format::local(at, company.time_zone).date_naive();
    let this_morning = format::stored(today.and_time(AT), company.time_zone);
    let last = if this_morning <= at { this_morning } else { this_morning - Duration::days(1) };
    Ok(started < last || (state.last_error.is_some() && at - started > Duration::hours(1)))
}

pub fn run(app: &App, run: &Run) -> Result<()> {
    let at = crate::db::types::now();
    for sweep in SWEEPS {
        while !run.stopping() && run.step(|conn| sweep(conn, at))? > 0 {}
    }
    if run.stopping() { Ok(()) } else { app.db.maintain() }
}

fn sweep_sessions(conn: &mut Conn, at: NaiveDateTime) -> Result<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.lt(at))).execute(conn)?)
}

/// Used or run-out links say nothing after a month.
fn sweep_links(conn: &mut Conn, at: NaiveDateTime) -> Result<usize> {
    let old = at - Duration::days(30);
    let used = diesel::delete(links::table.filter(links::used_at.lt(old))).execute(conn)?;
    Ok(used + diesel::delete(links::table.filter(links::expires_at.lt(old))).execute(conn)?)
}

/// A draft that nobody went on with for three months is given up.
fn sweep_drafts(conn: &mut Conn, at: NaiveDateTime) -> Result<usize> {
    Ok(diesel::delete(drafts::table.filter(drafts::updated_at.lt(at - Duration::days(90)))).execute(conn)?)
}

fn sweep_failures(conn: &mut Conn, at: NaiveDateTime) -> Result<usize> {
    Ok(diesel::delete(sign_in_failures::table.filter(sign_in_failures::at.lt(at - Duration::days(1)))).execute(conn)?)
}

fn sweep_mail(conn: &mut Conn, at: NaiveDateTime) -> Result<usize> {
    mail::outbox::sweep(conn, at - Duration::days(30))
}
