//! The lines of a deal: adding, changing, ordering and removing them, and whether the amount follows.

use super::super::{
    form::{amount, error},
    items::{self, Item, LineInput},
    prices,
    store::{self, Deal},
};
use crate::{
    db::types::{DealId, Money, PriceBookId, ProductId, clean},
    error::Error,
    products::{
        self, Billing,
        line::{Discount, WHOLE},
        offer::Offer,
    },
    records::RecordRef,
    ui::{Flash, Page, date},
    web::{Answer, App, Fields, Rep, page, redraw, see_other, see_other_with},
};
use actix_web::web::Path;
use askama::Template;

#[derive(Template)]
#[template(path = "deals/product.html")]
struct DealProduct {
    page: Page,
    deal: Deal,
    /// `None` for a new one.
    item: Option<i64>,
    form: LineForm,
    products: Vec<(ProductId, String)>,
    /// What the price lists say of the product in this quantity.
    offer: Option<Offer>,
}

impl DealProduct {
    /// Where the price of the form stands to that of the lists.
    fn priced(&self) -> String {
        let code = self.deal.currency.code();
        match (&self.offer, self.form.product_id()) {
            (Some(offer), _) => {
                let shown = self.page.money(offer.price);
                let typed = amount(&self.page, &self.form.price, self.deal.currency).ok().flatten();
                let hand = typed.is_some_and(|minor| minor != offer.price.minor);
                format!("{}{}: {shown}.", if hand { "Written by hand. " } else { "" }, offer.from)
            }
            (None, Some(_)) => format!(
                "No price list has this product in {code}, in this quantity: write a price, or leave it to be agreed."
            ),
            (None, None) => String::new(),
        }
    }
}

/// As typed.
#[derive(Default)]
struct LineForm {
    product: String,
    description: String,
    quantity: String,
    price: String,
    discount: String,
    discount_in: String,
    tax: String,
    billing: String,
    periods: String,
    starts_on: String,
    /// The mark of the line that the form was drawn from; empty for a new one.
    seen: String,
    errors: Vec<(String, String)>,
}

impl LineForm {
    fn of(item: &Item, page: &Page) -> Self {
        let line = &item.line;
        let decimal = |number, places| page.locale.plain_decimal(number, places);
        let money = |minor| page.locale.plain_amount(Money::new(minor, item.currency));
        let (discount, discount_in) = match line.discount {
            Discount::None => (String::new(), "percent"),
            Discount::Percent(percent) => (decimal(percent, 2), "percent"),
            Discount::Amount(minor) => (money(minor), "amount"),
        };
        Self {
            product: line.product_id.map(|id| id.to_string()).unwrap_or_default(),
            description: line.description.clone(),
            quantity: decimal(line.quantity, 3),
            price: line.unit_price.map(money).unwrap_or_default(),
            discount,
            discount_in: discount_in.into(),
            tax: decimal(line.tax_rate, 2),
            billing: line.billing.text().into(),
            periods: if line.billing == Billing::Once { String::new() } else { line.periods.to_string() },
            starts_on: line.starts_on.map(|d| d.to_string()).unwrap_or_default(),
            seen: line.mark(),
            errors: Vec::new(),
        }
    }

    fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            product: own("product"),
            description: own("description"),
            quantity: own("quantity"),
            price: own("price"),
            discount: own("discount"),
            discount_in: own("discount_in"),
            tax: own("tax"),
            billing: own("billing"),
            periods: own("periods"),
            starts_on: own("starts_on"),
            seen: own("seen"),
            errors: Vec::new(),
        }
    }

    fn error(&self, id: &str) -> &str {
        error(&self.errors, id)
    }

    fn product_id(&self) -> Option<ProductId> {
        self.product.parse().ok().map(ProductId)
    }

    fn products(&self, known: &[(ProductId, String)]) -> Vec<(String, String, bool)> {
        let mut options = vec![(String::new(), "No product, the text says it".to_owned(), self.product.is_empty())];
        options.extend(known.iter().map(|(id, name)| (id.to_string(), name.clone(), id.to_string() == self.product)));
        options
    }

    fn billings(&self, new: bool) -> Vec<(String, String, bool)> {
        let mut options = Vec::new();
        if new {
            options.push((String::new(), "As the product".to_owned(), self.billing.is_empty()));
        }
        let known = Billing::choices().into_iter();
        options.extend(known.map(|(value, label)| (value.clone(), label, value == self.billing)));
        options
    }

    fn discount_kinds(&self, deal: &Deal) -> Vec<(String, String, bool)> {
        let amount = self.discount_in == "amount";
        vec![("percent".into(), "%".into(), !amount), ("amount".into(), deal.currency.code().into(), amount)]
    }

    /// The line that is meant. What a new one leaves empty, its product and the price lists say.
    fn check(
        &mut self,
        page: &Page,
        deal: &Deal,
        product: Option<&products::Product>,
        offered: Option<i64>,
    ) -> Option<LineInput> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let mut wrong = |id: &str, sentence: String| errors.push((id.to_owned(), sentence));
        let product_id = self.product_id();
        let description = clean(&self.description).unwrap_or_default();
        if product_id.is_none() && description.is_empty() {
            wrong("product", "Choose the product that is sold, or write what it is.".into());
        }
        if description.chars().count() > 500 {
            wrong("description", "The text is longer than 500 signs: shorten it.".into());
        }
        let quantity = page.locale.decimal(&self.quantity, 3).unwrap_or(0);
        if !(1..=1_000_000_000_000).contains(&quantity) {
            wrong("quantity", "How many? Write a number above zero, with at most three decimals.".into());
        }
        let mut unit_price = amount(page, &self.price, deal.currency).unwrap_or_else(|sentence| {
            wrong("price", sentence);
            None
        });
        if self.price.trim().is_empty() {
            unit_price = offered;
        }
        let mut rate = |id: &str, typed: &str, what: &str| match clean(typed.trim().trim_end_matches('%')) {
            None => None,
            Some(typed) => match page.locale.decimal(&typed, 2) {
                Ok(percent) if (0..=WHOLE).contains(&percent) => Some(percent),
                Ok(percent) if percent > WHOLE => {
                    wrong(id, format!("{what} is at most 100 %."));
                    None
                }
                Ok(_) => {
                    wrong(id, format!("{what} is not below zero."));
                    None
                }
                Err(sentence) => {
                    wrong(id, sentence);
                    None
                }
            },
        };
        let tax = rate("tax", &self.tax, "A tax");
        let percent = if self.discount_in == "amount" { None } else { rate("discount", &self.discount, "A discount") };
        let discount = if self.discount_in == "amount" {
            amount(page, &self.discount, deal.currency)
                .unwrap_or_else(|sentence| {
                    wrong("discount", sentence);
                    None
                })
                .map_or(Discount::None, Discount::Amount)
        } else {
            percent.map_or(Discount::None, Discount::Percent)
        };
        let billing = Billing::parse(&self.billing).or(product.map(|p| p.billing)).unwrap_or(Billing::Once);
        let periods = match (billing, self.periods.trim()) {
            (Billing::Once, _) => 1,
            // Nothing said is a year.
            (billing, "") => billing.per_year(),
            (_, typed) => typed.parse().unwrap_or(0),
        };
        if !(1..=1200).contains(&periods) {
            wrong("periods", "For how many periods? Write a whole number from 1 to 1200.".into());
        }
        let starts_on = date(&self.starts_on).unwrap_or_else(|sentence| {
            wrong("starts_on", sentence);
            None
        });
        let line = LineInput {
            product_id,
            description,
            quantity,
            unit_price,
            discount,
            tax_rate: tax.or(product.and_then(|p| p.tax_rate)).unwrap_or(0),
            billing,
            periods,
            starts_on,
        };
        if errors.is_empty()
            && let Err(sentence) = line.sums()
        {
            let id = if sentence == products::line::TOO_MUCH { "price" } else { "discount" };
            errors.push((id.into(), sentence));
        }
        self.errors = errors;
        self.errors.is_empty().then_some(line)
    }
}

/// `GET /deals/{id}/products/new`
pub async fn new(who: Rep, app: App, id: Path<DealId>) -> Answer {
    let form = LineForm { quantity: "1".into(), ..LineForm::default() };
    page(&drawn(who.0, &app, *id, None, form).await?)
}

/// `POST /deals/{id}/products`
pub async fn create(who: Rep, app: App, id: Path<DealId>, fields: Fields) -> Answer {
    save(who, app, *id, None, fields).await
}

/// `GET /deals/{id}/products/{item}/edit`
pub async fn edit(who: Rep, app: App, ids: Path<(DealId, i64)>) -> Answer {
    let (viewer, (id, item)) = (who.viewer.clone(), *ids);
    let held = app
        .db
        .read(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            items::find(conn, &deal, item)
        })
        .await?;
    let form = LineForm::of(&held, &who.0);
    page(&drawn(who.0, &app, id, Some(item), form).await?)
}

/// `POST /deals/{id}/products/{item}`
pub async fn update(who: Rep, app: App, ids: Path<(DealId, i64)>, fields: Fields) -> Answer {
    let (id, item) = *ids;
    save(who, app, id, Some(item), fields).await
}

async fn save(who: Rep, app: App, id: DealId, item: Option<i64>, fields: Fields) -> Answer {
    let (viewer, now) = (who.viewer.clone(), who.now);
    let mut template = drawn(who.0, &app, id, item, LineForm::read(&fields)).await?;
    if fields.has("fill") {
        // Nothing is saved yet: the price of the list is filled in, to be looked at.
        if let Some(offer) = &template.offer {
            template.form.price = template.page.locale.plain_amount(offer.price);
        }
        return page(&template);
    }
    let product = match (item, template.form.product_id()) {
        // Only a new line begins with what its product says.
        (None, Some(asked)) => {
            app.db
                .read(move |conn| match products::get(conn, asked) {
                    Ok(product) => Ok(Some(product)),
                    // Refused when it is saved.
                    Err(Error::NotFound) => Ok(None),
                    Err(error) => Err(error),
                })
                .await?
        }
        _ => None,
    };
    let offered = template.offer.as_ref().filter(|_| item.is_none()).map(|o| o.price.minor);
    let Some(line) = template.form.check(&template.page, &template.deal, product.as_ref(), offered) else {
        return redraw(&template);
    };
    let price = line.unit_price;
    let listed = template.offer.as_ref().filter(|o| Some(o.price.minor) == price && item.is_none());
    let listed = listed.map(|o| o.from.clone());
    let (reader, seen) = (viewer.clone(), template.form.seen.clone());
    let saved = app
        .db
        .write(move |conn| match item {
            Some(item) => items::update_item(conn, &viewer, id, item, &seen, &line, now),
            None => items::add_item(conn, &viewer, id, &line, now).map(|_| ()),
        })
        .await;
    match saved {
        Ok(()) => {
            let done = if item.is_some() { "Product saved" } else { "Product added to the deal" };
            let said = match price {
                Some(0) => format!("{done}, free of charge"),
                Some(_) => listed.map_or(done.to_owned(), |from| format!("{done}. Price: {from}")),
                None => format!("{done}. It has no price in {} yet: write one", template.deal.currency.code()),
            };
            Ok(see_other_with(RecordRef::from(id).url(), Flash::new(said)))
        }
        Err(Error::Refused(sentence)) => {
            template.form.errors.push(("product".into(), sentence));
            if let Some(item) = item {
                // Who saves again has read what it is now.
                let now_held = app
                    .db
                    .read(move |conn| {
                        let deal = store::get(conn, &reader, id)?;
                        items::find(conn, &deal, item)
                    })
                    .await?;
                template.form.seen = now_held.line.mark();
            }
            redraw(&template)
        }
        Err(error) => Err(error),
    }
}

/// `POST /deals/{id}/products/{item}/copy`
pub async fn copy(who: Rep, app: App, ids: Path<(DealId, i64)>) -> Answer {
    let (viewer, (id, item), now) = (who.viewer.clone(), *ids, who.now);
    app.db
        .write(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            let line = items::find(conn, &deal, item)?.line;
            items::add_item(conn, &viewer, id, &line, now)
        })
        .await?;
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Line copied")))
}

/// `POST /deals/{id}/products/{item}/position`
pub async fn place(who: Rep, app: App, ids: Path<(DealId, i64)>, fields: Fields) -> Answer {
    let (viewer, (id, item), up) = (who.viewer.clone(), *ids, fields.one("to") == "up");
    app.db.write(move |conn| items::move_item(conn, &viewer, id, item, up)).await?;
    Ok(see_other(format!("{}#products", RecordRef::from(id).url())))
}

/// `POST /deals/{id}/products/{item}/deletion`
pub async fn destroy(who: Rep, app: App, ids: Path<(DealId, i64)>) -> Answer {
    let (viewer, (id, item), now) = (who.viewer.clone(), *ids, who.now);
    app.db.write(move |conn| items::remove_item(conn, &viewer, id, item, now)).await?;
    let url = RecordRef::from(id).url();
    let flash = Flash::new("Product taken out of the deal").with_undo(format!("{url}/products/{item}/restoration"));
    Ok(see_other_with(url, flash))
}

/// `POST /deals/{id}/products/{item}/restoration`
pub async fn restore(who: Rep, app: App, ids: Path<(DealId, i64)>) -> Answer {
    let (viewer, (id, item), now) = (who.viewer.clone(), *ids, who.now);
    app.db.write(move |conn| items::restore_item(conn, &viewer, id, item, now)).await?;
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new("Product is back in the deal")))
}

/// `POST /deals/{id}/amount`
pub async fn lock(who: Rep, app: App, id: Path<DealId>, fields: Fields) -> Answer {
    let (viewer, id, now, locked) = (who.viewer.clone(), *id, who.now, fields.one("locked") == "yes");
    app.db.write(move |conn| items::lock_amount(conn, &viewer, id, locked, now)).await?;
    let said = if locked { "The amount stays as it is" } else { "The amount follows the products" };
    Ok(see_other_with(RecordRef::from(id).url(), Flash::new(said)))
}

/// `POST /deals/{id}/price-book`
pub async fn choose_book(who: Rep, app: App, id: Path<DealId>, fields: Fields) -> Answer {
    let (viewer, id, now, book) = (who.viewer.clone(), *id, who.now, fields.id("price_book").map(PriceBookId));
    app.db.write(move |conn| prices::choose(conn, &viewer, id, book, now)).await?;
    let said = if book.is_some() { "Price book chosen" } else { "The newest price book that holds is used" };
    Ok(see_other_with(format!("{}#products", RecordRef::from(id).url()), Flash::new(said)))
}

async fn drawn(reader: Page, app: &App, id: DealId, item: Option<i64>, form: LineForm) -> Result<DealProduct, Error> {
    let viewer = reader.viewer.clone();
    let (asked, page) = (form.product_id(), reader.clone());
    let quantity = reader.locale.decimal(&form.quantity, 3).ok().filter(|q| *q > 0);
    let (deal, products, offer) = app
        .db
        .read(move |conn| {
            let deal = store::get(conn, &viewer, id)?;
            let offer = match asked.zip(quantity) {
                Some((product, quantity)) => prices::offer(conn, &deal, product, quantity, &page)?,
                None => None,
            };
            let mut known = products::options(conn)?;
            if let Some(item) = item {
                // What is no longer offered may stay where it is.
                let held = items::find(conn, &deal, item)?;
                if let Some(product) = held.line.product_id.filter(|p| !known.iter().any(|(id, _)| id == p)) {
                    known.push((product, held.name));
                }
            }
            Ok((deal, known, offer))
        })
        .await?;
    Ok(DealProduct { page: reader, deal, item, form, products, offer })
}
