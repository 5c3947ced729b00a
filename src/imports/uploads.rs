//! Files that were tried on the page, kept until they are imported, discarded or a day old: rows of `import_uploads`.

use super::{fields::Kind, told::Told};
use crate::{
    auth::Viewer,
    db::{Conn, dialect, schema::import_uploads, types::UserId},
    error::{Error, Result},
};
use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

/// So long a file waits for somebody to import it.
const KEPT: Duration = Duration::hours(24);

/// So many files wait at most; a further one takes the place of the oldest.
const MOST: i64 = 10;

/// An import that holds its file for longer than this is over: it was killed.
const CLAIM: Duration = Duration::minutes(10);

/// A file that waits.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = import_uploads)]
pub struct Upload {
    pub id: i64,
    pub kind: String,
    pub file_name: String,
    #[diesel(column_name = by_id)]
    pub by: Option<UserId>,
    pub created_at: NaiveDateTime,
}

impl Upload {
    pub fn kind(&self) -> Result<Kind> {
        self.kind.parse().map_err(Error::internal)
    }
}

/// What trying a file gave.
pub struct Tried {
    /// Text of a mapping file; empty where the headers say it all.
    pub mapping: String,
    pub told: Told,
    /// As CSV; empty when none was bad.
    pub bad_rows: Vec<u8>,
}

/// Keeps a file with what trying it gave. Returns its number.
pub fn keep(
    conn: &mut Conn,
    viewer: &Viewer,
    (kind, file_name): (Kind, &str),
    bytes: &[u8],
    tried: &Tried,
    at: NaiveDateTime,
) -> Result<i64> {
    dialect::hold(conn, "import uploads")?;
    sweep(conn, at)?;
    let older: Vec<i64> = import_uploads::table
        .order(import_uploads::id.desc())
        .offset(MOST - 1)
        .limit(MOST)
        .select(import_uploads::id)
        .load(conn)?;
    diesel::delete(import_uploads::table.filter(import_uploads::id.eq_any(older))).execute(conn)?;
    let name: String = file_name.chars().take(250).collect();
    Ok(diesel::insert_into(import_uploads::table)
        .values((
            import_uploads::kind.eq(kind.name()),
            import_uploads::file_name.eq(name),
            import_uploads::bytes.eq(bytes),
            import_uploads::mapping.eq(&tried.mapping),
            import_uploads::told.eq(serde_json::to_string(&tried.told)?),
            import_uploads::bad_rows.eq(&tried.bad_rows),
            import_uploads::by_id.eq(viewer.id),
            import_uploads::created_at.eq(at),
        ))
        .returning(import_uploads::id)
        .get_result(conn)?)
}

/// Keeps what trying the file again gave.
pub fn tried_again(conn: &mut Conn, id: i64, tried: &Tried) -> Result<()> {
    let rows = diesel::update(import_uploads::table.find(id))
        .set((
            import_uploads::mapping.eq(&tried.mapping),
            import_uploads::told.eq(serde_json::to_string(&tried.told)?),
            import_uploads::bad_rows.eq(&tried.bad_rows),
        ))
        .execute(conn)?;
    if rows == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// The files that wait, the latest first.
pub fn waiting(conn: &mut Conn, at: NaiveDateTime) -> Result<Vec<Upload>> {
    Ok(import_uploads::table
        .filter(import_uploads::created_at.gt(at - KEPT))
        .order(import_uploads::id.desc())
        .select(Upload::as_select())
        .load(conn)?)
}

/// A file that waits, and what trying it gave.
pub fn get(conn: &mut Conn, id: i64, at: NaiveDateTime) -> Result<(Upload, Told)> {
    let (upload, told): (Upload, String) = import_uploads::table
        .find(id)
        .filter(import_uploads::created_at.gt(at - KEPT))
        .select((Upload::as_select(), import_uploads::told))
        .first(conn)?;
    Ok((upload, serde_json::from_str(&told)?))
}

/// The file itself and its mapping.
pub fn content(conn: &mut Conn, id: i64) -> Result<(Vec<u8>, String)> {
    Ok(import_uploads::table.find(id).select((import_uploads::bytes, import_uploads::mapping)).first(conn)?)
}

/// Its bad rows as CSV.
///
/// # Errors
/// `Error::NotFound` when there are none.
pub fn bad_rows(conn: &mut Conn, id: i64, at: NaiveDateTime) -> Result<(Kind, Vec<u8>)> {
    let (upload, _) = get(conn, id, at)?;
    let bytes: Vec<u8> = import_uploads::table.find(id).select(import_uploads::bad_rows).first(conn)?;
    if bytes.is_empty() { Err(Error::NotFound) } else { Ok((upload.kind()?, bytes)) }
}

/// Takes the file for importing, so that a second press of the button, on whichever server, does not import it beside.
pub fn claim(conn: &mut Conn, id: i64, at: NaiveDateTime) -> Result<bool> {
    let free = import_uploads::claimed_at.is_null().or(import_uploads::claimed_at.lt(at - CLAIM));
    let rows = diesel::update(import_uploads::table.filter(import_uploads::id.eq(id)).filter(free.assume_not_null()))
        .set(import_uploads::claimed_at.eq(at))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Gives the file back when its import failed.
pub fn release(conn: &mut Conn, id: i64) -> Result<()> {
    diesel::update(import_uploads::table.find(id))
        .set(import_uploads::claimed_at.eq(None::<NaiveDateTime>))
        .execute(conn)?;
    Ok(())
}

/// Forgets a file; whether it was there.
pub fn discard(conn: &mut Conn, id: i64) -> Result<bool> {
    Ok(diesel::delete(import_uploads::table.find(id)).execute(conn)? == 1)
}

/// Forgets files that waited too long. Returns how many went.
pub fn sweep(conn: &mut Conn, at: NaiveDateTime) -> Result<usize> {
    Ok(diesel::delete(import_uploads::table.filter(import_uploads::created_at.le(at - KEPT))).execute(conn)?)
}
