//! The page of goals: each sees their own, managers those of their people, and set them.

use super::{Measure, Progress, monday_of, store};
use crate::{
    auth::directory::Person,
    db::types::UserId,
    error::Error,
    ui::{Avatar, Flash, Page, format},
    web::{Answer, App, Fields, Manager, Query, SignedIn, page, page_with, redraw, see_other_with},
};
use actix_web::http::StatusCode;
use askama::Template;
use chrono::{Datelike, Days, NaiveDate};
use std::collections::HashMap;

/// People on one page.
const SHOWN: usize = 50;
/// More than anybody does in a week.
const MOST: i32 = 1000;

struct Line {
    person: Person,
    avatar: Avatar,
    progress: Vec<Progress>,
}

#[derive(Template)]
#[template(path = "goals/index.html")]
struct GoalIndex {
    page: Page,
    monday: NaiveDate,
    /// The week that is running.
    this: NaiveDate,
    lines: Vec<Line>,
    query: String,
    /// What asks for these people again: "?q=ana", or nothing.
    here: String,
    /// Where the next people are.
    more: Option<String>,
    /// What was typed into cells, and what is wrong with it: (name of the field, text, sentence).
    typed: HashMap<String, (String, String)>,
}

impl GoalIndex {
    fn week(&self, back: bool) -> Option<NaiveDate> {
        if back {
            self.monday.checked_sub_days(Days::new(7))
        } else {
            self.monday.checked_add_days(Days::new(7)).filter(|next| *next <= self.this)
        }
    }

    /// Whether goals are set here: for the week that runs, by who leads.
    fn sets(&self) -> bool {
        self.page.viewer.leads() && self.monday == self.this
    }

    fn name(&self, line: &Line, of: &Progress) -> String {
        format!("goal-{}-{}", line.person.id, of.measure.text())
    }

    fn value(&self, line: &Line, of: &Progress) -> String {
        let kept = || of.target.map(|n| n.to_string()).unwrap_or_default();
        self.typed.get(&self.name(line, of)).map_or_else(kept, |(typed, _)| typed.clone())
    }

    fn wrong(&self, line: &Line, of: &Progress) -> &str {
        self.typed.get(&self.name(line, of)).map_or("", |(_, sentence)| sentence.as_str())
    }

    fn errors(&self) -> Vec<(String, String)> {
        let wrong = self.typed.iter().filter(|(_, (_, sentence))| !sentence.is_empty());
        let mut errors: Vec<_> = wrong.map(|(name, (_, sentence))| (name.clone(), sentence.clone())).collect();
        errors.sort();
        errors
    }
}

/// Whom the reader may set goals for: those whose records they see, and themselves.
fn led(page: &Page) -> Vec<Person> {
    let is_led = |p: &&Person| p.id == page.me.id || page.viewer.leads() && page.viewer.sees(Some(p.id));
    page.directory.active().filter(is_led).filter(|p| page.directory.viewer_of(p).sells()).cloned().collect()
}

async fn drawn(reader: Page, app: &App, query: &Query) -> Result<GoalIndex, Error> {
    let this = monday_of(format::local(reader.now, reader.zone).date_naive());
    let asked = query.one("week").parse().ok().filter(|day: &NaiveDate| (2000..=2200).contains(&day.year()));
    let monday = asked.map_or(this, monday_of).min(this);
    let words = query.one("q").trim().to_owned();
    let mut people = led(&reader);
    if !words.is_empty() {
        let named: Vec<UserId> = reader.directory.named(&words).into_iter().map(|p| p.id).collect();
        people.retain(|p| named.contains(&p.id));
    }
    let from = query.id("after").and_then(|id| people.iter().position(|p| p.id.0 == id)).map_or(0, |at| at + 1);
    let here = serde_urlencoded::to_string([("q", words.as_str()), ("after", query.one("after"))]).unwrap_or_default();
    let rest = people.split_off(from.min(people.len()));
    people = rest;
    let more = people.len() > SHOWN;
    people.truncate(SHOWN);
    let last = people.last().map(|p| p.id.to_string()).unwrap_or_default();
    let week = monday.to_string();
    let more = more
        .then(|| serde_urlencoded::to_string([("week", &week), ("q", &words), ("after", &last)]).unwrap_or_default());
    let asked = people.clone();
    let mut done = app.db.read(move |conn| store::of_week(conn, &asked, monday)).await?;
    let lines = people.into_iter().map(|person| Line {
        avatar: Avatar::person(person.id.0, &person.name),
        progress: done.remove(&person.id).unwrap_or_default(),
        person,
    });
    Ok(GoalIndex {
        lines: lines.collect(),
        page: reader,
        monday,
        this,
        query: words,
        here: format!("?{here}"),
        more: more.map(|query| format!("/goals?{query}")),
        typed: HashMap::new(),
    })
}

/// `GET /goals?week=2026-11-23`
pub async fn index(who: SignedIn, app: App, query: Query) -> Answer {
    page(&drawn(who.0, &app, &query).await?)
}

/// `POST /goals`: what is to be reached from this week on, of those who are shown.
pub async fn update(who: Manager, app: App, query: Query, fields: Fields) -> Answer {
    let (reader, now) = (who.0.clone(), who.now);
    let mut template = drawn(who.0, &app, &query).await?;
    let (monday, mut changes, mut typed) = (template.this, Vec::new(), HashMap::new());
    for person in led(&reader) {
        for measure in Measure::ALL {
            let name = format!("goal-{}-{}", person.id, measure.text());
            if !fields.has(&name) {
                continue;
            }
            let text = fields.one(&name).trim().to_owned();
            let number = if text.is_empty() { Some(0) } else { text.parse::<i32>().ok() };
            let before = fields.one(&format!("was-{name}")).parse::<i32>().unwrap_or(0);
            match number.filter(|n| (0..=MOST).contains(n)) {
                Some(target) => {
                    typed.insert(name.clone(), (text, String::new()));
                    if target != before {
                        changes.push((person.clone(), *measure, before, target, name));
                    }
                }
                None => {
                    let sentence =
                        format!("{}: write a whole number up to {MOST}, or nothing for no goal.", person.name);
                    typed.insert(name, (text, sentence));
                }
            }
        }
    }
    template.typed = typed;
    if !template.errors().is_empty() {
        return redraw(&template);
    }
    let lost = app
        .db
        .write(move |conn| {
            let mut lost = Vec::new();
            for (person, measure, before, target, name) in &changes {
                if !store::set(
                    conn,
                    &reader.viewer,
                    (person.id, &person.name, *measure),
                    (*before, *target),
                    monday,
                    now,
                )? {
                    lost.push((name.clone(), person.name.clone()));
                }
            }
            Ok(lost)
        })
        .await?;
    if lost.is_empty() {
        return Ok(see_other_with("/goals", Flash::new("Goals saved. They hold from this week on")));
    }
    // Theirs stands; what the reader typed beside it is kept for a second look.
    let typed = template.typed;
    template = drawn(template.page, &app, &query).await?;
    template.typed = typed;
    for (name, person) in lost {
        if let Some((_, sentence)) = template.typed.get_mut(&name) {
            *sentence = format!("{person}: somebody else set this goal meanwhile. Look, and save again.");
        }
    }
    page_with(StatusCode::CONFLICT, &template)
}
