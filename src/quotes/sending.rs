//! A quote leaves: as a link in a mail that the rep has read before.

use super::{
    State,
    store::{self, Quote},
};
use crate::{
    auth::{Viewer, token},
    db::{
        Conn,
        schema::{quote_links, quotes},
        types::{EmailAddress, QuoteId},
    },
    error::{Error, Result},
    journal::{Letter, Sender},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A mail as a form gives it: already valid.
#[derive(Clone, Debug)]
pub struct Dispatch {
    pub to: EmailAddress,
    pub subject: String,
    /// The link stands below it.
    pub body: String,
    pub from: Sender,
}

/// Why a quote cannot be sent now, if it cannot.
pub(super) fn hindrance(quote: &Quote, now: NaiveDateTime) -> Option<String> {
    let why = match quote.state(now) {
        State::Draft if quote.expires_at <= now => "held until a day that is past: write a later one first",
        State::Draft | State::Sent | State::Viewed => return None,
        State::Expired => "has expired: make a new version",
        State::Accepted => "is accepted already",
        State::Declined => "was declined: make a new version",
        State::Superseded => "has a newer version: send that",
    };
    Some(format!("{} {why}.", quote.name()))
}

/// Sends it, or sends it again. Returns the link, absolute under `base_url`; earlier ones keep working.
///
/// # Errors
/// `Error::Refused` when it cannot be sent, or someone changed it in between.
pub fn send(
    conn: &mut Conn,
    viewer: &Viewer,
    (id, version): (QuoteId, i64),
    mail: &Dispatch,
    base_url: &str,
    at: NaiveDateTime,
) -> Result<String> {
    let (quote, deal) = store::get(conn, viewer, id)?;
    if let Some(why) = hindrance(&quote, at) {
        return Err(Error::Refused(why));
    }
    let first = quote.state(at) == State::Draft;
    // What was read before it is sent is what leaves.
    let state = if first { State::Draft } else { quote.state(at) };
    let own = quotes::table.find(id).filter(quotes::version.eq(version)).filter(quotes::state.eq(state));
    let rows = diesel::update(own)
        .set((
            quotes::state.eq(if first { State::Sent } else { state }),
            quotes::sent_at.eq(quote.sent_at.unwrap_or(at)),
            quotes::recipient_email.eq(mail.to.as_str()),
            quotes::version.eq(version + 1),
        ))
        .execute(conn)?;
    if rows == 0 {
        return Err(store::overtaken(&quote));
    }
    supersede(conn, &quote)?;
    let secret = token::fresh()?;
    diesel::insert_into(quote_links::table)
        .values((
            quote_links::token_hash.eq(token::hash(&secret)),
            quote_links::quote_id.eq(id),
            quote_links::created_at.eq(at),
        ))
        .execute(conn)?;
    let url = format!("{base_url}/q/{secret}");
    let text = format!("{}\n\nRead it, and accept or decline it, here:\n{url}\n", mail.body.trim_end());
    let from = Some(mail.from.clone());
    let letter = Letter { to: mail.to.clone(), subject: mail.subject.clone(), text, from };
    let (before, after) = if first { (Some("a draft"), "sent") } else { (Some("sent"), "sent again") };
    store::tell(conn, viewer, (&quote, &deal), before, after, vec![letter], at)?;
    Ok(url)
}

/// What was sent of it before can be answered no more.
///
/// # Errors
/// `Error::Refused` when the customer accepted one of them meanwhile.
fn supersede(conn: &mut Conn, quote: &Quote) -> Result<()> {
    let others = quotes::table.filter(quotes::number.eq(&quote.number)).filter(quotes::id.ne(quote.id));
    // A customer may accept one at this moment: whichever comes second finds what the first did.
    diesel::update(others.filter(quotes::state.eq_any([State::Sent, State::Viewed])))
        .set(quotes::state.eq(State::Superseded))
        .execute(conn)?;
    let accepted: Option<i32> =
        others.filter(quotes::state.eq(State::Accepted)).select(quotes::revision).first(conn).optional()?;
    match accepted {
        None => Ok(()),
        Some(revision) => Err(Error::Refused(format!(
            "The customer accepted version {revision} meanwhile: make another quote for what comes on top."
        ))),
    }
}
