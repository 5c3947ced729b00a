//! For load balancers and service managers: alive, and ready to serve.

use super::{Answer, App};
use crate::db::dialect;
use actix_web::HttpResponse;

/// `GET /healthz`: the process answers.
pub async fn alive() -> Answer {
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("alive\n"))
}

/// `GET /readyz`: the database answers and is at this version.
pub async fn ready(app: App) -> Answer {
    let (status, text) = match app.db.read_slowly(dialect::is_current).await {
        Ok(true) => (actix_web::http::StatusCode::OK, "ready\n"),
        Ok(false) => {
            (actix_web::http::StatusCode::SERVICE_UNAVAILABLE, "migrations are missing: run rapport migrate\n")
        }
        Err(error) => {
            tracing::error!(%error, "not ready");
            (
                actix_web::http::StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer, or is not at this version\n",
            )
        }
    };
    Ok(HttpResponse::build(status).content_type("text/plain; charset=utf-8").body(text))
}
