//! Long lists to choose from: currencies, countries, time zones, months. Each as (value, label, chosen), for a select.

use chrono::Month;
use iso_currency::{Currency, IntoEnumIterator};

type Options = Vec<(String, String, bool)>;

/// Every currency of ISO 4217 that people pay with (metals and test codes have no minor unit), by name.
pub fn currencies(chosen: &str) -> Options {
    let mut options: Options = Currency::iter()
        .filter(|c| c.exponent().is_some())
        .map(|c| (c.code().to_owned(), format!("{}, {}", c.name(), c.code()), c.code() == chosen))
        .collect();
    options.sort_by(|a, b| a.1.cmp(&b.1));
    options
}

/// Every country of ISO 3166-1, by name.
pub fn countries(chosen: &str) -> Options {
    let mut options: Options = iso_country::data::all()
        .into_iter()
        .map(|c| (c.alpha2.to_owned(), c.name.to_owned(), c.alpha2 == chosen))
        .filter(|(code, _, _)| code.len() == 2)
        .collect();
    options.sort_by(|a, b| a.1.cmp(&b.1));
    options
}

/// The time zones named by place, and UTC; the chosen one even when its name is an old one.
pub fn zones(chosen: &str) -> Options {
    const OLD: [&str; 8] = ["Etc/", "US/", "Canada/", "Brazil/", "Mexico/", "Chile/", "SystemV/", "Arctic/"];
    let current = |name: &str| name == "UTC" || (name.contains('/') && !OLD.iter().any(|old| name.starts_with(old)));
    chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .filter(|name| current(name) || *name == chosen)
        .map(|name| (name.to_owned(), name.replace('_', " "), name == chosen))
        .collect()
}

/// January is 1.
pub fn months(chosen: u32) -> Options {
    (1..=12_u8)
        .filter_map(|n| Month::try_from(n).ok())
        .map(|m| (m.number_from_month().to_string(), m.name().to_owned(), m.number_from_month() == chosen))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_choose_is_there_once() {
        for (options, wanted) in [
            (currencies("EUR"), "EUR"),
            (countries("PT"), "PT"),
            (zones("Europe/Lisbon"), "Europe/Lisbon"),
            (zones("UTC"), "UTC"),
            (zones("US/Pacific"), "US/Pacific"),
            (months(4), "4"),
        ] {
            let chosen: Vec<_> = options.iter().filter(|o| o.2).collect();
            assert_eq!(chosen.len(), 1, "{wanted}");
            assert_eq!(chosen[0].0, wanted);
            assert!(options.len() >= 12);
        }
        assert!(currencies("").iter().all(|(code, _, _)| Currency::from_code(code).is_some()));
    }
}
