//! Tasks, and the calls, mails and meetings of other systems' activity lists: what lies in the past comes as done on
//! its day. Found by their number in the other system, or else by subject, day and what they are about.

use super::{Applied, Context, Failure, Outcome, merge::Merge, overtaken, reading::Reading};
use crate::{
    db::{
        Conn,
        types::{EmailAddress, TaskId, clean, match_key},
    },
    deals,
    imports::{fields::Kind, record::Record},
    records::{RecordKind, RecordRef},
    tasks::{self, Due, Input, Priority, Task},
    ui::format::local,
};
use chrono::NaiveDateTime;

struct Facts {
    subject: String,
    /// `None` when the row does not say.
    kind: Option<String>,
    due: Option<Due>,
    contact_emails: Vec<EmailAddress>,
    description: Vec<String>,
    outcome: String,
    /// When it was done, if it was.
    done: Option<NaiveDateTime>,
}

fn read(context: &Context, record: &Record) -> Applied<Facts> {
    let mut reading = Reading::new(Kind::Tasks, record);
    let said = record.text("kind").map(match_key);
    let description = reading.lines("description");
    let subject = reading.text("subject", 250).or_else(|| {
        // A note has no subject: its first words are one.
        let first: String = description.as_deref()?.lines().next()?.chars().take(120).collect();
        clean(&first)
    });
    let happened = record.moment("happened");
    let day = record.date("due").map(|on| Due { on, at: None });
    let due =
        day.or_else(|| happened.map(|at| Due { on: local(at, context.company.time_zone).date_naive(), at: None }));
    let status = record.text("status");
    let is_task = said.as_deref().is_none_or(|kind| matches!(kind, "task" | "todo"));
    let over = happened.filter(|at| !is_task && *at <= context.at);
    let done = match status {
        Some("done" | "cancelled") => Some(record.moment("done").or(happened).unwrap_or(context.at).min(context.at)),
        _ => record.moment("done").or(over),
    };
    let mut outcome: Vec<String> = reading.lines("outcome").into_iter().collect();
    if status == Some("cancelled") {
        outcome.push("Cancelled".to_owned());
    }
    let contact_emails = reading.emails("contact_email");
    reading.finish()?;
    Ok(Facts {
        subject: subject.ok_or_else(|| Failure::Row("The row has no Subject.".to_owned()))?,
        kind: said.map(|kind| match kind.as_str() {
            "call" | "phone" | "phonecall" => tasks::types::CALL.to_owned(),
            "email" | "mail" => tasks::types::EMAIL.to_owned(),
            _ => tasks::types::TO_DO.to_owned(),
        }),
        due,
        contact_emails,
        description: description.into_iter().collect(),
        outcome: outcome.join(", "),
        done,
    })
}

/// The contacts, accounts and deals that the row names.
fn about(context: &mut Context, conn: &mut Conn, record: &Record, facts: &Facts) -> Applied<Vec<RecordRef>> {
    let mut found: Vec<RecordRef> = Vec::new();
    if let Some(contact) = context.contact_of(conn, record, &facts.contact_emails)? {
        found.push(contact.into());
    }
    let mut account = context.linked(conn, RecordKind::Account, record.text("account_external_id"))?;
    if let (None, Some(name)) = (account, record.text("account")) {
        account = context.lookups.account_named(conn, name)?.map(|id| id.0);
        if account.is_none() {
            context.notes.missing("Accounts", name);
        }
    }
    let mut deal = None;
    let related = record.text("related_external_id");
    for kind in [RecordKind::Deal, RecordKind::Account] {
        if let Some(id) = context.linked(conn, kind, related)? {
            match kind {
                RecordKind::Deal => deal = Some(id),
                _ => account = account.or(Some(id)),
            }
        }
    }
    if let (None, Some(name)) = (deal, record.text("deal")) {
        deal = deals::find_by_name(conn, name, account.map(crate::db::types::AccountId))?.map(|id| id.0);
        if deal.is_none() {
            context.notes.missing("Deals", name);
        }
    }
    found.extend(deal.map(|id| RecordRef::new(RecordKind::Deal, id)));
    found.extend(account.map(|id| RecordRef::new(RecordKind::Account, id)));
    Ok(found)
}

pub(super) fn apply(context: &mut Context, conn: &mut Conn, record: &Record) -> Applied<Outcome> {
    let facts = read(context, record)?;
    let owner = context.owner(conn, record)?;
    let about = about(context, conn, record, &facts)?;
    let found = match context.by_external_id(conn, RecordKind::Task, record)? {
        Some(id) => Some(TaskId(id)),
        None if record.text("external_id").is_some() => None,
        None => tasks::find(conn, &facts.subject, facts.due.map(|d| d.on), about.first().copied())?,
    };
    let before = match found {
        Some(id) => Some(tasks::get(conn, &context.viewer, id)?),
        None => None,
    };
    let again = match &before {
        Some(before) => context.meet(conn, before.id.into(), record)?,
        None => false,
    };
    let mut next = before.as_ref().map_or_else(|| blank(&facts), input_of);
    let mut merge = Merge::new(again);
    merge.set(&mut next.subject, Some(facts.subject));
    merge.set(&mut next.kind, facts.kind);
    merge.set(&mut next.priority, record.text("priority").and_then(Priority::parse));
    // A day alone keeps the time that the task has on it.
    let held = next.due;
    merge.fill(&mut next.due, facts.due.filter(|due| held.is_none_or(|held| held.on != due.on)));
    merge.fill(&mut next.owner_id, owner);
    merge.add(&mut next.about, about, |a, b| a == b);
    merge.describe(&mut next.description, facts.description);
    let (id, mut outcome) = match &before {
        None => {
            let id = tasks::create(conn, &context.viewer, &next, context.at)?;
            context.made(conn, id.into(), record)?;
            (id, Outcome::Created)
        }
        Some(before) if !merge.changed => (before.id, Outcome::Unchanged),
        Some(before) => {
            if !tasks::update(conn, &context.viewer, before, before.version, &next, context.at)? {
                return Err(overtaken());
            }
            (before.id, Outcome::Updated)
        }
    };
    // Done here stays done, whatever an older file says.
    if let Some(done) = facts.done.filter(|_| !before.as_ref().is_some_and(Task::is_done)) {
        tasks::complete(conn, &context.viewer, id, &facts.outcome, done)?;
        if outcome == Outcome::Unchanged {
            outcome = Outcome::Updated;
        }
    }
    Ok(outcome)
}

fn blank(facts: &Facts) -> Input {
    Input { subject: facts.subject.clone(), ..Input::default() }
}

fn input_of(task: &Task) -> Input {
    Input {
        subject: task.subject.clone(),
        kind: task.kind.key.clone(),
        priority: task.priority,
        due: task.due,
        owner_id: task.owner_id,
        about: task.related.iter().map(|r| r.record).collect(),
        description: task.description.clone(),
        remind_before: task.remind_before,
        recurrence: task.recurrence.clone(),
        recurs_from: task.recurs_from,
    }
}
