//! A database of its own for each test, of each kind.
use promenade::store::{Access, Location, Store};
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;
use uuid::Uuid;

/// An empty database that goes away with this value.
pub enum Database {
    /// A file in a folder of its own.
    Sqlite(TempDir),
    /// A database of the server that `tests/run` started; the server goes away as a whole.
    Postgres(String),
}

impl Database {
    /// One of each kind.
    pub async fn each() -> Vec<Self> {
        vec![Self::sqlite(), Self::postgres().await]
    }

    /// A file.
    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// A database of the server.
    pub async fn postgres() -> Self {
        let server = std::env::var("TEST_POSTGRES_URL")
            .expect("TEST_POSTGRES_URL is not set: run tests/run, which starts PostgreSQL");
        let name = format!("t{}", Uuid::new_v4().simple());
        let mut connection = PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
        connection.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
        connection.close().await.unwrap();
        Self::Postgres(format!("{server}/{name}"))
    }

    /// What it is called in messages.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Its address, as `--database` takes it.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite://{}", folder.path().join("test.db").display()),
            Self::Postgres(url) => url.clone(),
        }
    }

    /// Opens it, migrated.
    pub async fn open(&self) -> Store {
        let location: Location = self.url().parse().unwrap();
        let store = Store::open(&location, Access::Create).await.unwrap();
        store.migrate().await.unwrap();
        store
    }
}
