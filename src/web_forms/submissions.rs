//! What was sent, as admins read it: the list of a form, and what becomes of what was held.

use super::{Answer, CameBy, State, WebForm, intake};
use crate::{
    auth::{How, Viewer},
    db::{
        Conn,
        schema::{contacts, form_submissions, web_form_consents},
        types::{ContactId, EmailAddress, SubmissionId, WebFormId},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
};
use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

/// Days that what was held stays, if nobody decides.
const HELD_DAYS: i64 = 30;

/// One that was sent.
#[derive(Clone, Debug)]
pub struct Submission {
    pub id: SubmissionId,
    pub at: NaiveDateTime,
    pub state: State,
    /// Who sent it, by what they are called now; whether they are in the bin.
    pub contact: Option<(ContactId, String, bool)>,
    pub answers: Vec<Answer>,
    /// The wording that was agreed to.
    pub consent: Option<String>,
    pub came_by: CameBy,
    sent_key: String,
}

type Row = (
    (SubmissionId, NaiveDateTime, State, String, String, String),
    Option<(ContactId, String, Option<NaiveDateTime>)>,
    Option<String>,
);

impl From<Row> for Submission {
    fn from(((id, at, state, answers, came_by, sent_key), contact, consent): Row) -> Self {
        Self {
            id,
            at,
            state,
            contact: contact.map(|(id, name, gone)| (id, name, gone.is_some())),
            // What does not parse still stands in the list with its time.
            answers: serde_json::from_str(&answers).unwrap_or_default(),
            consent,
            came_by: serde_json::from_str(&came_by).unwrap_or_default(),
            sent_key,
        }
    }
}

impl Submission {
    /// The answer to a field, or an empty text.
    pub fn answer(&self, key: &str) -> &str {
        self.answers.iter().find(|a| a.key == key).map_or("", |a| a.value.as_str())
    }

    /// What they are called: as we know them, else as they wrote.
    pub fn who(&self) -> String {
        match &self.contact {
            Some((_, name, _)) => name.clone(),
            None => {
                let name = format!("{} {}", self.answer("given_name"), self.answer("family_name"));
                if name.trim().is_empty() { self.answer("email").to_owned() } else { name.trim().to_owned() }
            }
        }
    }
}

/// What was sent with a form, newest first, before this one.
pub fn list(
    conn: &mut Conn,
    form: WebFormId,
    state: Option<State>,
    before: Option<SubmissionId>,
    limit: i64,
) -> Result<Vec<Submission>> {
    let mut query = form_submissions::table
        .left_join(contacts::table.on(form_submissions::contact_id.eq(contacts::id.nullable())))
        .left_join(web_form_consents::table.on(form_submissions::consent_id.eq(web_form_consents::id.nullable())))
        .filter(form_submissions::form_id.eq(form))
        .order(form_submissions::id.desc())
        .limit(limit)
        .select((
            (
                form_submissions::id,
                form_submissions::at,
                form_submissions::state,
                form_submissions::answers,
                form_submissions::came_by,
                form_submissions::sent_key,
            ),
            (contacts::id, contacts::name, contacts::deleted_at).nullable(),
            web_form_consents::text.nullable(),
        ))
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(form_submissions::state.eq(state));
    }
    if let Some(before) = before {
        query = query.filter(form_submissions::id.lt(before));
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(Submission::from).collect())
}

/// A submission that is held, out of it from now on.
///
/// # Errors
/// `Error::NotFound` when it is not this form's, or someone decided on it before.
fn held(conn: &mut Conn, form: WebFormId, id: SubmissionId) -> Result<Submission> {
    let next = list(conn, form, Some(State::Held), Some(SubmissionId(id.0.saturating_add(1))), 1)?;
    next.into_iter().find(|s| s.id == id).ok_or(Error::NotFound)
}

/// Takes over what was held: no program wrote it.
pub fn accept(
    conn: &mut Conn,
    viewer: &Viewer,
    form: &WebForm,
    id: SubmissionId,
    country: &str,
    at: NaiveDateTime,
) -> Result<ContactId> {
    let taken = form_submissions::table
        .find(id)
        .filter(form_submissions::form_id.eq(form.id))
        .filter(form_submissions::state.eq(State::Taken));
    if diesel::select(diesel::dsl::exists(taken)).get_result::<bool>(conn)? {
        return Err(Error::Refused("This is accepted already.".into()));
    }
    let found = held(conn, form.id, id)?;
    let email = EmailAddress::parse(found.answer("email")).map_err(Error::Refused)?;
    intake::hold(conn, &email.key())?;
    let rows = diesel::update(form_submissions::table.find(id).filter(form_submissions::state.eq(State::Held)))
        .set(form_submissions::state.eq(State::Taken))
        .execute(conn)?;
    if rows == 0 {
        return Err(Error::NotFound);
    }
    let sent = intake::Sent {
        form,
        email: &email,
        answers: &found.answers,
        campaign: &found.came_by.utm_campaign,
        consent: found.consent.as_deref(),
        country,
        key: &found.sent_key,
        at: found.at,
    };
    let by_form = Viewer { how: How::WebForm, ..viewer.clone() };
    let (contact, came) = sent.take_over(conn, &by_form, at)?;
    diesel::update(form_submissions::table.find(id)).set(form_submissions::contact_id.eq(contact)).execute(conn)?;
    came.follow(conn, &by_form, contact, at)?;
    tell(conn, viewer, form, (Some("held"), Some("taken over")), id, at)?;
    Ok(contact)
}

/// Erases what was held.
pub fn delete(conn: &mut Conn, viewer: &Viewer, form: &WebForm, id: SubmissionId, at: NaiveDateTime) -> Result<()> {
    let held = form_submissions::table
        .find(id)
        .filter(form_submissions::form_id.eq(form.id))
        .filter(form_submissions::state.eq(State::Held));
    if diesel::delete(held).execute(conn)? == 0 {
        return Err(Error::NotFound);
    }
    tell(conn, viewer, form, (Some("held"), None), id, at)
}

fn tell(
    conn: &mut Conn,
    viewer: &Viewer,
    form: &WebForm,
    (before, after): (Option<&str>, Option<&str>),
    id: SubmissionId,
    at: NaiveDateTime,
) -> Result<()> {
    let own = |text: Option<&str>| text.map(str::to_owned);
    let change =
        Change::new(form.id, Action::Updated, &form.name).field(&format!("Submission {id}"), own(before), own(after));
    journal::record(conn, viewer, change, at)
}

/// Erases what was held so long that nobody will miss it; returns how many that were.
pub fn sweep(conn: &mut Conn, at: NaiveDateTime) -> Result<usize> {
    let old = form_submissions::table
        .filter(form_submissions::state.ne(State::Taken))
        .filter(form_submissions::at.lt(at - Duration::days(HELD_DAYS)));
    Ok(diesel::delete(old).execute(conn)?)
}
