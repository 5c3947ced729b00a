//! Long lists to choose from: currencies, countries, time zones, months. Each as (value, label, chosen), for a select.

use crate::db::types::fold;
use chrono::Month;
use iso_currency::{Currency, IntoEnumIterator};

/// What a select offers: value, label, whether it is chosen.
pub type Options = Vec<(String, String, bool)>;

/// Whether people pay with it: no metal, fund, unit of account or test code, and none that another has replaced.
pub fn circulates(currency: Currency) -> bool {
    // The list has the sovereign bolívar replaced by the digital one, which only counts it in millions.
    let replaced = currency.is_superseded().is_some() && currency != Currency::VES;
    currency.exponent().is_some() && !currency.is_fund() && !currency.is_special() && !replaced
}

/// Every currency of ISO 4217 that people pay with: these first, then all others by name. The chosen one is there in any
/// case.
pub fn currencies(chosen: &str, first: &[Currency]) -> Options {
    let option = |c: Currency| (c.code().to_owned(), format!("{}, {}", c.name(), c.code()), c.code() == chosen);
    let mut others: Options =
        Currency::iter().filter(|c| !first.contains(c) && (circulates(*c) || c.code() == chosen)).map(option).collect();
    others.sort_by(|a, b| a.1.cmp(&b.1));
    let mut options: Options = first.iter().copied().map(option).collect();
    options.extend(others);
    options
}

/// The short English name of the Unicode CLDR, where the list has an official or an old one.
fn usual_name(code: &str, listed: &'static str) -> &'static str {
    const USUAL: [(&str, &str); 29] = [
        ("BN", "Brunei"),
        ("BO", "Bolivia"),
        ("CD", "Congo (Kinshasa)"),
        ("CG", "Congo (Brazzaville)"),
        ("CI", "Côte d’Ivoire"),
        ("CV", "Cape Verde"),
        ("CZ", "Czechia"),
        ("FK", "Falkland Islands"),
        ("FM", "Micronesia"),
        ("GB", "United Kingdom"),
        ("IR", "Iran"),
        ("KP", "North Korea"),
        ("KR", "South Korea"),
        ("LA", "Laos"),
        ("MD", "Moldova"),
        ("MF", "Saint Martin"),
        ("MK", "North Macedonia"),
        ("PS", "Palestine"),
        ("RU", "Russia"),
        ("SH", "Saint Helena"),
        ("SX", "Sint Maarten"),
        ("SY", "Syria"),
        ("SZ", "Eswatini"),
        ("TR", "Türkiye"),
        ("TW", "Taiwan"),
        ("TZ", "Tanzania"),
        ("US", "United States"),
        ("VA", "Vatican City"),
        ("VE", "Venezuela"),
    ];
    let usual = USUAL.iter().find(|(own, _)| *own == code).map(|(_, name)| *name);
    // Footnotes of the page that the list was taken from.
    usual.unwrap_or_else(|| listed.split(['[', '(']).next().unwrap_or(listed).trim())
}

/// The code of the country of this name, or of this code.
pub fn country_code(text: &str) -> Option<String> {
    let wanted = fold(text.trim());
    let found = countries("").into_iter().find(|(code, name, _)| fold(code) == wanted || fold(name) == wanted);
    found.map(|(code, ..)| code)
}

/// Every country of ISO 3166-1, by its usual name.
pub fn countries(chosen: &str) -> Options {
    let mut options: Options = iso_country::data::all()
        .into_iter()
        .filter(|c| c.alpha2.len() == 2)
        .map(|c| (c.alpha2.to_owned(), usual_name(c.alpha2, c.name).to_owned(), c.alpha2 == chosen))
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
            (currencies("EUR", &[]), "EUR"),
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
        assert!(currencies("", &[]).iter().all(|(code, _, _)| Currency::from_code(code).is_some()));
    }

    #[test]
    fn nobody_is_offered_what_nobody_pays_with() {
        let offered: Vec<String> = currencies("", &[Currency::SEK, Currency::EUR]).into_iter().map(|o| o.0).collect();
        assert_eq!(offered[..2], ["SEK", "EUR"], "what the company uses comes first");
        for code in
            ["XAU", "XTS", "XXX", "XDR", "XSU", "XUA", "CHE", "CHW", "USN", "BOV", "CLF", "COU", "MXV", "UYI", "UYW"]
        {
            assert!(!offered.iter().any(|c| c == code), "{code}");
        }
        for code in ["USD", "CHF", "JPY", "XAF", "XOF", "XPF", "XCD", "VES", "INR", "KWD"] {
            assert_eq!(offered.iter().filter(|c| *c == code).count(), 1, "{code}");
        }
        assert!(currencies("XAU", &[]).iter().any(|o| o.0 == "XAU" && o.2), "a record keeps what it has");
    }
}
