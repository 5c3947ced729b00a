//! The command line: help, exit codes, errors of one sentence, and the migrations.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use crate::support::{Database, Engine, Folder, Person, Server, rapport, rapport_alone, rapport_with};

#[test]
fn help_names_every_command_and_variable() {
    let help = rapport_alone(&["--help"]).expect_done().stdout;
    for command in ["demo", "serve", "user", "import", "backup", "migrate"] {
        assert!(help.lines().any(|line| line.trim_start().starts_with(command)), "{command} is not in:\n{help}");
    }
    let help = rapport_alone(&["serve", "--help"]).expect_done().stdout;
    for variable in ["RAPPORT_LISTEN", "RAPPORT_DATA", "RAPPORT_DATABASE_URL", "RAPPORT_BASE_URL", "RAPPORT_SMTP_URL"] {
        assert!(help.contains(variable), "{variable} is not in:\n{help}");
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [&["sell"][..], &["serve", "--lsten", "x"], &["import"], &["user", "add"], &[]] {
        let ran = rapport_alone(arguments);
        assert_eq!(ran.code, 2, "{} ended with {}", ran.line, ran.code);
        assert!(!ran.stderr.is_empty(), "{} says nothing", ran.line);
        assert_eq!(ran.stdout, "", "{} speaks on standard output", ran.line);
    }
}

#[test]
fn a_role_that_does_not_exist_is_wrong_usage() {
    let database = Database::company();
    let ran = rapport(&database, &["user", "add", "--email", "a@b.example", "--name", "A", "--role", "boss"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("boss"), "{}", ran.stderr);
}

#[test]
fn failures_end_with_1_and_one_sentence() {
    let database = Database::company();
    let missing = rapport(&database, &["import", "contacts", "no-such-file.csv"]).expect_failure(1);
    assert!(missing.contains("no-such-file.csv"), "{missing}");

    let person = Person::Rep;
    let again = ["user", "add", "--email", person.email(), "--name", "Again", "--role", "rep", "--password-stdin"];
    let taken = rapport_with(&database, &again, &[], "seven quiet herons at dusk\n").expect_failure(1);
    assert!(taken.contains(person.email()), "{taken}");

    let weak = ["user", "add", "--email", "new@harbour.example", "--name", "New", "--role", "rep", "--password-stdin"];
    rapport_with(&database, &weak, &[], "password\n").expect_failure(1);
}

#[test]
fn a_database_that_cannot_be_reached_is_named_without_its_password() {
    let database = Database::empty();
    let folder = database.folder().display().to_string();
    let url = format!("postgres://sales:geheim@127.0.0.1:1/{}", "company");
    let mut ran = rapport_alone(&["migrate", "--database-url", &url]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(!ran.stderr.contains("geheim"), "{}", ran.stderr);

    ran = rapport_alone(&["migrate", "--database-url", "mysql://127.0.0.1/company"]);
    assert!(matches!(ran.code, 1 | 2), "an unknown scheme ends with {}", ran.code);

    ran = rapport_alone(&["migrate", "--data", &format!("{folder}/file/below")]);
    assert_eq!(ran.code, 0, "a data folder is made where it is missing: {}", ran.stderr);
}

#[test]
fn an_address_in_use_is_refused_with_a_sentence() {
    let server = Server::start();
    let listen = server.address().trim_start_matches("http://").to_owned();
    let database = Database::company();
    let error = rapport(&database, &["serve", "--listen", &listen]).expect_failure(1);
    assert!(error.contains(&listen), "{error}");
}

#[tokio::test]
async fn a_person_added_on_the_command_line_can_sign_in() {
    let server = Server::start();
    server.database().add("late@harbour.example", "Late Comer", "manager", Some("South"), "three owls over the barn");
    server.sign_in("late@harbour.example", "three owls over the barn").await;
}

#[tokio::test]
async fn a_told_server_stops_by_itself() {
    let mut server = Server::start();
    server.client().get("/healthz").await.expect(200);
    server.client().get("/readyz").await.expect(200);
    let status = server.stop();
    assert!(status.success(), "the server ended with {status}");
}

#[tokio::test]
async fn a_backup_taken_while_the_server_runs_is_a_whole_company() {
    let server = Server::start();
    let file = server.database().folder().join("backup");
    if Engine::of_this_run() == Engine::Postgres {
        let sentence = server.rapport(&["backup", &file.display().to_string()]).expect_failure(1);
        assert!(sentence.contains("pg_dump"), "{sentence}");
        return;
    }
    server.rapport(&["backup", &file.display().to_string()]).expect_done();
    assert!(std::fs::metadata(&file).is_ok_and(|file| file.len() > 0), "the backup is empty");
    let twice = server.rapport(&["backup", &file.display().to_string()]);
    assert_eq!(twice.code, 1, "a backup never overwrites another");
}

#[test]
fn migrations_go_down_and_up_again() {
    let database = Database::empty();
    rapport(&database, &["migrate"]).expect_done();
    let first = schema(&database);
    assert!(first.len() > 10, "the migrations made {first:?}");

    rapport(&database, &["migrate", "--down"]).expect_done();
    let left: Vec<_> =
        schema(&database).into_iter().filter(|line| !line.contains("__diesel_schema_migrations")).collect();
    assert!(left.is_empty(), "the migrations leave behind: {left:#?}");

    rapport(&database, &["migrate"]).expect_done();
    let second = schema(&database);
    let changed: Vec<_> = first.symmetric_difference(&second).collect();
    assert!(changed.is_empty(), "down and up again changes: {changed:#?}");

    rapport(&database, &["migrate"]).expect_done();
    assert_eq!(schema(&database), second, "migrating what is current changes nothing");
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Every table, column, index and constraint, a line each.
fn schema(database: &Database) -> BTreeSet<String> {
    let lines: Vec<Line> = match (Engine::of_this_run(), database.postgres_url()) {
        (Engine::Postgres, Some(url)) => {
            let mut connection = PgConnection::establish(&url).expect("the database of the test answers");
            sql_query(
                "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
                     || coalesce(column_default, '') AS line
                 FROM information_schema.columns WHERE table_schema = 'public'
                 UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
                 UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
                     WHERE connamespace = 'public'::regnamespace
                 UNION ALL SELECT 'type ' || typname FROM pg_type
                     WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
                 UNION ALL SELECT 'function ' || proname FROM pg_proc
                     WHERE pronamespace = 'public'::regnamespace
                     AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')",
            )
            .load(&mut connection)
        }
        _ => {
            let file = sqlite_file(&database.data());
            let mut connection = SqliteConnection::establish(&file.display().to_string()).expect("the file opens");
            sql_query(
                "SELECT name || ': ' || coalesce(sql, '') AS line FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'",
            )
            .load(&mut connection)
        }
    }
    .expect("a schema can be read");
    lines.into_iter().map(|line| line.line).collect()
}

fn sqlite_file(folder: &Path) -> PathBuf {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files = entries.map(|entry| entry.expect("a folder of the test's own can be read").path());
    let is_database = |path: &PathBuf| std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"SQLite format 3\0"));
    files.filter(|path| path.is_file()).find(is_database).expect("the data folder holds a SQLite file")
}

#[test]
fn what_fails_says_what_to_do() {
    let folder = Folder::new();
    let data = folder.path().to_str().expect("a plain path").to_owned();
    std::fs::write(folder.path().join("rapport.db"), "no database").expect("the folder is ours");
    for (arguments, advice) in [
        (vec!["migrate", "--data", &data], "put a backup there"),
        (vec!["import", "contacts", "nowhere.csv", "--data", &data], "check its name"),
        (vec!["backup", "/nowhere/at/all.db", "--data", &data], "make it first"),
    ] {
        let ran = rapport_alone(&arguments);
        assert_eq!(ran.code, 1, "{arguments:?}");
        assert!(ran.stderr.trim().lines().count() == 1 && ran.stderr.contains(advice), "{arguments:?}: {}", ran.stderr);
    }
}
