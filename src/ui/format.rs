//! Dates, numbers and money as the reader writes them.

use crate::db::types::{Money, exponent};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

/// How one region writes dates and numbers. The words stay English.
#[derive(Debug, PartialEq, Eq)]
pub struct Locale {
    /// BCP 47 tag.
    pub tag: &'static str,
    pub label: &'static str,
    date: DateOrder,
    group: &'static str,
    pub(super) decimal: &'static str,
    symbol_after: bool,
    twelve_hours: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum DateOrder {
    /// 24 Nov 2026
    DayMonthName,
    /// Nov 24, 2026
    MonthNameDay,
    /// 24.11.2026, with this sign between
    Dmy(char),
    /// 2026-11-24, with this sign between
    Ymd(char),
}

const NARROW_SPACE: &str = "\u{202f}";

macro_rules! locale {
    ($tag:literal, $label:literal, $date:expr, $group:expr, $decimal:literal, $after:literal, $twelve:literal) => {
        Locale {
            tag: $tag,
            label: $label,
            date: $date,
            group: $group,
            decimal: $decimal,
            symbol_after: $after,
            twelve_hours: $twelve,
        }
    };
}

/// Every format a person can choose. The first is the default.
pub static LOCALES: [Locale; 14] = [
    locale!("en-GB", "English (United Kingdom)", DateOrder::DayMonthName, ",", ".", false, false),
    locale!("en-US", "English (United States)", DateOrder::MonthNameDay, ",", ".", false, true),
    locale!("en-CA", "English (Canada)", DateOrder::Ymd('-'), ",", ".", false, true),
    locale!("en-IN", "English (India)", DateOrder::DayMonthName, ",", ".", false, true),
    locale!("de-DE", "German (Germany)", DateOrder::Dmy('.'), ".", ",", true, false),
    locale!("de-CH", "German (Switzerland)", DateOrder::Dmy('.'), "’", ".", false, false),
    locale!("fr-FR", "French (France)", DateOrder::Dmy('/'), NARROW_SPACE, ",", true, false),
    locale!("es-ES", "Spanish (Spain)", DateOrder::Dmy('/'), ".", ",", true, false),
    locale!("it-IT", "Italian (Italy)", DateOrder::Dmy('/'), ".", ",", true, false),
    locale!("pt-BR", "Portuguese (Brazil)", DateOrder::Dmy('/'), ".", ",", false, false),
    locale!("nl-NL", "Dutch (Netherlands)", DateOrder::Dmy('-'), ".", ",", false, false),
    locale!("sv-SE", "Swedish (Sweden)", DateOrder::Ymd('-'), NARROW_SPACE, ",", true, false),
    locale!("ja-JP", "Japanese (Japan)", DateOrder::Ymd('/'), ",", ".", false, false),
    locale!("zh-CN", "Chinese (China)", DateOrder::Ymd('/'), ",", ".", false, false),
];

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Locale {
    /// The locale of this tag, or the default.
    pub fn of(tag: &str) -> &'static Self {
        LOCALES.iter().find(|l| l.tag == tag).unwrap_or(&LOCALES[0])
    }

    pub fn date(&self, day: NaiveDate) -> String {
        let month = MONTHS[day.month0() as usize];
        match self.date {
            DateOrder::DayMonthName => format!("{} {month} {}", day.day(), day.year()),
            DateOrder::MonthNameDay => format!("{month} {}, {}", day.day(), day.year()),
            DateOrder::Dmy(s) => format!("{:02}{s}{:02}{s}{}", day.day(), day.month(), day.year()),
            DateOrder::Ymd(s) => format!("{}{s}{:02}{s}{:02}", day.year(), day.month(), day.day()),
        }
    }

    /// Whether 1/15 is the 15th of January here.
    pub fn month_first(&self) -> bool {
        matches!(self.date, DateOrder::MonthNameDay | DateOrder::Ymd(_))
    }

    /// Without its year: for days of this year where there is little room.
    pub fn date_in_year(&self, day: NaiveDate) -> String {
        let month = MONTHS[day.month0() as usize];
        match self.date {
            DateOrder::DayMonthName => format!("{} {month}", day.day()),
            DateOrder::MonthNameDay => format!("{month} {}", day.day()),
            // With the sign after it, where that is how an ordinal is written.
            DateOrder::Dmy(s) => format!("{:02}{s}{:02}{}", day.day(), day.month(), if s == '.' { "." } else { "" }),
            DateOrder::Ymd(s) => format!("{:02}{s}{:02}", day.month(), day.day()),
        }
    }

    pub fn clock(&self, at: &impl Timelike) -> String {
        if self.twelve_hours {
            let (pm, hour) = at.hour12();
            format!("{hour}:{:02} {}", at.minute(), if pm { "pm" } else { "am" })
        } else {
            format!("{:02}:{:02}", at.hour(), at.minute())
        }
    }

    /// A whole number with its thousands grouped.
    pub fn number(&self, n: i64) -> String {
        let digits = n.unsigned_abs().to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 * self.group.len() + 1);
        if n < 0 {
            grouped.push('−');
        }
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                grouped.push_str(self.group);
            }
            grouped.push(digit);
        }
        grouped
    }

    /// With all its decimals: `€48,000.00`.
    pub fn money(&self, money: Money) -> String {
        let places = exponent(money.currency);
        let unit = 10_i64.pow(places);
        let mut text = self.number(money.minor.abs() / unit);
        if places > 0 {
            text.push_str(self.decimal);
            text.push_str(&format!("{:0width$}", money.minor.abs() % unit, width = places as usize));
        }
        self.signed(money, &text)
    }

    /// Without decimals, for overviews: `€48,000` (half away from zero; the record shows the cents).
    pub fn money_short(&self, money: Money) -> String {
        let unit = 10_i64.pow(exponent(money.currency));
        self.signed(money, &self.number(money.minor.saturating_abs().saturating_add(unit / 2) / unit))
    }

    fn signed(&self, money: Money, digits: &str) -> String {
        let minus = if money.minor < 0 { "−" } else { "" };
        let symbol = money.currency.symbol().to_string();
        match (self.symbol_after, symbol.chars().last().is_some_and(char::is_alphabetic)) {
            (true, _) => format!("{minus}{digits}\u{a0}{symbol}"),
            (false, true) => format!("{minus}{symbol}\u{a0}{digits}"),
            (false, false) => format!("{minus}{symbol}{digits}"),
        }
    }
}

/// A stored moment in a zone.
pub fn local(at: NaiveDateTime, zone: Tz) -> DateTime<Tz> {
    zone.from_utc_datetime(&at)
}

/// A wall-clock time in a zone as the moment to store. In the hour that a clock change skips, the moment after it; in
/// the hour that comes twice, the first.
pub fn stored(wall: NaiveDateTime, zone: Tz) -> NaiveDateTime {
    zone.from_local_datetime(&wall).earliest().map_or_else(
        || {
            let later = wall.checked_add_signed(chrono::Duration::hours(1)).unwrap_or(wall);
            zone.from_local_datetime(&later).earliest().map_or(wall, |t| t.with_timezone(&Utc).naive_utc())
        },
        |t| t.with_timezone(&Utc).naive_utc(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use iso_currency::Currency;

    #[test]
    fn money_is_written_as_the_reader_writes_it() {
        let euro = Money::new(4_800_000, Currency::EUR);
        assert_eq!(Locale::of("en-GB").money(euro), "€48,000.00");
        assert_eq!(Locale::of("de-DE").money(euro), "48.000,00\u{a0}€");
        assert_eq!(Locale::of("en-GB").money(Money::new(-5, Currency::EUR)), "−€0.05");
        assert_eq!(Locale::of("en-GB").money_short(Money::new(1_980_000, Currency::JPY)), "¥1,980,000");
    }

    #[test]
    fn a_day_of_this_year_goes_without_it() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 4).unwrap();
        let shown = ["en-GB", "en-US", "de-DE", "fr-FR", "ja-JP"].map(|tag| Locale::of(tag).date_in_year(day));
        assert_eq!(shown, ["4 Nov", "Nov 4", "04.11.", "04/11", "11/04"]);
    }

    #[test]
    fn a_skipped_hour_is_the_hour_after() {
        let zone: Tz = "Europe/Berlin".parse().unwrap();
        let skipped = NaiveDate::from_ymd_opt(2026, 3, 29).unwrap().and_hms_opt(2, 30, 0).unwrap();
        assert_eq!(stored(skipped, zone), NaiveDate::from_ymd_opt(2026, 3, 29).unwrap().and_hms_opt(1, 30, 0).unwrap());
    }
}
