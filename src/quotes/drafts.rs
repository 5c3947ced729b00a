//! Drafts: made of what a deal offers, changed, and made again as a new version.

use super::{
    State, defaults,
    sheet::{self, Line},
    store::{self, Quote},
};
use crate::{
    auth::{Viewer, company, company::Company},
    db::{
        Conn, dialect,
        schema::{quote_numbers, quotes},
        types::{ContactId, DealId, Money, QuoteId},
    },
    deals::{self, Deal},
    error::{Error, Result},
    journal::{self, Action, Change},
    records::addresses,
    ui::{Locale, format},
};
use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime};
use diesel::prelude::*;

/// What can be changed of a draft: already valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub contact_id: Option<ContactId>,
    pub recipient_name: String,
    /// Empty until it is known.
    pub recipient_email: String,
    pub valid_until: NaiveDate,
    /// Markdown.
    pub terms: String,
    pub note: String,
}

/// What a deal offers now.
///
/// # Errors
/// `Error::Refused` when it has no products, or one of them no price.
pub(super) fn offered(conn: &mut Conn, deal: &Deal) -> Result<Vec<Line>> {
    let items = deals::items(conn, deal)?;
    if items.is_empty() {
        return Err(Error::Refused(format!("{} has no products yet: add what is offered first.", deal.name)));
    }
    let priced = |item| Line::of(item).ok_or(item);
    items.iter().map(priced).collect::<Result<Vec<_>, _>>().map_err(|item| {
        Error::Refused(format!("{} has no price yet: write one, or take it out of the deal first.", item.name))
    })
}

/// Name and address of who sells and who buys.
fn parties(conn: &mut Conn, company: &Company, deal: &Deal) -> Result<(String, String)> {
    let seller = format!("{}\n{}", company.name, defaults::get(conn)?.address);
    let Some(account) = &deal.account else { return Ok((seller, String::new())) };
    if account.hidden {
        return Err(Error::Refused("The account is not yours to see: let its owner make the quote.".into()));
    }
    let found = addresses::of(conn, account.id.into())?;
    let address = found.first().map(addresses::Address::line).unwrap_or_default();
    Ok((seller, format!("{}\n{address}", account.name)))
}

/// The formats of the company's country.
fn locale_of(company: &Company) -> &'static Locale {
    let home = crate::ui::format::LOCALES.iter().find(|l| l.tag.ends_with(&format!("-{}", company.country)));
    home.unwrap_or(Locale::of(""))
}

fn company(conn: &mut Conn) -> Result<Company> {
    company::find(conn)?.ok_or(Error::NotFound)
}

/// The moment at which a day is over where the company is.
fn end_of(day: NaiveDate, company: &Company) -> NaiveDateTime {
    format::stored((day + Duration::days(1)).and_time(NaiveTime::MIN), company.time_zone)
}

/// The next number of the year: none is left out, however many ask at once.
fn next_number(conn: &mut Conn, year: i32) -> Result<String> {
    dialect::hold(conn, "quote numbers")?;
    let last: Option<i64> = quote_numbers::table.find(year).select(quote_numbers::last).first(conn).optional()?;
    let next = last.unwrap_or(0) + 1;
    match last {
        Some(_) => {
            diesel::update(quote_numbers::table.find(year)).set(quote_numbers::last.eq(next)).execute(conn)?;
        }
        None => {
            let row = (quote_numbers::year.eq(year), quote_numbers::last.eq(next));
            diesel::insert_into(quote_numbers::table).values(row).execute(conn)?;
        }
    }
    Ok(format!("Q-{year}-{next:04}"))
}

/// Makes a quote of what the deal offers now: a draft.
///
/// # Errors
/// `Error::Refused` as for [`offered`].
pub fn make(conn: &mut Conn, viewer: &Viewer, deal: DealId, at: NaiveDateTime) -> Result<QuoteId> {
    let deal = deals::get(conn, viewer, deal)?;
    let company = company(conn)?;
    let today = format::local(at, company.time_zone).date_naive();
    let defaults = defaults::get(conn)?;
    let to = store::recipients(conn, viewer, deal.id)?.into_iter().find(|r| r.email.is_some());
    let terms = if defaults.terms.is_empty() { last_terms(conn, viewer)? } else { defaults.terms };
    let draft = Draft {
        contact_id: to.as_ref().map(|r| r.id),
        recipient_name: to.as_ref().map(|r| r.name.clone()).unwrap_or_default(),
        recipient_email: to.and_then(|r| r.email).unwrap_or_default(),
        valid_until: today + Duration::days(defaults.valid_days),
        terms,
        note: String::new(),
    };
    let lines = offered(conn, &deal)?;
    let number = next_number(conn, today.year())?;
    let quote = insert(conn, viewer, (&deal, &company), (&number, 1), &draft, lines, at)?;
    store::tell(conn, viewer, (&quote, &deal), None, "a draft", Vec::new(), at)?;
    Ok(quote.id)
}

/// The terms that this person wrote last.
fn last_terms(conn: &mut Conn, viewer: &Viewer) -> Result<String> {
    let own = quotes::table.filter(quotes::made_by.is_not_null()).filter(quotes::made_by.eq(viewer.id));
    let last: Option<String> = own.order(quotes::id.desc()).select(quotes::terms).first(conn).optional()?;
    Ok(last.unwrap_or_default())
}

fn insert(
    conn: &mut Conn,
    viewer: &Viewer,
    (deal, company): (&Deal, &Company),
    (number, revision): (&str, i32),
    draft: &Draft,
    lines: Vec<Line>,
    at: NaiveDateTime,
) -> Result<Quote> {
    let totals = sheet::totals(&lines)?;
    let (seller, customer) = parties(conn, company, deal)?;
    let id: QuoteId = diesel::insert_into(quotes::table)
        .values((
            quotes::deal_id.eq(deal.id),
            (quotes::number.eq(number), quotes::revision.eq(revision)),
            quotes::state.eq(State::Draft),
            quotes::title.eq(&deal.name),
            quotes::currency.eq(deal.currency.code()),
            quotes::locale.eq(locale_of(company).tag),
            (quotes::net.eq(totals.net), quotes::gross.eq(totals.gross)),
            columns(draft, company),
            (quotes::seller.eq(seller.trim_end()), quotes::customer.eq(customer.trim_end())),
            quotes::made_by.eq(viewer.id),
            quotes::created_at.eq(at),
        ))
        .returning(quotes::id)
        .get_result(conn)?;
    sheet::set_lines(conn, id, lines)?;
    Ok(quotes::table.find(id).select(Quote::as_select()).first(conn)?)
}

/// What a draft says, for insert and update alike.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = quotes)]
#[diesel(treat_none_as_null = true)]
struct Columns<'a> {
    contact_id: Option<ContactId>,
    recipient_name: &'a str,
    recipient_email: &'a str,
    valid_until: NaiveDate,
    expires_at: NaiveDateTime,
    terms: &'a str,
    note: &'a str,
}

fn columns<'a>(draft: &'a Draft, company: &Company) -> Columns<'a> {
    Columns {
        contact_id: draft.contact_id,
        recipient_name: &draft.recipient_name,
        recipient_email: &draft.recipient_email,
        valid_until: draft.valid_until,
        expires_at: end_of(draft.valid_until, company),
        terms: &draft.terms,
        note: &draft.note,
    }
}

/// Saves a draft over the version that was read. `Ok(false)` when someone else saved in between.
///
/// # Errors
/// `Error::Refused` when it is no draft any more.
pub(super) fn update(
    conn: &mut Conn,
    viewer: &Viewer,
    id: QuoteId,
    version: i64,
    draft: &Draft,
    at: NaiveDateTime,
) -> Result<bool> {
    let (before, deal) = store::get(conn, viewer, id)?;
    store::still_draft(&before)?;
    let company = company(conn)?;
    let own = quotes::table.find(id).filter(quotes::version.eq(version)).filter(quotes::state.eq(State::Draft));
    let rows = diesel::update(own).set((columns(draft, &company), quotes::version.eq(version + 1))).execute(conn)?;
    if rows == 1 {
        let text = |text: &str| Some(text.to_owned());
        let change = Change::new(deal.id, Action::Updated, &deal.name)
            .field(
                &format!("Recipient of {}", before.name()),
                text(&before.recipient_name),
                text(&draft.recipient_name),
            )
            .date(&format!("End of {}", before.name()), Some(before.valid_until), Some(draft.valid_until))
            .field(&format!("Terms of {}", before.name()), text(&before.terms), text(&draft.terms))
            .field(&format!("Note on {}", before.name()), text(&before.note), text(&draft.note));
        journal::record(conn, viewer, change, at)?;
    }
    Ok(rows == 1)
}

/// Takes what the deal offers now into a draft, and the parties as they are now.
///
/// # Errors
/// As for [`make`] and [`update`].
pub(super) fn refresh(conn: &mut Conn, viewer: &Viewer, id: QuoteId, at: NaiveDateTime) -> Result<()> {
    let (before, deal) = store::get(conn, viewer, id)?;
    store::still_draft(&before)?;
    let lines = offered(conn, &deal)?;
    let totals = sheet::totals(&lines)?;
    let company = company(conn)?;
    let (seller, customer) = parties(conn, &company, &deal)?;
    let own = quotes::table.find(id).filter(quotes::version.eq(before.version)).filter(quotes::state.eq(State::Draft));
    let rows = diesel::update(own)
        .set((
            quotes::title.eq(&deal.name),
            quotes::currency.eq(deal.currency.code()),
            quotes::net.eq(totals.net),
            quotes::gross.eq(totals.gross),
            quotes::seller.eq(seller.trim_end()),
            quotes::customer.eq(customer.trim_end()),
            quotes::version.eq(before.version + 1),
        ))
        .execute(conn)?;
    if rows == 0 {
        return Err(store::overtaken(&before));
    }
    sheet::set_lines(conn, id, lines)?;
    let after = Some(Money::new(totals.gross, deal.currency));
    let change = Change::new(deal.id, Action::Updated, &deal.name).money(
        &format!("Total of {}", before.name()),
        before.total(),
        after,
    );
    journal::record(conn, viewer, change, at)
}

/// Makes a new version of what the deal offers now: a draft. The one before can be answered until this one is sent.
///
/// # Errors
/// `Error::Refused` for a draft, an accepted one, and one that has a newer version already; and as for [`offered`].
pub fn revise(conn: &mut Conn, viewer: &Viewer, id: QuoteId, at: NaiveDateTime) -> Result<QuoteId> {
    // Of two who make one at once, the second finds the first one's.
    dialect::hold(conn, "quote numbers")?;
    let (before, deal) = store::get(conn, viewer, id)?;
    let newest = quotes::table.filter(quotes::number.eq(&before.number)).select(diesel::dsl::max(quotes::revision));
    let newest: Option<i32> = newest.first(conn)?;
    let why = match before.state {
        _ if newest.is_some_and(|newest| newest > before.revision) => Some("has a newer version: look at that"),
        State::Draft => Some("is a draft: change it as it is"),
        State::Accepted => Some("is accepted: make another quote for what comes on top"),
        State::Sent | State::Viewed | State::Declined | State::Expired | State::Superseded => None,
    };
    if let Some(why) = why {
        return Err(Error::Refused(format!("{} {why}.", before.name())));
    }
    let company = company(conn)?;
    let today = format::local(at, company.time_zone).date_naive();
    let draft = Draft {
        contact_id: before.contact_id,
        recipient_name: before.recipient_name.clone(),
        recipient_email: before.recipient_email.clone(),
        valid_until: today + Duration::days(defaults::get(conn)?.valid_days),
        terms: before.terms.clone(),
        note: before.note.clone(),
    };
    let lines = offered(conn, &deal)?;
    let next = (before.number.as_str(), before.revision.saturating_add(1));
    let quote = insert(conn, viewer, (&deal, &company), next, &draft, lines, at)?;
    store::tell(conn, viewer, (&quote, &deal), None, "a draft", Vec::new(), at)?;
    Ok(quote.id)
}

/// Throws away a version that was never sent. Gives the one before it.
///
/// # Errors
/// `Error::Refused` for what was sent, and for a first version: its number would be left out.
pub(super) fn discard(conn: &mut Conn, viewer: &Viewer, id: QuoteId, at: NaiveDateTime) -> Result<QuoteId> {
    let (quote, deal) = store::get(conn, viewer, id)?;
    store::still_draft(&quote)?;
    let before = quotes::table
        .filter(quotes::number.eq(&quote.number))
        .filter(quotes::revision.lt(quote.revision))
        .order(quotes::revision.desc())
        .select(quotes::id);
    let Some(before) = before.first(conn).optional()? else {
        return Err(Error::Refused(format!("{} keeps its number: change it as it is.", quote.name())));
    };
    let own = quotes::table.find(id).filter(quotes::version.eq(quote.version)).filter(quotes::state.eq(State::Draft));
    if diesel::delete(own).execute(conn)? == 0 {
        return Err(store::overtaken(&quote));
    }
    store::tell(conn, viewer, (&quote, &deal), Some("a draft"), "thrown away", Vec::new(), at)?;
    Ok(before)
}
