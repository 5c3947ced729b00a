//! The task form: what was typed, and what is wrong with it.

use super::{Due, Input, Kind, Priority, Related, Task, links};
use crate::{
    db::types::{UserId, clean},
    records::RecordRef,
    ui::{Page, PersonField, format},
    web::{Fields, conflict::Entry},
};
use chrono::{Datelike, NaiveDate, NaiveTime};

/// As typed.
#[derive(Clone, Debug, Default)]
pub struct TaskForm {
    pub subject: String,
    pub kind: String,
    pub due: String,
    pub time: String,
    pub priority: String,
    pub owner: String,
    /// `deal:7`: what it is about already, and what is added.
    pub about: Vec<String>,
    /// The titles of `about`, as far as the reader sees those records.
    pub related: Vec<Related>,
    pub description: String,
    /// The values that the form was first drawn with (`web::conflict::was`); empty for a new record.
    pub was: String,
    /// (id of the field, sentence)
    pub errors: Vec<(String, String)>,
}

impl TaskForm {
    /// A blank form, owned by whoever opens it, about the record that the address names.
    pub fn blank(page: &Page, fields: &Fields) -> Self {
        Self {
            subject: fields.one("subject").to_owned(),
            kind: Kind::parse(fields.one("kind")).unwrap_or(Kind::ToDo).text().into(),
            due: page.today().to_string(),
            priority: Priority::Normal.text().into(),
            owner: page.me.id.to_string(),
            about: fields.all("about").map(str::to_owned).collect(),
            ..Self::default()
        }
    }

    pub fn of(task: &Task, page: &Page) -> Self {
        let local = task.due.and_then(|d| d.at).map(|at| format::local(at, page.zone).naive_local());
        let day = local.map(|l| l.date()).or(task.due.map(|d| d.on));
        Self {
            subject: task.subject.clone(),
            kind: task.kind.text().into(),
            due: day.map(|d| d.to_string()).unwrap_or_default(),
            time: local.map(|l| l.format("%H:%M").to_string()).unwrap_or_default(),
            priority: task.priority.text().into(),
            owner: task.owner_id.map(|id| id.to_string()).unwrap_or_default(),
            about: task.related.iter().map(Related::value).collect(),
            related: task.related.clone(),
            description: task.description.clone(),
            was: String::new(),
            errors: Vec::new(),
        }
    }

    pub fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        let mut about: Vec<String> = Vec::new();
        for value in fields.all("about").chain(fields.all("add")) {
            if !value.is_empty() && !about.iter().any(|v| v == value) {
                about.push(value.to_owned());
            }
        }
        about.truncate(50);
        Self {
            subject: own("subject"),
            kind: own("kind"),
            due: own("due"),
            time: own("time"),
            priority: own("priority"),
            owner: fields.person("owner"),
            about,
            related: Vec::new(),
            description: own("description"),
            was: own("was"),
            errors: Vec::new(),
        }
    }

    pub fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    /// The records it names.
    pub fn records(&self) -> Vec<RecordRef> {
        self.about.iter().filter_map(|v| links::parse(v)).collect()
    }

    /// The valid input, or `None` with the errors filled in. An owner who has left may stay the one of `before`.
    pub fn check(&mut self, page: &Page, before: Option<&Task>) -> Option<Input> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let subject = clean(&self.subject);
        match &subject {
            None => errors.push(("subject".into(), "What is to be done? Write it in a few words.".into())),
            Some(text) if text.chars().count() > 250 => {
                errors.push((
                    "subject".into(),
                    "The subject is longer than 250 signs: move the rest to the notes.".into(),
                ));
            }
            Some(_) => {}
        }
        if self.description.chars().count() > 20_000 {
            errors.push(("description".into(), "The notes are longer than 20,000 signs: shorten them.".into()));
        }
        let due = self.due(page).map_err(|(field, sentence)| errors.push((field.into(), sentence))).ok().flatten();
        let owner_id = page.owner(&self.owner, before.and_then(|b| b.owner_id)).unwrap_or_else(|sentence| {
            errors.push(("owner".into(), sentence));
            None
        });
        if let Some(owner) = owner_id {
            self.owner = owner.to_string();
        }
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        Some(Input {
            subject: subject?,
            kind: Kind::parse(&self.kind).unwrap_or(Kind::ToDo),
            priority: Priority::parse(&self.priority).unwrap_or(Priority::Normal),
            due,
            owner_id,
            about: self.records(),
            description: self.description.trim().to_owned(),
        })
    }

    fn due(&self, page: &Page) -> Result<Option<Due>, (&'static str, String)> {
        let (day, time) = (self.due.trim(), self.time.trim());
        if day.is_empty() {
            return if time.is_empty() {
                Ok(None)
            } else {
                Err(("due", "The time needs a day: write one, or empty both.".into()))
            };
        }
        let on = day
            .parse::<NaiveDate>()
            .ok()
            .filter(|d| (1970..=2200).contains(&d.year()))
            .ok_or_else(|| ("due", format!("“{day}” is not a day: write it like {}.", page.today())))?;
        if time.is_empty() {
            return Ok(Some(Due { on, at: None }));
        }
        let clock = ["%H:%M", "%H:%M:%S"]
            .iter()
            .find_map(|shape| NaiveTime::parse_from_str(time, shape).ok())
            .ok_or_else(|| ("time", format!("“{time}” is not a time: write it like 15:00.")))?;
        Ok(Some(Due { on, at: Some(format::stored(on.and_time(clock), page.zone)) }))
    }

    /// Every field with its label, for comparing two versions.
    pub fn entries(&self, page: &Page) -> Vec<Entry> {
        let owner = self.owner.parse().ok().map(UserId);
        let titles: Vec<&str> = self.related.iter().map(|r| r.title.as_str()).collect();
        vec![
            Entry::new("subject", "Subject", &self.subject),
            Entry::choice("kind", "Kind", &self.kind, Kind::parse(&self.kind).map_or("", Kind::label)),
            Entry::new("due", "Due", &self.due),
            Entry::new("time", "Time", &self.time),
            Entry::choice(
                "priority",
                "Priority",
                &self.priority,
                Priority::parse(&self.priority).map_or("", Priority::label),
            ),
            Entry::choice("owner", "Owner", &self.owner, page.directory.name(owner)),
            Entry { name: "about".into(), label: "About", values: self.about.clone(), shown: titles.join(", ") },
            Entry::new("description", "Notes", &self.description),
        ]
    }

    pub fn kinds(&self) -> Vec<(String, String, bool)> {
        chosen(Kind::choices(), &self.kind)
    }

    pub fn priorities(&self) -> Vec<(String, String, bool)> {
        chosen(Priority::choices(), &self.priority)
    }

    pub fn owners(&self, page: &Page) -> PersonField {
        page.owners(&self.owner)
    }
}

fn chosen(choices: Vec<(String, String)>, now: &str) -> Vec<(String, String, bool)> {
    choices.into_iter().map(|(value, label)| (value.clone(), label, value == now)).collect()
}
