//! A quote as its customer sees it: on a page of its own, behind a link that nobody can guess.

use super::{State, answers, form::AnswerForm, sheet::Sheet, store::Quote};
use crate::{
    auth::{
        company, entrance,
        limits::{self, Deed},
        token,
    },
    db::types::{clean, now},
    error::{Error, Result},
    ui::{Locale, format},
    web::{Answer, App, Fields, SignedIn, page_with, see_other},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode, header},
    web::Path,
};
use askama::Template;
use chrono::NaiveDateTime;
use chrono_tz::Tz;

#[derive(Template)]
#[template(path = "quotes/public.html")]
struct QuotePage {
    quote: Quote,
    state: State,
    sheet: Sheet,
    form: AnswerForm,
    secret: String,
    zone: Tz,
    /// Why an answer was not taken.
    refused: String,
    /// A colleague looks, who is not asked.
    is_colleague: bool,
}

#[derive(Template)]
#[template(path = "quotes/gone.html")]
struct Gone;

impl QuotePage {
    fn is_open(&self) -> bool {
        matches!(self.state, State::Sent | State::Viewed) && !self.is_colleague
    }

    fn seller(&self) -> &str {
        self.sheet.seller.first().map_or("", String::as_str)
    }

    /// "24 Nov 2026, 19:35 UTC", with the hour where the company is.
    fn moment(&self, at: &NaiveDateTime) -> String {
        let (local, locale) = (format::local(*at, self.zone), Locale::of(&self.quote.locale));
        format!("{}, {} {}", locale.date(local.date_naive()), locale.clock(&local), local.format("%Z"))
    }

    /// Who answered: "Ana Souza, Head of purchasing".
    fn answered_by(&self) -> String {
        let quote = &self.quote;
        if quote.answered_title.is_empty() {
            quote.answered_by.clone()
        } else {
            format!("{}, {}", quote.answered_by, quote.answered_title)
        }
    }
}

/// Keeps it out of search engines, whoever finds the link.
fn unlisted(mut answer: HttpResponse) -> HttpResponse {
    answer.headers_mut().insert(
        header::HeaderName::from_static("x-robots-tag"),
        header::HeaderValue::from_static("noindex, nofollow, noarchive"),
    );
    answer
}

fn drawn(status: StatusCode, template: &impl Template) -> Answer {
    page_with(status, template).map(unlisted)
}

async fn loaded(app: &App, secret: &str, is_colleague: bool, at: NaiveDateTime) -> Result<QuotePage> {
    let key = secret.to_owned();
    let (quote, sheet, zone) = app
        .db
        .read(move |conn| {
            let (quote, _) = answers::find(conn, &key)?;
            let zone = company::find(conn)?.ok_or(Error::NotFound)?.time_zone;
            let sheet = Sheet::load(conn, &quote, zone)?;
            Ok((quote, sheet, zone))
        })
        .await?;
    Ok(QuotePage {
        state: quote.state(at),
        quote,
        sheet,
        form: AnswerForm::default(),
        secret: secret.to_owned(),
        zone,
        refused: String::new(),
        is_colleague,
    })
}

/// `GET /q/{token}`
pub async fn show(colleague: Option<SignedIn>, app: App, secret: Path<String>, req: HttpRequest) -> Answer {
    let at = now();
    let template = match loaded(&app, &secret, colleague.is_some(), at).await {
        Err(Error::NotFound) => return drawn(StatusCode::NOT_FOUND, &Gone),
        loaded => loaded?,
    };
    // Who makes a preview of a link asks for its head first, and browsers that fetch ahead say so.
    let ahead = ["purpose", "sec-purpose"].iter().any(|name| req.headers().contains_key(*name));
    if template.state == State::Sent && colleague.is_none() && *req.method() == Method::GET && !ahead {
        let id = template.quote.id;
        app.db.write(move |conn| answers::seen(conn, id, at)).await?;
    }
    drawn(StatusCode::OK, &template)
}

/// The page to answer on, and where the answer comes from, once it may be given.
async fn answering(
    colleague: Option<SignedIn>,
    app: &App,
    secret: &str,
    fields: &Fields,
    req: &HttpRequest,
    at: NaiveDateTime,
) -> Result<(QuotePage, String, String), HttpResponse> {
    let wrong = |status, template: &QuotePage| drawn(status, template).unwrap_or_else(|_| HttpResponse::new(status));
    let mut template = match loaded(app, secret, colleague.is_some(), at).await {
        Ok(template) => template,
        Err(Error::NotFound) => {
            let status = StatusCode::NOT_FOUND;
            return Err(drawn(status, &Gone).unwrap_or_else(|_| HttpResponse::new(status)));
        }
        Err(error) => return Err(HttpResponse::from_error(error)),
    };
    template.form = AnswerForm::read(fields);
    if template.is_colleague {
        template.refused = "You are signed in, and only the customer answers a quote.".into();
        return Err(wrong(StatusCode::FORBIDDEN, &template));
    }
    let (account, address) = (token::hash(secret), entrance::address_of(req, app));
    let from = address.clone();
    let counted =
        app.db.write(move |conn| limits::take(conn, Deed::QuoteAnswer, &account, &from, at).map(|_| ())).await;
    match counted {
        Err(Error::RateLimited(seconds)) => {
            template.refused = format!("There were too many attempts. Try again in {} minutes.", (seconds + 59) / 60);
            return Err(wrong(StatusCode::TOO_MANY_REQUESTS, &template));
        }
        Err(error) => return Err(HttpResponse::from_error(error)),
        Ok(()) => {}
    }
    let agent = req.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let agent = clean(&agent.chars().take(300).collect::<String>()).unwrap_or_default();
    Ok((template, address, agent))
}

/// What the page says when an answer comes to a quote that is no longer open.
async fn too_late(app: &App, secret: &str, at: NaiveDateTime) -> Answer {
    let mut template = loaded(app, secret, false, at).await?;
    template.refused = "Your answer was not taken, for this quote cannot be answered any more.".into();
    drawn(StatusCode::CONFLICT, &template)
}

/// `POST /q/{token}/acceptance`
pub async fn accept(
    colleague: Option<SignedIn>,
    app: App,
    secret: Path<String>,
    fields: Fields,
    req: HttpRequest,
) -> Answer {
    let at = now();
    let (mut template, from, with) = match answering(colleague, &app, &secret, &fields, &req, at).await {
        Ok(found) => found,
        Err(answer) => return Ok(answer),
    };
    if !template.is_open() {
        return too_late(&app, &secret, at).await;
    }
    let Some(acceptance) = template.form.accepts(from, with) else {
        return drawn(StatusCode::UNPROCESSABLE_ENTITY, &template);
    };
    let id = template.quote.id;
    match app.db.write(move |conn| answers::accept(conn, id, &acceptance, at)).await? {
        true => Ok(unlisted(see_other(format!("/q/{secret}")))),
        false => too_late(&app, &secret, at).await,
    }
}

/// `POST /q/{token}/refusal`
pub async fn refuse(
    colleague: Option<SignedIn>,
    app: App,
    secret: Path<String>,
    fields: Fields,
    req: HttpRequest,
) -> Answer {
    let at = now();
    let (mut template, from, with) = match answering(colleague, &app, &secret, &fields, &req, at).await {
        Ok(found) => found,
        Err(answer) => return Ok(answer),
    };
    if !template.is_open() {
        return too_late(&app, &secret, at).await;
    }
    let Some(reason) = template.form.refuses() else { return drawn(StatusCode::UNPROCESSABLE_ENTITY, &template) };
    let by = answers::Acceptance { from, with, ..answers::Acceptance::default() };
    let id = template.quote.id;
    match app.db.write(move |conn| answers::decline(conn, id, &by, &reason, at)).await? {
        true => Ok(unlisted(see_other(format!("/q/{secret}")))),
        false => too_late(&app, &secret, at).await,
    }
}
