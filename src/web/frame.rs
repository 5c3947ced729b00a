//! The one middleware round every route: request id, same-origin check, security headers, error pages, the log line.

use super::{App, respond};
use crate::error::Error;
use actix_web::{
    HttpMessage, HttpResponse, ResponseError,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{Method, StatusCode, header},
    middleware::Next,
};
use askama::Template;
use std::{
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    task::Poll,
    time::Instant,
};

/// Nothing runs or loads that this server did not send as a file.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'";

/// A web site that a form of the page may lead on to after it was sent (an origin): browsers hold `form-action` for
/// redirects too. A handler puts it among the request's extensions.
#[derive(Clone)]
pub struct LeadsOnTo(pub String);

/// Where the forms stand that strangers fill in: `/forms/{token}`.
const PUBLIC_FORMS: &str = "/forms/";

/// Stands in logs and on error pages, so that one can be found by the other.
#[derive(Clone)]
pub struct RequestId(pub String);

pub async fn frame<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let started = Instant::now();
    let id = RequestId(crate::auth::token::fresh().unwrap_or_default().chars().take(12).collect());
    req.extensions_mut().insert(id.clone());
    let app = req.app_data::<App>().cloned();
    let https = app.as_ref().is_some_and(|a| a.is_https());

    let same_origin = req.method().is_safe()
        || is_public_form(req.path())
        || from_our_pages(&req, app.as_ref().map_or("", |a| a.base_url.as_str()));
    let (method, path) = (req.method().clone(), req.path().to_owned());
    let outcome = if same_origin {
        let mut answering = Box::pin(next.call(req));
        let answered = poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| answering.as_mut().poll(context))) {
            Ok(Poll::Ready(answered)) => Poll::Ready(Some(answered)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(_) => Poll::Ready(None),
        });
        match answered.await {
            Some(answered) => answered.map(ServiceResponse::map_into_left_body),
            None => return Err(broke(&method, &path, &id, https)),
        }
    } else {
        let sentence = "This request did not come from a page of Rapport: open the page again and repeat what you did.";
        let (request, _) = req.into_parts();
        Ok(ServiceResponse::new(request, HttpResponse::Forbidden().body(sentence).map_into_right_body()))
    };
    let mut response = match outcome {
        Ok(response) => response,
        Err(error) => return Err(error),
    };

    if let Some(error) = response.response().error() {
        let drawn = error_answer(error.as_error::<Error>(), response.status(), response.request(), &id);
        let (request, _) = response.into_parts();
        response = ServiceResponse::new(request, drawn.map_into_right_body());
    }
    let request = response.request().clone();
    if !is_public_form(request.path()) {
        respond::clear_flash(&request, response.response_mut());
    }
    secure(response.headers_mut(), https);
    if let Some(LeadsOnTo(origin)) = request.extensions().get::<LeadsOnTo>() {
        let policy = CONTENT_POLICY.replace("form-action 'self'", &format!("form-action 'self' {origin}"));
        if let Ok(policy) = header::HeaderValue::from_str(&policy) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
    let millis = started.elapsed().as_millis();
    // The path only: a query can hold what people searched for, a link's path its secret (see `loggable`).
    tracing::info!(id = %id.0, method = %request.method(), path = loggable(request.path()), status = response.status().as_u16(), millis, "answered");
    Ok(response)
}

/// The answer when a handler panicked: a page with the request's number. The panic itself has been logged by its hook.
fn broke(method: &Method, path: &str, id: &RequestId, https: bool) -> actix_web::Error {
    tracing::error!(id = %id.0, %method, path = loggable(path), "panicked");
    let page = ErrorPage { title: BROKEN.0, text: BROKEN.1, status: 500, id: &id.0 };
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    let mut response = respond::page_with(status, &page).unwrap_or_else(|_| HttpResponse::new(status));
    secure(response.headers_mut(), https);
    InternalError::from_response("a handler panicked", response).into()
}

/// What every answer tells the browser to keep to.
fn secure(headers: &mut header::HeaderMap, https: bool) {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
    ] {
        headers.insert(name, header::HeaderValue::from_static(value));
    }
    if https {
        let a_year = header::HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, a_year);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    }
}

/// Paths of links that reach people by mail hold their secret.
fn loggable(path: &str) -> &str {
    ["/set-up/", "/invitations/", "/password-resets/", "/q/"]
        .iter()
        .find(|p| path.starts_with(**p))
        .copied()
        .unwrap_or(path)
}

/// Whether it is the one address that pages of other sites post to: a company's form stands on its own web site. That is
/// safe because its handler reads no cookie and sets none (so nobody's session can be used by another site), keeps what
/// strangers say and no more, and looks at the origin itself (`web_forms::public_pages`).
fn is_public_form(path: &str) -> bool {
    path.strip_prefix(PUBLIC_FORMS).is_some_and(|token| !token.is_empty() && !token.contains('/'))
}

/// Browsers say where a request comes from in `Sec-Fetch-Site`, older ones in `Origin`; what says neither is no page.
fn from_our_pages(req: &ServiceRequest, base_url: &str) -> bool {
    let text = |name: &header::HeaderName| req.headers().get(name).and_then(|v| v.to_str().ok());
    match text(&header::HeaderName::from_static("sec-fetch-site")) {
        Some(site) => site == "same-origin",
        None => text(&header::ORIGIN).is_some_and(|origin| {
            let host = text(&header::HOST).unwrap_or_default();
            origin == base_url || origin.split_once("://").is_some_and(|(_, rest)| !host.is_empty() && rest == host)
        }),
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    title: &'a str,
    text: &'a str,
    status: u16,
    id: &'a str,
}

/// Title and text of the page for what is our fault.
const BROKEN: (&str, &str) = (
    "Something broke on our side",
    "Look whether it was saved before you try again. If it stays, give your admin the number below.",
);

fn error_answer(
    error: Option<&Error>,
    status: StatusCode,
    req: &actix_web::HttpRequest,
    id: &RequestId,
) -> HttpResponse {
    let sentence;
    let (title, text) = match error {
        Some(Error::SignIn) => {
            let back =
                if req.method() == Method::GET { req.uri().path_and_query().map_or("/", |p| p.as_str()) } else { "/" };
            let next = serde_urlencoded::to_string([("next", back)]).unwrap_or_default();
            let url = if back == "/" { "/sign-in".into() } else { format!("/sign-in?{next}") };
            return respond::see_other(url);
        }
        Some(Error::NotFound) => {
            ("Nothing lives at this address", "If it was a record, it may be in the bin, or not yours to see.")
        }
        Some(Error::Forbidden) => {
            ("Not allowed", "Your role does not cover this. An admin can change it under Settings, People.")
        }
        Some(Error::Refused(why)) => {
            sentence = why.clone();
            ("That did not work", sentence.as_str())
        }
        Some(Error::TooLarge) => ("Too large", "What was sent is larger than this page takes. Send less, or in parts."),
        Some(Error::RateLimited(seconds)) => {
            sentence = format!("There were too many attempts. Try again in {} minutes.", (seconds + 59) / 60);
            ("Wait a moment", sentence.as_str())
        }
        Some(Error::Internal(_)) | None if status.is_server_error() => {
            let cause = error.map_or_else(|| "unknown".to_owned(), ToString::to_string);
            tracing::error!(id = %id.0, method = %req.method(), path = loggable(req.path()), cause, "failed");
            BROKEN
        }
        _ => ("That request makes no sense here", "Go back and try again from the page."),
    };
    let status = error.map_or(status, Error::status_code);
    let page = ErrorPage { title, text, status: status.as_u16(), id: &id.0 };
    let mut answer = respond::page_with(status, &page).unwrap_or_else(|_| HttpResponse::new(status));
    if let Some(Error::RateLimited(seconds)) = error {
        answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(*seconds));
    }
    answer
}
