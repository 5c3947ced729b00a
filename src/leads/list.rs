//! What the list of leads can show and be asked. The rows are contacts.

use crate::{
    lists::{Column, Filter, Kind, List, Test},
    records::RecordKind,
};

/// What nobody works on any more.
const GIVEN_UP: &str =
    "coalesce(contacts.lead_status, '') IN (SELECT s.key FROM lead_statuses s WHERE s.kind = 'disqualified')";

pub static LEADS: List = List {
    noun: "leads",
    one: "lead",
    table: "contacts",
    kind: RecordKind::Contact,
    columns: &[
        Column { key: "name", label: "Name", sort: Some(("name_folded", Kind::Text)), class: "", shown: true },
        Column { key: "status", label: "Status", sort: None, class: "", shown: true },
        Column { key: "score", label: "Score", sort: Some(("score", Kind::Int)), class: "num", shown: true },
        Column {
            key: "answer",
            label: "First answer",
            sort: Some(("coalesce(answer_due_at, '9999-12-31 00:00:00')", Kind::Time)),
            class: "",
            shown: true,
        },
        Column { key: "account", label: "Account", sort: None, class: "", shown: true },
        Column { key: "title", label: "Job title", sort: None, class: "less", shown: false },
        Column { key: "email", label: "E-mail", sort: None, class: "less", shown: true },
        Column { key: "phone", label: "Phone", sort: None, class: "less", shown: false },
        Column { key: "source", label: "Source", sort: None, class: "less", shown: false },
        Column { key: "rating", label: "Rating", sort: None, class: "less", shown: false },
        Column { key: "campaign", label: "Campaign", sort: None, class: "less", shown: false },
        Column { key: "owner", label: "Owner", sort: None, class: "less", shown: true },
        Column {
            key: "created",
            label: "Added",
            sort: Some(("created_at", Kind::Time)),
            class: "num less",
            shown: true,
        },
        Column {
            key: "updated",
            label: "Changed",
            sort: Some(("updated_at", Kind::Time)),
            class: "num less",
            shown: false,
        },
    ],
    filters: &[
        Filter { key: "q", label: "Words", test: Test::Words },
        Filter { key: "status", label: "Status", test: Test::Choice("contacts.lead_status") },
        Filter { key: "disqualified", label: "Disqualified", test: Test::Shelf(GIVEN_UP, &["status"]) },
        Filter { key: "rating", label: "Rating", test: Test::Choice("contacts.rating") },
        Filter { key: "campaign", label: "Campaign", test: Test::Choice("contacts.campaign") },
        Filter { key: "owner", label: "Owner", test: Test::Owner },
        Filter { key: "team", label: "Team", test: Test::Team },
        Filter { key: "queue", label: "Queue", test: Test::Number("contacts.queue_id") },
        Filter { key: "tag", label: "Tag", test: Test::Tag },
        Filter { key: "source", label: "Source", test: Test::Choice("contacts.source") },
        Filter { key: "no_source", label: "Without source", test: Test::Flag("contacts.source IS NULL") },
        Filter { key: "score", label: "Score", test: Test::Range("contacts.score") },
        Filter { key: "waiting", label: "To answer", test: Test::Flag("contacts.answer_due_at IS NOT NULL") },
        Filter { key: "answered", label: "Answered", test: Test::Flag("contacts.first_touch_at IS NOT NULL") },
        Filter { key: "arrived", label: "Arrived", test: Test::Moment("contacts.arrived_at") },
        Filter { key: "created", label: "Added", test: Test::Moment("contacts.created_at") },
        Filter { key: "no_email", label: "Without e-mail", test: Test::Flag("contacts.email IS NULL") },
    ],
    sort: "-created",
    owned: true,
    always: "contacts.lifecycle = 'lead'",
};
