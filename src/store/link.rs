//! An open transaction of either database, and how one text is run on it.
use sqlx::{Postgres, Sqlite, Transaction};

/// Evaluates `$body` with `$conn` bound to the open connection, compiled once for each database.
macro_rules! on {
    ($tx:expr, $conn:ident => $body:expr) => {
        match $tx {
            $crate::store::link::Link::Sqlite(tx) => {
                let $conn = &mut **tx;
                $body
            }
            $crate::store::link::Link::Postgres(tx) => {
                let $conn = &mut **tx;
                $body
            }
        }
    };
}
pub(super) use on;

/// An open transaction of either database.
pub(super) enum Link {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}
