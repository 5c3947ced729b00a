//! Fields of forms and query strings as they were typed, in order, repeated ones kept.

use super::FORM_LIMIT;
use crate::{db::types::is_text, error::Error};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Bytes};
use futures_util::future::{LocalBoxFuture, Ready, ready};

fn parse(text: &[u8]) -> Vec<(String, String)> {
    // Browsers send line ends of textareas as CRLF; inside Rapport a line ends in LF.
    serde_urlencoded::from_bytes::<Vec<(String, String)>>(text)
        .unwrap_or_default()
        .into_iter()
        .map(|(name, value)| (name, value.replace("\r\n", "\n").replace(|sign| !is_text(sign), "")))
        .collect()
}

/// The body of an `application/x-www-form-urlencoded` request.
#[derive(Clone, Debug, Default)]
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    /// The last value of this field, or an empty text.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().rev().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }

    /// Every value of this field, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    /// A field that holds a number, if it does.
    pub fn id(&self, name: &str) -> Option<i64> {
        self.one(name).trim().parse().ok()
    }

    /// A person: as chosen from the list, or as written by name in the field beside it where no script looks names up.
    pub fn person(&self, name: &str) -> String {
        let written = self.one(&format!("{name}.name")).trim();
        if written.is_empty() { self.one(name).to_owned() } else { written.to_owned() }
    }

    /// The version of the record that the form was drawn from; 0 never matches.
    pub fn version(&self) -> i64 {
        self.id("version").unwrap_or(0)
    }
}

impl FromRequest for Fields {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let length = req
            .headers()
            .get(actix_web::http::header::CONTENT_LENGTH)
            .and_then(|l| l.to_str().ok())
            .and_then(|l| l.parse::<usize>().ok());
        let body = Bytes::from_request(req, payload);
        Box::pin(async move {
            if length.is_some_and(|l| l > FORM_LIMIT) {
                return Err(Error::TooLarge);
            }
            Ok(Self(parse(&body.await.map_err(|_| Error::TooLarge)?)))
        })
    }
}

/// The query string of an address.
#[derive(Clone, Debug, Default)]
pub struct Query(pub Fields);

impl std::ops::Deref for Query {
    type Target = Fields;
    fn deref(&self) -> &Fields {
        &self.0
    }
}

impl Query {
    /// The query string of an address that we wrote ourselves.
    pub fn of(text: &str) -> Self {
        Self(Fields(parse(text.as_bytes())))
    }
}

impl FromRequest for Query {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(Fields(parse(req.query_string().as_bytes())))))
    }
}

/// The id of a repeated field on its page: `email`, `email-2`, `email-3`.
pub fn field_id(name: &str, at: usize) -> String {
    if at == 0 { name.to_owned() } else { format!("{name}-{}", at + 1) }
}
