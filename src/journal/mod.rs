//! What changed, told once by the store that changed it, in the same transaction; and the sinks that hear of it.
//!
//! Who wants to know what follows a change reads [`record`].

mod store;

use crate::{
    attachments,
    auth::{How, Viewer, company, directory::Person},
    contacts,
    db::{
        Conn,
        types::{AccountId, ContactId, DealId, EmailAddress, UserId},
    },
    deals,
    error::Result,
    leads, mail,
    notifications::{self, Notice},
    quotes,
    records::{RecordKind, RecordRef},
    search, text_enum, timeline,
    timeline::EntryKind,
};
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
pub use store::{Logged, forget, recent};

text_enum! {
    /// What was done to the record as a whole.
    Action {
        Created = "created", "added";
        Updated = "updated", "changed";
        Deleted = "deleted", "moved to the bin";
        Restored = "restored", "restored from the bin";
        Erased = "erased", "erased for good";
        Closed = "closed", "closed";
        Reopened = "reopened", "reopened";
    }
}

/// How a field's value is to be read back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    #[default]
    Text,
    /// ISO 8601 date.
    Date,
    /// `USD 1234.50`
    Money,
    /// A moment, in UTC (ISO 8601).
    Moment,
}

/// One field, before and after, as people read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field's visible label.
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
    #[serde(default)]
    pub shape: Shape,
    /// The records whose names the values are: who may not see one of them does not read the values either.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<RecordRef>,
}

/// A change to one record.
#[derive(Clone, Debug)]
pub struct Change {
    pub record: RecordRef,
    pub action: Action,
    /// Name of the record at that time.
    pub title: String,
    pub fields: Vec<FieldChange>,
    /// Other records whose timeline shows this.
    pub on: Vec<RecordRef>,
    /// What the record is found by from now on; `None` leaves it as it is.
    pub keys: Option<Vec<String>>,
    /// Kept in the journal only, not on timelines: mass imports.
    pub quiet: bool,
    /// Mail that leaves because of it.
    pub letters: Vec<Letter>,
    /// The same with what calendars read.
    pub invitations: Vec<Invitation>,
    /// Who has it from now on, and is told so.
    pub given_to: Option<UserId>,
}

/// A mail to be sent once the change is committed.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to: EmailAddress,
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// Whose name it carries, and who gets the answer; Rapport itself when none.
    pub from: Option<Sender>,
}

/// The colleague in whose name a mail leaves. The address it leaves from is the company's (`RAPPORT_MAIL_FROM`), for its
/// mail server vouches for that one alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    pub name: String,
    /// Where answers go, if they have one.
    pub email: Option<EmailAddress>,
}

impl Sender {
    /// "Maya Ruiz at Varde"
    pub fn of(person: &Person, company: &str) -> Self {
        let email = person.email.as_deref().and_then(|email| EmailAddress::parse(email).ok());
        Self { name: format!("{} at {company}", person.name), email }
    }
}

/// A mail with a part for calendars (RFC 6047).
#[derive(Clone, Debug)]
pub struct Invitation {
    pub letter: Letter,
    /// What it asks of the calendar: `REQUEST`, `CANCEL`.
    pub method: &'static str,
    pub calendar: String,
}

impl Change {
    pub fn new(record: impl Into<RecordRef>, action: Action, title: impl Into<String>) -> Self {
        Self {
            record: record.into(),
            action,
            title: title.into(),
            fields: Vec::new(),
            on: Vec::new(),
            keys: None,
            quiet: false,
            letters: Vec::new(),
            invitations: Vec::new(),
            given_to: None,
        }
    }

    /// Notes a field, if it changed. Empty texts count as missing.
    pub fn field(self, label: &str, before: Option<String>, after: Option<String>) -> Self {
        self.shaped(label, before, after, Shape::Text)
    }

    /// Notes a field whose values are names of other records.
    pub fn naming(
        mut self,
        label: &str,
        before: Option<String>,
        after: Option<String>,
        of: impl IntoIterator<Item = RecordRef>,
    ) -> Self {
        let known = self.fields.len();
        self = self.field(label, before, after);
        if let Some(change) = self.fields.get_mut(known) {
            change.of = of.into_iter().collect();
        }
        self
    }

    pub fn date(self, label: &str, before: Option<chrono::NaiveDate>, after: Option<chrono::NaiveDate>) -> Self {
        self.shaped(label, before.map(|d| d.to_string()), after.map(|d| d.to_string()), Shape::Date)
    }

    pub fn moment(self, label: &str, before: Option<NaiveDateTime>, after: Option<NaiveDateTime>) -> Self {
        let text = |at: NaiveDateTime| at.format("%Y-%m-%dT%H:%M:%S").to_string();
        self.shaped(label, before.map(text), after.map(text), Shape::Moment)
    }

    pub fn money(
        self,
        label: &str,
        before: Option<crate::db::types::Money>,
        after: Option<crate::db::types::Money>,
    ) -> Self {
        let text = |m: crate::db::types::Money| format!("{} {}", m.currency.code(), m.plain());
        self.shaped(label, before.map(text), after.map(text), Shape::Money)
    }

    fn shaped(mut self, label: &str, before: Option<String>, after: Option<String>, shape: Shape) -> Self {
        let (before, after) = (before.filter(|t| !t.is_empty()), after.filter(|t| !t.is_empty()));
        if before != after {
            self.fields.push(FieldChange { field: label.to_owned(), before, after, shape, of: Vec::new() });
        }
        self
    }

    pub fn also_on(mut self, records: impl IntoIterator<Item = RecordRef>) -> Self {
        self.on.extend(records);
        self
    }

    /// Tells the new owner that it is theirs now.
    pub fn given(mut self, before: Option<UserId>, after: Option<UserId>) -> Self {
        self.given_to = after.filter(|_| before != after);
        self
    }

    pub fn letter(mut self, letter: Letter) -> Self {
        self.letters.push(letter);
        self
    }

    pub fn found_by(mut self, keys: Vec<String>) -> Self {
        self.keys = Some(keys);
        self
    }
}

/// Keeps the change and tells every sink. An update that changed no field is no change.
///
/// The sinks, in order: the search keys; contacts and deals, which keep the name of their account and let go of one that
/// is erased; quotes, which forget an erased contact; the files of an erased record, and what people were told of it; leads, of whom somebody may wait for an answer; the audit log; the timelines; the new owner's notifications; the outbox. What leaves the machine (mail;
/// sync events will join) is only queued here, as rows that a job sends: it leaves exactly when the change is committed.
pub fn record(conn: &mut Conn, viewer: &Viewer, change: Change, at: NaiveDateTime) -> Result<()> {
    if let Some(keys) = &change.keys {
        search::set_keys(conn, change.record, keys)?;
    }
    if change.record.kind == RecordKind::Account {
        account_changed(conn, &change)?;
    }
    if change.record.kind == RecordKind::Contact && change.action == Action::Erased {
        quotes::contact_erased(conn, ContactId(change.record.id))?;
    }
    if change.action == Action::Erased {
        attachments::forget(conn, change.record)?;
        notifications::forget(conn, change.record)?;
    }
    if change.action == Action::Updated && change.fields.is_empty() {
        return Ok(());
    }
    if change.record.kind == RecordKind::Contact && change.action != Action::Erased {
        leads::changed(conn, viewer, ContactId(change.record.id), at)?;
    }
    if change.record.kind == RecordKind::Deal && change.action == Action::Updated {
        leads::deal_changed(conn, DealId(change.record.id), at)?;
    }
    let logged = store::insert(conn, viewer, &change, at)?;
    // An import of thousands of records is one event, not thousands: timelines hear of what it closes only.
    let routine = viewer.how == How::Import && !matches!(change.action, Action::Closed | Action::Reopened);
    if !change.quiet && !routine {
        timeline::follow(conn, viewer, &change, logged, at)?;
    }
    // What no person gives is told by whoever brings it: a lead that arrives.
    if let Some(to) = change
        .given_to
        .filter(|_| !change.quiet && viewer.id.is_some() && !matches!(viewer.how, How::Import | How::WebForm))
    {
        notifications::add(conn, viewer, &given(viewer, &change, to, at), at)?;
    }
    for letter in &change.letters {
        mail::outbox::queue(conn, letter, at)?;
    }
    for invitation in &change.invitations {
        mail::outbox::queue_invitation(conn, invitation, at)?;
    }
    Ok(())
}

/// Tells who follows what is put on timelines, or taken off them: the leads among the records, whose first answer it may
/// be.
pub fn entered(conn: &mut Conn, kind: EntryKind, links: &[RecordRef], at: NaiveDateTime) -> Result<()> {
    if matches!(kind, EntryKind::Note | EntryKind::Change) {
        return Ok(());
    }
    for contact in links.iter().filter(|r| r.kind == RecordKind::Contact) {
        leads::met(conn, ContactId(contact.id), at)?;
    }
    Ok(())
}

/// Keeps a change of what the company has only one of, or that has no page of its own: its lists, its rates, its mail.
/// It stands in the change log, under the company.
pub fn company_changed(
    conn: &mut Conn,
    viewer: &Viewer,
    label: &str,
    before: Option<String>,
    after: Option<String>,
    at: NaiveDateTime,
) -> Result<()> {
    let name = company::find(conn)?.map(|company| company.name).unwrap_or_default();
    let company = RecordRef::new(RecordKind::Company, 1);
    let mut change = Change::new(company, Action::Updated, name).field(label, before, after);
    change.quiet = true;
    record(conn, viewer, change, at)
}

/// Somebody spoke with a customer about these records, or what said so is gone: deals keep when that was last.
pub fn spoken(conn: &mut Conn, records: &[RecordRef], at: NaiveDateTime) -> Result<()> {
    let ids: Vec<DealId> = records.iter().filter(|r| r.kind == RecordKind::Deal).map(|r| DealId(r.id)).collect();
    deals::renew_touches(conn, &ids, at)
}

/// Tells people of what is no change of a record: a mention, a reminder, a lead that waits.
pub fn tell(conn: &mut Conn, viewer: &Viewer, notices: &[Notice], at: NaiveDateTime) -> Result<()> {
    for notice in notices {
        notifications::add(conn, viewer, notice, at)?;
    }
    Ok(())
}

/// Queues a mail that no change of a record causes: what people chose to hear by mail.
pub fn send(conn: &mut Conn, letter: &Letter, at: NaiveDateTime) -> Result<()> {
    mail::outbox::queue(conn, letter, at)
}

/// What the new owner is told. What one person gives at one moment is one event, however many records it is.
fn given(viewer: &Viewer, change: &Change, to: UserId, at: NaiveDateTime) -> Notice {
    let kind = change.record.kind;
    let by = viewer.id.map_or(0, |id| id.0);
    Notice {
        to,
        kind: notifications::Kind::Assigned,
        event: format!("given:{}:{by}:{}", kind.text(), at.and_utc().timestamp_micros()),
        said: format!("gave you {}", kind.article()),
        record: change.record,
        title: change.title.clone(),
    }
}

/// What an account's people and deals have to know of it.
fn account_changed(conn: &mut Conn, change: &Change) -> Result<()> {
    let id = AccountId(change.record.id);
    if change.action == Action::Erased {
        contacts::account_erased(conn, id)?;
        deals::account_erased(conn, id)?;
    } else if change.fields.iter().any(|f| f.field == "Name") {
        contacts::account_renamed(conn, id, &change.title)?;
        deals::account_renamed(conn, id, &change.title)?;
    }
    Ok(())
}

/// Who and how, for a sentence: "Maya Ruiz", "by import".
pub fn signature(name: Option<&str>, by: Option<UserId>, how: How) -> String {
    match (by, name) {
        (Some(_), Some(name)) if !name.is_empty() => match how {
            How::Page => name.to_owned(),
            how => format!("{name}, {}", how.label()),
        },
        _ => match how {
            How::Import => "An import".into(),
            How::Mail => "A mail".into(),
            How::Sync => "The sync".into(),
            How::Api => "The API".into(),
            How::WebForm => "A web form".into(),
            How::Customer => "The customer".into(),
            How::Page | How::System => "Rapport".into(),
        },
    }
}
