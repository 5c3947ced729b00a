//! Postal addresses of accounts and contacts.

use super::RecordRef;
use crate::{
    db::{Conn, schema::addresses, types::clean},
    error::Result,
};
use diesel::prelude::*;

/// One postal address; every part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable)]
pub struct Address {
    pub label: String,
    pub street: String,
    pub locality: String,
    pub region: String,
    pub postal_code: String,
    pub country: String,
}

impl Address {
    pub fn is_empty(&self) -> bool {
        [&self.street, &self.locality, &self.region, &self.postal_code, &self.country].iter().all(|p| p.is_empty())
    }

    /// On one line, in the order of most countries: street, postal code and town, region, country.
    pub fn line(&self) -> String {
        let town = [self.postal_code.as_str(), self.locality.as_str()].join(" ");
        [self.street.as_str(), town.trim(), self.region.as_str(), self.country.as_str()]
            .into_iter()
            .filter(|p| !p.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// With every part trimmed.
    pub fn cleaned(self) -> Self {
        let tidy = |part: String| clean(&part).unwrap_or_default();
        Self {
            label: tidy(self.label),
            street: tidy(self.street),
            locality: tidy(self.locality),
            region: tidy(self.region),
            postal_code: tidy(self.postal_code),
            country: tidy(self.country),
        }
    }
}

/// The addresses of one record, in the order they were given.
pub fn of(conn: &mut Conn, record: RecordRef) -> Result<Vec<Address>> {
    Ok(addresses::table
        .filter(addresses::record_kind.eq(record.kind.text()))
        .filter(addresses::record_id.eq(record.id))
        .order((addresses::position, addresses::id))
        .select((
            addresses::label,
            addresses::street,
            addresses::locality,
            addresses::region,
            addresses::postal_code,
            addresses::country,
        ))
        .load(conn)?)
}

/// Gives the record exactly these addresses; empty ones are left out.
pub fn set(conn: &mut Conn, record: RecordRef, list: &[Address]) -> Result<()> {
    diesel::delete(
        addresses::table
            .filter(addresses::record_kind.eq(record.kind.text()))
            .filter(addresses::record_id.eq(record.id)),
    )
    .execute(conn)?;
    for (position, address) in list.iter().filter(|a| !a.is_empty()).enumerate() {
        diesel::insert_into(addresses::table)
            .values((
                addresses::record_kind.eq(record.kind.text()),
                addresses::record_id.eq(record.id),
                addresses::label.eq(&address.label),
                addresses::street.eq(&address.street),
                addresses::locality.eq(&address.locality),
                addresses::region.eq(&address.region),
                addresses::postal_code.eq(&address.postal_code),
                addresses::country.eq(&address.country),
                addresses::position.eq(i32::try_from(position).unwrap_or(i32::MAX)),
            ))
            .execute(conn)?;
    }
    Ok(())
}
