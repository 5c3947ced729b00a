//! The form by which an admin designs a web form: what was typed, and what is wrong with it.

use super::{Field, FieldKind, Input, WebForm, public_pages::origin_of};
use crate::{
    auth::token,
    db::types::{Domain, clean},
    web::{Fields, conflict::Entry},
};

/// Fields that a form has at most.
const MOST: usize = 30;

/// A field of the web form, as typed.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub key: String,
    pub label: String,
    pub required: bool,
}

impl Row {
    /// What it asks for, in words.
    pub fn kind(&self) -> &'static str {
        FieldKind::parse(&self.key).unwrap_or(FieldKind::Question).label()
    }

    pub fn is_email(&self) -> bool {
        self.key == FieldKind::Email.text()
    }
}

/// As typed.
#[derive(Clone, Debug, Default)]
pub struct FormForm {
    pub name: String,
    pub heading: String,
    pub introduction: String,
    pub rows: Vec<Row>,
    pub button: String,
    pub thanks: String,
    pub redirect: String,
    pub consent: String,
    pub consent_required: bool,
    pub source: String,
    pub campaign: String,
    pub origins: String,
    pub least_seconds: String,
    pub active: bool,
    /// The values that the form was first drawn with (`web::conflict::was`); empty for a new one.
    pub was: String,
    /// (id of the field, sentence)
    pub errors: Vec<(String, String)>,
}

impl FormForm {
    /// What most forms ask.
    pub fn blank() -> Self {
        use FieldKind::{Company, Email, FamilyName, GivenName, Message};
        let fields = [(GivenName, true), (FamilyName, true), (Email, true), (Company, false), (Message, false)];
        Self {
            rows: fields.into_iter().map(|(kind, required)| row(Field::new(kind, required))).collect(),
            button: "Send".into(),
            thanks: "We will be in touch soon.".into(),
            least_seconds: "3".into(),
            active: true,
            ..Self::default()
        }
    }

    pub fn of(form: &WebForm) -> Self {
        Self {
            name: form.name.clone(),
            heading: form.heading.clone(),
            introduction: form.introduction.clone(),
            rows: form.fields.iter().cloned().map(row).collect(),
            button: form.button.clone(),
            thanks: form.thanks.clone(),
            redirect: form.redirect.clone(),
            consent: form.consent.as_ref().map(|(_, text)| text.clone()).unwrap_or_default(),
            consent_required: form.consent_required,
            source: form.source.clone(),
            campaign: form.campaign.clone(),
            origins: form.origins.join("\n"),
            least_seconds: form.least_seconds.to_string(),
            active: form.active,
            was: String::new(),
            errors: Vec::new(),
        }
    }

    pub fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        let required: Vec<&str> = fields.all("required").collect();
        let together = fields.all("field").zip(fields.all("label")).map(|(key, label)| Row {
            key: key.to_owned(),
            label: label.to_owned(),
            // The address has no box: it is always asked.
            required: key == FieldKind::Email.text() || required.contains(&key),
        });
        // After a conflict a whole field is one value (see `entries`).
        let kept = fields.all("row").filter_map(|line| {
            let (key, rest) = line.split_once('|')?;
            let (required, label) = rest.split_once('|')?;
            Some(Row { key: key.to_owned(), label: label.to_owned(), required: required == "required" })
        });
        let mut rows: Vec<Row> = if fields.has("row") { kept.collect() } else { together.collect() };
        rows.truncate(MOST + 1);
        Self {
            name: own("name"),
            heading: own("heading"),
            introduction: own("introduction"),
            rows,
            button: own("button"),
            thanks: own("thanks"),
            redirect: own("redirect"),
            consent: own("consent"),
            consent_required: fields.has("consent_required"),
            source: own("source"),
            campaign: own("campaign"),
            origins: own("origins"),
            least_seconds: own("least_seconds"),
            active: fields.has("active"),
            was: own("was"),
            errors: Vec::new(),
        }
    }

    /// Does what a button of the list of fields asks: `up:KEY`, `down:KEY`, `remove:KEY` or `add`. `false` when none was
    /// pressed.
    pub fn rearrange(&mut self, fields: &Fields) -> bool {
        let asked = fields.one("change");
        let (what, key) = asked.split_once(':').unwrap_or((asked, ""));
        let at = self.rows.iter().position(|r| r.key == key);
        match (what, at) {
            ("up", Some(at)) if at > 0 => self.rows.swap(at, at - 1),
            ("down", Some(at)) if at + 1 < self.rows.len() => self.rows.swap(at, at + 1),
            ("remove", Some(at)) if !self.rows[at].is_email() => {
                self.rows.remove(at);
            }
            ("add", _) if self.rows.len() < MOST => {
                let kind = FieldKind::parse(fields.one("add")).unwrap_or(FieldKind::Question);
                let mut new = Field::new(kind, false);
                if kind == FieldKind::Question {
                    // A key that no earlier question had: copies of the form on other sites may still ask those.
                    let sign = token::fresh().unwrap_or_default().to_lowercase();
                    new.key =
                        format!("q{}", sign.chars().filter(char::is_ascii_alphanumeric).take(8).collect::<String>());
                    new.label = String::new();
                }
                if !self.rows.iter().any(|r| r.key == new.key) {
                    self.rows.push(row(new));
                }
            }
            _ => {}
        }
        !asked.is_empty()
    }

    /// The kinds of fields that it has not yet, for the select.
    pub fn addable(&self) -> Vec<(String, String, bool)> {
        let there = |kind: &FieldKind| *kind != FieldKind::Question && self.rows.iter().any(|r| r.key == kind.text());
        let free = FieldKind::ALL.iter().rev().filter(|kind| !there(kind));
        free.map(|kind| (kind.text().to_owned(), kind.label().to_owned(), false)).collect()
    }

    pub fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    /// Whether the label there is wrong.
    pub fn label_error(&self, at: &usize) -> &str {
        self.error(&format!("label-{at}"))
    }

    /// The valid input, or `None` with the errors filled in.
    pub fn check(&mut self) -> Option<Input> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let mut wrong = |id: &str, sentence: String| errors.push((id.to_owned(), sentence));
        let name = clean(&self.name);
        if name.is_none() {
            wrong("name", "What is this form called here? Write a name, like “Contact us”.".into());
        }
        for (id, label, text, most) in [
            ("name", "name", &self.name, 120),
            ("heading", "heading", &self.heading, 200),
            ("introduction", "introduction", &self.introduction, 2000),
            ("button", "button", &self.button, 60),
            ("thanks", "thanks", &self.thanks, 2000),
            ("consent", "text", &self.consent, 2000),
            ("source", "source", &self.source, 120),
            ("campaign", "campaign", &self.campaign, 120),
        ] {
            if text.chars().count() > most {
                wrong(id, format!("The {label} is longer than {most} signs: shorten it."));
            }
        }
        let mut fields: Vec<Field> = Vec::new();
        for (at, typed) in self.rows.iter().enumerate() {
            let known = FieldKind::parse(&typed.key).is_some_and(|kind| kind != FieldKind::Question);
            let own = typed.key.starts_with('q')
                && typed.key.len() <= 20
                && typed.key.bytes().all(|b| b.is_ascii_alphanumeric());
            if !(known || own) || fields.iter().any(|f| f.key == typed.key) {
                continue;
            }
            match clean(&typed.label).filter(|l| l.chars().count() <= 200) {
                Some(label) => {
                    fields.push(Field { key: typed.key.clone(), label, required: typed.required });
                }
                None => wrong(&format!("label-{at}"), "What does it ask? Write a label of at most 200 signs.".into()),
            }
        }
        if !self.rows.iter().any(Row::is_email) {
            fields.push(Field::new(FieldKind::Email, true));
        }
        if fields.len() > MOST {
            wrong("", format!("A form has at most {MOST} fields."));
        }
        if self.consent_required && clean(&self.consent).is_none() {
            wrong("consent", "What is to be agreed to? Write it, or require nothing.".into());
        }
        let redirect = self.redirect.trim().to_owned();
        if !redirect.is_empty() && secure_url(&redirect).is_none() {
            wrong("redirect", "Write an address that begins with https://, like https://acme.example/thanks.".into());
        }
        let mut origins: Vec<String> = Vec::new();
        for line in self.origins.split(|c: char| c.is_whitespace() || c == ',').filter(|l| !l.is_empty()) {
            let rest = line.split_once("://").map_or(line, |(_, rest)| rest);
            if rest.trim_end_matches('/').contains(['/', '?', '#']) {
                wrong(
                    "origins",
                    format!("“{line}” names a page: write the web site alone, like https://www.acme.example."),
                );
                continue;
            }
            match origin(line) {
                Some(origin) if origins.contains(&origin) => {}
                Some(origin) => origins.push(origin),
                None => wrong("origins", format!("“{line}” is no web site: write it like https://www.acme.example.")),
            }
        }
        if origins.len() > 50 {
            wrong("origins", "A form stands on at most 50 web sites.".into());
        }
        let least = self.least_seconds.trim().parse::<i64>().ok().filter(|n| (0..=60).contains(n));
        if least.is_none() {
            wrong("least_seconds", "Write a whole number of seconds from 0 to 60.".into());
        }
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        let name = name?;
        Some(Input {
            heading: clean(&self.heading).unwrap_or_else(|| name.clone()),
            name,
            introduction: self.introduction.trim().to_owned(),
            fields,
            button: clean(&self.button).unwrap_or_else(|| "Send".into()),
            thanks: Some(self.thanks.trim().to_owned())
                .filter(|t| !t.is_empty())
                .unwrap_or_else(|| "It has been sent.".into()),
            redirect,
            consent: clean(&self.consent).unwrap_or_default(),
            consent_required: self.consent_required,
            source: clean(&self.source).unwrap_or_default(),
            campaign: clean(&self.campaign).unwrap_or_default(),
            origins,
            least_seconds: least?,
            active: self.active,
        })
    }

    /// Every field with its label, for comparing two versions.
    pub fn entries(&self) -> Vec<Entry> {
        let whole = |r: &Row| format!("{}|{}|{}", r.key, if r.required { "required" } else { "" }, r.label);
        let asked = |r: &Row| if r.required { r.label.clone() } else { format!("{} (optional)", r.label) };
        vec![
            Entry::new("name", "Name", &self.name),
            Entry::new("heading", "Heading", &self.heading),
            Entry::new("introduction", "Introduction", &self.introduction),
            Entry {
                name: "row".into(),
                label: "Fields",
                values: self.rows.iter().map(whole).collect(),
                shown: self.rows.iter().map(asked).collect::<Vec<_>>().join(", "),
            },
            Entry::new("button", "Button", &self.button),
            Entry::new("thanks", "Thanks", &self.thanks),
            Entry::new("redirect", "Leads on to", &self.redirect),
            Entry::new("consent", "Consent", &self.consent),
            Entry::tick("consent_required", "Consent is required", self.consent_required),
            Entry::new("source", "Source", &self.source),
            Entry::new("campaign", "Campaign", &self.campaign),
            Entry::new("origins", "Web sites", &self.origins),
            Entry::new("least_seconds", "Least seconds", &self.least_seconds),
            Entry::tick("active", "Open", self.active),
        ]
    }
}

fn row(field: Field) -> Row {
    Row { key: field.key, label: field.label, required: field.required }
}

/// An address over TLS, of plain signs as they can stand in a header.
fn secure_url(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let plain = url.len() <= 500 && url.bytes().all(|b| b.is_ascii_graphic() && !b"\"'<>\\;,`".contains(&b));
    (plain && is_host(host)).then_some(url)
}

/// `acme.example`, `acme.example:8443` or a host of one's own machine, for trying it out.
fn is_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "443"));
    let known = name == "localhost" || name.parse::<std::net::Ipv4Addr>().is_ok() || Domain::parse(name).is_ok();
    known && name.is_ascii() && port.parse::<u16>().is_ok()
}

/// The origin of a web site as browsers write it. A name alone is one over TLS.
fn origin(typed: &str) -> Option<String> {
    let url = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let origin = origin_of(&url)?;
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"))?;
    // Browsers leave out the usual port.
    let host = match origin.starts_with("https") {
        true => host.strip_suffix(":443").unwrap_or(host),
        false => host.strip_suffix(":80").unwrap_or(host),
    };
    is_host(host).then(|| format!("{}://{host}", origin.split("://").next().unwrap_or("https")))
}
