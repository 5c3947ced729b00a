//! Answers: pages, redirects, and the sentence that the next page shows once.

use super::Answer;
use crate::ui::Flash;
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite},
    http::{StatusCode, header},
};
use askama::Template;
use data_encoding::BASE64URL_NOPAD;

const FLASH: &str = "rapport-flash";

/// Draws a page.
pub fn page(template: &impl Template) -> Answer {
    page_with(StatusCode::OK, template)
}

/// Draws a form again, because something typed was wrong.
pub fn redraw(template: &impl Template) -> Answer {
    page_with(StatusCode::UNPROCESSABLE_ENTITY, template)
}

/// Draws a page with another status, such as 409 for a lost race.
pub fn page_with(status: StatusCode, template: &impl Template) -> Answer {
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(template.render()?))
}

/// After a change: look there.
pub fn see_other(url: impl AsRef<str>) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, url.as_ref())).finish()
}

/// The same, and the page there says what was done.
pub fn see_other_with(url: impl AsRef<str>, flash: Flash) -> HttpResponse {
    let mut answer = see_other(url);
    let text = serde_json::to_vec(&flash).unwrap_or_default();
    let cookie = Cookie::build(FLASH, BASE64URL_NOPAD.encode(&text))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(actix_web::cookie::time::Duration::minutes(2))
        .finish();
    // A cookie that does not fit a header only loses the sentence, not the change.
    if let Err(error) = answer.add_cookie(&cookie) {
        tracing::warn!(%error, "flash not set");
    }
    answer
}

/// The sentence of the last change, if the page before set one.
pub fn read_flash(req: &HttpRequest) -> Option<Flash> {
    let cookie = req.cookie(FLASH)?;
    let flash: Flash = serde_json::from_slice(&BASE64URL_NOPAD.decode(cookie.value().as_bytes()).ok()?).ok()?;
    // Only an address of ours may be posted to, or led to.
    let ours = |url: &String| url.starts_with('/') && !url.starts_with("//");
    Some(Flash { undo: flash.undo.filter(ours), more: flash.more.filter(|(_, url)| ours(url)), ..flash })
}

/// Forgets the sentence once a page has shown it.
pub fn clear_flash(req: &HttpRequest, answer: &mut HttpResponse<impl actix_web::body::MessageBody>) {
    let is_page = answer.headers().get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
    if req.method() == actix_web::http::Method::GET && is_page && req.cookie(FLASH).is_some() {
        let mut gone = Cookie::build(FLASH, "").path("/").finish();
        gone.make_removal();
        if let Err(error) = answer.add_cookie(&gone) {
            tracing::warn!(%error, "flash not cleared");
        }
    }
}
