//! What strangers meet: the page of a form, and the address that it is sent to, from there or from another web site. Nothing
//! here reads a session or sets a cookie: `web::frame` lets other sites post here for that reason.

use super::{
    Field, FieldKind, State, WebForm,
    answers::{TRAP, Typed},
    intake::{self, Arrival},
    store, ticket,
};
use crate::{
    auth::{
        company::{self, Company},
        entrance,
        limits::{self, Deed},
        token,
    },
    db::{
        Conn,
        types::{ProductId, clean, now},
    },
    error::{Error, Result},
    products,
    ui::choices::{self, Options},
    web::{self, App, Query, frame::LeadsOnTo, page, page_with},
};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Path, Payload},
};
use askama::Template;
use serde_json::json;

/// Bodies are at most this many bytes.
const MOST: usize = 64 * 1024;

/// What the form's page is drawn from.
struct Opened {
    form: WebForm,
    company: Company,
    products: Vec<(ProductId, String)>,
}

#[derive(Template)]
#[template(path = "web_forms/public.html")]
pub(super) struct Hosted {
    form: WebForm,
    company: String,
    products: Vec<(ProductId, String)>,
    typed: Typed,
    ticket: String,
    /// An admin looks how it will be: nothing can be sent.
    preview: bool,
}

/// A page that says how it ended.
#[derive(Template)]
#[template(path = "web_forms/said.html")]
struct Said {
    company: String,
    title: String,
    text: String,
}

impl Hosted {
    /// As it will be, for an admin.
    pub(super) fn preview(form: WebForm, company: String, products: Vec<(ProductId, String)>) -> Self {
        Self { form, company, products, typed: Typed::default(), ticket: String::new(), preview: true }
    }

    fn value(&self, key: &str) -> String {
        self.typed.shown(key)
    }

    fn hidden(&self) -> Vec<(&'static str, String)> {
        let came_by = self.typed.came_by();
        came_by.pairs().into_iter().filter(|(_, v)| !v.is_empty()).map(|(name, v)| (name, v.to_owned())).collect()
    }

    fn options(&self, field: &Field) -> Options {
        options(field, &self.products, &self.value(&field.key))
    }
}

/// What a field offers, an empty choice first.
pub(super) fn options(field: &Field, products: &[(ProductId, String)], chosen: &str) -> Options {
    let mut options = vec![(String::new(), "Choose one".to_owned(), chosen.is_empty())];
    match field.kind() {
        // Names are kept, as everywhere in contacts.
        FieldKind::Country => options.extend(
            choices::countries("").into_iter().map(|(_, name, _)| (name.clone(), name.clone(), name == chosen)),
        ),
        _ => options.extend(products.iter().map(|(id, name)| (id.to_string(), name.clone(), id.to_string() == chosen))),
    }
    options
}

/// The form of an address, with what it is drawn from.
fn open(conn: &mut Conn, token: &str) -> Result<Opened> {
    let form = store::find(conn, token)?.ok_or(Error::NotFound)?;
    let company = company::find(conn)?.ok_or(Error::NotFound)?;
    let products = if form.has(FieldKind::Interest) { products::options(conn)? } else { Vec::new() };
    Ok(Opened { form, company, products })
}

/// `GET /forms/{token}`
pub async fn new(req: HttpRequest, app: App, token: Path<String>, query: Query) -> web::Answer {
    let token = token.into_inner();
    let Opened { form, company, products } = app.db.read(move |conn| open(conn, &token)).await?;
    if !form.is_open() {
        let said = Said { company: company.name, title: CLOSED.0.into(), text: CLOSED.1.into() };
        return page_with(StatusCode::GONE, &said);
    }
    lead_on(&req, &form);
    let mut typed = Typed {
        pairs: query.0.0.into_iter().filter(|(name, _)| name.starts_with("utm_")).collect(),
        ..Typed::default()
    };
    typed.pairs.push(("referrer".into(), told(&req, &header::REFERER)));
    typed.pairs.push(("page".into(), format!("{}{}", app.base_url, form.path())));
    let ticket = ticket::fresh(&form, now())?;
    page(&Hosted { form, company: company.name, products, typed, ticket, preview: false })
}

/// Title and text of a form that was put away.
const CLOSED: (&str, &str) =
    ("This form is closed", "It takes no answers any more. Look at our web site for another way to reach us.");

/// Lets the page's form lead on to where its redirect goes.
fn lead_on(req: &HttpRequest, form: &WebForm) {
    if let Some(origin) = origin_of(&form.redirect) {
        req.extensions_mut().insert(LeadsOnTo(origin));
    }
}

/// `https://acme.example/a?b` is of the origin `https://acme.example`.
pub(super) fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().filter(|h| !h.is_empty())?;
    Some(format!("{scheme}://{host}").to_lowercase())
}

/// A header's text, without what cannot stand in a line.
fn told(req: &HttpRequest, name: &header::HeaderName) -> String {
    req.headers().get(name).and_then(|v| v.to_str().ok()).and_then(clean).unwrap_or_default()
}

/// Where a request comes from.
enum From {
    /// A page of ours, or what is no browser.
    Here,
    /// A web site that the form may stand on.
    Listed(String),
    Elsewhere,
}

/// Browsers name the origin of whatever is posted; without a list only our own page may send.
fn from(req: &HttpRequest, app: &App, form: &WebForm) -> From {
    let origin = told(req, &header::ORIGIN).to_lowercase();
    let host = told(req, &header::HOST).to_lowercase();
    let ours =
        |o: &str| o == app.base_url || o.split_once("://").is_some_and(|(_, rest)| !host.is_empty() && rest == host);
    let site = told(req, &header::HeaderName::from_static("sec-fetch-site"));
    match origin.as_str() {
        "" if site.is_empty() || site == "same-origin" || site == "none" => From::Here,
        "" => From::Elsewhere,
        origin if ours(origin) => From::Here,
        origin if form.origins.iter().any(|o| o == origin) => From::Listed(origin.to_owned()),
        _ => From::Elsewhere,
    }
}

/// `OPTIONS /forms/{token}`: what browsers ask before a script of another site may send.
pub async fn preflight(req: HttpRequest, app: App, token: Path<String>) -> web::Answer {
    let token = token.into_inner();
    let form = app.db.read(move |conn| open(conn, &token)).await?.form;
    let mut answer = HttpResponse::NoContent().finish();
    let from = from(&req, &app, &form);
    allow(&mut answer, &from);
    if matches!(from, From::Listed(_)) {
        for (name, value) in [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, "accept, content-type"),
            (header::ACCESS_CONTROL_MAX_AGE, "600"),
        ] {
            answer.headers_mut().insert(name, header::HeaderValue::from_static(value));
        }
    }
    Ok(answer)
}

/// Lets a script of a listed site read the answer.
fn allow(answer: &mut HttpResponse, from: &From) {
    answer.headers_mut().insert(header::VARY, header::HeaderValue::from_static("Origin"));
    if let From::Listed(origin) = from
        && let Ok(value) = header::HeaderValue::from_str(origin)
    {
        answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, value);
    }
}

/// How sending ended.
enum Ended {
    /// Kept, or held: nobody is told which.
    Sent,
    Wrong,
    Refused(StatusCode, &'static str, String),
    TooOften(i64),
}

/// `POST /forms/{token}`
pub async fn create(req: HttpRequest, app: App, token: Path<String>, payload: Payload) -> web::Answer {
    let (token, at) = (token.into_inner(), now());
    let opened = app.db.read(move |conn| open(conn, &token)).await?;
    let from = from(&req, &app, &opened.form);
    let script = told(&req, &header::ACCEPT).contains("application/json");
    let mut typed = Typed::default();
    let ended = match &from {
        From::Elsewhere => {
            let text = "This form may not be sent from the web site that it stands on. Tell whoever runs that site.";
            Ended::Refused(StatusCode::FORBIDDEN, "That did not work", text.into())
        }
        _ if !opened.form.is_open() => Ended::Refused(StatusCode::GONE, CLOSED.0, CLOSED.1.into()),
        _ => match read(&req, payload).await {
            Ok(pairs) => {
                typed.pairs = pairs;
                send(&req, &app, &opened, &mut typed, at).await?
            }
            Err(Error::TooLarge) => {
                let text = "What was sent is larger than this form takes. Write less.";
                Ended::Refused(StatusCode::PAYLOAD_TOO_LARGE, "Too large", text.into())
            }
            Err(Error::Refused(why)) => Ended::Refused(StatusCode::BAD_REQUEST, "That did not work", why),
            Err(error) => return Err(error),
        },
    };
    let mut answer =
        if script { said_to_script(&opened.form, &typed, ended) } else { drawn(&req, opened, typed, ended, at)? };
    allow(&mut answer, &from);
    Ok(answer)
}

/// The pairs of the body, as URL-encoded or multipart fields. Nothing is taken out of the values yet.
async fn read(req: &HttpRequest, payload: Payload) -> Result<Vec<(String, String)>> {
    let length = told(req, &header::CONTENT_LENGTH).parse::<usize>().unwrap_or(0);
    if length > MOST {
        return Err(Error::TooLarge);
    }
    let pairs = match req.content_type() {
        "multipart/form-data" => web::upload::read(req, payload, MOST).await?.fields.0,
        "application/x-www-form-urlencoded" => {
            let body = payload.to_bytes_limited(MOST).await.map_err(|_| Error::TooLarge)?;
            let body = body.map_err(|_| Error::Refused("The form did not arrive whole. Send it again.".into()))?;
            serde_urlencoded::from_bytes(&body).unwrap_or_default()
        }
        _ => return Err(Error::Refused("A form is sent as application/x-www-form-urlencoded.".into())),
    };
    Ok(pairs.into_iter().map(|(name, value): (String, String)| (name, value.replace("\r\n", "\n"))).collect())
}

/// Checks what was typed and keeps it.
async fn send(
    req: &HttpRequest,
    app: &App,
    opened: &Opened,
    typed: &mut Typed,
    at: chrono::NaiveDateTime,
) -> Result<Ended> {
    let country = opened.company.country.clone();
    let Some(filled) = typed.check(&opened.form, &country, &opened.products) else { return Ok(Ended::Wrong) };
    let ticket = ticket::read(&opened.form, typed.one("ticket"));
    let hasty = ticket.as_ref().is_some_and(|t| (at - t.drawn).num_seconds() < opened.form.least_seconds);
    let sent_key = match ticket {
        Some(ticket) => ticket.number,
        None => token::fresh()?,
    };
    let mut came_by = typed.came_by();
    if came_by.page.is_empty() {
        came_by.page = told(req, &header::REFERER).chars().take(500).collect();
    }
    // A page that carries no hidden fields may still name them in its own address.
    let query = Query::of(came_by.page.split_once('?').map_or("", |(_, q)| q.split('#').next().unwrap_or_default()));
    for (name, value) in [
        ("utm_source", &mut came_by.utm_source),
        ("utm_medium", &mut came_by.utm_medium),
        ("utm_campaign", &mut came_by.utm_campaign),
        ("utm_term", &mut came_by.utm_term),
        ("utm_content", &mut came_by.utm_content),
    ] {
        if value.is_empty() {
            *value = clean(query.one(name)).unwrap_or_default().chars().take(500).collect();
        }
    }
    let address = entrance::address_of(req, app);
    let state = if hasty || typed.is_trapped() { State::Held } else { State::Taken };
    let arrival = Arrival { filled, came_by, sent_key, state };
    let form = opened.form.clone();
    let kept = app
        .db
        .write(move |conn| {
            limits::take(conn, Deed::WebForm, &form.id.to_string(), &address, at)?;
            intake::keep(conn, &form, &arrival, &country, at)
        })
        .await;
    match kept {
        Ok(()) => Ok(Ended::Sent),
        Err(Error::RateLimited(seconds)) => Ok(Ended::TooOften(seconds)),
        Err(Error::Refused(sentence)) => {
            typed.errors.push(("consent".into(), sentence));
            Ok(Ended::Wrong)
        }
        Err(error) => Err(error),
    }
}

/// The sentence for whoever sent too often.
fn wait(seconds: i64) -> String {
    format!("Many forms came from where you are. Send yours again in {} minutes.", (seconds + 59) / 60)
}

fn said_to_script(form: &WebForm, typed: &Typed, ended: Ended) -> HttpResponse {
    match ended {
        Ended::Sent => HttpResponse::Ok().json(json!({
            "ok": true,
            "message": form.thanks,
            "redirect": Some(&form.redirect).filter(|url| !url.is_empty()),
        })),
        Ended::Wrong => {
            let errors: serde_json::Map<_, _> =
                typed.errors.iter().map(|(id, text)| (id.clone(), json!(text))).collect();
            HttpResponse::UnprocessableEntity().json(json!({ "ok": false, "errors": errors }))
        }
        Ended::Refused(status, _, text) => HttpResponse::build(status).json(json!({ "ok": false, "message": text })),
        Ended::TooOften(seconds) => HttpResponse::TooManyRequests()
            .insert_header((header::RETRY_AFTER, seconds))
            .json(json!({ "ok": false, "message": wait(seconds) })),
    }
}

fn drawn(
    req: &HttpRequest,
    opened: Opened,
    typed: Typed,
    ended: Ended,
    at: chrono::NaiveDateTime,
) -> Result<HttpResponse> {
    let Opened { form, company, products } = opened;
    let company = company.name;
    match ended {
        Ended::Sent if !form.redirect.is_empty() => Ok(web::see_other(&form.redirect)),
        Ended::Sent => page(&Said { company, title: "Thank you".into(), text: form.thanks }),
        Ended::Wrong => {
            lead_on(req, &form);
            // The same page goes on, so its ticket does; a form from elsewhere gets one of this page,
            let kept = typed.one("ticket").to_owned();
            // which nobody is to wait with, who only corrects a word.
            let ticket = match ticket::read(&form, &kept) {
                Some(_) => kept,
                None => ticket::fresh(&form, at - chrono::Duration::seconds(form.least_seconds))?,
            };
            web::redraw(&Hosted { form, company, products, typed, ticket, preview: false })
        }
        Ended::Refused(status, title, text) => page_with(status, &Said { company, title: title.into(), text }),
        Ended::TooOften(seconds) => {
            let said = Said { company, title: "Wait a moment".into(), text: wait(seconds) };
            let mut answer = page_with(StatusCode::TOO_MANY_REQUESTS, &said)?;
            answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
            Ok(answer)
        }
    }
}
