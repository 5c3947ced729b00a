//! The line in which a task is said (`words`), read for the person who says it.

use super::{
    form::TaskForm,
    list,
    recurrence::Rule,
    store::Input,
    types::{self, TaskType},
    words::{self, Said, Where},
};
use crate::{
    db::{Conn, types::fold},
    error::Result,
    records::RecordRef,
    tasks::Priority,
    ui::{Page, format},
    web::Fields,
};

/// What a line says to this reader.
pub(super) fn read(page: &Page, text: &str) -> Said {
    let text: String = text.chars().take(500).collect();
    let place = Where { now: page.now, zone: page.zone, month_first: page.locale.month_first() };
    words::read(&text, place, &|name| page.directory.meant(name).map(|person| person.id))
}

/// Puts it into a form that was drawn blank.
pub(super) fn fill(form: &mut TaskForm, said: &Said, page: &Page) {
    form.subject.clone_from(&said.subject);
    if let Some(kind) = kind(&form.types, &said.subject) {
        form.kind.clone_from(&kind.key);
    }
    if let Some(due) = said.due {
        let local = due.at.map(|at| format::local(at, page.zone).naive_local());
        form.due = local.map_or(due.on, |l| l.date()).to_string();
        form.time = local.map(|l| l.format("%H:%M").to_string()).unwrap_or_default();
    }
    if let Some(priority) = said.priority {
        form.priority = priority.text().into();
    }
    if let Some(owner) = said.owner {
        form.owner = owner.to_string();
    }
    if let Some(rule) = &said.rule {
        form.repeat(rule);
    }
    form.errors.extend(said.wrong.iter().map(|sentence| ("subject".to_owned(), sentence.clone())));
}

/// A task as a line says it, for pages that add one beside something else.
#[derive(Clone, Debug)]
pub struct Planned {
    pub input: Input,
    /// "“Call Ana again”, due Friday 27 November"
    pub told: String,
}

/// What a line says is to be done about these records; `Err` is a sentence for whoever wrote it.
pub fn plan(conn: &mut Conn, page: &Page, words: &str, about: &[RecordRef]) -> Result<Result<Planned, String>> {
    let said = read(page, words);
    let mut form = TaskForm::blank(page, &Fields::default());
    form.types = types::all(conn)?;
    form.about = about.iter().map(|r| format!("{}:{}", r.kind.text(), r.id)).collect();
    fill(&mut form, &said, page);
    let wrong = std::mem::take(&mut form.errors);
    let input = form.check(page, None);
    if let Some((_, sentence)) = wrong.into_iter().chain(form.errors).next() {
        return Ok(Err(sentence));
    }
    Ok(input.ok_or_else(|| "That is no task: write what is to be done.".to_owned()).map(|input| {
        let due = input.due.map(|due| format!(", due {}", list::due_in_words(page, Some(due.on), due.at)));
        Planned { told: format!("“{}”{}", input.subject, due.unwrap_or_default()), input }
    }))
}

/// The type whose name the line begins with.
fn kind<'a>(types: &'a [TaskType], subject: &str) -> Option<&'a TaskType> {
    let plain = |text: &str| fold(text).replace('-', "");
    let subject = plain(subject);
    types.iter().filter(|t| t.active).find(|t| {
        let rest = subject.strip_prefix(&plain(&t.name));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ':']))
    })
}

/// What was understood, in words: label and value.
pub(super) fn told(form: &TaskForm, said: &Said, page: &Page) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Task", said.subject.clone())];
    if let Some(kind) = kind(&form.types, &said.subject) {
        facts.push(("Type", kind.name.clone()));
    }
    if let Some(due) = said.due {
        let day = due.at.map_or(due.on, |at| format::local(at, page.zone).date_naive());
        let clock = due.at.map(|at| page.locale.clock(&format::local(at, page.zone)));
        let shown = format!("{} {}", day.format("%A"), page.date(day));
        facts.push(("Due", clock.map_or(shown.clone(), |clock| format!("{shown}, {clock}"))));
    }
    if said.due.is_none() {
        // A form that is drawn blank is due today: that is said too.
        facts.push(("Due", "today, as no day is said".to_owned()));
    }
    if let Some(rule) = &said.rule {
        facts.push(("Repeats", in_words(rule, said, page)));
    }
    if let Some(priority) = said.priority.filter(|p| *p != Priority::Normal) {
        facts.push(("Priority", priority.label().to_owned()));
    }
    if said.owner.is_some() {
        facts.push(("Owner", page.directory.name(said.owner).to_owned()));
    }
    facts
}

fn in_words(rule: &Rule, said: &Said, page: &Page) -> String {
    rule.words(said.due.map(|d| d.on), page.locale)
}
