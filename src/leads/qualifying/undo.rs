//! Taking a decision about a lead back.

use super::{super::assignment::queues, Before, State, UNDO, held_answers, last, moved_on, save_answers, wide};
use crate::{
    accounts,
    auth::Viewer,
    contacts::{self, Lifecycle},
    db::{
        Conn,
        schema::{
            accounts as account_rows, contact_accounts, contacts as contact_rows, deals as deal_rows, qualifications,
            timeline_links,
        },
        types::{AccountId, ContactId, QuestionId, QueueId, UserId},
    },
    deals,
    error::{Error, Result},
    playbooks,
    records::{RecordRef, standing},
    tasks,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Takes back the last decision about a lead, with the deal, the account and the task that it made: to the bin. What was
/// changed since stays: fields of the lead, and what it made. Returns what stays and why, each as a clause.
///
/// # Errors
/// `Error::Refused` when there is nothing to take back, or it is longer ago than [`UNDO`].
pub fn undo(conn: &mut Conn, viewer: &Viewer, id: ContactId, at: NaiveDateTime) -> Result<Vec<String>> {
    let lead = contacts::get(conn, viewer, id)?;
    let Some(decided) = last(conn, id)?.filter(|d| at - d.at < UNDO) else {
        return Err(Error::Refused(format!("Nothing was decided about {} within the last day.", lead.name)));
    };
    let before: Before = serde_json::from_str(&decided.before).map_err(|e| Error::Internal(e.into()))?;
    let rows = diesel::update(qualifications::table.find(decided.id).filter(qualifications::undone.eq(false)))
        .set(qualifications::undone.eq(true))
        .execute(conn)?;
    if rows == 0 {
        return Err(Error::Refused("Someone took it back at this moment.".into()));
    }
    let mut stays = Vec::new();
    // Made by this decision and untouched since, they go, whoever sees them.
    let wide = wide(viewer);
    let [_, deal_version, task_version] = before.versions;
    if let Some(task) = decided.task_id.filter(|_| decided.qualified) {
        // The reminder that the qualification made needless.
        found(Some(tasks::restore(conn, &wide, task, at)))?;
    } else if let Some(task) = found(decided.task_id.map(|id| tasks::get(conn, &wide, id)))? {
        if task.version == task_version && !task.is_done() {
            tasks::delete(conn, &wide, task.id, at)?;
        } else {
            stays.push("the task stays, because it was changed since".to_owned());
        }
    }
    if let Some(deal) = found(decided.deal_id.map(|id| deals::get(conn, &wide, id)))? {
        if deal.version == deal_version
            && deal.status == deals::Status::Open
            && !is_written_about(conn, deal.id.into())?
        {
            playbooks::take_back(conn, &wide, deal.id, None, at)?;
            deals::delete(conn, &wide, deal.id, at)?;
        } else {
            stays.push("the deal stays, because it was changed since".to_owned());
        }
    }
    let (then, set, now) = (&before.then, &before.set, State::of(&lead));
    let mut next = contacts::Input::of(&lead).map_err(Error::internal)?;
    if (&now.lifecycle, &now.lead_status) == (&set.lifecycle, &set.lead_status) {
        next.lifecycle = Lifecycle::parse(&then.lifecycle).unwrap_or(Lifecycle::Lead);
        next.lead_status.clone_from(&then.lead_status);
    } else {
        stays.push("the status stays, because it was changed since".to_owned());
    }
    if now.owner_id == set.owner_id {
        next.owner_id = then.owner_id.map(UserId);
    }
    if now.account_id == set.account_id && now.account_id != then.account_id {
        let account = then.account_id.map(AccountId);
        match standing::chosen_name(conn, viewer, account) {
            Ok(_) => next.account_id = account,
            Err(Error::Refused(_)) => stays.push("the account stays, because the one before is gone".to_owned()),
            Err(error) => return Err(error),
        }
    }
    if !contacts::update(conn, viewer, &lead, lead.version, &next, at)? {
        return Err(moved_on(&lead));
    }
    if let Some(queue) = before.queue_id.map(QueueId).filter(|_| next.owner_id.is_none()) {
        let name = queues::name_of(conn, queue)?.unwrap_or_default();
        contacts::put_in_queue(conn, &wide, id, (queue, &name), at)?;
    }
    let current = held_answers(conn, id)?;
    let mut answers: Vec<(QuestionId, String)> = current.into_iter().map(|(id, _)| (id, String::new())).collect();
    for (question, answer) in before.answers {
        match answers.iter_mut().find(|(id, _)| id.0 == question) {
            Some((_, now)) => *now = answer,
            None => answers.push((QuestionId(question), answer)),
        }
    }
    save_answers(conn, viewer, &lead, &answers, at)?;
    let made = match decided.account_id {
        Some(id) => Some((id, before.versions[0])),
        // Another decision made it, which was taken back while this lead belonged to it.
        None => made_before(conn, set.account_id.filter(|id| then.account_id != Some(*id)).map(AccountId))?,
    };
    if let Some((account, version)) = found(made.map(|(id, v)| accounts::get(conn, &wide, id).map(|a| (a, v))))? {
        if account.version == version && !is_used(conn, account.id)? {
            accounts::delete(conn, &wide, account.id, at)?;
        } else {
            stays.push("the account stays, because others belong to it by now".to_owned());
        }
    }
    Ok(stays)
}

/// This account with the version it was made in, where a decision made it that was taken back since.
fn made_before(conn: &mut Conn, account: Option<AccountId>) -> Result<Option<(AccountId, i64)>> {
    let Some(id) = account else { return Ok(None) };
    let kept: Option<String> = qualifications::table
        .filter(qualifications::account_id.eq(id))
        .filter(qualifications::undone.eq(true))
        .select(qualifications::before)
        .first(conn)
        .optional()?;
    let Some(kept) = kept else { return Ok(None) };
    let before: Before = serde_json::from_str(&kept).map_err(|e| Error::Internal(e.into()))?;
    Ok(Some((id, before.versions[0])))
}

/// What was made, unless somebody deleted it already.
fn found<T>(made: Option<Result<T>>) -> Result<Option<T>> {
    match made.transpose() {
        Err(Error::NotFound) => Ok(None),
        outcome => outcome,
    }
}

/// Whether somebody wrote, called or met about a record: that is nobody's to throw away unseen.
fn is_written_about(conn: &mut Conn, record: RecordRef) -> Result<bool> {
    let entries: i64 = timeline_links::table
        .filter(timeline_links::record_kind.eq(record.kind.text()))
        .filter(timeline_links::record_id.eq(record.id))
        .filter(timeline_links::kind.ne("change"))
        .count()
        .get_result(conn)?;
    Ok(entries > 0)
}

/// Whether anybody or any deal belongs to an account.
fn is_used(conn: &mut Conn, account: AccountId) -> Result<bool> {
    let people: i64 = contact_rows::table
        .filter(contact_rows::account_id.eq(account))
        .filter(contact_rows::deleted_at.is_null())
        .count()
        .get_result(conn)?;
    let own: i64 = deal_rows::table
        .filter(deal_rows::account_id.eq(account))
        .filter(deal_rows::deleted_at.is_null())
        .count()
        .get_result(conn)?;
    let below: i64 = account_rows::table
        .filter(account_rows::parent_id.eq(account))
        .filter(account_rows::deleted_at.is_null())
        .count()
        .get_result(conn)?;
    let places: i64 =
        contact_accounts::table.filter(contact_accounts::account_id.eq(account)).count().get_result(conn)?;
    Ok(people + own + below + places > 0)
}
