//! Brings a database to this program's version.
use super::{Store, StoreError};
use rust_embed::{Embed, EmbeddedFile};
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{PgPool, SqlSafeStr, SqlitePool};
use std::borrow::Cow;

#[derive(Embed)]
#[folder = "migrations/sqlite"]
struct SqliteFiles;

#[derive(Embed)]
#[folder = "migrations/postgres"]
struct PostgresFiles;

impl Store {
    /// Brings the database to this program's version, making an empty one from nothing.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let migrator = self.migrator();
        let done = match self {
            Self::Sqlite { writer: Some(pool), .. } => {
                if holds_tables_of_others(pool).await? {
                    return Err(StoreError::Foreign);
                }
                migrator.run(pool).await
            }
            Self::Sqlite { writer: None, .. } => return Err(StoreError::ReadOnly),
            // The account that serves need not be one that may make tables.
            Self::Postgres(pool) if is_up_to_date(pool, &migrator).await => Ok(()),
            Self::Postgres(pool) => migrator.run(pool).await,
        };
        done.map_err(|error| match error {
            MigrateError::VersionMissing(found) => StoreError::Newer { found, known: newest(&migrator) },
            other if is_denied(&other) => StoreError::NotTheOwner(Box::new(other)),
            other => StoreError::Migrate(Box::new(other)),
        })
    }

    /// Errs unless the database is just at this program's version.
    pub async fn require_migrated(&self) -> Result<(), StoreError> {
        const SELECT: &str = "SELECT max(version) FROM _sqlx_migrations";
        let found: Result<Option<i64>, sqlx::Error> = match self {
            Self::Sqlite { readers, .. } => sqlx::query_scalar(SELECT).fetch_one(readers).await,
            Self::Postgres(pool) => sqlx::query_scalar(SELECT).fetch_one(pool).await,
        };
        let known = newest(&self.migrator());
        match found {
            Ok(Some(found)) if found == known => Ok(()),
            Ok(Some(found)) if known < found => Err(StoreError::Newer { found, known }),
            Ok(Some(found)) => Err(StoreError::Older { found, known }),
            // The table of migrations is empty or missing: nobody ever set the database up.
            Ok(None) | Err(sqlx::Error::Database(_)) => Err(StoreError::Empty),
            Err(error) => Err(error.into()),
        }
    }

    fn migrator(&self) -> Migrator {
        let migrations = match self {
            Self::Sqlite { .. } => migrations(SqliteFiles::iter(), SqliteFiles::get),
            Self::Postgres(_) => migrations(PostgresFiles::iter(), PostgresFiles::get),
        };
        Migrator::with_migrations(migrations)
    }
}

/// Whether just the migrations of this program were made, whole and as they are now. Whatever is not so, the run of
/// them says better.
async fn is_up_to_date(pool: &PgPool, migrator: &Migrator) -> bool {
    const SELECT: &str = "SELECT version, checksum, success FROM _sqlx_migrations ORDER BY version";
    let made: Result<Vec<(i64, Vec<u8>, bool)>, sqlx::Error> = sqlx::query_as(SELECT).fetch_all(pool).await;
    made.is_ok_and(|made| {
        made.len() == migrator.iter().count()
            && made.iter().zip(migrator.iter()).all(|((version, checksum, success), known)| {
                *version == known.version && *checksum == *known.checksum && *success
            })
    })
}

/// Whether PostgreSQL said that the account may not do this.
fn is_denied(error: &MigrateError) -> bool {
    const INSUFFICIENT_PRIVILEGE: &str = "42501";
    let (MigrateError::Execute(sqlx::Error::Database(cause))
    | MigrateError::ExecuteMigration(sqlx::Error::Database(cause), _)) = error
    else {
        return false;
    };
    cause.code().is_some_and(|code| code == INSUFFICIENT_PRIVILEGE)
}

/// Whether a file has tables, but none that says which migrations made them.
async fn holds_tables_of_others(pool: &SqlitePool) -> Result<bool, StoreError> {
    const SELECT: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let tables: Vec<String> = sqlx::query_scalar(SELECT).fetch_all(pool).await?;
    Ok(!tables.is_empty() && !tables.iter().any(|name| name == "_sqlx_migrations"))
}

fn newest(migrator: &Migrator) -> i64 {
    migrator.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// The migrations in embedded files called `0001_what_it_is_about.sql`.
fn migrations(
    names: impl Iterator<Item = Cow<'static, str>>,
    get: impl Fn(&str) -> Option<EmbeddedFile>,
) -> Vec<Migration> {
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    let migration = |name: &Cow<'static, str>| {
        let stem = name.strip_suffix(".sql").expect("a migration ends in .sql");
        let (version, description) = stem.split_once('_').expect("a migration is called NUMBER_WHAT.sql");
        let sql = get(name).expect("an embedded file that was listed").data.into_owned();
        let sql = String::from_utf8(sql).expect("a migration in UTF-8");
        Migration::new(
            version.parse().expect("a migration begins with its number"),
            description.replace('_', " ").into(),
            MigrationType::Simple,
            sqlx::AssertSqlSafe(sql).into_sql_str(),
            false,
        )
    };
    names.iter().map(migration).collect()
}
