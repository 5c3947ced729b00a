//! What new quotes begin with: the company's address, its terms, and how long an offer holds.

use crate::{
    auth::Viewer,
    db::{Conn, schema::quote_defaults},
    error::Result,
    journal,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// One for the whole company.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = quote_defaults)]
pub struct Defaults {
    /// Below the company's name, as on an envelope, with what the law asks for, such as a VAT number.
    pub address: String,
    /// Markdown.
    pub terms: String,
    pub valid_days: i64,
    pub version: i64,
}

impl Defaults {
    /// As the journal says it.
    fn said(&self) -> String {
        format!("valid for {} days, {}, {}", self.valid_days, self.address.replace('\n', ", "), self.terms)
    }
}

pub fn get(conn: &mut Conn) -> Result<Defaults> {
    Ok(quote_defaults::table.select(Defaults::as_select()).first(conn)?)
}

/// Saves over the version that was read. `Ok(false)` when someone else saved in between.
pub fn update(conn: &mut Conn, viewer: &Viewer, next: &Defaults, at: NaiveDateTime) -> Result<bool> {
    let before = get(conn)?;
    let rows = diesel::update(quote_defaults::table.filter(quote_defaults::version.eq(next.version)))
        .set((
            quote_defaults::address.eq(&next.address),
            quote_defaults::terms.eq(&next.terms),
            quote_defaults::valid_days.eq(next.valid_days),
            quote_defaults::version.eq(next.version + 1),
        ))
        .execute(conn)?;
    if rows == 1 && before.said() != next.said() {
        journal::company_changed(conn, viewer, "New quotes", Some(before.said()), Some(next.said()), at)?;
    }
    Ok(rows == 1)
}
