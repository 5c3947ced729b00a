//! Queues that leads wait in until somebody takes one.

use crate::{
    auth::{Viewer, teams},
    contacts,
    db::{
        Conn, dialect,
        schema::{contacts as contact_rows, queues, users},
        types::{ContactId, QueueId, TeamId, fold},
    },
    error::{Error, Result},
    journal,
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
    let first: Option<ContactId> = contact_rows::table
        .filter(contact_rows::queue_id.eq_any(own))
        .filter(contact_rows::deleted_at.is_null())
        .order((contact_rows::arrived_at, contact_rows::id))
        .select(contact_rows::id)
        .first(conn)
        .optional()?;
    let id = first.ok_or(Error::NotFound)?;
    contacts::assign(conn, viewer, id, viewer.id, at)?;
    Ok(id)
}

/// Takes one lead that nobody has.
///
/// # Errors
/// `Error::Refused` with who was faster.
pub fn take(conn: &mut Conn, viewer: &Viewer, id: ContactId, at: NaiveDateTime) -> Result<()> {
    dialect::hold(conn, "taking from queues")?;
    let lead = contacts::get(conn, viewer, id)?;
    match lead.owner_id {
        Some(owner) if Some(owner) != viewer.id => {
            let name = crate::auth::directory::name_of(conn, Some(owner))?.unwrap_or_else(|| "Someone".into());
            Err(Error::Refused(format!("{name} was faster: {} is theirs now.", lead.name)))
        }
        _ => contacts::assign(conn, viewer, id, viewer.id, at).map(|_| ()),
    }
}
