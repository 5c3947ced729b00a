//! The forms of quotes: what was typed, and what is wrong with it.

use super::{
    answers::Acceptance,
    drafts::Draft,
    sending::Dispatch,
    store::{Quote, Recipient},
};
use crate::{
    db::types::{ContactId, EmailAddress, clean},
    journal::Sender,
    ui::Page,
    web::{Fields, conflict, conflict::Entry},
};
use chrono::NaiveDate;

type Errors = Vec<(String, String)>;

fn of<'a>(errors: &'a Errors, id: &str) -> &'a str {
    errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
}

/// Says of a text that is too long that it is.
fn bounded(errors: &mut Errors, fields: &[(&str, &str, &str, usize)]) {
    for (id, label, text, most) in fields {
        if text.chars().count() > *most {
            errors.push(((*id).to_owned(), format!("The {label} is longer than {most} signs: shorten it.")));
        }
    }
}

/// A draft as typed.
#[derive(Default)]
pub(super) struct DraftForm {
    pub contact: String,
    pub recipient_name: String,
    pub recipient_email: String,
    pub valid_until: String,
    pub terms: String,
    pub note: String,
    pub version: i64,
    pub was: String,
    pub errors: Errors,
}

impl DraftForm {
    pub fn of(quote: &Quote) -> Self {
        let mut form = Self {
            contact: quote.contact_id.map(|id| id.to_string()).unwrap_or_default(),
            recipient_name: quote.recipient_name.clone(),
            recipient_email: quote.recipient_email.clone(),
            valid_until: quote.valid_until.to_string(),
            terms: quote.terms.clone(),
            note: quote.note.clone(),
            version: quote.version,
            ..Self::default()
        };
        form.was = conflict::was(&form.entries());
        form
    }

    pub fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            contact: own("contact"),
            recipient_name: own("recipient_name"),
            recipient_email: own("recipient_email"),
            valid_until: own("valid_until"),
            terms: own("terms"),
            note: own("note"),
            version: fields.version(),
            was: own("was"),
            errors: Vec::new(),
        }
    }

    pub fn error(&self, id: &str) -> &str {
        of(&self.errors, id)
    }

    /// The people of the deal, for the select.
    pub fn people(&self, known: &[Recipient]) -> Vec<(String, String, bool)> {
        let mut options = vec![(String::new(), "Somebody else".to_owned(), self.contact.is_empty())];
        options.extend(known.iter().map(|r| {
            let email = r.email.as_deref().map(|e| format!(", {e}")).unwrap_or_default();
            (r.id.to_string(), format!("{}{email}", r.name), r.id.to_string() == self.contact)
        }));
        options
    }

    /// What is meant. Name and address that are left empty are the contact's; `today` is the company's.
    pub fn check(&mut self, before: &Quote, known: &[Recipient], today: NaiveDate) -> Option<Draft> {
        let mut errors = Vec::new();
        let asked = self.contact.parse().ok().map(ContactId);
        let contact = known.iter().find(|r| Some(r.id) == asked);
        // Another contact brings another name and address, unless they were written.
        let changed = asked != before.contact_id;
        let left = |typed: &str, old: &str| typed.trim().is_empty() || changed && contact.is_some() && typed == old;
        let name = match left(&self.recipient_name, &before.recipient_name) {
            true => contact.map(|r| r.name.clone()).unwrap_or_default(),
            false => clean(&self.recipient_name).unwrap_or_default(),
        };
        let mut email = contact.and_then(|r| r.email.clone()).unwrap_or_default();
        if !left(&self.recipient_email, &before.recipient_email) {
            match EmailAddress::parse(&self.recipient_email) {
                Ok(address) => email = address.as_str().to_owned(),
                Err(sentence) => errors.push(("recipient_email".into(), sentence)),
            }
        }
        let until = self.valid_until.trim().parse::<NaiveDate>().ok();
        match until {
            None => errors.push(("valid_until".into(), "Until when does it hold? Write the day.".into())),
            Some(day) if day < today => {
                errors.push(("valid_until".into(), "That day is past: write today or a later one.".into()));
            }
            Some(day) if day > today + chrono::Duration::days(3660) => {
                errors.push(("valid_until".into(), "That is more than ten years away: write an earlier day.".into()));
            }
            Some(_) => {}
        }
        bounded(
            &mut errors,
            &[
                ("recipient_name", "name", &self.recipient_name, 200),
                ("terms", "text", &self.terms, 20_000),
                ("note", "note", &self.note, 2000),
            ],
        );
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        Some(Draft {
            contact_id: contact.map(|r| r.id),
            recipient_name: name,
            recipient_email: email,
            valid_until: until?,
            terms: self.terms.trim().to_owned(),
            note: self.note.trim().to_owned(),
        })
    }

    /// Every field with its label, for comparing two versions.
    pub fn entries(&self) -> Vec<Entry> {
        vec![
            Entry::new("contact", "Contact", &self.contact),
            Entry::new("recipient_name", "Name", &self.recipient_name),
            Entry::new("recipient_email", "E-mail", &self.recipient_email),
            Entry::new("valid_until", "Valid until", &self.valid_until),
            Entry::new("note", "Note", &self.note),
            Entry::new("terms", "Terms", &self.terms),
        ]
    }
}

/// The mail as typed.
#[derive(Default)]
pub(super) struct SendForm {
    pub to: String,
    pub subject: String,
    pub body: String,
    pub version: i64,
    pub errors: Errors,
}

impl SendForm {
    pub fn of(quote: &Quote, page: &Page) -> Self {
        let company = &page.directory.company.name;
        let until = crate::ui::Locale::of(&quote.locale).date(quote.valid_until);
        let greeting = match quote.recipient_name.as_str() {
            "" => "Hello,".to_owned(),
            name => format!("Hello {name},"),
        };
        Self {
            to: quote.recipient_email.clone(),
            subject: format!("Quote {} from {company}", quote.name()),
            body: format!(
                "{greeting}\n\nhere is our quote {} for {}. It holds until {until}.\n\n{}\n{company}",
                quote.name(),
                quote.title,
                page.me.name
            ),
            version: quote.version,
            errors: Vec::new(),
        }
    }

    pub fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            to: own("to"),
            subject: own("subject"),
            body: own("body"),
            version: fields.version(),
            errors: Vec::new(),
        }
    }

    pub fn error(&self, id: &str) -> &str {
        of(&self.errors, id)
    }

    pub fn check(&mut self, page: &Page) -> Option<Dispatch> {
        let mut errors = Vec::new();
        let to = EmailAddress::parse(&self.to).map_err(|sentence| errors.push(("to".into(), sentence))).ok();
        let subject = clean(&self.subject);
        if subject.is_none() {
            errors.push(("subject".into(), "Write what the mail is about.".into()));
        }
        if self.body.trim().is_empty() {
            errors.push(("body".into(), "Write a line or two to go with the link.".into()));
        }
        bounded(&mut errors, &[("subject", "subject", &self.subject, 200), ("body", "text", &self.body, 10_000)]);
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        Some(Dispatch {
            to: to?,
            subject: subject?,
            body: self.body.clone(),
            from: Sender::of(&page.me, &page.directory.company.name),
        })
    }
}

/// A customer's answer as typed.
#[derive(Default)]
pub(super) struct AnswerForm {
    pub name: String,
    pub title: String,
    pub agreed: bool,
    pub reason: String,
    pub errors: Errors,
}

impl AnswerForm {
    pub fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        let agreed = fields.one("agreed") == "true";
        Self { name: own("name"), title: own("title"), agreed, reason: own("reason"), errors: Vec::new() }
    }

    pub fn error(&self, id: &str) -> &str {
        of(&self.errors, id)
    }

    /// Whether the answer was no, and was not understood.
    pub fn declines(&self) -> bool {
        self.errors.iter().any(|(id, _)| id == "reason")
    }

    pub fn accepts(&mut self, from: String, with: String) -> Option<Acceptance> {
        let mut errors = Vec::new();
        let name = clean(&self.name);
        if name.is_none() {
            errors.push(("name".into(), "Who accepts it? Write your name.".into()));
        }
        if !self.agreed {
            errors.push(("agreed".into(), "Tick the box if you accept the quote and its terms.".into()));
        }
        bounded(&mut errors, &[("name", "name", &self.name, 200), ("title", "title", &self.title, 200)]);
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        Some(Acceptance { name: name?, title: clean(&self.title).unwrap_or_default(), from, with })
    }

    /// The reason of a no.
    pub fn refuses(&mut self) -> Option<String> {
        let mut errors = Vec::new();
        let reason = clean(&self.reason);
        if reason.is_none() {
            errors.push(("reason".into(), "Why does it not fit? A few words are enough.".into()));
        }
        bounded(&mut errors, &[("reason", "reason", &self.reason, 2000)]);
        self.errors = errors;
        if self.errors.is_empty() { reason } else { None }
    }
}
