//! The job that mails what people chose to hear by mail: at once, or every morning.

use super::{
    Way,
    store::{self, Told},
};
use crate::{
    app::App,
    auth::directory::{Directory, Person},
    db::{
        Conn,
        types::{EmailAddress, UserId, now},
    },
    error::Result,
    jobs::Run,
    journal::{self, Letter},
    ui::format,
};
use askama::Template;
use chrono::{Duration, NaiveDateTime, NaiveTime};

/// People whose mail is made in one step.
const BATCH: usize = 50;

/// The hour of a person's own day after which the morning's mail leaves.
const MORNING: NaiveTime = match NaiveTime::from_hms_opt(7, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// One line of a mail.
struct Line {
    said: String,
    url: String,
}

#[derive(Template)]
#[template(path = "notifications/mail.txt")]
struct Mail<'a> {
    name: &'a str,
    lines: Vec<Line>,
    choices: String,
}

/// Whether somebody has a mail to get now.
pub fn due(conn: &mut Conn, at: NaiveDateTime) -> Result<bool> {
    Ok(!waiting(conn, Way::Mail, at)?.is_empty() || !waiting(conn, Way::Digest, at)?.is_empty())
}

/// The people whose mail of this way is due.
fn waiting(conn: &mut Conn, way: Way, at: NaiveDateTime) -> Result<Vec<UserId>> {
    let people = store::waiting(conn, way)?;
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let Some(directory) = Directory::load(conn)? else { return Ok(Vec::new()) };
    let due = people.into_iter().filter(|(id, oldest)| match directory.person(*id) {
        Some(person) => *oldest <= until(&directory, person, way, at),
        None => false,
    });
    Ok(due.map(|(id, _)| id).collect())
}

/// What was told up to this moment is due.
fn until(directory: &Directory, person: &Person, way: Way, at: NaiveDateTime) -> NaiveDateTime {
    match way {
        Way::Digest => last_morning(directory, person, at),
        Way::App | Way::Mail => at,
    }
}

/// Queues the mails that are due.
pub fn run(app: &App, run: &Run) -> Result<()> {
    let at = now();
    let Some(directory) = app.db.read_here(Directory::load)? else { return Ok(()) };
    let mut queued = false;
    for way in [Way::Mail, Way::Digest] {
        let people = app.db.read_here(|conn| waiting(conn, way, at))?;
        for some in people.chunks(BATCH) {
            if run.stopping() {
                return Ok(());
            }
            queued |= run.step(|conn| mail_to(conn, app, &directory, some, way, at))?;
        }
    }
    if queued {
        app.mail_queued();
    }
    Ok(())
}

/// Writes to these people. Whether any mail was queued.
fn mail_to(
    conn: &mut Conn,
    app: &App,
    directory: &Directory,
    people: &[UserId],
    way: Way,
    at: NaiveDateTime,
) -> Result<bool> {
    let mut queued = false;
    for person in people.iter().filter_map(|id| directory.person(*id)) {
        let until = until(directory, person, way, at);
        let mut told = store::take(conn, person.id, way, until, at)?;
        store::veil(conn, &directory.viewer_of(person), &mut told)?;
        told.retain(|t| !t.is_veiled());
        let address = person.email.as_deref().and_then(|e| EmailAddress::parse(e).ok());
        let (Some(to), false, true) = (address, told.is_empty(), person.is_active()) else { continue };
        let subject = match told.as_slice() {
            [only] => said(directory, only),
            many => format!("{} things happened in Rapport", many.len()),
        };
        let lines = told
            .iter()
            .map(|t| Line { said: said(directory, t), url: format!("{}{}", app.base_url, t.record().url()) })
            .collect();
        let choices = format!("{}/notifications/choices", app.base_url);
        let text = Mail { name: &person.name, lines, choices }.render()?;
        journal::send(conn, &Letter { to, subject, text, from: None }, at)?;
        queued = true;
    }
    Ok(queued)
}

/// "Freja Lund gave you a deal: Mill"
fn said(directory: &Directory, told: &Told) -> String {
    let by = told.by_id.and_then(|id| directory.person(id)).map_or("Rapport", |p| p.name.as_str());
    format!("{by} {}: {}", told.said, told.about())
}

/// The last time it was seven in the morning where this person is.
fn last_morning(directory: &Directory, person: &Person, at: NaiveDateTime) -> NaiveDateTime {
    let zone = person.time_zone.parse().unwrap_or(directory.company.time_zone);
    let today = format::local(at, zone).date_naive();
    let this_morning = format::stored(today.and_time(MORNING), zone);
    if this_morning <= at { this_morning } else { this_morning - Duration::days(1) }
}
