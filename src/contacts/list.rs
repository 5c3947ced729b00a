//! What the list of contacts can show and be asked.

use super::{Answering, Lifecycle, Rating};
use crate::{
    account_standing,
    auth::Viewer,
    db::types::{AccountId, ContactId, UserId},
    lists::{Cell, Column, Filter, HasId, Kind, List, Test},
    records::{
        RecordKind, RecordRef,
        standing::{AccountLabel, Standing},
    },
    ui::{Avatar, Page},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};

pub static CONTACTS: List = List {
    noun: "contacts",
    one: "contact",
    table: "contacts",
    kind: RecordKind::Contact,
    columns: &[
        Column { key: "name", label: "Name", sort: Some(("name_folded", Kind::Text)), class: "", shown: true },
        Column { key: "email", label: "E-mail", sort: None, class: "", shown: true },
        Column { key: "phone", label: "Phone", sort: None, class: "less", shown: true },
        Column { key: "account", label: "Account", sort: None, class: "", shown: true },
        Column { key: "title", label: "Job title", sort: None, class: "less", shown: true },
        Column { key: "lifecycle", label: "Lifecycle", sort: None, class: "less", shown: true },
        Column { key: "owner", label: "Owner", sort: None, class: "less", shown: true },
        Column { key: "source", label: "Source", sort: None, class: "less", shown: false },
        Column {
            key: "updated",
            label: "Changed",
            sort: Some(("updated_at", Kind::Time)),
            class: "num less",
            shown: true,
        },
        Column {
            key: "created",
            label: "Added",
            sort: Some(("created_at", Kind::Time)),
            class: "num less",
            shown: false,
        },
    ],
    filters: &[
        Filter { key: "q", label: "Words", test: Test::Words },
        Filter { key: "owner", label: "Owner", test: Test::Owner },
        Filter { key: "team", label: "Team", test: Test::Team },
        Filter { key: "lifecycle", label: "Lifecycle", test: Test::Choice("contacts.lifecycle") },
        Filter { key: "status", label: "Lead status", test: Test::Choice("contacts.lead_status") },
        Filter { key: "account", label: "Account", test: Test::Joined("contact_accounts", "contact_id", "account_id") },
        Filter { key: "tag", label: "Tag", test: Test::Tag },
        Filter { key: "created", label: "Added", test: Test::Moment("contacts.created_at") },
        Filter { key: "updated", label: "Changed", test: Test::Moment("contacts.updated_at") },
        Filter { key: "source", label: "Source", test: Test::Choice("contacts.source") },
        Filter { key: "no_source", label: "Without source", test: Test::Flag("contacts.source IS NULL") },
        Filter { key: "arrived", label: "Arrived as a lead", test: Test::Moment("contacts.arrived_at") },
        Filter { key: "answered", label: "Answered", test: Test::Flag("contacts.first_touch_at IS NOT NULL") },
        Filter { key: "no_email", label: "Without e-mail", test: Test::Flag("contacts.email IS NULL") },
        Filter { key: "no_account", label: "Without account", test: Test::Flag("contacts.account_id IS NULL") },
    ],
    sort: "name",
    owned: true,
    always: "",
};

pub const SELECT: &str = concat!(
    "contacts.name, contacts.email, contacts.phone, contacts.account_id, contacts.account_name, \
     contacts.job_title, contacts.lifecycle, contacts.owner_id, contacts.source, contacts.updated_at, contacts.created_at, contacts.lead_status, contacts.campaign, contacts.rating, contacts.id, \
     (SELECT q.name FROM queues q WHERE q.id = contacts.queue_id), contacts.no_call, \
     contacts.arrived_at, contacts.first_touch_at, contacts.first_touch_by, contacts.answer_by, contacts.answer_due_at, contacts.answer_tell_at, contacts.score, ",
    account_standing!("contacts")
);
pub type SelectTypes = (
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
    Text,
    Nullable<BigInt>,
    Nullable<Text>,
    Timestamp,
    Timestamp,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    BigInt,
    Nullable<Text>,
    Bool,
    AnsweringTypes,
    BigInt,
    Nullable<BigInt>,
);
type AnsweringTypes = (
    Nullable<Timestamp>,
    Nullable<Timestamp>,
    Nullable<BigInt>,
    Nullable<Timestamp>,
    Nullable<Timestamp>,
    Nullable<Timestamp>,
);

/// A contact as lists show it.
#[derive(Clone, Debug, Queryable)]
pub struct Row {
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub account_id: Option<AccountId>,
    account_name: Option<String>,
    pub job_title: Option<String>,
    pub lifecycle: Lifecycle,
    pub owner_id: Option<UserId>,
    pub source: Option<String>,
    pub updated_at: NaiveDateTime,
    pub created_at: NaiveDateTime,
    /// Key of a lead's status.
    pub lead_status: Option<String>,
    pub campaign: Option<String>,
    pub rating: Option<Rating>,
    pub id: ContactId,
    /// The name of the queue it waits in.
    pub queue: Option<String>,
    no_call: bool,
    pub answering: Answering,
    pub score: i64,
    standing: Option<Standing>,
}

impl Row {
    pub fn account(&self, viewer: &Viewer) -> Option<AccountLabel> {
        AccountLabel::of(viewer, self.account_id, self.account_name.as_deref(), self.standing)
    }

    pub fn avatar(&self) -> Avatar {
        Avatar::person(self.id.0, &self.name)
    }
}

impl HasId for Row {
    fn id(&self) -> i64 {
        self.id.0
    }
}

pub fn cell(page: &Page, row: &Row, key: &str) -> Cell {
    match key {
        "name" => Cell::Name { url: RecordRef::from(row.id).url(), text: row.name.clone(), avatar: Some(row.avatar()) },
        "email" => Cell::text(row.email.as_deref()),
        "phone" if row.no_call => Cell::text(row.phone.as_deref()),
        "phone" => Cell::phone(page, &format!("contact:{}", row.id), row.phone.as_deref(), None),
        "account" => Cell::account(row.account(&page.viewer)),
        "title" => Cell::text(row.job_title.as_deref()),
        "lifecycle" => Cell::Status { class: row.lifecycle.status(), text: row.lifecycle.label().into() },
        "status" => row
            .lead_status
            .as_deref()
            .and_then(|key| page.directory.lead_statuses.get(key))
            .map_or(Cell::None, |status| Cell::Status { class: status.kind.class(), text: status.name.clone() }),
        "campaign" => Cell::text(row.campaign.as_deref()),
        "rating" => Cell::text(row.rating.map(Rating::label)),
        "owner" if row.owner_id.is_none() => row.queue.clone().map_or(Cell::None, Cell::Aside),
        "owner" => Cell::owner(page, row.owner_id),
        "source" => Cell::text(row.source.as_deref()),
        "score" => Cell::number(page, Some(row.score)),
        "answer" => row.answering.clock(page.now).map_or(Cell::None, Cell::Clock),
        "arrived" => row.answering.arrived_at.map_or(Cell::None, |at| Cell::moment(page, at)),
        "updated" => Cell::moment(page, row.updated_at),
        "created" => Cell::moment(page, row.created_at),
        _ => Cell::None,
    }
}
