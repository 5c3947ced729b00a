//! Invitations that leave by mail: iTIP (RFC 5546) in an iMIP message (RFC 6047).
//!
//! Who comes is written to in person about a meeting with them, so that this is no mailing: `no_mail` of a contact does
//! not hold it back, or they would wait for nobody or be waited for.

use super::{
    Response,
    ical::Writer,
    people::{self, Attendee},
    store::Meeting,
};
use crate::{
    auth::Viewer,
    db::{Conn, types::EmailAddress},
    error::Result,
    journal::{Change, Invitation, Letter, Sender},
    ui::{Locale, format},
};
use chrono::NaiveDateTime;
use diesel::Queryable;

/// Adds to a change that these people are asked to come, or told how it stands now, and notes that they were.
pub(super) fn request(
    conn: &mut Conn,
    viewer: &Viewer,
    meeting: &Meeting,
    to: &[&Attendee],
    change: &mut Change,
    at: NaiveDateTime,
) -> Result<()> {
    let mut reached = Vec::new();
    for person in reachable(viewer, meeting, to, at) {
        if let Some(invitation) = compose(meeting, person, "REQUEST", at) {
            change.invitations.push(invitation);
            reached.push(person.id);
        }
    }
    people::mark_invited(conn, &reached)
}

/// Adds that those of them who were invited need not come.
pub(super) fn cancel(
    viewer: &Viewer,
    meeting: &Meeting,
    to: &[&Attendee],
    change: &mut Change,
    at: NaiveDateTime,
) -> Result<()> {
    let invited = reachable(viewer, meeting, to, at).filter(|a| a.invited);
    change.invitations.extend(invited.filter_map(|person| compose(meeting, person, "CANCEL", at)));
    Ok(())
}

/// Whoever hears by mail: not the organiser, whose meeting it is, nor who makes the change, nor anybody of what is over.
fn reachable<'a>(
    viewer: &Viewer,
    meeting: &Meeting,
    to: &[&'a Attendee],
    at: NaiveDateTime,
) -> impl Iterator<Item = &'a Attendee> {
    let (me, owner, on) = (viewer.id, meeting.owner_id, meeting.invites && meeting.ends_at > at);
    let is_other = move |a: &&Attendee| a.user_id.is_none() || (a.user_id != me && a.user_id != owner);
    to.iter().copied().filter(move |_| on).filter(is_other)
}

/// `None` where an address is missing.
fn compose(meeting: &Meeting, to: &Attendee, method: &'static str, at: NaiveDateTime) -> Option<Invitation> {
    let organiser = meeting.people.iter().find(|p| p.user_id.is_some() && p.user_id == meeting.owner_id)?;
    let answers = EmailAddress::parse(&organiser.email).ok()?;
    let subject = match (method, to.invited) {
        ("CANCEL", _) => format!("Cancelled: {}", meeting.title),
        (_, false) => format!("Invitation: {}", meeting.title),
        (_, true) => format!("Changed: {}", meeting.title),
    };
    Some(Invitation {
        letter: Letter {
            to: EmailAddress::parse(&to.email).ok()?,
            subject,
            text: words(meeting, organiser, to, method),
            from: Some(Sender { name: organiser.name.clone(), email: Some(answers) }),
        },
        method,
        calendar: calendar(meeting, organiser, to, method, at),
    })
}

/// For those whose mail program reads no calendars.
fn words(meeting: &Meeting, organiser: &Attendee, to: &Attendee, method: &str) -> String {
    let zone = to.time_zone.as_ref().and_then(|z| z.parse().ok()).unwrap_or_else(|| meeting.zone());
    let locale = Locale::of(to.locale.as_deref().unwrap_or_default());
    let said = if method == "CANCEL" { "does not need you at" } else { "invites you to" };
    let (from, until) = (format::local(meeting.starts_at, zone), format::local(meeting.ends_at, zone));
    let day = |t: &chrono::DateTime<chrono_tz::Tz>| format!("{} {}", t.format("%A"), locale.date(t.date_naive()));
    let end = if from.date_naive() == until.date_naive() {
        locale.clock(&until)
    } else {
        format!("{}, {}", day(&until), locale.clock(&until))
    };
    let mut text = format!("{} {said}: {}\n\n", organiser.label(), meeting.title);
    text += &format!("When: {}, {} to {end} ({})\n", day(&from), locale.clock(&from), super::named(zone));
    if !meeting.place.is_empty() {
        text += &format!("Where: {}\n", meeting.place);
    }
    if !meeting.link.is_empty() {
        text += &format!("Join: {}\n", meeting.link);
    }
    if !meeting.description.is_empty() {
        text += &format!("\n{}\n", meeting.description);
    }
    text
}

fn calendar(meeting: &Meeting, organiser: &Attendee, to: &Attendee, method: &str, at: NaiveDateTime) -> String {
    let mut out = Writer::new(method);
    Event::of(meeting).begin(&mut out, at);
    out.line(if method == "CANCEL" { "STATUS:CANCELLED" } else { "STATUS:CONFIRMED" });
    out.person("ORGANIZER", "", organiser.label(), &organiser.email);
    // Whoever is let go hears of themselves alone; the others of everyone who can be named by an address.
    let named = meeting.people.iter().filter(|p| method != "CANCEL" && !p.email.is_empty());
    let alone = std::iter::once(to).filter(|_| method == "CANCEL");
    for person in named.chain(alone) {
        let role = if person.id == organiser.id { "CHAIR" } else { "REQ-PARTICIPANT" };
        let asked = matches!(person.response, Response::NeedsAction);
        let answer = person.response.text().to_uppercase().replace('_', "-");
        let asks = if asked && method == "REQUEST" { ";RSVP=TRUE" } else { "" };
        let parameters = format!(";CUTYPE=INDIVIDUAL;ROLE={role};PARTSTAT={answer}{asks}");
        out.person("ATTENDEE", &parameters, person.label(), &person.email);
    }
    out.line("END:VEVENT");
    out.done()
}

/// What calendars know of a meeting.
#[derive(Queryable)]
pub(super) struct Event {
    pub uid: String,
    pub sequence: i32,
    pub starts_at: NaiveDateTime,
    pub ends_at: NaiveDateTime,
    pub title: String,
    pub place: String,
    pub link: String,
    pub description: String,
}

impl Event {
    fn of(meeting: &Meeting) -> Self {
        Self {
            uid: meeting.uid.clone(),
            sequence: meeting.sequence,
            starts_at: meeting.starts_at,
            ends_at: meeting.ends_at,
            title: meeting.title.clone(),
            place: meeting.place.clone(),
            link: meeting.link.clone(),
            description: meeting.description.clone(),
        }
    }

    /// Begins its description; its status and its end are the caller's.
    pub fn begin(&self, out: &mut Writer, stamp: NaiveDateTime) {
        out.line("BEGIN:VEVENT");
        out.line(&format!("UID:{}", self.uid));
        out.line(&format!("SEQUENCE:{}", self.sequence));
        out.moment("DTSTAMP", stamp);
        out.moment("DTSTART", self.starts_at);
        out.moment("DTEND", self.ends_at);
        out.text("SUMMARY", &self.title);
        out.text("LOCATION", &self.place);
        if !self.link.is_empty() {
            out.line(&format!("URL:{}", self.link));
        }
        out.text("DESCRIPTION", &self.description);
    }
}
