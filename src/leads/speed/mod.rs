//! Speed to lead: from when somebody became a lead until a colleague first called or met them. Targets by source say by
//! when that is to be; the clock counts every minute, whatever the office hours.

pub mod report;
pub mod targets;

use super::assignment::queues;
use crate::{
    auth::{
        Role, Viewer,
        directory::{Directory, Person},
    },
    contacts::{
        self, Lifecycle,
        answering::{self, Answering, Arrived},
    },
    db::{
        Conn,
        types::{ContactId, TeamId, UserId},
    },
    error::{Error, Result},
    journal,
    notifications::{self, Notice},
    records::lead_status::{Kind, Statuses},
    timeline,
};
use chrono::{Duration, NaiveDateTime, Timelike};

/// Reckons anew whether somebody waits for an answer, and until when. Whatever changed a lead or its timeline calls it;
/// twice is as good as once.
pub fn follow(conn: &mut Conn, id: ContactId, at: NaiveDateTime) -> Result<()> {
    let lead = answering::arrived(conn, id)?;
    let before = lead.answering.clone();
    let Some(arrived) = before.arrived_at else { return Ok(()) };
    // What is logged by hand is timed to the minute.
    let from = arrived.with_second(0).and_then(|t| t.with_nanosecond(0)).unwrap_or(arrived);
    let touch = timeline::first_touch(conn, id.into(), (from, at))?.map(|(then, by)| (then.max(arrived), by));
    // What was promised when they came holds, whatever is promised now.
    let answer_by = match before.answer_by.filter(|by| *by >= arrived) {
        Some(by) => Some(by),
        None => {
            let minutes = targets::of_source(conn, lead.source.as_deref(), arrived)?;
            minutes.map(|minutes| arrived + Duration::minutes(minutes))
        }
    };
    let due = answer_by.filter(|_| touch.is_none());
    let answer_due_at = if due.is_some() && is_open(conn, &lead)? { due } else { None };
    let next = Answering {
        arrived_at: before.arrived_at,
        first_touch_at: touch.map(|(then, _)| then),
        first_touch_by: touch.map(|(_, by)| by),
        answer_by,
        answer_due_at,
        answer_tell_at: if answer_due_at == before.answer_due_at { before.answer_tell_at } else { answer_due_at },
    };
    answering::set_answering(conn, id, &before, &next)
}

/// Whether somebody is to answer: a lead that nothing is decided about.
fn is_open(conn: &mut Conn, lead: &Arrived) -> Result<bool> {
    if lead.lifecycle != Lifecycle::Lead || lead.deleted_at.is_some() {
        return Ok(false);
    }
    let statuses = Statuses::load(conn)?;
    let kind = lead.lead_status.as_deref().and_then(|key| statuses.get(key)).map(|s| s.kind);
    Ok(!matches!(kind, Some(Kind::Disqualified | Kind::Qualified)))
}

/// Tells whose lead waits too long: its owner; without one those who take from its queue; else whoever leads. Each lead
/// once for each time that it came, also where several servers run. Returns how many leads that were.
pub(super) fn tell_late(conn: &mut Conn, most: i64, at: NaiveDateTime) -> Result<usize> {
    let late = answering::late(conn, at, most)?;
    let Some(directory) = Directory::load(conn)?.filter(|_| !late.is_empty()) else { return Ok(0) };
    let rules = Viewer::system(crate::auth::How::System);
    let queues = queues::all(conn)?;
    for id in &late {
        answering::late_told(conn, *id)?;
        let lead = match contacts::get(conn, &rules, *id) {
            Ok(lead) => lead,
            Err(Error::NotFound) => continue,
            Err(error) => return Err(error),
        };
        let Some(arrived) = lead.answering.arrived_at else { continue };
        let team = lead.queue_id.and_then(|id| queues.iter().find(|q| q.id == id)).and_then(|q| q.team_id);
        let to = told(&directory, lead.owner_id, team);
        let notices: Vec<Notice> = to
            .into_iter()
            .map(|to| Notice {
                to,
                kind: notifications::Kind::LeadLate,
                event: format!("late:{id}:{}", arrived.and_utc().timestamp()),
                said: "reminds you to answer".into(),
                record: (*id).into(),
                title: lead.name.clone(),
            })
            .collect();
        journal::tell(conn, &rules, &notices, at)?;
    }
    Ok(late.len())
}

fn told(directory: &Directory, owner: Option<UserId>, team: Option<TeamId>) -> Vec<UserId> {
    let those = |wanted: &dyn Fn(&Person) -> bool| -> Vec<UserId> {
        directory.active().filter(|p| p.role != Role::Agent && wanted(p)).map(|p| p.id).collect()
    };
    let mut found = those(&|p| Some(p.id) == owner);
    if found.is_empty() && owner.is_none() && team.is_some() {
        found = those(&|p| p.team_id == team);
    }
    if found.is_empty() {
        found = those(&|p| matches!(p.role, Role::Manager | Role::Admin));
    }
    found
}
