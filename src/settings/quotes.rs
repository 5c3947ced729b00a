//! What new quotes begin with.

use crate::{
    quotes::defaults::{self, Defaults},
    ui::{Flash, Page},
    web::{Admin, Answer, App, Fields, conflict, conflict::Entry, page, redraw, see_other_with},
};
use askama::Template;

const URL: &str = "/settings/quotes";

#[derive(Template)]
#[template(path = "settings/quotes.html")]
struct QuoteSettings {
    page: Page,
    form: DefaultsForm,
}

/// As typed.
#[derive(Default)]
struct DefaultsForm {
    address: String,
    terms: String,
    valid_days: String,
    version: i64,
    was: String,
    errors: Vec<(String, String)>,
}

impl DefaultsForm {
    fn of(held: &Defaults) -> Self {
        let mut form = Self {
            address: held.address.clone(),
            terms: held.terms.clone(),
            valid_days: held.valid_days.to_string(),
            version: held.version,
            ..Self::default()
        };
        form.was = conflict::was(&form.entries());
        form
    }

    fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            address: own("address"),
            terms: own("terms"),
            valid_days: own("valid_days"),
            version: fields.version(),
            was: own("was"),
            errors: Vec::new(),
        }
    }

    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    fn check(&mut self) -> Option<Defaults> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let valid_days = self.valid_days.trim().parse().ok().filter(|days| (1..=3660).contains(days));
        if valid_days.is_none() {
            errors.push(("valid_days".into(), "For how many days? Write a whole number from 1 to 3660.".into()));
        }
        for (id, label, text, most) in
            [("address", "address", &self.address, 1000), ("terms", "text", &self.terms, 20_000)]
        {
            if text.chars().count() > most {
                errors.push((id.into(), format!("The {label} is longer than {most} signs: shorten it.")));
            }
        }
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        let (address, terms) = (self.address.trim().to_owned(), self.terms.trim().to_owned());
        Some(Defaults { address, terms, valid_days: valid_days?, version: self.version })
    }

    /// Every field with its label, for comparing two versions.
    fn entries(&self) -> Vec<Entry> {
        vec![
            Entry::new("address", "Your address", &self.address),
            Entry::new("valid_days", "Days that a quote holds", &self.valid_days),
            Entry::new("terms", "Terms", &self.terms),
        ]
    }
}

/// `GET /settings/quotes`
pub async fn edit(who: Admin, app: App) -> Answer {
    let held = app.db.read(defaults::get).await?;
    page(&QuoteSettings { page: who.0, form: DefaultsForm::of(&held) })
}

/// `POST /settings/quotes`
pub async fn update(who: Admin, app: App, fields: Fields) -> Answer {
    let mut form = DefaultsForm::read(&fields.resolved());
    let Some(next) = form.check() else { return redraw(&QuoteSettings { page: who.0, form }) };
    let (viewer, now) = (who.viewer.clone(), who.now);
    let (saved, held) = app
        .db
        .write(move |conn| {
            let saved = defaults::update(conn, &viewer, &next, now)?;
            Ok((saved, defaults::get(conn)?))
        })
        .await?;
    if saved {
        return Ok(see_other_with(URL, Flash::new("New quotes begin with this")));
    }
    let (mine, theirs) = (form.entries(), DefaultsForm::of(&held).entries());
    conflict::answer(who.0, "Quotes", URL.into(), URL.into(), held.version, &form.was, mine, theirs)
}
