//! The product form: what was typed, and what is wrong with it.

use super::{Billing, Input, Product, line};
use crate::{
    db::types::clean,
    ui::{Page, choices},
    web::{Fields, conflict::Entry},
};
use iso_currency::Currency;

/// As typed.
#[derive(Clone, Debug, Default)]
pub struct ProductForm {
    pub name: String,
    pub code: String,
    pub family: String,
    pub unit: String,
    pub price: String,
    /// ISO 4217 code.
    pub currency: String,
    pub active: bool,
    pub description: String,
    pub billing: String,
    pub tax: String,
    /// The values that the form was first drawn with (`web::conflict::was`); empty for a new record.
    pub was: String,
    /// (id of the field, sentence)
    pub errors: Vec<(String, String)>,
}

impl ProductForm {
    /// A blank form, in the company's currency.
    pub fn blank(page: &Page) -> Self {
        Self {
            currency: page.currency().code().into(),
            active: true,
            billing: Billing::Once.text().into(),
            ..Self::default()
        }
    }

    pub fn of(product: &Product, page: &Page) -> Self {
        let own = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            name: product.name.clone(),
            code: own(&product.code),
            family: own(&product.family),
            unit: product.unit.clone(),
            price: product.price.map(|m| page.locale.plain_amount(m)).unwrap_or_default(),
            currency: product.currency.code().into(),
            active: product.active,
            description: product.description.clone(),
            billing: product.billing.text().into(),
            tax: product.tax_rate.map(|rate| page.locale.plain_decimal(rate, 2)).unwrap_or_default(),
            was: String::new(),
            errors: Vec::new(),
        }
    }

    pub fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            name: own("name"),
            code: own("code"),
            family: own("family"),
            unit: own("unit"),
            price: own("price"),
            currency: own("currency"),
            active: fields.has("active"),
            description: own("description"),
            billing: own("billing"),
            tax: own("tax"),
            was: own("was"),
            errors: Vec::new(),
        }
    }

    pub fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    /// The valid input, or `None` with the errors filled in.
    pub fn check(&mut self, page: &Page) -> Option<Input> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let mut wrong = |id: &str, sentence: String| errors.push((id.to_owned(), sentence));
        let name = clean(&self.name);
        if name.is_none() {
            wrong("name", "What is sold? Write its name.".into());
        }
        let typed = self.currency.trim().to_uppercase();
        let currency = Currency::from_code(&typed).filter(|c| choices::circulates(*c));
        if currency.is_none() {
            wrong("currency", format!("“{}” is no currency: write its three letters, like EUR.", self.currency.trim()));
        }
        let mut price = None;
        if let (Some(typed), Some(currency)) = (clean(&self.price), currency) {
            match page.locale.amount(&typed, currency) {
                Ok(money) if money.minor < 0 => wrong("price", "A list price is not below zero.".into()),
                Ok(money) => price = Some(money),
                Err(sentence) => wrong("price", sentence),
            }
        }
        let billing = match self.billing.as_str() {
            "" => Some(Billing::Once),
            typed => Billing::parse(typed),
        };
        if billing.is_none() {
            wrong("billing", "How often is it paid? Choose one.".into());
        }
        let tax_rate = match clean(&self.tax).map(|typed| percent(page, &typed)) {
            Some(Ok(rate)) => Some(rate),
            Some(Err(sentence)) => {
                wrong("tax", sentence);
                None
            }
            None => None,
        };
        for (id, label, text, most) in [
            ("name", "name", &self.name, 250),
            ("code", "code", &self.code, 100),
            ("family", "family", &self.family, 120),
            ("unit", "unit", &self.unit, 60),
            ("description", "description", &self.description, 20_000),
        ] {
            if text.chars().count() > most {
                wrong(id, format!("The {label} is longer than {most} signs: shorten it."));
            }
        }
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        Some(Input {
            name: name?,
            code: clean(&self.code),
            family: clean(&self.family),
            unit: clean(&self.unit).unwrap_or_default(),
            price,
            currency: currency?,
            active: self.active,
            description: self.description.trim().to_owned(),
            billing: billing?,
            tax_rate,
        })
    }

    /// How often it is paid, for the select.
    pub fn billings(&self) -> Vec<(String, String, bool)> {
        let chosen = |value: &str| value == self.billing;
        Billing::choices().into_iter().map(|(value, label)| (value.clone(), label, chosen(&value))).collect()
    }

    /// Every field with its label, for comparing two versions.
    pub fn entries(&self) -> Vec<Entry> {
        vec![
            Entry::new("name", "Name", &self.name),
            Entry::new("code", "Code", &self.code),
            Entry::new("family", "Family", &self.family),
            Entry::new("unit", "Unit", &self.unit),
            Entry::new("price", "List price", &self.price),
            Entry::new("currency", "Currency", &self.currency),
            Entry::new("billing", "Paid", &self.billing),
            Entry::new("tax", "Tax", &self.tax),
            Entry::tick("active", "Offered to new deals", self.active),
            Entry::new("description", "Description", &self.description),
        ]
    }
}

/// A percentage from 0 to 100, in hundredths.
fn percent(page: &Page, typed: &str) -> Result<i64, String> {
    match page.locale.decimal(typed.trim().trim_end_matches('%'), 2)? {
        rate if (0..=line::WHOLE).contains(&rate) => Ok(rate),
        _ => Err("A tax is between 0 and 100 %.".into()),
    }
}
