//! What the composer sends.

use super::{EntryKind, Outcome, store::NewEntry};
use crate::{
    records::{RecordKind, RecordRef},
    ui::{Page, format},
    web::Fields,
};
use chrono::{Datelike, Duration, NaiveDateTime};

/// The composer as it was typed, with what is wrong beside it.
#[derive(Clone, Debug, Default)]
pub struct Composer {
    pub kind: String,
    pub text: String,
    pub outcome: String,
    pub minutes: String,
    pub at: String,
    /// The next task in words: what a call leads to, or all of it where the kind is `task`.
    pub words: String,
    /// The page it was asked from, or empty: the record's.
    pub back: String,
    pub errors: Vec<(&'static str, String)>,
}

/// Longest note, in characters.
const LONGEST: usize = 50_000;

/// A sentence for a text that is longer than a note may be.
pub(super) fn too_long(text: &str) -> Option<String> {
    (text.chars().count() > LONGEST).then(|| format!("The text is longer than {LONGEST} signs: write it in parts."))
}

impl Composer {
    pub fn blank(page: &Page) -> Self {
        Self { kind: "note".into(), at: page.wall(page.now), ..Self::default() }
    }

    pub fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            kind: own("kind"),
            text: own("text"),
            outcome: own("outcome"),
            minutes: own("minutes"),
            at: own("at"),
            words: own("words").trim().to_owned(),
            back: own("back"),
            errors: Vec::new(),
        }
    }

    /// Only a task is added, nothing that has happened.
    pub fn is_task(&self) -> bool {
        self.kind == "task"
    }

    pub fn error(&self, field: &str) -> &str {
        self.errors.iter().find(|(f, _)| *f == field).map_or("", |(_, e)| e.as_str())
    }

    /// The record that the form stands on: `about=contact:42`.
    pub fn about(fields: &Fields) -> Option<RecordRef> {
        let (kind, id) = fields.one("about").split_once(':')?;
        Some(RecordRef::new(RecordKind::parse(kind)?, id.parse().ok()?))
    }

    /// The entry, or `None` with the errors filled in.
    pub fn check(&mut self, page: &Page, about: RecordRef) -> Option<NewEntry> {
        let kind = EntryKind::parse(&self.kind).filter(|k| k.is_written()).unwrap_or(EntryKind::Note);
        if self.text.trim().is_empty() && kind == EntryKind::Note {
            self.errors.push(("text", "The note is empty: write what happened.".into()));
        }
        if let Some(sentence) = too_long(&self.text) {
            self.errors.push(("text", sentence));
        }
        let spoken = kind != EntryKind::Note;
        let minutes = match self.minutes.trim() {
            "" => None,
            _ if !spoken => None,
            typed => match typed.parse::<i32>() {
                Ok(n) if (0..=1440).contains(&n) => Some(n),
                _ => {
                    self.errors.push(("minutes", format!("“{typed}” is not a number of minutes from 0 to 1440.")));
                    None
                }
            },
        };
        let at = if spoken && !self.at.trim().is_empty() {
            match NaiveDateTime::parse_from_str(self.at.trim(), "%Y-%m-%dT%H:%M") {
                Ok(wall) if (1900..=2200).contains(&wall.year()) => {
                    let at = format::stored(wall, page.zone);
                    let horizon = page.now + Duration::days(if kind == EntryKind::Call { 1 } else { 366 });
                    if at > horizon {
                        self.errors.push(("at", "That is in the future: write when it took place.".into()));
                    }
                    at
                }
                Ok(_) => {
                    self.errors.push(("at", "Write when it took place, in a year from 1900 to 2200.".into()));
                    page.now
                }
                Err(_) => {
                    self.errors.push(("at", format!("“{}” is not a day and time.", self.at.trim())));
                    page.now
                }
            }
        } else {
            page.now
        };
        let outcome = match kind {
            EntryKind::Call => Outcome::parse(&self.outcome).unwrap_or(Outcome::Reached).text().to_owned(),
            _ => String::new(),
        };
        self.errors.is_empty().then(|| NewEntry {
            kind,
            at,
            about,
            title: String::new(),
            body: self.text.trim().to_owned(),
            outcome,
            minutes,
            change: None,
            links: vec![about],
        })
    }
}
