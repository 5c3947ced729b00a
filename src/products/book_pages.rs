//! Price books as everyone reads them; an admin changes them in the settings.

use super::books::{self, Book, Entry};
use crate::{
    db::types::PriceBookId,
    ui::{Page, format},
    web::{Answer, App, SignedIn, page},
};
use actix_web::web::Path;
use askama::Template;
use chrono::NaiveDate;

#[derive(Template)]
#[template(path = "products/books.html")]
struct BookIndex {
    page: Page,
    books: Vec<Book>,
    today: NaiveDate,
}

#[derive(Template)]
#[template(path = "products/book.html")]
struct BookShow {
    page: Page,
    book: Book,
    entries: Vec<Entry>,
    today: NaiveDate,
}

/// The company's day, by which prices hold.
fn today(page: &Page) -> NaiveDate {
    format::local(page.now, page.directory.company.time_zone).date_naive()
}

/// "1 Jan 2027 to 31 Dec 2027", "from 1 Jan 2027", "always".
pub(super) fn days(page: &Page, book: &Book) -> String {
    match (book.book.valid_from, book.book.valid_to) {
        (None, None) => "always".into(),
        (Some(from), None) => format!("from {}", page.date(from)),
        (None, Some(to)) => format!("until {}", page.date(to)),
        (Some(from), Some(to)) => format!("{} to {}", page.date(from), page.date(to)),
    }
}

/// "the first", "10".
pub(super) fn quantity(page: &Page, from: i64) -> String {
    if from == 0 { "the first".into() } else { page.locale.plain_decimal(from, 3) }
}

/// `GET /price-books`
pub async fn index(who: SignedIn, app: App) -> Answer {
    let books = app.db.read(books::all).await?;
    page(&BookIndex { today: today(&who), page: who.0, books })
}

/// `GET /price-books/{id}`
pub async fn show(who: SignedIn, app: App, id: Path<PriceBookId>) -> Answer {
    let id = *id;
    let (book, entries) = app
        .db
        .read(move |conn| {
            let book = books::get(conn, id)?;
            let entries = books::entries(conn, &book)?;
            Ok((book, entries))
        })
        .await?;
    page(&BookShow { today: today(&who), page: who.0, book, entries })
}
