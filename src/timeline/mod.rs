//! What happened: notes, calls, meetings and changes, each on every record it concerns.
//!
//! An entry is about one record and linked to others (a call with a contact shows on the account too); the page of a
//! record reads its links by key, newest first.

mod attention;
mod drafts;
mod form;
mod head;
mod markdown;
pub mod pages;
mod store;
mod stream;

use crate::{
    auth::Viewer,
    db::{Conn, types::ChangeId},
    error::Result,
    journal::{Action, Change},
    records::{RecordKind, RecordRef},
    text_enum,
};
pub use attention::{lately, see, unseen};
use chrono::NaiveDateTime;
pub use head::{first_touch, last_answer, last_touch};
pub use markdown::to_html;
pub use store::{NewEntry, add, mention, withdraw};
pub use stream::{Item, Stream, shaped};

text_enum! {
    EntryKind {
        Note = "note", "Note";
        Call = "call", "Call";
        Meeting = "meeting", "Meeting";
        /// A system event: a row of the journal.
        Change = "change", "Change";
        /// What a customer sent with a web form: their answer, no touch of ours.
        Form = "form", "Web form";
    }
}

impl EntryKind {
    /// Written by a person of ours, who may edit it.
    pub fn is_written(self) -> bool {
        !matches!(self, Self::Change | Self::Form)
    }
}

text_enum! {
    /// How a call ended.
    Outcome {
        Reached = "reached", "Reached";
        NoAnswer = "no_answer", "No answer";
        LeftMessage = "left_message", "Left a message";
        Declined = "declined", "Not interested";
    }
}

/// Puts a change on the timelines of its record and of those it names: a sink of the journal. Of a task the others hear
/// when it is done or opened again, with what came of it; its other changes are its own.
pub fn follow(conn: &mut Conn, viewer: &Viewer, change: &Change, logged: ChangeId, at: NaiveDateTime) -> Result<()> {
    use RecordKind::{Account, Contact, Deal, Meeting, Product, Task};
    if !matches!(change.record.kind, Contact | Account | Deal | Product | Task | Meeting) {
        return Ok(());
    }
    let mut links: Vec<RecordRef> = vec![change.record];
    links.extend(change.on.iter().copied());
    let entry = NewEntry {
        kind: EntryKind::Change,
        at,
        about: change.record,
        title: change.title.clone(),
        body: outcome_of(change),
        outcome: String::new(),
        minutes: None,
        change: Some(logged),
        links,
    };
    add(conn, viewer, &entry, at)?;
    Ok(())
}

/// What came of a task that is done.
fn outcome_of(change: &Change) -> String {
    if change.record.kind != RecordKind::Task || change.action != Action::Closed {
        return String::new();
    }
    change.fields.iter().find_map(|f| f.after.clone()).unwrap_or_default()
}

/// Ways a call ends, as (value, label).
pub fn outcomes() -> Vec<(&'static str, &'static str)> {
    Outcome::ALL.iter().map(|o| (o.text(), o.label())).collect()
}
