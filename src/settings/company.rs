//! The company's own page, and the form that it shares with the first-time set-up.

use crate::{
    auth::{Visibility, company, company::Company},
    db::{Conn, schema::deals, types::clean},
    error::{Error, Result},
    ui::{Flash, Page, choices},
    web::{Admin, Answer, App, Fields, conflict, conflict::Entry, page, redraw, see_other_with},
};
use askama::Template;
use chrono_tz::Tz;
use diesel::prelude::*;
use iso_currency::Currency;

/// As typed.
pub struct CompanyForm {
    pub name: String,
    pub currency: String,
    pub time_zone: String,
    pub country: String,
    pub fiscal_month: String,
    pub visibility: String,
    pub version: i64,
    /// The values that the form was first drawn with (`web::conflict::was`); empty before there is a company.
    pub was: String,
    pub errors: Vec<(String, String)>,
}

impl CompanyForm {
    pub fn blank() -> Self {
        Self {
            name: String::new(),
            currency: "USD".into(),
            time_zone: "UTC".into(),
            country: "US".into(),
            fiscal_month: "1".into(),
            visibility: Visibility::Everyone.text().into(),
            version: 1,
            was: String::new(),
            errors: Vec::new(),
        }
    }

    fn of(company: &Company) -> Self {
        Self {
            name: company.name.clone(),
            currency: company.currency.code().into(),
            time_zone: company.time_zone.name().into(),
            country: company.country.clone(),
            fiscal_month: company.fiscal_month.to_string(),
            visibility: company.visibility.text().into(),
            version: company.version,
            was: String::new(),
            errors: Vec::new(),
        }
    }

    pub fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            name: own("company"),
            currency: own("currency"),
            time_zone: own("time_zone"),
            country: own("country"),
            fiscal_month: own("fiscal_month"),
            visibility: own("visibility"),
            version: fields.version(),
            was: own("was"),
            errors: Vec::new(),
        }
    }

    pub fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    /// The valid company, or `None` with the errors filled in.
    pub fn check(&mut self) -> Option<Company> {
        let mut add = |id: &str, sentence: &str| self.errors.push((id.to_owned(), sentence.to_owned()));
        let name = clean(&self.name);
        match &name {
            None => add("company", "What is the company called? Write its name."),
            Some(n) if n.chars().count() > 120 => add("company", "The name is longer than 120 signs: shorten it."),
            Some(_) => {}
        }
        let currency = Currency::from_code(&self.currency);
        if currency.is_none() {
            add("currency", "This is no currency: choose one from the list.");
        }
        let time_zone = self.time_zone.parse::<Tz>().ok();
        if time_zone.is_none() {
            add("time_zone", "This is no time zone: choose one, such as Europe/Lisbon.");
        }
        let country = choices::countries("").into_iter().map(|c| c.0).find(|code| *code == self.country);
        if country.is_none() {
            add("country", "This is no country: choose one from the list.");
        }
        let fiscal_month = self.fiscal_month.parse().ok().filter(|m| (1..=12).contains(m));
        if fiscal_month.is_none() {
            add("fiscal_month", "This is no month: choose one.");
        }
        Some(Company {
            name: name.filter(|n| n.chars().count() <= 120)?,
            currency: currency?,
            time_zone: time_zone?,
            fiscal_month: fiscal_month?,
            country: country?,
            visibility: Visibility::parse(&self.visibility).unwrap_or(Visibility::Everyone),
            version: self.version,
        })
    }

    fn entries(&self) -> Vec<Entry> {
        let shown =
            |options: Vec<(String, String, bool)>| options.into_iter().find(|o| o.2).map(|o| o.1).unwrap_or_default();
        let sight = Visibility::parse(&self.visibility).map_or("", Visibility::label);
        vec![
            Entry::new("company", "Name", &self.name),
            Entry::choice("currency", "Currency of totals", &self.currency, shown(self.currencies())),
            Entry::new("time_zone", "Time zone", &self.time_zone),
            Entry::choice("country", "Country", &self.country, shown(self.countries())),
            Entry::choice("fiscal_month", "Fiscal year starts in", &self.fiscal_month, shown(self.months())),
            Entry::choice("visibility", "Who sees whose records", &self.visibility, sight),
        ]
    }

    pub fn currencies(&self) -> Vec<(String, String, bool)> {
        choices::currencies(&self.currency, &[])
    }

    pub fn zones(&self) -> Vec<(String, String, bool)> {
        choices::zones(&self.time_zone)
    }

    pub fn countries(&self) -> Vec<(String, String, bool)> {
        choices::countries(&self.country)
    }

    pub fn months(&self) -> Vec<(String, String, bool)> {
        choices::months(self.fiscal_month.parse().unwrap_or(1))
    }

    fn sights(&self) -> Vec<(&'static str, &'static str, bool)> {
        Visibility::ALL.iter().map(|v| (v.text(), v.label(), v.text() == self.visibility)).collect()
    }
}

#[derive(Template)]
#[template(path = "settings/company.html")]
struct Edit {
    page: Page,
    form: CompanyForm,
    /// The currency stays once there are deals: their totals were reckoned in it.
    fixed_currency: bool,
}

fn has_deals(conn: &mut Conn) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(deals::table.select(deals::id))).get_result(conn)?)
}

/// `GET /settings/company`
pub async fn edit(who: Admin, app: App) -> Answer {
    let (company, fixed_currency) = app.db.read(|conn| Ok((company::find(conn)?, has_deals(conn)?))).await?;
    let mut form = CompanyForm::of(&company.ok_or(Error::NotFound)?);
    form.was = conflict::was(&form.entries());
    page(&Edit { page: who.0, form, fixed_currency })
}

/// `POST /settings/company`
pub async fn update(who: Admin, app: App, fields: Fields) -> Answer {
    let fields = fields.resolved();
    let mut form = CompanyForm::read(&fields);
    let fixed = app.db.read(has_deals).await?;
    let checked = form.check();
    if fixed && form.currency != who.currency().code() {
        form.errors.push(("currency".into(), "There are deals already: the currency stays as it is.".into()));
    }
    let Some(next) = checked.filter(|_| form.errors.is_empty()) else {
        return redraw(&Edit { page: who.0, form, fixed_currency: fixed });
    };
    let (viewer, now) = (who.viewer.clone(), who.now);
    let (saved, current) =
        app.db.write(move |conn| Ok((company::update(conn, &viewer, &next, now)?, company::find(conn)?))).await?;
    if saved {
        return Ok(see_other_with("/settings/company", Flash::new("Company saved")));
    }
    let current = current.ok_or(Error::NotFound)?;
    let (mine, theirs) = (form.entries(), CompanyForm::of(&current).entries());
    let url = "/settings/company";
    conflict::answer(who.0, &current.name, url.into(), url.into(), current.version, &form.was, mine, theirs)
}
