//! Signing in and out.

use super::{password, session, users};
use crate::{
    db::types::{UserId, now},
    error::Error,
    web::{Answer, App, Fields, Query, SignedIn, extract::session_cookie, page, page_with, see_other},
};
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite},
    http::{StatusCode, header},
};
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

/// Only an address within this product is gone back to.
fn safe_next(next: &str) -> String {
    let fits = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r']);
    if fits { next.to_owned() } else { String::new() }
}

/// `GET /sign-in`
pub async fn new(app: App, query: Query) -> Answer {
    let company = app.db.read(super::company::find).await?.map(|c| c.name).unwrap_or_default();
    page(&SignIn { company, next: safe_next(query.one("next")), ..SignIn::default() })
}

/// Where a request comes from: the peer, or what a trusted proxy says of it.
pub fn address_of(req: &HttpRequest, app: &App) -> String {
    let peer = req.peer_addr().map(|a| a.ip());
    let trusted = |ip: &std::net::IpAddr| app.serving.trusted_proxies.contains(ip);
    let forwarded = req.headers().get("x-forwarded-for").and_then(|v| v.to_str().ok());
    match (peer, forwarded) {
        // The last address that is not a proxy of ours: what stands before it, anyone may have written.
        (Some(ip), Some(list)) if trusted(&ip) => {
            list.rsplit(',').filter_map(|a| a.trim().parse().ok()).find(|a| !trusted(a)).unwrap_or(ip).to_string()
        }
        (Some(ip), _) => ip.to_string(),
        (None, _) => "unknown".into(),
    }
}

enum Outcome {
    In(UserId),
    Wrong(i64),
    Wait(i64),
}

/// `POST /sign-in`. Known and unknown addresses get the same answer after the same work.
pub async fn create(req: HttpRequest, app: App, fields: Fields) -> Answer {
    let email = fields.one("email").trim().to_owned();
    let key = email.to_lowercase();
    let address = address_of(&req, &app);
    let typed: String = fields.one("password").chars().take(1000).collect();
    let at = now();
    let (account, from) = (key.clone(), address.clone());
    let (company, allowed) = app
        .db
        .write(move |conn| {
            let company = super::company::find(conn)?.map(|c| c.name).unwrap_or_default();
            let allowed = match users::tries_left(conn, &account, &from, at) {
                Ok(left) => Ok((left, users::find_by_email(conn, &account)?)),
                Err(Error::RateLimited(seconds)) => Err(seconds),
                Err(error) => return Err(error),
            };
            Ok((company, allowed))
        })
        .await?;
    let outcome = match allowed {
        Err(seconds) => Outcome::Wait(seconds),
        Ok((left, found)) => {
            let stored = found.as_ref().filter(|c| c.deactivated_at.is_none()).and_then(|c| c.password_hash.clone());
            let (fits, renewed) = actix_web::web::block(move || password::verify(&typed, stored.as_deref())).await??;
            let account = key.clone();
            match found.filter(|_| fits) {
                Some(person) => {
                    app.db
                        .write(move |conn| {
                            if let Some(hash) = renewed {
                                users::keep_hash(conn, person.id, &hash)?;
                            }
                            users::forget_failures(conn, &account)
                        })
                        .await?;
                    Outcome::In(person.id)
                }
                None => {
                    app.db.write(move |conn| users::note_failure(conn, &account, &address, at)).await?;
                    Outcome::Wrong(left - 1)
                }
            }
        }
    };
    let stay = fields.has("stay");
    let next = safe_next(fields.one("next"));
    let problem = match outcome {
        Outcome::In(id) => return start(&req, &app, id, stay, &next).await,
        Outcome::Wrong(0) => "E-mail and password do not fit together. This address waits 10 minutes now.".to_owned(),
        Outcome::Wrong(left @ 1..=3) => {
            format!("E-mail and password do not fit together. After {left} more tries this address waits 10 minutes.")
        }
        Outcome::Wrong(_) => "E-mail and password do not fit together.".to_owned(),
        Outcome::Wait(seconds) => {
            format!("There were too many tries. Try again in {} minutes.", (seconds + 59) / 60)
        }
    };
    let status = if matches!(outcome, Outcome::Wait(_)) {
        StatusCode::TOO_MANY_REQUESTS
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    page_with(status, &SignIn { company, email, stay, next, problem })
}

/// Starts a session and goes to the page that was asked for.
pub async fn start(req: &HttpRequest, app: &App, id: UserId, stay: bool, next: &str) -> Answer {
    let agent = req.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let address = address_of(req, app);
    let at = now();
    let secret = app.db.write(move |conn| session::start(conn, id, stay, &agent, &address, at)).await?;
    let mut answer = see_other(if next.is_empty() { "/" } else { next });
    let mut cookie = Cookie::build(session_cookie(app.is_https()), secret)
        .path("/")
        .http_only(true)
        .secure(app.is_https())
        .same_site(SameSite::Lax);
    if stay {
        cookie = cookie.max_age(actix_web::cookie::time::Duration::days(session::lifetime(true).num_days()));
    }
    answer.add_cookie(&cookie.finish()).map_err(|e| Error::internal(e.to_string()))?;
    Ok(answer)
}

/// `POST /sign-out`
pub async fn destroy(who: SignedIn, app: App) -> Answer {
    let (me, id) = (who.me_id(), who.session_id);
    app.db.write(move |conn| session::end(conn, me, id)).await?;
    let mut answer: HttpResponse = see_other("/sign-in");
    let mut gone = Cookie::build(session_cookie(app.is_https()), "").path("/").secure(app.is_https()).finish();
    gone.make_removal();
    answer.add_cookie(&gone).map_err(|e| Error::internal(e.to_string()))?;
    Ok(answer)
}
