//! Dated exchange rates.

use crate::{
    db::types::RateId,
    deals::rates::{self, Rate},
    error::Result,
    ui::{Flash, Page, choices},
    web::{Admin, Answer, App, Fields, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;
use chrono::NaiveDate;
use iso_currency::Currency;

/// Rates that the page shows.
const SHOWN: i64 = 500;

#[derive(Template)]
#[template(path = "settings/rates.html")]
struct RateIndex {
    page: Page,
    rates: Vec<Rate>,
    form: RateForm,
}

/// As typed.
#[derive(Default)]
struct RateForm {
    currency: String,
    on: String,
    rate: String,
    errors: Vec<(String, String)>,
}

impl RateForm {
    fn error(&self, id: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
    }

    fn check(&mut self, page: &Page) -> Option<(Currency, NaiveDate, i64)> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let code = self.currency.trim().to_uppercase();
        let currency = match Currency::from_code(&code) {
            Some(currency) if currency == page.currency() => {
                errors.push(("currency".into(), format!("{code} is the company’s own: it needs no rate.")));
                None
            }
            Some(currency) if choices::circulates(currency) => Some(currency),
            _ => {
                errors.push(("currency".into(), "Write the code of a currency, such as EUR.".into()));
                None
            }
        };
        let on = self.on.trim().parse::<NaiveDate>().ok();
        if on.is_none() {
            errors.push(("on".into(), "Since when? Write the day.".into()));
        }
        let rate = rates::parse(&self.rate).map_err(|sentence| errors.push(("rate".into(), sentence))).ok();
        self.errors = errors;
        if self.errors.is_empty() { Some((currency?, on?, rate?)) } else { None }
    }
}

impl RateIndex {
    fn shown(&self, rate: &Rate) -> String {
        rates::shown(rate.rate_e9)
    }
}

async fn drawn(reader: Page, app: &App, form: RateForm) -> Result<RateIndex> {
    let rates = app.db.read(|conn| rates::all(conn, SHOWN)).await?;
    Ok(RateIndex { page: reader, rates, form })
}

/// `GET /settings/rates`
pub async fn index(who: Admin, app: App) -> Answer {
    let form = RateForm { on: who.today().to_string(), ..RateForm::default() };
    page(&drawn(who.0, &app, form).await?)
}

/// `POST /settings/rates`
pub async fn create(who: Admin, app: App, fields: Fields) -> Answer {
    let own = |name: &str| fields.one(name).to_owned();
    let mut form = RateForm { currency: own("currency"), on: own("on"), rate: own("rate"), errors: Vec::new() };
    let Some((currency, on, rate)) = form.check(&who.0) else {
        return redraw(&drawn(who.0, &app, form).await?);
    };
    let (viewer, now) = (who.viewer.clone(), who.now);
    app.db.write(move |conn| rates::set(conn, &viewer, currency, on, rate, now)).await?;
    Ok(see_other_with("/settings/rates", Flash::new(format!("Rate of {} saved", currency.code()))))
}

/// `POST /settings/rates/{id}/deletion`
pub async fn destroy(who: Admin, app: App, id: Path<RateId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let rate = app.db.write(move |conn| rates::remove(conn, &viewer, id, now)).await?;
    Ok(see_other_with("/settings/rates", Flash::new(format!("Rate of {} taken away", rate.currency))))
}
