//! People of the company: found by their number in the other system, e-mail or name. Without an e-mail they exist, own
//! records and stand in teams, and cannot sign in. A column of managers makes a team for each manager, below the office.

use super::{Applied, Context, Failure, Outcome, merge::Merge, overtaken, reading::Reading};
use crate::{
    auth::{
        Role, teams,
        users::{self, NewUser},
    },
    db::{
        Conn,
        types::{TeamId, UserId, clean},
    },
    error::Result,
    imports::{fields::Kind, record::Record},
    records::RecordKind,
};

pub(super) fn apply(context: &mut Context, conn: &mut Conn, record: &Record) -> Applied<Outcome> {
    let mut reading = Reading::new(Kind::Users, record);
    let name = reading.text("name", 250);
    let email = reading.emails("email").into_iter().next();
    let team = reading.text("team", 120);
    let manager = reading.text("manager", 250);
    reading.finish()?;
    let role = record.text("role").and_then(Role::parse);
    let by_id = context.by_external_id(conn, RecordKind::User, record)?.map(UserId);
    let found = by_id
        .or_else(|| email.as_ref().and_then(|e| context.people.with_email(e.as_str())))
        .or_else(|| name.as_ref().and_then(|n| context.people.named(n)));
    let office = match &team {
        Some(name) => Some(team_called(context, conn, name, None)?),
        None => None,
    };
    let team = match &manager {
        Some(name) => Some(team_of(context, conn, name, office)?),
        None => office,
    };
    let Some(id) = found else {
        let name = name.or_else(|| email.as_ref().map(|e| e.as_str().to_owned()));
        let name = name.ok_or_else(|| Failure::Row("The row has no Name or E-mail.".to_owned()))?;
        let zone = record.text("time_zone").filter(|z| z.parse::<chrono_tz::Tz>().is_ok());
        let new = NewUser {
            name,
            email,
            role: role.unwrap_or(Role::Rep),
            team_id: team,
            time_zone: zone.unwrap_or(context.company.time_zone.name()).to_owned(),
            password: None,
        };
        let id = users::create(conn, &context.viewer, &new, context.at)?;
        context.people.add(id, &new.name, new.email.as_ref().map(|e| e.as_str()));
        context.made(conn, id.into(), record)?;
        return Ok(Outcome::Created);
    };
    let again = context.meet(conn, id.into(), record)?;
    let before = users::get(conn, id)?;
    let held = before.email.as_deref().map(crate::db::types::EmailAddress::parse).transpose().map_err(Failure::Row)?;
    let mut next = users::Input { name: before.name.clone(), email: held, role: before.role, team_id: before.team_id };
    let mut merge = Merge::new(again);
    merge.set(&mut next.name, name);
    // Who can sign in keeps the address they sign in with: a file must not lock anyone out.
    if next.email.is_none() {
        merge.fill(&mut next.email, email);
    }
    merge.set(&mut next.role, role);
    merge.fill(&mut next.team_id, team);
    if !merge.changed {
        return Ok(Outcome::Unchanged);
    }
    if !users::update(conn, &context.viewer, &before, before.version, &next, context.at)? {
        return Err(overtaken());
    }
    context.people.add(id, &next.name, next.email.as_ref().map(|e| e.as_str()));
    Ok(Outcome::Updated)
}

/// The team of a manager, who is made when nobody has that name: "Celia Rouche’s team", below the office.
fn team_of(context: &mut Context, conn: &mut Conn, name: &str, office: Option<TeamId>) -> Applied<TeamId> {
    let known = context.people.with_email(name).or_else(|| context.people.named(name));
    let manager = match known {
        Some(id) => users::get(conn, id)?,
        None => {
            let new = NewUser {
                name: name.to_owned(),
                email: None,
                role: Role::Manager,
                team_id: None,
                time_zone: context.company.time_zone.name().to_owned(),
                password: None,
            };
            let id = users::create(conn, &context.viewer, &new, context.at)?;
            context.people.add(id, name, None);
            context.notes.made("manager", "managers", name);
            users::get(conn, id)?
        }
    };
    let team = team_called(context, conn, &format!("{}’s team", manager.name), Some((office, manager.id)))?;
    let role = if manager.role == Role::Rep { Role::Manager } else { manager.role };
    let team_id = manager.team_id.or(Some(team));
    if (role, team_id) != (manager.role, manager.team_id) {
        let email = manager.email.as_deref().map(crate::db::types::EmailAddress::parse).transpose();
        let next = users::Input { name: manager.name.clone(), email: email.map_err(Failure::Row)?, role, team_id };
        if !users::update(conn, &context.viewer, &manager, manager.version, &next, context.at)? {
            return Err(overtaken());
        }
    }
    Ok(team)
}

/// The team of this name, made where there is none. `under` says, for a new one, which office it belongs to and who
/// leads it.
fn team_called(
    context: &mut Context,
    conn: &mut Conn,
    name: &str,
    under: Option<(Option<TeamId>, UserId)>,
) -> Result<TeamId> {
    if let Some(id) = teams::find(conn, name)? {
        return Ok(id);
    }
    let name = clean(name).unwrap_or_default();
    let (parent_id, manager_id) = under.map_or((None, None), |(office, leader)| (office, Some(leader)));
    context.notes.made("team", "teams", &name);
    let new = teams::Input { name, parent_id, manager_id };
    teams::create(conn, &context.viewer, &new, context.at)
}
