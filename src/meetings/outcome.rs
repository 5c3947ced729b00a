//! How a meeting ends: held, not held, cancelled; and back again.

use super::{
    Kind, State, invitations,
    people::Attendee,
    store::{self, Meeting, everything, remind_at},
};
use crate::{
    auth::Viewer,
    db::{
        Conn,
        schema::meetings,
        types::{EntryId, MeetingId, TaskId},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
    records::RecordRef,
    tasks,
    timeline::{self, EntryKind, NewEntry},
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// What came of a meeting that was held.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub minutes: i32,
    /// Markdown, may be empty.
    pub words: String,
    /// What is to be done next, by when.
    pub next: Option<(String, Option<NaiveDate>)>,
}

/// It was held: one entry on the timelines of everything it is about. Returns the task that follows.
///
/// # Errors
/// `Error::Refused` when its outcome is known already, or it has not begun.
pub fn hold(
    conn: &mut Conn,
    viewer: &Viewer,
    id: MeetingId,
    outcome: &Outcome,
    at: NaiveDateTime,
) -> Result<Option<TaskId>> {
    let meeting = begun(conn, viewer, id, at)?;
    let mut links: Vec<RecordRef> = vec![id.into()];
    links.extend(store::audience(conn, id)?);
    let (kind, said) = match meeting.kind {
        Kind::Meeting => (EntryKind::Meeting, ""),
        Kind::Call => (EntryKind::Call, "reached"),
    };
    let entry = NewEntry {
        kind,
        at: meeting.starts_at,
        about: id.into(),
        title: meeting.title.clone(),
        body: outcome.words.clone(),
        outcome: said.into(),
        minutes: Some(outcome.minutes),
        change: None,
        links,
    };
    let entry = timeline::add(conn, viewer, &entry, at)?;
    end(conn, &meeting, State::Held, (&outcome.words, Some(entry)), at)?;
    // The entry itself is what the timelines show.
    let mut change = ended(&meeting, State::Held).field("Outcome", None, Some(outcome.words.clone()));
    change.quiet = true;
    journal::record(conn, viewer, change, at)?;
    let Some((subject, on)) = &outcome.next else { return Ok(None) };
    let next = tasks::Input {
        subject: subject.clone(),
        due: on.map(|on| tasks::Due { on, at: None }),
        owner_id: viewer.id.or(meeting.owner_id),
        about: meeting.related.iter().map(|r| r.record).collect(),
        ..tasks::Input::default()
    };
    tasks::create(conn, viewer, &next, at).map(Some)
}

/// It was time, and it did not take place.
///
/// # Errors
/// As for [`hold`].
pub fn miss(conn: &mut Conn, viewer: &Viewer, id: MeetingId, words: &str, at: NaiveDateTime) -> Result<()> {
    let meeting = begun(conn, viewer, id, at)?;
    end(conn, &meeting, State::Missed, (words, None), at)?;
    let change = ended(&meeting, State::Missed).field("Outcome", None, Some(words.to_owned()));
    store::tell(conn, viewer, &meeting, change, "", &[], at)
}

/// It will not take place: whoever was invited is told. Not planned any more, it stays as it is.
pub fn cancel(conn: &mut Conn, viewer: &Viewer, id: MeetingId, at: NaiveDateTime) -> Result<Meeting> {
    let meeting = store::get(conn, viewer, id)?;
    if !meeting.is_planned() {
        return Ok(meeting);
    }
    end(conn, &meeting, State::Cancelled, ("", None), at)?;
    call_off(conn, viewer, id, ended(&meeting, State::Cancelled), at)?;
    Ok(meeting)
}

/// Tells everyone that a meeting which was planned a moment ago is none to come.
pub(super) fn call_off(
    conn: &mut Conn,
    viewer: &Viewer,
    id: MeetingId,
    mut change: Change,
    at: NaiveDateTime,
) -> Result<()> {
    diesel::update(meetings::table.find(id)).set(meetings::sequence.eq(meetings::sequence + 1)).execute(conn)?;
    let now = store::any(conn, &everything(viewer), id)?;
    let everyone: Vec<&Attendee> = now.people.iter().collect();
    invitations::cancel(viewer, &now, &everyone, &mut change, at)?;
    store::tell(conn, viewer, &now, change, "cancelled a meeting", &now.colleagues(), at)
}

/// Tells everyone that it holds again.
pub(super) fn call_again(
    conn: &mut Conn,
    viewer: &Viewer,
    id: MeetingId,
    mut change: Change,
    at: NaiveDateTime,
) -> Result<()> {
    diesel::update(meetings::table.find(id)).set(meetings::sequence.eq(meetings::sequence + 1)).execute(conn)?;
    let now = store::any(conn, &everything(viewer), id)?;
    let remind = remind_at(now.starts_at, now.remind_before, at);
    diesel::update(meetings::table.find(id)).set(meetings::remind_at.eq(remind)).execute(conn)?;
    let everyone: Vec<&Attendee> = now.people.iter().collect();
    invitations::request(conn, viewer, &now, &everyone, &mut change, at)?;
    store::tell(conn, viewer, &now, change, "planned a meeting again", &now.colleagues(), at)
}

/// Takes its end back: it is planned as before, and its entry is no more. Planned already, it stays as it is. A task
/// that followed from it and was not touched since goes as well.
pub fn reopen(
    conn: &mut Conn,
    viewer: &Viewer,
    id: MeetingId,
    task: Option<TaskId>,
    at: NaiveDateTime,
) -> Result<Meeting> {
    let meeting = store::get(conn, viewer, id)?;
    if meeting.is_planned() {
        return Ok(meeting);
    }
    if let Some(entry) = meeting.entry_id {
        timeline::withdraw(conn, entry, at)?;
    }
    end(conn, &meeting, State::Planned, ("", None), at)?;
    let change = Change::new(id, Action::Reopened, &meeting.title)
        .field("State", Some(meeting.state.label().into()), Some(State::Planned.label().into()))
        .field("Outcome", Some(meeting.outcome.clone()), None);
    if meeting.state == State::Cancelled {
        call_again(conn, viewer, id, change, at)?;
    } else {
        store::tell(conn, viewer, &meeting, change, "", &[], at)?;
    }
    if let Some(found) = task.map(|id| tasks::get(conn, viewer, id)).and_then(Result::ok)
        && found.version == 1
        && found.created_at == meeting.updated_at
    {
        tasks::delete(conn, viewer, found.id, at)?;
    }
    Ok(meeting)
}

/// A meeting whose outcome can be said now.
fn begun(conn: &mut Conn, viewer: &Viewer, id: MeetingId, at: NaiveDateTime) -> Result<Meeting> {
    let meeting = store::get(conn, viewer, id)?;
    if !meeting.is_planned() {
        return Err(Error::Refused(format!(
            "What became of it is said already: {}. Plan it again to change that.",
            meeting.state.label().to_lowercase()
        )));
    }
    if meeting.starts_at > at {
        return Err(Error::Refused("It has not begun yet: cancel it, or say what came of it afterwards.".into()));
    }
    Ok(meeting)
}

/// Moves it from one state to another; whoever else did so in between was first.
fn end(
    conn: &mut Conn,
    meeting: &Meeting,
    state: State,
    (outcome, entry): (&str, Option<EntryId>),
    at: NaiveDateTime,
) -> Result<()> {
    let own = meetings::table.filter(meetings::id.eq(meeting.id)).filter(meetings::state.eq(meeting.state));
    let rows = diesel::update(own)
        .set((
            meetings::state.eq(state),
            meetings::outcome.eq(outcome),
            meetings::entry_id.eq(entry),
            meetings::remind_at.eq(None::<NaiveDateTime>),
            meetings::updated_at.eq(at),
            meetings::version.eq(meetings::version + 1),
        ))
        .execute(conn)?;
    if rows == 0 { Err(Error::Refused("Someone else was faster: look how it stands now.".into())) } else { Ok(()) }
}

fn ended(meeting: &Meeting, state: State) -> Change {
    let label = |state: State| Some(state.label().to_owned());
    Change::new(meeting.id, Action::Closed, &meeting.title).field("State", label(meeting.state), label(state))
}
