//! Starting a playbook on a deal, and taking back what that added.

use super::{Playbook, Subject, plan, store};
use crate::{
    auth::{How, Scope, Viewer},
    db::{
        Conn, dialect,
        schema::{contacts, deal_contacts, playbook_runs, playbook_tasks, tasks as task_rows},
        types::{ContactId, DealId, StageId, TaskId},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
    records::{self, RecordRef},
    tasks::{self, Status},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A playbook that was started on a deal.
#[derive(Clone, Debug, Queryable)]
pub struct Run {
    /// The playbook's name then.
    pub name: String,
    pub added: i32,
    /// Tasks that were there already.
    pub present: i32,
    /// Tasks that went to the deal's owner because nobody has the part they are for.
    pub fallen: i32,
}

impl Run {
    /// "4 tasks added, 1 already there".
    pub fn outcome(&self) -> String {
        let mut said = match self.added {
            0 => "no task added".to_owned(),
            1 => "1 task added".to_owned(),
            n => format!("{n} tasks added"),
        };
        if self.present > 0 {
            said.push_str(&format!(", {} already there", self.present));
        }
        if self.fallen > 0 {
            said.push_str(&format!(", {} for the deal’s owner because nobody else has that part", self.fallen));
        }
        said
    }

    /// "Playbook First offer: 4 tasks added".
    pub fn sentence(&self) -> String {
        format!("Playbook {}: {}", self.name, self.outcome())
    }
}

/// A deal entered a stage: what that stage starts is added, in the transaction that moved it. What a file brings has its
/// own past, and starts nothing.
pub fn entered(conn: &mut Conn, viewer: &Viewer, subject: &Subject, stage: StageId, at: NaiveDateTime) -> Result<()> {
    if viewer.how == How::Import {
        return Ok(());
    }
    for playbook in store::of_stage(conn, stage)? {
        start(conn, viewer, &playbook, subject, None, at)?;
    }
    Ok(())
}

/// Adds the tasks of a playbook that are not there: all of its steps, or those `chosen`.
pub fn start(
    conn: &mut Conn,
    viewer: &Viewer,
    playbook: &Playbook,
    subject: &Subject,
    chosen: Option<&[i64]>,
    at: NaiveDateTime,
) -> Result<Run> {
    // Two people may start it at once.
    dialect::hold(conn, &format!("playbooks of deal {}", subject.deal))?;
    // It acts for the company: its tasks reach people and records that whoever moves the deal may not see.
    let wide = wide(viewer);
    let planned = plan(conn, viewer, playbook, subject, at)?;
    let wanted: Vec<_> =
        planned.iter().filter(|p| chosen.is_none_or(|ids| p.step.id.is_some_and(|id| ids.contains(&id)))).collect();
    let missing: Vec<_> = wanted.iter().filter(|p| !p.present).collect();
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let run = Run {
        name: playbook.name.clone(),
        added: count(missing.len()),
        present: count(wanted.len() - missing.len()),
        fallen: count(missing.iter().filter(|p| p.fallen).count()),
    };
    let id: i64 = diesel::insert_into(playbook_runs::table)
        .values((
            playbook_runs::deal_id.eq(subject.deal),
            playbook_runs::playbook_id.eq(playbook.id),
            playbook_runs::name.eq(&run.name),
            playbook_runs::by_id.eq(viewer.id),
            playbook_runs::at.eq(at),
            playbook_runs::added.eq(run.added),
            playbook_runs::present.eq(run.present),
            playbook_runs::fallen.eq(run.fallen),
        ))
        .returning(playbook_runs::id)
        .get_result(conn)?;
    let about = if missing.is_empty() { Vec::new() } else { related(conn, &wide, subject)? };
    for planned in missing {
        let step = &planned.step;
        let input = tasks::Input {
            subject: step.subject.clone(),
            kind: step.kind.clone(),
            priority: step.priority,
            due: Some(planned.due),
            owner_id: planned.owner,
            about: about.clone(),
            description: step.description.clone(),
            ..tasks::Input::default()
        };
        let task = tasks::create(conn, &wide, &input, at)?;
        diesel::insert_into(playbook_tasks::table)
            .values((
                playbook_tasks::task_id.eq(task),
                playbook_tasks::run_id.eq(id),
                playbook_tasks::step_id.eq(step.id),
            ))
            .execute(conn)?;
    }
    tell(conn, viewer, subject.deal, &subject.name, &run.name, (None, Some(run.outcome())), at)?;
    Ok(run)
}

/// The viewer with everyone's records in sight.
fn wide(viewer: &Viewer) -> Viewer {
    Viewer { scope: Scope::Everyone, ..viewer.clone() }
}

/// The deal, its account, and the first of its people.
fn related(conn: &mut Conn, viewer: &Viewer, subject: &Subject) -> Result<Vec<RecordRef>> {
    let first: Option<ContactId> = deal_contacts::table
        .inner_join(contacts::table.on(contacts::id.eq(deal_contacts::contact_id)))
        .filter(deal_contacts::deal_id.eq(subject.deal))
        .filter(contacts::deleted_at.is_null())
        .order(deal_contacts::id)
        .select(deal_contacts::contact_id)
        .first(conn)
        .optional()?;
    let all = [Some(RecordRef::from(subject.deal)), subject.account.map(RecordRef::from), first.map(RecordRef::from)];
    let mut found = Vec::new();
    for record in all.into_iter().flatten() {
        match records::summary(conn, viewer, record) {
            Ok(_) => found.push(record),
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// What was started on a deal at that moment.
pub fn told(conn: &mut Conn, deal: DealId, at: NaiveDateTime) -> Result<Vec<Run>> {
    Ok(playbook_runs::table
        .filter(playbook_runs::deal_id.eq(deal))
        .filter(playbook_runs::at.eq(at))
        .order(playbook_runs::id)
        .select((playbook_runs::name, playbook_runs::added, playbook_runs::present, playbook_runs::fallen))
        .load(conn)?)
}

/// Takes the tasks that were added to a deal at that moment, or ever, to the bin, but for those that somebody did or
/// changed. Returns how many went.
pub fn take_back(
    conn: &mut Conn,
    viewer: &Viewer,
    deal: DealId,
    began: Option<NaiveDateTime>,
    at: NaiveDateTime,
) -> Result<usize> {
    let mut untouched = playbook_tasks::table
        .inner_join(playbook_runs::table.on(playbook_runs::id.eq(playbook_tasks::run_id)))
        .inner_join(task_rows::table.on(task_rows::id.eq(playbook_tasks::task_id)))
        .filter(playbook_runs::deal_id.eq(deal))
        .filter(task_rows::deleted_at.is_null())
        .filter(task_rows::status.eq(Status::Open))
        .filter(task_rows::version.eq(1))
        .order(task_rows::id)
        .select((task_rows::id, playbook_runs::name))
        .into_boxed();
    if let Some(began) = began {
        untouched = untouched.filter(playbook_runs::at.eq(began)).filter(playbook_runs::by_id.eq(viewer.id));
    }
    let found: Vec<(TaskId, String)> = untouched.load(conn)?;
    let wide = wide(viewer);
    for (task, _) in &found {
        tasks::delete(conn, &wide, *task, at)?;
    }
    let mut names: Vec<&String> = found.iter().map(|(_, name)| name).collect();
    names.dedup();
    for name in names {
        let gone = found.iter().filter(|(_, of)| of == name).count();
        let title = records::summary(conn, &wide, deal.into()).map(|s| s.title).unwrap_or_default();
        let gone = if gone == 1 { "1 task taken back".to_owned() } else { format!("{gone} tasks taken back") };
        tell(conn, viewer, deal, &title, name, (None, Some(gone)), at)?;
    }
    Ok(found.len())
}

/// The name of the playbook that a task is of.
pub fn of_task(conn: &mut Conn, task: TaskId) -> Result<Option<String>> {
    Ok(playbook_tasks::table
        .inner_join(playbook_runs::table.on(playbook_runs::id.eq(playbook_tasks::run_id)))
        .filter(playbook_tasks::task_id.eq(task))
        .select(playbook_runs::name)
        .first(conn)
        .optional()?)
}

/// On the deal's timeline.
fn tell(
    conn: &mut Conn,
    viewer: &Viewer,
    deal: DealId,
    title: &str,
    playbook: &str,
    (before, after): (Option<String>, Option<String>),
    at: NaiveDateTime,
) -> Result<()> {
    let change = Change::new(deal, Action::Updated, title).field(&format!("Playbook {playbook}"), before, after);
    journal::record(conn, viewer, change, at)
}
