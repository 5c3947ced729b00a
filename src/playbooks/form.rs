//! The form of a playbook: what was typed, and what is wrong with it.

use super::{Again, Input, OwnerRole, Playbook, Step};
use crate::{
    db::types::{StageId, UserId, clean},
    tasks::{Priority, types::TO_DO},
    ui::Page,
    web::Fields,
};
use chrono::NaiveTime;

/// Steps at most: more are a project, not a playbook.
pub(super) const MOST: usize = 25;

/// As typed.
#[derive(Clone, Debug, Default)]
pub struct PlaybookForm {
    pub name: String,
    pub active: bool,
    /// Numbers of stages.
    pub stages: Vec<String>,
    /// Blank ones at the end are to be filled in.
    pub rows: Vec<Row>,
    /// (id of the field, sentence)
    pub errors: Vec<(String, String)>,
}

/// A step as typed.
#[derive(Clone, Debug)]
pub struct Row {
    /// Empty for a new one.
    pub id: String,
    pub subject: String,
    pub kind: String,
    pub days: String,
    /// `working` or `calendar`.
    pub counted: String,
    pub time: String,
    pub priority: String,
    /// A role, or the number of a person.
    pub owner: String,
    pub description: String,
    pub again: String,
}

impl Default for Row {
    fn default() -> Self {
        Self {
            id: String::new(),
            subject: String::new(),
            kind: TO_DO.into(),
            days: "1".into(),
            counted: "working".into(),
            time: String::new(),
            priority: Priority::Normal.text().into(),
            owner: OwnerRole::DealOwner.text().into(),
            description: String::new(),
            again: Again::Never.text().into(),
        }
    }
}

impl Row {
    fn of(step: &Step) -> Self {
        let person = step.person_id.filter(|_| step.owner == OwnerRole::Person);
        Self {
            id: step.id.map(|id| id.to_string()).unwrap_or_default(),
            subject: step.subject.clone(),
            kind: step.kind.clone(),
            days: step.days.to_string(),
            counted: if step.working { "working" } else { "calendar" }.into(),
            time: step.time.map(|t| t.format("%H:%M").to_string()).unwrap_or_default(),
            priority: step.priority.text().into(),
            owner: person.map_or_else(|| step.owner.text().to_owned(), |id| id.to_string()),
            description: step.description.clone(),
            again: step.again.text().into(),
        }
    }

    fn is_blank(&self) -> bool {
        self.subject.trim().is_empty()
    }
}

impl PlaybookForm {
    pub fn blank() -> Self {
        Self { active: true, rows: vec![Row::default(); 4], ..Self::default() }
    }

    pub fn of(playbook: &Playbook) -> Self {
        Self {
            name: playbook.name.clone(),
            active: playbook.active,
            stages: playbook.stages.iter().map(ToString::to_string).collect(),
            rows: playbook.steps.iter().map(Row::of).chain([Row::default()]).collect(),
            errors: Vec::new(),
        }
    }

    /// What was typed, with a step moved or a blank one added where a button asks for it.
    pub fn read(fields: &Fields) -> Self {
        let at = |name: &str, n: usize| fields.one(&format!("{name}-{n}")).to_owned();
        let there = (0..MOST).take_while(|n| fields.has(&format!("subject-{n}")));
        let mut rows: Vec<Row> = there
            .map(|n| Row {
                id: at("step", n),
                subject: at("subject", n),
                kind: at("kind", n),
                days: at("days", n),
                counted: at("counted", n),
                time: at("time", n),
                priority: at("priority", n),
                owner: fields.person(&format!("owner-{n}")),
                description: at("description", n),
                again: at("again", n),
            })
            .collect();
        if let Some((way, from)) = fields.one("move").split_once(':')
            && let Some(from) = from.parse::<usize>().ok().filter(|n| *n < rows.len())
        {
            let to = if way == "up" { from.saturating_sub(1) } else { (from + 1).min(rows.len() - 1) };
            rows.swap(from, to);
        }
        if fields.has("more") && rows.len() < MOST {
            rows.push(Row::default());
        }
        Self {
            name: fields.one("name").to_owned(),
            active: fields.has("active"),
            stages: fields.all("stage").map(str::to_owned).collect(),
            rows,
            errors: Vec::new(),
        }
    }

    pub fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    /// The valid playbook, or `None` with the errors filled in. A step without a subject is left out.
    pub fn check(&mut self, page: &Page, before: Option<&Playbook>) -> Option<Input> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let name = clean(&self.name).filter(|n| n.chars().count() <= 80);
        if name.is_none() {
            errors.push(("name".into(), "Write a name of at most 80 signs, such as “After the first meeting”.".into()));
        }
        let mut steps = Vec::new();
        for (n, row) in self.rows.iter().enumerate().filter(|(_, row)| !row.is_blank()) {
            let mut wrong = |field: &str, sentence: String| errors.push((format!("{field}-{n}"), sentence));
            let subject = clean(&row.subject).unwrap_or_default();
            if subject.chars().count() > 250 {
                wrong("subject", "The subject is longer than 250 signs: move the rest to the notes.".into());
            }
            if row.description.chars().count() > 5000 {
                wrong("description", "The notes are longer than 5,000 signs: shorten them.".into());
            }
            let days = row.days.trim().parse::<i32>().ok().filter(|d| (0..=730).contains(d));
            if days.is_none() {
                wrong("days", format!("“{}” is no number of days from 0 to 730.", row.days.trim()));
            }
            let time = match row.time.trim() {
                "" => None,
                text => match NaiveTime::parse_from_str(text.get(..5).unwrap_or(text), "%H:%M") {
                    Ok(time) => Some(time),
                    Err(_) => {
                        wrong("time", format!("“{text}” is no time: write it like 14:30."));
                        None
                    }
                },
            };
            let old = before.and_then(|b| b.steps.iter().find(|s| s.id.is_some_and(|id| id.to_string() == row.id)));
            let (owner, person_id): (OwnerRole, Option<UserId>) = match OwnerRole::parse(&row.owner) {
                Some(role) if role != OwnerRole::Person => (role, None),
                _ => match page.owner(&row.owner, old.and_then(|s| s.person_id)) {
                    Ok(Some(person)) => (OwnerRole::Person, Some(person)),
                    Ok(None) => (OwnerRole::DealOwner, None),
                    Err(sentence) => {
                        wrong("owner", sentence);
                        (OwnerRole::DealOwner, None)
                    }
                },
            };
            steps.push(Step {
                id: row.id.parse().ok(),
                subject,
                kind: row.kind.clone(),
                priority: Priority::parse(&row.priority).unwrap_or(Priority::Normal),
                days: days.unwrap_or_default(),
                working: row.counted != "calendar",
                time,
                owner,
                person_id,
                description: row.description.trim().to_owned(),
                again: Again::parse(&row.again).unwrap_or(Again::Never),
            });
        }
        if steps.is_empty() {
            errors.push(("subject-0".into(), "A playbook has at least one step: write what is to be done.".into()));
        }
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        let stages = self.stages.iter().filter_map(|id| id.parse().ok().map(StageId)).collect();
        Some(Input { name: name?, active: self.active, stages, steps })
    }
}
