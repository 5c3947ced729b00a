//! What a line of a deal comes to: the one place where prices are multiplied, taken off and taxed.

use super::Billing;
use crate::db::types::Money;

/// Percents are kept in hundredths: so much is all of it.
pub const WHOLE: i64 = 10_000;

/// What to say when a line comes to more than [`Money::MOST`].
pub const TOO_MUCH: &str =
    "Together they cost more than Rapport can count: write a smaller quantity or price, or a shorter term.";

/// What is taken off a line, in each period of a recurring one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Discount {
    #[default]
    None,
    /// In hundredths of a percent.
    Percent(i64),
    /// In minor units, off the whole line.
    Amount(i64),
}

/// What a line is reckoned from.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// In thousandths.
    pub quantity: i64,
    /// Of one, in minor units; in each period of a recurring line.
    pub unit_price: i64,
    pub discount: Discount,
    /// In hundredths of a percent.
    pub tax_rate: i64,
    pub billing: Billing,
    /// How many periods a recurring line runs; one for what is paid once.
    pub periods: i64,
}

/// What a line comes to, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// What one period is taken down by, times the periods.
    pub discount: i64,
    /// After the discount, over the whole term.
    pub net: i64,
    pub tax: i64,
    pub tax_rate: i64,
    /// What it brings in a year while it runs; zero for what is paid once.
    pub annual: i64,
}

/// Divides to the nearest, and to the even one of two as near.
fn half_even(numerator: i128, denominator: i128) -> i128 {
    let (quotient, rest) = (numerator.div_euclid(denominator), numerator.rem_euclid(denominator));
    match (rest * 2).cmp(&denominator) {
        std::cmp::Ordering::Greater => quotient + 1,
        std::cmp::Ordering::Equal => quotient + (quotient & 1),
        std::cmp::Ordering::Less => quotient,
    }
}

/// What a line comes to.
///
/// Each line is rounded by itself to the minor unit of its currency, half to even (IEEE 754-2019, 4.3.1,
/// roundTiesToEven), in this order: quantity × price; the discount in percent of that; the tax of what is left, which
/// is rounded already. A recurring line is reckoned for one period, as it will be billed, then times its periods. Sums
/// over lines add what was rounded, so that the total of a page is the sum of what stands on it.
///
/// # Errors
/// A sentence when it is more than can be counted, or more is taken off than it costs.
pub fn sums(terms: &Terms) -> Result<Sums, String> {
    let whole = half_even(i128::from(terms.quantity) * i128::from(terms.unit_price), 1000);
    if whole > i128::from(Money::MOST) {
        return Err(TOO_MUCH.into());
    }
    let discount = match terms.discount {
        Discount::None => 0,
        Discount::Percent(percent) if percent > WHOLE => {
            return Err("A discount is at most 100 %.".into());
        }
        Discount::Percent(percent) => half_even(whole * i128::from(percent), WHOLE.into()),
        Discount::Amount(amount) if i128::from(amount) > whole => {
            return Err("More is taken off than the line costs: write a smaller discount.".into());
        }
        Discount::Amount(amount) => amount.into(),
    };
    let net = whole - discount;
    let tax = half_even(net * i128::from(terms.tax_rate), WHOLE.into());
    let counted = |minor: i128| {
        let fits = minor.checked_mul(terms.periods.into()).filter(|m| (0..=i128::from(Money::MOST)).contains(m));
        fits.and_then(|m| i64::try_from(m).ok()).ok_or_else(|| TOO_MUCH.to_owned())
    };
    // The whole and the gross are bounded as well, for both stand on pages.
    counted(whole)?;
    counted(net + tax)?;
    let annual = net * i128::from(terms.billing.per_year());
    let annual = i64::try_from(annual).ok().filter(|a| *a <= Money::MOST).ok_or_else(|| TOO_MUCH.to_owned())?;
    Ok(Sums { discount: counted(discount)?, net: counted(net)?, tax: counted(tax)?, tax_rate: terms.tax_rate, annual })
}

/// What lines come to together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub discount: i64,
    /// Without tax, over every term: the total contract value.
    pub net: i64,
    /// (rate in hundredths of a percent, tax), by rate; none of zero.
    pub taxes: Vec<(i64, i64)>,
    pub gross: i64,
    /// What recurs in a month, half to even of a twelfth of the year's: rounded once.
    pub monthly: i64,
    pub annual: i64,
}

/// Adds lines up.
///
/// # Errors
/// A sentence when they are more than can be counted.
pub fn totals(lines: impl IntoIterator<Item = Sums>) -> Result<Totals, String> {
    let mut found = Totals::default();
    let add = |to: &mut i64, more: i64| -> Result<(), String> {
        *to = to.checked_add(more).filter(|sum| *sum <= Money::MOST).ok_or_else(|| TOO_MUCH.to_owned())?;
        Ok(())
    };
    for line in lines {
        add(&mut found.discount, line.discount)?;
        add(&mut found.net, line.net)?;
        add(&mut found.gross, line.net)?;
        add(&mut found.gross, line.tax)?;
        add(&mut found.annual, line.annual)?;
        if line.tax_rate > 0 {
            match found.taxes.iter_mut().find(|(rate, _)| *rate == line.tax_rate) {
                Some((_, tax)) => add(tax, line.tax)?,
                None => found.taxes.push((line.tax_rate, line.tax)),
            }
        }
    }
    found.taxes.sort_unstable();
    found.monthly = i64::try_from(half_even(found.annual.into(), 12)).unwrap_or(i64::MAX);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn terms(quantity: i64, unit_price: i64, discount: Discount, tax_rate: i64) -> Terms {
        Terms { quantity, unit_price, discount, tax_rate, billing: Billing::Once, periods: 1 }
    }

    #[test]
    fn halves_go_to_the_even_cent() {
        for (quantity, price, net) in
            [(500, 1, 0), (500, 3, 2), (1500, 1, 2), (2500, 1, 2), (333, 100, 33), (1, 499, 0)]
        {
            assert_eq!(
                sums(&terms(quantity, price, Discount::None, 0)).map(|s| s.net),
                Ok(net),
                "{quantity} x {price}"
            );
        }
        let taxed = sums(&terms(1000, 1050, Discount::Percent(1000), 1900)).expect("it is countable");
        assert_eq!((taxed.discount, taxed.net, taxed.tax), (105, 945, 180), "179.55 of the rounded net");
    }

    #[test]
    fn a_recurring_line_is_billed_by_period() {
        let monthly =
            Terms { billing: Billing::Month, periods: 36, ..terms(10_000, 999, Discount::Percent(333), 2500) };
        let line = sums(&monthly).expect("it is countable");
        assert_eq!((line.net, line.annual), (9657 * 36, 9657 * 12));
        let total = totals([line, sums(&terms(1000, 5000, Discount::None, 0)).expect("it is countable")]);
        let total = total.expect("both are countable");
        assert_eq!((total.monthly, total.annual, total.net), (9657, 115_884, 352_652));
        let year = Terms { billing: Billing::Year, periods: 1, ..terms(1000, 100, Discount::None, 0) };
        let total = totals([sums(&year).expect("it is countable")]).expect("it is countable");
        assert_eq!((total.monthly, total.annual), (8, 100));
    }

    #[test]
    fn what_cannot_be_is_said() {
        assert!(sums(&terms(1000, 100, Discount::Percent(10_001), 0)).is_err_and(|e| e.contains("100 %")));
        assert!(sums(&terms(1000, 100, Discount::Amount(101), 0)).is_err_and(|e| e.contains("taken off")));
        assert_eq!(sums(&terms(1000, 100, Discount::Percent(10_000), 0)).map(|s| s.net), Ok(0));
        assert_eq!(sums(&terms(i64::MAX, i64::MAX, Discount::None, 0)), Err(TOO_MUCH.to_owned()));
    }

    fn any_terms() -> impl Strategy<Value = Terms> {
        let billing = prop::sample::select(Billing::ALL.to_vec());
        let discount = prop_oneof![
            Just(Discount::None),
            (0..=WHOLE).prop_map(Discount::Percent),
            (0..1_000_000_i64).prop_map(Discount::Amount)
        ];
        (1..2_000_000_i64, 0..2_000_000_i64, discount, 0..=WHOLE, billing, 1..120_i64).prop_map(
            |(quantity, unit_price, discount, tax_rate, billing, periods)| Terms {
                quantity,
                unit_price,
                discount,
                tax_rate,
                billing,
                periods: if billing == Billing::Once { 1 } else { periods },
            },
        )
    }

    proptest! {
        #[test]
        fn totals_are_the_sum_of_their_lines_in_any_order(mut lines in prop::collection::vec(any_terms(), 0..12)) {
            let reckon = |lines: &[Terms]| lines.iter().filter_map(|l| sums(l).ok()).collect::<Vec<_>>();
            let parts = reckon(&lines);
            let total = totals(parts.clone()).expect("they are countable");
            prop_assert_eq!(total.net, parts.iter().map(|p| p.net).sum::<i64>());
            prop_assert_eq!(total.gross, parts.iter().map(|p| p.net + p.tax).sum::<i64>());
            prop_assert_eq!(total.gross - total.net, total.taxes.iter().map(|(_, tax)| tax).sum::<i64>());
            lines.reverse();
            prop_assert_eq!(totals(reckon(&lines)), Ok(total));
        }

        #[test]
        fn no_discount_makes_a_line_negative(terms in any_terms()) {
            if let Ok(line) = sums(&terms) {
                prop_assert!(line.net >= 0 && line.discount >= 0 && line.tax >= 0);
                let per_period = line.net / terms.periods;
                prop_assert_eq!(line.tax / terms.periods, i64::try_from(half_even(
                    i128::from(per_period) * i128::from(terms.tax_rate), WHOLE.into(),
                )).expect("it is countable"));
            }
        }

        #[test]
        fn nothing_overflows(quantity in 0..i64::MAX, unit_price in 0..i64::MAX, tax_rate in 0..=WHOLE, periods in 1..i64::MAX) {
            let terms = Terms { quantity, unit_price, discount: Discount::None, tax_rate, billing: Billing::Month, periods };
            let _ = sums(&terms);
        }
    }
}
