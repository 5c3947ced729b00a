//! The one error of the product and what it becomes over HTTP.
//!
//! Bad input is not an error: a form is drawn again with status 422 and everything typed kept. A lost race between
//! two editors is not one either: the page shows both versions with status 409.

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use std::fmt;

/// What can go wrong below a handler.
#[derive(Debug)]
pub enum Error {
    /// The record is absent, erased, or not this viewer's to see: strangers cannot tell which.
    NotFound,
    /// The viewer is known, and may not do this.
    Forbidden,
    /// Nobody is signed in.
    SignIn,
    /// The request cannot be understood or contradicts the state; the sentence is for people.
    Refused(String),
    /// The body is over the limit of its route.
    TooLarge,
    /// Too many attempts; try again after so many seconds.
    RateLimited(i64),
    /// Anything the caller cannot mend: logged once, with its cause and the request id.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

/// The usual result of stores, forms and handlers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An internal error from a sentence.
    pub fn internal(sentence: impl Into<String>) -> Self {
        Self::Internal(sentence.into().into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("nothing lives at this address"),
            Self::Forbidden => f.write_str("not allowed"),
            Self::SignIn => f.write_str("not signed in"),
            Self::Refused(sentence) => f.write_str(sentence),
            Self::TooLarge => f.write_str("too large"),
            Self::RateLimited(seconds) => write!(f, "too many attempts, try again in {seconds} seconds"),
            Self::Internal(cause) => {
                write!(f, "{cause}")?;
                let mut next = cause.source();
                while let Some(cause) = next {
                    write!(f, ": {cause}")?;
                    next = cause.source();
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for Error {}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::SignIn => StatusCode::SEE_OTHER,
            Self::Refused(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Bare on purpose: `web::frame` knows the request and draws the page.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        match error {
            diesel::result::Error::NotFound => Self::NotFound,
            other => Self::Internal(other.into()),
        }
    }
}

macro_rules! internal_from {
    ($($source:ty),* $(,)?) => {
        $(impl From<$source> for Error {
            fn from(error: $source) -> Self {
                Self::Internal(error.into())
            }
        })*
    };
}
internal_from!(
    diesel::r2d2::PoolError,
    actix_web::error::BlockingError,
    askama::Error,
    serde_json::Error,
    std::io::Error
);
