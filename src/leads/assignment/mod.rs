//! Assignment rules: who gets a lead that arrives without an owner. In order, the first whose conditions all hold wins;
//! one that has nobody to give to (an owner who left, a team of which everybody is away or full) is passed over.

pub mod availability;
pub mod queues;

use super::{
    conditions::{self, Checked, Condition, Facts},
    qualifying,
};
use crate::{
    auth::{Role, Viewer, company, directory, teams},
    contacts::{self, Contact},
    db::{
        Conn, dialect,
        schema::{assignment_rules, users},
        types::{ContactId, QueueId, RuleId, TeamId, UserId},
    },
    error::{Error, Result},
    journal,
    ui::format,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Who has it gives the turns; one lock for all rules, so that nobody waits for another in a ring.
const TURNS: &str = "turns of assignment rules";

/// To be called before the first of many leads in one transaction: what is locked later than this could be held by
/// another who waits for a turn.
pub fn before_many(conn: &mut Conn) -> Result<()> {
    match all(conn)?.iter().any(|r| r.active && matches!(r.target, Target::Team(_))) {
        true => Ok(dialect::hold(conn, TURNS)?),
        false => Ok(()),
    }
}

/// Who a rule gives leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Owner(UserId),
    /// Each in turn: the people of this team.
    Team(TeamId),
    Queue(QueueId),
    /// What was chosen is gone.
    Nobody,
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub id: RuleId,
    pub name: String,
    pub active: bool,
    pub conditions: Vec<Condition>,
    pub target: Target,
    /// Who of the team had the last one.
    last: Option<UserId>,
    pub version: i64,
}

/// What a form gives: already valid.
#[derive(Clone, Debug)]
pub struct Input {
    pub name: String,
    pub active: bool,
    pub conditions: Vec<Condition>,
    pub target: Target,
}

/// A rule held against a lead.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub rule: Rule,
    pub checks: Vec<Checked>,
    pub holds: bool,
    /// Where the lead goes by it; `None` where its conditions do not hold or it has nobody to give to.
    pub to: Option<Recipient>,
}

/// Where a lead goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    Person(UserId),
    Queue(QueueId),
}

type RuleRow = (RuleId, String, bool, String, Option<UserId>, Option<TeamId>, Option<QueueId>, Option<UserId>, i64);

/// Every rule, in order.
pub fn all(conn: &mut Conn) -> Result<Vec<Rule>> {
    let rows: Vec<RuleRow> = assignment_rules::table
        .order((assignment_rules::position, assignment_rules::id))
        .select((
            assignment_rules::id,
            assignment_rules::name,
            assignment_rules::active,
            assignment_rules::conditions,
            assignment_rules::owner_id,
            assignment_rules::team_id,
            assignment_rules::queue_id,
            assignment_rules::last_id,
            assignment_rules::version,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, name, active, kept, owner, team, queue, last, version)| {
            let target = match (owner, team, queue) {
                (Some(owner), ..) => Target::Owner(owner),
                (_, Some(team), _) => Target::Team(team),
                (.., Some(queue)) => Target::Queue(queue),
                _ => Target::Nobody,
            };
            Ok(Rule { id, name, active, conditions: conditions::read(&kept)?, target, last, version })
        })
        .collect()
}

pub fn get(conn: &mut Conn, id: RuleId) -> Result<Rule> {
    all(conn)?.into_iter().find(|r| r.id == id).ok_or(Error::NotFound)
}

/// The columns of a target.
fn columns(target: Target) -> (Option<UserId>, Option<TeamId>, Option<QueueId>) {
    match target {
        Target::Owner(id) => (Some(id), None, None),
        Target::Team(id) => (None, Some(id), None),
        Target::Queue(id) => (None, None, Some(id)),
        Target::Nobody => (None, None, None),
    }
}

/// What a target is called.
pub fn target_name(conn: &mut Conn, target: Target) -> Result<String> {
    let name = match target {
        Target::Owner(id) => directory::name_of(conn, Some(id))?,
        Target::Team(id) => teams::name_of(conn, Some(id))?.map(|name| format!("{name}, in turn")),
        Target::Queue(id) => queues::name_of(conn, id)?.map(|name| format!("queue {name}")),
        Target::Nobody => None,
    };
    Ok(name.unwrap_or_else(|| "nobody".into()))
}

fn shown(conn: &mut Conn, input: &Input) -> Result<String> {
    let words: Vec<String> = input.conditions.iter().map(Condition::words).collect();
    let asked = if words.is_empty() { "every lead".to_owned() } else { words.join(" and ") };
    let off = if input.active { "" } else { " (off)" };
    Ok(format!("{}: {asked} → {}{off}", input.name, target_name(conn, input.target)?))
}

/// Adds a rule behind the others.
pub fn create(conn: &mut Conn, viewer: &Viewer, new: &Input, at: NaiveDateTime) -> Result<RuleId> {
    let last: Option<i32> = assignment_rules::table.select(diesel::dsl::max(assignment_rules::position)).first(conn)?;
    let (owner, team, queue) = columns(new.target);
    let id = diesel::insert_into(assignment_rules::table)
        .values((
            assignment_rules::position.eq(last.unwrap_or(0) + 1),
            assignment_rules::name.eq(&new.name),
            assignment_rules::active.eq(new.active),
            assignment_rules::conditions.eq(conditions::write(&new.conditions)?),
            assignment_rules::owner_id.eq(owner),
            assignment_rules::team_id.eq(team),
            assignment_rules::queue_id.eq(queue),
        ))
        .returning(assignment_rules::id)
        .get_result(conn)?;
    let words = shown(conn, new)?;
    journal::company_changed(conn, viewer, "Assignment rule", None, Some(words), at)?;
    Ok(id)
}

/// Saves over the version that was read. `Ok(false)` when someone else saved in between.
pub fn update(
    conn: &mut Conn,
    viewer: &Viewer,
    before: &Rule,
    version: i64,
    next: &Input,
    at: NaiveDateTime,
) -> Result<bool> {
    let (owner, team, queue) = columns(next.target);
    let own = assignment_rules::table.find(before.id).filter(assignment_rules::version.eq(version));
    let rows = diesel::update(own)
        .set((
            assignment_rules::name.eq(&next.name),
            assignment_rules::active.eq(next.active),
            assignment_rules::conditions.eq(conditions::write(&next.conditions)?),
            assignment_rules::owner_id.eq(owner),
            assignment_rules::team_id.eq(team),
            assignment_rules::queue_id.eq(queue),
            assignment_rules::version.eq(version + 1),
        ))
        .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    let old = shown(conn, &Input::from(before))?;
    let new = shown(conn, next)?;
    journal::company_changed(conn, viewer, "Assignment rule", Some(old), Some(new), at)?;
    Ok(true)
}

impl From<&Rule> for Input {
    fn from(rule: &Rule) -> Self {
        Self { name: rule.name.clone(), active: rule.active, conditions: rule.conditions.clone(), target: rule.target }
    }
}

/// Takes a rule away.
pub fn delete(conn: &mut Conn, viewer: &Viewer, id: RuleId, at: NaiveDateTime) -> Result<()> {
    let before = get(conn, id)?;
    diesel::delete(assignment_rules::table.find(id)).execute(conn)?;
    let words = shown(conn, &Input::from(&before))?;
    journal::company_changed(conn, viewer, "Assignment rule", Some(words), None, at)
}

/// Moves a rule one place up, or down.
pub fn place(conn: &mut Conn, viewer: &Viewer, id: RuleId, down: bool, at: NaiveDateTime) -> Result<()> {
    dialect::hold(conn, TURNS)?;
    let rules = all(conn)?;
    let place = rules.iter().position(|r| r.id == id).ok_or(Error::NotFound)?;
    let mut order: Vec<&Rule> = rules.iter().collect();
    match place.checked_add_signed(if down { 1 } else { -1 }).filter(|other| *other < order.len()) {
        Some(other) => order.swap(place, other),
        None => return Ok(()),
    }
    for (position, rule) in (1_i32..).zip(&order) {
        diesel::update(assignment_rules::table.find(rule.id))
            .set(assignment_rules::position.eq(position))
            .execute(conn)?;
    }
    let names = |rules: &[&Rule]| Some(rules.iter().map(|r| r.name.clone()).collect::<Vec<_>>().join(", "));
    let before: Vec<&Rule> = rules.iter().collect();
    journal::company_changed(conn, viewer, "Order of assignment rules", names(&before), names(&order), at)
}

/// Holds every rule against a lead, to show which one it hits and why. Nothing is changed.
pub fn trial(conn: &mut Conn, lead: &Contact, at: NaiveDateTime) -> Result<Vec<Verdict>> {
    let facts = Facts::load(conn, lead)?;
    all(conn)?
        .into_iter()
        .map(|rule| {
            let checks: Vec<Checked> = rule.conditions.iter().map(|c| c.check(&facts)).collect();
            let holds = rule.active && checks.iter().all(|c| c.holds);
            let to = if holds { recipient(conn, &rule, at)? } else { None };
            Ok(Verdict { rule, checks, holds, to })
        })
        .collect()
}

/// Gives a lead without an owner to whom the rules say. Returns where it went.
pub fn apply(conn: &mut Conn, viewer: &Viewer, id: ContactId, at: NaiveDateTime) -> Result<Option<Recipient>> {
    let lead = contacts::get(conn, viewer, id)?;
    if lead.owner_id.is_some() || lead.queue_id.is_some() || !qualifying::is_open(&lead) {
        return Ok(None);
    }
    let rules: Vec<Rule> = all(conn)?.into_iter().filter(|r| r.active).collect();
    if rules.is_empty() {
        return Ok(None);
    }
    let facts = Facts::load(conn, &lead)?;
    for rule in rules.iter().filter(|r| r.conditions.iter().all(|c| c.check(&facts).holds)) {
        let to = match rule.target {
            Target::Team(_) => in_turn(conn, rule.id, at)?,
            _ => recipient(conn, rule, at)?,
        };
        match to {
            Some(Recipient::Person(person)) => {
                if !contacts::claim(conn, viewer, id, person, at)? {
                    return Ok(None);
                }
            }
            Some(Recipient::Queue(queue)) => {
                let name = queues::name_of(conn, queue)?.unwrap_or_default();
                contacts::put_in_queue(conn, viewer, id, (queue, &name), at)?;
            }
            None => continue,
        }
        return Ok(to);
    }
    Ok(None)
}

/// Who has the next turn, who then had it. One at a time, on however many servers, so that nobody is passed over.
fn in_turn(conn: &mut Conn, id: RuleId, at: NaiveDateTime) -> Result<Option<Recipient>> {
    dialect::hold(conn, TURNS)?;
    // Read again: another server may have given a turn since.
    let rule = get(conn, id)?;
    let to = recipient(conn, &rule, at)?;
    if let Some(Recipient::Person(person)) = to {
        diesel::update(assignment_rules::table.find(id)).set(assignment_rules::last_id.eq(person)).execute(conn)?;
    }
    Ok(to)
}

/// Whom a rule gives the next lead to.
fn recipient(conn: &mut Conn, rule: &Rule, at: NaiveDateTime) -> Result<Option<Recipient>> {
    match rule.target {
        Target::Owner(id) => {
            let works: i64 = users::table
                .find(id)
                .filter(users::deactivated_at.is_null())
                .filter(users::role.ne(Role::Agent))
                .count()
                .get_result(conn)?;
            Ok((works > 0).then_some(Recipient::Person(id)))
        }
        Target::Queue(id) => Ok(queues::is_active(conn, id)?.then_some(Recipient::Queue(id))),
        Target::Team(team) => {
            let members: Vec<UserId> = users::table
                .filter(users::team_id.eq(team))
                .filter(users::deactivated_at.is_null())
                .filter(users::role.ne(Role::Agent))
                .order(users::id)
                .select(users::id)
                .load(conn)?;
            let Some(company) = company::find(conn)? else { return Ok(None) };
            let today = format::local(at, company.time_zone).date_naive();
            let free = availability::free(conn, &members, today)?;
            let next = free.iter().find(|id| rule.last.is_none_or(|last| id.0 > last.0)).or_else(|| free.first());
            Ok(next.copied().map(Recipient::Person))
        }
        Target::Nobody => Ok(None),
    }
}

/// Why a target has come to be nobody since the rule was saved.
pub fn idle(conn: &mut Conn, target: Target) -> Result<Option<&'static str>> {
    let sells = users::table.filter(users::deactivated_at.is_null()).filter(users::role.ne(Role::Agent));
    Ok(match target {
        Target::Owner(id) => {
            let works: i64 = sells.filter(users::id.eq(id)).count().get_result(conn)?;
            (works == 0).then_some("this person has left, or sells no more")
        }
        Target::Team(id) => {
            let members: i64 = sells.filter(users::team_id.eq(id)).count().get_result(conn)?;
            (members == 0).then_some("nobody in this team sells")
        }
        Target::Queue(id) => (!queues::is_active(conn, id)?).then_some("this queue is put away"),
        Target::Nobody => Some("what was chosen is gone"),
    })
}

/// Whether a rule or a queue names this team: without it they would mean something else.
pub fn names_team(conn: &mut Conn, team: TeamId) -> Result<bool> {
    let rule = all(conn)?.iter().any(|r| r.target == Target::Team(team));
    Ok(rule || queues::all(conn)?.iter().any(|q| q.team_id == Some(team)))
}
