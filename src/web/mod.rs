//! What every route has in common: who asks, where a request may come from, headers, fields, answers. Knows no noun.

pub mod assets;
pub mod conflict;
pub mod extract;
pub mod fields;
pub mod frame;
pub mod health;
pub mod respond;
pub mod upload;

pub use extract::{Admin, Manager, Rep, SignedIn};
pub use fields::{Fields, Query};
pub use respond::{page, page_with, redraw, see_other, see_other_with};

use crate::error::Error;
use actix_web::{HttpRequest, HttpResponse, http::header::LOCATION, web as actix};

/// Bodies of forms are at most this many bytes; a route that takes files states its own limit.
pub const FORM_LIMIT: usize = 512 * 1024;

pub type App = actix::Data<crate::app::App>;
pub type Answer = crate::error::Result<actix_web::HttpResponse>;

pub fn form_limits() -> actix::PayloadConfig {
    actix::PayloadConfig::new(FORM_LIMIT)
}

/// A query string that does not parse is a wrong address.
pub fn query_errors() -> actix::QueryConfig {
    actix::QueryConfig::default().error_handler(|_, _| Error::NotFound.into())
}

/// `/contacts/abc` is an address where nothing lives.
pub fn path_errors() -> actix::PathConfig {
    actix::PathConfig::default().error_handler(|_, _| Error::NotFound.into())
}

/// Every address that no route has.
pub async fn nowhere(req: HttpRequest) -> Answer {
    let plain = format!("/{}", req.path().trim_matches('/').to_ascii_lowercase());
    // Nothing else stands in our addresses, and nothing else may lead anybody elsewhere.
    let ours = plain.chars().all(|c| c.is_ascii_alphanumeric() || "/-_.".contains(c)) && !plain.contains("//");
    if req.method().is_safe() && ours && plain != req.path() {
        let query = if req.query_string().is_empty() { String::new() } else { format!("?{}", req.query_string()) };
        return Ok(HttpResponse::PermanentRedirect().insert_header((LOCATION, format!("{plain}{query}"))).finish());
    }
    Err(Error::NotFound)
}
