//! Where the two engines differ: opening, locking, migrating, copying.

use super::Conn;
use crate::error::{Error, Result};
use diesel::{
    Connection, RunQueryDsl, SqliteConnection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    pg::PgConnection,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::path::Path;

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Key of the advisory lock that two starting servers queue for ("rapport" in ASCII).
const MIGRATION_LOCK: i64 = 0x0072_6170_706f_7274;

/// Opens an SQLite file. `synchronous=FULL`: what was answered as saved survives a power cut.
pub fn open_sqlite(path: &Path, cache_kib: u32) -> diesel::ConnectionResult<SqliteConnection> {
    let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
    let pragmas = format!(
        "PRAGMA busy_timeout=10000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;
         PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456; PRAGMA cache_size=-{cache_kib};"
    );
    conn.batch_execute(&pragmas).map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// Begins a transaction that may write. A deferred one on SQLite would fail at once when it turns from reading to writing.
pub fn begin_write(conn: &mut Conn) -> diesel::QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        Conn::Pg(c) => AnsiTransactionManager::begin_transaction(c),
    }
}

/// How long whoever writes again and again has to stand back now and then, so that others get their turn: SQLite has one
/// writer, and those who wait for it ask every 100 ms only. `None` where writers do not wait for each other.
pub fn standing_back(conn: &Conn) -> Option<std::time::Duration> {
    match conn {
        Conn::Sqlite(_) => Some(std::time::Duration::from_millis(120)),
        Conn::Pg(_) => None,
    }
}

/// Begins a transaction that sees one moment and cannot write.
pub fn begin_read(conn: &mut Conn) -> diesel::QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED"),
        Conn::Pg(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        }
    }
}

/// What transactions queue for when each has to see the others' work: a rule over several rows that no constraint holds.
#[derive(Clone, Copy, Debug)]
pub enum Queue {
    /// No account stands under itself.
    AccountTree = 1,
}

/// Waits until no other transaction is past this point, then holds it until this one ends. SQLite has one writer anyway.
pub fn queue_for(conn: &mut Conn, queue: Queue) -> diesel::QueryResult<()> {
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Pg(c) => {
            let lock = MIGRATION_LOCK + queue as i64;
            diesel::sql_query(format!("SELECT pg_advisory_xact_lock({lock})")).execute(c).map(|_| ())
        }
    }
}

/// The last date, as both engines' expression indexes spell it.
pub fn far_date_sql(conn: &Conn) -> &'static str {
    match conn {
        Conn::Sqlite(_) => "'9999-12-31'",
        Conn::Pg(_) => "DATE '9999-12-31'",
    }
}

/// The text with every `{days_since:column}` in the engine's words.
pub fn with_days_since(conn: &Conn, mut text: String) -> String {
    const MARK: &str = "{days_since:";
    while let Some((before, rest)) = text.split_once(MARK) {
        let (column, after) = rest.split_once('}').unwrap_or((rest, ""));
        let days = match conn {
            Conn::Sqlite(_) => format!("CAST(julianday('now') - julianday({column}) AS INTEGER)"),
            Conn::Pg(_) => {
                format!("CAST(floor(extract(epoch FROM now() AT TIME ZONE 'UTC' - {column}) / 86400) AS BIGINT)")
            }
        };
        text = format!("{before}{days}{after}");
    }
    text
}

/// Runs what is missing, under a lock, so that servers starting together do it once. Returns how many ran.
///
/// # Errors
/// Refuses a database that has migrations this binary does not know.
pub fn migrate(conn: &mut Conn) -> Result<usize> {
    lock(conn)?;
    let outcome = refuse_newer(conn).and_then(|()| match conn {
        Conn::Sqlite(c) => c.run_pending_migrations(SQLITE_MIGRATIONS).map(|v| v.len()).map_err(Error::Internal),
        Conn::Pg(c) => c.run_pending_migrations(POSTGRES_MIGRATIONS).map(|v| v.len()).map_err(Error::Internal),
    });
    unlock(conn, outcome.is_ok())?;
    outcome
}

/// Reverts every migration: for `scripts/test`, which proves that each can be undone.
pub fn revert_all(conn: &mut Conn) -> Result<usize> {
    match conn {
        Conn::Sqlite(c) => c.revert_all_migrations(SQLITE_MIGRATIONS).map(|v| v.len()).map_err(Error::Internal),
        Conn::Pg(c) => c.revert_all_migrations(POSTGRES_MIGRATIONS).map(|v| v.len()).map_err(Error::Internal),
    }
}

/// Whether every migration of this binary has run, and no other. Only reads, so that it may be asked in a snapshot.
pub fn is_current(conn: &mut Conn) -> Result<bool> {
    let applied = diesel::dsl::sql::<diesel::sql_types::Text>("SELECT version FROM __diesel_schema_migrations")
        .get_results::<String>(conn)?;
    let known = known()?;
    refuse_unknown(&applied, &known)?;
    Ok(known.iter().all(|version| applied.contains(version)))
}

fn known() -> Result<Vec<String>> {
    use diesel::migration::MigrationSource;
    let all = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE_MIGRATIONS).map_err(Error::Internal)?;
    Ok(all.iter().map(|m| m.name().version().to_string()).collect())
}

fn refuse_newer(conn: &mut Conn) -> Result<()> {
    let applied = match conn {
        Conn::Sqlite(c) => c.applied_migrations(),
        Conn::Pg(c) => c.applied_migrations(),
    }
    .map_err(Error::Internal)?;
    refuse_unknown(&applied.iter().map(ToString::to_string).collect::<Vec<_>>(), &known()?)
}

fn refuse_unknown(applied: &[String], known: &[String]) -> Result<()> {
    match applied.iter().find(|version| !known.contains(version)) {
        Some(version) => Err(Error::internal(format!(
            "this database was written by a newer Rapport (migration {version}): start that version, or restore a backup"
        ))),
        None => Ok(()),
    }
}

fn lock(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        Conn::Pg(c) => {
            diesel::sql_query(format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).execute(c)?;
        }
    }
    Ok(())
}

fn unlock(conn: &mut Conn, done: bool) -> Result<()> {
    match conn {
        Conn::Sqlite(c) if done => AnsiTransactionManager::commit_transaction(c)?,
        Conn::Sqlite(c) => AnsiTransactionManager::rollback_transaction(c)?,
        Conn::Pg(c) => {
            diesel::sql_query(format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})")).execute(c)?;
        }
    }
    Ok(())
}

/// Holds until the transaction ends what no two transactions may do at once, under a name of its own. SQLite has one
/// writer anyway.
pub fn hold(conn: &mut Conn, name: &str) -> diesel::QueryResult<()> {
    use sha2::{Digest, Sha256};
    if let Conn::Pg(c) = conn {
        let hash = Sha256::digest(name.as_bytes());
        let mut key = [0_u8; 8];
        key.copy_from_slice(&hash[..8]);
        diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
            .bind::<diesel::sql_types::BigInt, _>(i64::from_be_bytes(key))
            .execute(c)?;
    }
    Ok(())
}

/// Renews the planner's figures and empties the write-ahead log on SQLite; PostgreSQL looks after itself.
pub fn maintain(conn: &mut Conn) -> diesel::QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => c.batch_execute("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)"),
        Conn::Pg(_) => Ok(()),
    }
}

/// Copies the whole SQLite database, as it is at one moment, into a new file, while others read and write.
///
/// # Errors
/// Refuses PostgreSQL, which has tools of its own, and a copy that does not pass SQLite's own check.
pub fn back_up(conn: &mut Conn, file: &Path) -> Result<()> {
    let Conn::Sqlite(source) = conn else {
        return Err(Error::internal(
            "a PostgreSQL database is backed up with its own tools: pg_dump --format=custom DATABASE > FILE",
        ));
    };
    let path = file.to_string_lossy();
    diesel::sql_query("VACUUM INTO ?").bind::<diesel::sql_types::Text, _>(path.as_ref()).execute(source)?;
    let mut copy = SqliteConnection::establish(&path).map_err(|e| Error::Internal(e.into()))?;
    let check: String =
        diesel::dsl::sql::<diesel::sql_types::Text>("SELECT integrity_check FROM pragma_integrity_check LIMIT 1")
            .get_result(&mut copy)?;
    if check == "ok" { Ok(()) } else { Err(Error::internal(format!("the copy is damaged ({check}): try again"))) }
}

/// Opens a PostgreSQL connection. Times out rather than hangs when the server is away.
pub fn open_postgres(url: &str) -> diesel::ConnectionResult<PgConnection> {
    let mut conn = PgConnection::establish(url)?;
    conn.batch_execute("SET TIME ZONE 'UTC'; SET lock_timeout = '10s'; SET client_min_messages = 'warning'")
        .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}
