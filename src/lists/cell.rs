//! One value of a list, as the page draws it and as a CSV holds it.

use crate::{
    db::types::{Money, Phone, UserId},
    records::standing::{AccountLabel, HIDDEN},
    ui::{Avatar, Clock, Page},
};
use chrono::{NaiveDate, NaiveDateTime};

/// A value in a row.
#[derive(Clone, Debug)]
pub enum Cell {
    None,
    Text(String),
    /// A link to another record.
    Link {
        url: String,
        text: String,
    },
    /// The row's name: the link to its page, with a face where there is one.
    Name {
        url: String,
        text: String,
        avatar: Option<Avatar>,
    },
    Number {
        shown: String,
        plain: String,
    },
    Date {
        shown: String,
        plain: String,
        past: bool,
    },
    Moment {
        shown: String,
        exact: String,
        iso: String,
    },
    /// An owner: a face with the name hidden beside it.
    Face {
        name: String,
        avatar: Avatar,
    },
    /// Class of `.status`, and the word.
    Status {
        class: &'static str,
        text: String,
    },
    /// Icon of the stage, its name, days there and whether that is too long.
    Stage {
        icon: String,
        text: String,
        days: Option<i64>,
        stuck: bool,
    },
    /// Whether the row is done, as a button that turns it round: the page has an empty form `tick` that says
    /// where the answer leads, for the table may stand in a form of its own.
    Tick {
        url: String,
        name: String,
        done: bool,
    },
    /// A telephone number; `dial` calls it and `log` says how the call went, unless it is not to be called.
    Phone {
        text: String,
        dial: String,
        log: String,
    },
    /// A clock that runs, or how long it took.
    Clock(Clock),
    /// Words beside the value's place that are no value: no file takes them for one.
    Aside(String),
    /// A word of warning in place of a value that should be there.
    Missing(&'static str),
}

impl Cell {
    pub fn text(text: Option<&str>) -> Self {
        text.filter(|t| !t.is_empty()).map_or(Self::None, |t| Self::Text(t.to_owned()))
    }

    /// An account in its row: a link, plain words in the bin, nothing a file would take for a name when hidden.
    pub fn account(label: Option<AccountLabel>) -> Self {
        match label {
            None => Self::None,
            Some(label) if label.hidden => Self::Missing(HIDDEN),
            Some(AccountLabel { name: text, url: Some(url), .. }) => Self::Link { url, text },
            Some(label) => Self::Text(label.name),
        }
    }

    /// A number to call; `about` is whom the call is about, as `contact:7`.
    pub fn phone(page: &Page, about: &str, typed: Option<&str>, e164: Option<&str>) -> Self {
        let Some(typed) = typed.filter(|typed| !typed.is_empty()) else { return Self::None };
        let log = serde_urlencoded::to_string([("about", about), ("kind", "call"), ("back", &page.here)]);
        Self::Phone {
            text: Phone::shown(typed, e164),
            dial: format!("tel:{}", e164.unwrap_or(typed).split_whitespace().collect::<String>()),
            log: format!("/timeline/new?{}", log.unwrap_or_default()),
        }
    }

    pub fn number(page: &Page, n: Option<i64>) -> Self {
        n.map_or(Self::None, |n| Self::Number { shown: page.number(n), plain: n.to_string() })
    }

    pub fn money(page: &Page, money: Option<Money>) -> Self {
        money.map_or(Self::None, |m| Self::Number { shown: page.money(m), plain: m.plain() })
    }

    pub fn date(page: &Page, day: Option<NaiveDate>, past: bool) -> Self {
        day.map_or(Self::None, |d| Self::Date { shown: page.date(d), plain: d.to_string(), past })
    }

    pub fn moment(page: &Page, at: NaiveDateTime) -> Self {
        Self::Moment { shown: page.ago(at), exact: page.moment(at), iso: page.iso(at) }
    }

    pub fn owner(page: &Page, owner: Option<UserId>) -> Self {
        match owner.and_then(|id| page.directory.person(id)) {
            Some(person) => Self::Face { name: person.name.clone(), avatar: Avatar::person(person.id.0, &person.name) },
            None => Self::None,
        }
    }

    /// For CSV: plain numbers, ISO dates, nothing that a spreadsheet would run as a formula.
    pub fn plain(&self) -> String {
        let text = match self {
            Self::None | Self::Missing(_) | Self::Aside(_) => return String::new(),
            Self::Tick { done, .. } => return if *done { "yes" } else { "no" }.to_owned(),
            Self::Number { plain, .. } | Self::Date { plain, .. } => return plain.clone(),
            Self::Moment { iso, .. } => return iso.clone(),
            Self::Clock(Clock { text, .. })
            | Self::Text(text)
            | Self::Link { text, .. }
            | Self::Name { text, .. }
            | Self::Phone { text, .. }
            | Self::Face { name: text, .. }
            | Self::Status { text, .. }
            | Self::Stage { text, .. } => text.clone(),
        };
        // OWASP, CSV injection: a leading quote keeps spreadsheets from reading a formula; our import takes it off again.
        // A number and perhaps an extension: a formula has no blank before letters, and "ext." stands alone.
        let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || " ()./-".contains(c));
        let is_phone = text.strip_prefix('+').is_some_and(|rest| {
            let (number, extension) = rest.split_once(" ext. ").unwrap_or((rest, "0"));
            digits(number) && digits(extension)
        });
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_phone { format!("'{text}") } else { text }
    }
}
