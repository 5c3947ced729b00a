//! What the journal is told of a changed deal.

use super::{
    Category, Status,
    pipelines::{self, Stage},
    reasons,
    store::{Closing, Deal, Input},
};
use crate::{
    auth::directory,
    db::Conn,
    error::Result,
    journal::{Action, Change},
    records::RecordRef,
    search,
};

pub(super) fn differences(
    conn: &mut Conn,
    before: &Deal,
    next: &Input,
    (old_stage, stage): (&Stage, &Stage),
    (old_account, account): (Option<String>, Option<String>),
    closing: Option<&Closing>,
) -> Result<Change> {
    let action = match (before.status, stage.kind) {
        (Status::Open, Status::Won | Status::Lost) => Action::Closed,
        (Status::Won | Status::Lost, Status::Open) => Action::Reopened,
        _ => Action::Updated,
    };
    let own = |text: &Option<String>| text.clone();
    let joined = |list: &[String]| Some(list.join(", "));
    let category = |c: Option<Category>| c.map(|c| c.label().to_owned());
    let owners = match before.owner_id == next.owner_id {
        true => (None, None),
        false => (directory::name_of(conn, before.owner_id)?, directory::name_of(conn, next.owner_id)?),
    };
    let pipelines = match before.pipeline_id == next.pipeline_id {
        true => (None, None),
        false => (pipelines::name_of(conn, before.pipeline_id)?, pipelines::name_of(conn, next.pipeline_id)?),
    };
    let next_reason = closing.and_then(|c| c.reason_id);
    let reasons = match before.close_reason_id == next_reason {
        true => (None, None),
        false => (reasons::name_of(conn, before.close_reason_id)?, reasons::name_of(conn, next_reason)?),
    };
    Ok(Change::new(before.id, action, &next.name)
        .field("Name", Some(before.name.clone()), Some(next.name.clone()))
        .naming(
            "Account",
            old_account,
            account,
            before.account_id.into_iter().chain(next.account_id).map(RecordRef::from),
        )
        .field("Pipeline", pipelines.0, pipelines.1)
        .field("Stage", Some(old_stage.name.clone()), Some(stage.name.clone()))
        .money("Amount", before.money(), next.money())
        .date("Expected close", before.expected_close, next.expected_close)
        .date("Closed on", before.closed_on, closing.map(|c| c.on))
        .field("Reason", reasons.0, reasons.1)
        .field("Owner", owners.0, owners.1)
        .given(before.owner_id, next.owner_id)
        .field("Source", own(&before.source), own(&next.source))
        .field("Forecast category", category(before.category), category(next.category))
        .field("Next step", own(&before.next_step), own(&next.next_step))
        .date("Next step on", before.next_step_on, next.next_step_on)
        .field("Competitor", own(&before.competitor), own(&next.competitor))
        .field("Closing note", own(&before.close_note), closing.and_then(|c| c.note.clone()))
        .field("Tags", joined(&before.tags), joined(&next.tags))
        .field("Description", Some(before.description.clone()), Some(next.description.clone()))
        // What is in the bin stays out of the search.
        .found_by(if before.deleted_at.is_none() { search::words(&next.name) } else { Vec::new() })
        .also_on(next.account_id.map(RecordRef::from)))
}
