//! What every page knows: who reads it, where, and in which formats.

use super::{Avatar, Locale, Waiting, format};
use crate::{
    auth::{
        Viewer,
        directory::{Directory, Person},
    },
    db::types::{Money, UserId},
};
use chrono::{Datelike, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use iso_currency::Currency;
use serde::{Deserialize, Serialize};
use std::{borrow::Borrow, sync::Arc};

/// A sentence about what has just been done, shown once, perhaps with a way back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Flash {
    pub text: String,
    /// Where "Undo" posts to.
    pub undo: Option<String>,
    /// What can be said beside it: label and address.
    #[serde(default)]
    pub more: Option<(String, String)>,
}

impl Flash {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), undo: None, more: None }
    }

    pub fn with_undo(mut self, url: String) -> Self {
        self.undo = Some(url);
        self
    }

    pub fn with_more(mut self, label: &str, url: String) -> Self {
        self.more = Some((label.into(), url));
        self
    }
}

/// A field for one of the people (`forms::person`).
#[derive(Clone, Debug)]
pub struct PersonField {
    /// Value, label, whether it is chosen.
    pub options: Vec<(String, String, bool)>,
    /// The options are not everyone: the others are looked up, or written by name.
    pub many: bool,
    /// The name that was written and fits no one person.
    pub written: String,
}

/// The context of one answer to a person who is signed in.
#[derive(Clone)]
pub struct Page {
    pub viewer: Viewer,
    pub me: Person,
    pub directory: Arc<Directory>,
    /// Path and query of the request.
    pub here: String,
    pub flash: Option<Flash>,
    pub locale: &'static Locale,
    pub zone: Tz,
    /// UTC, taken once.
    pub now: NaiveDateTime,
    /// Of the session that asks.
    pub session_id: i64,
    /// Notices that the reader has not read, at most 100.
    pub unread: i64,
    /// Work that waits for the reader.
    pub waiting: Waiting,
    /// A dialog lies over the page (`templates/layout.html`): what is beneath it is out of reach.
    pub covered: bool,
}

impl Page {
    pub fn me_id(&self) -> UserId {
        self.me.id
    }

    /// Today where the reader is.
    pub fn today(&self) -> NaiveDate {
        format::local(self.now, self.zone).date_naive()
    }

    pub fn currency(&self) -> Currency {
        self.directory.company.currency
    }

    pub fn css(&self) -> &'static str {
        crate::web::assets::css_url()
    }

    pub fn js(&self) -> &'static str {
        crate::web::assets::js_url()
    }

    /// Whether the address is this one or below it: for `aria-current` in the navigation.
    pub fn at(&self, path: &str) -> bool {
        let here = self.here.split('?').next().unwrap_or_default();
        match path {
            "/" => here == "/",
            "/deals" => here.starts_with("/deals") && here != "/deals/board",
            path => here.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.'])),
        }
    }

    /// What the bell says.
    pub fn bell(&self) -> String {
        match self.unread {
            0 => "Notifications".into(),
            100.. => "Notifications, 99+ unread".into(),
            n => format!("Notifications, {n} unread"),
        }
    }

    pub fn avatar(&self) -> Avatar {
        Avatar::person(self.me.id.0, &self.me.name)
    }

    pub fn date(&self, day: impl Borrow<NaiveDate>) -> String {
        self.locale.date(*day.borrow())
    }

    /// Day and time where the reader is.
    pub fn moment(&self, at: impl Borrow<NaiveDateTime>) -> String {
        let at = *at.borrow();
        let local = format::local(at, self.zone);
        format!("{} {}, {}", local.format("%a"), self.locale.date(local.date_naive()), self.locale.clock(&local))
    }

    /// For `datetime` attributes (RFC 3339, UTC).
    pub fn iso(&self, at: impl Borrow<NaiveDateTime>) -> String {
        let at = *at.borrow();
        at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// For `datetime-local` fields, where the reader is.
    pub fn wall(&self, at: impl Borrow<NaiveDateTime>) -> String {
        let at = *at.borrow();
        format::local(at, self.zone).format("%Y-%m-%dT%H:%M").to_string()
    }

    /// Relative under a week, else the date.
    pub fn ago(&self, at: impl Borrow<NaiveDateTime>) -> String {
        let at = *at.borrow();
        let seconds = (self.now - at).num_seconds();
        let (amount, future) = (seconds.abs(), seconds < -59);
        if amount >= 7 * 86_400 {
            return self.locale.date(format::local(at, self.zone).date_naive());
        }
        let text = match amount {
            0..60 => return "now".into(),
            60..3600 => format!("{} min", amount / 60),
            3600..86_400 => format!("{} h", amount / 3600),
            _ => match amount / 86_400 {
                1 => "1 day".into(),
                days => format!("{days} days"),
            },
        };
        if future { format!("in {text}") } else { format!("{text} ago") }
    }

    /// A day as one says it: today, yesterday, tomorrow, a weekday within six days, else the date.
    pub fn day(&self, day: impl Borrow<NaiveDate>) -> String {
        let day = *day.borrow();
        match (day - self.today()).num_days() {
            0 => "today".into(),
            1 => "tomorrow".into(),
            -1 => "yesterday".into(),
            2..=6 => day.format("%A").to_string(),
            _ => self.locale.date(day),
        }
    }

    /// The date, without its year when that is this one: for cards.
    pub fn date_short(&self, day: impl Borrow<NaiveDate>) -> String {
        let day = *day.borrow();
        if day.year() == self.today().year() { self.locale.date_in_year(day) } else { self.locale.date(day) }
    }

    /// A day as one says it, the date in its short form.
    pub fn day_short(&self, day: impl Borrow<NaiveDate>) -> String {
        let day = *day.borrow();
        if (-1..=6).contains(&(day - self.today()).num_days()) { self.day(day) } else { self.date_short(day) }
    }

    pub fn number(&self, n: impl Borrow<i64>) -> String {
        self.locale.number(*n.borrow())
    }

    /// A percentage that is kept in hundredths: `12.5 %`.
    pub fn percent(&self, hundredths: impl Borrow<i64>) -> String {
        format!("{} %", self.locale.plain_decimal(*hundredths.borrow(), 2))
    }

    /// Exact, for records.
    pub fn money(&self, money: impl Borrow<Money>) -> String {
        self.locale.money(*money.borrow())
    }

    /// Whole units, for overviews.
    pub fn money_short(&self, money: impl Borrow<Money>) -> String {
        self.locale.money_short(*money.borrow())
    }

    /// A field for an owner, or nobody; the present one even when they have left.
    pub fn owners(&self, current: &str) -> PersonField {
        self.person_field(current, &[("", "Nobody")])
    }

    /// A field for one of the people, after these choices. `current` is a number of a person, the value of a choice, or
    /// a name as it was written.
    pub fn person_field(&self, current: &str, first: &[(&str, &str)]) -> PersonField {
        let mut options: Vec<(String, String, bool)> =
            first.iter().map(|(v, label)| ((*v).to_owned(), (*label).to_owned(), *v == current)).collect();
        let mut people = self.directory.offered(&self.me);
        let chosen = current.parse().ok().and_then(|id| self.directory.person(UserId(id)));
        if let Some(chosen) = chosen.filter(|c| !people.iter().any(|p| p.id == c.id)) {
            people.insert(0, chosen);
        }
        options.extend(people.iter().map(|p| (p.id.to_string(), p.name.clone(), chosen.is_some_and(|c| c.id == p.id))));
        let known = options.iter().any(|(_, _, chosen)| *chosen);
        let written = if known || current.parse::<i64>().is_ok() { "" } else { current };
        PersonField { options, many: self.directory.is_large(), written: written.to_owned() }
    }

    /// The owner that a field names, by number or as written; nobody when it is empty. Someone who has left may stay the
    /// owner that they were `before`.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn owner(&self, field: &str, before: Option<UserId>) -> Result<Option<UserId>, String> {
        if field.trim().is_empty() {
            return Ok(None);
        }
        let Ok(id) = field.trim().parse().map(UserId) else {
            return self.directory.meant(field).map(|p| Some(p.id));
        };
        match self.directory.person(id) {
            Some(person) if person.is_active() || before == Some(id) => Ok(Some(id)),
            _ => Err("This person has left: choose another.".into()),
        }
    }

    /// The face and name of an owner; `None` for nobody.
    pub fn person(&self, id: impl Borrow<Option<UserId>>) -> Option<(String, Avatar)> {
        let person = self.directory.person((*id.borrow())?)?;
        Some((person.name.clone(), Avatar::person(person.id.0, &person.name)))
    }
}
