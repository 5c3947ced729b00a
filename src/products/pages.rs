//! The pages of products.

use super::{
    Product, bin,
    books::{self, Book, Tiers},
    form::ProductForm,
    list::{self, PRODUCTS, Row},
    store,
};
use crate::{
    db::types::ProductId,
    lists::{self, Request, Tab, Table},
    records::RecordRef,
    timeline::Stream,
    ui::{Flash, Page},
    web::{Answer, App, Fields, Manager, Query, SignedIn, conflict, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "products/index.html")]
struct ProductIndex {
    page: Page,
    table: Table,
    tabs: Vec<Tab>,
}

#[derive(Template)]
#[template(path = "products/show.html")]
struct ProductShow {
    page: Page,
    product: Product,
    /// What it costs in price books.
    books: Vec<(Book, Tiers)>,
    stream: Stream,
}

#[derive(Template)]
#[template(path = "products/form.html")]
struct ProductEdit {
    page: Page,
    /// `None` for a new one.
    product: Option<(ProductId, String, i64)>,
    form: ProductForm,
}

/// `GET /products`
pub async fn index(who: SignedIn, app: App, query: Query) -> Answer {
    let request = Request::parse(&PRODUCTS, &query);
    let (reader, asked, state) = (who.0.clone(), request.clone(), app.clone());
    let (slice, count, families) = app
        .db
        .read(move |conn| {
            let slice = store::fetch(conn, &asked, &reader)?;
            Ok((slice, lists::count(conn, &state, &PRODUCTS, &asked, &reader)?, store::families(conn)?))
        })
        .await?;
    let choices = HashMap::from([("family", families.into_iter().map(|name| (name.clone(), name)).collect())]);
    let views =
        [("All", String::new()), ("Offered", "active=yes".to_owned()), ("No longer offered", "active=no".to_owned())];
    let tabs = lists::tabs(&PRODUCTS, &request, &views);
    let table = Table::new(
        &PRODUCTS,
        "Products",
        &request,
        &who.0,
        slice,
        count,
        choices,
        |row: &Row, key| list::cell(&who.0, row, key),
        |row| (row.id.0, row.name.clone()),
    );
    page(&ProductIndex { page: who.0, table, tabs })
}

/// `GET /products.csv`
pub async fn export(who: SignedIn, app: App, query: Query) -> Answer {
    let request = Request::parse(&PRODUCTS, &query);
    Ok(lists::csv(app, who.0, &PRODUCTS, request, store::fetch, list::cell))
}

/// `GET /products/{id}`
pub async fn show(who: SignedIn, app: App, id: Path<ProductId>, query: Query) -> Answer {
    let (reader, id) = (who.0.clone(), *id);
    let template = app
        .db
        .read(move |conn| {
            let product = store::get(conn, id)?;
            let stream = Stream::load(conn, &reader, id.into(), &query)?;
            let books = books::of_product(conn, id)?;
            Ok(ProductShow { page: reader, product, books, stream })
        })
        .await?;
    page(&template)
}

/// `GET /products/new`
pub async fn new(who: Manager) -> Answer {
    let form = ProductForm::blank(&who.0);
    page(&ProductEdit { page: who.0, product: None, form })
}

/// What came of saving a form.
enum Outcome {
    Saved(ProductId),
    /// A product that has this name or code already.
    Taken(ProductId, String),
    /// Someone else saved in between: their version.
    Lost(Box<Product>),
}

/// `POST /products`
pub async fn create(who: Manager, app: App, fields: Fields) -> Answer {
    let mut form = ProductForm::read(&fields);
    let Some(input) = form.check(&who.0) else { return redraw(&ProductEdit { page: who.0, product: None, form }) };
    let (viewer, now) = (who.viewer.clone(), who.now);
    let outcome = app
        .db
        .write(move |conn| match store::same(conn, &input, None)? {
            Some((id, name)) => Ok(Outcome::Taken(id, name)),
            None => Ok(Outcome::Saved(store::create(conn, &viewer, &input, now)?)),
        })
        .await?;
    answer(who.0, None, form, outcome, "Product added")
}

/// `GET /products/{id}/edit`
pub async fn edit(who: Manager, app: App, id: Path<ProductId>) -> Answer {
    let id = *id;
    let product = app.db.read(move |conn| store::get(conn, id)).await?;
    let mut form = ProductForm::of(&product, &who.0);
    form.was = conflict::was(&form.entries());
    page(&ProductEdit { page: who.0, product: Some((id, product.name, product.version)), form })
}

/// `POST /products/{id}`
pub async fn update(who: Manager, app: App, id: Path<ProductId>, fields: Fields) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let fields = fields.resolved();
    let version = fields.version();
    let mut form = ProductForm::read(&fields);
    let checked = form.check(&who.0);
    let (name, outcome) = app
        .db
        .write(move |conn| {
            let product = store::get(conn, id)?;
            let name = product.name.clone();
            let Some(input) = checked else { return Ok((name, None)) };
            if product.version != version {
                return Ok((name, Some(Outcome::Lost(Box::new(product)))));
            }
            if let Some((other, taken)) = store::same(conn, &input, Some(id))? {
                return Ok((name, Some(Outcome::Taken(other, taken))));
            }
            if !store::update(conn, &viewer, &product, version, &input, now)? {
                return Ok((name, Some(Outcome::Lost(Box::new(store::get(conn, id)?)))));
            }
            Ok((name, Some(Outcome::Saved(id))))
        })
        .await?;
    let product = Some((id, name, version));
    match outcome {
        Some(outcome) => answer(who.0, product, form, outcome, "Product saved"),
        None => redraw(&ProductEdit { page: who.0, product, form }),
    }
}

/// The answer to a form that was understood.
fn answer(
    reader: Page,
    product: Option<(ProductId, String, i64)>,
    mut form: ProductForm,
    outcome: Outcome,
    done: &str,
) -> Answer {
    match outcome {
        Outcome::Saved(id) => Ok(see_other_with(RecordRef::from(id).url(), Flash::new(done))),
        Outcome::Taken(id, name) => {
            let sentence =
                format!("{name} (number {id}) has this name or code already: change that one, or name this otherwise.");
            form.errors.push(("name".into(), sentence));
            redraw(&ProductEdit { page: reader, product, form })
        }
        Outcome::Lost(theirs) => {
            let url = RecordRef::from(theirs.id).url();
            let (mine, other) = (form.entries(), ProductForm::of(&theirs, &reader).entries());
            conflict::answer(reader, &theirs.name, url.clone(), url, theirs.version, &form.was, mine, other)
        }
    }
}

/// `POST /products/{id}/deletion`
pub async fn destroy(who: Manager, app: App, id: Path<ProductId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let product = app.db.write(move |conn| bin::delete(conn, &viewer, id, now)).await?;
    let flash = Flash::new(format!("{} moved to the bin", product.name))
        .with_undo(format!("{}/restoration", RecordRef::from(id).url()));
    Ok(see_other_with("/products", flash))
}

/// `POST /products/{id}/restoration`
pub async fn restore(who: Manager, app: App, id: Path<ProductId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    app.db.write(move |conn| bin::restore(conn, &viewer, id, now)).await?;
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Product restored")))
}

/// `POST /products/{id}/erasure`
pub async fn erase(who: Manager, app: App, id: Path<ProductId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    app.db.write(move |conn| bin::erase(conn, &viewer, id, now)).await?;
    Ok(see_other_with("/bin", Flash::new("Erased for good")))
}
