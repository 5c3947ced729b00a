//! Which price a deal is offered for a product, and where it comes from.

use crate::{
    db::{
        Conn,
        schema::{price_book_entries, price_books},
        types::{Money, PriceBookId, ProductId},
    },
    error::{Error, Result},
    ui::Locale,
};
use chrono::NaiveDate;
use diesel::prelude::*;
use iso_currency::Currency;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub product: ProductId,
    pub currency: Currency,
    /// In thousandths.
    pub quantity: i64,
    /// The book that the deal names.
    pub book: Option<PriceBookId>,
    pub on: NaiveDate,
}

/// A price, and the words for where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub price: Money,
    /// "Partner prices 2026, from 10 units", "The product’s own list price".
    pub from: String,
}

/// The price on offer: of the book that is named, else of the one that began last, of those that hold and have the
/// product in this quantity; else the product's own, where that is in this currency.
pub fn offer(conn: &mut Conn, wanted: &Wanted, locale: &Locale) -> Result<Option<Offer>> {
    type Row = (PriceBookId, String, Option<NaiveDate>, i64, i64);
    let rows: Vec<Row> = price_book_entries::table
        .inner_join(price_books::table.on(price_books::id.eq(price_book_entries::book_id)))
        .filter(price_book_entries::product_id.eq(wanted.product))
        .filter(price_book_entries::from_quantity.le(wanted.quantity))
        .filter(price_books::active.eq(true))
        .filter(price_books::currency.eq(wanted.currency.code()))
        .filter(price_books::valid_from.is_null().or(price_books::valid_from.le(wanted.on)))
        .filter(price_books::valid_to.is_null().or(price_books::valid_to.ge(wanted.on)))
        .select((
            price_books::id,
            price_books::name,
            price_books::valid_from,
            price_book_entries::from_quantity,
            price_book_entries::unit_price,
        ))
        .load(conn)?;
    let best = rows.into_iter().max_by_key(|(id, _, since, from, _)| (wanted.book == Some(*id), *since, *id, *from));
    if let Some((_, name, _, from, minor)) = best {
        let from = match from {
            0 => name,
            from => format!("{name}, from {} units", locale.plain_decimal(from, 3)),
        };
        return Ok(Some(Offer { price: Money::new(minor, wanted.currency), from }));
    }
    let own = match super::get(conn, wanted.product) {
        Ok(product) => product.price.filter(|price| price.currency == wanted.currency),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    Ok(own.map(|price| Offer { price, from: "The product’s own list price".into() }))
}
