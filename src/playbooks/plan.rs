//! What a playbook would add to a deal: who gets each task, when it is due, and what is there already.

use super::{Again, OwnerRole, Playbook, Step, Subject};
use crate::{
    auth::{Viewer, company},
    db::{
        Conn,
        schema::{accounts, playbook_runs, playbook_tasks, tasks, teams, users},
        types::{TeamId, UserId},
    },
    error::Result,
    tasks::{Due, Status},
    ui::format,
};
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use diesel::prelude::*;

/// A step as it would be added now.
#[derive(Clone, Debug)]
pub struct Planned {
    pub step: Step,
    pub owner: Option<UserId>,
    /// Nobody has the part it is for: it goes to the deal's owner.
    pub fallen: bool,
    pub due: Due,
    /// Its task is there already.
    pub present: bool,
}

/// Every step of a playbook for a deal.
pub fn plan(
    conn: &mut Conn,
    viewer: &Viewer,
    playbook: &Playbook,
    subject: &Subject,
    at: NaiveDateTime,
) -> Result<Vec<Planned>> {
    let there: Vec<(Option<i64>, Status)> = playbook_tasks::table
        .inner_join(playbook_runs::table.on(playbook_runs::id.eq(playbook_tasks::run_id)))
        .inner_join(tasks::table.on(tasks::id.eq(playbook_tasks::task_id)))
        .filter(playbook_runs::deal_id.eq(subject.deal))
        .filter(tasks::deleted_at.is_null())
        .select((playbook_tasks::step_id, tasks::status))
        .load(conn)?;
    let company_zone = company::find(conn)?.map_or(Tz::UTC, |c| c.time_zone);
    let mut found = Vec::with_capacity(playbook.steps.len());
    for step in &playbook.steps {
        let (owner, fallen) = owner_of(conn, viewer, step, subject)?;
        let zone = zone_of(conn, owner)?.unwrap_or(company_zone);
        let on = day_after(format::local(at, zone).date_naive(), step);
        let due = Due { on, at: step.time.map(|time| format::stored(on.and_time(time), zone)) };
        let present = there.iter().any(|(id, status)| {
            step.id.is_some() && *id == step.id && (*status == Status::Open || step.again == Again::Never)
        });
        found.push(Planned { step: step.clone(), owner, fallen, due, present });
    }
    Ok(found)
}

/// So many days later; working days go from Monday to Friday and never end on a weekend.
fn day_after(start: NaiveDate, step: &Step) -> NaiveDate {
    let days = u64::try_from(step.days).unwrap_or(0);
    if !step.working {
        return start.checked_add_days(Days::new(days)).unwrap_or(start);
    }
    let weekend = |day: NaiveDate| day.weekday().number_from_monday() > 5;
    let next = |day: NaiveDate| day.succ_opt().unwrap_or(day);
    let mut day = start;
    for _ in 0..days {
        day = next(day);
        while weekend(day) {
            day = next(day);
        }
    }
    while weekend(day) {
        day = next(day);
    }
    day
}

/// Who gets it, and whether that is the deal's owner for want of somebody with its part.
fn owner_of(conn: &mut Conn, viewer: &Viewer, step: &Step, subject: &Subject) -> Result<(Option<UserId>, bool)> {
    let meant = match step.owner {
        OwnerRole::DealOwner => subject.owner,
        OwnerRole::Mover => viewer.id,
        OwnerRole::Person => step.person_id,
        OwnerRole::Manager => manager_of(conn, subject.owner)?,
        OwnerRole::AccountOwner => match subject.account {
            Some(account) => accounts::table
                .find(account)
                .filter(accounts::deleted_at.is_null())
                .select(accounts::owner_id)
                .first::<Option<UserId>>(conn)
                .optional()?
                .flatten(),
            None => None,
        },
    };
    if let Some(meant) = working_here(conn, meant)? {
        return Ok((Some(meant), false));
    }
    Ok((working_here(conn, subject.owner)?, step.owner != OwnerRole::DealOwner))
}

/// The person, unless they have left.
fn working_here(conn: &mut Conn, person: Option<UserId>) -> Result<Option<UserId>> {
    let Some(id) = person else { return Ok(None) };
    Ok(users::table.find(id).filter(users::deactivated_at.is_null()).select(users::id).first(conn).optional()?)
}

/// Who leads the team of a person; for who leads it themselves, who leads the one above.
fn manager_of(conn: &mut Conn, person: Option<UserId>) -> Result<Option<UserId>> {
    let Some(id) = person else { return Ok(None) };
    let mut team: Option<TeamId> = users::table.find(id).select(users::team_id).first(conn).optional()?.flatten();
    // No tree is deeper than it has teams.
    let mut left: i64 = teams::table.count().get_result(conn)?;
    while let Some(own) = team.filter(|_| left > 0) {
        let (manager, above): (Option<UserId>, Option<TeamId>) =
            teams::table.find(own).select((teams::manager_id, teams::parent_id)).first(conn)?;
        if manager.is_some_and(|m| m != id) {
            return Ok(manager);
        }
        team = above;
        left -= 1;
    }
    Ok(None)
}

fn zone_of(conn: &mut Conn, person: Option<UserId>) -> Result<Option<Tz>> {
    let Some(id) = person else { return Ok(None) };
    let name: Option<String> = users::table.find(id).select(users::time_zone).first(conn).optional()?;
    Ok(name.and_then(|name| name.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::Priority;

    #[test]
    fn working_days_pass_over_weekends() {
        let step = |days, working| Step {
            id: None,
            subject: String::new(),
            kind: String::new(),
            priority: Priority::Normal,
            days,
            working,
            time: None,
            owner: OwnerRole::DealOwner,
            person_id: None,
            description: String::new(),
            again: Again::Never,
        };
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        // A Friday.
        let friday = day("2026-11-27");
        assert_eq!(day_after(friday, &step(0, true)), friday);
        assert_eq!(day_after(friday, &step(1, true)), day("2026-11-30"));
        assert_eq!(day_after(friday, &step(6, true)), day("2026-12-07"));
        assert_eq!(day_after(friday, &step(1, false)), day("2026-11-28"));
        assert_eq!(day_after(day("2026-11-28"), &step(0, true)), day("2026-11-30"));
    }
}
