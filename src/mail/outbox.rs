//! Mails waiting to leave, and what became of them.

use crate::{
    auth::Viewer,
    db::{Conn, dialect, schema::mail_outbox},
    error::Result,
    journal::{self, Invitation, Letter},
    text_enum,
};
use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

text_enum! {
    Status {
        Waiting = "waiting", "Waiting";
        /// In the hands of the server that holds the job `mail`.
        Sending = "sending", "Sending";
        Sent = "sent", "Sent";
        /// Given up; the reason is kept for an admin.
        Parked = "parked", "Parked";
    }
}

/// A mail as a row.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = mail_outbox)]
pub struct Mail {
    pub id: i64,
    /// The part before the @ of its Message-ID: the same at every try.
    pub message_id: String,
    pub recipient: String,
    pub subject: String,
    pub body_text: String,
    /// Tries so far, the running one included.
    pub attempts: i32,
    pub last_error: Option<String>,
    pub created_at: NaiveDateTime,
    /// The colleague in whose name it leaves.
    pub sender_name: Option<String>,
    /// What calendars read, beside the text.
    pub calendar: Option<String>,
    /// `REQUEST`, `CANCEL`.
    pub calendar_method: Option<String>,
    /// Where answers go.
    pub reply_to: Option<String>,
}

impl Mail {
    /// What the journal calls it.
    fn label(&self) -> String {
        format!("Mail “{}” to {}", self.subject, self.recipient)
    }
}

/// What became of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Sent,
    /// The other side may take it later.
    Later(String),
    /// The other side will not take it, ever.
    Never(String),
}

/// A mail that is not taken for this long is parked.
const GIVE_UP_AFTER: Duration = Duration::days(3);

/// Queues a mail, to be sent once the transaction is committed.
pub fn queue(conn: &mut Conn, letter: &Letter, at: NaiveDateTime) -> Result<()> {
    add(conn, letter, None, at)
}

/// Queues a mail with a part for calendars.
pub fn queue_invitation(conn: &mut Conn, invitation: &Invitation, at: NaiveDateTime) -> Result<()> {
    add(conn, &invitation.letter, Some(invitation), at)
}

fn add(conn: &mut Conn, letter: &Letter, invitation: Option<&Invitation>, at: NaiveDateTime) -> Result<()> {
    diesel::insert_into(mail_outbox::table)
        .values((
            mail_outbox::message_id.eq(crate::auth::token::fresh()?),
            mail_outbox::recipient.eq(letter.to.as_str()),
            mail_outbox::subject.eq(&letter.subject),
            mail_outbox::body_text.eq(&letter.text),
            mail_outbox::sender_name.eq(letter.from.as_ref().map(|from| &from.name)),
            mail_outbox::reply_to.eq(letter.from.as_ref().and_then(|from| from.email.as_ref()).map(|e| e.as_str())),
            mail_outbox::status.eq(Status::Waiting.text()),
            mail_outbox::next_try_at.eq(at),
            mail_outbox::created_at.eq(at),
            mail_outbox::calendar.eq(invitation.map(|i| &i.calendar)),
            mail_outbox::calendar_method.eq(invitation.map(|i| i.method)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whether there is a mail to send now, or one that a killed server left half done.
pub fn due(conn: &mut Conn, at: NaiveDateTime) -> Result<bool> {
    let waiting = mail_outbox::table
        .filter(mail_outbox::status.eq(Status::Waiting.text()))
        .filter(mail_outbox::next_try_at.le(at));
    let left = mail_outbox::table.filter(mail_outbox::status.eq(Status::Sending.text()));
    Ok(diesel::select(diesel::dsl::exists(waiting)).get_result::<bool>(conn)?
        || diesel::select(diesel::dsl::exists(left)).get_result::<bool>(conn)?)
}

/// Puts back what a killed server was sending. Only for the holder of the job, beside whom nobody sends.
pub fn take_back(conn: &mut Conn) -> Result<usize> {
    Ok(diesel::update(mail_outbox::table.filter(mail_outbox::status.eq(Status::Sending.text())))
        .set(mail_outbox::status.eq(Status::Waiting.text()))
        .execute(conn)?)
}

/// Claims the mail that has waited longest.
pub fn claim(conn: &mut Conn, at: NaiveDateTime) -> Result<Option<Mail>> {
    let next: Option<Mail> = mail_outbox::table
        .filter(mail_outbox::status.eq(Status::Waiting.text()))
        .filter(mail_outbox::next_try_at.le(at))
        .order((mail_outbox::next_try_at, mail_outbox::id))
        .select(Mail::as_select())
        .first(conn)
        .optional()?;
    let Some(mut mail) = next else { return Ok(None) };
    mail.attempts += 1;
    let claimed = diesel::update(
        mail_outbox::table.filter(mail_outbox::id.eq(mail.id)).filter(mail_outbox::status.eq(Status::Waiting.text())),
    )
    .set((mail_outbox::status.eq(Status::Sending.text()), mail_outbox::attempts.eq(mail.attempts)))
    .execute(conn)?;
    Ok((claimed == 1).then_some(mail))
}

/// Notes what became of a claimed mail. The text of a sent one is emptied: links in it are secrets.
pub fn settle(conn: &mut Conn, mail: &Mail, outcome: Outcome, at: NaiveDateTime) -> Result<()> {
    let row =
        mail_outbox::table.filter(mail_outbox::id.eq(mail.id)).filter(mail_outbox::status.eq(Status::Sending.text()));
    match outcome {
        Outcome::Sent => diesel::update(row)
            .set((
                mail_outbox::status.eq(Status::Sent.text()),
                mail_outbox::sent_at.eq(at),
                mail_outbox::last_error.eq(None::<String>),
                mail_outbox::body_text.eq(""),
                mail_outbox::calendar.eq(None::<String>),
            ))
            .execute(conn)?,
        Outcome::Later(why) if at - mail.created_at < GIVE_UP_AFTER => diesel::update(row)
            .set((
                mail_outbox::status.eq(Status::Waiting.text()),
                mail_outbox::next_try_at.eq(at + delay(mail.attempts)),
                mail_outbox::last_error.eq(why),
            ))
            .execute(conn)?,
        Outcome::Later(why) => park(conn, mail.id, &format!("Tried {} times in 3 days: {why}", mail.attempts))?,
        Outcome::Never(why) => park(conn, mail.id, &why)?,
    };
    Ok(())
}

fn park(conn: &mut Conn, id: i64, why: &str) -> Result<usize> {
    Ok(diesel::update(mail_outbox::table.find(id))
        .set((mail_outbox::status.eq(Status::Parked.text()), mail_outbox::last_error.eq(why)))
        .execute(conn)?)
}

/// How long to wait after so many tries: 1, 2, 4 … minutes, 6 hours at most.
fn delay(attempts: i32) -> Duration {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(9);
    Duration::minutes(2_i64.pow(doublings)).min(Duration::hours(6))
}

/// Why a mail did not leave yet.
#[derive(Clone, Debug, Queryable)]
pub struct Trouble {
    pub why: Option<String>,
    pub attempts: i32,
    pub next_try_at: NaiveDateTime,
}

/// How many mails stand where.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub waiting: i64,
    /// The waiting mail that was tried and is to be tried next.
    pub trouble: Option<Trouble>,
    pub last_sent_at: Option<NaiveDateTime>,
}

pub fn state(conn: &mut Conn) -> Result<State> {
    let open = [Status::Waiting.text(), Status::Sending.text()];
    Ok(State {
        waiting: mail_outbox::table.filter(mail_outbox::status.eq_any(open)).count().get_result(conn)?,
        trouble: mail_outbox::table
            .filter(mail_outbox::status.eq(Status::Waiting.text()))
            .filter(mail_outbox::last_error.is_not_null())
            .order((mail_outbox::next_try_at, mail_outbox::id))
            .select((mail_outbox::last_error, mail_outbox::attempts, mail_outbox::next_try_at))
            .first(conn)
            .optional()?,
        last_sent_at: mail_outbox::table.select(diesel::dsl::max(mail_outbox::sent_at)).first(conn)?,
    })
}

/// Parked mails, the latest first.
pub fn parked(conn: &mut Conn, limit: i64) -> Result<Vec<Mail>> {
    Ok(mail_outbox::table
        .filter(mail_outbox::status.eq(Status::Parked.text()))
        .order(mail_outbox::id.desc())
        .limit(limit)
        .select(Mail::as_select())
        .load(conn)?)
}

/// Lets a parked mail wait again, from now and with fresh patience.
///
/// # Errors
/// `Error::NotFound` when no such mail is parked.
pub fn try_again(conn: &mut Conn, viewer: &Viewer, id: i64, at: NaiveDateTime) -> Result<()> {
    let mail = parked_one(conn, id)?;
    diesel::update(mail_outbox::table.find(id))
        .set((
            mail_outbox::status.eq(Status::Waiting.text()),
            mail_outbox::attempts.eq(0),
            mail_outbox::created_at.eq(at),
            mail_outbox::next_try_at.eq(at),
            mail_outbox::last_error.eq(None::<String>),
        ))
        .execute(conn)?;
    tell(conn, viewer, &mail.label(), ("parked".to_owned(), "to be tried again"), at)
}

/// Makes every waiting mail due now: the mail server is well again. How many had been put off.
pub fn try_now(conn: &mut Conn, viewer: &Viewer, at: NaiveDateTime) -> Result<usize> {
    let put_off = mail_outbox::table
        .filter(mail_outbox::status.eq(Status::Waiting.text()))
        .filter(mail_outbox::next_try_at.gt(at));
    let count = diesel::update(put_off).set(mail_outbox::next_try_at.eq(at)).execute(conn)?;
    if count > 0 {
        tell(conn, viewer, "Outgoing mail", (format!("{count} waiting"), "tried at once"), at)?;
    }
    Ok(count)
}

/// Drops a parked mail for good.
///
/// # Errors
/// `Error::NotFound` when no such mail is parked.
pub fn drop_parked(conn: &mut Conn, viewer: &Viewer, id: i64, at: NaiveDateTime) -> Result<()> {
    let mail = parked_one(conn, id)?;
    diesel::delete(mail_outbox::table.find(id)).execute(conn)?;
    tell(conn, viewer, &mail.label(), ("parked".to_owned(), "dropped"), at)
}

/// A parked mail. Two admins may press a button for it at the same moment.
fn parked_one(conn: &mut Conn, id: i64) -> Result<Mail> {
    dialect::hold(conn, &format!("mail {id}"))?;
    let parked = mail_outbox::table.find(id).filter(mail_outbox::status.eq(Status::Parked.text()));
    Ok(parked.select(Mail::as_select()).first(conn)?)
}

/// A mail has no page of its own: what an admin does with it is a change of the company.
fn tell(
    conn: &mut Conn,
    viewer: &Viewer,
    label: &str,
    (before, after): (String, &str),
    at: NaiveDateTime,
) -> Result<()> {
    journal::company_changed(conn, viewer, label, Some(before), Some(after.to_owned()), at)
}

/// Forgets mails that left before this moment. Returns how many went.
pub fn sweep(conn: &mut Conn, before: NaiveDateTime) -> Result<usize> {
    let old =
        mail_outbox::table.filter(mail_outbox::status.eq(Status::Sent.text())).filter(mail_outbox::sent_at.lt(before));
    Ok(diesel::delete(old).execute(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_grows_to_six_hours() {
        let minutes: Vec<i64> = [1, 2, 3, 9, 10, 50].map(|n| delay(n).num_minutes()).to_vec();
        assert_eq!(minutes, [1, 2, 4, 256, 360, 360]);
    }
}
