//! The first page of all: it makes the company and its first admin, once.

use super::{company::CompanyForm, setup};
use crate::{
    auth::{
        How, Role, Viewer, company, entrance, links,
        pages::Spent,
        password,
        users::{self, NewUser},
    },
    db::types::{EmailAddress, clean, now},
    web::{Answer, App, Fields, page, redraw, see_other},
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;

/// What is typed about the first admin.
#[derive(Default)]
struct AdminForm {
    name: String,
    email: String,
}

#[derive(Template)]
#[template(path = "settings/set-up.html")]
struct SetUp {
    action: String,
    form: CompanyForm,
    admin: AdminForm,
}

#[derive(Template)]
#[template(path = "settings/set-up-hint.html")]
struct Hint {
    /// Someone came with a link that does not work.
    wrong: bool,
}

const DONE: Spent = Spent {
    title: "Rapport is set up already",
    text: "This link worked once. Sign in, or ask your admin for an invitation.",
    way: Some(("/sign-in", "Sign in")),
};

/// `GET /set-up`: where everyone lands before there is a company.
pub async fn hint(app: App) -> Answer {
    match app.db.read(company::find).await? {
        Some(_) => Ok(see_other("/sign-in")),
        None => page(&Hint { wrong: false }),
    }
}

/// Whether the link works, or the answer that says what to do instead.
async fn refused(app: &App, secret: String) -> crate::error::Result<Option<Answer>> {
    let at = now();
    let (company, link) = app
        .db
        .read(move |conn| Ok((company::find(conn)?, links::find(conn, links::Kind::SetUp, &secret, at)?)))
        .await?;
    Ok(match (company, link) {
        (Some(_), _) => Some(DONE.answer()),
        (None, None) => Some(crate::web::page_with(actix_web::http::StatusCode::GONE, &Hint { wrong: true })),
        (None, Some(_)) => None,
    })
}

/// `GET /set-up/{token}`
pub async fn new(app: App, secret: Path<String>) -> Answer {
    let secret = secret.into_inner();
    if let Some(answer) = refused(&app, secret.clone()).await? {
        return answer;
    }
    let action = format!("/set-up/{secret}");
    page(&SetUp { action, form: CompanyForm::blank(), admin: AdminForm::default() })
}

/// `POST /set-up/{token}`: makes the company and the admin in one transaction, and signs them in.
pub async fn create(req: HttpRequest, app: App, secret: Path<String>, fields: Fields) -> Answer {
    let secret = secret.into_inner();
    if let Some(answer) = refused(&app, secret.clone()).await? {
        return answer;
    }
    let mut form = CompanyForm::read(&fields);
    let admin = AdminForm { name: fields.one("name").to_owned(), email: fields.one("email").to_owned() };
    let checked = form.check();
    let name = clean(&admin.name).filter(|n| n.chars().count() <= 200);
    if name.is_none() {
        form.errors.push(("name".into(), "What are you called? Write a name of up to 200 signs.".into()));
    }
    let email = EmailAddress::parse(&admin.email).map_err(|s| form.errors.push(("email".into(), s))).ok();
    let typed = fields.one("password").to_owned();
    if let Err(sentence) = password::check_strength(&typed, &[&admin.name, &admin.email, &form.name]) {
        form.errors.push(("password".into(), sentence));
    }
    let (Some(company), Some(name), Some(email), true) = (checked, name, email, form.errors.is_empty()) else {
        return redraw(&SetUp { action: format!("/set-up/{secret}"), form, admin });
    };
    let at = now();
    let made = app
        .db
        .write(move |conn| {
            let Some((link, _)) = links::find(conn, links::Kind::SetUp, &secret, at)? else { return Ok(None) };
            if !links::use_up(conn, link, at)? {
                return Ok(None);
            }
            setup::make_company(conn, &company, at)?;
            let first = NewUser {
                name,
                email: Some(email),
                role: Role::Admin,
                team_id: None,
                time_zone: company.time_zone.name().to_owned(),
                password: Some(typed),
            };
            users::create(conn, &Viewer::system(How::System), &first, at).map(Some)
        })
        .await?;
    match made {
        Some(id) => entrance::sign_in(&req, &app, id, false, "/").await,
        None => DONE.answer(),
    }
}
