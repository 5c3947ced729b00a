//! A quote as it is read: its lines and what they come to, in the formats of the company.

use super::store::Quote;
use crate::{
    db::{
        Conn,
        schema::quote_lines,
        types::{Money, QuoteId},
    },
    deals::Item,
    error::{Error, Result},
    products::{
        Billing,
        line::{self, Discount, Sums, Terms, Totals},
    },
    timeline,
    ui::{Locale, format},
};
use chrono::NaiveDate;
use chrono_tz::Tz;
use diesel::prelude::*;

/// A line, as it was when the quote was made.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = quote_lines)]
pub(super) struct Line {
    name: String,
    description: String,
    unit: String,
    /// In thousandths.
    quantity: i64,
    unit_price: i64,
    /// In hundredths.
    discount_percent: Option<i64>,
    discount_amount: Option<i64>,
    tax_rate: i64,
    billing: Billing,
    periods: i64,
    starts_on: Option<NaiveDate>,
}

impl Line {
    /// The line of a deal; `None` while it has no price.
    pub fn of(item: &Item) -> Option<Self> {
        let line = &item.line;
        let (discount_percent, discount_amount) = match line.discount {
            Discount::None => (None, None),
            Discount::Percent(percent) => (Some(percent), None),
            Discount::Amount(amount) => (None, Some(amount)),
        };
        Some(Self {
            name: item.name.clone(),
            // Without a product, the text is the name.
            description: if line.product_id.is_some() { line.description.clone() } else { String::new() },
            unit: item.unit.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price?,
            discount_percent,
            discount_amount,
            tax_rate: line.tax_rate,
            billing: line.billing,
            periods: line.periods,
            starts_on: line.starts_on,
        })
    }

    fn discount(&self) -> Discount {
        match (self.discount_percent, self.discount_amount) {
            (Some(percent), _) => Discount::Percent(percent),
            (None, Some(amount)) => Discount::Amount(amount),
            (None, None) => Discount::None,
        }
    }

    fn sums(&self) -> Result<Sums> {
        line::sums(&Terms {
            quantity: self.quantity,
            unit_price: self.unit_price,
            discount: self.discount(),
            tax_rate: self.tax_rate,
            billing: self.billing,
            periods: self.periods,
        })
        .map_err(Error::Refused)
    }
}

/// What lines come to together.
///
/// # Errors
/// `Error::Refused` when that is more than can be counted.
pub(super) fn totals(lines: &[Line]) -> Result<Totals> {
    let sums = lines.iter().map(Line::sums).collect::<Result<Vec<_>>>()?;
    line::totals(sums).map_err(Error::Refused)
}

/// The lines of a quote, in their order.
pub(super) fn lines(conn: &mut Conn, quote: QuoteId) -> Result<Vec<Line>> {
    Ok(quote_lines::table
        .filter(quote_lines::quote_id.eq(quote))
        .order((quote_lines::position, quote_lines::id))
        .select(Line::as_select())
        .load(conn)?)
}

/// Gives a quote exactly these lines.
pub(super) fn set_lines(conn: &mut Conn, quote: QuoteId, lines: Vec<Line>) -> Result<()> {
    diesel::delete(quote_lines::table.filter(quote_lines::quote_id.eq(quote))).execute(conn)?;
    for (position, line) in (1_i32..).zip(lines) {
        diesel::insert_into(quote_lines::table)
            .values((line, quote_lines::quote_id.eq(quote), quote_lines::position.eq(position)))
            .execute(conn)?;
    }
    Ok(())
}

/// A row of the sheet, in words.
pub(super) struct Row {
    pub name: String,
    pub description: String,
    /// "each month, 12 months from 1 Mar 2027"; empty for what is paid once.
    pub term: String,
    pub quantity: String,
    pub price: String,
    pub discount: String,
    pub tax: String,
    pub net: String,
}

/// All that stands on the paper.
pub(super) struct Sheet {
    pub name: String,
    pub title: String,
    pub made: String,
    pub until: String,
    pub seller: Vec<String>,
    pub customer: Vec<String>,
    pub recipient: String,
    pub note: String,
    pub rows: Vec<Row>,
    /// (what, amount): what is taken off, the net sum, tax by rate, and last with tax.
    pub sums: Vec<(String, String)>,
    pub total: String,
    /// "$10.00 a month, $120.00 a year"; empty when nothing recurs.
    pub recurring: String,
    /// Safe HTML.
    pub terms: String,
}

impl Sheet {
    pub fn load(conn: &mut Conn, quote: &Quote, zone: Tz) -> Result<Self> {
        let lines = lines(conn, quote.id)?;
        let totals = totals(&lines)?;
        let (locale, currency) = (Locale::of(&quote.locale), quote.currency()?);
        let money = |minor: i64| locale.money(Money::new(minor, currency));
        let percent = |rate: i64| format!("{} %", locale.plain_decimal(rate, 2));
        let mut rows = Vec::with_capacity(lines.len());
        for line in &lines {
            let term = match (line.billing, line.starts_on) {
                (Billing::Once, _) => String::new(),
                (billing, start) => format!(
                    "{}, {}{}",
                    billing.label().to_lowercase(),
                    billing.counted(line.periods),
                    start.map(|day| format!(" from {}", locale.date(day))).unwrap_or_default()
                ),
            };
            rows.push(Row {
                name: line.name.clone(),
                description: line.description.clone(),
                term,
                quantity: format!("{} {}", locale.plain_decimal(line.quantity, 3), line.unit).trim_end().to_owned(),
                price: if line.unit_price == 0 { "Free".into() } else { money(line.unit_price) },
                discount: match line.discount() {
                    Discount::None => String::new(),
                    Discount::Percent(rate) => format!("−{}", percent(rate)),
                    Discount::Amount(minor) => format!("−{}", money(minor)),
                },
                tax: percent(line.tax_rate),
                net: money(line.sums()?.net),
            });
        }
        let mut sums = Vec::new();
        if totals.discount > 0 {
            sums.push(("Discount".to_owned(), format!("−{}", money(totals.discount))));
        }
        sums.push(("Net".to_owned(), money(totals.net)));
        sums.extend(totals.taxes.iter().map(|(rate, tax)| (format!("Tax, {}", percent(*rate)), money(*tax))));
        let recurring = match totals.annual {
            0 => String::new(),
            annual => format!("{} a month, {} a year, before tax", money(totals.monthly), money(annual)),
        };
        let paragraphs = |text: &str| text.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect();
        Ok(Self {
            name: quote.name(),
            title: quote.title.clone(),
            made: locale.date(format::local(quote.created_at, zone).date_naive()),
            until: locale.date(quote.valid_until),
            seller: paragraphs(&quote.seller),
            customer: paragraphs(&quote.customer),
            recipient: quote.recipient_name.clone(),
            note: quote.note.clone(),
            rows,
            sums,
            total: money(totals.gross),
            recurring,
            terms: if quote.terms.is_empty() { String::new() } else { timeline::to_html(&quote.terms, &[]) },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_line() -> impl Strategy<Value = Line> {
        let discount =
            prop_oneof![Just((None, None)), (0..=line::WHOLE).prop_map(|p| (Some(p), None)), Just((None, Some(0))),];
        let billing = prop::sample::select(Billing::ALL.to_vec());
        (1..5_000_000_i64, 0..5_000_000_i64, discount, 0..=line::WHOLE, billing, 1..60_i64).prop_map(
            |(quantity, unit_price, (discount_percent, discount_amount), tax_rate, billing, periods)| Line {
                name: "Any".into(),
                description: String::new(),
                unit: String::new(),
                quantity,
                unit_price,
                discount_percent,
                discount_amount,
                tax_rate,
                billing,
                periods: if billing == Billing::Once { 1 } else { periods },
                starts_on: None,
            },
        )
    }

    proptest! {
        #[test]
        fn the_totals_of_a_quote_are_the_sum_of_its_lines(lines in prop::collection::vec(any_line(), 1..20)) {
            let parts: Vec<Sums> = lines.iter().map(|l| l.sums().expect("it is countable")).collect();
            let total = totals(&lines).expect("it is countable");
            prop_assert_eq!(total.net, parts.iter().map(|p| p.net).sum::<i64>());
            prop_assert_eq!(total.discount, parts.iter().map(|p| p.discount).sum::<i64>());
            prop_assert_eq!(total.gross, total.net + total.taxes.iter().map(|(_, tax)| tax).sum::<i64>());
            prop_assert_eq!(total.annual, parts.iter().map(|p| p.annual).sum::<i64>());
        }
    }
}
