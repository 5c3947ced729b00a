//! The price book of a deal, and what its lines are offered at.

use super::store::{self, Deal};
use crate::{
    auth::Viewer,
    db::{
        Conn,
        schema::deals,
        types::{DealId, PriceBookId, ProductId},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
    products::{
        books::{self, Book},
        offer::{self, Offer, Wanted},
    },
    records::RecordRef,
    ui::{Page, format},
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// The company's day: prices hold from its midnight to its midnight, wherever a rep is.
pub fn today(page: &Page) -> NaiveDate {
    format::local(page.now, page.directory.company.time_zone).date_naive()
}

/// The price on offer for so many (in thousandths) of a product.
pub fn offer(conn: &mut Conn, deal: &Deal, product: ProductId, quantity: i64, page: &Page) -> Result<Option<Offer>> {
    let (currency, book) = (deal.currency, deal.price_book_id);
    offer::offer(conn, &Wanted { product, currency, quantity, book, on: today(page) }, page.locale)
}

/// The books that a deal can name: those of its currency that hold on this day, or that it names.
pub fn choices(conn: &mut Conn, deal: &Deal, on: NaiveDate) -> Result<Vec<Book>> {
    let fits = |b: &Book| b.book.currency == deal.currency && (b.holds(on) || Some(b.id) == deal.price_book_id);
    Ok(books::all(conn)?.into_iter().filter(fits).collect())
}

/// Says which book's prices a deal is offered first; `None` for the newest that holds.
///
/// # Errors
/// `Error::Refused` when the book is in another currency.
pub fn choose(
    conn: &mut Conn,
    viewer: &Viewer,
    deal: DealId,
    book: Option<PriceBookId>,
    at: NaiveDateTime,
) -> Result<()> {
    let deal = store::get(conn, viewer, deal)?;
    let mut named = |id: Option<PriceBookId>| id.map(|id| books::get(conn, id)).transpose();
    let (before, after) = (named(deal.price_book_id)?, named(book)?);
    if after.as_ref().is_some_and(|b| b.book.currency != deal.currency) {
        return Err(Error::Refused(format!("That price book is not in {}: choose another one.", deal.currency.code())));
    }
    diesel::update(deals::table.find(deal.id)).set(deals::price_book_id.eq(book)).execute(conn)?;
    let name = |book: Option<Book>| book.map(|b| b.book.name);
    let change = Change::new(deal.id, Action::Updated, &deal.name)
        .field("Price book", name(before), name(after))
        .also_on(deal.account_id.map(RecordRef::from));
    journal::record(conn, viewer, change, at)
}
