//! The first-time set-up: the company, what every company starts with, and the first admin.

use crate::{
    auth::{company, company::Company, links},
    db::Conn,
    deals,
    error::Result,
};
use chrono::NaiveDateTime;

/// The secret of a fresh set-up link, while there is no company.
pub fn link(conn: &mut Conn, at: NaiveDateTime) -> Result<Option<String>> {
    match company::find(conn)? {
        Some(_) => Ok(None),
        None => links::make(conn, links::Kind::SetUp, None, at).map(Some),
    }
}

/// Makes the company with the pipeline, stages and reasons that every company starts with.
pub fn make_company(conn: &mut Conn, new: &Company, at: NaiveDateTime) -> Result<()> {
    company::create(conn, new, at)?;
    deals::make_defaults(conn)
}
