//! Playbooks in the database.

use super::{Again, OwnerRole, Playbook, Step};
use crate::{
    auth::Viewer,
    db::{
        Conn, dialect,
        schema::{playbook_stages, playbook_steps, playbooks},
        types::{PlaybookId, StageId, UserId, fold},
    },
    error::{Error, Result},
    journal,
    tasks::Priority,
};
use chrono::{NaiveDateTime, NaiveTime};
use diesel::prelude::*;

/// What the form gives: already valid.
#[derive(Clone, Debug)]
pub struct Input {
    pub name: String,
    pub active: bool,
    pub stages: Vec<StageId>,
    pub steps: Vec<Step>,
}

type StepRow = (
    (i64, PlaybookId, String, String, Priority, i32, bool),
    (Option<NaiveTime>, OwnerRole, Option<UserId>, String, Again),
);

/// Every playbook, by name.
pub fn all(conn: &mut Conn) -> Result<Vec<Playbook>> {
    let rows: Vec<(PlaybookId, String, bool, i64)> = playbooks::table
        .order(playbooks::id)
        .select((playbooks::id, playbooks::name, playbooks::active, playbooks::version))
        .load(conn)?;
    let stages: Vec<(PlaybookId, StageId)> = playbook_stages::table
        .order(playbook_stages::stage_id)
        .select((playbook_stages::playbook_id, playbook_stages::stage_id))
        .load(conn)?;
    let steps: Vec<StepRow> = playbook_steps::table
        .order((playbook_steps::position, playbook_steps::id))
        .select((
            (
                playbook_steps::id,
                playbook_steps::playbook_id,
                playbook_steps::subject,
                playbook_steps::kind,
                playbook_steps::priority,
                playbook_steps::days,
                playbook_steps::working,
            ),
            (
                playbook_steps::due_time,
                playbook_steps::owner,
                playbook_steps::person_id,
                playbook_steps::description,
                playbook_steps::again,
            ),
        ))
        .load(conn)?;
    let mut found: Vec<Playbook> = rows
        .into_iter()
        .map(|(id, name, active, version)| Playbook {
            id,
            name,
            active,
            version,
            stages: stages.iter().filter(|(of, _)| *of == id).map(|(_, stage)| *stage).collect(),
            steps: steps.iter().filter(|row| row.0.1 == id).cloned().map(step).collect(),
        })
        .collect();
    found.sort_by_key(|p| fold(&p.name));
    Ok(found)
}

fn step(row: StepRow) -> Step {
    let ((id, _, subject, kind, priority, days, working), (time, owner, person_id, description, again)) = row;
    Step { id: Some(id), subject, kind, priority, days, working, time, owner, person_id, description, again }
}

/// One playbook.
pub fn get(conn: &mut Conn, id: PlaybookId) -> Result<Playbook> {
    all(conn)?.into_iter().find(|p| p.id == id).ok_or(Error::NotFound)
}

/// Those in use that a stage starts, by name.
pub(super) fn of_stage(conn: &mut Conn, stage: StageId) -> Result<Vec<Playbook>> {
    // Most stages start none: that is one look at an index.
    let such = playbook_stages::table.filter(playbook_stages::stage_id.eq(stage));
    if !diesel::select(diesel::dsl::exists(such)).get_result::<bool>(conn)? {
        return Ok(Vec::new());
    }
    Ok(all(conn)?.into_iter().filter(|p| p.active && p.stages.contains(&stage)).collect())
}

/// Adds a playbook.
///
/// # Errors
/// `Error::Refused` when the name is taken.
pub fn create(conn: &mut Conn, viewer: &Viewer, new: &Input, at: NaiveDateTime) -> Result<PlaybookId> {
    unused(conn, &new.name, None)?;
    let id: PlaybookId = diesel::insert_into(playbooks::table)
        .values((playbooks::name.eq(&new.name), playbooks::active.eq(new.active)))
        .returning(playbooks::id)
        .get_result(conn)?;
    keep_parts(conn, id, &[], new)?;
    tell(conn, viewer, None, Some(words(new)), at)?;
    Ok(id)
}

/// Saves over the version that was read. `Ok(false)` when someone else saved in between. Steps that stay keep their tasks.
///
/// # Errors
/// As for [`create`].
pub(super) fn update(
    conn: &mut Conn,
    viewer: &Viewer,
    before: &Playbook,
    version: i64,
    next: &Input,
    at: NaiveDateTime,
) -> Result<bool> {
    unused(conn, &next.name, Some(before.id))?;
    let own = playbooks::table.find(before.id).filter(playbooks::version.eq(version));
    let rows = diesel::update(own)
        .set((playbooks::name.eq(&next.name), playbooks::active.eq(next.active), playbooks::version.eq(version + 1)))
        .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    keep_parts(conn, before.id, &before.steps, next)?;
    tell(conn, viewer, Some(words(&as_input(before))), Some(words(next)), at)?;
    Ok(true)
}

/// Deletes it. The tasks that it made stay.
pub(super) fn delete(conn: &mut Conn, viewer: &Viewer, id: PlaybookId, at: NaiveDateTime) -> Result<Playbook> {
    let before = get(conn, id)?;
    diesel::delete(playbooks::table.find(id)).execute(conn)?;
    tell(conn, viewer, Some(words(&as_input(&before))), None, at)?;
    Ok(before)
}

fn keep_parts(conn: &mut Conn, id: PlaybookId, before: &[Step], next: &Input) -> Result<()> {
    diesel::delete(playbook_stages::table.filter(playbook_stages::playbook_id.eq(id))).execute(conn)?;
    for stage in &next.stages {
        diesel::insert_into(playbook_stages::table)
            .values((playbook_stages::playbook_id.eq(id), playbook_stages::stage_id.eq(*stage)))
            .execute(conn)?;
    }
    let stays = |step: &Step| step.id.is_some() && next.steps.iter().any(|s| s.id == step.id);
    let gone: Vec<i64> = before.iter().filter(|s| !stays(s)).filter_map(|s| s.id).collect();
    diesel::delete(playbook_steps::table.filter(playbook_steps::id.eq_any(gone))).execute(conn)?;
    for (position, step) in (0_i32..).zip(&next.steps) {
        let values = (
            playbook_steps::playbook_id.eq(id),
            playbook_steps::position.eq(position),
            playbook_steps::subject.eq(&step.subject),
            playbook_steps::kind.eq(&step.kind),
            playbook_steps::priority.eq(step.priority),
            playbook_steps::days.eq(step.days),
            playbook_steps::working.eq(step.working),
            playbook_steps::due_time.eq(step.time),
            playbook_steps::owner.eq(step.owner),
            playbook_steps::person_id.eq(step.person_id),
            playbook_steps::description.eq(&step.description),
            playbook_steps::again.eq(step.again),
        );
        match step.id.filter(|id| before.iter().any(|s| s.id == Some(*id))) {
            Some(step) => diesel::update(playbook_steps::table.find(step)).set(values).execute(conn)?,
            None => diesel::insert_into(playbook_steps::table).values(values).execute(conn)?,
        };
    }
    Ok(())
}

/// Two of one name could not be told apart on a deal.
fn unused(conn: &mut Conn, name: &str, own: Option<PlaybookId>) -> Result<()> {
    dialect::hold(conn, "names of playbooks")?;
    match all(conn)?.into_iter().find(|p| Some(p.id) != own && fold(&p.name) == fold(name)) {
        Some(other) => Err(Error::Refused(format!("There is a playbook “{}”: choose another name.", other.name))),
        None => Ok(()),
    }
}

fn as_input(playbook: &Playbook) -> Input {
    Input {
        name: playbook.name.clone(),
        active: playbook.active,
        stages: playbook.stages.clone(),
        steps: playbook.steps.clone(),
    }
}

/// For the journal.
fn words(input: &Input) -> String {
    let steps: Vec<String> = input
        .steps
        .iter()
        .map(|s| {
            let days = if s.working { "working days" } else { "days" };
            let time = s.time.map(|t| t.format(" at %H:%M").to_string()).unwrap_or_default();
            format!("{} ({} {days}{time}, {})", s.subject, s.days, s.owner.label())
        })
        .collect();
    let put_away = if input.active { "" } else { ", put away" };
    let stages: Vec<String> = input.stages.iter().map(|s| s.to_string()).collect();
    let stages = if stages.is_empty() { "by hand".into() } else { format!("stages {}", stages.join(", ")) };
    format!("{}{put_away}, {stages}: {}", input.name, steps.join("; "))
}

fn tell(
    conn: &mut Conn,
    viewer: &Viewer,
    before: Option<String>,
    after: Option<String>,
    at: NaiveDateTime,
) -> Result<()> {
    journal::company_changed(conn, viewer, "Playbook", before, after, at)
}
