//! How many minutes a lead may wait for the first answer, by its source.

use crate::{
    auth::Viewer,
    db::{
        Conn, dialect,
        schema::lead_targets,
        types::{TargetId, fold},
    },
    error::{Error, Result},
    journal,
    ui::length,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Minutes that can be set at most: 30 days.
pub const MOST: i32 = 43_200;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = lead_targets)]
pub struct Target {
    pub id: TargetId,
    /// Empty for every source that has none of its own.
    pub source: String,
    /// `None` runs no clock.
    pub minutes: Option<i32>,
    since: NaiveDateTime,
    pub version: i64,
}

impl Target {
    pub fn is_rest(&self) -> bool {
        self.source.is_empty()
    }

    pub fn name(&self) -> &str {
        if self.is_rest() { "Every other source" } else { &self.source }
    }
}

/// Each source by name, that of every other last.
pub fn all(conn: &mut Conn) -> Result<Vec<Target>> {
    let mut rows: Vec<Target> = lead_targets::table.select(Target::as_select()).load(conn)?;
    rows.sort_by_key(|t| (t.is_rest(), fold(&t.source)));
    Ok(rows)
}

/// Minutes for leads of this source that arrived then. Who came before a target was set, or changed, is not measured by it:
/// thousands of old leads would be late at once.
pub(super) fn of_source(conn: &mut Conn, source: Option<&str>, arrived: NaiveDateTime) -> Result<Option<i64>> {
    let key = fold(source.unwrap_or_default());
    let rows: Vec<(String, Option<i32>, NaiveDateTime)> = lead_targets::table
        .filter(lead_targets::source_key.eq_any(["", &key]))
        .select((lead_targets::source_key, lead_targets::minutes, lead_targets::since))
        .load(conn)?;
    let found = rows.iter().find(|(own, ..)| *own == key).or(rows.first());
    let found = found.filter(|(.., since)| *since <= arrived);
    Ok(found.and_then(|(_, minutes, _)| *minutes).map(i64::from))
}

/// Adds a source.
///
/// # Errors
/// `Error::Refused` when it has a target already.
pub fn create(conn: &mut Conn, viewer: &Viewer, source: &str, minutes: Option<i32>, at: NaiveDateTime) -> Result<()> {
    dialect::hold(conn, "lead targets")?;
    if all(conn)?.iter().any(|t| fold(&t.source) == fold(source)) {
        return Err(Error::Refused(format!("“{source}” has a target already: change it above.")));
    }
    diesel::insert_into(lead_targets::table)
        .values((
            lead_targets::source.eq(source),
            lead_targets::source_key.eq(fold(source)),
            lead_targets::minutes.eq(minutes),
            lead_targets::since.eq(at),
        ))
        .execute(conn)?;
    changed(conn, viewer, source, (None, Some(minutes)), at)
}

/// Saves over the version that was read; `Ok(false)` when someone else saved in between. `None` takes the source off the
/// list.
pub fn update(
    conn: &mut Conn,
    viewer: &Viewer,
    id: TargetId,
    version: i64,
    minutes: Option<Option<i32>>,
    at: NaiveDateTime,
) -> Result<bool> {
    dialect::hold(conn, "lead targets")?;
    let before = all(conn)?.into_iter().find(|t| t.id == id).ok_or(Error::NotFound)?;
    let own = lead_targets::table.find(id).filter(lead_targets::version.eq(version));
    let rows = match minutes {
        Some(minutes) => {
            let since = if minutes == before.minutes { before.since } else { at };
            let next = (
                lead_targets::minutes.eq(minutes),
                lead_targets::since.eq(since),
                lead_targets::version.eq(version + 1),
            );
            diesel::update(own).set(next).execute(conn)?
        }
        // What holds for every other source stays.
        None => diesel::delete(own.filter(lead_targets::source_key.ne(""))).execute(conn)?,
    };
    if rows == 0 {
        return Ok(false);
    }
    changed(conn, viewer, before.name(), (Some(before.minutes), minutes), at)?;
    Ok(true)
}

fn changed(
    conn: &mut Conn,
    viewer: &Viewer,
    name: &str,
    (before, after): (Option<Option<i32>>, Option<Option<i32>>),
    at: NaiveDateTime,
) -> Result<()> {
    let shown = |m: Option<i32>| m.map_or_else(|| "no target".to_owned(), |m| length(m.into()));
    let line = |minutes: Option<Option<i32>>| minutes.map(|m| format!("{name}: {}", shown(m)));
    journal::company_changed(conn, viewer, "Response time", line(before), line(after), at)
}
