//! The calendar: a week of one person, and their agenda.

use super::{
    Kind, Response, State,
    entries::{self, Entry, clock},
    week::{Item, Week},
};
use crate::{
    auth::directory::Person,
    db::types::{MeetingId, UserId},
    error::Error,
    records::RecordRef,
    tasks,
    ui::{Page, PersonField, format},
    web::{Answer, App, Query, SignedIn, page},
};
use askama::Template;
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime};

/// Meetings on one page of the agenda.
const SIZE: usize = 30;

/// One line of a list by days.
struct Line {
    at: NaiveDateTime,
    clock: String,
    url: String,
    title: String,
    note: String,
    is_task: bool,
    past: bool,
    clash: bool,
    cancelled: bool,
    awaits: bool,
    link: String,
}

/// What stands on one day.
struct Group {
    label: String,
    lines: Vec<Line>,
}

/// Whose calendar it is.
struct Whose {
    person: UserId,
    name: String,
    mine: bool,
    /// `&person=7`, or empty for the reader's own.
    query: String,
}

#[derive(Template)]
#[template(path = "meetings/week.html")]
struct WeekShow {
    page: Page,
    whose: Whose,
    monday: NaiveDate,
    week: Week,
    groups: Vec<Group>,
    /// There are meetings at the same time.
    clashes: usize,
}

#[derive(Template)]
#[template(path = "meetings/agenda.html")]
struct AgendaShow {
    page: Page,
    whose: Whose,
    from: NaiveDate,
    groups: Vec<Group>,
    later: Option<String>,
}

impl Whose {
    fn people(&self, page: &Page) -> PersonField {
        let mut field = page.person_field(&self.person.to_string(), &[]);
        field.options.retain(|(id, ..)| id.parse().is_ok_and(|id| page.viewer.sees(Some(UserId(id)))));
        field
    }
}

impl WeekShow {
    /// "23–29 November 2026"
    fn title(&self) -> String {
        let (from, to) = (self.monday, shifted(self.monday, 6));
        if from.month() == to.month() {
            format!("{}–{}", from.day(), to.format("%-d %B %Y"))
        } else if from.year() == to.year() {
            format!("{} – {}", from.format("%-d %B"), to.format("%-d %B %Y"))
        } else {
            format!("{} – {}", from.format("%-d %B %Y"), to.format("%-d %B %Y"))
        }
    }

    fn beside(&self, days: i64) -> String {
        format!("/calendar?week={}{}", shifted(self.monday, days), self.whose.query)
    }

    fn people(&self) -> PersonField {
        self.whose.people(&self.page)
    }
}

impl AgendaShow {
    fn beside(&self, days: i64) -> String {
        format!("/calendar/agenda?from={}{}", shifted(self.from, days), self.whose.query)
    }

    fn people(&self) -> PersonField {
        self.whose.people(&self.page)
    }
}

fn shifted(day: NaiveDate, days: i64) -> NaiveDate {
    day.checked_add_signed(chrono::Duration::days(days)).unwrap_or(day)
}

/// The moment at which a day begins where the reader is.
fn midnight(page: &Page, day: NaiveDate) -> NaiveDateTime {
    format::stored(day.and_time(NaiveTime::MIN), page.zone)
}

/// The person that the address names: the reader unless it names another, whose records the reader sees.
///
/// # Errors
/// `Error::NotFound` when the reader does not see theirs, or nobody is called so.
fn whose(page: &Page, query: &Query) -> Result<Whose, Error> {
    let asked = query.person("person");
    let found: Option<&Person> = match asked.trim() {
        "" => Some(&page.me),
        text => match text.parse() {
            Ok(id) => page.directory.person(UserId(id)),
            Err(_) => page.directory.meant(text).ok(),
        },
    };
    let person = found.filter(|p| p.id == page.me.id || page.viewer.sees(Some(p.id))).ok_or(Error::NotFound)?;
    let mine = person.id == page.me.id;
    let query = if mine { String::new() } else { format!("&person={}", person.id) };
    Ok(Whose { person: person.id, name: person.name.clone(), mine, query })
}

/// The day that the address names; today where it names none that exists.
fn day(page: &Page, typed: &str) -> NaiveDate {
    crate::ui::date(typed).ok().flatten().unwrap_or_else(|| page.today())
}

/// `GET /calendar`
pub async fn week(who: SignedIn, app: App, query: Query) -> Answer {
    let whose = whose(&who.0, &query)?;
    let asked = day(&who.0, query.one("week"));
    let monday = asked.checked_sub_days(Days::new(asked.weekday().num_days_from_monday().into())).unwrap_or(asked);
    let span = (midnight(&who.0, monday), midnight(&who.0, shifted(monday, 7)));
    let (reader, person) = (who.0.clone(), whose.person);
    let (found, tasks) = app
        .db
        .read(move |conn| {
            let found = entries::of_person(conn, &reader.viewer, person, span)?;
            Ok((found, tasks::timed(conn, &reader.viewer, person, span)?))
        })
        .await?;
    let clashes = found.iter().filter(|entry| entry.clash).count();
    let shown = found.iter().filter(|e| !e.is_cancelled());
    let mut items: Vec<Item> = shown.map(|entry| boxed(&who.0, entry)).collect();
    items.extend(tasks.iter().filter_map(|task| task_box(&who.0, task)));
    let week = Week::new(monday, &items, who.zone, who.now);
    let groups = by_day(&who.0, &found, &tasks, Some(monday));
    page(&WeekShow { page: who.0, whose, monday, week, groups, clashes })
}

/// `GET /calendar/agenda`
pub async fn agenda(who: SignedIn, app: App, query: Query) -> Answer {
    let whose = whose(&who.0, &query)?;
    let from = day(&who.0, query.one("from"));
    let begin = midnight(&who.0, from);
    let after = place(query.one("after"));
    let (reader, person) = (who.0.clone(), whose.person);
    let (found, tasks, later) = app
        .db
        .read(move |conn| {
            let most = i64::try_from(SIZE + 1).unwrap_or(i64::MAX);
            let mut found = entries::next_of_person(conn, &reader.viewer, person, begin, after, most)?;
            let more = found.len() > SIZE;
            found.truncate(SIZE);
            // Tasks stand between the meetings of this page; on the last, those of two weeks more.
            let first = after.map_or(begin, |(at, _)| at);
            let last = found.last().map(|e| e.starts_at);
            let end =
                last.filter(|_| more).unwrap_or_else(|| last.unwrap_or(first).max(first) + chrono::Duration::days(14));
            let tasks = tasks::timed(conn, &reader.viewer, person, (first, end))?;
            let later = found.last().filter(|_| more).map(|e| (e.starts_at, e.id));
            Ok((found, tasks, later))
        })
        .await?;
    let later = later.map(|(at, id)| {
        format!("/calendar/agenda?from={from}&after={}_{id}{}", at.and_utc().timestamp_micros(), whose.query)
    });
    let groups = by_day(&who.0, &found, &tasks, None);
    page(&AgendaShow { page: who.0, whose, from, groups, later })
}

/// `micros_id` of the last meeting seen.
fn place(text: &str) -> Option<(NaiveDateTime, MeetingId)> {
    let (micros, id) = text.split_once('_')?;
    let at = chrono::DateTime::from_timestamp_micros(micros.parse().ok()?)?.naive_utc();
    Some((at, MeetingId(id.parse().ok()?)))
}

fn boxed(page: &Page, entry: &Entry) -> Item {
    let mut class = match (entry.kind, entry.response) {
        (_, Response::Tentative | Response::NeedsAction) => "maybe",
        (Kind::Call, _) => "call",
        _ => "",
    }
    .to_owned();
    if entry.clash {
        class += " clash";
    }
    if entry.state == State::Missed || entry.response == Response::Declined {
        class = "task".into();
    }
    let note = match entry.note() {
        note if note.is_empty() => entry.span(page),
        note => format!("{}, {note}", entry.span(page)),
    };
    let movable = entry.state == State::Planned && !entry.is_hidden();
    Item {
        starts_at: entry.starts_at,
        ends_at: entry.ends_at,
        url: if entry.is_hidden() { String::new() } else { entry.url() },
        title: entry.label().to_owned(),
        note,
        class,
        moves: movable.then_some((entry.id.0, entry.version)),
    }
}

/// A task stands lightly, for half an hour.
fn task_box(page: &Page, task: &tasks::Row) -> Option<Item> {
    let at = task.due_at?;
    Some(Item {
        starts_at: at,
        ends_at: at + chrono::Duration::minutes(30),
        url: RecordRef::from(task.id).url(),
        title: task.subject.clone(),
        note: format!("{}, task", clock(page, &format::local(at, page.zone))),
        class: "task".into(),
        moves: None,
    })
}

/// Meetings and tasks by the days on which they begin; what began before a first day stands on that one.
fn by_day(page: &Page, found: &[Entry], tasks: &[tasks::Row], first: Option<NaiveDate>) -> Vec<Group> {
    let mut lines: Vec<Line> = found
        .iter()
        .map(|entry| Line {
            at: entry.starts_at,
            clock: clock(page, &format::local(entry.starts_at, page.zone)),
            url: if entry.is_hidden() { String::new() } else { entry.url() },
            title: entry.label().to_owned(),
            note: match entry.note() {
                note if note.is_empty() => entry.span(page),
                note => format!("{}, {note}", entry.span(page)),
            },
            is_task: false,
            past: entry.ends_at <= page.now,
            clash: entry.clash,
            cancelled: entry.is_cancelled(),
            awaits: entry.asks(page),
            link: if entry.ends_at > page.now { entry.link.clone() } else { String::new() },
        })
        .collect();
    lines.extend(tasks.iter().filter_map(|task| {
        let at = task.due_at?;
        Some(Line {
            at,
            clock: clock(page, &format::local(at, page.zone)),
            url: RecordRef::from(task.id).url(),
            title: task.subject.clone(),
            note: "Task".into(),
            is_task: true,
            past: at < page.now,
            clash: false,
            cancelled: false,
            awaits: false,
            link: String::new(),
        })
    }));
    lines.sort_by_key(|line| line.at);
    let mut groups: Vec<(NaiveDate, Vec<Line>)> = Vec::new();
    for line in lines {
        let begins = format::local(line.at, page.zone).date_naive();
        let day = first.map_or(begins, |first| begins.max(first));
        match groups.last_mut() {
            Some((held, group)) if *held == day => group.push(line),
            _ => groups.push((day, vec![line])),
        }
    }
    groups
        .into_iter()
        .map(|(day, lines)| {
            let date = page.date_short(day);
            let label = match (day - page.today()).num_days() {
                0 => format!("Today, {date}"),
                1 => format!("Tomorrow, {date}"),
                _ => format!("{}, {date}", day.format("%A")),
            };
            Group { label, lines }
        })
        .collect()
}
