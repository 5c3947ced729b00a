//! The account form: what was typed, and what is wrong with it.

use super::{Account, Input};
use crate::{
    db::types::{AccountId, Domain, Phone, UserId, clean},
    records::{addresses::Address, tags},
    ui::{Page, PersonField},
    web::{Fields, conflict::Entry},
};
use iso_currency::Currency;

/// Names of the address fields, as (field, part of the label): the first address has them bare, the second after "other".
const PARTS: [(&str, &str); 5] = [
    ("street", "Street"),
    ("postal_code", "Postal code"),
    ("locality", "Town"),
    ("region", "Region"),
    ("country", "Country"),
];

/// As typed.
#[derive(Clone, Debug, Default)]
pub struct AccountForm {
    pub name: String,
    /// Separated by commas.
    pub domains: String,
    pub industry: String,
    pub employees: String,
    pub revenue: String,
    /// Of the revenue; the company's unless it was kept in another.
    pub currency: String,
    pub phone: String,
    pub parent: String,
    /// Name of the chosen parent, for the select.
    pub parent_name: String,
    pub owner: String,
    pub tags: String,
    pub description: String,
    /// Where bills go.
    pub billing: Address,
    pub other: Address,
    /// The values that the form was first drawn with (`web::conflict::was`); empty for a new record.
    pub was: String,
    /// (id of the field, sentence)
    pub errors: Vec<(String, String)>,
}

impl AccountForm {
    /// A blank form, owned by whoever opens it; a name, a domain or a parent may stand in the address.
    pub fn blank(page: &Page, fields: &Fields) -> Self {
        Self {
            owner: page.me.id.to_string(),
            currency: page.currency().code().into(),
            name: fields.one("name").to_owned(),
            domains: fields.one("domains").to_owned(),
            parent: fields.one("parent").to_owned(),
            ..Self::default()
        }
    }

    pub fn of(account: &Account, page: &Page) -> Self {
        let own = |text: &Option<String>| text.clone().unwrap_or_default();
        let address = |at: usize| account.addresses.get(at).cloned().unwrap_or_default();
        let currency = account.annual_revenue.map_or_else(|| page.currency(), |m| m.currency);
        Self {
            name: account.name.clone(),
            domains: account.domains.join(", "),
            industry: own(&account.industry),
            employees: account.employees.map(|n| n.to_string()).unwrap_or_default(),
            revenue: account.annual_revenue.map(|m| page.locale.plain_amount(m)).unwrap_or_default(),
            currency: currency.code().into(),
            phone: account.phone.as_ref().map(|p| p.typed.clone()).unwrap_or_default(),
            parent: account.parent_id.map(|id| id.to_string()).unwrap_or_default(),
            parent_name: String::new(),
            owner: account.owner_id.map(|id| id.to_string()).unwrap_or_default(),
            tags: account.tags.join(", "),
            description: account.description.clone(),
            billing: address(0),
            other: address(1),
            was: String::new(),
            errors: Vec::new(),
        }
    }

    pub fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        let address = |label: &str, before: &str| {
            let part = |name: &str| own(&format!("{before}{name}"));
            Address {
                label: label.into(),
                street: part("street"),
                locality: part("locality"),
                region: part("region"),
                postal_code: part("postal_code"),
                country: part("country"),
            }
        };
        Self {
            name: own("name"),
            domains: own("domains"),
            industry: own("industry"),
            employees: own("employees"),
            revenue: own("revenue"),
            currency: own("currency"),
            phone: own("phone"),
            parent: own("parent"),
            parent_name: String::new(),
            owner: fields.person("owner"),
            tags: own("tags"),
            description: own("description"),
            billing: address("Billing", ""),
            other: address("Other", "other_"),
            was: own("was"),
            errors: Vec::new(),
        }
    }

    pub fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    /// The currency that the revenue is typed in.
    pub fn currency(&self, page: &Page) -> Currency {
        Currency::from_code(&self.currency).unwrap_or_else(|| page.currency())
    }

    /// The valid input, or `None` with the errors filled in. An owner who has left may stay the one of `before`. Whether
    /// the parent may be one, the store knows.
    pub fn check(&mut self, page: &Page, before: Option<&Account>) -> Option<Input> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let mut wrong = |id: &str, sentence: String| errors.push((id.to_owned(), sentence));
        let name = clean(&self.name);
        if name.is_none() {
            wrong("name", "Which company is it? Write its name.".into());
        }
        let mut domains: Vec<Domain> = Vec::new();
        for typed in self.domains.split([',', ';', ' ', '\n']).filter(|t| !t.trim().is_empty()) {
            match Domain::parse(typed) {
                Ok(domain) if domains.contains(&domain) => {}
                Ok(domain) => domains.push(domain),
                Err(sentence) => wrong("domains", sentence),
            }
        }
        if domains.len() > 20 {
            wrong("domains", "An account has at most 20 domains: keep those that its people write from.".into());
        }
        let employees = match clean(&self.employees) {
            None => None,
            Some(typed) => match whole_number(&typed) {
                Some(n) => Some(n),
                None => {
                    wrong("employees", format!("“{typed}” is not a number of people: write it like 1240."));
                    None
                }
            },
        };
        let annual_revenue = match clean(&self.revenue) {
            None => None,
            Some(typed) => match page.locale.amount(&typed, self.currency(page)) {
                Ok(money) if money.minor < 0 => {
                    wrong("revenue", "A revenue is not below zero: write it like 1234.50.".into());
                    None
                }
                Ok(money) => Some(money),
                Err(sentence) => {
                    wrong("revenue", sentence);
                    None
                }
            },
        };
        let phone = match clean(&self.phone) {
            None => None,
            Some(typed) => match Phone::parse(&typed, &page.directory.company.country) {
                Ok(phone) => Some(phone),
                Err(sentence) => {
                    wrong("phone", sentence);
                    None
                }
            },
        };
        for (id, label, text, most) in [
            ("name", "name", &self.name, 250),
            ("industry", "industry", &self.industry, 120),
            ("description", "description", &self.description, 20_000),
        ] {
            if text.chars().count() > most {
                wrong(id, format!("The {label} is longer than {most} signs: shorten it."));
            }
        }
        let owner_id = page.owner(&self.owner, before.and_then(|b| b.owner_id)).unwrap_or_else(|sentence| {
            wrong("owner", sentence);
            None
        });
        if let Some(owner) = owner_id {
            self.owner = owner.to_string();
        }
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        let addresses = [&self.billing, &self.other];
        Some(Input {
            name: name?,
            domains,
            industry: clean(&self.industry),
            employees,
            annual_revenue,
            phone,
            addresses: addresses.into_iter().map(|a| a.clone().cleaned()).filter(|a| !a.is_empty()).collect(),
            parent_id: self.parent.parse().ok().map(AccountId),
            owner_id,
            tags: tags::parse(&self.tags),
            description: self.description.trim().to_owned(),
        })
    }

    /// Every field with its label, for comparing two versions.
    pub fn entries(&self, page: &Page) -> Vec<Entry> {
        let owner = self.owner.parse().ok().map(UserId);
        let mut entries = vec![
            Entry::new("name", "Name", &self.name),
            Entry::new("domains", "Domains", &self.domains),
            Entry::new("industry", "Industry", &self.industry),
            Entry::new("employees", "Employees", &self.employees),
            Entry::new("revenue", "Annual revenue", &self.revenue),
            Entry::new("currency", "Currency", &self.currency),
            Entry::new("phone", "Phone", &self.phone),
            Entry::choice("parent", "Parent account", &self.parent, &self.parent_name),
            Entry::choice("owner", "Owner", &self.owner, page.directory.name(owner)),
            Entry::new("tags", "Tags", &self.tags),
            Entry::new("description", "Description", &self.description),
        ];
        let values = |a: &Address| {
            [a.street.clone(), a.postal_code.clone(), a.locality.clone(), a.region.clone(), a.country.clone()]
        };
        for ((name, label), value) in PARTS.iter().zip(values(&self.billing)) {
            entries.push(Entry::new(*name, label, &value));
        }
        let labels = ["Other street", "Other postal code", "Other town", "Other region", "Other country"];
        for (((name, _), label), value) in PARTS.iter().zip(labels).zip(values(&self.other)) {
            entries.push(Entry::new(format!("other_{name}"), label, &value));
        }
        entries
    }

    pub fn owners(&self, page: &Page) -> PersonField {
        page.owners(&self.owner)
    }

    /// The first options of the parent select; typing asks for more. The account itself is not among them.
    pub fn parents(&self, known: &[(AccountId, String)], own: Option<AccountId>) -> Vec<(String, String, bool)> {
        let mut options = vec![(String::new(), "No parent".to_owned(), self.parent.is_empty())];
        if !self.parent.is_empty() && !known.iter().any(|(id, _)| id.to_string() == self.parent) {
            options.push((self.parent.clone(), self.parent_name.clone(), true));
        }
        let others = known.iter().filter(|(id, _)| Some(*id) != own);
        options.extend(others.map(|(id, name)| (id.to_string(), name.clone(), id.to_string() == self.parent)));
        options
    }
}

/// A whole number as people write it: thousands may be grouped by a comma, a point, an apostrophe or a blank.
fn whole_number(typed: &str) -> Option<i64> {
    let digits: String =
        typed.chars().filter(|c| !matches!(c, ',' | '.' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}')).collect();
    digits.parse().ok().filter(|n| *n >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_may_group_the_thousands() {
        assert_eq!(whole_number("1,240"), Some(1240));
        assert_eq!(whole_number("1 240"), Some(1240));
        assert_eq!(whole_number("0"), Some(0));
        for wrong in ["-1", "many", "12a", ""] {
            assert_eq!(whole_number(wrong), None, "{wrong}");
        }
    }
}
