//! Values that cannot be wrong once made: ids, money, e-mail addresses, domains, phones, and enums kept as text.

use chrono::{NaiveDateTime, SubsecRound, Utc};
use iso_currency::Currency;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Now, in UTC, to the microsecond that both engines keep.
pub fn now() -> NaiveDateTime {
    Utc::now().naive_utc().trunc_subsecs(6)
}

/// An `i64` key that cannot be taken for another noun's.
#[macro_export]
macro_rules! id_type {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        $(
            $(#[$doc])*
            #[derive(
                Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, diesel_derive_newtype::DieselNewType,
                serde::Serialize, serde::Deserialize,
            )]
            #[serde(transparent)]
            pub struct $name(pub i64);

            impl std::fmt::Display for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    self.0.fmt(f)
                }
            }
        )*
    };
}

/// An enum that is kept as text in the database and in URLs, with a label for people.
#[macro_export]
macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        #[allow(dead_code, reason = "not every enum is used in all of these ways")]
        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// As it is stored and stands in URLs.
            pub fn text(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
            /// As people read it.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
            /// All as (value, label), for a select.
            pub fn choices() -> Vec<(String, String)> {
                Self::ALL.iter().map(|v| (v.text().to_owned(), v.label().to_owned())).collect()
            }
        }

        impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                <str as diesel::serialize::ToSql<diesel::sql_types::Text, DB>>::to_sql(self.text(), out)
            }
        }

        impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let text = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, DB>>::from_sql(bytes)?;
                Self::parse(&text).ok_or_else(|| format!("unknown {} in the database: {text}", stringify!($name)).into())
            }
        }
    };
}

id_type! {
    /// A person of the company.
    UserId,
    TeamId,
    ContactId,
    AccountId,
    DealId,
    ProductId,
    PriceBookId,
    QuoteId,
    PipelineId,
    StageId,
    /// Why a deal ended: a row of `close_reasons`.
    ReasonId,
    /// A row of `exchange_rates`.
    RateId,
    /// A list that leads wait in until somebody takes them.
    QueueId,
    /// A row of `assignment_rules`.
    RuleId,
    /// A row of `lead_targets`.
    TargetId,
    /// A row of `scoring_rules`.
    ScoringRuleId,
    /// Questions by which leads are qualified.
    FrameworkId,
    /// One of them.
    QuestionId,
    /// A row of `qualifications`.
    QualificationId,
    TaskId,
    MeetingId,
    TagId,
    /// A note, call, meeting or change on the timeline.
    EntryId,
    /// A row of `changes`.
    ChangeId,
    /// A form that strangers fill in.
    WebFormId,
    /// What was sent with one.
    SubmissionId,
    /// What someone else says of a contact.
    SuggestionId,
    /// Tasks for deals, in order.
    PlaybookId,
    /// Who else sells to a customer.
    CompetitorId,
}

/// Lower case without accents (NFKD, marks dropped, German ß as ss): how names are sorted, compared and searched.
pub fn fold(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).fold(
        String::with_capacity(text.len()),
        |mut folded, c| {
            match c {
                'ß' => folded.push_str("ss"),
                'ø' => folded.push('o'),
                'ł' => folded.push('l'),
                'đ' => folded.push('d'),
                'ı' => folded.push('i'),
                'æ' => folded.push_str("ae"),
                'œ' => folded.push_str("oe"),
                c => folded.push(c),
            }
            folded
        },
    )
}

/// Letters and digits of the folded text only: "GTX Pro" and "GTXPro" are one.
pub fn match_key(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A key made of a name, for addresses: up to 40 of its ASCII letters and digits, or else this word; with a number behind
/// it where that is taken.
pub fn fresh_key(name: &str, or_else: &str, taken: impl Fn(&str) -> bool) -> String {
    let plain: String = match_key(name).chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    let stem = if plain.is_empty() { or_else.to_owned() } else { plain };
    let mut key = stem.clone();
    let mut number = 1;
    while taken(&key) {
        number += 1;
        key = format!("{stem}-{number}");
    }
    key
}

/// Whether a sign may stand in a text. Control characters other than a tab or a line end and Unicode's noncharacters may
/// not: no page (HTML 13.2.3.5) and no XML could hold them.
pub fn is_text(sign: char) -> bool {
    let number = u32::from(sign);
    let noncharacter = number & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&number);
    !noncharacter && (!sign.is_control() || matches!(sign, '\t' | '\n' | '\r'))
}

/// What was typed, without control characters, outer blanks and runs of blanks. `None` when nothing is left.
pub fn clean(text: &str) -> Option<String> {
    let mut line = String::with_capacity(text.len());
    // Signs that show nothing and turn the text round them (zero-width blanks, overrides of direction) are no part of a
    // name; the joiners that Persian and Indic words need stay.
    let hidden = |c: char| matches!(c, '\u{200b}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    for word in text.split(|c: char| c.is_whitespace() || !is_text(c) || hidden(c)).filter(|w| !w.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    (!line.is_empty()).then_some(line)
}

/// An amount in the minor units of its currency (ISO 4217 exponent: cents of EUR, whole JPY).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

/// Decimal places of a currency's minor unit; those without one (XAU …) count whole units.
pub fn exponent(currency: Currency) -> u32 {
    u32::from(currency.exponent().unwrap_or(0))
}

impl Money {
    /// The largest amount taken, in minor units, either side of zero: sums over many records must stay countable.
    pub const MOST: i64 = 1_000_000_000_000_000;

    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads what [`Money::plain`] writes; what people type, `ui::Locale::amount` reads.
    pub fn parse(text: &str, currency: Currency) -> Option<Self> {
        let places = exponent(currency) as usize;
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let bare = |part: &str| part.chars().all(|c| c.is_ascii_digit());
        if whole.is_empty() || !bare(whole) || !bare(fraction) || fraction.len() > places {
            return None;
        }
        let minor: i64 = format!("{whole}{fraction:0<places$}").parse().ok()?;
        Some(Self::new(sign * minor, currency))
    }

    /// `1234.50`: for CSV and machines.
    pub fn plain(self) -> String {
        let places = exponent(self.currency) as usize;
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = self.minor.unsigned_abs().to_string();
        if places == 0 {
            return format!("{sign}{digits}");
        }
        let digits = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        format!("{sign}{whole}.{fraction}")
    }

    /// Reads what [`Money::plain`] writes, and shorter: `1250.5`.
    pub fn parse_plain(text: &str, currency: Currency) -> Option<Self> {
        let places = exponent(currency) as usize;
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        if whole.is_empty() || fraction.len() > places || !digits(whole) || !digits(fraction) {
            return None;
        }
        let minor = format!("{whole}{fraction:0<places$}").parse().ok().filter(|minor| *minor <= Self::MOST)?;
        Some(Self::new(minor, currency))
    }

    /// At a rate in billionths of the target per unit, rounded half to even.
    pub fn converted(self, to: Currency, rate_e9: i64) -> Self {
        let shift = exponent(to) as i32 - exponent(self.currency) as i32;
        let mut numerator = i128::from(self.minor) * i128::from(rate_e9);
        let mut denominator: i128 = 1_000_000_000;
        if shift >= 0 {
            numerator *= 10_i128.pow(shift.unsigned_abs());
        } else {
            denominator *= 10_i128.pow(shift.unsigned_abs());
        }
        let (quotient, rest) = (numerator.div_euclid(denominator), numerator.rem_euclid(denominator));
        let up = match (rest * 2).cmp(&denominator) {
            std::cmp::Ordering::Greater => 1,
            std::cmp::Ordering::Equal => quotient & 1,
            std::cmp::Ordering::Less => 0,
        };
        Self::new(i64::try_from(quotient + up).unwrap_or(i64::MAX), to)
    }
}

/// A mailbox address as people have it (RFC 5321 shape, not RFC 5322's comments and quoted words).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// # Errors
    /// A sentence for the field.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let text: String = typed.trim().nfc().collect();
        let say = |what: &str| Err(format!("“{text}” {what}"));
        if text.is_empty() {
            return Err("Write an e-mail address, like ana@acme.example.".into());
        }
        let Some((local, domain)) = text.rsplit_once('@') else {
            return say("has no @: write it like ana@acme.example.");
        };
        if local.is_empty() || local.len() > 64 || text.len() > 254 {
            return say("is not an e-mail address: write it like ana@acme.example.");
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c))
            || local.contains('@')
            || local.starts_with('.')
            || local.ends_with('.')
            || local.contains("..")
        {
            return say("has a sign that e-mail addresses cannot have.");
        }
        if !domain.contains('.') {
            return say("has no ending such as .com.");
        }
        if Domain::parse(domain).is_err() {
            return say("has no valid domain after the @.");
        }
        Ok(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For comparing: lower case (no mailbox provider in use tells case apart).
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

/// A host name such as `acme.example`, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain(String);

impl Domain {
    /// Takes a domain or a web address.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let text = typed.trim().to_lowercase();
        let text = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
        let text = text.split(['/', '?', '#']).next().unwrap_or_default();
        let text = text.strip_prefix("www.").unwrap_or(text).trim_end_matches('.');
        let labels_fit = text.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        });
        if text.len() > 253 || !text.contains('.') || !labels_fit {
            return Err(format!("“{}” is not a domain: write it like acme.example.", typed.trim()));
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A phone number as it was typed and, when it can be understood, in E.164.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    pub typed: String,
    pub e164: Option<String>,
}

impl Phone {
    /// `country` (ISO 3166 code) is where numbers without a country code belong. An extension stays in the typed text.
    ///
    /// # Errors
    /// A sentence for the field, when it holds no digits.
    pub fn parse(typed: &str, country: &str) -> Result<Self, String> {
        let Some(text) = clean(typed) else { return Err("A phone number needs digits.".into()) };
        if text.chars().filter(|c| c.is_numeric()).count() < 3 {
            return Err(format!("“{text}” is not a phone number: write it like +55 11 95550 0142."));
        }
        if text.chars().count() > 60 {
            return Err("A phone number is at most 60 signs long.".into());
        }
        // With a country code of its own a number belongs nowhere else: told a country, the parser may take its digits
        // for a national number there.
        let home = if text.starts_with(['+', '＋']) { None } else { country.parse().ok() };
        let e164 = phonenumber::parse(home, &text)
            .ok()
            .filter(phonenumber::PhoneNumber::is_valid)
            .map(|n| n.format().mode(phonenumber::Mode::E164).to_string());
        Ok(Self { typed: text, e164 })
    }

    /// In the spacing of its country when it is understood, else as typed.
    pub fn shown(typed: &str, e164: Option<&str>) -> String {
        e164.and_then(|n| phonenumber::parse(None, n).ok())
            .map_or_else(|| typed.to_owned(), |n| n.format().mode(phonenumber::Mode::International).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn conversion_rounds_half_to_even() {
        let half = |minor| Money::new(minor, Currency::EUR).converted(Currency::USD, 500_000_000).minor;
        assert_eq!((half(1), half(3), half(-1), half(5)), (0, 2, 0, 2));
        assert_eq!(Money::new(1000, Currency::JPY).converted(Currency::USD, 6_500_000).minor, 650);
    }

    #[test]
    fn names_fold_to_what_a_keyboard_types() {
        assert_eq!(fold("Müller-Łukasz Ångström ß"), "muller-lukasz angstrom ss");
        assert_eq!(match_key("GTX Pro"), match_key("GTXPro"));
    }

    #[test]
    fn wrong_addresses_are_told_why() {
        assert!(EmailAddress::parse("ana.souza@verdelog").unwrap_err().contains("no ending"));
        assert!(EmailAddress::parse("ana").unwrap_err().contains("no @"));
        assert!(EmailAddress::parse("ana@acme.example").is_ok());
        assert_eq!(Domain::parse("https://www.Acme.example/x").unwrap().as_str(), "acme.example");
    }

    #[test]
    fn phones_are_kept_as_typed_and_as_e164() {
        let phone = Phone::parse("(11) 95550-0142", "BR").unwrap();
        assert_eq!((phone.typed.as_str(), phone.e164.as_deref()), ("(11) 95550-0142", Some("+5511955500142")));
    }

    #[test]
    fn a_number_is_shown_in_the_spacing_of_its_country() {
        let shown = |typed: &str, country: &str| {
            let phone = Phone::parse(typed, country).unwrap();
            Phone::shown(&phone.typed, phone.e164.as_deref())
        };
        assert_eq!(shown("+5511955500142", "US"), "+55 11 95550-0142");
        assert_eq!(shown("(11) 95550-0142", "BR"), "+55 11 95550-0142");
        assert_eq!(shown("0711/5550177", "DE"), "+49 711 5550177");
        assert_eq!(shown("+1 212 555 0199", "DE"), "+1 212-555-0199");
        assert_eq!(shown("ext 4711", "DE"), "ext 4711");
    }

    proptest! {
        #[test]
        fn a_plain_amount_reads_back_as_itself(minor in -1_000_000_000_000_i64..1_000_000_000_000) {
            for currency in [Currency::USD, Currency::JPY] {
                let money = Money::new(minor, currency);
                prop_assert_eq!(Money::parse(&money.plain(), currency), Some(money));
            }
        }
    }
}
