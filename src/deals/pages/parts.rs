//! Adding people and products to a deal, and taking them out.

use super::super::{
    form::{amount, error},
    parts::{self, Candidate},
    store::{self, Deal},
};
use crate::{
    db::types::{ContactId, DealId, ProductId, clean},
    error::Error,
    products,
    records::RecordRef,
    ui::{Avatar, Flash, Page},
    web::{Answer, App, Fields, Query, Rep, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;

#[derive(Template)]
#[template(path = "deals/people.html")]
struct DealPeople {
    page: Page,
    deal: Deal,
    query: String,
    found: Vec<Candidate>,
    /// Why nobody was added.
    error: Option<&'static str>,
}

impl DealPeople {
    fn face(&self, person: &Candidate) -> Avatar {
        Avatar::person(person.id.0, &person.name)
    }
}

#[derive(Template)]
#[template(path = "deals/product.html")]
struct DealProduct {
    page: Page,
    deal: Deal,
    form: ProductForm,
    products: Vec<(ProductId, String)>,
}

/// Roles to offer while one is typed.
pub fn roles() -> [&'static str; 7] {
    parts::ROLES
}

/// As typed.
#[derive(Default)]
struct ProductForm {
    product: String,
    quantity: String,
    price: String,
    errors: Vec<(String, String)>,
}

impl ProductForm {
    fn error(&self, id: &str) -> &str {
        error(&self.errors, id)
    }

    fn products(&self, known: &[(ProductId, String)]) -> Vec<(String, String, bool)> {
        let mut options = vec![(String::new(), "Choose one".to_owned(), self.product.is_empty())];
        options.extend(known.iter().map(|(id, name)| (id.to_string(), name.clone(), id.to_string() == self.product)));
        options
    }

    /// Product, quantity and price of one in minor units of the deal's currency.
    fn check(&mut self, page: &Page, deal: &Deal) -> Option<(ProductId, i64, Option<i64>)> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let product = self.product.parse().ok().map(ProductId);
        if product.is_none() {
            errors.push(("product".into(), "Choose the product that is sold.".into()));
        }
        let quantity: i64 = self.quantity.trim().parse().unwrap_or(0);
        if !(1..=1_000_000_000).contains(&quantity) {
            errors.push(("quantity".into(), "How many? Write a whole number of one or more.".into()));
        }
        let price = amount(page, &self.price, deal.currency).unwrap_or_else(|sentence| {
            errors.push(("price".into(), sentence));
            None
        });
        if price.is_some_and(|price| parts::total(quantity, price).is_none()) {
            errors.push(("price".into(), parts::TOO_MUCH.into()));
        }
        self.errors = errors;
        self.errors.is_empty().then_some((product?, quantity, price))
    }
}

/// `GET /deals/{id}/people/new`
pub async fn new_person(who: Rep, app: App, id: Path<DealId>, query: Query) -> Answer {
    page(&found(who.0, &app, *id, query.one("q").to_owned(), None).await?)
}

/// `POST /deals/{id}/people`
pub async fn create_person(who: Rep, app: App, id: Path<DealId>, fields: Fields) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let contact = fields.id("contact").map(ContactId).ok_or(Error::NotFound)?;
    let role: String = clean(fields.one("role")).unwrap_or_default().chars().take(60).collect();
    let added = app
        .db
        .write(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            match parts::add_person(conn, &viewer, &deal, contact, &role, now) {
                Ok(()) => Ok(true),
                Err(Error::NotFound) => Ok(false),
                Err(error) => Err(error),
            }
        })
        .await?;
    if !added {
        let gone = "That contact is gone: choose another one.";
        return redraw(&found(who.0, &app, id, String::new(), Some(gone)).await?);
    }
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Person added to the deal")))
}

/// `POST /deals/{id}/people/{contact}/deletion`
pub async fn destroy_person(who: Rep, app: App, ids: Path<(DealId, ContactId)>) -> Answer {
    let (viewer, (id, contact), now) = (who.viewer.clone(), *ids, who.now);
    app.db
        .write(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            parts::remove_person(conn, &viewer, &deal, contact, now)
        })
        .await?;
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Person taken out of the deal")))
}

/// `GET /deals/{id}/products/new`
pub async fn new_product(who: Rep, app: App, id: Path<DealId>) -> Answer {
    let form = ProductForm { quantity: "1".into(), ..ProductForm::default() };
    page(&drawn(who.0, &app, *id, form).await?)
}

/// `POST /deals/{id}/products`
pub async fn create_product(who: Rep, app: App, id: Path<DealId>, fields: Fields) -> Answer {
    let own = |name: &str| fields.one(name).to_owned();
    let form =
        ProductForm { product: own("product"), quantity: own("quantity"), price: own("price"), errors: Vec::new() };
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let mut template = drawn(who.0, &app, id, form).await?;
    let Some((product, quantity, price)) = template.form.check(&template.page, &template.deal) else {
        return redraw(&template);
    };
    let added = app
        .db
        .write(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            let listed = match products::get(conn, product) {
                Ok(product) => product.price.filter(|p| p.currency == deal.currency),
                // Refused below.
                Err(Error::NotFound) => None,
                Err(error) => return Err(error),
            };
            let price = price.or(listed.map(|p| p.minor));
            parts::add_item(conn, &viewer, &deal, product, quantity, price, now)
        })
        .await;
    match added {
        Ok(()) => Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Product added to the deal"))),
        Err(Error::Refused(sentence)) => {
            template.form.errors.push(("product".into(), sentence));
            redraw(&template)
        }
        Err(error) => Err(error),
    }
}

/// `POST /deals/{id}/products/{item}/deletion`
pub async fn destroy_product(who: Rep, app: App, ids: Path<(DealId, i64)>) -> Answer {
    let (viewer, (id, item), now) = (who.viewer.clone(), *ids, who.now);
    app.db
        .write(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            parts::remove_item(conn, &viewer, &deal, item, now)
        })
        .await?;
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Product taken out of the deal")))
}

async fn found(
    reader: Page,
    app: &App,
    id: DealId,
    query: String,
    error: Option<&'static str>,
) -> Result<DealPeople, Error> {
    let (viewer, asked) = (reader.viewer.clone(), query.clone());
    let (deal, found) = app
        .db
        .read(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            let found = parts::candidates(conn, &viewer, &deal, &asked, 25)?;
            Ok((deal, found))
        })
        .await?;
    Ok(DealPeople { page: reader, deal, query, found, error })
}

async fn drawn(reader: Page, app: &App, id: DealId, form: ProductForm) -> Result<DealProduct, Error> {
    let viewer = reader.viewer.clone();
    let (deal, products) =
        app.db.read(move |conn| Ok((store::get(conn, &viewer, id)?, products::options(conn)?))).await?;
    Ok(DealProduct { page: reader, deal, form, products })
}
