//! Why deals end, and leads that come to nothing: the lists that closing and disqualifying choose from. A reason that was
//! used is put away, not erased.

use super::Status;
use crate::{
    auth::Viewer,
    db::{
        Conn, dialect,
        schema::close_reasons,
        types::{ReasonId, fold},
    },
    error::{Error, Result},
    journal, text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

text_enum! {
    /// What a reason is for.
    Outcome {
        Won = "won", "Won";
        Lost = "lost", "Lost";
        Disqualified = "disqualified", "Leads disqualified";
    }
}

impl Outcome {
    /// How a deal ended.
    pub fn of(status: Status) -> Option<Self> {
        match status {
            Status::Open => None,
            Status::Won => Some(Self::Won),
            Status::Lost => Some(Self::Lost),
        }
    }

    /// After "Reason for".
    pub fn doing(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Disqualified => "disqualifying",
        }
    }
}

/// A reason for winning, losing, or disqualifying.
#[derive(Clone, Debug, Queryable)]
pub struct Reason {
    pub id: ReasonId,
    pub name: String,
    pub outcome: Outcome,
    /// On offer.
    pub active: bool,
}

/// Every reason, each in order.
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

/// A reason with this name for the same outcome, other than itself.
pub fn same(conn: &mut Conn, name: &str, outcome: Outcome, except: Option<ReasonId>) -> Result<bool> {
    // Held until the reason is saved: two may be given one name at once.
    dialect::hold(conn, "reasons for closing")?;
    let like = |r: &Reason| r.outcome == outcome && Some(r.id) != except && fold(&r.name) == fold(name);
    Ok(all(conn)?.iter().any(like))
}

/// Adds a reason at the end of its list.
pub fn create(conn: &mut Conn, viewer: &Viewer, name: &str, outcome: Outcome, at: NaiveDateTime) -> Result<()> {
    let last: Option<i32> = close_reasons::table.select(diesel::dsl::max(close_reasons::position)).first(conn)?;
    diesel::insert_into(close_reasons::table)
        .values((
            close_reasons::name.eq(name),
            close_reasons::outcome.eq(outcome),
            close_reasons::position.eq(last.unwrap_or(0) + 1),
        ))
        .execute(conn)?;
    tell(conn, viewer, outcome, None, Some(name.to_owned()), at)
}

/// Renames a reason. Deals that were closed with it show its new name.
pub fn rename(conn: &mut Conn, viewer: &Viewer, id: ReasonId, name: &str, at: NaiveDateTime) -> Result<()> {
    let before = get(conn, id)?;
    diesel::update(close_reasons::table.find(id)).set(close_reasons::name.eq(name)).execute(conn)?;
    tell(conn, viewer, before.outcome, Some(before.name), Some(name.to_owned()), at)
}

/// Puts a reason away, or brings it back.
pub fn set_active(conn: &mut Conn, viewer: &Viewer, id: ReasonId, active: bool, at: NaiveDateTime) -> Result<()> {
    let before = get(conn, id)?;
    diesel::update(close_reasons::table.find(id)).set(close_reasons::active.eq(active)).execute(conn)?;
    let shown = |active| if active { before.name.clone() } else { format!("{} (put away)", before.name) };
    tell(conn, viewer, before.outcome, Some(shown(before.active)), Some(shown(active)), at)
}

fn get(conn: &mut Conn, id: ReasonId) -> Result<Reason> {
    all(conn)?.into_iter().find(|r| r.id == id).ok_or(Error::NotFound)
}

fn tell(
    conn: &mut Conn,
    viewer: &Viewer,
    outcome: Outcome,
    before: Option<String>,
    after: Option<String>,
    at: NaiveDateTime,
) -> Result<()> {
    journal::company_changed(conn, viewer, &format!("Reason for {}", outcome.doing()), before, after, at)
}

/// Those on offer for one outcome, and the chosen one, for a select.
pub fn options(all: &[Reason], outcome: Outcome, chosen: &str) -> Vec<(String, String, bool)> {
    let mut options = vec![(String::new(), "Choose one".to_owned(), chosen.is_empty())];
    let offered = all.iter().filter(|r| r.outcome == outcome && (r.active || r.id.to_string() == chosen));
    options.extend(offered.map(|r| (r.id.to_string(), r.name.clone(), r.id.to_string() == chosen)));
    options
}
