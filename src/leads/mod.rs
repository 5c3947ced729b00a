//! Leads: contacts at an early lifecycle, in a list of their own. The record is the contact; nothing is copied.

pub mod assignment;
pub mod availability_pages;
pub mod conditions;
pub mod frameworks;
pub mod job;
mod list;
pub mod pages;
pub mod qualifying;
mod quick;
pub mod scoring;
pub mod speed;
pub mod speed_pages;
mod waiting;

pub use list::LEADS;
pub use waiting::{Waiting, waiting};

use crate::{
    auth::{How, Viewer},
    contacts::{self, answering},
    db::{
        Conn,
        types::{ContactId, DealId},
    },
    error::Result,
    journal,
    notifications::{Kind, Notice},
};
use chrono::NaiveDateTime;

/// What follows when a lead has come in, by whatever way: without an owner it goes where the rules say. Its owner is
/// told; of what a person gave them by hand they have heard already.
pub fn arrived(conn: &mut Conn, viewer: &Viewer, id: ContactId, at: NaiveDateTime) -> Result<()> {
    placed(conn, viewer, id, "brought you", at)
}

/// The same when one whom we had given up has come back: opened again already, and their owner's still if that one is
/// here. They wait for an answer anew.
pub fn came_back(conn: &mut Conn, viewer: &Viewer, id: ContactId, at: NaiveDateTime) -> Result<()> {
    answering::set_arrived(conn, id, at)?;
    qualifying::supersede(conn, id)?;
    speed::follow(conn, id, at)?;
    placed(conn, viewer, id, "brought back", at)
}

fn placed(conn: &mut Conn, viewer: &Viewer, id: ContactId, said: &str, at: NaiveDateTime) -> Result<()> {
    assignment::apply(conn, viewer, id, at)?;
    let lead = contacts::get(conn, viewer, id)?;
    let Some(to) = lead.owner_id.filter(|_| viewer.how != How::Page) else { return Ok(()) };
    let notice = Notice {
        to,
        kind: Kind::LeadArrived,
        // What one file brings at one moment is one event.
        event: format!("arrived:{}:{}", viewer.how.text(), at.and_utc().timestamp_micros()),
        said: said.into(),
        record: id.into(),
        title: lead.name,
    };
    journal::tell(conn, viewer, &[notice], at)
}

/// What follows when a lead was changed, or made: a sink of the journal. What a file brings is left to the job.
pub fn changed(conn: &mut Conn, viewer: &Viewer, id: ContactId, at: NaiveDateTime) -> Result<()> {
    if viewer.how == How::Import {
        return answering::recheck(conn, id, Some(at), at);
    }
    reckon(conn, id, at)
}

/// What follows when a colleague called or met somebody, or that entry went: a sink of the journal.
pub fn met(conn: &mut Conn, id: ContactId, at: NaiveDateTime) -> Result<()> {
    reckon(conn, id, at)
}

/// What follows when a form of theirs is kept.
pub fn wrote(conn: &mut Conn, id: ContactId, at: NaiveDateTime) -> Result<()> {
    reckon(conn, id, at)
}

/// What follows when a deal was changed, its quotes with it: a sink of the journal.
pub fn deal_changed(conn: &mut Conn, id: DealId, at: NaiveDateTime) -> Result<()> {
    for contact in scoring::readers_of_quotes(conn, id)? {
        reckon(conn, contact, at)?;
    }
    Ok(())
}

/// Reckons what follows from all that is known of a lead.
fn reckon(conn: &mut Conn, id: ContactId, at: NaiveDateTime) -> Result<()> {
    speed::follow(conn, id, at)?;
    let next = scoring::follow(conn, id, at)?;
    answering::recheck(conn, id, next, at)
}
