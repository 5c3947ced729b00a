//! The lines of a deal: what is sold, how many, at which terms; and the amount, which follows them.

use super::store::{self, Deal, Input};
use crate::{
    auth::{How, Viewer},
    db::{
        Conn, dialect,
        schema::{deal_items, deals, products},
        types::{DealId, Money, ProductId},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
    products::{
        Billing,
        line::{self, Discount, Sums, Terms, Totals},
    },
    records::{self, RecordRef},
    ui::Locale,
};
use chrono::{Duration, NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use sha2::{Digest, Sha256};

/// How a line stands in the database.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = deal_items)]
#[diesel(treat_none_as_null = true)]
struct Columns {
    product_id: Option<ProductId>,
    description: String,
    quantity: i64,
    unit_price: Option<i64>,
    discount_percent: Option<i64>,
    discount_amount: Option<i64>,
    tax_rate: i64,
    billing: Billing,
    periods: i64,
    starts_on: Option<NaiveDate>,
}

/// A line as a form or an import gives it: already valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineInput {
    /// Without one, the description says what it is.
    pub product_id: Option<ProductId>,
    pub description: String,
    /// In thousandths.
    pub quantity: i64,
    /// Of one, in minor units of the deal's currency; `None` when no price was agreed.
    pub unit_price: Option<i64>,
    pub discount: Discount,
    /// In hundredths of a percent.
    pub tax_rate: i64,
    pub billing: Billing,
    /// How many periods a recurring line runs; one for what is paid once.
    pub periods: i64,
    /// When a recurring line begins.
    pub starts_on: Option<NaiveDate>,
}

impl LineInput {
    /// Stands for what it holds: a form that was drawn from other values has another one.
    pub fn mark(&self) -> String {
        data_encoding::HEXLOWER.encode(&Sha256::digest(format!("{self:?}")))
    }

    /// One of a product, paid once, without tax.
    pub fn one(product: ProductId, unit_price: Option<i64>) -> Self {
        Self {
            product_id: Some(product),
            description: String::new(),
            quantity: 1000,
            unit_price,
            discount: Discount::None,
            tax_rate: 0,
            billing: Billing::Once,
            periods: 1,
            starts_on: None,
        }
    }

    /// What it comes to; `None` without a price.
    ///
    /// # Errors
    /// A sentence when it cannot be reckoned.
    pub fn sums(&self) -> Result<Option<Sums>, String> {
        let Some(unit_price) = self.unit_price else { return Ok(None) };
        line::sums(&Terms {
            quantity: self.quantity,
            unit_price,
            discount: self.discount,
            tax_rate: self.tax_rate,
            billing: self.billing,
            periods: self.periods,
        })
        .map(Some)
    }

    fn columns(&self) -> Columns {
        let (percent, amount) = match self.discount {
            Discount::None => (None, None),
            Discount::Percent(percent) => (Some(percent), None),
            Discount::Amount(amount) => (None, Some(amount)),
        };
        Columns {
            product_id: self.product_id,
            description: self.description.clone(),
            quantity: self.quantity,
            unit_price: self.unit_price,
            discount_percent: percent,
            discount_amount: amount,
            tax_rate: self.tax_rate,
            billing: self.billing,
            periods: self.periods,
            starts_on: self.starts_on,
        }
    }
}

impl From<Columns> for LineInput {
    fn from(row: Columns) -> Self {
        Self {
            product_id: row.product_id,
            description: row.description,
            quantity: row.quantity,
            unit_price: row.unit_price,
            discount: match (row.discount_percent, row.discount_amount) {
                (Some(percent), _) => Discount::Percent(percent),
                (None, Some(amount)) => Discount::Amount(amount),
                (None, None) => Discount::None,
            },
            tax_rate: row.tax_rate,
            billing: row.billing,
            periods: row.periods,
            starts_on: row.starts_on,
        }
    }
}

/// A line of a deal.
#[derive(Clone, Debug)]
pub struct Item {
    pub id: i64,
    /// The product's, or what was written in its place.
    pub name: String,
    /// The product's unit.
    pub unit: String,
    pub currency: iso_currency::Currency,
    pub line: LineInput,
    /// What it comes to; `None` without a price.
    pub sums: Option<Sums>,
}

impl Item {
    pub fn price(&self) -> Option<Money> {
        self.line.unit_price.map(|minor| Money::new(minor, self.currency))
    }

    pub fn net(&self) -> Option<Money> {
        self.sums.map(|sums| Money::new(sums.net, self.currency))
    }

    /// As the journal says it: "2.5 × GTX Pro".
    fn said(&self) -> String {
        format!("{} × {}", Locale::of("en-GB").plain_decimal(self.line.quantity, 3), self.name)
    }
}

/// Lines of one deal at most: more are a price list, not a deal.
const MOST: i64 = 200;

type Row = (i64, Option<String>, Option<String>, Columns);

fn rows(conn: &mut Conn, deal: DealId, removed: bool) -> Result<Vec<Row>> {
    Ok(deal_items::table
        .left_join(products::table.on(products::id.nullable().eq(deal_items::product_id)))
        .filter(deal_items::deal_id.eq(deal))
        .filter(deal_items::removed_at.is_not_null().eq(removed))
        .order((deal_items::position, deal_items::id))
        .select((deal_items::id, products::name.nullable(), products::unit.nullable(), Columns::as_select()))
        .limit(MOST)
        .load(conn)?)
}

fn item(deal: &Deal, (id, product, unit, columns): Row) -> Item {
    let line = LineInput::from(columns);
    Item {
        id,
        name: product.unwrap_or_else(|| line.description.clone()),
        unit: unit.unwrap_or_default(),
        currency: deal.currency,
        sums: line.sums().ok().flatten(),
        line,
    }
}

/// The lines of a deal, in their order.
pub fn items(conn: &mut Conn, deal: &Deal) -> Result<Vec<Item>> {
    Ok(rows(conn, deal.id, false)?.into_iter().map(|row| item(deal, row)).collect())
}

/// One of its lines.
///
/// # Errors
/// `Error::NotFound` when it has none such.
pub fn find(conn: &mut Conn, deal: &Deal, id: i64) -> Result<Item> {
    items(conn, deal)?.into_iter().find(|item| item.id == id).ok_or(Error::NotFound)
}

/// What the lines that have a price come to; `None` when none has.
///
/// # Errors
/// `Error::Refused` when that is more than can be counted.
pub fn totals(items: &[Item]) -> Result<Option<Totals>> {
    let priced: Vec<Sums> = items.iter().filter_map(|item| item.sums).collect();
    if priced.is_empty() {
        return Ok(None);
    }
    line::totals(priced).map(Some).map_err(Error::Refused)
}

/// The net total of the lines, if one has a price.
pub(super) fn net(conn: &mut Conn, deal: &Deal) -> Result<Option<i64>> {
    let items = items(conn, deal)?;
    Ok(totals(&items)?.map(|totals| totals.net))
}

/// The deal as it is now, which nobody else gives another line until this is done.
fn held(conn: &mut Conn, viewer: &Viewer, deal: DealId) -> Result<Deal> {
    dialect::hold(conn, &format!("lines of deal {deal}"))?;
    store::get(conn, viewer, deal)
}

/// Adds a line at the end.
///
/// # Errors
/// `Error::Refused` when the product is gone, comes to more than can be counted, or is one line too many.
pub fn add_item(conn: &mut Conn, viewer: &Viewer, deal: DealId, new: &LineInput, at: NaiveDateTime) -> Result<i64> {
    let deal = held(conn, viewer, deal)?;
    check(conn, viewer, new)?;
    if i64::try_from(items(conn, &deal)?.len()).unwrap_or(MOST) >= MOST {
        return Err(Error::Refused(format!(
            "{} has {MOST} lines, the most a deal can have: take one out first.",
            deal.name
        )));
    }
    let last: Option<i32> = deal_items::table
        .filter(deal_items::deal_id.eq(deal.id))
        .select(diesel::dsl::max(deal_items::position))
        .first(conn)?;
    let id: i64 = diesel::insert_into(deal_items::table)
        .values((
            new.columns(),
            deal_items::deal_id.eq(deal.id),
            deal_items::position.eq(last.map_or(1, |last| last.saturating_add(1))),
        ))
        .returning(deal_items::id)
        .get_result(conn)?;
    let said = find(conn, &deal, id)?.said();
    changed(conn, viewer, &deal, |change| change.field("Product", None, Some(said)), at)?;
    Ok(id)
}

/// Saves a line over.
///
/// # Errors
/// As for [`add_item`]; `Error::NotFound` when it is not of this deal.
pub fn update_item(
    conn: &mut Conn,
    viewer: &Viewer,
    deal: DealId,
    id: i64,
    seen: &str,
    next: &LineInput,
    at: NaiveDateTime,
) -> Result<()> {
    let deal = held(conn, viewer, deal)?;
    let before = find(conn, &deal, id)?;
    if before.line.mark() != seen {
        return Err(Error::Refused(format!(
            "Someone else changed this line while you were writing: it reads “{}” now. Save again to put yours in its place.",
            before.said()
        )));
    }
    if next.product_id != before.line.product_id {
        check(conn, viewer, next)?;
    }
    next.sums().map_err(Error::Refused)?;
    diesel::update(deal_items::table.find(id)).set(next.columns()).execute(conn)?;
    let after = find(conn, &deal, id)?;
    let change = |change: Change| {
        let line = |item: &Item| Some(item.said());
        let labelled = |what: &str| format!("{what} of {}", after.name);
        let percent = |item: &Item| match item.line.discount {
            Discount::Percent(p) => Some(format!("{} %", Locale::of("en-GB").plain_decimal(p, 2))),
            Discount::Amount(a) => Some(Money::new(a, item.currency).plain()),
            Discount::None => None,
        };
        let tax = |item: &Item| Some(format!("{} %", Locale::of("en-GB").plain_decimal(item.line.tax_rate, 2)));
        let term = |item: &Item| Some(item.line.billing.counted(item.line.periods));
        change
            .field("Product", line(&before), line(&after))
            .money(&labelled("Price"), before.price(), after.price())
            .field(&labelled("Discount"), percent(&before), percent(&after))
            .field(&labelled("Tax"), tax(&before), tax(&after))
            .field(&labelled("Term"), term(&before), term(&after))
            .date(&labelled("Start"), before.line.starts_on, after.line.starts_on)
    };
    changed(conn, viewer, &deal, change, at)
}

/// Takes a line out of the deal. It can come back for a day.
pub fn remove_item(conn: &mut Conn, viewer: &Viewer, deal: DealId, id: i64, at: NaiveDateTime) -> Result<()> {
    let deal = held(conn, viewer, deal)?;
    let gone = find(conn, &deal, id)?;
    let old = deal_items::table
        .filter(deal_items::deal_id.eq(deal.id))
        .filter(deal_items::removed_at.lt(at - Duration::days(1)));
    diesel::delete(old).execute(conn)?;
    diesel::update(deal_items::table.find(id)).set(deal_items::removed_at.eq(Some(at))).execute(conn)?;
    changed(conn, viewer, &deal, |change| change.field("Product", Some(gone.said()), None), at)
}

/// Brings a removed line back where it stood.
///
/// # Errors
/// `Error::NotFound` when it was not removed, or the deal has another currency since.
pub fn restore_item(conn: &mut Conn, viewer: &Viewer, deal: DealId, id: i64, at: NaiveDateTime) -> Result<()> {
    let deal = held(conn, viewer, deal)?;
    let removed = rows(conn, deal.id, true)?.into_iter().find(|row| row.0 == id).ok_or(Error::NotFound)?;
    diesel::update(deal_items::table.find(id)).set(deal_items::removed_at.eq(None::<NaiveDateTime>)).execute(conn)?;
    let said = item(&deal, removed).said();
    changed(conn, viewer, &deal, |change| change.field("Product", None, Some(said)), at)
}

/// Moves a line one place up or down. At either end it stays.
pub fn move_item(conn: &mut Conn, viewer: &Viewer, deal: DealId, id: i64, up: bool) -> Result<()> {
    let deal = held(conn, viewer, deal)?;
    let mut order: Vec<i64> = items(conn, &deal)?.iter().map(|item| item.id).collect();
    let here = order.iter().position(|other| *other == id).ok_or(Error::NotFound)?;
    let there = if up { here.checked_sub(1) } else { Some(here + 1).filter(|at| *at < order.len()) };
    let Some(there) = there else { return Ok(()) };
    order.swap(here, there);
    for (position, id) in (1_i32..).zip(order) {
        diesel::update(deal_items::table.find(id)).set(deal_items::position.eq(position)).execute(conn)?;
    }
    Ok(())
}

/// Says whether the amount follows the lines from now on, or stays as it is.
pub fn lock_amount(conn: &mut Conn, viewer: &Viewer, deal: DealId, locked: bool, at: NaiveDateTime) -> Result<()> {
    let deal = held(conn, viewer, deal)?;
    if deal.amount_locked == locked {
        return Ok(());
    }
    diesel::update(deals::table.find(deal.id)).set(deals::amount_locked.eq(locked)).execute(conn)?;
    let said = |locked: bool| Some(if locked { "set by hand".to_owned() } else { "follows the products".to_owned() });
    changed(conn, viewer, &deal, |change| change.field("How the amount is known", said(!locked), said(locked)), at)
}

/// A line that can be saved.
fn check(conn: &mut Conn, viewer: &Viewer, line: &LineInput) -> Result<()> {
    line.sums().map_err(Error::Refused)?;
    let Some(product) = line.product_id else { return Ok(()) };
    match records::summary(conn, viewer, product.into()) {
        Ok(_) => Ok(()),
        Err(Error::NotFound) => Err(Error::Refused("That product is gone: choose another one.".into())),
        Err(error) => Err(error),
    }
}

/// Tells of a change of the lines, then lets the amount follow them.
fn changed(
    conn: &mut Conn,
    viewer: &Viewer,
    deal: &Deal,
    of: impl FnOnce(Change) -> Change,
    at: NaiveDateTime,
) -> Result<()> {
    let change = Change::new(deal.id, Action::Updated, &deal.name).also_on(deal.account_id.map(RecordRef::from));
    journal::record(conn, viewer, of(change), at)?;
    let deal = store::get(conn, viewer, deal.id)?;
    // Without a price there is nothing to follow: the amount stays what it was.
    let Some(net) = net(conn, &deal)? else { return Ok(()) };
    if deal.amount_locked || deal.amount == Some(net) {
        return Ok(());
    }
    if viewer.how == How::Import {
        // The other system knows what the deal is worth, be it nothing yet; that of the list is a guess.
        diesel::update(deals::table.find(deal.id)).set(deals::amount_locked.eq(true)).execute(conn)?;
        return Ok(());
    }
    let next = Input { amount: Some(net), ..Input::of(&deal) };
    if !store::update(conn, viewer, &deal, deal.version, &next, at)? {
        return Err(Error::Refused(store::overtaken(&deal)));
    }
    Ok(())
}
