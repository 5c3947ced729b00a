//! What any module may know of a record without knowing its noun: its kind, its number, its address; and what several
//! nouns carry alike: tags and postal addresses.

pub mod addresses;
pub mod bin;
pub mod bin_pages;
pub mod files;
pub mod lead_status;
pub mod standing;
pub mod tags;

use crate::{
    auth::Viewer,
    db::{
        Conn,
        schema::{
            accounts, contacts, deal_contacts, deals, meeting_links, meeting_people, meetings, products, task_links,
            tasks, web_forms,
        },
        types::{AccountId, ContactId, UserId},
    },
    error::{Error, Result},
    text_enum,
};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

text_enum! {
    /// The nouns that changes, timeline entries, tags and search hits can point at.
    RecordKind {
        Contact = "contact", "Contact";
        Account = "account", "Account";
        Deal = "deal", "Deal";
        Product = "product", "Product";
        Task = "task", "Task";
        Meeting = "meeting", "Meeting";
        User = "user", "Person";
        Team = "team", "Team";
        Pipeline = "pipeline", "Pipeline";
        Company = "company", "Company";
        WebForm = "web_form", "Web form";
    }
}

impl RecordKind {
    /// First part of its pages' addresses.
    pub fn path(self) -> &'static str {
        match self {
            Self::Contact => "/contacts",
            Self::Account => "/accounts",
            Self::Deal => "/deals",
            Self::Product => "/products",
            Self::Task => "/tasks",
            Self::Meeting => "/meetings",
            Self::User => "/settings/people",
            Self::Team => "/settings/teams",
            Self::Pipeline => "/settings/pipelines",
            Self::Company => "/settings/company",
            Self::WebForm => "/settings/forms",
        }
    }

    /// "an account", for sentences.
    pub fn article(self) -> String {
        let word = self.label().to_lowercase();
        let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        format!("{article} {word}")
    }

    /// Name of its icon in the sprite.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Contact | Self::User | Self::Team => "contact",
            Self::Account | Self::Company => "account",
            Self::Deal => "deal",
            Self::Product => "product",
            Self::Task => "task",
            Self::Meeting => "meeting",
            Self::Pipeline => "board",
            Self::WebForm => "form",
        }
    }
}

/// A record of any kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RecordRef {
    pub kind: RecordKind,
    pub id: i64,
}

impl From<RecordRef> for String {
    /// `deal:12`
    fn from(record: RecordRef) -> Self {
        format!("{}:{}", record.kind.text(), record.id)
    }
}

impl TryFrom<String> for RecordRef {
    type Error = &'static str;

    fn try_from(text: String) -> std::result::Result<Self, Self::Error> {
        let (kind, id) = text.split_once(':').ok_or("a record is written as kind:number")?;
        let kind = RecordKind::parse(kind).ok_or("unknown kind of record")?;
        Ok(Self::new(kind, id.parse().map_err(|_| "a record's number is a whole number")?))
    }
}

impl RecordRef {
    pub fn new(kind: RecordKind, id: i64) -> Self {
        Self { kind, id }
    }

    /// Its page.
    pub fn url(self) -> String {
        match self.kind {
            // There is one, so it has no number.
            RecordKind::Company => self.kind.path().to_owned(),
            kind => format!("{}/{}", kind.path(), self.id),
        }
    }
}

macro_rules! refs {
    ($($id:ident => $kind:ident),* $(,)?) => {
        $(impl From<$crate::db::types::$id> for RecordRef {
            fn from(id: $crate::db::types::$id) -> Self {
                Self::new(RecordKind::$kind, id.0)
            }
        })*
    };
}
refs!(ContactId => Contact, AccountId => Account, DealId => Deal, ProductId => Product, TaskId => Task, MeetingId => Meeting, UserId => User,
    TeamId => Team, PipelineId => Pipeline, WebFormId => WebForm);

/// What is known of a record without its noun.
#[derive(Clone, Debug)]
pub struct Summary {
    pub record: RecordRef,
    pub title: String,
}

/// The record, if it exists outside the bin and the viewer sees it.
///
/// # Errors
/// `Error::NotFound` otherwise, whatever the reason.
pub fn summary(conn: &mut Conn, viewer: &Viewer, record: RecordRef) -> Result<Summary> {
    macro_rules! from {
        ($table:ident, $title:ident, $owner:expr) => {
            $table::table
                .find(record.id)
                .filter($table::deleted_at.is_null())
                .select(($table::$title, $owner))
                .first::<(String, Option<UserId>)>(conn)
                .optional()?
        };
    }
    let nobody = || diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::BigInt>>("NULL");
    let found = match record.kind {
        RecordKind::Contact => from!(contacts, name, contacts::owner_id),
        RecordKind::Account => from!(accounts, name, accounts::owner_id),
        RecordKind::Deal => from!(deals, name, deals::owner_id),
        RecordKind::Task => from!(tasks, subject, tasks::owner_id),
        RecordKind::Meeting => from!(meetings, title, meetings::owner_id),
        RecordKind::Product => from!(products, name, nobody()),
        RecordKind::WebForm => from!(web_forms, name, nobody()),
        RecordKind::User | RecordKind::Team | RecordKind::Pipeline | RecordKind::Company => None,
    };
    match found {
        Some((title, owner)) if viewer.sees(owner) || takes_part(conn, viewer, record)? => {
            Ok(Summary { record, title })
        }
        _ => Err(Error::NotFound),
    }
}

/// Whether it is a meeting that the viewer takes part in: they see it, whoever organises it.
fn takes_part(conn: &mut Conn, viewer: &Viewer, record: RecordRef) -> Result<bool> {
    if record.kind != RecordKind::Meeting {
        return Ok(false);
    }
    let own = meeting_people::table
        .filter(meeting_people::meeting_id.eq(record.id))
        .filter(meeting_people::user_id.eq(viewer.id));
    Ok(viewer.id.is_some() && diesel::select(diesel::dsl::exists(own)).get_result::<bool>(conn)?)
}

/// The records whose timelines also show what happens on this one: a person's account; a deal's account and people.
pub fn relatives(conn: &mut Conn, record: RecordRef) -> Result<Vec<RecordRef>> {
    let mut found: Vec<RecordRef> = Vec::new();
    match record.kind {
        RecordKind::Contact => {
            let account: Option<Option<AccountId>> =
                contacts::table.find(record.id).select(contacts::account_id).first(conn).optional()?;
            found.extend(account.flatten().map(RecordRef::from));
        }
        RecordKind::Deal => {
            let account: Option<Option<AccountId>> =
                deals::table.find(record.id).select(deals::account_id).first(conn).optional()?;
            found.extend(account.flatten().map(RecordRef::from));
            let people: Vec<ContactId> = deal_contacts::table
                .filter(deal_contacts::deal_id.eq(record.id))
                .select(deal_contacts::contact_id)
                .load(conn)?;
            found.extend(people.into_iter().map(RecordRef::from));
        }
        RecordKind::Task => {
            let links: Vec<(RecordKind, i64)> = task_links::table
                .filter(task_links::task_id.eq(record.id))
                .select((task_links::record_kind, task_links::record_id))
                .load(conn)?;
            found.extend(links.into_iter().map(|(kind, id)| RecordRef::new(kind, id)));
        }
        RecordKind::Meeting => {
            let links: Vec<(RecordKind, i64)> = meeting_links::table
                .filter(meeting_links::meeting_id.eq(record.id))
                .select((meeting_links::record_kind, meeting_links::record_id))
                .load(conn)?;
            found.extend(links.into_iter().map(|(kind, id)| RecordRef::new(kind, id)));
        }
        _ => {}
    }
    Ok(found)
}

/// Names of two owners for the journal, read only when they differ.
pub fn owner_names(
    conn: &mut Conn,
    before: Option<UserId>,
    after: Option<UserId>,
) -> Result<(Option<String>, Option<String>)> {
    if before == after {
        return Ok((None, None));
    }
    let mut name = |id: Option<UserId>| crate::auth::directory::name_of(conn, id);
    Ok((name(before)?, name(after)?))
}

/// Says when the record was first made, in the system it was imported from.
pub fn backdate(conn: &mut Conn, record: RecordRef, created_at: chrono::NaiveDateTime) -> Result<()> {
    macro_rules! set {
        ($table:ident) => {
            diesel::update($table::table.find(record.id)).set($table::created_at.eq(created_at)).execute(conn)?
        };
    }
    match record.kind {
        RecordKind::Contact => set!(contacts),
        RecordKind::Account => set!(accounts),
        RecordKind::Deal => set!(deals),
        RecordKind::Task => set!(tasks),
        RecordKind::Meeting => set!(meetings),
        RecordKind::Product => set!(products),
        RecordKind::WebForm => set!(web_forms),
        RecordKind::User | RecordKind::Team | RecordKind::Pipeline | RecordKind::Company => 0,
    };
    Ok(())
}
