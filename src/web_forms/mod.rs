//! Web forms: what strangers fill in, on a page of ours or on the company's own web site, and what comes of it.

mod answers;
mod export;
mod form;
mod intake;
pub mod pages;
pub mod public_pages;
mod store;
mod submissions;
mod ticket;

use crate::{
    db::types::{UserId, WebFormId},
    text_enum,
};
use chrono::NaiveDateTime;
pub use intake::{Arrival, keep};
use serde::{Deserialize, Serialize};
pub use store::{Input, create, get, list};
pub use submissions::sweep;

text_enum! {
    /// What a field asks for: a fact about whoever sends the form, or a question of the company's own.
    FieldKind {
        GivenName = "given_name", "First name";
        FamilyName = "family_name", "Last name";
        Email = "email", "E-mail";
        Phone = "phone", "Phone";
        Company = "company", "Company";
        JobTitle = "job_title", "Job title";
        Country = "country", "Country";
        Employees = "employees", "Number of employees";
        Interest = "interest", "Product of interest";
        Message = "message", "Message";
        Question = "question", "Your own question";
    }
}

impl FieldKind {
    /// The longest answer taken, in signs.
    pub fn most(self) -> usize {
        match self {
            Self::GivenName | Self::FamilyName => 120,
            Self::Email => 254,
            Self::Phone => 60,
            Self::Company | Self::JobTitle | Self::Country | Self::Interest => 200,
            Self::Employees => 12,
            Self::Question => 500,
            Self::Message => 5000,
        }
    }

    /// What browsers fill in by themselves (HTML, autofill field names).
    pub fn autocomplete(self) -> &'static str {
        match self {
            Self::GivenName => "given-name",
            Self::FamilyName => "family-name",
            Self::Email => "email",
            Self::Phone => "tel",
            Self::Company => "organization",
            Self::JobTitle => "organization-title",
            Self::Country => "country-name",
            Self::Employees | Self::Interest | Self::Message | Self::Question => "off",
        }
    }

    /// Type of its input.
    pub fn input(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "tel",
            _ => "text",
        }
    }
}

/// A field of a form, in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name in what is sent: the kind, or of a question a key of its own.
    pub key: String,
    pub label: String,
    pub required: bool,
}

impl Field {
    pub fn new(kind: FieldKind, required: bool) -> Self {
        Self { key: kind.text().to_owned(), label: kind.label().to_owned(), required }
    }

    pub fn kind(&self) -> FieldKind {
        FieldKind::parse(&self.key).unwrap_or(FieldKind::Question)
    }
}

/// What someone answered, with the label as they saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub key: String,
    pub label: String,
    pub value: String,
}

/// By which way somebody came to a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CameBy {
    pub utm_source: String,
    pub utm_medium: String,
    pub utm_campaign: String,
    pub utm_term: String,
    pub utm_content: String,
    /// The page that led to the form's.
    pub referrer: String,
    /// The page that the form stands on.
    pub page: String,
}

impl CameBy {
    /// Names as they stand in addresses and hidden fields, with their values.
    pub fn pairs(&self) -> [(&'static str, &str); 7] {
        [
            ("utm_source", &self.utm_source),
            ("utm_medium", &self.utm_medium),
            ("utm_campaign", &self.utm_campaign),
            ("utm_term", &self.utm_term),
            ("utm_content", &self.utm_content),
            ("referrer", &self.referrer),
            ("page", &self.page),
        ]
    }
}

text_enum! {
    /// What became of what was sent.
    State {
        Taken = "taken", "Taken over";
        /// Looks like the work of a program: an admin decides.
        Held = "held", "Held as spam";
    }
}

/// A form as an admin designed it.
#[derive(Clone, Debug)]
pub struct WebForm {
    pub id: WebFormId,
    /// Last part of its address: nobody guesses it.
    pub token: String,
    /// What its tickets are signed with.
    secret: String,
    pub name: String,
    pub heading: String,
    pub introduction: String,
    pub fields: Vec<Field>,
    pub button: String,
    /// Shown when it has been sent, where no redirect is set.
    pub thanks: String,
    /// Where whoever sent it is led (https), or empty.
    pub redirect: String,
    /// Number and wording of what one agrees to; `None` asks nothing.
    pub consent: Option<(i64, String)>,
    pub consent_required: bool,
    /// Given to the leads that it brings.
    pub source: String,
    pub campaign: String,
    /// Other web sites that may send it, as origins.
    pub origins: Vec<String>,
    /// Who sends it sooner after it was drawn is taken for a program; 0 for never.
    pub least_seconds: i64,
    pub active: bool,
    pub deleted_at: Option<NaiveDateTime>,
    pub version: i64,
}

impl WebForm {
    /// Path of its page for strangers.
    pub fn path(&self) -> String {
        format!("/forms/{}", self.token)
    }

    /// Whether strangers may fill it in.
    pub fn is_open(&self) -> bool {
        self.active && self.deleted_at.is_none()
    }

    pub fn has(&self, kind: FieldKind) -> bool {
        self.fields.iter().any(|f| f.kind() == kind)
    }
}

/// The owner of a contact, to be told.
type Owner = Option<UserId>;
