//! A record's cells as the values that the nouns' stores take, under the same limits as on the pages.

use crate::{
    db::types::{Domain, EmailAddress, Money, Phone, clean},
    imports::{apply::Failure, fields::Kind, record::Record},
    records::addresses::Address,
};

/// Reads one record and collects what is wrong with it.
pub struct Reading<'a> {
    record: &'a Record,
    kind: Kind,
    wrong: Vec<String>,
}

impl<'a> Reading<'a> {
    pub fn new(kind: Kind, record: &'a Record) -> Self {
        Self { record, kind, wrong: Vec::new() }
    }

    /// A line of text of at most so many signs.
    pub fn text(&mut self, key: &str, most: usize) -> Option<String> {
        let text = clean(self.record.text(key)?)?;
        if text.chars().count() > most {
            self.refuse(format!("{} is longer than {most} signs: shorten it.", self.label(key)));
        }
        Some(text)
    }

    /// What several cells say, under one another.
    pub fn lines(&mut self, key: &str) -> Option<String> {
        let text = self.record.lines(key)?;
        if text.chars().count() > 20_000 {
            self.refuse(format!("{} is longer than 20000 signs: shorten it.", self.label(key)));
        }
        Some(text.trim().to_owned()).filter(|t| !t.is_empty())
    }

    pub fn emails(&mut self, key: &str) -> Vec<EmailAddress> {
        let mut found: Vec<EmailAddress> = Vec::new();
        for typed in self.record.get(key) {
            match EmailAddress::parse(typed) {
                Ok(email) if found.iter().any(|f| f.key() == email.key()) => {}
                Ok(email) => found.push(email),
                Err(sentence) => self.refuse(sentence),
            }
        }
        found
    }

    pub fn domains(&mut self, key: &str) -> Vec<Domain> {
        let mut found: Vec<Domain> = Vec::new();
        for typed in self.record.get(key) {
            match Domain::parse(typed) {
                Ok(domain) if found.contains(&domain) => {}
                Ok(domain) => found.push(domain),
                Err(sentence) => self.refuse(sentence),
            }
        }
        found
    }

    /// The phone numbers, and as a paragraph what stands in their place but is none.
    pub fn phones(&mut self, key: &str, country: &str) -> (Vec<Phone>, Option<String>) {
        let (mut found, mut others): (Vec<Phone>, Vec<&str>) = (Vec::new(), Vec::new());
        for typed in self.record.get(key) {
            match Phone::parse(typed, country) {
                Ok(phone) if found.iter().any(|f| same_phone(f, &phone)) => {}
                Ok(phone) => found.push(phone),
                Err(_) => others.push(typed),
            }
        }
        (found, (!others.is_empty()).then(|| format!("Phone as imported: {}", others.join(", "))))
    }

    pub fn money(&mut self, key: &str) -> Option<Money> {
        let amount = self.record.amount(key)?;
        if amount.minor.saturating_abs() > Money::MOST {
            self.refuse(format!("{} is larger than Rapport can count.", self.label(key)));
            return None;
        }
        Some(Money::new(amount.minor, amount.currency))
    }

    /// The address whose field keys end so: "" for the first, "_2" for the second.
    pub fn address(&mut self, suffix: &str) -> Address {
        let mut part = |key: &str| {
            let cells = self.record.get(&format!("{key}{suffix}")).join(", ").replace('\n', ", ");
            let text = clean(&cells).unwrap_or_default();
            if text.chars().count() > 250 {
                self.wrong.push("A part of the address is longer than 250 signs: shorten it.".to_owned());
            }
            text
        };
        Address {
            label: String::new(),
            street: part("street"),
            locality: part("locality"),
            region: part("region"),
            postal_code: part("postal_code"),
            country: part("country"),
        }
    }

    /// "Founded: 1996", for what the record has no field for.
    pub fn remark(&mut self, key: &str) -> Option<String> {
        let text = self.text(key, 1000)?;
        Some(format!("{}: {text}", self.label(key)))
    }

    pub fn refuse(&mut self, sentence: String) {
        self.wrong.push(sentence);
    }

    /// # Errors
    /// Everything that is wrong with the row.
    pub fn finish(self) -> Result<(), Failure> {
        if self.wrong.is_empty() { Ok(()) } else { Err(Failure::Row(self.wrong.join(" "))) }
    }

    fn label(&self, key: &str) -> &'static str {
        self.kind.field(key).map_or("A cell", |f| f.label)
    }
}

/// Whether two numbers are one, however they are written.
pub fn same_phone(a: &Phone, b: &Phone) -> bool {
    match (&a.e164, &b.e164) {
        (Some(a), Some(b)) => a == b,
        _ => a.typed == b.typed,
    }
}
