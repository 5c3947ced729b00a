//! The search box: names, domains, e-mails and phones by prefix, ignoring case and accents.
//!
//! Every record keeps its keys in `search_keys`: the folded words of its names, whole e-mail addresses and their parts,
//! domains, and phone numbers as digits with and without the country code. A query is a range over that index.

pub mod pages;
mod store;

use crate::db::types::fold;
pub use store::{find, set_keys, words_filter};

/// The keys of a text: its words, folded.
pub fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(|w| w.chars().take(60).collect())
        .collect()
}

/// The keys of an e-mail address: the whole, its local part's words, its domain.
pub fn email(address: &str) -> Vec<String> {
    let folded = fold(address);
    let mut keys = vec![folded.clone()];
    if let Some((local, host)) = folded.rsplit_once('@') {
        keys.extend(words(local));
        keys.extend(domain(host));
    }
    keys
}

/// The keys of a domain: the whole and its first label.
pub fn domain(host: &str) -> Vec<String> {
    let folded = fold(host);
    let first = folded.split('.').next().unwrap_or_default().to_owned();
    vec![folded, first]
}

/// The keys of a phone number: E.164 digits, the national part, its last nine, eight and seven digits (the number without
/// its area code, wherever that ends), and the digits as typed without leading zeros.
pub fn phone(typed: &str, e164: Option<&str>) -> Vec<String> {
    let digits = |text: &str| -> String {
        text.chars().filter_map(|c| c.to_digit(10)).filter_map(|d| char::from_digit(d, 10)).collect()
    };
    let mut keys = Vec::new();
    if let Some(number) = e164.and_then(|n| phonenumber::parse(None, n).ok()) {
        keys.push(format!("{}{}", number.code().value(), number.national().value()));
        let national = number.national().value().to_string();
        keys.extend(
            [9, 8, 7].iter().filter_map(|n| national.get(national.len().checked_sub(*n)?..)).map(str::to_owned),
        );
        keys.push(national);
    }
    let plain = digits(typed).trim_start_matches('0').to_owned();
    if plain.len() >= 3 {
        keys.push(plain);
    }
    keys
}

/// What is looked for: each term must be the beginning of one of the record's keys.
fn terms(query: &str) -> Vec<String> {
    let query = query.trim();
    let digits: String = query.chars().filter_map(|c| c.to_digit(10)).filter_map(|d| char::from_digit(d, 10)).collect();
    let is_phone =
        digits.len() >= 4 && query.chars().all(|c| c.is_numeric() || c.is_whitespace() || "+-()./".contains(c));
    if is_phone {
        let number = digits.trim_start_matches('0');
        // Zeros alone begin every number.
        return if number.is_empty() { Vec::new() } else { vec![number.to_owned()] };
    }
    let mut found = Vec::new();
    for part in query.split_whitespace() {
        let folded = fold(part);
        let is_host = folded.contains('.') && !folded.starts_with('.') && !folded.ends_with('.');
        if folded.contains('@') && !folded.starts_with('@') || is_host && folded.is_ascii() {
            found.push(folded.trim_start_matches("www.").to_owned());
        } else {
            found.extend(words(part));
        }
    }
    found.truncate(8);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_found_in_any_written_form() {
        let keys = phone("(11) 95550-0142", Some("+5511955500142"));
        for query in ["+55 11 95550 0142", "11 95550", "(011) 95550-0142", "5511955500142", "95550-0142", "5550 0142"] {
            let wanted = terms(query);
            assert!(keys.iter().any(|k| k.starts_with(&wanted[0])), "{query}");
        }
    }

    #[test]
    fn a_query_is_split_into_what_keys_hold() {
        assert_eq!(terms("Lindqvist & Söhne"), ["lindqvist", "sohne"]);
        assert_eq!(terms("ana.souza@verdelog"), ["ana.souza@verdelog"]);
        assert_eq!(terms("www.acme.example"), ["acme.example"]);
    }
}
