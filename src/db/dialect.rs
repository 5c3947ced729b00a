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
#[allow(non_snake_case)]
pub fn FAR_DATE_SQL(conn: &Conn) -> &'static str {
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

/// Whether every migration of this binary has run, and no other.
pub fn is_current(conn: &mut Conn) -> Result<bool> {
    refuse_newer(conn)?;
    let pending = match conn {
        Conn::Sqlite(c) => c.has_pending_migration(SQLITE_MIGRATIONS),
        Conn::Pg(c) => c.has_pending_migration(POSTGRES_MIGRATIONS),
    };
    pending.map(|pending| !pending).map_err(Error::Internal)
}

fn refuse_newer(conn: &mut Conn) -> Result<()> {
    use diesel::migration::MigrationSource;
    let known: Vec<String> = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE_MIGRATIONS)
        .map_err(Error::Internal)?
        .iter()
        .map(|m| m.name().version().to_string())
        .collect();
    let applied = match conn {
        Conn::Sqlite(c) => c.applied_migrations(),
        Conn::Pg(c) => c.applied_migrations(),
    }
    .map_err(Error::Internal)?;
    match applied.iter().map(ToString::to_string).find(|version| !known.contains(version)) {
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

/// Opens a PostgreSQL connection. Times out rather than hangs when the server is away.
pub fn open_postgres(url: &str) -> diesel::ConnectionResult<PgConnection> {
    let mut conn = PgConnection::establish(url)?;
    conn.batch_execute("SET TIME ZONE 'UTC'; SET lock_timeout = '10s'; SET client_min_messages = 'warning'")
        .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}
