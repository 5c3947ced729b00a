//! Dated exchange rates, and totals of several currencies in the company's.

use crate::{
    auth::Viewer,
    db::{
        Conn, dialect,
        schema::exchange_rates,
        types::{Money, RateId},
    },
    error::Result,
    journal,
    ui::Page,
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use iso_currency::Currency;
use std::collections::HashMap;

/// What one unit of a currency was worth from a day on.
#[derive(Clone, Debug, Queryable)]
pub struct Rate {
    pub id: RateId,
    /// ISO 4217 code.
    pub currency: String,
    pub on_date: NaiveDate,
    /// Billionths of the company's currency per unit.
    pub rate_e9: i64,
}

/// The latest rates, by currency and then the newest first.
pub fn all(conn: &mut Conn, limit: i64) -> Result<Vec<Rate>> {
    Ok(exchange_rates::table
        .order((exchange_rates::currency, exchange_rates::on_date.desc()))
        .select((exchange_rates::id, exchange_rates::currency, exchange_rates::on_date, exchange_rates::rate_e9))
        .limit(limit)
        .load(conn)?)
}

/// The currencies that have a rate, by code.
pub fn currencies(conn: &mut Conn) -> Result<Vec<Currency>> {
    let codes: Vec<String> =
        exchange_rates::table.select(exchange_rates::currency).distinct().order(exchange_rates::currency).load(conn)?;
    Ok(codes.iter().filter_map(|code| Currency::from_code(code)).collect())
}

/// Reads a rate as people write it: `1.0842`, `0,0061`. In billionths.
///
/// # Errors
/// A sentence for the field.
pub fn parse(typed: &str) -> Result<i64, String> {
    let wrong = || format!("“{}” is not a rate: write it like 1.0842.", typed.trim());
    let text = typed.trim().replace(',', ".");
    let (whole, fraction) = text.split_once('.').unwrap_or((text.as_str(), ""));
    if whole.is_empty() && fraction.is_empty() || !(whole.to_owned() + fraction).chars().all(|c| c.is_ascii_digit()) {
        return Err(wrong());
    }
    if fraction.len() > 9 || whole.len() > 9 {
        return Err("A rate has at most nine digits on each side of the point.".into());
    }
    match format!("{whole}{fraction:0<9}").parse() {
        Ok(0) => Err("A rate is more than zero.".into()),
        Ok(rate) => Ok(rate),
        Err(_) => Err(wrong()),
    }
}

/// A rate as people write it, without the zeros at its end.
pub fn shown(rate_e9: i64) -> String {
    let text = format!("{}.{:09}", rate_e9 / 1_000_000_000, rate_e9 % 1_000_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Sets the rate of a currency from a day on, over one that was set for the same day.
pub fn set(
    conn: &mut Conn,
    viewer: &Viewer,
    currency: Currency,
    on_date: NaiveDate,
    rate_e9: i64,
    at: NaiveDateTime,
) -> Result<()> {
    // One rate per currency and day, also when two are set at once.
    dialect::hold(conn, "exchange rates")?;
    let same_day = exchange_rates::table
        .filter(exchange_rates::currency.eq(currency.code()))
        .filter(exchange_rates::on_date.eq(on_date));
    let held: Option<i64> = same_day.select(exchange_rates::rate_e9).first(conn).optional()?;
    match held {
        Some(_) => diesel::update(same_day).set(exchange_rates::rate_e9.eq(rate_e9)).execute(conn)?,
        None => diesel::insert_into(exchange_rates::table)
            .values((
                exchange_rates::currency.eq(currency.code()),
                exchange_rates::on_date.eq(on_date),
                exchange_rates::rate_e9.eq(rate_e9),
                exchange_rates::created_at.eq(at),
            ))
            .execute(conn)?,
    };
    let label = format!("Rate of {} from {on_date}", currency.code());
    journal::company_changed(conn, viewer, &label, held.map(shown), Some(shown(rate_e9)), at)
}

/// Takes a rate away: from its day on the one before holds again.
pub fn remove(conn: &mut Conn, viewer: &Viewer, id: RateId, at: NaiveDateTime) -> Result<Rate> {
    let rate: Rate = exchange_rates::table
        .find(id)
        .select((exchange_rates::id, exchange_rates::currency, exchange_rates::on_date, exchange_rates::rate_e9))
        .first(conn)?;
    diesel::delete(exchange_rates::table.find(id)).execute(conn)?;
    let label = format!("Rate of {} from {}", rate.currency, rate.on_date);
    journal::company_changed(conn, viewer, &label, Some(shown(rate.rate_e9)), None, at)?;
    Ok(rate)
}

/// The rates that hold on one day.
#[derive(Clone, Debug)]
pub struct Rates {
    /// Of totals.
    pub company: Currency,
    by_currency: HashMap<String, i64>,
}

impl Rates {
    /// The latest rate of each currency on or before this day.
    pub fn on(conn: &mut Conn, company: Currency, day: NaiveDate) -> Result<Self> {
        let rows: Vec<(String, i64)> = exchange_rates::table
            .filter(exchange_rates::on_date.le(day))
            .order((exchange_rates::currency, exchange_rates::on_date))
            .select((exchange_rates::currency, exchange_rates::rate_e9))
            .load(conn)?;
        // In order of date, so that the last one of a currency stays.
        Ok(Self { company, by_currency: rows.into_iter().collect() })
    }

    /// In the company's currency; `None` without a rate.
    pub fn convert(&self, money: Money) -> Option<Money> {
        if money.currency == self.company {
            return Some(money);
        }
        self.by_currency.get(money.currency.code()).map(|rate| money.converted(self.company, *rate))
    }
}

/// A sum over several currencies.
#[derive(Clone, Debug)]
pub struct Total {
    /// What could be converted, in the company's currency.
    pub sum: Money,
    /// What was in another currency: each with its rate in billionths.
    pub used: Vec<(Currency, i64)>,
    /// Sums in currencies that have no rate: not in `sum`, never dropped.
    pub without_rate: Vec<Money>,
}

impl Total {
    /// Adds up the sums of each currency.
    pub fn of(rates: &Rates, parts: impl IntoIterator<Item = Money>) -> Self {
        let mut total = Self { sum: Money::new(0, rates.company), used: Vec::new(), without_rate: Vec::new() };
        for part in parts {
            match rates.convert(part) {
                Some(money) => {
                    total.sum.minor = total.sum.minor.saturating_add(money.minor);
                    if part.currency != rates.company && part.minor != 0 {
                        total.note(part.currency, rates.by_currency.get(part.currency.code()).copied());
                    }
                }
                None => match total.without_rate.iter_mut().find(|m| m.currency == part.currency) {
                    Some(held) => held.minor = held.minor.saturating_add(part.minor),
                    None => total.without_rate.push(part),
                },
            }
        }
        total.without_rate.retain(|m| m.minor != 0);
        total
    }

    fn note(&mut self, currency: Currency, rate: Option<i64>) {
        if let Some(rate) = rate
            && !self.used.iter().any(|(used, _)| *used == currency)
        {
            self.used.push((currency, rate));
        }
    }

    /// Adds what another total was converted at: that of a sum of totals.
    pub fn note_all(&mut self, other: &Self) {
        other.used.iter().for_each(|(currency, rate)| self.note(*currency, Some(*rate)));
    }

    /// At which rates the sum was made, if any were needed: "at 1.0842 for EUR and 0.0061 for JPY".
    pub fn rates_words(&self, page: &Page) -> Option<String> {
        let mut used = self.used.clone();
        used.sort_by_key(|(currency, _)| currency.code());
        let shown = |(currency, rate): &(Currency, i64)| {
            format!("{} for {}", page.locale.decimal_mark(&shown(*rate)), currency.code())
        };
        let words: Vec<String> = used.iter().map(shown).collect();
        let (last, before) = words.split_last()?;
        Some(if before.is_empty() { format!("at {last}") } else { format!("at {} and {last}", before.join(", ")) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_and_written_back() {
        assert_eq!(parse("1,0842"), Ok(1_084_200_000));
        assert_eq!(parse("0.0061"), Ok(6_100_000));
        assert_eq!(shown(1_084_200_000), "1.0842");
        assert_eq!(shown(2_000_000_000), "2");
        for wrong in ["", "0", "-1", "a", "1.2.3", "1.0123456789"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_currency_without_a_rate_stands_apart() {
        let rates = Rates { company: Currency::USD, by_currency: HashMap::from([("EUR".into(), 1_100_000_000)]) };
        let parts = [(100, Currency::USD), (200, Currency::EUR), (900, Currency::JPY)];
        let total = Total::of(&rates, parts.map(|(minor, currency)| Money::new(minor, currency)));
        assert_eq!((total.sum.minor, total.used.as_slice()), (320, &[(Currency::EUR, 1_100_000_000)][..]));
        assert_eq!(total.without_rate, [Money::new(900, Currency::JPY)]);
    }
}
