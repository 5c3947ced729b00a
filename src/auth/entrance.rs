//! Where a visitor comes from, and how a session enters and leaves their browser.

use super::session;
use crate::{
    app::App as State,
    db::types::{UserId, now},
    error::{Error, Result},
    web::{Answer, App, extract::session_cookie, see_other},
};
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite},
    http::header,
};

/// Only an address within this product is gone back to.
pub fn safe_next(next: &str) -> String {
    let fits = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r', '\t']);
    if fits { next.to_owned() } else { String::new() }
}

/// Where a request comes from: the peer, or what a trusted proxy says of it.
pub fn address_of(req: &HttpRequest, app: &State) -> String {
    let peer = req.peer_addr().map(|a| a.ip());
    let trusted = |ip: &std::net::IpAddr| app.serving.trusted_proxies.contains(ip);
    // A header may stand there several times; together they are one list.
    let forwarded: Vec<&str> =
        req.headers().get_all("x-forwarded-for").filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).collect();
    match peer {
        // The last address that is not a proxy of ours: what stands before it, anyone may have written.
        Some(ip) if trusted(&ip) => {
            forwarded.iter().rev().map_while(|a| a.trim().parse().ok()).find(|a| !trusted(a)).unwrap_or(ip).to_string()
        }
        Some(ip) => ip.to_string(),
        None => "unknown".into(),
    }
}

/// Starts a session and goes to the page that was asked for.
pub async fn sign_in(req: &HttpRequest, app: &App, id: UserId, stay: bool, next: &str) -> Answer {
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

/// Takes the session's cookie out of the browser.
pub fn forget(app: &State, answer: &mut HttpResponse) -> Result<()> {
    let mut gone = Cookie::build(session_cookie(app.is_https()), "").path("/").secure(app.is_https()).finish();
    gone.make_removal();
    answer.add_cookie(&gone).map_err(|e| Error::internal(e.to_string()))
}
