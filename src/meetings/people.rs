//! Who comes to a meeting: colleagues, and people from outside.

use super::Response;
use crate::{
    auth::Viewer,
    contacts,
    db::{
        Conn,
        schema::{meeting_people, users},
        types::{ContactId, MeetingId, UserId},
    },
    error::{Error, Result},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::HashMap;

/// Who is to come, as a form gives it: a colleague, a contact, or somebody by their address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guest {
    Colleague(UserId),
    Contact(ContactId),
    /// Name, which may be empty, and address.
    Other(String, String),
}

/// Somebody who comes.
#[derive(Clone, Debug)]
pub struct Attendee {
    pub id: i64,
    pub user_id: Option<UserId>,
    pub contact_id: Option<ContactId>,
    /// Empty where only an address is known.
    pub name: String,
    /// Empty where none is known.
    pub email: String,
    pub response: Response,
    /// Was mailed an invitation.
    pub invited: bool,
    /// Of a colleague.
    pub time_zone: Option<String>,
    pub locale: Option<String>,
}

impl Attendee {
    /// What they are called on pages.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }

    pub fn guest(&self) -> Guest {
        match (self.user_id, self.contact_id) {
            (Some(user), _) => Guest::Colleague(user),
            (None, Some(contact)) => Guest::Contact(contact),
            (None, None) => Guest::Other(self.name.clone(), self.email.clone()),
        }
    }

    fn is(&self, guest: &Guest) -> bool {
        match guest {
            Guest::Colleague(user) => self.user_id == Some(*user),
            Guest::Contact(contact) => self.contact_id == Some(*contact),
            Guest::Other(_, email) => {
                self.user_id.is_none() && self.contact_id.is_none() && self.email.eq_ignore_ascii_case(email)
            }
        }
    }
}

type Row = (
    (i64, MeetingId, Option<UserId>, Option<ContactId>, String, String, Response, bool),
    (Option<String>, Option<String>, Option<String>, Option<String>),
);

/// Everyone of these meetings, the organiser first.
pub(super) fn of_meetings(conn: &mut Conn, ids: &[MeetingId]) -> Result<HashMap<MeetingId, Vec<Attendee>>> {
    use meeting_people as p;
    let rows: Vec<Row> = p::table
        .left_join(users::table.on(p::user_id.eq(users::id.nullable())))
        .filter(p::meeting_id.eq_any(ids))
        .order((p::meeting_id, p::position, p::id))
        .select((
            (p::id, p::meeting_id, p::user_id, p::contact_id, p::name, p::email, p::response, p::invited),
            (users::name.nullable(), users::email.nullable(), users::time_zone.nullable(), users::locale.nullable()),
        ))
        .load(conn)?;
    let mut found: HashMap<MeetingId, Vec<Attendee>> = HashMap::new();
    for ((id, meeting, user_id, contact_id, name, email, response, invited), own) in rows {
        let (own_name, own_email, time_zone, locale) = own;
        found.entry(meeting).or_default().push(Attendee {
            id,
            user_id,
            contact_id,
            // A colleague is called as they are called now.
            name: own_name.unwrap_or(name),
            email: if user_id.is_some() { own_email.unwrap_or_default() } else { email },
            response,
            invited,
            time_zone,
            locale,
        });
    }
    Ok(found)
}

/// Gives a meeting exactly these people, in this order; the organiser has accepted. Returns who was taken out.
///
/// # Errors
/// `Error::Refused` when a contact that is to come is gone or not the viewer's to see.
pub(super) fn set(
    conn: &mut Conn,
    viewer: &Viewer,
    (id, starts_at): (MeetingId, NaiveDateTime),
    wanted: &[Guest],
    owner: Option<UserId>,
) -> Result<Vec<Attendee>> {
    let held = of_meetings(conn, &[id])?.remove(&id).unwrap_or_default();
    let (stay, gone): (Vec<Attendee>, Vec<Attendee>) = held.into_iter().partition(|a| wanted.iter().any(|g| a.is(g)));
    let leaving: Vec<i64> = gone.iter().map(|a| a.id).collect();
    diesel::delete(meeting_people::table.filter(meeting_people::id.eq_any(&leaving))).execute(conn)?;
    for (position, guest) in (0_i32..).zip(wanted) {
        if wanted.iter().take(usize::try_from(position).unwrap_or(0)).any(|earlier| earlier == guest) {
            continue;
        }
        if let Some(there) = stay.iter().find(|a| a.is(guest)) {
            let own = meeting_people::table.find(there.id);
            diesel::update(own).set(meeting_people::position.eq(position)).execute(conn)?;
            continue;
        }
        let (user_id, contact_id, name, email) = match guest {
            Guest::Colleague(user) => (Some(*user), None, String::new(), String::new()),
            Guest::Contact(contact) => {
                let found = contacts::get(conn, viewer, *contact).map_err(|error| match error {
                    Error::NotFound => Error::Refused("A contact who is to come is gone: choose another.".into()),
                    error => error,
                })?;
                (None, Some(*contact), found.name, found.emails.first().cloned().unwrap_or_default())
            }
            Guest::Other(name, email) => (None, None, name.clone(), email.clone()),
        };
        let accepts = user_id.is_some() && (user_id == owner || user_id == viewer.id);
        diesel::insert_into(meeting_people::table)
            .values((
                meeting_people::meeting_id.eq(id),
                meeting_people::user_id.eq(user_id),
                meeting_people::contact_id.eq(contact_id),
                meeting_people::name.eq(name),
                meeting_people::email.eq(email),
                meeting_people::response.eq(if accepts { Response::Accepted } else { Response::NeedsAction }),
                meeting_people::position.eq(position),
                meeting_people::starts_at.eq(starts_at),
            ))
            .execute(conn)?;
    }
    Ok(gone)
}

/// After a meeting was moved: it stands elsewhere in everyone's week, and all but those who decided it are asked again.
pub(super) fn moved(
    conn: &mut Conn,
    id: MeetingId,
    starts_at: NaiveDateTime,
    decided: [Option<UserId>; 2],
) -> Result<()> {
    let all = meeting_people::table.filter(meeting_people::meeting_id.eq(id));
    diesel::update(all)
        .set((meeting_people::starts_at.eq(starts_at), meeting_people::response.eq(Response::NeedsAction)))
        .execute(conn)?;
    let sure: Vec<UserId> = decided.into_iter().flatten().collect();
    diesel::update(all.filter(meeting_people::user_id.eq_any(&sure)))
        .set(meeting_people::response.eq(Response::Accepted))
        .execute(conn)?;
    Ok(())
}

/// Notes that these were mailed an invitation.
pub(super) fn mark_invited(conn: &mut Conn, ids: &[i64]) -> Result<()> {
    diesel::update(meeting_people::table.filter(meeting_people::id.eq_any(ids)))
        .set(meeting_people::invited.eq(true))
        .execute(conn)?;
    Ok(())
}

/// Notes what somebody answered.
///
/// # Errors
/// `Error::NotFound` when they do not come to this meeting.
pub(super) fn answer(conn: &mut Conn, meeting: MeetingId, person: i64, response: Response) -> Result<()> {
    let own =
        meeting_people::table.filter(meeting_people::id.eq(person)).filter(meeting_people::meeting_id.eq(meeting));
    match diesel::update(own).set(meeting_people::response.eq(response)).execute(conn)? {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}
