//! The database: one connection type over SQLite and PostgreSQL, pools, and the only two ways in, [`Db::read`] and
//! [`Db::write`].
//!
//! SQLite answers short reads on the worker's own thread (a hop to another thread costs more than the query); what may
//! take long goes through [`Db::read_slowly`]. PostgreSQL always runs off the worker, because its answers are waited for.

pub mod calendar;
pub mod dialect;
pub mod schema;
pub mod sql;
pub mod types;

use crate::error::{Error, Result};
pub use dialect::far_date_sql;
use diesel::{
    Connection, MultiConnection, SqliteConnection,
    connection::TransactionManager,
    pg::PgConnection,
    r2d2::{ManageConnection, Pool, PooledConnection, R2D2Connection},
};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// A connection to either engine. Never made by `establish`, which would take any text for an SQLite file name.
#[derive(MultiConnection)]
pub enum Conn {
    Sqlite(SqliteConnection),
    Pg(PgConnection),
}

/// Which database, as the settings name it.
#[derive(Clone, Debug)]
pub enum Source {
    /// The file.
    Sqlite(PathBuf),
    /// The URL, and the data folder for what is kept in files all the same.
    Postgres(String, PathBuf),
}

impl Source {
    /// Reads the settings: a URL wins over the data folder.
    ///
    /// # Errors
    /// Refuses schemes other than `postgres` and `postgresql`, and makes the data folder if it is missing.
    pub fn from_settings(storage: &crate::config::Storage) -> Result<Self> {
        match storage.database_url.as_deref() {
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Ok(Self::Postgres(url.to_owned(), storage.data.clone()))
            }
            Some(_) => Err(Error::internal(
                "the database URL must start with postgres://; for the embedded database name a folder with --data",
            )),
            None => {
                std::fs::create_dir_all(&storage.data).map_err(|e| {
                    Error::internal(format!("the data folder {} cannot be made: {e}", storage.data.display()))
                })?;
                Ok(Self::Sqlite(storage.data.join("rapport.db")))
            }
        }
    }

    /// The data folder: the embedded database, and mail that is written to files.
    pub fn folder(&self) -> &Path {
        match self {
            Self::Sqlite(file) => file.parent().unwrap_or(Path::new(".")),
            Self::Postgres(_, folder) => folder,
        }
    }

    /// A connection outside the pools, for commands.
    pub fn connect(&self) -> Result<Conn> {
        Opener { source: self.clone(), cache_kib: 65_536 }.connect().map_err(|e| {
            Error::internal(match self {
                Self::Sqlite(file) => format!(
                    "{} cannot be opened as a database ({e}): name another folder with --data, or put a backup there",
                    file.display()
                ),
                Self::Postgres(..) => {
                    format!("PostgreSQL does not answer ({e}): check its address and whether it runs")
                }
            })
        })
    }
}

struct Opener {
    source: Source,
    cache_kib: u32,
}

impl ManageConnection for Opener {
    type Connection = Conn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Conn, Self::Error> {
        match &self.source {
            Source::Sqlite(path) => dialect::open_sqlite(path, self.cache_kib).map(Conn::Sqlite),
            Source::Postgres(url, _) => dialect::open_postgres(url).map(Conn::Pg),
        }
        .map_err(diesel::r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        conn.ping().map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || R2D2Connection::is_broken(conn)
    }
}

/// The pools. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    /// Reads on the worker's thread; `None` on PostgreSQL.
    quick: Option<Pool<Opener>>,
    /// Reads on a blocking thread.
    slow: Pool<Opener>,
    /// One connection on SQLite, which has one writer anyway: waiting in line beats failing busy.
    writer: Pool<Opener>,
    generation: AtomicU64,
}

impl Db {
    /// Opens the pools for so many worker threads.
    pub fn open(source: &Source, workers: usize) -> Result<Self> {
        let pool = |size: usize, cache_kib: u32, check: bool| {
            Pool::builder()
                .max_size(u32::try_from(size).unwrap_or(8))
                .min_idle(Some(1))
                .connection_timeout(Duration::from_secs(10))
                .test_on_check_out(check)
                .build(Opener { source: source.clone(), cache_kib })
        };
        let inner = match source {
            Source::Sqlite(_) => Inner {
                quick: Some(pool(workers, 16_384, false)?),
                slow: pool(4, 16_384, false)?,
                writer: pool(1, 65_536, false)?,
                generation: AtomicU64::new(0),
            },
            Source::Postgres(..) => {
                let shared = pool(16, 0, true)?;
                Inner { quick: None, slow: shared.clone(), writer: shared, generation: AtomicU64::new(0) }
            }
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// A short, indexed read in one snapshot.
    pub async fn read<T, F>(&self, f: F) -> Result<T>
    where
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        match &self.inner.quick {
            Some(pool) => snapshot(&mut *pool.get()?, f),
            None => self.read_slowly(f).await,
        }
    }

    /// A read that may take long: search, reports, exports.
    pub async fn read_slowly<T, F>(&self, f: F) -> Result<T>
    where
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let pool = self.inner.slow.clone();
        actix_web::web::block(move || snapshot(&mut *pool.get()?, f)).await?
    }

    /// One transaction that may write. Nothing of it is kept when `f` fails.
    pub async fn write<T, F>(&self, f: F) -> Result<T>
    where
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let db = self.clone();
        actix_web::web::block(move || db.write_here(f)).await?
    }

    /// [`Db::read`] on this thread, which may wait: for jobs.
    pub fn read_here<T>(&self, f: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        snapshot(&mut *self.inner.slow.get()?, f)
    }

    /// [`Db::write`] on this thread, which may wait: for jobs.
    pub fn write_here<T>(&self, f: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn: PooledConnection<Opener> = self.inner.writer.get()?;
        let outcome = transaction(&mut conn, f);
        self.inner.generation.fetch_add(1, Ordering::Relaxed);
        outcome
    }

    /// What the engine wants done now and then, outside a transaction: see `dialect::maintain`.
    pub fn maintain(&self) -> Result<()> {
        Ok(dialect::maintain(&mut *self.inner.writer.get()?)?)
    }

    /// Rises with every write of this process: what is cached from before it is stale.
    pub fn generation(&self) -> u64 {
        self.inner.generation.load(Ordering::Relaxed)
    }
}

/// Runs `f` in one write transaction on a connection of one's own, as commands do.
pub fn transaction<T>(conn: &mut Conn, f: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    dialect::begin_write(conn)?;
    finish(conn, f)
}

/// Runs `f` in one read transaction on a connection of one's own.
pub fn snapshot<T>(conn: &mut Conn, f: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    dialect::begin_read(conn)?;
    finish(conn, f)
}

fn finish<T>(conn: &mut Conn, f: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    match f(conn) {
        Ok(value) => {
            <Conn as Connection>::TransactionManager::commit_transaction(conn)?;
            Ok(value)
        }
        Err(error) => {
            <Conn as Connection>::TransactionManager::rollback_transaction(conn)?;
            Err(error)
        }
    }
}
