//! The list of imports that were run: rows of `imports`.

use super::fields::Kind;
use crate::{
    auth::Viewer,
    db::{Conn, schema::imports, types::UserId},
    error::Result,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// What became of a file's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub read: u64,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub bad: u64,
}

/// An import as the page lists it.
#[derive(Clone, Debug, Queryable)]
pub struct Run {
    pub kind: String,
    pub file_name: String,
    /// `None` when the command line ran it.
    pub by: Option<UserId>,
    pub started_at: NaiveDateTime,
    /// `None` while it runs, and for ever when it was stopped.
    pub finished_at: Option<NaiveDateTime>,
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub bad: i64,
}

/// Writes down that an import begins. `sha256` is of the file, in hexadecimal.
pub fn begin(
    conn: &mut Conn,
    viewer: &Viewer,
    kind: Kind,
    file_name: &str,
    sha256: &str,
    at: NaiveDateTime,
) -> Result<i64> {
    let name: String = file_name.chars().take(250).collect();
    Ok(diesel::insert_into(imports::table)
        .values((
            imports::kind.eq(kind.name()),
            imports::file_name.eq(name),
            imports::sha256.eq(sha256),
            imports::by_id.eq(viewer.id),
            imports::started_at.eq(at),
        ))
        .returning(imports::id)
        .get_result(conn)?)
}

/// Keeps the counts so far; with `finished`, for good.
pub fn keep(conn: &mut Conn, id: i64, counts: &Counts, finished: Option<NaiveDateTime>) -> Result<()> {
    let whole = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    diesel::update(imports::table.find(id))
        .set((
            imports::finished_at.eq(finished),
            imports::rows_read.eq(whole(counts.read)),
            imports::rows_created.eq(whole(counts.created)),
            imports::rows_updated.eq(whole(counts.updated)),
            imports::rows_unchanged.eq(whole(counts.unchanged)),
            imports::rows_bad.eq(whole(counts.bad)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The latest imports, newest first.
pub fn latest(conn: &mut Conn, limit: i64) -> Result<Vec<Run>> {
    Ok(imports::table
        .order((imports::started_at.desc(), imports::id.desc()))
        .limit(limit)
        .select((
            imports::kind,
            imports::file_name,
            imports::by_id,
            imports::started_at,
            imports::finished_at,
            imports::rows_created,
            imports::rows_updated,
            imports::rows_unchanged,
            imports::rows_bad,
        ))
        .load(conn)?)
}
