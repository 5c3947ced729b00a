//! A new password by mail, for those who lost theirs.

use super::{
    super::{
        How, Viewer, entrance, letters,
        limits::{self, Deed},
        links::Kind,
        users,
    },
    Choose, Spent, again, holder, set_by_link, wait, within_limit,
};
use crate::{
    db::types::{EmailAddress, now},
    web::{Answer, App, Fields, page, page_with, redraw},
};
use actix_web::{HttpRequest, http::StatusCode, web::Path};
use askama::Template;
use std::time::{Duration, Instant};

/// Every answer to an asked-for link takes this long, so that its time does not tell whether the address is known.
const ANSWER_AFTER: Duration = Duration::from_millis(400);

const SPENT: Spent = Spent {
    title: "This link does not work any more",
    text: "It was used, or it is older than two hours, or a newer one was sent. Ask for another.",
    way: Some(("/password-resets/new", "Send another link")),
};

#[derive(Template, Default)]
#[template(path = "auth/reset.html")]
struct Ask {
    email: String,
    error: String,
    sent: bool,
}

/// `GET /password-resets/new`
pub async fn new() -> Answer {
    page(&Ask::default())
}

/// `POST /password-resets`: one answer, whether the address is known or not.
pub async fn create(req: HttpRequest, app: App, fields: Fields) -> Answer {
    let started = Instant::now();
    let typed: String = fields.one("email").trim().chars().take(254).collect();
    let email = match EmailAddress::parse(&typed) {
        Ok(email) => email,
        Err(error) => return redraw(&Ask { email: typed, error, sent: false }),
    };
    let (address, state, at) = (entrance::address_of(&req, &app), app.clone(), now());
    let allowed = app
        .db
        .write(move |conn| {
            let key = email.key();
            if let Err(seconds) = within_limit(limits::take(conn, Deed::PasswordReset, &key, &address, at))? {
                return Ok(Err(seconds));
            }
            if let Some(known) = users::find_by_email(conn, &key)?.filter(|c| c.deactivated_at.is_none()) {
                let person = users::get(conn, known.id)?;
                letters::reset(conn, &Viewer::system(How::System), &person, &state.base_url, at)?;
            }
            Ok(Ok(()))
        })
        .await?;
    app.mail_queued();
    tokio::time::sleep(ANSWER_AFTER.saturating_sub(started.elapsed())).await;
    match allowed {
        Ok(()) => page(&Ask { sent: true, ..Ask::default() }),
        Err(seconds) => {
            let form = Ask { email: typed, error: wait(seconds), sent: false };
            page_with(StatusCode::TOO_MANY_REQUESTS, &form)
        }
    }
}

/// `GET /password-resets/{token}`
pub async fn edit(app: App, secret: Path<String>) -> Answer {
    let secret = secret.into_inner();
    match holder(&app, Kind::PasswordReset, secret.clone()).await? {
        Some((_, person)) => page(&form(&secret, person.email)),
        None => SPENT.answer(),
    }
}

/// `POST /password-resets/{token}`: sets the password, ends every session and signs in anew.
pub async fn update(req: HttpRequest, app: App, secret: Path<String>, fields: Fields) -> Answer {
    let secret = secret.into_inner();
    let Some((link, person)) = holder(&app, Kind::PasswordReset, secret.clone()).await? else { return SPENT.answer() };
    match set_by_link(&app, link, &person, &fields).await? {
        Ok(Some(id)) => entrance::sign_in(&req, &app, id, false, "").await,
        Ok(None) => SPENT.answer(),
        Err(error) => again(Choose { error, ..form(&secret, person.email) }),
    }
}

fn form(secret: &str, email: Option<String>) -> Choose {
    Choose {
        title: "Choose a new password",
        lead: "You are signed out everywhere once it is set.".into(),
        email: email.unwrap_or_default(),
        action: format!("/password-resets/{secret}"),
        button: "Set password and sign in",
        zones: Vec::new(),
        error: String::new(),
    }
}
