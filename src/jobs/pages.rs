//! How the jobs are doing, for admins, and the mails that did not leave.

use super::{JOBS, lease};
use crate::{
    error::Error,
    mail::outbox::{self, Mail},
    ui::{Flash, Page},
    web::{Admin, Answer, App, page, see_other_with},
};
use actix_web::web::Path;
use askama::Template;
use chrono::NaiveDateTime;

/// One job, in words.
struct Line {
    label: &'static str,
    about: &'static str,
    /// Class and word of its status.
    status: (&'static str, &'static str),
    last: Option<NaiveDateTime>,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "settings/jobs.html")]
struct Index {
    page: Page,
    lines: Vec<Line>,
    mail: outbox::State,
    /// The folder, where mail is written to files.
    folder: Option<String>,
    parked: Vec<Mail>,
}

/// `GET /settings/jobs`
pub async fn index(who: Admin, app: App) -> Answer {
    let (states, mail, parked) =
        app.db.read(|conn| Ok((lease::states(conn)?, outbox::state(conn)?, outbox::parked(conn, 200)?))).await?;
    let lines = JOBS
        .iter()
        .map(|job| {
            let state = states.iter().find(|s| s.name == job.name);
            let running = state.is_some_and(|s| s.leased_until.is_some_and(|until| until > who.now));
            let error = state.and_then(|s| s.last_error.clone());
            let status = match (running, state.and_then(|s| s.last_finished_at), &error) {
                (true, _, _) => ("working", "Running"),
                (false, _, Some(_)) => ("failed", "Failed"),
                (false, Some(_), None) => ("done", "Working"),
                (false, None, None) => ("off", "Nothing to do yet"),
            };
            let last = state.and_then(|s| s.last_finished_at.or(s.last_started_at));
            Line { label: job.label, about: job.about, status, last, error }
        })
        .collect();
    let folder = app.postman.folder().map(|f| f.display().to_string());
    page(&Index { page: who.0, lines, mail, folder, parked })
}

/// `POST /settings/jobs/mail/{id}/retry`
pub async fn try_again(who: Admin, app: App, id: Path<i64>) -> Answer {
    let (id, now) = (*id, who.now);
    if !app.db.write(move |conn| outbox::try_again(conn, id, now)).await? {
        return Err(Error::NotFound);
    }
    app.mail_queued();
    Ok(see_other_with("/settings/jobs", Flash::new("The mail is on its way again")))
}

/// `POST /settings/jobs/mail/{id}/deletion`
pub async fn drop_mail(_: Admin, app: App, id: Path<i64>) -> Answer {
    let id = *id;
    if !app.db.write(move |conn| outbox::drop_parked(conn, id)).await? {
        return Err(Error::NotFound);
    }
    Ok(see_other_with("/settings/jobs", Flash::new("Mail dropped")))
}
