//! All SQL: one text a statement, run on SQLite or PostgreSQL.
//!
//! Two doors: [`Store::read`] sees one instant of the database, [`Store::begin`] is the only way to change it.
//! Neither knows what a command is; no other module names the driver.
mod access;
mod area;
mod audit;
mod batches;
mod counts;
mod crowd;
mod features;
mod feeds;
mod head;
mod hints;
mod lease;
mod link;
mod lock;
mod log;
mod migrations;
mod open;
mod pending;
mod promotions;
mod tx;

pub use access::ApplicationFilter;
pub use area::DocumentRow;
pub use audit::{
    Anchor, AnchorError, AuditEntry, AuditFilter, AuditRow, Break, Deed, Fault, HistoryRow, Kept,
    LastAudited, Page, Verified,
};
pub use counts::{Counts, PromotionCounts};
pub use crowd::{ReportFilter, ReportPlace, StatusRow};
pub use features::{Imprint, Stored};
pub use feeds::{FeedItemRow, KnownItem};
pub use head::{Head, Times};
pub use hints::Hints;
pub use lease::Lease;
pub use lock::{FileLock, LockError};
pub use log::{Change, LastChange, Op, Subject};
pub use open::{Access, Location, LocationError};
pub use tx::{CommitError, Reading, Tx};

use chrono::{DateTime, Utc};
use sqlx::{PgPool, SqlitePool};

/// An open database.
#[derive(Clone, Debug)]
pub enum Store {
    /// An embedded file: one connection that writes, some that only read.
    Sqlite {
        /// The writing connection; none when the database was opened for reading.
        writer: Option<SqlitePool>,
        /// The reading connections.
        readers: SqlitePool,
    },
    /// A server.
    Postgres(PgPool),
}

/// Why the database did not answer, or not sensibly.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The driver or the server failed.
    #[error("database: {0}")]
    Sqlx(#[from] sqlx::Error),
    /// A row holds what the domain refuses: somebody else wrote it.
    #[error("stored row {row} is invalid: {cause}")]
    Row {
        /// Which one.
        row: String,
        /// Why.
        cause: String,
    },
    /// The database could not be brought to this program's version.
    #[error("cannot migrate the database: {0}")]
    Migrate(Box<sqlx::migrate::MigrateError>),
    /// The database needs something made in it that this account may not make.
    #[error(
        "this account may not bring the database up to date: run `promenade init` as the one that owns it, then start again ({0})"
    )]
    NotTheOwner(Box<sqlx::migrate::MigrateError>),
    /// A newer program made the database.
    #[error(
        "the database has migration {found}, made by a newer promenade; this one knows up to {known}: use the newer program"
    )]
    Newer {
        /// The migration it has.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// An older program made the database, and it was opened for reading only.
    #[error(
        "the database has migration {found}, this promenade needs {known}: `promenade init` brings it up to date"
    )]
    Older {
        /// The migration it has.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// It cannot be opened.
    #[error("cannot open {location}: {cause}; {remedy}")]
    Open {
        /// Where it is, without a password.
        location: String,
        /// Why.
        cause: sqlx::Error,
        /// What to look at.
        remedy: &'static str,
    },
    /// The file is somebody else's database.
    #[error("the file holds tables of another program; give promenade a file of its own with --database")]
    Foreign,
    /// The database was never set up.
    #[error("the database is empty; `promenade init` sets it up")]
    Empty,
    /// The times in it are made up.
    #[error(
        "the times in this database are made up: it is of a rehearsal, and only `promenade serve --rehearse-at INSTANT` may write it; give that server's commands while it runs, and give anything real another --database"
    )]
    Rehearsed,
    /// The times in it are real.
    #[error(
        "this database was not made by a rehearsal, so no made-up time may get into it: rehearse on another --database, such as one that does not exist yet"
    )]
    NotRehearsed,
    /// A rehearsal would begin before it was.
    #[error(
        "the rehearsal in this database has come to {}, and its time never goes back: begin then or later, or delete the file to start anew",
        crate::clock::shown(*.0)
    )]
    RehearsedLater(DateTime<Utc>),
    /// There is no file.
    #[error("{0} does not exist; `promenade init --database sqlite://{0}` creates it")]
    Missing(String),
    /// The linked SQLite can lose a committed transaction.
    #[error(
        "SQLite {found} is linked, 3.51.3 or newer is needed: older ones can lose a committed transaction"
    )]
    OldSqlite {
        /// The version found.
        found: String,
    },
    /// SQLite did not take a setting that durability rests on.
    #[error("SQLite keeps {pragma} at `{found}`, `{wanted}` is needed")]
    Setting {
        /// The pragma.
        pragma: &'static str,
        /// What it says.
        found: String,
        /// What is needed.
        wanted: &'static str,
    },
    /// It was opened for reading.
    #[error("the database was opened for reading only")]
    ReadOnly,
}

impl StoreError {
    /// A row that holds what the domain refuses.
    fn row(row: impl ToString, cause: impl ToString) -> Self {
        Self::Row { row: row.to_string(), cause: cause.to_string() }
    }

    /// Whether the error is of one command alone, and the transaction goes on once that is undone: the database refused
    /// a statement, such as for a constraint, or a row that only this command needs cannot be read.
    pub fn is_of_one_command(&self) -> bool {
        if matches!(self, Self::Row { .. }) {
            return true;
        }
        let Self::Sqlx(sqlx::Error::Database(error)) = self else { return false };
        matches!(
            error.kind(),
            sqlx::error::ErrorKind::UniqueViolation
                | sqlx::error::ErrorKind::ForeignKeyViolation
                | sqlx::error::ErrorKind::NotNullViolation
                | sqlx::error::ErrorKind::CheckViolation
        )
    }

    /// Whether SQLite found no room on the disk: then it has rolled back by itself, and nothing was written.
    pub fn is_disk_full(&self) -> bool {
        const SQLITE_FULL: &str = "13";
        let Self::Sqlx(sqlx::Error::Database(error)) = self else { return false };
        error.code().is_some_and(|code| code == SQLITE_FULL)
    }

    /// Whether this process itself has closed the database.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Sqlx(sqlx::Error::PoolClosed))
    }

    /// Whether running the whole transaction again may succeed: PostgreSQL broke off one of two that met.
    pub fn may_retry(&self) -> bool {
        let Self::Sqlx(sqlx::Error::Database(error)) = self else { return false };
        error.code().is_some_and(|code| matches!(code.as_ref(), "40001" | "40P01"))
    }
}
