//! Queues that leads wait in until somebody takes one.

use crate::{
    auth::{Viewer, directory, teams},
    contacts::{self, Lifecycle},
    db::{
        Conn, dialect,
        schema::{contacts as contact_rows, queues, users},
        types::{ContactId, QueueId, TeamId, UserId, fold},
    },
    error::{Error, Result},
    journal,
    leads::qualifying,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Queue {
    pub id: QueueId,
    pub name: String,
    /// Who takes from it; everybody who sells where it is none.
    pub team_id: Option<TeamId>,
    pub active: bool,
}

/// Every queue, by name.
pub fn all(conn: &mut Conn) -> Result<Vec<Queue>> {
    let mut rows: Vec<Queue> =
        queues::table.select((queues::id, queues::name, queues::team_id, queues::active)).load(conn)?;
    rows.sort_by_key(|q| fold(&q.name));
    Ok(rows)
}

pub fn name_of(conn: &mut Conn, id: QueueId) -> Result<Option<String>> {
    Ok(queues::table.find(id).select(queues::name).first(conn).optional()?)
}

pub fn is_active(conn: &mut Conn, id: QueueId) -> Result<bool> {
    Ok(queues::table.find(id).select(queues::active).first(conn).optional()?.unwrap_or(false))
}

/// Adds a queue, or saves the name, team and state of one.
///
/// # Errors
/// `Error::Refused` when another has this name.
pub fn save(
    conn: &mut Conn,
    viewer: &Viewer,
    id: Option<QueueId>,
    (name, team, active): (&str, Option<TeamId>, bool),
    at: NaiveDateTime,
) -> Result<()> {
    dialect::hold(conn, "queues")?;
    let all = all(conn)?;
    if all.iter().any(|q| Some(q.id) != id && fold(&q.name) == fold(name)) {
        return Err(Error::Refused(format!("There is a queue “{name}” already: choose another name.")));
    }
    let values = (queues::name.eq(name), queues::team_id.eq(team), queues::active.eq(active));
    let before = match id {
        Some(id) => {
            let before = all.into_iter().find(|q| q.id == id).ok_or(Error::NotFound)?;
            diesel::update(queues::table.find(id)).set(values).execute(conn)?;
            Some(shown(conn, &before.name, before.team_id, before.active)?)
        }
        None => {
            diesel::insert_into(queues::table).values(values).execute(conn)?;
            None
        }
    };
    let after = shown(conn, name, team, active)?;
    journal::company_changed(conn, viewer, "Queue", before, Some(after), at)
}

fn shown(conn: &mut Conn, name: &str, team: Option<TeamId>, active: bool) -> Result<String> {
    let who = teams::name_of(conn, team)?.unwrap_or_else(|| "everybody".into());
    Ok(format!("{name}, for {who}{}", if active { "" } else { " (put away)" }))
}

/// Takes the lead that has waited longest in the queues of this person. Two who ask at once get two different ones.
///
/// # Errors
/// `Error::NotFound` when nothing waits for them.
pub fn take_next(conn: &mut Conn, viewer: &Viewer, at: NaiveDateTime) -> Result<ContactId> {
    dialect::hold(conn, "taking from queues")?;
    let team: Option<TeamId> = match viewer.id {
        Some(id) => users::table.find(id).select(users::team_id).first(conn)?,
        None => None,
    };
    let own: Vec<QueueId> =
        all(conn)?.into_iter().filter(|q| q.team_id.is_none() || q.team_id == team).map(|q| q.id).collect();
    let Some(me) = viewer.id else { return Err(Error::NotFound) };
    let waiting: Vec<ContactId> = contact_rows::table
        .filter(contact_rows::queue_id.eq_any(own))
        .filter(contact_rows::owner_id.is_null())
        .filter(contact_rows::lifecycle.eq(Lifecycle::Lead))
        .filter(contact_rows::deleted_at.is_null())
        .order((contact_rows::arrived_at, contact_rows::id))
        .select(contact_rows::id)
        .limit(5)
        .load(conn)?;
    for id in waiting {
        // One that somebody was given at this moment is passed over.
        if contacts::claim(conn, viewer, id, me, at)? {
            return Ok(id);
        }
    }
    Err(Error::NotFound)
}

/// Takes one lead that nobody has.
///
/// # Errors
/// `Error::Refused` with who was faster.
pub fn take(conn: &mut Conn, viewer: &Viewer, id: ContactId, at: NaiveDateTime) -> Result<()> {
    let lead = contacts::get(conn, viewer, id)?;
    let Some(me) = viewer.id.filter(|_| qualifying::is_open(&lead)) else {
        return Err(Error::Refused(format!("{} is no lead any more.", lead.name)));
    };
    if lead.owner_id == viewer.id || contacts::claim(conn, viewer, id, me, at)? {
        return Ok(());
    }
    let owner: Option<UserId> = contact_rows::table.find(id).select(contact_rows::owner_id).first(conn)?;
    let name = directory::name_of(conn, owner)?.unwrap_or_else(|| "Someone".into());
    Err(Error::Refused(format!("{name} was faster: {} is theirs now.", lead.name)))
}
