//! Meetings in the database.

use super::{
    Kind, State, invitations,
    people::{self, Attendee, Guest},
};
use crate::{
    auth::{Viewer, token},
    db::{
        Conn,
        schema::{meeting_links, meetings},
        types::{EntryId, MeetingId, UserId},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
    notifications::{self, Notice},
    records::{self, RecordRef},
    tasks::{Related, links},
};
use chrono::{Duration, NaiveDateTime};
use chrono_tz::Tz;
use diesel::prelude::*;

/// What a form gives: already valid.
#[derive(Clone, Debug)]
pub struct Input {
    pub kind: Kind,
    pub title: String,
    /// UTC.
    pub starts_at: NaiveDateTime,
    pub ends_at: NaiveDateTime,
    pub time_zone: Tz,
    pub place: String,
    /// http or https, or empty.
    pub link: String,
    pub description: String,
    /// The organiser, who comes as well.
    pub owner_id: Option<UserId>,
    pub guests: Vec<Guest>,
    pub about: Vec<RecordRef>,
    /// Mail those who come what changes.
    pub invites: bool,
    pub remind_before: Option<i32>,
}

impl Input {
    /// A meeting as it stands, to change some of it.
    pub fn of(meeting: &Meeting) -> Self {
        Self {
            kind: meeting.kind,
            title: meeting.title.clone(),
            starts_at: meeting.starts_at,
            ends_at: meeting.ends_at,
            time_zone: meeting.zone(),
            place: meeting.place.clone(),
            link: meeting.link.clone(),
            description: meeting.description.clone(),
            owner_id: meeting.owner_id,
            guests: meeting.people.iter().map(Attendee::guest).collect(),
            about: meeting.related.iter().map(|r| r.record).collect(),
            invites: meeting.invites,
            remind_before: meeting.remind_before,
        }
    }

    /// Everyone who comes, the organiser first.
    fn everyone(&self) -> Vec<Guest> {
        let organiser = self.owner_id.map(Guest::Colleague);
        let others = self.guests.iter().filter(|g| Some(*g) != organiser.as_ref()).cloned();
        organiser.iter().cloned().chain(others).collect()
    }

    /// What it is about: the contacts who come as well, so that it stands on their pages.
    fn records(&self) -> Vec<RecordRef> {
        let mut found = self.about.clone();
        for guest in &self.guests {
            if let Guest::Contact(id) = guest
                && !found.contains(&RecordRef::from(*id))
            {
                found.push(RecordRef::from(*id));
            }
        }
        found
    }
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = meetings)]
struct Base {
    id: MeetingId,
    kind: Kind,
    title: String,
    starts_at: NaiveDateTime,
    ends_at: NaiveDateTime,
    time_zone: String,
    place: String,
    link: String,
    description: String,
    owner_id: Option<UserId>,
    state: State,
    outcome: String,
    entry_id: Option<EntryId>,
    uid: String,
    sequence: i32,
    invites: bool,
    remind_before: Option<i32>,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
    deleted_at: Option<NaiveDateTime>,
    version: i64,
}

/// A meeting with everything its own page and form show.
#[derive(Clone, Debug)]
pub struct Meeting {
    pub id: MeetingId,
    pub kind: Kind,
    pub title: String,
    pub starts_at: NaiveDateTime,
    pub ends_at: NaiveDateTime,
    pub time_zone: String,
    pub place: String,
    pub link: String,
    pub description: String,
    pub owner_id: Option<UserId>,
    pub state: State,
    /// What came of it.
    pub outcome: String,
    pub entry_id: Option<EntryId>,
    pub uid: String,
    pub sequence: i32,
    pub invites: bool,
    pub remind_before: Option<i32>,
    pub created_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
    pub deleted_at: Option<NaiveDateTime>,
    pub version: i64,
    /// The organiser first.
    pub people: Vec<Attendee>,
    /// Without what the viewer does not see.
    pub related: Vec<Related>,
}

impl Meeting {
    /// Where it was planned.
    pub fn zone(&self) -> Tz {
        self.time_zone.parse().unwrap_or(Tz::UTC)
    }

    pub fn is_planned(&self) -> bool {
        self.state == State::Planned
    }

    /// Colleagues who come.
    pub fn colleagues(&self) -> Vec<UserId> {
        self.people.iter().filter_map(|p| p.user_id).collect()
    }

    pub fn minutes(&self) -> i64 {
        (self.ends_at - self.starts_at).num_minutes()
    }
}

/// A meeting outside the bin.
///
/// # Errors
/// `Error::NotFound` when it is absent, in the bin, or not this viewer's to see.
pub fn get(conn: &mut Conn, viewer: &Viewer, id: MeetingId) -> Result<Meeting> {
    let meeting = any(conn, viewer, id)?;
    if meeting.deleted_at.is_some() { Err(Error::NotFound) } else { Ok(meeting) }
}

/// A meeting, be it in the bin. Who sees its organiser's records sees it, and who takes part.
pub fn any(conn: &mut Conn, viewer: &Viewer, id: MeetingId) -> Result<Meeting> {
    let base: Base = meetings::table.find(id).select(Base::as_select()).first(conn)?;
    let people = people::of_meetings(conn, &[id])?.remove(&id).unwrap_or_default();
    let takes_part = viewer.id.is_some() && people.iter().any(|p| p.user_id == viewer.id);
    if !viewer.sees(base.owner_id) && !takes_part {
        return Err(Error::NotFound);
    }
    let related = links::linked(conn, viewer, ("meeting_links", "meeting_id"), &[id.0])?.remove(&id.0);
    Ok(Meeting {
        id: base.id,
        kind: base.kind,
        title: base.title,
        starts_at: base.starts_at,
        ends_at: base.ends_at,
        time_zone: base.time_zone,
        place: base.place,
        link: base.link,
        description: base.description,
        owner_id: base.owner_id,
        state: base.state,
        outcome: base.outcome,
        entry_id: base.entry_id,
        uid: base.uid,
        sequence: base.sequence,
        invites: base.invites,
        remind_before: base.remind_before,
        created_at: base.created_at,
        updated_at: base.updated_at,
        deleted_at: base.deleted_at,
        version: base.version,
        people,
        related: related.unwrap_or_default(),
    })
}

/// Every scalar column of the form, for insert and update alike.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = meetings)]
#[diesel(treat_none_as_null = true)]
struct Columns<'a> {
    kind: Kind,
    title: &'a str,
    starts_at: NaiveDateTime,
    ends_at: NaiveDateTime,
    time_zone: &'a str,
    place: &'a str,
    link: &'a str,
    description: &'a str,
    owner_id: Option<UserId>,
    invites: bool,
    remind_before: Option<i32>,
    remind_at: Option<NaiveDateTime>,
}

fn columns(input: &Input, at: NaiveDateTime) -> Columns<'_> {
    Columns {
        kind: input.kind,
        title: &input.title,
        starts_at: input.starts_at,
        ends_at: input.ends_at,
        time_zone: input.time_zone.name(),
        place: &input.place,
        link: &input.link,
        description: &input.description,
        owner_id: input.owner_id,
        invites: input.invites,
        remind_before: input.remind_before,
        remind_at: remind_at(input.starts_at, input.remind_before, at),
    }
}

/// When people are reminded; never of what has begun by now.
pub(super) fn remind_at(starts_at: NaiveDateTime, before: Option<i32>, now: NaiveDateTime) -> Option<NaiveDateTime> {
    let before = Duration::minutes(before?.into());
    starts_at.checked_sub_signed(before).filter(|_| starts_at > now)
}

/// Plans a meeting.
///
/// # Errors
/// `Error::Refused` when a record it is about, or a contact who comes, is gone or not the viewer's to see.
pub fn create(conn: &mut Conn, viewer: &Viewer, new: &Input, at: NaiveDateTime) -> Result<MeetingId> {
    let id: MeetingId = diesel::insert_into(meetings::table)
        .values((
            columns(new, at),
            meetings::uid.eq(token::fresh()?),
            meetings::created_at.eq(at),
            meetings::updated_at.eq(at),
        ))
        .returning(meetings::id)
        .get_result(conn)?;
    people::set(conn, viewer, (id, new.starts_at), &new.everyone(), new.owner_id)?;
    link(conn, viewer, id, new)?;
    // Whoever plans for others, where people see only their own, does not see it afterwards.
    let meeting = any(conn, &everything(viewer), id)?;
    let asked: Vec<&Attendee> = meeting.people.iter().collect();
    let mut change = Change::new(id, Action::Created, &new.title);
    invitations::request(conn, viewer, &meeting, &asked, &mut change, at)?;
    tell(conn, viewer, &meeting, change, "plans a meeting with you", &meeting.colleagues(), at)?;
    Ok(id)
}

/// Saves over the version that was read. `Ok(false)` when someone else saved in between.
pub fn update(
    conn: &mut Conn,
    viewer: &Viewer,
    before: &Meeting,
    version: i64,
    next: &Input,
    at: NaiveDateTime,
) -> Result<bool> {
    let moved = (before.starts_at, before.ends_at) != (next.starts_at, next.ends_at);
    // What calendars ask everyone about again (RFC 5546, 2.1.4).
    let weighty = moved || (&before.place, &before.link) != (&next.place, &next.link);
    let rows = diesel::update(meetings::table.filter(meetings::id.eq(before.id)).filter(meetings::version.eq(version)))
        .set((
            columns(next, at),
            meetings::sequence.eq(before.sequence + i32::from(weighty)),
            meetings::updated_at.eq(at),
            meetings::version.eq(version + 1),
        ))
        .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    if !before.is_planned() {
        diesel::update(meetings::table.find(before.id))
            .set(meetings::remind_at.eq(None::<NaiveDateTime>))
            .execute(conn)?;
    }
    let gone = people::set(conn, viewer, (before.id, next.starts_at), &next.everyone(), next.owner_id)?;
    if moved {
        people::moved(conn, before.id, next.starts_at, [viewer.id, next.owner_id])?;
    }
    link(conn, viewer, before.id, next)?;
    let now = any(conn, &everything(viewer), before.id)?;
    let mut change = differences(conn, viewer, before, &now)?;
    // Calendars hear of what they show; whoever is new is asked in any case.
    let shown = weighty || (&before.title, &before.description) != (&next.title, &next.description);
    let known = |a: &Attendee| before.people.iter().any(|b| b.id == a.id);
    let asked: Vec<&Attendee> = now.people.iter().filter(|a| shown || !known(a)).collect();
    if before.is_planned() {
        invitations::request(conn, viewer, &now, &asked, &mut change, at)?;
        let lost: Vec<&Attendee> = gone.iter().collect();
        invitations::cancel(viewer, &now, &lost, &mut change, at)?;
    }
    let new: Vec<UserId> = now.people.iter().filter(|a| !known(a)).filter_map(|a| a.user_id).collect();
    let lost: Vec<UserId> = gone.iter().filter_map(|a| a.user_id).collect();
    let stayed: Vec<UserId> = now.people.iter().filter(|a| moved && known(a)).filter_map(|a| a.user_id).collect();
    if before.is_planned() && now.ends_at > at {
        notify(conn, viewer, &now, "plans a meeting with you", &new, at)?;
        notify(conn, viewer, &now, "does without you at a meeting", &lost, at)?;
    }
    tell(conn, viewer, &now, change, "moved a meeting", &stayed, at)?;
    Ok(true)
}

/// Moves it to another time, with everything else as it is. `Ok(false)` when someone else saved in between.
pub fn reschedule(
    conn: &mut Conn,
    viewer: &Viewer,
    meeting: &Meeting,
    version: i64,
    (starts_at, ends_at): (NaiveDateTime, NaiveDateTime),
    at: NaiveDateTime,
) -> Result<bool> {
    let next = Input { starts_at, ends_at, ..Input::of(meeting) };
    Ok(meeting.version == version && update(conn, viewer, meeting, version, &next, at)?)
}

fn differences(conn: &mut Conn, viewer: &Viewer, before: &Meeting, now: &Meeting) -> Result<Change> {
    let (old_owner, new_owner) = records::owner_names(conn, before.owner_id, now.owner_id)?;
    let names = |m: &Meeting| Some(m.people.iter().map(Attendee::label).collect::<Vec<_>>().join(", "));
    let contacts =
        |m: &Meeting| -> Vec<RecordRef> { m.people.iter().filter_map(|p| p.contact_id.map(Into::into)).collect() };
    let titles = |list: &[Related]| Some(list.iter().map(|r| r.title.as_str()).collect::<Vec<_>>().join(", "));
    let about = any(conn, viewer, now.id).map(|m| m.related).unwrap_or_default();
    let text = |t: &str| Some(t.to_owned());
    Ok(Change::new(now.id, Action::Updated, &now.title)
        .field("Title", text(&before.title), text(&now.title))
        .field("Kind", text(before.kind.label()), text(now.kind.label()))
        .moment("Starts", Some(before.starts_at), Some(now.starts_at))
        .moment("Ends", Some(before.ends_at), Some(now.ends_at))
        .field("Time zone", text(&before.time_zone), text(&now.time_zone))
        .field("Place", text(&before.place), text(&now.place))
        .field("Link", text(&before.link), text(&now.link))
        .field("Organiser", old_owner, new_owner)
        .naming("People", names(before), names(now), contacts(before).into_iter().chain(contacts(now)))
        .naming("About", titles(&before.related), titles(&about), before.related.iter().chain(&about).map(|r| r.record))
        .field("Notes", text(&before.description), text(&now.description)))
}

/// Gives it exactly these records, but for those the viewer does not see, and keeps when it is beside each.
fn link(conn: &mut Conn, viewer: &Viewer, id: MeetingId, input: &Input) -> Result<()> {
    let held = records::relatives(conn, id.into())?;
    let (gone, added) = links::difference(conn, viewer, &held, &input.records())?;
    let own = meeting_links::table.filter(meeting_links::meeting_id.eq(id));
    for record in gone {
        diesel::delete(
            own.filter(meeting_links::record_kind.eq(record.kind)).filter(meeting_links::record_id.eq(record.id)),
        )
        .execute(conn)?;
    }
    for record in added {
        diesel::insert_into(meeting_links::table)
            .values((
                meeting_links::meeting_id.eq(id),
                meeting_links::record_kind.eq(record.kind),
                meeting_links::record_id.eq(record.id),
                meeting_links::starts_at.eq(input.starts_at),
            ))
            .execute(conn)?;
    }
    diesel::update(own).set(meeting_links::starts_at.eq(input.starts_at)).execute(conn)?;
    Ok(())
}

/// The same person with eyes for everything: for what a change itself has to know.
pub(super) fn everything(viewer: &Viewer) -> Viewer {
    Viewer { scope: crate::auth::Scope::Everyone, ..viewer.clone() }
}

/// Tells the journal, with the timelines of what the meeting is about, and these colleagues.
pub(super) fn tell(
    conn: &mut Conn,
    viewer: &Viewer,
    meeting: &Meeting,
    change: Change,
    said: &str,
    to: &[UserId],
    at: NaiveDateTime,
) -> Result<()> {
    let change = change.also_on(audience(conn, meeting.id)?);
    journal::record(conn, viewer, change, at)?;
    if meeting.ends_at > at { notify(conn, viewer, meeting, said, to, at) } else { Ok(()) }
}

/// The records whose timelines hear of it.
pub(super) fn audience(conn: &mut Conn, id: MeetingId) -> Result<Vec<RecordRef>> {
    let own = records::relatives(conn, id.into())?;
    links::with_accounts(conn, own)
}

fn notify(
    conn: &mut Conn,
    viewer: &Viewer,
    meeting: &Meeting,
    said: &str,
    to: &[UserId],
    at: NaiveDateTime,
) -> Result<()> {
    let notices: Vec<Notice> = to
        .iter()
        .map(|to| Notice {
            to: *to,
            kind: notifications::Kind::Meeting,
            event: format!("meeting:{}:{}", meeting.id, meeting.version),
            said: said.to_owned(),
            record: meeting.id.into(),
            title: meeting.title.clone(),
        })
        .collect();
    journal::tell(conn, viewer, &notices, at)
}
