//! Teams in the database.

use crate::{
    db::{
        Conn,
        schema::teams,
        types::{TeamId, fold},
    },
    error::Result,
};
use diesel::prelude::*;

/// The team of this name, made at the top of the tree when there is none.
pub fn find_or_make(conn: &mut Conn, name: &str) -> Result<TeamId> {
    let folded = fold(name);
    let known = teams::table.filter(teams::name_folded.eq(&folded)).select(teams::id).first(conn).optional()?;
    match known {
        Some(id) => Ok(id),
        None => Ok(diesel::insert_into(teams::table)
            .values((teams::name.eq(name), teams::name_folded.eq(&folded)))
            .returning(teams::id)
            .get_result(conn)?),
    }
}
