//! The contact form: what was typed, and what is wrong with it.

use super::{Contact, Input, LeadStatus, Lifecycle};
use crate::{
    db::types::{AccountId, EmailAddress, Phone, UserId, clean},
    records::{addresses::Address, tags},
    ui::{Page, PersonField},
    web::{Fields, conflict::Entry, fields::field_id},
};

/// As typed. `emails` and `phones` hold one blank more than is filled, to write another in.
#[derive(Clone, Debug, Default)]
pub struct ContactForm {
    pub given_name: String,
    pub family_name: String,
    pub name: String,
    pub emails: Vec<String>,
    pub phones: Vec<String>,
    pub account: String,
    /// Name of the chosen account, for the select.
    pub account_name: String,
    pub job_title: String,
    pub owner: String,
    pub lifecycle: String,
    pub lead_status: String,
    pub source: String,
    pub no_call: bool,
    pub no_mail: bool,
    pub no_ads: bool,
    pub address: Address,
    pub tags: String,
    pub description: String,
    /// The values that the form was first drawn with (`web::conflict::was`); empty for a new record.
    pub was: String,
    /// (id of the field, sentence)
    pub errors: Vec<(String, String)>,
}

impl ContactForm {
    /// A blank form, owned by whoever opens it.
    pub fn blank(page: &Page, fields: &Fields) -> Self {
        Self {
            owner: page.me.id.to_string(),
            lifecycle: Lifecycle::parse(fields.one("lifecycle")).unwrap_or(Lifecycle::Lead).text().into(),
            lead_status: LeadStatus::New.text().into(),
            account: fields.one("account").to_owned(),
            name: fields.one("name").to_owned(),
            emails: fields.all("email").map(str::to_owned).collect(),
            phones: fields.all("phone").map(str::to_owned).collect(),
            ..Self::default()
        }
        .with_blanks()
    }

    pub fn of(contact: &Contact) -> Self {
        let own = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            given_name: own(&contact.given_name),
            family_name: own(&contact.family_name),
            name: contact.name.clone(),
            emails: contact.emails.clone(),
            phones: contact.phones.iter().map(|p| p.typed.clone()).collect(),
            account: contact.account_id.map(|id| id.to_string()).unwrap_or_default(),
            account_name: contact.account.as_ref().map(|a| a.name.clone()).unwrap_or_default(),
            job_title: own(&contact.job_title),
            owner: contact.owner_id.map(|id| id.to_string()).unwrap_or_default(),
            lifecycle: contact.lifecycle.text().into(),
            lead_status: contact.lead_status.unwrap_or(LeadStatus::New).text().into(),
            source: own(&contact.source),
            no_call: contact.no_call,
            no_mail: contact.no_mail,
            no_ads: contact.no_ads,
            address: contact.address.clone(),
            tags: contact.tags.join(", "),
            description: contact.description.clone(),
            was: String::new(),
            errors: Vec::new(),
        }
        .with_blanks()
    }

    pub fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            given_name: own("given_name"),
            family_name: own("family_name"),
            name: own("name"),
            emails: fields.all("email").map(str::to_owned).collect(),
            phones: fields.all("phone").map(str::to_owned).collect(),
            account: own("account"),
            account_name: String::new(),
            job_title: own("job_title"),
            owner: fields.person("owner"),
            lifecycle: own("lifecycle"),
            lead_status: own("lead_status"),
            source: own("source"),
            no_call: fields.has("no_call"),
            no_mail: fields.has("no_mail"),
            no_ads: fields.has("no_ads"),
            address: Address {
                label: String::new(),
                street: own("street"),
                locality: own("locality"),
                region: own("region"),
                postal_code: own("postal_code"),
                country: own("country"),
            },
            tags: own("tags"),
            description: own("description"),
            was: own("was"),
            errors: Vec::new(),
        }
        .with_blanks()
    }

    fn with_blanks(mut self) -> Self {
        for list in [&mut self.emails, &mut self.phones] {
            list.retain(|v| !v.trim().is_empty());
            list.truncate(20);
            list.push(String::new());
        }
        self
    }

    pub fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    /// The valid input, or `None` with the errors filled in. An owner who has left may stay the one of `before`.
    pub fn check(&mut self, page: &Page, before: Option<&Contact>) -> Option<Input> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let given_name = clean(&self.given_name);
        let family_name = clean(&self.family_name);
        let mut emails: Vec<EmailAddress> = Vec::new();
        for (i, typed) in self.emails.iter().enumerate().filter(|(_, t)| !t.trim().is_empty()) {
            match EmailAddress::parse(typed) {
                Ok(email) if emails.iter().any(|e| e.key() == email.key()) => {}
                Ok(email) => emails.push(email),
                Err(sentence) => errors.push((field_id("email", i), sentence)),
            }
        }
        let mut phones: Vec<Phone> = Vec::new();
        for (i, typed) in self.phones.iter().enumerate().filter(|(_, t)| !t.trim().is_empty()) {
            match Phone::parse(typed, &page.directory.company.country) {
                Ok(phone) if phones.iter().any(|p| p.typed == phone.typed) => {}
                Ok(phone) => phones.push(phone),
                Err(sentence) => errors.push((field_id("phone", i), sentence)),
            }
        }
        let given = derived_name(
            given_name.as_deref(),
            family_name.as_deref(),
            emails.first().map(EmailAddress::as_str),
            phones.first().map(|p| p.typed.as_str()),
        );
        // A name that was only what the parts gave, and that nobody wrote over, follows the parts.
        let follows = before.is_some_and(|b| clean(&self.name).as_ref() == Some(&b.name) && is_derived(b));
        let name = if follows { given } else { clean(&self.name).or(given) };
        if name.is_none() && errors.is_empty() {
            errors.push(("given_name".into(), "Who is it? Write a name, an e-mail or a phone number.".into()));
        }
        for (id, label, text, most) in [
            ("given_name", "given name", &self.given_name, 120),
            ("family_name", "family name", &self.family_name, 120),
            ("name", "name", &self.name, 250),
            ("job_title", "job title", &self.job_title, 200),
            ("source", "source", &self.source, 120),
            ("description", "description", &self.description, 20_000),
        ] {
            if text.chars().count() > most {
                errors.push((id.into(), format!("The {label} is longer than {most} signs: shorten it.")));
            }
        }
        let owner_id = page.owner(&self.owner, before.and_then(|b| b.owner_id)).unwrap_or_else(|sentence| {
            errors.push(("owner".into(), sentence));
            None
        });
        if let Some(owner) = owner_id {
            self.owner = owner.to_string();
        }
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        Some(Input {
            name: name?,
            given_name,
            family_name,
            emails,
            phones,
            account_id: self.account.parse().ok().map(AccountId),
            job_title: clean(&self.job_title),
            owner_id,
            lifecycle: Lifecycle::parse(&self.lifecycle).unwrap_or(Lifecycle::Lead),
            lead_status: LeadStatus::parse(&self.lead_status),
            source: clean(&self.source),
            no_call: self.no_call,
            no_mail: self.no_mail,
            no_ads: self.no_ads,
            address: self.address.clone().cleaned(),
            tags: tags::parse(&self.tags),
            description: self.description.trim().to_owned(),
        })
    }

    /// Every field with its label, for comparing two versions.
    pub fn entries(&self, page: &Page) -> Vec<Entry> {
        let owner = self.owner.parse().ok().map(UserId);
        let life = Lifecycle::parse(&self.lifecycle).map_or("", Lifecycle::label);
        let status = LeadStatus::parse(&self.lead_status).map_or("", LeadStatus::label);
        vec![
            Entry::new("given_name", "Given name", &self.given_name),
            Entry::new("family_name", "Family name", &self.family_name),
            Entry::new("name", "Shown as", &self.name),
            Entry::several("email", "E-mail", &self.emails),
            Entry::several("phone", "Phone", &self.phones),
            Entry::choice("account", "Account", &self.account, &self.account_name),
            Entry::new("job_title", "Job title", &self.job_title),
            Entry::choice("owner", "Owner", &self.owner, page.directory.name(owner)),
            Entry::choice("lifecycle", "Lifecycle", &self.lifecycle, life),
            Entry::choice("lead_status", "Lead status", &self.lead_status, status),
            Entry::new("source", "Source", &self.source),
            Entry::tick("no_call", "Do not call", self.no_call),
            Entry::tick("no_mail", "Do not mail", self.no_mail),
            Entry::tick("no_ads", "No advertising", self.no_ads),
            Entry::new("street", "Street", &self.address.street),
            Entry::new("postal_code", "Postal code", &self.address.postal_code),
            Entry::new("locality", "Town", &self.address.locality),
            Entry::new("region", "Region", &self.address.region),
            Entry::new("country", "Country", &self.address.country),
            Entry::new("tags", "Tags", &self.tags),
            Entry::new("description", "Description", &self.description),
        ]
    }

    /// The e-mail or phone fields to draw: (id, value, error), the last one blank.
    pub fn repeated(&self, name: &str) -> Vec<(String, String, String)> {
        let values = if name == "email" { &self.emails } else { &self.phones };
        let row = |(at, value): (usize, &String)| {
            let id = field_id(name, at);
            let error = self.error(&id).to_owned();
            (id, value.clone(), error)
        };
        values.iter().enumerate().map(row).collect()
    }

    pub fn owners(&self, page: &Page) -> PersonField {
        page.owners(&self.owner)
    }

    pub fn lifecycles(&self) -> Vec<(String, String, bool)> {
        Lifecycle::choices().into_iter().map(|(v, l)| (v.clone(), l, v == self.lifecycle)).collect()
    }

    pub fn lead_statuses(&self) -> Vec<(String, String, bool)> {
        LeadStatus::choices().into_iter().map(|(v, l)| (v.clone(), l, v == self.lead_status)).collect()
    }

    /// The first options of the account select; typing asks for more.
    pub fn accounts(&self, known: &[(AccountId, String)]) -> Vec<(String, String, bool)> {
        let mut options = vec![(String::new(), "No account".to_owned(), self.account.is_empty())];
        if !self.account.is_empty() && !known.iter().any(|(id, _)| id.to_string() == self.account) {
            options.push((self.account.clone(), self.account_name.clone(), true));
        }
        options.extend(known.iter().map(|(id, name)| (id.to_string(), name.clone(), id.to_string() == self.account)));
        options
    }
}

/// What a contact is called when nobody wrote "Shown as": by the parts of the name, else by what reaches them.
fn derived_name(given: Option<&str>, family: Option<&str>, email: Option<&str>, phone: Option<&str>) -> Option<String> {
    let parts: Vec<&str> = [given, family].into_iter().flatten().collect();
    clean(&parts.join(" ")).or_else(|| email.or(phone).map(str::to_owned))
}

/// Whether a saved contact is called what its parts give.
fn is_derived(contact: &Contact) -> bool {
    let (given, family) = (contact.given_name.as_deref(), contact.family_name.as_deref());
    let (email, phone) = (contact.emails.first().map(String::as_str), contact.phones.first().map(|p| p.typed.as_str()));
    derived_name(given, family, email, phone).as_ref() == Some(&contact.name)
}
