//! An invited person chooses a password.

use super::{
    super::{company, directory::Person, entrance, links::Kind},
    Choose, Spent, again, holder, set_by_link,
};
use crate::{
    ui::choices,
    web::{Answer, App, Fields, page},
};
use actix_web::{HttpRequest, web::Path};

const SPENT: Spent = Spent {
    title: "This invitation does not work any more",
    text: "It was used, or it is older than seven days. If you have chosen a password, sign in; if not, ask your admin for another invitation.",
    way: Some(("/sign-in", "Sign in")),
};

/// `GET /invitations/{token}`
pub async fn edit(app: App, secret: Path<String>) -> Answer {
    let secret = secret.into_inner();
    match holder(&app, Kind::Invitation, secret.clone()).await? {
        Some((_, person)) => page(&form(&app, &secret, &person, &person.time_zone).await?),
        None => SPENT.answer(),
    }
}

/// `POST /invitations/{token}`: sets the password and signs in.
pub async fn update(req: HttpRequest, app: App, secret: Path<String>, fields: Fields) -> Answer {
    let secret = secret.into_inner();
    let Some((link, person)) = holder(&app, Kind::Invitation, secret.clone()).await? else { return SPENT.answer() };
    match set_by_link(&app, link, &person, &fields).await? {
        Ok(Some(id)) => entrance::sign_in(&req, &app, id, false, "").await,
        Ok(None) => SPENT.answer(),
        Err(error) => {
            let form = form(&app, &secret, &person, fields.one("time_zone")).await?;
            again(Choose { error, ..form })
        }
    }
}

async fn form(app: &App, secret: &str, person: &Person, zone: &str) -> crate::error::Result<Choose> {
    let company = app.db.read(company::find).await?.map(|c| c.name).unwrap_or_default();
    Ok(Choose {
        title: "Choose your password",
        lead: format!("Welcome to {company}, {}.", person.name),
        email: person.email.clone().unwrap_or_default(),
        action: format!("/invitations/{secret}"),
        button: "Set password and sign in",
        zones: choices::zones(zone),
        error: String::new(),
    })
}
