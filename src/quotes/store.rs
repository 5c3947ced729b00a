//! Quotes in the database. Whoever sees the deal sees its quotes.

use super::State;
use crate::{
    auth::Viewer,
    db::{
        Conn,
        schema::{contact_emails, quotes},
        types::{ContactId, DealId, Money, QuoteId, UserId},
    },
    deals::{self, Deal},
    error::{Error, Result},
    journal::{self, Action, Change, Letter},
    records::RecordRef,
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use iso_currency::Currency;

/// A quote as it stands.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = quotes)]
pub struct Quote {
    pub id: QuoteId,
    pub deal_id: DealId,
    /// "Q-2026-0001"; all its revisions have it.
    pub number: String,
    pub revision: i32,
    /// As it is stored; see [`Quote::state`].
    pub(super) state: State,
    /// The deal's name at that time.
    pub title: String,
    currency: String,
    pub locale: String,
    /// With tax, in minor units.
    gross: i64,
    pub valid_until: NaiveDate,
    /// When that day is over where the company is.
    pub expires_at: NaiveDateTime,
    pub terms: String,
    pub note: String,
    pub contact_id: Option<ContactId>,
    pub recipient_name: String,
    pub recipient_email: String,
    pub seller: String,
    pub customer: String,
    pub made_by: Option<UserId>,
    pub created_at: NaiveDateTime,
    pub sent_at: Option<NaiveDateTime>,
    pub viewed_at: Option<NaiveDateTime>,
    pub answered_at: Option<NaiveDateTime>,
    pub answered_by: String,
    pub answered_title: String,
    pub answered_reason: String,
    /// Network address.
    pub answered_from: String,
    /// User agent.
    pub answered_with: String,
    pub version: i64,
}

impl Quote {
    pub fn state(&self, now: NaiveDateTime) -> State {
        match self.state {
            State::Sent | State::Viewed if self.expires_at <= now => State::Expired,
            state => state,
        }
    }

    pub fn currency(&self) -> Result<Currency> {
        Currency::from_code(&self.currency)
            .ok_or_else(|| Error::internal(format!("quote {} has the unknown currency {}", self.id, self.currency)))
    }

    /// "Q-2026-0001", "Q-2026-0001, version 2".
    pub fn name(&self) -> String {
        match self.revision {
            1 => self.number.clone(),
            n => format!("{}, version {n}", self.number),
        }
    }

    pub fn url(&self) -> String {
        format!("/quotes/{}", self.id)
    }

    /// With tax.
    pub fn total(&self) -> Option<Money> {
        Some(Money::new(self.gross, Currency::from_code(&self.currency)?))
    }
}

/// A quote and its deal, if the viewer sees that.
///
/// # Errors
/// `Error::NotFound` otherwise.
pub(super) fn get(conn: &mut Conn, viewer: &Viewer, id: QuoteId) -> Result<(Quote, Deal)> {
    let quote: Quote = quotes::table.find(id).select(Quote::as_select()).first(conn)?;
    let deal = deals::get(conn, viewer, quote.deal_id)?;
    Ok((quote, deal))
}

/// The quotes of a deal that the reader sees, the newest first.
pub fn of_deal(conn: &mut Conn, deal: DealId) -> Result<Vec<Quote>> {
    Ok(quotes::table
        .filter(quotes::deal_id.eq(deal))
        .order((quotes::created_at.desc(), quotes::id.desc()))
        .select(Quote::as_select())
        .limit(100)
        .load(conn)?)
}

/// What a deal is worth by this accepted quote, before tax, if that is one of its own in its currency.
pub fn accepted_amount(conn: &mut Conn, deal: &Deal, quote: QuoteId) -> Result<Option<i64>> {
    let accepted = quotes::table
        .find(quote)
        .filter(quotes::deal_id.eq(deal.id))
        .filter(quotes::state.eq(State::Accepted))
        .filter(quotes::currency.eq(deal.currency.code()));
    Ok(accepted.select(quotes::net).first(conn).optional()?)
}

/// Somebody that a quote can be sent to.
#[derive(Clone, Debug)]
pub(super) struct Recipient {
    pub id: ContactId,
    pub name: String,
    pub email: Option<String>,
}

/// The people of the deal whom the viewer sees, with their first e-mail.
pub(super) fn recipients(conn: &mut Conn, viewer: &Viewer, deal: DealId) -> Result<Vec<Recipient>> {
    let people = deals::people(conn, viewer, deal)?;
    let ids: Vec<ContactId> = people.iter().map(|p| p.id).collect();
    let emails: Vec<(ContactId, String)> = contact_emails::table
        .filter(contact_emails::contact_id.eq_any(ids))
        .order((contact_emails::position, contact_emails::id))
        .select((contact_emails::contact_id, contact_emails::email))
        .load(conn)?;
    let email = |id: ContactId| emails.iter().find(|(of, _)| *of == id).map(|(_, email)| email.clone());
    Ok(people.into_iter().map(|p| Recipient { id: p.id, email: email(p.id), name: p.name }).collect())
}

/// What to say when a quote is no longer what the reader saw.
pub(super) fn overtaken(quote: &Quote) -> Error {
    Error::Refused(format!("{} changed just now: look at it, then do it again.", quote.name()))
}

/// What has left the house stays as it is.
pub(super) fn still_draft(quote: &Quote) -> Result<()> {
    match quote.state {
        State::Draft => Ok(()),
        _ => Err(Error::Refused(format!("{} was sent and stays as it is: make a new version.", quote.name()))),
    }
}

/// Tells of a quote on its deal, the account and the recipient, and queues what is sent with it.
pub(super) fn tell(
    conn: &mut Conn,
    viewer: &Viewer,
    (quote, deal): (&Quote, &Deal),
    before: Option<&str>,
    after: &str,
    letters: Vec<Letter>,
    at: NaiveDateTime,
) -> Result<()> {
    let mut change = Change::new(deal.id, Action::Updated, &deal.name)
        .field(&format!("Quote {}", quote.name()), before.map(str::to_owned), Some(after.to_owned()))
        .also_on(deal.account_id.map(RecordRef::from))
        .also_on(quote.contact_id.map(RecordRef::from));
    change.letters = letters;
    journal::record(conn, viewer, change, at)
}

/// A contact is erased: quotes forget them. An accepted one stays as it was agreed, without the way to them.
pub fn contact_erased(conn: &mut Conn, contact: ContactId) -> Result<()> {
    let own = quotes::table.filter(quotes::contact_id.eq(contact));
    diesel::update(own.filter(quotes::state.ne(State::Accepted)))
        .set((
            quotes::recipient_name.eq(""),
            quotes::recipient_email.eq(""),
            quotes::answered_by.eq(""),
            quotes::answered_title.eq(""),
            quotes::answered_from.eq(""),
            quotes::answered_with.eq(""),
        ))
        .execute(conn)?;
    diesel::update(own).set(quotes::contact_id.eq(None::<ContactId>)).execute(conn)?;
    Ok(())
}
