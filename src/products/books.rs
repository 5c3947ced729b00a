//! Price books: what products cost in one currency, while it holds, from which quantity on.

use crate::{
    auth::Viewer,
    db::{
        Conn, dialect,
        schema::{price_book_entries, price_books, products},
        sql::Sql,
        types::fold,
        types::{Money, PriceBookId, ProductId},
    },
    error::{Error, Result},
    journal,
    ui::Locale,
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use iso_currency::Currency;
use std::cmp::Reverse;

/// A price book as a form gives it: already valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookInput {
    pub name: String,
    pub currency: Currency,
    /// The first day; `None` for since ever.
    pub valid_from: Option<NaiveDate>,
    /// The last day; `None` for until further notice.
    pub valid_to: Option<NaiveDate>,
    pub active: bool,
}

/// A price book.
#[derive(Clone, Debug)]
pub struct Book {
    pub id: PriceBookId,
    pub book: BookInput,
    pub version: i64,
}

impl Book {
    /// Whether its prices are offered on this day.
    pub fn holds(&self, on: NaiveDate) -> bool {
        let book = &self.book;
        book.active && book.valid_from.is_none_or(|day| day <= on) && book.valid_to.is_none_or(|day| on <= day)
    }

    /// "Holds", "From later on", "Over" or "Switched off", with the class of its mark.
    pub fn standing(&self, on: NaiveDate) -> (&'static str, &'static str) {
        match &self.book {
            book if !book.active => ("off", "Switched off"),
            book if book.valid_to.is_some_and(|day| day < on) => ("off", "Over"),
            book if book.valid_from.is_some_and(|day| day > on) => ("new", "Later"),
            _ => ("done", "Holds"),
        }
    }

    /// Whether both can hold on one day, for the same currency.
    pub fn overlaps(&self, other: &Book) -> bool {
        let (one, two) = (&self.book, &other.book);
        let begins_by =
            |from: Option<NaiveDate>, to: Option<NaiveDate>| from.zip(to).is_none_or(|(from, to)| from <= to);
        self.id != other.id
            && one.currency == two.currency
            && one.active
            && two.active
            && begins_by(one.valid_from, two.valid_to)
            && begins_by(two.valid_from, one.valid_to)
    }
}

/// A price in a book, from a quantity on.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: i64,
    pub product_id: ProductId,
    pub product: String,
    /// In thousandths; 0 is from the first.
    pub from: i64,
    pub price: Money,
}

type Row = (PriceBookId, String, String, Option<NaiveDate>, Option<NaiveDate>, bool, i64);
type Columns = (
    price_books::id,
    price_books::name,
    price_books::currency,
    price_books::valid_from,
    price_books::valid_to,
    price_books::active,
    price_books::version,
);
const COLUMNS: Columns = (
    price_books::id,
    price_books::name,
    price_books::currency,
    price_books::valid_from,
    price_books::valid_to,
    price_books::active,
    price_books::version,
);

fn read((id, name, code, valid_from, valid_to, active, version): Row) -> Result<Book> {
    let currency = Currency::from_code(&code)
        .ok_or_else(|| Error::internal(format!("price book {id} has the unknown currency {code}")))?;
    Ok(Book { id, book: BookInput { name, currency, valid_from, valid_to, active }, version })
}

/// Every price book, by currency, in the order in which they win: the one that began last first.
pub fn all(conn: &mut Conn) -> Result<Vec<Book>> {
    let rows: Vec<Row> = price_books::table.select(COLUMNS).limit(1000).load(conn)?;
    let mut books = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    books.sort_by_key(|b| (b.book.currency.code(), Reverse((b.book.valid_from, b.id))));
    Ok(books)
}

/// One of them.
///
/// # Errors
/// `Error::NotFound` when there is none such.
pub fn get(conn: &mut Conn, id: PriceBookId) -> Result<Book> {
    read(price_books::table.find(id).select(COLUMNS).first(conn)?)
}

/// Whether another book has this name already, however it is written.
pub fn is_taken(conn: &mut Conn, name: &str, but: Option<PriceBookId>) -> Result<bool> {
    let name = fold(name);
    Ok(all(conn)?.iter().any(|book| Some(book.id) != but && fold(&book.book.name) == name))
}

/// Makes a price book, without prices.
pub fn create(conn: &mut Conn, viewer: &Viewer, new: &BookInput, at: NaiveDateTime) -> Result<PriceBookId> {
    let id = diesel::insert_into(price_books::table)
        .values((
            price_books::name.eq(&new.name),
            price_books::currency.eq(new.currency.code()),
            price_books::valid_from.eq(new.valid_from),
            price_books::valid_to.eq(new.valid_to),
            price_books::active.eq(new.active),
            price_books::created_at.eq(at),
        ))
        .returning(price_books::id)
        .get_result(conn)?;
    journal::company_changed(conn, viewer, "Price book", None, Some(said(new)), at)?;
    Ok(id)
}

/// Saves over the version that was read. `Ok(false)` when someone else saved in between.
///
/// # Errors
/// `Error::Refused` when its currency changes under its prices.
pub fn update(
    conn: &mut Conn,
    viewer: &Viewer,
    before: &Book,
    version: i64,
    next: &BookInput,
    at: NaiveDateTime,
) -> Result<bool> {
    hold(conn, before.id)?;
    if next.currency != before.book.currency && !entries(conn, before)?.is_empty() {
        let code = before.book.currency.code();
        return Err(Error::Refused(format!("Its prices are in {code}: keep {code}, or make another price book.")));
    }
    let own = price_books::table.filter(price_books::id.eq(before.id)).filter(price_books::version.eq(version));
    let rows = diesel::update(own)
        .set((
            price_books::name.eq(&next.name),
            price_books::currency.eq(next.currency.code()),
            price_books::valid_from.eq(next.valid_from),
            price_books::valid_to.eq(next.valid_to),
            price_books::active.eq(next.active),
            price_books::version.eq(version + 1),
        ))
        .execute(conn)?;
    if rows == 1 && *next != before.book {
        journal::company_changed(conn, viewer, "Price book", Some(said(&before.book)), Some(said(next)), at)?;
    }
    Ok(rows == 1)
}

/// What the journal says of one: "Partner prices, EUR, 2026-01-01 to 2026-12-31".
fn said(book: &BookInput) -> String {
    let day = |day: Option<NaiveDate>| day.map_or("any day".to_owned(), |d| d.to_string());
    let off = if book.active { "" } else { ", switched off" };
    format!("{}, {}, {} to {}{off}", book.name, book.currency.code(), day(book.valid_from), day(book.valid_to))
}

/// Prices are in the book's currency, which stays while there are any.
fn hold(conn: &mut Conn, book: PriceBookId) -> Result<()> {
    Ok(dialect::hold(conn, &format!("price book {book}"))?)
}

/// The prices of a book, by product and quantity.
pub fn entries(conn: &mut Conn, book: &Book) -> Result<Vec<Entry>> {
    let rows: Vec<(i64, ProductId, String, i64, i64)> = price_book_entries::table
        .inner_join(products::table.on(products::id.eq(price_book_entries::product_id)))
        .filter(price_book_entries::book_id.eq(book.id))
        .filter(products::deleted_at.is_null())
        .order((products::name_folded, products::id, price_book_entries::from_quantity))
        .select((
            price_book_entries::id,
            products::id,
            products::name,
            price_book_entries::from_quantity,
            price_book_entries::unit_price,
        ))
        .limit(5000)
        .load(conn)?;
    let price = |minor| Money::new(minor, book.book.currency);
    Ok(rows
        .into_iter()
        .map(|(id, product_id, product, from, minor)| Entry { id, product_id, product, from, price: price(minor) })
        .collect())
}

/// How many products have a price in each book.
pub fn sizes(conn: &mut Conn) -> Result<Vec<(PriceBookId, i64)>> {
    let sql = Sql::new("SELECT book_id, count(DISTINCT product_id) FROM price_book_entries GROUP BY book_id");
    sql.load::<(BigInt, BigInt), _>(conn)
}

/// (from how many, in thousandths; price), the smallest quantity first.
pub type Tiers = Vec<(i64, Money)>;

/// What a product costs in each book that is switched on, in the order in which they win.
pub fn of_product(conn: &mut Conn, product: ProductId) -> Result<Vec<(Book, Tiers)>> {
    let rows: Vec<(PriceBookId, i64, i64)> = price_book_entries::table
        .filter(price_book_entries::product_id.eq(product))
        .order(price_book_entries::from_quantity)
        .select((price_book_entries::book_id, price_book_entries::from_quantity, price_book_entries::unit_price))
        .load(conn)?;
    let books = all(conn)?.into_iter().filter(|b| b.book.active).map(|book| {
        let own = rows.iter().filter(|(id, ..)| *id == book.id);
        let tiers: Tiers = own.map(|(_, from, minor)| (*from, Money::new(*minor, book.book.currency))).collect();
        (book, tiers)
    });
    Ok(books.filter(|(_, tiers)| !tiers.is_empty()).collect())
}

/// Sets what one costs from a quantity on (in thousandths). Gives what it was.
pub fn set_price(
    conn: &mut Conn,
    viewer: &Viewer,
    id: PriceBookId,
    (product, from): (ProductId, i64),
    minor: i64,
    at: NaiveDateTime,
) -> Result<Option<Money>> {
    hold(conn, id)?;
    let book = get(conn, id)?;
    let name = super::get(conn, product)?.name;
    let own = price_book_entries::table
        .filter(price_book_entries::book_id.eq(id))
        .filter(price_book_entries::product_id.eq(product))
        .filter(price_book_entries::from_quantity.eq(from));
    let before: Option<i64> = own.select(price_book_entries::unit_price).first(conn).optional()?;
    match before {
        Some(_) => diesel::update(own).set(price_book_entries::unit_price.eq(minor)).execute(conn)?,
        None => diesel::insert_into(price_book_entries::table)
            .values((
                price_book_entries::book_id.eq(id),
                price_book_entries::product_id.eq(product),
                price_book_entries::from_quantity.eq(from),
                price_book_entries::unit_price.eq(minor),
            ))
            .execute(conn)?,
    };
    tell(conn, viewer, &book, (&name, from), (before, Some(minor)), at)?;
    Ok(before.map(|minor| Money::new(minor, book.book.currency)))
}

/// Takes a price out of a book.
///
/// # Errors
/// `Error::NotFound` when it is not of this book.
pub fn remove_price(conn: &mut Conn, viewer: &Viewer, id: PriceBookId, entry: i64, at: NaiveDateTime) -> Result<Entry> {
    hold(conn, id)?;
    let book = get(conn, id)?;
    let gone = entries(conn, &book)?.into_iter().find(|e| e.id == entry).ok_or(Error::NotFound)?;
    diesel::delete(price_book_entries::table.find(entry)).execute(conn)?;
    tell(conn, viewer, &book, (&gone.product, gone.from), (Some(gone.price.minor), None), at)?;
    Ok(gone)
}

fn tell(
    conn: &mut Conn,
    viewer: &Viewer,
    book: &Book,
    (product, from): (&str, i64),
    (before, after): (Option<i64>, Option<i64>),
    at: NaiveDateTime,
) -> Result<()> {
    let shown = |minor: Option<i64>| {
        minor.map(|m| format!("{} {}", book.book.currency.code(), Money::new(m, book.book.currency).plain()))
    };
    let from = if from == 0 { String::new() } else { format!(" from {}", Locale::of("en-GB").plain_decimal(from, 3)) };
    let label = format!("{product}{from} in {}", book.book.name);
    journal::company_changed(conn, viewer, &label, shown(before), shown(after), at)
}
