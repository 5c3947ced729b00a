//! Products in the database.

pub use super::list::Row;
use super::{Billing, list};
use crate::{
    auth::Viewer,
    db::{
        Conn, dialect,
        schema::products,
        types::{Money, ProductId, fold, match_key},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
    lists::{self, Request, Slice},
    search,
    ui::{Locale, Page},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use iso_currency::Currency;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = products)]
struct Base {
    id: ProductId,
    name: String,
    code: Option<String>,
    family: Option<String>,
    unit: String,
    price: Option<i64>,
    currency: String,
    active: bool,
    description: String,
    created_at: NaiveDateTime,
    deleted_at: Option<NaiveDateTime>,
    version: i64,
    billing: Billing,
    tax_rate: Option<i64>,
}

/// A product with everything its own page and form show.
#[derive(Clone, Debug)]
pub struct Product {
    pub id: ProductId,
    pub name: String,
    /// The seller's own number for it (SKU).
    pub code: Option<String>,
    /// The group of products it belongs to.
    pub family: Option<String>,
    /// What one of it is: "licence", "hour"; empty for a piece.
    pub unit: String,
    /// List price of one unit.
    pub price: Option<Money>,
    /// Of the price, also while there is none.
    pub currency: Currency,
    /// Offered to new deals.
    pub active: bool,
    pub description: String,
    pub created_at: NaiveDateTime,
    pub deleted_at: Option<NaiveDateTime>,
    pub version: i64,
    /// Whether the price is paid once or again and again.
    pub billing: Billing,
    /// Of new lines, in hundredths of a percent.
    pub tax_rate: Option<i64>,
}

/// What a form or an import gives: already valid.
#[derive(Clone, Debug)]
pub struct Input {
    pub name: String,
    pub code: Option<String>,
    pub family: Option<String>,
    pub unit: String,
    pub price: Option<Money>,
    pub currency: Currency,
    pub active: bool,
    pub description: String,
    pub billing: Billing,
    /// In hundredths of a percent.
    pub tax_rate: Option<i64>,
}

impl From<Product> for Input {
    /// The product as it is, to change some of it.
    fn from(product: Product) -> Self {
        Self {
            name: product.name,
            code: product.code,
            family: product.family,
            unit: product.unit,
            price: product.price,
            currency: product.currency,
            active: product.active,
            description: product.description,
            billing: product.billing,
            tax_rate: product.tax_rate,
        }
    }
}

/// One page of the list.
pub fn fetch(conn: &mut Conn, request: &Request, page: &Page) -> Result<Slice<Row>> {
    lists::fetch::<list::SelectTypes, Row>(conn, &list::PRODUCTS, request, page, list::SELECT)
}

/// A product outside the bin.
///
/// # Errors
/// `Error::NotFound` when it is absent or in the bin.
pub fn get(conn: &mut Conn, id: ProductId) -> Result<Product> {
    let product = any(conn, id)?;
    if product.deleted_at.is_some() { Err(Error::NotFound) } else { Ok(product) }
}

/// A product, be it in the bin.
///
/// # Errors
/// `Error::NotFound` when it is absent.
pub fn any(conn: &mut Conn, id: ProductId) -> Result<Product> {
    let base: Base = products::table.find(id).select(Base::as_select()).first(conn)?;
    let currency = Currency::from_code(&base.currency)
        .ok_or_else(|| Error::internal(format!("product {id} has the unknown currency {}", base.currency)))?;
    Ok(Product {
        id: base.id,
        name: base.name,
        code: base.code,
        family: base.family,
        unit: base.unit,
        price: base.price.map(|minor| Money::new(minor, currency)),
        currency,
        active: base.active,
        description: base.description,
        created_at: base.created_at,
        deleted_at: base.deleted_at,
        version: base.version,
        billing: base.billing,
        tax_rate: base.tax_rate,
    })
}

/// Makes a product.
pub fn create(conn: &mut Conn, viewer: &Viewer, new: &Input, at: NaiveDateTime) -> Result<ProductId> {
    let id: ProductId = diesel::insert_into(products::table)
        .values((columns(new), products::created_at.eq(at), products::updated_at.eq(at)))
        .returning(products::id)
        .get_result(conn)?;
    let change = Change::new(id, Action::Created, &new.name).found_by(keys(new));
    journal::record(conn, viewer, change, at)?;
    Ok(id)
}

/// Saves over the version that was read. `Ok(false)` when someone else saved in between.
pub fn update(
    conn: &mut Conn,
    viewer: &Viewer,
    before: &Product,
    version: i64,
    next: &Input,
    at: NaiveDateTime,
) -> Result<bool> {
    let rows = diesel::update(products::table.filter(products::id.eq(before.id)).filter(products::version.eq(version)))
        .set((columns(next), products::updated_at.eq(at), products::version.eq(version + 1)))
        .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    let percent = |rate: Option<i64>| rate.map(|r| format!("{} %", Locale::of("en-GB").plain_decimal(r, 2)));
    let yes = |flag: bool| Some(if flag { "yes".to_owned() } else { "no".to_owned() });
    let change = Change::new(before.id, Action::Updated, &next.name)
        .field("Name", Some(before.name.clone()), Some(next.name.clone()))
        .field("Code", before.code.clone(), next.code.clone())
        .field("Family", before.family.clone(), next.family.clone())
        .field("Unit", Some(before.unit.clone()), Some(next.unit.clone()))
        .money("List price", before.price, next.price)
        .field("Currency", Some(before.currency.code().into()), Some(next.currency.code().into()))
        .field("Paid", Some(before.billing.label().into()), Some(next.billing.label().into()))
        .field("Tax", percent(before.tax_rate), percent(next.tax_rate))
        .field("Offered", yes(before.active), yes(next.active))
        .field("Description", Some(before.description.clone()), Some(next.description.clone()))
        .found_by(keys(next));
    journal::record(conn, viewer, change, at)?;
    Ok(true)
}

/// Every column of the form, for insert and update alike.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = products)]
#[diesel(treat_none_as_null = true)]
struct Columns<'a> {
    name: &'a str,
    name_folded: String,
    match_key: String,
    code: Option<&'a str>,
    family: Option<&'a str>,
    unit: &'a str,
    price: Option<i64>,
    currency: &'static str,
    active: bool,
    description: &'a str,
    billing: Billing,
    tax_rate: Option<i64>,
}

fn columns(input: &Input) -> Columns<'_> {
    Columns {
        name: &input.name,
        name_folded: fold(&input.name),
        match_key: match_key(&input.name),
        code: input.code.as_deref(),
        family: input.family.as_deref(),
        unit: &input.unit,
        price: input.price.map(|p| p.minor),
        currency: input.currency.code(),
        active: input.active,
        description: &input.description,
        billing: input.billing,
        tax_rate: input.tax_rate,
    }
}

/// What a product is found by.
pub(super) fn keys(input: &Input) -> Vec<String> {
    let mut keys = search::words(&input.name);
    keys.push(match_key(&input.name));
    keys.extend(input.code.iter().flat_map(|code| search::words(code)));
    keys.extend(input.family.iter().flat_map(|family| search::words(family)));
    keys
}

/// Products on offer, by name, for selects; at most 500.
pub fn options(conn: &mut Conn) -> Result<Vec<(ProductId, String)>> {
    Ok(products::table
        .filter(products::deleted_at.is_null())
        .filter(products::active.eq(true))
        .order((products::name_folded, products::id))
        .limit(500)
        .select((products::id, products::name))
        .load(conn)?)
}

/// The product with this name, however it is spaced and spelt (`match_key`), outside the bin: for imports.
pub fn find_by_match_key(conn: &mut Conn, key: &str) -> Result<Option<ProductId>> {
    let found = products::table.filter(products::match_key.eq(key)).filter(products::deleted_at.is_null());
    Ok(found.order(products::id).select(products::id).first(conn).optional()?)
}

/// Another product with this name or code: a price list names each thing once.
pub fn same(conn: &mut Conn, input: &Input, except: Option<ProductId>) -> Result<Option<(ProductId, String)>> {
    // Held until the product is saved: two may be given one name at once.
    dialect::hold(conn, "names of products")?;
    let mut found = products::table
        .filter(products::deleted_at.is_null())
        .filter(products::match_key.eq(match_key(&input.name)).or(products::code.eq(input.code.as_deref())))
        .select((products::id, products::name))
        .into_boxed();
    if let Some(id) = except {
        found = found.filter(products::id.ne(id));
    }
    Ok(found.order(products::id).first(conn).optional()?)
}

/// Families that products have, for a filter; at most 200.
pub fn families(conn: &mut Conn) -> Result<Vec<String>> {
    let found: Vec<Option<String>> = products::table
        .filter(products::deleted_at.is_null())
        .filter(products::family.is_not_null())
        .select(products::family)
        .distinct()
        .order(products::family)
        .limit(200)
        .load(conn)?;
    Ok(found.into_iter().flatten().collect())
}
