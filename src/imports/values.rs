//! Cells read into values: amounts, whole numbers, yes and no, addresses, phones and names. Each
//! failure is a sentence with the value in it.

use iso_currency::Currency;

/// Which character separates the decimals of a column's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalMark {
    Point,
    Comma,
}

impl DecimalMark {
    /// The mark shown by a cell that can be read in one way only: "1.234" shows none.
    pub fn of(cell: &str) -> Option<Self> {
        let (point, comma) = (cell.matches('.').count(), cell.matches(',').count());
        match (point, comma) {
            (0, 0) => None,
            (_, 0) => lone_mark(cell, '.', point).map(|decimal| if decimal { Self::Point } else { Self::Comma }),
            (0, _) => lone_mark(cell, ',', comma).map(|decimal| if decimal { Self::Comma } else { Self::Point }),
            _ if cell.rfind('.') > cell.rfind(',') => Some(Self::Point),
            _ => Some(Self::Comma),
        }
    }
}

/// Whether the only kind of mark in `cell` separates decimals; `None` for "1.234", which may be
/// either.
fn lone_mark(cell: &str, mark: char, count: usize) -> Option<bool> {
    if count > 1 {
        return Some(false);
    }
    let (whole, after) = cell.split_once(mark)?;
    let decimals = after.bytes().take_while(u8::is_ascii_digit).count();
    let digits = whole.bytes().filter(u8::is_ascii_digit).count();
    (decimals != 3 || digits > 3).then_some(true)
}

/// An amount of money in minor units (cents for USD, whole yen for JPY).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    pub minor: i64,
    pub currency: Currency,
}

/// Reads "$1,234.50", "1.234,50 €", "CHF 1'234.50", "(1,234)" and "6.0E7".
///
/// `decimal` is what the column shows. The currency is the one written in the cell; otherwise
/// `currency`, which also settles a "$" where it is one of the dollars. `millions` is for columns
/// that count in millions. Never goes through a float.
pub fn amount(text: &str, decimal: Option<DecimalMark>, currency: Currency, millions: bool) -> Result<Amount, String> {
    let fail = || format!("\"{}\" is not an amount: write it like 1234.50.", text.trim());
    let (number, written) = split_currency(text.trim(), currency).ok_or_else(fail)?;
    let currency = written.unwrap_or(currency);
    let Decimal { negative, digits, scale } = decimal_number(&number, decimal).ok_or_else(fail)?;
    let exponent = i32::from(currency.exponent().unwrap_or(0));
    let shift = exponent + if millions { 6 } else { 0 } - scale;
    let minor = shifted(&digits, shift).map_err(|problem| match problem {
        Shift::TooLarge => format!("\"{}\" is too large an amount.", text.trim()),
        Shift::TooFine => {
            format!("\"{}\" has more decimals than {} has ({exponent}).", text.trim(), currency.code())
        }
    })?;
    Ok(Amount { minor: if negative { -minor } else { minor }, currency })
}

/// A currency by its ISO 4217 code.
pub fn currency(text: &str) -> Result<Currency, String> {
    Currency::from_code(&text.trim().to_ascii_uppercase())
        .ok_or_else(|| format!("\"{}\" is not a currency: write its code, like USD.", text.trim()))
}

/// A whole number: "9,395" and "9395.0" too.
pub fn integer(text: &str, decimal: Option<DecimalMark>) -> Result<i64, String> {
    let whole = decimal_number(text.trim(), decimal).and_then(|n| {
        let value = shifted(&n.digits, -n.scale).ok()?;
        Some(if n.negative { -value } else { value })
    });
    whole.ok_or_else(|| format!("\"{}\" is not a whole number: write it like 1234.", text.trim()))
}

/// Yes or no in the words of exports and spreadsheets.
pub fn boolean(text: &str) -> Result<bool, String> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "x" | "on" | "t" | "ja" | "oui" | "si" | "sí" | "active" => Ok(true),
        "false" | "no" | "n" | "0" | "off" | "f" | "nein" | "non" | "inactive" => Ok(false),
        _ => Err(format!("\"{}\" is neither yes nor no.", text.trim())),
    }
}

/// The e-mail addresses of a cell, split on `:::`, `;`, `,` and line breaks; the domain in lower
/// case. "Ana Souza <ana@example.com>" gives the address alone.
pub fn emails(text: &str) -> Result<Vec<String>, String> {
    parts(text, &[';', ',', '\n', '\r']).map(email).collect()
}

fn email(text: &str) -> Result<String, String> {
    let fail = || format!("\"{}\" is not an e-mail address: write one like name@example.com.", text);
    let inner = match text.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>').ok_or_else(fail)?,
        None => text.strip_prefix("mailto:").unwrap_or(text),
    };
    let (local, domain) = inner.trim().rsplit_once('@').ok_or_else(fail)?;
    let domain = domain.to_lowercase();
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>()[]@\"".contains(c);
    let labels = domain.split('.').all(|l| !l.is_empty() && l.len() <= 63);
    let bad_local = local.is_empty() || local.len() > 64 || local.contains(odd);
    if bad_local || !labels || !domain.contains('.') || domain.contains(odd) || inner.len() > 254 {
        return Err(fail());
    }
    Ok(format!("{local}@{domain}"))
}

/// The domains of a cell, from addresses of web pages too: "https://www.example.com/a" gives
/// `example.com`.
pub fn domains(text: &str) -> Result<Vec<String>, String> {
    parts(text, &[';', ',', '\n', '\r', ' ']).map(domain).collect()
}

fn domain(text: &str) -> Result<String, String> {
    let lower = text.to_lowercase();
    let rest = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host).trim_end_matches('.');
    let labels =
        host.split('.').all(|l| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_'));
    if host.contains('.') && labels {
        Ok(host.to_owned())
    } else {
        Err(format!("\"{text}\" is not a domain: write one like example.com."))
    }
}

/// The phone numbers of a cell, split on `:::`, `;` and line breaks.
pub fn phones(text: &str) -> Vec<String> {
    parts(text, &[';', '\n', '\r']).map(str::to_owned).collect()
}

/// The entries of a list in a cell, split on `:::`, `;`, `,` and `|`. Address books mark their own
/// groups with a leading "* ": those are left out.
pub fn tags(text: &str) -> Vec<String> {
    parts(text, &[';', ',', '|', '\n', '\r']).filter(|t| !t.starts_with("* ")).map(str::to_owned).collect()
}

/// Whether a cell says in some way that it has no value: "n/a", "none", "NULL", "-", "?".
pub fn is_placeholder(text: &str) -> bool {
    let word = text.trim().to_ascii_lowercase();
    let named = ["n/a", "#n/a", "na", "none", "null", "nil", "\\n", "unknown", "not available"];
    named.contains(&word.as_str()) || word.bytes().all(|b| b"-.?/".contains(&b))
}

/// Splits a name into given and family name: "Souza, Ana" and "Ana Souza" both give Ana and Souza,
/// "Ludwig van Beethoven" keeps "van Beethoven" together. A name of one word, or in a script
/// without spaces, has neither: it is shown as written.
pub fn split_name(text: &str) -> Option<(String, String)> {
    const PARTICLES: [&str; 15] =
        ["van", "von", "de", "da", "di", "del", "della", "der", "den", "dos", "du", "la", "le", "bin", "al"];
    let tidy = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((family, given)) = tidy.split_once(", ") {
        let one_comma = !given.contains(',') && !given.is_empty() && !family.is_empty();
        return one_comma.then(|| (given.to_owned(), family.to_owned()));
    }
    let words: Vec<&str> = tidy.split(' ').collect();
    let mut start = words.len().checked_sub(1).filter(|last| *last > 0)?;
    while start > 1 && PARTICLES.contains(&words[start - 1].to_lowercase().as_str()) {
        start -= 1;
    }
    let (given, family) = (words[..start].join(" "), words[start..].join(" "));
    let named = |part: &str| part.contains(char::is_alphabetic);
    (named(&given) && named(&family)).then_some((given, family))
}

fn parts<'a>(text: &'a str, separators: &'static [char]) -> impl Iterator<Item = &'a str> {
    text.split(":::").flat_map(move |part| part.split(separators)).map(str::trim).filter(|part| !part.is_empty())
}

/// Digits × 10^-scale.
struct Decimal {
    negative: bool,
    digits: String,
    scale: i32,
}

/// The number without its currency, and the currency written with it. `None` when other letters
/// stand there.
fn split_currency(text: &str, default: Currency) -> Option<(String, Option<Currency>)> {
    let is_number = |c: char| c.is_ascii_digit() || "+-−.,'’()".contains(c) || c.is_whitespace();
    let exponent = |at: usize| {
        let before = text[..at].chars().next_back();
        let after = text[at + 1..].trim_start_matches(['+', '-']).chars().next();
        before.is_some_and(|c| c.is_ascii_digit()) && after.is_some_and(|c| c.is_ascii_digit())
    };
    let (mut number, mut unit) = (String::new(), String::new());
    for (at, c) in text.char_indices() {
        if is_number(c) || ((c == 'e' || c == 'E') && exponent(at)) {
            number.push(c);
        } else {
            unit.push(c);
        }
    }
    let dollars = default.symbol().symbol.contains('$');
    let currency = match unit.to_uppercase().as_str() {
        "" => None,
        "$" if dollars => Some(default),
        "$" | "US$" => Some(Currency::USD),
        "€" | "EURO" => Some(Currency::EUR),
        "£" => Some(Currency::GBP),
        "¥" | "円" => Some(Currency::JPY),
        "₹" | "RS" => Some(Currency::INR),
        "FR" | "SFR" => Some(Currency::CHF),
        "KČ" => Some(Currency::CZK),
        "ZŁ" => Some(Currency::PLN),
        "R$" => Some(Currency::BRL),
        "₩" => Some(Currency::KRW),
        "₺" => Some(Currency::TRY),
        "₽" => Some(Currency::RUB),
        "C$" | "CA$" => Some(Currency::CAD),
        "A$" | "AU$" => Some(Currency::AUD),
        code => Some(Currency::from_code(code)?),
    };
    Some((number, currency))
}

fn decimal_number(text: &str, decimal: Option<DecimalMark>) -> Option<Decimal> {
    let mut text: String = text.chars().filter(|c| !c.is_whitespace() && !"'’".contains(*c)).collect();
    let mut negative = false;
    if let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        (negative, text) = (true, inner.to_owned());
    } else if let Some(rest) = text.strip_prefix(['-', '−']).or_else(|| text.strip_suffix('-')) {
        (negative, text) = (true, rest.to_owned());
    } else if let Some(rest) = text.strip_prefix('+') {
        text = rest.to_owned();
    }
    let (mantissa, power) = match text.split_once(['e', 'E']) {
        Some((mantissa, power)) => (mantissa.to_owned(), power.parse::<i32>().ok().filter(|p| p.abs() < 40)?),
        None => (text, 0),
    };
    let shown = DecimalMark::of(&mantissa).or(decimal);
    let mark = match shown {
        Some(DecimalMark::Point) => '.',
        Some(DecimalMark::Comma) => ',',
        // Only "1.234" or "1,234" is left: three digits after a mark are thousands.
        None if mantissa.contains('.') => ',',
        None => '.',
    };
    let (whole, fraction) = mantissa.split_once(mark).unwrap_or((&mantissa, ""));
    let grouping = if mark == '.' { ',' } else { '.' };
    let well_grouped = !whole.contains(grouping) || {
        let mut groups = whole.split(grouping);
        // Two digits between marks are how India groups: 12,34,567.
        groups.next().is_some_and(|g| (1..=3).contains(&g.len()))
            && groups.all(|g| g.len() == 2 || g.len() == 3)
            && whole.len() - whole.rfind(grouping)? == 4
    };
    let digits: String = whole.chars().filter(|c| *c != grouping).chain(fraction.chars()).collect();
    if !well_grouped || digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(Decimal { negative, digits, scale: fraction.len() as i32 - power })
}

enum Shift {
    TooLarge,
    TooFine,
}

/// The whole number `digits` × 10^shift. What is cut off must be zero, or the noise that programs
/// leave behind when they compute in floats ("15.299999999999999" is 15.30).
fn shifted(digits: &str, shift: i32) -> Result<i64, Shift> {
    let kept = digits.len() as i64 + i64::from(shift.min(0));
    let (whole, cut) = if kept <= 0 { ("", digits) } else { digits.split_at(kept as usize) };
    let cut_zeros = if kept < 0 { "0".repeat(kept.unsigned_abs() as usize) } else { String::new() };
    let cut = format!("{cut_zeros}{cut}");
    let noise = cut.len() >= 6;
    let up = match () {
        () if cut.bytes().all(|b| b == b'0') => 0,
        () if noise && cut.starts_with("00000") => 0,
        () if noise && cut.starts_with("99999") => 1,
        () => return Err(Shift::TooFine),
    };
    let zeros = "0".repeat(shift.max(0) as usize);
    let text = format!("0{whole}{zeros}");
    text.parse::<i64>().ok().and_then(|n| n.checked_add(up)).ok_or(Shift::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(text: &str, mark: Option<DecimalMark>, currency: Currency) -> String {
        amount(text, mark, currency, false).map_or_else(|e| e, |a| format!("{} {}", a.minor, a.currency.code()))
    }

    #[test]
    fn amounts_are_read_without_losing_a_cent() {
        for (text, expected) in [
            ("$1,234.50", "123450 USD"),
            ("1.234,50 €", "123450 EUR"),
            ("1100.04", "110004 USD"),
            ("CHF 1'234.50", "123450 CHF"),
            ("(1,234)", "-123400 USD"),
            ("-5", "-500 USD"),
            ("6.0E7", "6000000000 USD"),
            ("12,34,567", "123456700 USD"),
            ("1 234,5", "123450 USD"),
            ("1,234", "123400 USD"),
            ("1.234", "123400 USD"),
            ("¥1000", "1000 JPY"),
            ("15.299999999999999", "1530 USD"),
            ("500000.0", "50000000 USD"),
            ("0", "0 USD"),
            (".5", "50 USD"),
            ("1,000 eur", "100000 EUR"),
        ] {
            assert_eq!(minor(text, None, Currency::USD), expected, "{text}");
        }
        assert_eq!(minor("$5", None, Currency::CAD), "500 CAD");
        assert_eq!(minor("1.234", Some(DecimalMark::Point), Currency::KWD), "1234 KWD");
        assert_eq!(
            amount("1100.04", None, Currency::USD, true),
            Ok(Amount { minor: 110_004_000_000, currency: Currency::USD })
        );
    }

    #[test]
    fn what_is_no_amount_is_said_with_its_value() {
        for text in ["much", "1.2 Cr", "1,2,3", "12.34.5", "--5", "$", "1e99"] {
            assert_eq!(
                minor(text, None, Currency::USD),
                format!("\"{text}\" is not an amount: write it like 1234.50.")
            );
        }
        assert_eq!(
            minor("12.345", Some(DecimalMark::Point), Currency::USD),
            "\"12.345\" has more decimals than USD has (2)."
        );
        assert_eq!(
            minor("99999999999999999999", None, Currency::USD),
            "\"99999999999999999999\" is too large an amount."
        );
    }

    #[test]
    fn the_decimal_mark_of_a_column_is_shown_by_its_other_cells() {
        assert_eq!(DecimalMark::of("587.34"), Some(DecimalMark::Point));
        assert_eq!(DecimalMark::of("1.234,5"), Some(DecimalMark::Comma));
        assert_eq!(DecimalMark::of("1.234.567"), Some(DecimalMark::Comma));
        assert_eq!(DecimalMark::of("1.234"), None);
    }

    #[test]
    fn whole_numbers_and_yes_or_no() {
        assert_eq!(integer("9,395", None), Ok(9395));
        assert_eq!(integer("9395.0", None), Ok(9395));
        assert!(integer("11-50", None).is_err());
        assert_eq!(boolean("FALSE"), Ok(false));
        assert!(boolean("maybe").is_err());
    }

    #[test]
    fn a_cell_may_hold_several_addresses() {
        assert_eq!(
            emails("a@b.co ::: C@D.Org; Ana <e@f.io>"),
            Ok(vec!["a@b.co".into(), "C@d.org".into(), "e@f.io".into()])
        );
        assert_eq!(emails("x"), Err("\"x\" is not an e-mail address: write one like name@example.com.".into()));
        assert_eq!(
            domains("https://www.Example.com/a?b, other.org"),
            Ok(vec!["example.com".into(), "other.org".into()])
        );
        assert!(domains("n/a").is_err());
        assert_eq!(tags("* My Contacts ::: Test, VIP"), ["Test", "VIP"]);
        assert_eq!(phones("1 ::: 2\n3"), ["1", "2", "3"]);
    }

    #[test]
    fn names_are_split_only_where_they_can_be() {
        let split = |text| split_name(text).map(|(given, family)| format!("{given}|{family}"));
        assert_eq!(split("Souza, Ana  Maria").as_deref(), Some("Ana Maria|Souza"));
        assert_eq!(split("Ludwig van Beethoven").as_deref(), Some("Ludwig|van Beethoven"));
        assert_eq!(split("Ana Maria Souza").as_deref(), Some("Ana Maria|Souza"));
        assert_eq!(split("山田太郎"), None);
        assert_eq!(split("Smith, John, PhD"), None);
        assert_eq!(split("Ana ★"), None);
    }
}
