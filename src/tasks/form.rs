//! The task form: what was typed, and what is wrong with it.

use super::{
    Due, Input, Priority, RecursFrom, Related, Task, links,
    recurrence::{End, MOST, On, Rule, Step, code, name, nth_of, weekday},
    reminders,
    types::{TO_DO, TaskType},
};
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
    /// Minutes before it is due, or empty.
    pub remind: String,
    pub repeats: String,
    pub every: String,
    /// `MO` and so on.
    pub days: Vec<String>,
    /// `never`, `until` or `count`.
    pub ends: String,
    pub until: String,
    pub count: String,
    pub recurs_from: String,
    /// What its line was understood as.
    pub understood: Vec<(&'static str, String)>,
    /// The page it was asked from, or empty.
    pub back: String,
    /// Every type there is.
    pub types: Vec<TaskType>,
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
            kind: if fields.has("kind") { fields.one("kind").into() } else { TO_DO.into() },
            due: page.today().to_string(),
            priority: Priority::Normal.text().into(),
            owner: page.me.id.to_string(),
            about: fields.all("about").map(str::to_owned).collect(),
            every: "1".into(),
            ends: "never".into(),
            recurs_from: RecursFrom::Due.text().into(),
            ..Self::default()
        }
    }

    pub fn of(task: &Task, page: &Page) -> Self {
        let local = task.due.and_then(|d| d.at).map(|at| format::local(at, page.zone).naive_local());
        let day = local.map(|l| l.date()).or(task.due.map(|d| d.on));
        let mut form = Self {
            subject: task.subject.clone(),
            kind: task.kind.key.clone(),
            due: day.map(|d| d.to_string()).unwrap_or_default(),
            time: local.map(|l| l.format("%H:%M").to_string()).unwrap_or_default(),
            priority: task.priority.text().into(),
            owner: task.owner_id.map(|id| id.to_string()).unwrap_or_default(),
            about: task.related.iter().map(Related::value).collect(),
            related: task.related.clone(),
            description: task.description.clone(),
            remind: task.remind_before.map(|n| n.to_string()).unwrap_or_default(),
            every: "1".into(),
            ends: "never".into(),
            recurs_from: task.recurs_from.text().into(),
            ..Self::default()
        };
        if let Some(rule) = Rule::parse(&task.recurrence) {
            form.repeat(&rule);
        }
        form
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
            remind: own("remind"),
            repeats: own("repeats"),
            every: own("every"),
            days: fields.all("days").map(str::to_owned).collect(),
            ends: own("ends"),
            until: own("until"),
            count: own("count"),
            recurs_from: own("recurs_from"),
            back: own("back"),
            was: own("was"),
            ..Self::default()
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
        let rule = self.rule(due).unwrap_or_else(|(field, sentence)| {
            errors.push((field.into(), sentence));
            None
        });
        let remind_before =
            self.remind.parse().ok().filter(|n| reminders::CHOICES.iter().any(|c| c.0 == format!("{n}")));
        if remind_before.is_some() && due.is_none() && errors.is_empty() {
            errors.push(("remind".into(), "A reminder needs a day that the task is due on.".into()));
        }
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        Some(Input {
            subject: subject?,
            kind: self.type_of().map_or_else(|| TO_DO.into(), |t| t.key.clone()),
            priority: Priority::parse(&self.priority).unwrap_or(Priority::Normal),
            due,
            owner_id,
            about: self.records(),
            description: self.description.trim().to_owned(),
            remind_before,
            recurrence: rule.map(|r| r.text()).unwrap_or_default(),
            recurs_from: RecursFrom::parse(&self.recurs_from).unwrap_or(RecursFrom::Due),
        })
    }

    fn type_of(&self) -> Option<&TaskType> {
        self.types.iter().find(|t| t.key == self.kind)
    }

    /// The day and time alone.
    pub fn due_alone(&mut self, page: &Page) -> Result<Option<Due>, (&'static str, String)> {
        self.due(page)
    }

    /// Shows a rule.
    pub fn repeat(&mut self, rule: &Rule) {
        self.repeats = match (&rule.step, &rule.on) {
            (_, On::Weekdays(_)) if rule.is_working_days() => "working",
            (Step::Days, _) => "days",
            (Step::Weeks, _) => "weeks",
            (Step::Months, On::Nth(..)) => "nth",
            (Step::Months, _) => "months",
            (Step::Years, _) => "years",
        }
        .into();
        self.every = rule.every.to_string();
        if let On::Weekdays(days) = &rule.on {
            self.days = days.iter().map(|d| code(*d).to_owned()).collect();
        }
        match rule.end {
            End::Never => self.ends = "never".into(),
            End::Until(day) => (self.ends, self.until) = ("until".into(), day.to_string()),
            End::Count(left) => (self.ends, self.count) = ("count".into(), left.to_string()),
        }
    }

    /// The rule that is chosen, from the day it is due.
    fn rule(&self, due: Option<Due>) -> Result<Option<Rule>, (&'static str, String)> {
        if !REPEATS.iter().skip(1).any(|(value, _)| *value == self.repeats) {
            return Ok(None);
        }
        let on = self.due.trim().parse::<NaiveDate>().ok();
        let Some(on) = on.or(due.map(|d| d.on)) else {
            return Err(("due", "What comes again needs a first day: write when it is due.".into()));
        };
        let every =
            match self.every.trim() {
                "" => 1,
                typed => typed.parse::<u16>().ok().filter(|n| (1..=400).contains(n)).ok_or_else(|| {
                    ("every", format!("“{typed}” is no number from 1 to 400: how often does it come?"))
                })?,
            };
        let mut days: Vec<chrono::Weekday> = self.days.iter().filter_map(|d| weekday(d)).collect();
        days.sort_by_key(chrono::Weekday::num_days_from_monday);
        let mut rule = match self.repeats.as_str() {
            "working" => Rule::working_days(),
            "days" => Rule::new(Step::Days, every, On::Same),
            "weeks" if days.is_empty() => Rule::new(Step::Weeks, every, On::Weekdays(vec![on.weekday()])),
            "weeks" => Rule::new(Step::Weeks, every, On::Weekdays(days)),
            "months" => Rule::new(Step::Months, every, On::Day(on.day())),
            "nth" => Rule::new(Step::Months, every, nth_of(on)),
            _ => Rule::new(Step::Years, every, On::Date(on.month(), on.day())),
        };
        rule.end = match self.ends.as_str() {
            "until" => {
                let typed = self.until.trim();
                let day = typed.parse::<NaiveDate>().ok().filter(|d| (1970..=2200).contains(&d.year()));
                let day = day.ok_or_else(|| ("until", "Until when does it come? Write a day.".to_owned()))?;
                if day < on {
                    return Err(("until", "It would end before it begins: write a later day.".into()));
                }
                End::Until(day)
            }
            "count" => {
                let times = self.count.trim().parse().ok().filter(|n| (1..=MOST).contains(n));
                End::Count(times.ok_or_else(|| ("count", format!("How many times? Write a number from 1 to {MOST}.")))?)
            }
            _ => End::Never,
        };
        Ok(Some(rule))
    }

    /// The rule in words; empty without one.
    pub fn rule_in_words(&self, page: &Page) -> String {
        let rule = self.rule(None).ok().flatten();
        rule.map(|r| r.words(self.due.parse().ok(), page.locale)).unwrap_or_default()
    }

    pub fn weekdays(&self) -> Vec<(&'static str, &'static str, bool)> {
        use chrono::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
        let all = [Mon, Tue, Wed, Thu, Fri, Sat, Sun];
        all.iter().map(|d| (code(*d), name(*d), self.days.iter().any(|c| c == code(*d)))).collect()
    }

    pub fn repeating(&self) -> Vec<(String, String, bool)> {
        chosen(owned(&REPEATS), &self.repeats)
    }

    pub fn endings(&self) -> Vec<(String, String, bool)> {
        chosen(owned(&[("never", "Never"), ("until", "On a day"), ("count", "After some times")]), &self.ends)
    }

    pub fn starts(&self) -> Vec<(String, String, bool)> {
        chosen(RecursFrom::choices(), &self.recurs_from)
    }

    pub fn reminders(&self) -> Vec<(String, String, bool)> {
        chosen(owned(&reminders::CHOICES), &self.remind)
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
            Entry::choice("kind", "Kind", &self.kind, self.type_of().map_or("", |t| t.name.as_str())),
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
            Entry::choice("remind", "Reminder", &self.remind, label(&reminders::CHOICES, &self.remind)),
            Entry::choice("repeats", "Repeats", &self.repeats, label(&REPEATS, &self.repeats)),
            Entry::new("every", "Every", &self.every),
            Entry::several("days", "On", &self.days),
            Entry::new("ends", "Ends", &self.ends),
            Entry::new("until", "Until", &self.until),
            Entry::new("count", "Times", &self.count),
            Entry::choice(
                "recurs_from",
                "Counted from",
                &self.recurs_from,
                RecursFrom::parse(&self.recurs_from).map_or("", RecursFrom::label),
            ),
        ]
    }

    pub fn kinds(&self) -> Vec<(String, String, bool)> {
        let offered = self.types.iter().filter(|t| t.active || t.key == self.kind);
        chosen(offered.map(|t| (t.key.clone(), t.name.clone())).collect(), &self.kind)
    }

    pub fn priorities(&self) -> Vec<(String, String, bool)> {
        chosen(Priority::choices(), &self.priority)
    }

    pub fn owners(&self, page: &Page) -> PersonField {
        page.owners(&self.owner)
    }
}

/// How a task comes again.
const REPEATS: [(&str, &str); 7] = [
    ("", "Does not repeat"),
    ("days", "Every day"),
    ("working", "Every weekday, Monday to Friday"),
    ("weeks", "Every week"),
    ("months", "Every month, on the day it is due"),
    ("nth", "Every month, on its weekday"),
    ("years", "Every year"),
];

fn owned(choices: &[(&str, &str)]) -> Vec<(String, String)> {
    choices.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
}

fn label<'a>(choices: &[(&str, &'a str)], value: &str) -> &'a str {
    choices.iter().find(|(v, _)| *v == value).map_or("", |(_, label)| label)
}

fn chosen(choices: Vec<(String, String)>, now: &str) -> Vec<(String, String, bool)> {
    choices.into_iter().map(|(value, label)| (value.clone(), label, value == now)).collect()
}
