//! The list of imports that were run: rows of `imports`.

use super::{fields::Kind, told::Told};
use crate::{
    auth::Viewer,
    db::{
        Conn,
        schema::{import_outcomes, imports},
        types::UserId,
    },
    error::{Error, Result},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Days for which the bad rows of an import of the page can be downloaded.
pub const KEPT_DAYS: i64 = 14;

/// What became of a file's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub read: u64,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub bad: u64,
}

/// An import as the page lists it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = imports)]
pub struct Run {
    pub id: i64,
    pub kind: String,
    pub file_name: String,
    /// `None` when the command line ran it.
    #[diesel(column_name = by_id)]
    pub by: Option<UserId>,
    pub started_at: NaiveDateTime,
    /// `None` while it runs, and for ever when it was stopped.
    pub finished_at: Option<NaiveDateTime>,
    #[diesel(column_name = rows_created)]
    pub created: i64,
    #[diesel(column_name = rows_updated)]
    pub updated: i64,
    #[diesel(column_name = rows_unchanged)]
    pub unchanged: i64,
    #[diesel(column_name = rows_bad)]
    pub bad: i64,
}

impl Run {
    pub fn counts(&self) -> Counts {
        let whole = |n: i64| u64::try_from(n).unwrap_or(0);
        let (created, updated) = (whole(self.created), whole(self.updated));
        let (unchanged, bad) = (whole(self.unchanged), whole(self.bad));
        Counts { read: created + updated + unchanged + bad, created, updated, unchanged, bad }
    }
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
        .select(Run::as_select())
        .load(conn)?)
}

/// Keeps what an import of the page told, and its bad rows as CSV.
pub fn tell(conn: &mut Conn, id: i64, told: &Told, bad_rows: &[u8], at: NaiveDateTime) -> Result<()> {
    diesel::insert_into(import_outcomes::table)
        .values((
            import_outcomes::import_id.eq(id),
            import_outcomes::told.eq(serde_json::to_string(told)?),
            import_outcomes::bad_rows.eq(bad_rows),
            import_outcomes::created_at.eq(at),
        ))
        .execute(conn)?;
    Ok(())
}

/// An import, and what it told if that is still kept.
pub fn get(conn: &mut Conn, id: i64) -> Result<(Run, Option<Told>)> {
    let run = imports::table.find(id).select(Run::as_select()).first(conn)?;
    let told: Option<String> = import_outcomes::table.find(id).select(import_outcomes::told).first(conn).optional()?;
    Ok((run, told.map(|text| serde_json::from_str(&text)).transpose()?))
}

/// What the import was of, and its bad rows as CSV.
///
/// # Errors
/// `Error::NotFound` when there are none, or no longer.
pub fn bad_rows(conn: &mut Conn, id: i64) -> Result<(String, Vec<u8>)> {
    let (kind, bytes): (String, Vec<u8>) = import_outcomes::table
        .inner_join(imports::table.on(imports::id.eq(import_outcomes::import_id)))
        .filter(import_outcomes::import_id.eq(id))
        .select((imports::kind, import_outcomes::bad_rows))
        .first(conn)?;
    if bytes.is_empty() { Err(Error::NotFound) } else { Ok((kind, bytes)) }
}

/// Forgets what imports before this moment told. Returns how many went.
pub fn sweep(conn: &mut Conn, before: NaiveDateTime) -> Result<usize> {
    Ok(diesel::delete(import_outcomes::table.filter(import_outcomes::created_at.lt(before))).execute(conn)?)
}
