//! What a stranger typed, and what is wrong with it.

use super::{Answer, CameBy, FieldKind, WebForm};
use crate::{
    db::types::{EmailAddress, Phone, ProductId, clean, is_text},
    ui::choices,
};

/// The field that people leave empty and programs fill in.
pub const TRAP: &str = "website";

/// As typed, in order; what the form does not ask for is left out.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub pairs: Vec<(String, String)>,
    /// (id of the field, sentence)
    pub errors: Vec<(String, String)>,
}

/// Answers that are valid.
#[derive(Clone, Debug)]
pub struct Filled {
    pub email: EmailAddress,
    pub answers: Vec<Answer>,
    pub employees: Option<i64>,
    pub product: Option<ProductId>,
    /// Number of the wording that was ticked, not looked up yet.
    pub consent: Option<i64>,
}

impl Typed {
    /// The last value of a field, or an empty text.
    pub fn one(&self, key: &str) -> &str {
        self.pairs.iter().rev().find(|(name, _)| name == key).map_or("", |(_, value)| value.as_str())
    }

    /// What may stand in a page again.
    pub fn shown(&self, key: &str) -> String {
        self.one(key).replace(|sign| !is_text(sign), "")
    }

    pub fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    /// Whether what no person sees was filled in.
    pub fn is_trapped(&self) -> bool {
        !self.one(TRAP).trim().is_empty()
    }

    /// How they came, as hidden fields say it.
    pub fn came_by(&self) -> CameBy {
        let own = |key: &str| clean(self.one(key)).unwrap_or_default().chars().take(500).collect();
        CameBy {
            utm_source: own("utm_source"),
            utm_medium: own("utm_medium"),
            utm_campaign: own("utm_campaign"),
            utm_term: own("utm_term"),
            utm_content: own("utm_content"),
            referrer: own("referrer"),
            page: own("page"),
        }
    }

    /// The valid answers, or `None` with the errors filled in. `country` is where phone numbers belong.
    pub fn check(&mut self, form: &WebForm, country: &str, products: &[(ProductId, String)]) -> Option<Filled> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let (mut email, mut employees, mut product) = (None, None, None);
        let mut answers = Vec::new();
        for field in &form.fields {
            let (kind, typed) = (field.kind(), self.one(&field.key));
            let mut wrong = |sentence: String| errors.push((field.key.clone(), sentence));
            // Nobody types these into one line; who sends them means to write lines of their own somewhere.
            let lines = kind == FieldKind::Message;
            if typed.trim_end_matches('\n').chars().any(|c| c.is_control() && !(lines && matches!(c, '\n' | '\t'))) {
                wrong(format!("“{}” holds a sign that cannot be typed there: write plain text.", field.label));
                continue;
            }
            if typed.chars().count() > kind.most() {
                wrong(format!("“{}” is longer than {} signs: shorten it.", field.label, kind.most()));
                continue;
            }
            let cleaned = if lines { kept_lines(typed) } else { clean(typed) };
            let Some(mut value) = cleaned else {
                if field.required {
                    wrong(missing(kind, &field.label));
                }
                continue;
            };
            match kind {
                FieldKind::Email => match EmailAddress::parse(&value) {
                    Ok(address) => email = Some(address),
                    Err(sentence) => wrong(sentence),
                },
                FieldKind::Phone => {
                    if let Err(sentence) = Phone::parse(&value, country) {
                        wrong(sentence);
                    }
                }
                FieldKind::Country if !choices::countries("").iter().any(|(_, name, _)| *name == value) => {
                    wrong("Choose a country from the list.".into());
                }
                FieldKind::Employees => {
                    let digits: String = value.chars().filter(|c| !" ,.'’".contains(*c)).collect();
                    employees = digits.parse::<i64>().ok().filter(|n| (0..=10_000_000).contains(n));
                    match employees {
                        Some(number) => value = number.to_string(),
                        None => wrong("Write the number of employees in digits, like 250.".into()),
                    }
                }
                FieldKind::Interest => match products.iter().find(|(id, _)| id.to_string() == value) {
                    Some((id, name)) => {
                        product = Some(*id);
                        value.clone_from(name);
                    }
                    None => wrong("Choose a product from the list.".into()),
                },
                _ => {}
            }
            answers.push(Answer { key: field.key.clone(), label: field.label.clone(), value });
        }
        let consent = self.one("consent").parse().ok();
        if form.consent.is_some() && form.consent_required && consent.is_none() {
            errors.push(("consent".into(), "Tick this to send the form.".into()));
        }
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        Some(Filled { email: email?, answers, employees, product, consent })
    }
}

fn missing(kind: FieldKind, label: &str) -> String {
    match kind {
        FieldKind::Email => "Write your e-mail address, like ana@acme.example.".into(),
        FieldKind::Country | FieldKind::Interest => "Choose one.".into(),
        _ => format!("“{label}” is empty: fill it in."),
    }
}

/// Several lines, each without control characters and outer blanks.
fn kept_lines(text: &str) -> Option<String> {
    let lines: Vec<String> = text.trim().lines().map(|line| clean(line).unwrap_or_default()).collect();
    Some(lines.join("\n")).filter(|text| !text.is_empty())
}
