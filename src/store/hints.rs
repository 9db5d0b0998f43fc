//! Hints that another node has committed something. A hint may be lost: who follows also looks every second.
use super::{Store, StoreError};
use sqlx::postgres::PgListener;

const CHANNEL: &str = "promenade_change";

/// Waits for hints.
pub enum Hints {
    /// One process a file: nobody else commits.
    None,
    /// A listening connection.
    Postgres(Box<PgListener>),
}

impl Store {
    /// Starts to listen.
    pub async fn hints(&self) -> Result<Hints, StoreError> {
        match self {
            Self::Sqlite { .. } => Ok(Hints::None),
            Self::Postgres(pool) => {
                let mut listener = PgListener::connect_with(pool).await?;
                listener.listen(CHANNEL).await?;
                Ok(Hints::Postgres(Box::new(listener)))
            }
        }
    }

    /// Tells the other nodes that something was committed. Sent after the commit, on its own: a NOTIFY inside
    /// the transaction would take a lock that every committing session shares.
    pub async fn hint(&self) -> Result<(), StoreError> {
        if let Self::Postgres(pool) = self {
            sqlx::query("SELECT pg_notify($1, '')").bind(CHANNEL).execute(pool).await?;
        }
        Ok(())
    }
}

impl Hints {
    /// Returns at the next hint; never where there are none.
    pub async fn next(&mut self) -> Result<(), StoreError> {
        match self {
            Self::None => std::future::pending().await,
            Self::Postgres(listener) => {
                listener.recv().await?;
                Ok(())
            }
        }
    }
}
