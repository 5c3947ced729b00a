//! Why deals end: the list that closing chooses from. A reason that was used is put away, not erased.

use super::Status;
use crate::{
    db::{Conn, schema::close_reasons, types::ReasonId},
    error::Result,
};
use diesel::prelude::*;

/// A reason for winning or losing.
#[derive(Clone, Debug, Queryable)]
pub struct Reason {
    pub id: ReasonId,
    pub name: String,
    pub outcome: Status,
    /// Offered when a deal is closed.
    pub active: bool,
}

/// Every reason, those for winning first, each in order.
pub fn all(conn: &mut Conn) -> Result<Vec<Reason>> {
    Ok(close_reasons::table
        .order((close_reasons::outcome.desc(), close_reasons::position, close_reasons::id))
        .select((close_reasons::id, close_reasons::name, close_reasons::outcome, close_reasons::active))
        .load(conn)?)
}

/// The name of a reason, for the journal.
pub fn name_of(conn: &mut Conn, id: Option<ReasonId>) -> Result<Option<String>> {
    match id {
        Some(id) => Ok(close_reasons::table.find(id).select(close_reasons::name).first(conn).optional()?),
        None => Ok(None),
    }
}
