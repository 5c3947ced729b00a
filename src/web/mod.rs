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
use actix_web::web as actix;

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
pub async fn nowhere() -> Answer {
    Err(Error::NotFound)
}
