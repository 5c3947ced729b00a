//! Price books, as an admin keeps them.

use crate::{
    db::Conn,
    db::types::{Money, PriceBookId, ProductId, clean},
    error::{Error, Result},
    products::{
        self,
        books::{self, Book, BookInput, Entry},
    },
    ui::{Flash, Page, format},
    web::{Admin, Answer, App, Fields, conflict, conflict::Entry as Field, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;
use chrono::NaiveDate;
use iso_currency::Currency;

const URL: &str = "/settings/price-books";

#[derive(Template)]
#[template(path = "settings/price-books.html")]
struct BookIndex {
    page: Page,
    /// With the number of its products, and the one that wins over it while both hold.
    books: Vec<(Book, i64, Option<String>)>,
    today: NaiveDate,
}

#[derive(Template)]
#[template(path = "settings/price-book.html")]
struct BookEdit {
    page: Page,
    /// `None` for a new one.
    book: Option<Book>,
    form: BookForm,
    entries: Vec<Entry>,
    price: PriceForm,
    products: Vec<(ProductId, String)>,
}

impl BookIndex {
    fn days(&self, book: &Book) -> String {
        let day = |day: Option<NaiveDate>| day.map(|d| self.page.date(d));
        match (day(book.book.valid_from), day(book.book.valid_to)) {
            (None, None) => "always".into(),
            (Some(from), None) => format!("from {from}"),
            (None, Some(to)) => format!("until {to}"),
            (Some(from), Some(to)) => format!("{from} to {to}"),
        }
    }
}

impl BookEdit {
    fn quantity(&self, entry: &Entry) -> String {
        if entry.from == 0 { "the first".into() } else { self.page.locale.plain_decimal(entry.from, 3) }
    }

    fn options(&self) -> Vec<(String, String, bool)> {
        let chosen = |id: &ProductId| id.to_string() == self.price.product;
        let mut options = vec![(String::new(), "Choose one".to_owned(), self.price.product.is_empty())];
        options.extend(self.products.iter().map(|(id, name)| (id.to_string(), name.clone(), chosen(id))));
        options
    }
}

/// A book as typed.
#[derive(Default)]
struct BookForm {
    name: String,
    currency: String,
    valid_from: String,
    valid_to: String,
    active: bool,
    version: i64,
    /// The values that the form was first drawn with (`web::conflict::was`).
    was: String,
    errors: Vec<(String, String)>,
}

impl BookForm {
    fn of(book: &Book) -> Self {
        let day = |day: Option<NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
        let mut form = Self {
            name: book.book.name.clone(),
            currency: book.book.currency.code().into(),
            valid_from: day(book.book.valid_from),
            valid_to: day(book.book.valid_to),
            active: book.book.active,
            version: book.version,
            ..Self::default()
        };
        form.was = conflict::was(&form.entries());
        form
    }

    fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            name: own("name"),
            currency: own("currency"),
            valid_from: own("valid_from"),
            valid_to: own("valid_to"),
            active: fields.has("active"),
            version: fields.version(),
            was: own("was"),
            errors: Vec::new(),
        }
    }

    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    fn check(&mut self) -> Option<BookInput> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let mut wrong = |id: &str, sentence: &str| errors.push((id.to_owned(), sentence.to_owned()));
        let name = clean(&self.name);
        match &name {
            None => wrong("name", "Write a name, such as “Partner prices 2027”."),
            Some(name) if name.chars().count() > 120 => wrong("name", "The name is longer than 120 signs: shorten it."),
            Some(_) => {}
        }
        let currency = Currency::from_code(&self.currency.trim().to_uppercase());
        if currency.is_none() {
            wrong("currency", "Write the code of a currency, such as EUR.");
        }
        let mut day = |id: &str, typed: &str| match (typed.trim(), typed.trim().parse::<NaiveDate>()) {
            ("", _) => None,
            (_, Ok(day)) => Some(day),
            _ => {
                wrong(id, "This is no day of the calendar: write it like 2027-01-31.");
                None
            }
        };
        let (valid_from, valid_to) = (day("valid_from", &self.valid_from), day("valid_to", &self.valid_to));
        if valid_from.zip(valid_to).is_some_and(|(from, to)| to < from) {
            wrong("valid_to", "It ends before it begins: write a later day.");
        }
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        Some(BookInput { name: name?, currency: currency?, valid_from, valid_to, active: self.active })
    }

    /// Says so when another book has its name.
    async fn unlike_others(&mut self, app: &App, own: Option<PriceBookId>) -> Result<()> {
        let Some(name) = clean(&self.name) else { return Ok(()) };
        if app.db.read(move |conn| books::is_taken(conn, &name, own)).await? {
            self.errors.push(("name".into(), "Another price book has this name: choose a different one.".into()));
        }
        Ok(())
    }

    /// Every field with its label, for comparing two versions.
    fn entries(&self) -> Vec<Field> {
        vec![
            Field::new("name", "Name", &self.name),
            Field::new("currency", "Currency", &self.currency),
            Field::new("valid_from", "First day", &self.valid_from),
            Field::new("valid_to", "Last day", &self.valid_to),
            Field::tick("active", "Offered to deals", self.active),
        ]
    }
}

/// A price as typed.
#[derive(Default)]
struct PriceForm {
    product: String,
    from: String,
    price: String,
    errors: Vec<(String, String)>,
}

impl PriceForm {
    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    /// The product, the quantity from which on, and the price.
    fn check(&mut self, page: &Page, currency: Currency) -> Option<(ProductId, i64, i64)> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let mut wrong = |id: &str, sentence: String| errors.push((id.to_owned(), sentence));
        let product = self.product.parse().ok().map(ProductId);
        if product.is_none() {
            wrong("product", "Choose the product that has this price.".into());
        }
        let from = if self.from.trim().is_empty() { Ok(0) } else { page.locale.decimal(&self.from, 3) };
        let from = from.ok().filter(|q| (0..=1_000_000_000_000).contains(q));
        if from.is_none() {
            wrong("from", "From how many? Write a number, with at most three decimals, or nothing.".into());
        }
        let mut price = None;
        match page.locale.amount(&self.price, currency) {
            _ if self.price.trim().is_empty() => {
                wrong("price", "What does one cost? Write a price; 0 is free of charge.".into());
            }
            Ok(money) if money.minor < 0 => wrong("price", "A price is zero or more: take the minus away.".into()),
            Ok(Money { minor, .. }) => price = Some(minor),
            Err(sentence) => wrong("price", sentence),
        }
        self.errors = errors;
        if self.errors.is_empty() { Some((product?, from?, price?)) } else { None }
    }
}

/// `GET /settings/price-books`
pub async fn index(who: Admin, app: App) -> Answer {
    let (books, sizes) = app.db.read(|conn| Ok((books::all(conn)?, books::sizes(conn)?))).await?;
    let today = format::local(who.now, who.directory.company.time_zone).date_naive();
    // They stand in the order in which they win. What is over wins over nothing; what holds now is named first.
    let winner = |at: usize| {
        let over = |book: &Book| book.book.valid_to.is_some_and(|day| day < today);
        let better = books[..at].iter().filter(|b| b.overlaps(&books[at]) && !over(b));
        better.max_by_key(|b| b.holds(today)).map(|b| b.book.name.clone())
    };
    let size = |book: &Book| sizes.iter().find(|(id, _)| *id == book.id).map_or(0, |(_, size)| *size);
    let rows = books.iter().enumerate().map(|(at, book)| (book.clone(), size(book), winner(at))).collect();
    page(&BookIndex { page: who.0, books: rows, today })
}

/// `GET /settings/price-books/new`
pub async fn new(who: Admin) -> Answer {
    let form = BookForm { currency: who.currency().code().into(), active: true, ..BookForm::default() };
    page(&blank(who.0, form))
}

fn blank(page: Page, form: BookForm) -> BookEdit {
    BookEdit { page, book: None, form, entries: Vec::new(), price: PriceForm::default(), products: Vec::new() }
}

/// `POST /settings/price-books`
pub async fn create(who: Admin, app: App, fields: Fields) -> Answer {
    let mut form = BookForm::read(&fields);
    let input = form.check();
    form.unlike_others(&app, None).await?;
    let Some(input) = input.filter(|_| form.errors.is_empty()) else { return redraw(&blank(who.0, form)) };
    let (viewer, now) = (who.viewer.clone(), who.now);
    let (id, beside) = app
        .db
        .write(move |conn| {
            let id = books::create(conn, &viewer, &input, now)?;
            Ok((id, beside(conn, id)?))
        })
        .await?;
    Ok(see_other_with(format!("{URL}/{id}"), Flash::new(format!("Price book added. Now give it prices{beside}"))))
}

/// What an admin has to know of a book that holds beside others: "; it overlaps Partners 2027: the list says which wins".
fn beside(conn: &mut Conn, id: PriceBookId) -> Result<String> {
    let all = books::all(conn)?;
    let Some(book) = all.iter().find(|book| book.id == id) else { return Ok(String::new()) };
    let others: Vec<&str> = all.iter().filter(|b| b.overlaps(book)).map(|b| b.book.name.as_str()).take(3).collect();
    if others.is_empty() {
        return Ok(String::new());
    }
    Ok(format!(". It overlaps {}: the list of price books says which one wins", others.join(", ")))
}

async fn loaded(page: Page, app: &App, id: PriceBookId) -> Result<BookEdit> {
    let (book, entries, products) = app
        .db
        .read(move |conn| {
            let book = books::get(conn, id)?;
            let entries = books::entries(conn, &book)?;
            Ok((book, entries, products::options(conn)?))
        })
        .await?;
    let form = BookForm::of(&book);
    Ok(BookEdit { page, book: Some(book), form, entries, price: PriceForm::default(), products })
}

/// `GET /settings/price-books/{id}`
pub async fn edit(who: Admin, app: App, id: Path<PriceBookId>) -> Answer {
    page(&loaded(who.0, &app, *id).await?)
}

/// `POST /settings/price-books/{id}`
pub async fn update(who: Admin, app: App, id: Path<PriceBookId>, fields: Fields) -> Answer {
    let fields = fields.resolved();
    let (viewer, now, id) = (who.viewer.clone(), who.now, *id);
    let mut template = loaded(who.0, &app, id).await?;
    template.form = BookForm::read(&fields);
    let input = template.form.check();
    template.form.unlike_others(&app, Some(id)).await?;
    let Some(input) = input.filter(|_| template.form.errors.is_empty()) else { return redraw(&template) };
    let version = template.form.version;
    let saved = app
        .db
        .write(move |conn| {
            let before = books::get(conn, id)?;
            let saved = books::update(conn, &viewer, &before, version, &input, now)?;
            Ok((before, saved, beside(conn, id)?))
        })
        .await;
    match saved {
        Ok((_, true, beside)) => Ok(see_other_with(URL, Flash::new(format!("Price book saved{beside}")))),
        Ok((theirs, false, _)) => {
            let (mine, other) = (template.form.entries(), BookForm::of(&theirs).entries());
            let (title, was) = (theirs.book.name.clone(), template.form.was);
            conflict::answer(
                template.page,
                &title,
                format!("{URL}/{id}"),
                URL.into(),
                theirs.version,
                &was,
                mine,
                other,
            )
        }
        Err(Error::Refused(sentence)) => {
            template.form.errors.push(("currency".into(), sentence));
            redraw(&template)
        }
        Err(error) => Err(error),
    }
}

/// `POST /settings/price-books/{id}/prices`
pub async fn set_price(who: Admin, app: App, id: Path<PriceBookId>, fields: Fields) -> Answer {
    let (viewer, now, id) = (who.viewer.clone(), who.now, *id);
    let mut template = loaded(who.0, &app, id).await?;
    let own = |name: &str| fields.one(name).to_owned();
    template.price = PriceForm { product: own("product"), from: own("from"), price: own("price"), errors: Vec::new() };
    let currency = template.book.as_ref().map_or(template.page.currency(), |b| b.book.currency);
    let Some((product, from, minor)) = template.price.check(&template.page, currency) else {
        return redraw(&template);
    };
    let saved = app.db.write(move |conn| books::set_price(conn, &viewer, id, (product, from), minor, now)).await;
    match saved {
        Ok(before) => {
            let said = match before.filter(|money| money.minor != minor) {
                Some(before) => format!("Price saved. It was {} before", template.page.money(before)),
                None => "Price saved".to_owned(),
            };
            Ok(see_other_with(format!("{URL}/{id}"), Flash::new(said)))
        }
        Err(Error::NotFound) => {
            template.price.errors.push(("product".into(), "That product is gone: choose another one.".into()));
            redraw(&template)
        }
        Err(error) => Err(error),
    }
}

/// `POST /settings/price-books/{id}/prices/{price}/deletion`
pub async fn remove_price(who: Admin, app: App, ids: Path<(PriceBookId, i64)>) -> Answer {
    let (viewer, now, (id, entry)) = (who.viewer.clone(), who.now, *ids);
    let gone = app.db.write(move |conn| books::remove_price(conn, &viewer, id, entry, now)).await?;
    let said = format!("Price of {} taken out", gone.product);
    Ok(see_other_with(format!("{URL}/{id}"), Flash::new(said)))
}
