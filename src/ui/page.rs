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
}

impl Flash {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), undo: None }
    }

    pub fn with_undo(mut self, url: String) -> Self {
        self.undo = Some(url);
        self
    }
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

    /// Exact, for records.
    pub fn money(&self, money: impl Borrow<Money>) -> String {
        self.locale.money(*money.borrow())
    }

    /// Whole units, for overviews.
    pub fn money_short(&self, money: impl Borrow<Money>) -> String {
        self.locale.money_short(*money.borrow())
    }

    /// Everyone who can own a record, as options; the present owner even when they have left.
    pub fn owners(&self, current: &str) -> Vec<(String, String, bool)> {
        let mut options = vec![(String::new(), "Nobody".to_owned(), current.is_empty())];
        options.extend(
            self.directory
                .people
                .iter()
                .filter(|p| p.is_active() || p.id.to_string() == current)
                .map(|p| (p.id.to_string(), p.name.clone(), p.id.to_string() == current)),
        );
        options
    }

    /// The face and name of an owner; `None` for nobody.
    pub fn person(&self, id: impl Borrow<Option<UserId>>) -> Option<(String, Avatar)> {
        let person = self.directory.person((*id.borrow())?)?;
        Some((person.name.clone(), Avatar::person(person.id.0, &person.name)))
    }
}
