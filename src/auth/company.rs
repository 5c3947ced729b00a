//! The company: one row that says how everyone's totals, days and views are reckoned.

use super::{How, Viewer, Visibility};
use crate::{
    db::{Conn, schema::company},
    error::{Error, Result},
    journal::{self, Action, Change},
    records::{RecordKind, RecordRef},
};
use chrono::NaiveDateTime;
use chrono_tz::Tz;
use diesel::prelude::*;
use iso_currency::Currency;

/// The settings that hold for the whole company.
#[derive(Clone, Debug)]
pub struct Company {
    pub name: String,
    /// Currency of totals and the default of new deals.
    pub currency: Currency,
    pub time_zone: Tz,
    /// Month (1 to 12) in which the fiscal year starts.
    pub fiscal_month: u32,
    /// ISO 3166 code: where phone numbers without a country code belong.
    pub country: String,
    pub visibility: Visibility,
    pub version: i64,
}

type Row = (String, String, String, i32, String, Visibility, i64);

/// `None` until the company is set up.
pub fn find(conn: &mut Conn) -> Result<Option<Company>> {
    let row: Option<Row> = company::table
        .select((
            company::name,
            company::currency,
            company::time_zone,
            company::fiscal_month,
            company::country,
            company::visibility,
            company::version,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(name, currency, zone, month, country, visibility, version)| Company {
        name,
        currency: Currency::from_code(&currency).unwrap_or(Currency::USD),
        time_zone: zone.parse().unwrap_or(Tz::UTC),
        fiscal_month: u32::try_from(month).unwrap_or(1).clamp(1, 12),
        country,
        visibility,
        version,
    }))
}

/// Makes the company, once. The rows that every company starts with (pipeline, stages, reasons) are made by
/// `settings::defaults`.
///
/// # Errors
/// Refused when the company exists.
pub fn create(conn: &mut Conn, new: &Company, at: NaiveDateTime) -> Result<()> {
    if find(conn)?.is_some() {
        return Err(Error::Refused("The company is set up already.".into()));
    }
    diesel::insert_into(company::table)
        .values((
            company::id.eq(1_i64),
            company::name.eq(&new.name),
            company::currency.eq(new.currency.code()),
            company::time_zone.eq(new.time_zone.name()),
            company::fiscal_month.eq(i32::try_from(new.fiscal_month).unwrap_or(1)),
            company::country.eq(&new.country),
            company::visibility.eq(new.visibility),
            company::created_at.eq(at),
        ))
        .execute(conn)?;
    journal::record(
        conn,
        &Viewer::system(How::System),
        Change::new(RecordRef::new(RecordKind::Company, 1), Action::Created, &new.name),
        at,
    )
}

/// Saves the settings over the version they were read at. `Ok(false)` when someone else saved in between.
pub fn update(conn: &mut Conn, viewer: &Viewer, next: &Company, at: NaiveDateTime) -> Result<bool> {
    let before = find(conn)?.ok_or(Error::NotFound)?;
    let rows = diesel::update(company::table.filter(company::version.eq(next.version)))
        .set((
            company::name.eq(&next.name),
            company::currency.eq(next.currency.code()),
            company::time_zone.eq(next.time_zone.name()),
            company::fiscal_month.eq(i32::try_from(next.fiscal_month).unwrap_or(1)),
            company::country.eq(&next.country),
            company::visibility.eq(next.visibility),
            company::version.eq(next.version + 1),
        ))
        .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    let change = Change::new(RecordRef::new(RecordKind::Company, 1), Action::Updated, &next.name)
        .field("Name", Some(before.name), Some(next.name.clone()))
        .field("Currency of totals", Some(before.currency.code().into()), Some(next.currency.code().into()))
        .field("Time zone", Some(before.time_zone.name().into()), Some(next.time_zone.name().into()))
        .field("Fiscal year starts in", Some(before.fiscal_month.to_string()), Some(next.fiscal_month.to_string()))
        .field("Country", Some(before.country), Some(next.country.clone()))
        .field("Who sees whose records", Some(before.visibility.label().into()), Some(next.visibility.label().into()));
    journal::record(conn, viewer, change, at)?;
    Ok(true)
}
