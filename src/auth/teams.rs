//! Teams in the database.

use super::{Viewer, directory, directory::Team};
use crate::{
    db::{
        Conn, dialect,
        schema::{company, teams, users},
        types::{TeamId, UserId, fold},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// What an admin decides about a team.
#[derive(Clone, Debug)]
pub struct Input {
    pub name: String,
    pub parent_id: Option<TeamId>,
    pub manager_id: Option<UserId>,
}

/// A team.
pub fn get(conn: &mut Conn, id: TeamId) -> Result<Team> {
    let columns = (teams::id, teams::name, teams::parent_id, teams::manager_id, teams::version);
    Ok(teams::table.find(id).select(columns).first(conn)?)
}

/// The team of this name.
pub fn find(conn: &mut Conn, name: &str) -> Result<Option<TeamId>> {
    Ok(teams::table.filter(teams::name_folded.eq(fold(name))).select(teams::id).first(conn).optional()?)
}

/// The team of this name, made at the top of the tree when there is none.
pub fn find_or_make(conn: &mut Conn, viewer: &Viewer, name: &str, at: NaiveDateTime) -> Result<TeamId> {
    match find(conn, name)? {
        Some(id) => Ok(id),
        None => create(conn, viewer, &Input { name: name.to_owned(), parent_id: None, manager_id: None }, at),
    }
}

/// Adds a team.
///
/// # Errors
/// `Error::Refused` when the name is taken.
pub fn create(conn: &mut Conn, viewer: &Viewer, new: &Input, at: NaiveDateTime) -> Result<TeamId> {
    lock(conn)?;
    refuse_taken(conn, &new.name, None)?;
    let id: TeamId = diesel::insert_into(teams::table)
        .values((
            teams::name.eq(&new.name),
            teams::name_folded.eq(fold(&new.name)),
            teams::parent_id.eq(new.parent_id),
            teams::manager_id.eq(new.manager_id),
        ))
        .returning(teams::id)
        .get_result(conn)?;
    let parent = name_of(conn, new.parent_id)?;
    let manager = directory::name_of(conn, new.manager_id)?;
    let change = Change::new(id, Action::Created, &new.name)
        .field("Name", None, Some(new.name.clone()))
        .field("Part of", None, parent)
        .field("Led by", None, manager);
    journal::record(conn, viewer, change, at)?;
    Ok(id)
}

/// Saves over the version that was read. `Ok(false)` when someone else saved in between.
///
/// # Errors
/// `Error::Refused` when the name is taken, or the team would stand below itself.
pub fn update(
    conn: &mut Conn,
    viewer: &Viewer,
    before: &Team,
    version: i64,
    next: &Input,
    at: NaiveDateTime,
) -> Result<bool> {
    lock(conn)?;
    refuse_taken(conn, &next.name, Some(before.id))?;
    refuse_cycle(conn, before.id, next.parent_id)?;
    let rows = diesel::update(teams::table.filter(teams::id.eq(before.id)).filter(teams::version.eq(version)))
        .set((
            teams::name.eq(&next.name),
            teams::name_folded.eq(fold(&next.name)),
            teams::parent_id.eq(next.parent_id),
            teams::manager_id.eq(next.manager_id),
            teams::version.eq(version + 1),
        ))
        .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    renew_scopes(conn)?;
    let (old_parent, new_parent) = (name_of(conn, before.parent_id)?, name_of(conn, next.parent_id)?);
    let old_manager = directory::name_of(conn, before.manager_id)?;
    let new_manager = directory::name_of(conn, next.manager_id)?;
    let change = Change::new(before.id, Action::Updated, &next.name)
        .field("Name", Some(before.name.clone()), Some(next.name.clone()))
        .field("Part of", old_parent, new_parent)
        .field("Led by", old_manager, new_manager);
    journal::record(conn, viewer, change, at)?;
    Ok(true)
}

/// Removes a team that nobody and no other team belongs to.
///
/// # Errors
/// `Error::Refused` otherwise.
pub fn delete(conn: &mut Conn, viewer: &Viewer, id: TeamId, at: NaiveDateTime) -> Result<Team> {
    lock(conn)?;
    let team = get(conn, id)?;
    let people: i64 = users::table.filter(users::team_id.eq(id)).count().get_result(conn)?;
    let below: i64 = teams::table.filter(teams::parent_id.eq(id)).count().get_result(conn)?;
    if people + below > 0 {
        return Err(Error::Refused(format!(
            "{} is not empty: move its people and the teams below it elsewhere first.",
            team.name
        )));
    }
    diesel::delete(teams::table.find(id)).execute(conn)?;
    journal::record(
        conn,
        viewer,
        Change::new(id, Action::Erased, &team.name).field("Name", Some(team.name.clone()), None),
        at,
    )?;
    Ok(team)
}

/// A team's name, for the journal.
pub fn name_of(conn: &mut Conn, id: Option<TeamId>) -> Result<Option<String>> {
    match id {
        Some(id) => Ok(teams::table.find(id).select(teams::name).first(conn).optional()?),
        None => Ok(None),
    }
}

/// Two changes of the tree at the same moment could make a circle of it.
fn lock(conn: &mut Conn) -> Result<()> {
    Ok(dialect::hold(conn, "the tree of teams")?)
}

/// Who sees whose records hangs on the tree: every server reads it again at once, because the company's row has a new
/// version (`session::find`).
pub fn renew_scopes(conn: &mut Conn) -> Result<()> {
    diesel::update(company::table).set(company::version.eq(company::version + 1)).execute(conn)?;
    Ok(())
}

fn refuse_taken(conn: &mut Conn, name: &str, except: Option<TeamId>) -> Result<()> {
    match find(conn, name)? {
        Some(id) if Some(id) != except => {
            Err(Error::Refused(format!("There is a team called {name} already: choose another name.")))
        }
        _ => Ok(()),
    }
}

fn refuse_cycle(conn: &mut Conn, team: TeamId, parent: Option<TeamId>) -> Result<()> {
    let mut above = parent;
    // No tree is deeper than it has teams.
    let mut steps: i64 = teams::table.count().get_result(conn)?;
    while let Some(id) = above {
        if id == team || steps < 0 {
            return Err(Error::Refused(
                "A team cannot be part of itself or of a team below it: choose another.".into(),
            ));
        }
        above = teams::table.find(id).select(teams::parent_id).first::<Option<TeamId>>(conn).optional()?.flatten();
        steps -= 1;
    }
    Ok(())
}
