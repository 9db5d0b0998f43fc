//! Where a database is, and how it is opened: every setting said explicitly and read back.
use super::lock::{beside, real};
use super::{Store, StoreError};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqlitePool};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// Where a database is.
#[derive(Clone, Debug)]
pub enum Location {
    /// A file.
    Sqlite(PathBuf),
    /// A server and a database of it.
    Postgres(Box<PgConnectOptions>),
}

/// Why a text is not a [`Location`]. Never quotes the text: it may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LocationError {
    /// Neither of the two schemes.
    #[error("a database is sqlite://FILE or postgres://USER@HOST/NAME")]
    Scheme,
    /// A scheme without a file.
    #[error("the file is missing after sqlite://")]
    NoFile,
    /// Not what PostgreSQL's driver reads.
    #[error("not a postgres:// address: {0}")]
    Postgres(String),
}

/// What a database is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To read; nothing is created, migrated or written.
    Read,
    /// To read and write what is there.
    Write,
    /// To read and write, made first if it is missing.
    Create,
}

/// The oldest SQLite that does not lose a committed transaction when two connections write and checkpoint at once.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
const BUSY: Duration = Duration::from_secs(5);
const POOL_WAIT: Duration = Duration::from_secs(1);

impl FromStr for Location {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, LocationError> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            return if path.is_empty() { Err(LocationError::NoFile) } else { Ok(Self::Sqlite(path.into())) };
        }
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(LocationError::Scheme);
        }
        let options =
            PgConnectOptions::from_str(text).map_err(|error| LocationError::Postgres(error.to_string()))?;
        Ok(Self::Postgres(Box::new(options)))
    }
}

impl Location {
    /// The socket that a server on this database listens on for commands; none for a database server.
    pub fn socket(&self) -> Option<PathBuf> {
        match self {
            Self::Sqlite(path) => Some(beside(&real(path), "sock")),
            Self::Postgres(_) => None,
        }
    }

    /// Errs when it is a file, and there is none: nothing is made in a place that was misspelt.
    pub fn must_exist(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(path) if !path.exists() => Err(StoreError::Missing(path.display().to_string())),
            Self::Sqlite(_) | Self::Postgres(_) => Ok(()),
        }
    }

    /// The file, where it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(options) => {
                let name = options.get_database().unwrap_or_default();
                write!(f, "postgres://{}:{}/{name}", options.get_host(), options.get_port())
            }
        }
    }
}

impl Store {
    /// Opens the database. Nothing is migrated yet.
    pub async fn open(location: &Location, access: Access) -> Result<Self, StoreError> {
        if access != Access::Create {
            location.must_exist()?;
        }
        opened(location, access).await.map_err(|error| match error {
            StoreError::Sqlx(cause) => {
                let remedy = match location {
                    Location::Sqlite(_) => "is it a database of promenade, and yours to write?",
                    Location::Postgres(_) => "does PostgreSQL run there, and does the database exist?",
                };
                StoreError::Open { location: location.to_string(), cause, remedy }
            }
            other => other,
        })
    }

    /// The same database over connections of its own, opened when they are needed: for who has given up on the
    /// old ones, which a silent network may hold for a quarter of an hour.
    #[must_use]
    pub fn reconnected(&self) -> Self {
        match self {
            Self::Sqlite { .. } => self.clone(),
            Self::Postgres(pool) => {
                let options = pool.connect_options().as_ref().clone();
                Self::Postgres(pg_pool().connect_lazy_with(options))
            }
        }
    }

    /// Closes every connection; a SQLite file is left without a write-ahead log.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                if let Some(writer) = writer {
                    writer.close().await;
                }
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

async fn opened(location: &Location, access: Access) -> Result<Store, StoreError> {
    match location {
        Location::Sqlite(path) => sqlite(path, access).await,
        Location::Postgres(options) => {
            let options = options
                .as_ref()
                .clone()
                .application_name("promenade")
                .options([("statement_timeout", "3s"), ("idle_in_transaction_session_timeout", "60s")])
                .disable_statement_logging();
            // Once by itself: a pool would go on trying, and say only that it took too long.
            options.connect().await?.close().await?;
            Ok(Store::Postgres(pg_pool().connect_with(options).await?))
        }
    }
}

fn pg_pool() -> PgPoolOptions {
    PgPoolOptions::new().max_connections(8).acquire_timeout(Duration::from_secs(5))
}

/// Makes the file, which holds names of people, its owner's alone; SQLite gives the files beside it the same rights. What
/// goes wrong here goes wrong again where it is opened, and is told there.
fn make_private(path: &Path) {
    let _ = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
}

async fn sqlite(path: &Path, access: Access) -> Result<Store, StoreError> {
    if access == Access::Create {
        make_private(path);
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(access == Access::Create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("trusted_schema", "OFF")
        .disable_statement_logging();
    let writer = match access {
        Access::Read => None,
        Access::Write | Access::Create => {
            let pool = SqlitePoolOptions::new()
                .max_connections(1)
                .idle_timeout(None)
                .max_lifetime(None)
                .acquire_timeout(Duration::from_secs(30))
                .connect_with(options.clone())
                .await?;
            settings_hold(&pool).await?;
            Some(pool)
        }
    };
    let readers = SqlitePoolOptions::new()
        .max_connections(4)
        .acquire_timeout(POOL_WAIT)
        .connect_with(options.pragma("query_only", "ON").pragma("wal_autocheckpoint", "0"))
        .await?;
    version_holds(&readers).await?;
    Ok(Store::Sqlite { writer, readers })
}

async fn version_holds(pool: &SqlitePool) -> Result<(), StoreError> {
    let found: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(pool).await?;
    let mut parts = found.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < OLDEST_SQLITE {
        return Err(StoreError::OldSqlite { found });
    }
    Ok(())
}

/// Reads back every setting that durability rests on.
async fn settings_hold(pool: &SqlitePool) -> Result<(), StoreError> {
    const WANTED: [(&str, &str, &str); 5] = [
        ("journal_mode", "SELECT journal_mode FROM pragma_journal_mode", "wal"),
        ("synchronous", "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous", "2"),
        ("foreign_keys", "SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys", "1"),
        ("busy_timeout", "SELECT CAST(timeout AS TEXT) FROM pragma_busy_timeout", "5000"),
        ("trusted_schema", "SELECT CAST(trusted_schema AS TEXT) FROM pragma_trusted_schema", "0"),
    ];
    for (pragma, select, wanted) in WANTED {
        let found: String = sqlx::query_scalar(select).fetch_one(pool).await?;
        if found != wanted {
            return Err(StoreError::Setting { pragma, found, wanted });
        }
    }
    Ok(())
}
