//! A database per test, copied from one that was made once in the run.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use super::command::rapport;
use super::folder::{self, Folder};
use super::people::{PASSWORD, Person};
use super::postgres::Cluster;

/// Which database the run is about: `RAPPORT_TEST_ENGINE`, SQLite where it is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub fn of_this_run() -> Engine {
        match std::env::var("RAPPORT_TEST_ENGINE").as_deref() {
            Err(_) | Ok("" | "sqlite") => Engine::Sqlite,
            Ok("postgres") => Engine::Postgres,
            Ok(other) => panic!("RAPPORT_TEST_ENGINE must be sqlite or postgres, not {other}"),
        }
    }
}

/// What a test starts from.
#[derive(Debug, Clone, Copy)]
enum Template {
    /// A company that is set up, with its people and nothing else.
    Company,
    /// The made-up company of `rapport demo`, with the test people added.
    Demo,
}

/// A database and a data folder of a test's own. The last holder removes both.
pub struct Database {
    // Before the folder, in which a cluster of the test's own lives until it is stopped.
    postgres: Option<(Arc<Cluster>, String)>,
    folder: Folder,
}

impl Database {
    /// Nothing in it, not even a table.
    pub fn empty() -> Arc<Database> {
        match Engine::of_this_run() {
            Engine::Sqlite => Arc::new(Database { folder: Folder::new(), postgres: None }),
            Engine::Postgres => Database::empty_in(Cluster::of_this_run()),
        }
    }

    /// A company that is set up: US dollars, UTC, and everyone in [`Person`].
    pub fn company() -> Arc<Database> {
        Database::from_template(Template::Company)
    }

    /// The company that `rapport demo` invents, and everyone in [`Person`].
    pub fn demo() -> Arc<Database> {
        Database::from_template(Template::Demo)
    }

    /// A set-up company whose confirmed writes survive anything: PostgreSQL flushes to disk here as
    /// it does for users, which the cluster that other tests share does not.
    pub fn durable_company() -> Arc<Database> {
        if Engine::of_this_run() == Engine::Sqlite {
            return Database::company();
        }
        let folder = Folder::new();
        let cluster = Cluster::durable(folder.path());
        let name = folder::unique_name();
        assert!(cluster.create(&name, None), "a new cluster has room for a database");
        let database = Database { folder, postgres: Some((cluster, name)) };
        database.fill(Template::Company);
        Arc::new(database)
    }

    /// The arguments that point `rapport` to this database.
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["--data".to_owned(), self.data().display().to_string()];
        if let Some((cluster, name)) = &self.postgres {
            arguments.extend(["--database-url".to_owned(), cluster.url(name)]);
        }
        arguments
    }

    /// The address of the database, where it is on PostgreSQL.
    pub fn postgres_url(&self) -> Option<String> {
        self.postgres.as_ref().map(|(cluster, name)| cluster.url(name))
    }

    /// The column `line` of a query that both engines understand.
    #[track_caller]
    pub fn lines(&self, sql: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Line {
            #[diesel(sql_type = Text)]
            line: String,
        }
        let rows: Vec<Line> = match self.postgres_url() {
            Some(_) => sql_query(sql).load(&mut self.postgres()),
            None => sql_query(sql).load(&mut self.sqlite()),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.into_iter().map(|row| row.line).collect()
    }

    /// What a query gives that counts something.
    #[track_caller]
    pub fn number(&self, sql: &str) -> u64 {
        let line = self.lines(&format!("SELECT CAST(({sql}) AS TEXT) AS line"));
        line.first().and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("{sql} gives no number"))
    }

    /// Changes what only time would change otherwise.
    #[track_caller]
    pub fn execute(&self, sql: &str) {
        let done = match self.postgres_url() {
            Some(_) => sql_query(sql).execute(&mut self.postgres()),
            None => sql_query(sql).execute(&mut self.sqlite()),
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    fn postgres(&self) -> PgConnection {
        let url = self.postgres_url().expect("the run is about PostgreSQL");
        PgConnection::establish(&url).expect("the database of the test answers")
    }

    fn sqlite(&self) -> SqliteConnection {
        let file = self.data().join("rapport.db");
        let mut connection = SqliteConnection::establish(&file.display().to_string()).expect("the file opens");
        // A server may be writing at this moment.
        connection.batch_execute("PRAGMA busy_timeout = 10000").expect("SQLite takes its settings");
        connection
    }

    /// The data folder: the SQLite file, and mail that was "sent" with the file transport.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A folder for the test's own files; commands run in it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn empty_in(cluster: Arc<Cluster>) -> Arc<Database> {
        let name = folder::unique_name();
        cluster.remove(&name);
        assert!(cluster.create(&name, None), "a new name has no database yet");
        Arc::new(Database { folder: Folder::new(), postgres: Some((cluster, name)) })
    }

    fn from_template(template: Template) -> Arc<Database> {
        // Tests of one process wait here; those of different processes may both make the template,
        // and the first to finish gives it its name.
        static MAKING: Mutex<()> = Mutex::new(());
        let making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
        let ready = folder::root().join(template.name());
        let cluster = (Engine::of_this_run() == Engine::Postgres).then(Cluster::of_this_run);
        let exists = match &cluster {
            None => ready.exists(),
            Some(cluster) => cluster.has(&template.name()),
        };
        if !exists {
            let made = Database::empty();
            made.fill(template);
            match &made.postgres {
                None => {
                    // Someone else may have been quicker: then theirs stays.
                    if std::fs::rename(made.data(), &ready).is_err() {
                        assert!(ready.exists(), "the template could not be put in {}", ready.display());
                    }
                }
                Some((cluster, name)) => {
                    if !cluster.rename(name, &template.name()) {
                        assert!(cluster.has(&template.name()), "the template could not be given its name");
                    }
                }
            }
        }
        drop(making);
        let folder = Folder::new();
        match cluster {
            None => {
                let data = folder.path().join("data");
                folder::copy(&ready, &data)
                    .unwrap_or_else(|error| panic!("{} cannot be copied: {error}", ready.display()));
                Arc::new(Database { folder, postgres: None })
            }
            Some(cluster) => {
                let name = folder::unique_name();
                cluster.remove(&name);
                assert!(cluster.create(&name, Some(&template.name())), "the template cannot be copied");
                Arc::new(Database { folder, postgres: Some((cluster, name)) })
            }
        }
    }

    fn fill(&self, template: Template) {
        match template {
            Template::Company => {
                let company = ["setup", "--company", "Harbour Tools", "--currency", "USD", "--time-zone", "UTC"];
                rapport(self, &company).expect_done();
            }
            Template::Demo => {
                rapport(self, &["demo", "--fill-only"]).expect_done();
            }
        }
        for person in Person::ALL {
            self.add(person.email(), person.name(), person.role(), person.team(), PASSWORD);
        }
    }

    /// Adds someone who can sign in with this password.
    pub fn add(&self, email: &str, name: &str, role: &str, team: Option<&str>, password: &str) {
        let mut arguments = vec!["user", "add", "--email", email, "--name", name, "--role", role, "--password-stdin"];
        if let Some(team) = team {
            arguments.extend(["--team", team]);
        }
        super::command::rapport_with(self, &arguments, &[], &format!("{password}\n")).expect_done();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((cluster, name)) = &self.postgres {
            cluster.remove(name);
        }
    }
}

impl Template {
    /// A name that another build of the program does not share, since its tables may differ.
    fn name(self) -> String {
        let program = std::fs::metadata(env!("CARGO_BIN_EXE_rapport")).expect("cargo built the program");
        let built = program.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let stamp = built.map_or(0, |time| time.as_millis());
        match self {
            Template::Company => format!("company_{stamp}"),
            Template::Demo => format!("demo_{stamp}"),
        }
    }
}
