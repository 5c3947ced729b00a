//! How the jobs are doing, for admins, and the mails that did not leave.

use super::{JOBS, lease};
use crate::{
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

/// `POST /settings/jobs/mail/retry`: tries at once what waits for its time.
pub async fn try_now(who: Admin, app: App) -> Answer {
    let (viewer, now) = (who.viewer.clone(), who.now);
    app.db.write(move |conn| outbox::try_now(conn, &viewer, now)).await?;
    app.mail_queued();
    Ok(see_other_with("/settings/jobs", Flash::new("The waiting mail is on its way again")))
}

/// `POST /settings/jobs/mail/{id}/retry`
pub async fn try_again(who: Admin, app: App, id: Path<i64>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    app.db.write(move |conn| outbox::try_again(conn, &viewer, id, now)).await?;
    app.mail_queued();
    Ok(see_other_with("/settings/jobs", Flash::new("The mail is on its way again")))
}

/// `POST /settings/jobs/mail/{id}/deletion`
pub async fn drop_mail(who: Admin, app: App, id: Path<i64>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    app.db.write(move |conn| outbox::drop_parked(conn, &viewer, id, now)).await?;
    Ok(see_other_with("/settings/jobs", Flash::new("Mail dropped")))
}
