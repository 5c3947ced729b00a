//! Background work: each job is idempotent, has one runner however many servers there are, and is visible to admins.
//!
//! Who wants work done in the background adds a [`Job`] to [`JOBS`]; who has rows to be cleared away at night adds a
//! line to `nightly::SWEEPS`.

mod lease;
mod nightly;
pub mod pages;

use crate::{
    app::App,
    auth::token,
    db::{Conn, types::now},
    error::{Error, Result},
    leads, mail, meetings, notifications, tasks,
};
use actix_web::rt;
use chrono::NaiveDateTime;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::Notify;

/// One kind of background work.
pub struct Job {
    /// Its row in the table `jobs`.
    pub name: &'static str,
    /// What admins read: its name, and what it does.
    pub label: &'static str,
    pub about: &'static str,
    /// How often it is asked whether there is something to do.
    pub every: Duration,
    /// Whether there is something to do: a read, so that an idle server writes nothing.
    pub due: fn(&mut Conn, NaiveDateTime) -> Result<bool>,
    /// Does it, in steps (see [`Run`]), on a thread that may wait.
    pub run: fn(&App, &Run) -> Result<()>,
    /// What rings before its time.
    bell: fn(&Bells) -> &Notify,
}

/// Every job.
pub static JOBS: [Job; 5] = [
    Job {
        name: "mail",
        label: "Outgoing mail",
        about: "Sends invitations, password links and notices as soon as they are written",
        every: Duration::from_secs(5),
        due: mail::outbox::due,
        run: mail::job::run,
        bell: |bells| &bells.mail,
    },
    Job {
        name: "notices",
        label: "Notifications by mail",
        about: "Mails what people chose to hear by mail, at once or every morning",
        every: Duration::from_secs(2),
        due: notifications::job::due,
        run: notifications::job::run,
        bell: |bells| &bells.notices,
    },
    Job {
        name: "reminders",
        label: "Reminders",
        about: "Reminds people of their tasks and meetings at the moment they asked for",
        every: Duration::from_secs(15),
        due: |conn, at| Ok(tasks::reminders::due(conn, at)? || meetings::reminders::due(conn, at)?),
        run: |app, run| tasks::reminders::run(app, run).and_then(|()| meetings::reminders::run(run)),
        bell: |bells| &bells.reminders,
    },
    Job {
        name: "leads",
        label: "Leads",
        about: "Tells whom a lead waits for too long, and reckons leads anew when rules or targets change",
        every: Duration::from_secs(2),
        due: leads::job::due,
        run: leads::job::run,
        bell: |bells| &bells.leads,
    },
    Job {
        name: "nightly",
        label: "Nightly clearing",
        about: "Erases what lay in the bin for 30 days, ended sessions, spent links, old drafts, notifications, import files",
        every: Duration::from_secs(600),
        due: nightly::due,
        run: nightly::run,
        bell: |bells| &bells.nightly,
    },
];

/// Wakes jobs of this process.
#[derive(Default)]
pub struct Bells {
    pub mail: Notify,
    leads: Notify,
    nightly: Notify,
    notices: Notify,
    reminders: Notify,
}

/// A job under way: this server holds its lease.
pub struct Run<'a> {
    app: &'a App,
    job: &'static str,
    holder: &'a str,
    stop: &'a AtomicBool,
}

impl Run<'_> {
    /// One step: a transaction that only counts while this server still holds the job, and that renews the lease. A
    /// step lasts well under the lease (`lease::LENGTH`).
    ///
    /// # Errors
    /// `Error::Refused` when another server has taken the job over, because this one was too slow.
    pub fn step<T>(&self, f: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        self.app.db.write_here(|conn| {
            if !lease::renew(conn, self.job, self.holder, now())? {
                return Err(Error::Refused("Another server took this job over.".into()));
            }
            f(conn)
        })
    }

    /// Whether the server is about to stop: then no further step begins.
    pub fn stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// The jobs of this process.
pub struct Runner {
    app: Arc<App>,
    stop: Arc<AtomicBool>,
    tasks: Vec<rt::task::JoinHandle<()>>,
}

impl Runner {
    /// Starts every job. To be called on the server's own runtime.
    pub fn start(app: &Arc<App>) -> Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let holder: Arc<str> = token::fresh()?.into();
        let tasks = JOBS.iter().map(|job| rt::spawn(repeat(job, app.clone(), holder.clone(), stop.clone()))).collect();
        Ok(Self { app: app.clone(), stop, tasks })
    }

    /// Lets each job finish the step it is in.
    pub async fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        for job in &JOBS {
            (job.bell)(&self.app.bells).notify_one();
        }
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a job did not stop well");
            }
        }
    }
}

async fn repeat(job: &'static Job, app: Arc<App>, holder: Arc<str>, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::Relaxed) {
        let (state, holder, stopping) = (app.clone(), holder.clone(), stop.clone());
        match actix_web::web::block(move || turn(job, &state, &holder, &stopping)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(job = job.name, %error, "job failed"),
            Err(error) => tracing::error!(job = job.name, %error, "job broke off"),
        }
        // Rung or not, it is asked again.
        let _ = tokio::time::timeout(job.every, (job.bell)(&app.bells).notified()).await;
    }
}

/// Runs the job once, if there is something to do and no other server does it.
fn turn(job: &'static Job, app: &App, holder: &str, stop: &AtomicBool) -> Result<()> {
    let at = now();
    if !app.db.read_here(|conn| (job.due)(conn, at))?
        || !app.db.write_here(|conn| lease::take(conn, job.name, holder, at))?
    {
        return Ok(());
    }
    let outcome = (job.run)(app, &Run { app, job: job.name, holder, stop });
    let error = outcome.as_ref().err().map(ToString::to_string);
    app.db.write_here(|conn| lease::finish(conn, job.name, holder, error.as_deref(), now()))?;
    outcome
}
