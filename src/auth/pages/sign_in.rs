//! Signing in and out.

use super::{
    super::{
        company, entrance,
        limits::{self, Deed},
        password, session, users,
    },
    wait, within_limit,
};
use crate::{
    db::types::now,
    web::{Answer, App, Fields, Query, SignedIn, page, page_with, see_other},
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use askama::Template;

#[derive(Template, Default)]
#[template(path = "auth/sign-in.html")]
struct SignIn {
    company: String,
    email: String,
    stay: bool,
    next: String,
    problem: String,
}

/// `GET /sign-in`; before there is a company, the page that says how to make it.
pub async fn new(app: App, query: Query) -> Answer {
    let Some(company) = app.db.read(company::find).await? else { return Ok(see_other("/set-up")) };
    page(&SignIn { company: company.name, next: entrance::safe_next(query.one("next")), ..SignIn::default() })
}

/// `POST /sign-in`. Known and unknown addresses get the same answer after the same work.
pub async fn create(req: HttpRequest, app: App, fields: Fields) -> Answer {
    let email: String = fields.one("email").trim().chars().take(254).collect();
    let key = email.to_lowercase();
    let address = entrance::address_of(&req, &app);
    let typed: String = fields.one("password").chars().take(1000).collect();
    let at = now();
    let (account, from) = (key.clone(), address.clone());
    let (company, allowed) = app
        .db
        .write(move |conn| {
            let company = company::find(conn)?.map(|c| c.name);
            let allowed = match within_limit(limits::take(conn, Deed::SignIn, &account, &from, at))? {
                Ok(left) => Ok((left, users::find_by_email(conn, &account)?)),
                Err(seconds) => Err(seconds),
            };
            Ok((company, allowed))
        })
        .await?;
    let Some(company) = company else { return Ok(see_other("/set-up")) };
    let stay = fields.has("stay");
    let next = entrance::safe_next(fields.one("next"));
    let (left, found) = match allowed {
        Ok(allowed) => allowed,
        Err(seconds) => {
            let problem = wait(seconds);
            let form = SignIn { company, email, stay, next, problem };
            return page_with(StatusCode::TOO_MANY_REQUESTS, &form);
        }
    };
    let stored = found.as_ref().filter(|c| c.deactivated_at.is_none()).and_then(|c| c.password_hash.clone());
    let (fits, renewed) = password::in_turn(move || password::verify(&typed, stored.as_deref())).await?;
    if let Some(person) = found.filter(|_| fits) {
        app.db
            .write(move |conn| {
                if let Some(hash) = renewed {
                    users::keep_hash(conn, person.id, &hash)?;
                }
                limits::give_back(conn, Deed::SignIn, &key, &address, at)
            })
            .await?;
        return entrance::sign_in(&req, &app, person.id, stay, &next).await;
    }
    let problem = match left {
        0 => "E-mail and password do not fit together. This address waits 10 minutes now.".to_owned(),
        1 => "E-mail and password do not fit together. After one more try this address waits 10 minutes.".to_owned(),
        2..=3 => {
            format!("E-mail and password do not fit together. After {left} more tries this address waits 10 minutes.")
        }
        _ => "E-mail and password do not fit together.".to_owned(),
    };
    let form = SignIn { company, email, stay, next, problem };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &form)
}

/// `POST /sign-out`
pub async fn destroy(who: SignedIn, app: App) -> Answer {
    let (me, id) = (who.me_id(), who.session_id);
    app.db.write(move |conn| session::end(conn, me, id)).await?;
    let mut answer: HttpResponse = see_other("/sign-in");
    entrance::forget(&app, &mut answer)?;
    Ok(answer)
}
