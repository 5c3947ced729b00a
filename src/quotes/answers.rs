//! What a customer does with a quote: looks at it, accepts or declines it.

use super::{
    State,
    store::{self, Quote},
};
use crate::{
    auth::{How, Viewer, token},
    db::{
        Conn,
        schema::{quote_links, quotes},
        types::QuoteId,
    },
    deals::Deal,
    error::Result,
    journal,
    notifications::{Kind, Notice},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Who says yes, and from where.
#[derive(Clone, Debug, Default)]
pub struct Acceptance {
    pub name: String,
    /// Job title; may be empty.
    pub title: String,
    /// Network address and user agent, as evidence.
    pub from: String,
    pub with: String,
}

fn customer() -> Viewer {
    Viewer::system(How::Customer)
}

/// The quote behind a link.
///
/// # Errors
/// `Error::NotFound` when there is none, or its deal is in the bin.
pub(super) fn find(conn: &mut Conn, secret: &str) -> Result<(Quote, Deal)> {
    let id: QuoteId = quote_links::table.find(token::hash(secret)).select(quote_links::quote_id).first(conn)?;
    store::get(conn, &customer(), id)
}

/// A customer opened it: the first time counts.
pub fn seen(conn: &mut Conn, id: QuoteId, at: NaiveDateTime) -> Result<()> {
    let unseen = quotes::table.find(id).filter(quotes::state.eq(State::Sent)).filter(quotes::expires_at.gt(at));
    if diesel::update(unseen).set((quotes::state.eq(State::Viewed), quotes::viewed_at.eq(at))).execute(conn)? == 0 {
        return Ok(());
    }
    let (quote, deal) = store::get(conn, &customer(), id)?;
    store::tell(conn, &customer(), (&quote, &deal), Some("sent"), "viewed", Vec::new(), at)
}

/// Accepts it. `Ok(false)` when it cannot be accepted (any more).
pub fn accept(conn: &mut Conn, id: QuoteId, by: &Acceptance, at: NaiveDateTime) -> Result<bool> {
    answer(conn, id, State::Accepted, by, "", at)
}

/// Declines it. `Ok(false)` when it cannot be answered (any more).
pub fn decline(conn: &mut Conn, id: QuoteId, by: &Acceptance, reason: &str, at: NaiveDateTime) -> Result<bool> {
    answer(conn, id, State::Declined, by, reason, at)
}

fn answer(
    conn: &mut Conn,
    id: QuoteId,
    state: State,
    by: &Acceptance,
    reason: &str,
    at: NaiveDateTime,
) -> Result<bool> {
    // Of all who answer, revise or come too late at one moment, only the first finds it open.
    let open = quotes::table
        .find(id)
        .filter(quotes::state.eq_any([State::Sent, State::Viewed]))
        .filter(quotes::expires_at.gt(at));
    let rows = diesel::update(open)
        .set((
            quotes::state.eq(state),
            quotes::answered_at.eq(at),
            quotes::answered_by.eq(&by.name),
            quotes::answered_title.eq(&by.title),
            quotes::answered_reason.eq(reason),
            quotes::answered_from.eq(&by.from),
            quotes::answered_with.eq(&by.with),
        ))
        .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    let viewer = customer();
    let (quote, deal) = store::get(conn, &viewer, id)?;
    let who = match by.name.as_str() {
        "" if quote.recipient_name.is_empty() => "the customer",
        "" => &quote.recipient_name,
        name => name,
    };
    let did = state.label().to_lowercase();
    let because = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    store::tell(conn, &viewer, (&quote, &deal), Some("open"), &format!("{did} by {who}{because}"), Vec::new(), at)?;
    let Some(to) = deal.owner_id.or(quote.made_by) else { return Ok(true) };
    let notice = Notice {
        to,
        kind: Kind::QuoteAnswered,
        event: format!("quote:{id}"),
        said: format!("says that {who} {did} {}", quote.name()),
        record: deal.id.into(),
        title: deal.name.clone(),
    };
    journal::tell(conn, &viewer, &[notice], at)?;
    Ok(true)
}
