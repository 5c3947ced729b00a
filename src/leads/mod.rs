//! Leads: contacts at an early lifecycle, in a list of their own. The record is the contact; nothing is copied.

pub mod assignment;
pub mod availability_pages;
pub mod conditions;
pub mod frameworks;
mod list;
pub mod pages;
pub mod qualifying;
mod quick;

pub use list::LEADS;

use crate::{
    auth::{How, Viewer},
    contacts,
    db::{Conn, types::ContactId},
    error::Result,
    journal,
    notifications::{Kind, Notice},
};
use chrono::NaiveDateTime;

/// What follows when a lead has come in, by whatever way: without an owner it goes where the rules say. Its owner is
/// told; of what a person gave them by hand they have heard already.
pub fn arrived(conn: &mut Conn, viewer: &Viewer, id: ContactId, at: NaiveDateTime) -> Result<()> {
    assignment::apply(conn, viewer, id, at)?;
    let lead = contacts::get(conn, viewer, id)?;
    let Some(to) = lead.owner_id.filter(|_| viewer.how != How::Page) else { return Ok(()) };
    let notice = Notice {
        to,
        kind: Kind::LeadArrived,
        // What one file brings at one moment is one event.
        event: format!("arrived:{}:{}", viewer.how.text(), at.and_utc().timestamp_micros()),
        said: "brought you".into(),
        record: id.into(),
        title: lead.name,
    };
    journal::tell(conn, viewer, &[notice], at)
}
