//! The job that empties the outbox.

use super::outbox;
use crate::{app::App, db::types::now, error::Result, jobs::Run};

/// Sends what waits, one mail after the other, until nothing does or the server stops.
pub fn run(app: &App, run: &Run) -> Result<()> {
    let left = run.step(outbox::take_back)?;
    if left > 0 {
        tracing::warn!(left, "mails were being sent when a server died: they are sent again under the same Message-ID");
    }
    while !run.stopping() {
        let Some(mail) = run.step(|conn| outbox::claim(conn, now()))? else { break };
        let outcome = app.postman.send(&mail);
        if let outbox::Outcome::Later(why) | outbox::Outcome::Never(why) = &outcome {
            tracing::warn!(mail = mail.id, attempts = mail.attempts, why, "mail not sent");
        }
        run.step(|conn| outbox::settle(conn, &mail, outcome, now()))?;
    }
    Ok(())
}
