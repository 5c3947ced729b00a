//! How often someone may try: sign-ins, password resets, web forms and answers to quotes, counted per account and per address in the database, so
//! that several servers count together.

use crate::{
    db::{Conn, dialect, schema::sign_in_failures},
    error::{Error, Result},
};
use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

/// Tries that are counted lie within this time.
pub const WINDOW: Duration = Duration::minutes(10);

/// What is tried. An address may try more often than an account, because many people can share one.
#[derive(Clone, Copy, Debug)]
pub enum Deed {
    SignIn,
    PasswordReset,
    /// What strangers send with a web form, which stands where the others have an account.
    WebForm,
    /// A customer's yes or no; the account is the link they have.
    QuoteAnswer,
}

impl Deed {
    /// Tries of one account and of one address within [`WINDOW`].
    fn most(self) -> (i64, i64) {
        match self {
            Self::SignIn => (10, 60),
            Self::PasswordReset => (3, 20),
            Self::WebForm => (1000, 30),
            Self::QuoteAnswer => (10, 30),
        }
    }

    /// Whether tries at the same moment must not overtake the limit. Of a form a few more do no harm, and nobody who sends
    /// one is to wait for another who does.
    fn is_exact(self) -> bool {
        !matches!(self, Self::WebForm)
    }

    fn subjects(self, account: &str, address: &str) -> [(String, i64); 2] {
        let (of_account, of_address) = self.most();
        let name = match self {
            Self::SignIn => "sign-in",
            Self::PasswordReset => "reset",
            Self::WebForm => "web-form",
            Self::QuoteAnswer => "quote",
        };
        // Of a form each address counts by itself: one form must not close the others.
        let whose = if self.is_exact() { address.to_owned() } else { format!("{account}:{address}") };
        [(format!("{name}:account:{account}"), of_account), (format!("{name}:address:{whose}"), of_address)]
    }
}

/// Counts this try, before its outcome is known: tries at the same moment cannot overtake the limit. Returns how many
/// more there are.
///
/// # Errors
/// `Error::RateLimited` with the seconds to wait, when there are none left; the try is then not counted.
pub fn take(conn: &mut Conn, deed: Deed, account: &str, address: &str, at: NaiveDateTime) -> Result<i64> {
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::at.lt(at - WINDOW))).execute(conn)?;
    let mut left = i64::MAX;
    for (subject, most) in deed.subjects(account, address) {
        // Always the account first, so that two tries cannot wait for each other.
        if deed.is_exact() {
            dialect::hold(conn, &subject)?;
        }
        let recent = sign_in_failures::table.filter(sign_in_failures::subject.eq(&subject));
        let tries: i64 = recent.count().get_result(conn)?;
        if tries >= most {
            let oldest: Option<NaiveDateTime> =
                recent.order(sign_in_failures::at).select(sign_in_failures::at).first(conn).optional()?;
            let wait = oldest.map_or(WINDOW, |first| first + WINDOW - at);
            return Err(Error::RateLimited(wait.num_seconds().max(1)));
        }
        left = left.min(most - tries - 1);
    }
    for (subject, _) in deed.subjects(account, address) {
        diesel::insert_into(sign_in_failures::table)
            .values((sign_in_failures::subject.eq(subject), sign_in_failures::at.eq(at)))
            .execute(conn)?;
    }
    Ok(left)
}

/// A success forgets the account's tries, and of the address's this one only: others there may still be guessing.
pub fn give_back(conn: &mut Conn, deed: Deed, account: &str, address: &str, at: NaiveDateTime) -> Result<()> {
    let [(account, _), (address, _)] = deed.subjects(account, address);
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::subject.eq(account))).execute(conn)?;
    let this = sign_in_failures::table
        .filter(sign_in_failures::subject.eq(address))
        .filter(sign_in_failures::at.eq(at))
        .select(sign_in_failures::id)
        .first::<i64>(conn)
        .optional()?;
    if let Some(id) = this {
        diesel::delete(sign_in_failures::table.find(id)).execute(conn)?;
    }
    Ok(())
}
