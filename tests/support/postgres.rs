//! PostgreSQL for tests: a database per test in a cluster that the run started.
//!
//! `scripts/test` starts one cluster for the whole run and names it in `RAPPORT_TEST_POSTGRES_URL`;
//! `scripts/postgres` does the same by hand. A test whose promise is durability starts a cluster of
//! its own that flushes to disk ([`Cluster::durable`]).

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

/// A running cluster.
pub struct Cluster {
    /// `postgres://user@host:port`, without a database.
    base: String,
    /// The folder of a cluster that stops with its last user; nothing for the run's own.
    own: Option<PathBuf>,
}

impl Cluster {
    /// The cluster that the run started.
    pub fn of_this_run() -> Arc<Cluster> {
        let url = std::env::var("RAPPORT_TEST_POSTGRES_URL").unwrap_or_else(|_| {
            panic!(
                "RAPPORT_TEST_ENGINE is postgres, but RAPPORT_TEST_POSTGRES_URL names no cluster. \
                 Run scripts/test, or start one: export RAPPORT_TEST_POSTGRES_URL=$(scripts/postgres start target/postgres)"
            )
        });
        Arc::new(Cluster { base: base_of(&url), own: None })
    }

    /// A cluster of one's own with `fsync` on, stopped and removed when dropped.
    pub fn durable(folder: &Path) -> Arc<Cluster> {
        let folder = folder.join("cluster");
        let done = script().arg("start").arg(&folder).arg("--durable").output().expect("scripts/postgres runs");
        assert!(done.status.success(), "scripts/postgres failed: {}", String::from_utf8_lossy(&done.stderr));
        let url = String::from_utf8_lossy(&done.stdout).trim().to_owned();
        Arc::new(Cluster { base: base_of(&url), own: Some(folder) })
    }

    pub fn url(&self, database: &str) -> String {
        format!("{}/{database}", self.base)
    }

    /// Makes a database, empty or as a copy; says whether it is new.
    pub fn create(&self, database: &str, template: Option<&str>) -> bool {
        let template = template.unwrap_or("template0");
        self.run(&format!("CREATE DATABASE \"{database}\" TEMPLATE \"{template}\"")).is_ok()
    }

    pub fn remove(&self, database: &str) {
        if let Err(error) = self.run(&format!("DROP DATABASE IF EXISTS \"{database}\" WITH (FORCE)")) {
            eprintln!("The database {database} stays behind: {error}");
        }
    }

    /// Gives a database its final name; says whether that name was free.
    pub fn rename(&self, from: &str, to: &str) -> bool {
        self.run(&format!("ALTER DATABASE \"{from}\" RENAME TO \"{to}\"")).is_ok()
    }

    pub fn has(&self, database: &str) -> bool {
        PgConnection::establish(&self.url(database)).is_ok()
    }

    fn run(&self, sql: &str) -> diesel::QueryResult<()> {
        let url = self.url("postgres");
        let mut connection =
            PgConnection::establish(&url).unwrap_or_else(|error| panic!("No PostgreSQL answers at {url}: {error}"));
        connection.batch_execute(sql)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(folder) = &self.own {
            let stopped = script().arg("stop").arg(folder).status();
            if !stopped.is_ok_and(|status| status.success()) {
                eprintln!("The cluster in {} could not be stopped", folder.display());
            }
        }
    }
}

fn script() -> Command {
    Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/postgres"))
}

/// The URL without its database.
fn base_of(url: &str) -> String {
    match url.trim().rsplit_once('/') {
        Some((base, _)) if base.contains("://") => base.to_owned(),
        _ => panic!("RAPPORT_TEST_POSTGRES_URL must look like postgres://user@host:port/postgres, not {url}"),
    }
}
