//! Tags: words that people put on records, one list for all nouns.

use super::RecordRef;
use crate::{
    db::{
        Conn, dialect,
        schema::{taggings, tags},
        types::{TagId, clean, fold},
    },
    error::Result,
};
use diesel::prelude::*;

/// The tags of one record, by name.
pub fn of(conn: &mut Conn, record: RecordRef) -> Result<Vec<(TagId, String)>> {
    Ok(taggings::table
        .inner_join(tags::table.on(tags::id.eq(taggings::tag_id)))
        .filter(taggings::record_kind.eq(record.kind.text()))
        .filter(taggings::record_id.eq(record.id))
        .order(tags::name_folded)
        .select((tags::id, tags::name))
        .load(conn)?)
}

/// All tags, for filters and suggestions.
pub fn all(conn: &mut Conn) -> Result<Vec<(TagId, String)>> {
    Ok(tags::table.order(tags::name_folded).select((tags::id, tags::name)).limit(500).load(conn)?)
}

/// Splits what was typed into a tags field, "Cold chain, Reference", dropping doubles.
pub fn parse(typed: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in typed.split([',', ';', '\n']).filter_map(clean) {
        if !names.iter().any(|n| fold(n) == fold(&name)) {
            names.push(name.chars().take(60).collect());
        }
    }
    names
}

/// Gives the record exactly these tags, making new ones as needed.
pub fn set(conn: &mut Conn, record: RecordRef, names: &[String]) -> Result<()> {
    let current = of(conn, record)?;
    for (id, name) in &current {
        if !names.iter().any(|n| fold(n) == fold(name)) {
            diesel::delete(
                taggings::table
                    .filter(taggings::record_kind.eq(record.kind.text()))
                    .filter(taggings::record_id.eq(record.id))
                    .filter(taggings::tag_id.eq(id.0)),
            )
            .execute(conn)?;
        }
    }
    for name in names {
        if current.iter().any(|(_, n)| fold(n) == fold(name)) {
            continue;
        }
        let id = make(conn, name)?;
        diesel::insert_into(taggings::table)
            .values((
                taggings::tag_id.eq(id.0),
                taggings::record_kind.eq(record.kind.text()),
                taggings::record_id.eq(record.id),
            ))
            .execute(conn)?;
    }
    Ok(())
}

fn make(conn: &mut Conn, name: &str) -> Result<TagId> {
    let folded = fold(name);
    let find = |conn: &mut Conn| {
        tags::table.filter(tags::name_folded.eq(&folded)).select(tags::id).first::<TagId>(conn).optional()
    };
    if let Some(id) = find(conn)? {
        return Ok(id);
    }
    // Another transaction may be making it: its name is there once this one has waited.
    dialect::hold(conn, "new tags")?;
    match find(conn)? {
        Some(id) => Ok(id),
        None => Ok(diesel::insert_into(tags::table)
            .values((tags::name.eq(name), tags::name_folded.eq(&folded)))
            .returning(tags::id)
            .get_result(conn)?),
    }
}
