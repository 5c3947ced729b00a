//! Amounts of money as people type them, each in the way of their region.

use super::Locale;
use crate::db::types::{Money, exponent};
use iso_currency::Currency;

impl Locale {
    /// Reads what a person types in an amount field: `1234.5`, `€ 1 234`, `1,234.50`, `1.234,50`.
    ///
    /// Of `.` and `,` one is the region's decimal mark, the other its grouping mark. Spaces, apostrophes and the
    /// currency's own code or sign may stand anywhere.
    /// - Both marks in one number: the last is the decimal mark, whatever the region, for it can mean nothing else.
    /// - One mark, several times: it groups thousands.
    /// - The region's decimal mark, once: decimals, and no more of them than the currency has. In en-US `12.345` is
    ///   no amount of USD. (A currency without decimals has nothing to put behind it: before three digits it groups.)
    /// - The region's grouping mark, once: before three digits it groups, so that `12.345` is 12345 in de-DE; before
    ///   no more digits than the currency has decimals it is the other style's decimal mark, so `12.5` is 12.50.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn amount(&self, typed: &str, currency: Currency) -> Result<Money, String> {
        let places = exponent(currency) as usize;
        let decimal = if self.decimal == "," { ',' } else { '.' };
        let unit = 10_i64.pow(exponent(currency));
        let example = self.plain_amount(Money::new(1234 * unit + unit / 2, currency));
        let wrong = || format!("“{}” is not an amount: write it like {example}.", typed.trim());
        // Only the currency's own code or sign, and what groups digits, is taken away: “1e5”, “3–5” and another currency's
        // sign are not guessed at.
        let bare = typed
            .to_uppercase()
            .replace(currency.code(), "")
            .replace(&currency.symbol().to_string().to_uppercase(), "");
        let text: String = bare
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’' | '\u{202f}' | '\u{a0}'))
            .map(|c| if c == '−' { '-' } else { c })
            .collect();
        let foreign = text.contains(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '-'));
        let (negative, digits) = text.strip_prefix('-').map_or((false, text.as_str()), |rest| (true, rest));
        let none = !digits.contains(|c: char| c.is_ascii_digit());
        if foreign || digits.contains('-') || none {
            return Err(wrong());
        }
        let last = digits.rfind(['.', ',']);
        let (whole, fraction) = match last.map(|at| (at, &digits[..at], &digits[at + 1..])) {
            None => (digits, ""),
            Some((at, head, tail)) => {
                let mark = if digits[at..].starts_with(',') { ',' } else { '.' };
                let groups = tail.len() == 3 && (1..=3).contains(&head.trim_start_matches('0').len());
                match (head.contains(mark), head.contains(['.', ','])) {
                    (true, _) => (digits, ""),
                    (false, true) => (head, tail),
                    (false, false) if groups && (mark != decimal || places == 0) => (digits, ""),
                    (false, false) => (head, tail),
                }
            }
        };
        if fraction.len() > places {
            let code = currency.code();
            return Err(match places {
                0 => format!("{code} has no smaller unit: write a whole number."),
                2 => format!("{code} has two decimals: write it like {example}."),
                n => format!("{code} has {n} decimals: write it like {example}."),
            });
        }
        let whole = ungrouped(whole).ok_or_else(wrong)?;
        let minor = format!("{whole}{fraction:0<places$}").parse::<i64>().ok().filter(|minor| *minor <= Money::MOST);
        let minor = minor.ok_or_else(|| {
            let most = self.plain_amount(Money::new(Money::MOST, currency));
            format!("“{}” is larger than Rapport can count: write at most {most}.", typed.trim())
        })?;
        Ok(Money::new(if negative { -minor } else { minor }, currency))
    }

    /// Reads a number with at most so many decimals, as that many places of an integer: `2.5` with three places is
    /// 2500. Marks mean what they mean in [`Locale::amount`]; `%` and the unit's words are not read.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn decimal(&self, typed: &str, places: u32) -> Result<i64, String> {
        // Currencies of two and three decimals read what percents and quantities need; only their sentences differ.
        let currency = if places == 3 { Currency::KWD } else { Currency::EUR };
        let example = self.plain_amount(Money::new(25 * 10_i64.pow(exponent(currency)) / 2, currency));
        let bare = typed.trim();
        if !bare.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || ".,-−’'".contains(c)) {
            return Err(format!("“{bare}” is not a number: write it like {example}."));
        }
        self.amount(bare, currency)
            .map(|money| money.minor)
            .map_err(|_| format!("“{bare}” is not a number of at most {places} decimals: write it like {example}."))
    }

    /// A number that [`Locale::decimal`] reads, without the zeros at its end: `2.5`.
    pub fn plain_decimal(&self, number: i64, places: u32) -> String {
        let currency = if places == 3 { Currency::KWD } else { Currency::EUR };
        let text = Money::new(number, currency).plain();
        text.trim_end_matches('0').trim_end_matches('.').replace('.', self.decimal)
    }

    /// A number that a program wrote, with the region's decimal mark.
    pub fn decimal_mark(&self, plain: &str) -> String {
        plain.replace('.', self.decimal)
    }

    /// An amount as [`Locale::amount`] reads it, for fields: `1234.50`, or `1234,50`.
    pub fn plain_amount(&self, money: Money) -> String {
        self.decimal_mark(&money.plain())
    }
}

/// The digits of a whole number. Its groups have one mark; the last has three digits, those before it three or two, as
/// India writes them.
fn ungrouped(text: &str) -> Option<String> {
    let mut groups: Vec<&str> = text.split(['.', ',']).collect();
    let one_mark = !(text.contains('.') && text.contains(','));
    let last = groups.pop()?;
    let first = if groups.is_empty() { return Some(last.to_owned()) } else { groups.remove(0) };
    let fits = (1..=3).contains(&first.len()) && groups.iter().all(|g| matches!(g.len(), 2 | 3)) && last.len() == 3;
    (one_mark && fits).then(|| text.replace(['.', ','], ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_amount_is_read_as_its_region_writes_it() {
        use Currency::{EUR, INR, JPY, KWD, USD};
        for (region, typed, currency, minor) in [
            ("de-DE", "12.345", EUR, 1_234_500),
            ("de-DE", "12,5", EUR, 1250),
            ("de-DE", "12.5", EUR, 1250),
            ("de-DE", "1.234,50 €", EUR, 123_450),
            ("de-DE", "1,234.50", EUR, 123_450),
            ("de-DE", "1.234.567", EUR, 123_456_700),
            ("de-DE", "12.345", KWD, 12_345_000),
            ("de-DE", "12,345", KWD, 12_345),
            ("de-DE", "0.345", KWD, 345),
            ("en-US", "12,345", USD, 1_234_500),
            ("en-US", "$12,345.60", USD, 1_234_560),
            ("en-US", "12.5", USD, 1250),
            ("en-US", "12,5", USD, 1250),
            ("en-US", "1.234,50", USD, 123_450),
            ("en-US", ".5", USD, 50),
            ("en-US", "12.", USD, 1200),
            ("en-US", "-12", USD, -1200),
            ("en-US", "USD 1,234,567", USD, 123_456_700),
            ("en-US", "12.345", KWD, 12_345),
            ("en-US", "¥1,980,000", JPY, 1_980_000),
            ("en-US", "1.980", JPY, 1980),
            ("fr-FR", "1 234,5", EUR, 123_450),
            ("de-CH", "1’234.50", EUR, 123_450),
            ("en-IN", "1,23,456.50", INR, 12_345_650),
        ] {
            let read = Locale::of(region).amount(typed, currency).map(|m| m.minor);
            assert_eq!(read, Ok(minor), "{typed} in {region}, {}", currency.code());
        }
    }

    #[test]
    fn what_could_mean_two_amounts_is_asked_about() {
        use Currency::{EUR, JPY, USD};
        for (region, typed, currency, says) in [
            ("en-US", "12.345", USD, "USD has two decimals: write it like 1234.50."),
            ("en-US", "12.000", USD, "USD has two decimals: write it like 1234.50."),
            ("de-DE", "12,345", EUR, "EUR has two decimals: write it like 1234,50."),
            ("en-US", "1234,567", USD, "USD has two decimals: write it like 1234.50."),
            ("en-US", "0,345", USD, "USD has two decimals: write it like 1234.50."),
            ("en-US", "1.5", JPY, "JPY has no smaller unit: write a whole number."),
            ("en-US", "1.2.3", USD, "“1.2.3” is not an amount: write it like 1234.50."),
            ("en-US", "12,3.50", USD, "“12,3.50” is not an amount: write it like 1234.50."),
            ("en-US", "1e5", USD, "“1e5” is not an amount: write it like 1234.50."),
            ("en-US", "1.5k", USD, "“1.5k” is not an amount: write it like 1234.50."),
            ("en-US", "3000–5000", USD, "“3000–5000” is not an amount: write it like 1234.50."),
            ("en-US", "100+50", USD, "“100+50” is not an amount: write it like 1234.50."),
            ("en-US", "€ 500", USD, "“€ 500” is not an amount: write it like 1234.50."),
            ("en-US", "12-3", USD, "“12-3” is not an amount: write it like 1234.50."),
            ("en-US", "", USD, "“” is not an amount: write it like 1234.50."),
        ] {
            assert_eq!(Locale::of(region).amount(typed, currency), Err(says.to_owned()), "{typed} in {region}");
        }
    }

    proptest! {
        #[test]
        fn an_amount_in_a_field_reads_back_as_itself(minor in -1_000_000_000_000_i64..1_000_000_000_000) {
            for currency in [Currency::USD, Currency::JPY, Currency::KWD] {
                for region in ["en-US", "de-DE", "fr-FR"] {
                    let money = Money::new(minor, currency);
                    let locale = Locale::of(region);
                    prop_assert_eq!(locale.amount(&locale.plain_amount(money), currency), Ok(money));
                }
            }
        }
    }
}
