//! `rapport serve`

use crate::{
    app,
    config::{Serving, Storage},
    db::{self, Source, dialect, types::now},
    error::Result,
    jobs::Runner,
    notifications::live,
    settings,
};
use actix_web::rt;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

pub fn run(serving: Serving, storage: &Storage) -> Result<()> {
    log_to_stderr();
    let source = Source::from_settings(storage)?;
    let mut conn = source.connect()?;
    dialect::migrate(&mut conn)?;
    let link = db::transaction(&mut conn, |conn| settings::setup::link(conn, now()))?;
    drop(conn);
    serve(serving, &source, link, &[])
}

/// Logs go to standard error; `RAPPORT_LOG` chooses what (`rapport=debug`, `warn` …).
pub fn log_to_stderr() {
    let filter = EnvFilter::try_from_env("RAPPORT_LOG").unwrap_or_else(|_| EnvFilter::new("info,actix_server=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}

/// Serves until it is told to stop; prints the address, the set-up link if there is one, and these lines.
pub fn serve(serving: Serving, source: &Source, set_up: Option<String>, lines: &[String]) -> Result<()> {
    actix_web::rt::System::new().block_on(async {
        let bound = app::bind(source, serving)?;
        println!("Rapport is listening on http://{}", bound.address);
        if let Some(secret) = set_up {
            println!("Set up: {}/set-up/{secret}", bound.base_url);
        }
        for line in lines {
            println!("{line}");
        }
        let jobs = Runner::start(&bound.app)?;
        rt::spawn(live::watch(bound.app.clone()));
        rt::spawn(live::end_with_the_server(bound.app.clone()));
        // Ends on SIGTERM or SIGINT, when the requests in flight are answered.
        let outcome = bound.server.await;
        jobs.stop().await;
        Ok(outcome?)
    })
}
