//! Products in the bin: moved there, restored, erased for good. Deals keep what they sold: a product that is in a deal
//! cannot be erased.

use super::store::{self, Product};
use crate::{
    auth::{How, Viewer},
    db::{
        Conn,
        schema::{deal_items, products},
        types::ProductId,
    },
    error::{Error, Result},
    journal::{self, Action, Change},
    records,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Moves a product to the bin.
pub fn delete(conn: &mut Conn, viewer: &Viewer, id: ProductId, at: NaiveDateTime) -> Result<Product> {
    let product = store::get(conn, id)?;
    records::bin::put(conn, id.into(), Some(at))?;
    let change = Change::new(id, Action::Deleted, &product.name).found_by(Vec::new());
    journal::record(conn, viewer, change, at)?;
    Ok(product)
}

/// Brings it back.
pub fn restore(conn: &mut Conn, viewer: &Viewer, id: ProductId, at: NaiveDateTime) -> Result<Product> {
    let product = store::any(conn, id)?;
    if product.deleted_at.is_none() {
        return Ok(product);
    }
    records::bin::put(conn, id.into(), None)?;
    let change = Change::new(id, Action::Restored, &product.name).found_by(store::keys(&product.clone().into()));
    journal::record(conn, viewer, change, at)?;
    Ok(product)
}

/// Erases a product that is in the bin. The journal keeps that it was done, not which.
pub fn erase(conn: &mut Conn, viewer: &Viewer, id: ProductId, at: NaiveDateTime) -> Result<()> {
    let product = store::any(conn, id)?;
    records::bin::hold(conn, id.into())?;
    let sold: i64 = deal_items::table.filter(deal_items::product_id.eq(id)).count().get_result(conn)?;
    if sold > 0 {
        return Err(Error::Refused(format!(
            "{} stands in {sold} deals, which keep what they sold: it stays in the bin until it is in none.",
            product.name
        )));
    }
    records::bin::erase_parts(conn, id.into())?;
    diesel::delete(products::table.find(id)).execute(conn)?;
    let mut change = Change::new(id, Action::Erased, "").found_by(Vec::new());
    change.quiet = true;
    journal::record(conn, viewer, change, at)
}

/// Erases what was moved to the bin before a moment and is in no deal, at most `limit`; returns how many that were.
pub fn purge(conn: &mut Conn, before: NaiveDateTime, limit: i64, at: NaiveDateTime) -> Result<usize> {
    let ids: Vec<ProductId> = products::table
        .filter(products::deleted_at.lt(before))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            deal_items::table.filter(deal_items::product_id.eq(products::id.nullable())),
        )))
        .order(products::id)
        .limit(limit)
        .select(products::id)
        .load(conn)?;
    records::bin::erase_each(ids, |id| erase(conn, &Viewer::system(How::System), id, at))
}
