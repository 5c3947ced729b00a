//! What people are told of: a list with read and unread, live in the open page, by mail where they chose so.
//!
//! A notice is a row, written in the transaction of what it tells of (`journal::record`, `journal::tell`). One event
//! tells a person once, and nobody of what they did themselves.

pub mod job;
pub mod live;
pub mod pages;
mod store;

use crate::{db::types::UserId, records::RecordRef, text_enum};
pub use store::{COUNTED, add, forget, sweep};

text_enum! {
    /// What it is about, as people choose how they hear of it.
    Kind {
        Assigned = "assigned", "Something is given to you";
        Mentioned = "mentioned", "A colleague mentions you";
        Reminder = "reminder", "A reminder you set";
        LeadArrived = "lead_arrived", "A lead arrives for you";
        LeadLate = "lead_late", "A lead waits too long for an answer";
        WebForm = "web_form", "A contact of yours sends a web form";
        QuoteAnswered = "quote_answered", "A customer answers your quote";
        Meeting = "meeting", "A colleague plans, moves or cancels a meeting with you";
    }
}

impl Kind {
    /// Name of its icon in the sprite.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Assigned => "user-plus",
            Self::Mentioned => "note",
            Self::Reminder | Self::LeadLate => "clock",
            Self::LeadArrived => "lead",
            Self::WebForm => "form",
            Self::QuoteAnswered => "file",
            Self::Meeting => "calendar",
        }
    }
}

text_enum! {
    /// How a person hears of it, besides the list.
    Way {
        App = "app", "In Rapport only";
        Mail = "mail", "By mail at once";
        Digest = "digest", "In a mail each morning";
    }
}

/// What one person is told.
#[derive(Clone, Debug)]
pub struct Notice {
    pub to: UserId,
    pub kind: Kind,
    /// Names what happened, such as `mention:12`: the same event tells nobody twice.
    pub event: String,
    /// After the actor's name: "gave you a deal".
    pub said: String,
    pub record: RecordRef,
    /// Name of the record.
    pub title: String,
}
