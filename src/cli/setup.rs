//! `rapport setup`: the company, from a script.

use crate::{
    auth::{Visibility, company::Company},
    config::Storage,
    db::{self, Source, dialect, types::now},
    error::{Error, Result},
    settings,
};
use clap::Args;
use iso_currency::Currency;

#[derive(Args)]
pub struct CompanyArguments {
    /// Name of the company.
    #[arg(long)]
    pub company: String,
    /// ISO 4217 code of totals.
    #[arg(long, default_value = "USD")]
    pub currency: String,
    /// IANA name, such as Europe/Lisbon.
    #[arg(long, default_value = "UTC")]
    pub time_zone: String,
    /// ISO 3166 code: where phone numbers without a country code belong.
    #[arg(long, default_value = "US")]
    pub country: String,
    /// Month in which the fiscal year starts, 1 to 12.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=12))]
    pub fiscal_month: u32,
}

pub fn run(storage: &Storage, arguments: CompanyArguments) -> Result<()> {
    let company = Company {
        name: arguments.company,
        currency: Currency::from_code(&arguments.currency.to_uppercase())
            .ok_or_else(|| Error::internal(format!("{} is not a currency code such as EUR", arguments.currency)))?,
        time_zone: arguments.time_zone.parse().map_err(|_| {
            Error::internal(format!("{} is not a time zone such as Europe/Lisbon", arguments.time_zone))
        })?,
        fiscal_month: arguments.fiscal_month,
        country: arguments.country.to_uppercase(),
        visibility: Visibility::Everyone,
        version: 1,
    };
    let mut conn = Source::from_settings(storage)?.connect()?;
    dialect::migrate(&mut conn)?;
    db::transaction(&mut conn, |conn| settings::setup::make_company(conn, &company, now()))?;
    println!("{} is set up", company.name);
    Ok(())
}
