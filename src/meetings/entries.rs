//! Meetings as calendars, my day and records' pages show them: read by person or by record, from their indexes.

use super::{Kind, Response, State, conflicts::LONGEST};
use crate::{
    auth::Viewer,
    db::{
        Conn,
        schema::{meeting_people, users},
        sql::{Sql, Value},
        types::{MeetingId, UserId},
    },
    error::Result,
    records::RecordRef,
    ui::{Page, format},
};
use chrono::{DateTime, Duration, NaiveDateTime};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};
use std::collections::HashMap;

/// A meeting as one line or one box.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: MeetingId,
    pub kind: Kind,
    /// Empty when it is not the viewer's to see: then it says no more than when.
    pub title: String,
    pub starts_at: NaiveDateTime,
    pub ends_at: NaiveDateTime,
    pub place: String,
    pub link: String,
    pub state: State,
    pub owner_id: Option<UserId>,
    /// Of the person whose calendar it stands in.
    pub response: Response,
    pub version: i64,
    /// Names of everyone else who comes.
    pub people: Vec<String>,
    /// Another one is at the same time.
    pub clash: bool,
}

impl Entry {
    pub fn is_hidden(&self) -> bool {
        self.title.is_empty()
    }

    pub fn url(&self) -> String {
        RecordRef::from(self.id).url()
    }

    pub fn label(&self) -> &str {
        if self.is_hidden() { "Busy" } else { &self.title }
    }

    /// It is over, and nobody has said what came of it.
    pub fn awaits(&self, page: &Page) -> bool {
        self.state == State::Planned && self.ends_at <= page.now && !self.is_hidden()
    }

    /// The reader is who should say that.
    pub fn asks(&self, page: &Page) -> bool {
        self.awaits(page) && self.owner_id == Some(page.me.id)
    }

    pub fn is_cancelled(&self) -> bool {
        self.state == State::Cancelled
    }

    /// Keeps whoever comes from anything else at that time.
    fn occupies(&self) -> bool {
        matches!(self.state, State::Planned | State::Held) && self.response != Response::Declined
    }

    /// "10:00", the day before it where that is not today.
    pub fn when(&self, page: &Page) -> String {
        let local = format::local(self.starts_at, page.zone);
        let clock = clock(page, &local);
        match local.date_naive() {
            day if day == page.today() => clock,
            day => format!("{} {clock}", page.day_short(day)),
        }
    }

    /// "10:00 to 11:00"
    pub fn span(&self, page: &Page) -> String {
        let [from, to] = [self.starts_at, self.ends_at].map(|at| clock(page, &format::local(at, page.zone)));
        format!("{from} to {to}")
    }

    /// Who else comes, and where: "Ana Souza and 2 more, Room 4".
    pub fn note(&self) -> String {
        let mut words = Vec::new();
        match self.people.as_slice() {
            [] => {}
            [one] => words.push(one.clone()),
            [one, other] => words.push(format!("{one}, {other}")),
            [one, rest @ ..] => words.push(format!("{one} and {} more", rest.len())),
        }
        if !self.place.is_empty() {
            words.push(self.place.clone());
        }
        words.join(", ")
    }
}

/// A time of day; in the hour that comes twice with the name of the zone, which tells the two apart.
pub(super) fn clock(page: &Page, at: &DateTime<Tz>) -> String {
    let shown = page.locale.clock(at);
    let twice = matches!(
        chrono::TimeZone::from_local_datetime(&at.timezone(), &at.naive_local()),
        chrono::LocalResult::Ambiguous(..)
    );
    if twice { format!("{shown} {}", at.format("%Z")) } else { shown }
}

/// Whose they are: the tables that are read, and what is told of the person there.
enum Source {
    Person(UserId),
    Record(RecordRef),
}

type Row = (
    (MeetingId, Kind, String, NaiveDateTime, NaiveDateTime, String, String),
    (State, Option<UserId>, Response, i64, i64),
);
type RowTypes =
    ((BigInt, Text, Text, Timestamp, Timestamp, Text, Text), (Text, Nullable<BigInt>, Text, BigInt, BigInt));

/// Those that meet a condition on the meeting `m` and on `p`, which has `starts_at` as well, soonest first.
fn select(conn: &mut Conn, viewer: &Viewer, source: &Source, such: &Sql, limit: i64) -> Result<Vec<Entry>> {
    let (table, response) = match source {
        Source::Person(_) => ("meeting_people", "p.response"),
        Source::Record(_) => ("meeting_links", "'accepted'"),
    };
    let mut sql = Sql::new(format!(
        "SELECT m.id, m.kind, m.title, m.starts_at, m.ends_at, m.place, m.link, m.state, m.owner_id, {response}, m.version,
         (SELECT count(*) FROM meeting_people v WHERE v.meeting_id = m.id AND v.user_id = "
    ));
    sql.bind(Value::Int(viewer.id.map_or(0, |id| id.0)));
    sql.push(format!(") FROM {table} p JOIN meetings m ON m.id = p.meeting_id WHERE m.deleted_at IS NULL AND "));
    match source {
        Source::Person(id) => sql.push("p.user_id = ").bind(Value::Int(id.0)),
        Source::Record(record) => sql
            .push("p.record_kind = ")
            .bind(Value::Text(record.kind.text().into()))
            .push(" AND p.record_id = ")
            .bind(Value::Int(record.id)),
    };
    sql.append(such).push(" ORDER BY p.starts_at, p.meeting_id LIMIT ").bind(Value::Int(limit));
    let rows: Vec<Row> = sql.load::<RowTypes, _>(conn)?;
    let mut entries: Vec<Entry> = rows
        .into_iter()
        .map(|((id, kind, title, starts_at, ends_at, place, link), (state, owner_id, response, version, part))| {
            let seen = viewer.sees(owner_id) || part > 0;
            let kept = |text: String| if seen { text } else { String::new() };
            Entry {
                id,
                kind,
                title: kept(title),
                starts_at,
                ends_at,
                place: kept(place),
                link: kept(link),
                state,
                owner_id,
                response,
                version,
                people: Vec::new(),
                clash: false,
            }
        })
        .collect();
    let person = if let Source::Person(id) = source { Some(*id) } else { None };
    name_people(conn, &mut entries, person)?;
    Ok(entries)
}

fn name_people(conn: &mut Conn, entries: &mut [Entry], but: Option<UserId>) -> Result<()> {
    use meeting_people as p;
    let seen: Vec<MeetingId> = entries.iter().filter(|e| !e.is_hidden()).map(|e| e.id).collect();
    if seen.is_empty() {
        return Ok(());
    }
    type Row = (MeetingId, Option<UserId>, String, String, Option<String>);
    let rows: Vec<Row> = p::table
        .left_join(users::table.on(p::user_id.eq(users::id.nullable())))
        .filter(p::meeting_id.eq_any(&seen))
        .order((p::meeting_id, p::position, p::id))
        .select((p::meeting_id, p::user_id, p::name, p::email, users::name.nullable()))
        .load(conn)?;
    let mut names: HashMap<MeetingId, Vec<String>> = HashMap::new();
    for (meeting, user, name, email, colleague) in rows {
        if user.is_none() || user != but {
            let own = if name.is_empty() { email } else { name };
            names.entry(meeting).or_default().push(colleague.unwrap_or(own));
        }
    }
    for entry in entries {
        entry.people = names.remove(&entry.id).unwrap_or_default();
    }
    Ok(())
}

/// What stands in a person's calendar from one moment until another; those at the same time as another are marked.
pub(super) fn of_person(
    conn: &mut Conn,
    viewer: &Viewer,
    person: UserId,
    (from, to): (NaiveDateTime, NaiveDateTime),
) -> Result<Vec<Entry>> {
    let mut such = Sql::new(" AND p.starts_at > ");
    such.bind(Value::Time(from - LONGEST)).push(" AND p.starts_at < ").bind(Value::Time(to));
    such.push(" AND m.ends_at > ").bind(Value::Time(from));
    let mut entries = select(conn, viewer, &Source::Person(person), &such, 500)?;
    mark_clashes(&mut entries);
    Ok(entries)
}

/// The next so many from a moment on, or after one of them.
pub(super) fn next_of_person(
    conn: &mut Conn,
    viewer: &Viewer,
    person: UserId,
    from: NaiveDateTime,
    after: Option<(NaiveDateTime, MeetingId)>,
    limit: i64,
) -> Result<Vec<Entry>> {
    let mut such = Sql::new("");
    match after {
        Some((at, id)) => {
            such.push(" AND (p.starts_at, p.meeting_id) > (").bind(Value::Time(at)).push(", ");
            such.bind(Value::Int(id.0)).push(")");
        }
        None => {
            such.push(" AND p.starts_at > ").bind(Value::Time(from - LONGEST));
            such.push(" AND m.ends_at > ").bind(Value::Time(from));
        }
    }
    let mut entries = select(conn, viewer, &Source::Person(person), &such, limit)?;
    mark_clashes(&mut entries);
    Ok(entries)
}

/// Marks those at the same time as another; they come in order of their beginnings.
fn mark_clashes(entries: &mut [Entry]) {
    for at in 0..entries.len() {
        for other in at + 1..entries.len() {
            if entries[other].starts_at >= entries[at].ends_at {
                break;
            }
            if entries[at].occupies() && entries[other].occupies() {
                entries[at].clash = true;
                entries[other].clash = true;
            }
        }
    }
}

/// The reader's meetings of today, and those of the last two weeks that they organise and that are over without a word
/// of what came of them.
pub fn of_day(conn: &mut Conn, page: &Page) -> Result<Vec<Entry>> {
    let morning = format::stored(page.today().and_time(chrono::NaiveTime::MIN), page.zone);
    let tomorrow = page.today().succ_opt().unwrap_or_else(|| page.today());
    let night = format::stored(tomorrow.and_time(chrono::NaiveTime::MIN), page.zone);
    let mut such = Sql::new(" AND p.starts_at > ");
    such.bind(Value::Time(morning - LONGEST)).push(" AND p.starts_at < ").bind(Value::Time(night));
    such.push(" AND (m.ends_at > ").bind(Value::Time(morning)).push(" AND m.state IN (");
    such.bind(Value::Text(State::Planned.text().into())).push(", ").bind(Value::Text(State::Held.text().into()));
    such.push(") OR m.state = ").bind(Value::Text(State::Planned.text().into())).push(" AND m.owner_id = ");
    such.bind(Value::Int(page.me.id.0)).push(")");
    let mut entries = select(conn, &page.viewer, &Source::Person(page.me.id), &such, 40)?;
    mark_clashes(&mut entries);
    Ok(entries)
}

/// How many meetings and calls each of these people has that begin in this time.
pub fn counts(
    conn: &mut Conn,
    people: &[i64],
    (from, to): (NaiveDateTime, NaiveDateTime),
) -> Result<HashMap<i64, i64>> {
    let mut sql = Sql::new(
        "SELECT p.user_id, count(*) FROM meeting_people p JOIN meetings m ON m.id = p.meeting_id WHERE p.starts_at >= ",
    );
    sql.bind(Value::Time(from)).push(" AND p.starts_at < ").bind(Value::Time(to));
    sql.push(" AND m.deleted_at IS NULL AND m.state IN (").bind(Value::Text(State::Planned.text().into()));
    sql.push(", ").bind(Value::Text(State::Held.text().into())).push(") AND p.user_id IN (").bind_ints(people);
    sql.push(") GROUP BY p.user_id");
    let rows: Vec<(i64, i64)> = sql.load::<(BigInt, BigInt), _>(conn)?;
    Ok(rows.into_iter().collect())
}

/// The meetings about one record that are to come, as its page shows them (`templates/meetings/block.html`).
#[derive(Clone, Debug)]
pub struct Block {
    pub record: RecordRef,
    pub rows: Vec<Entry>,
}

impl Block {
    /// Where one more is planned.
    pub fn new_url(&self) -> String {
        format!("/meetings/new?about={}", String::from(self.record))
    }
}

/// Those that are to come or go on, and of the last days those without an outcome.
pub fn of_record(conn: &mut Conn, page: &Page, record: RecordRef) -> Result<Block> {
    let mut such = Sql::new(" AND p.starts_at > ");
    such.bind(Value::Time(page.now - Duration::days(30))).push(" AND m.state = ");
    such.bind(Value::Text(State::Planned.text().into()));
    let mut rows = select(conn, &page.viewer, &Source::Record(record), &such, 12)?;
    // What is about a record that one sees may still be somebody else's.
    rows.retain(|entry| !entry.is_hidden());
    rows.truncate(6);
    Ok(Block { record, rows })
}
