//! Leases: which node of several does what only one must do.
//!
//! What decides is the name in the row, read in the transaction of whatever needs the lease: a node that was held up,
//! or whose clock is wrong, finds another's name there. Clocks decide only how soon another may put its own.
use super::StoreError;
use super::link::{Link, on};
use super::tx::{Reading, Tx};
use crate::ids::NodeId;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// A lease that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// By which node.
    pub holder: NodeId,
    /// Until when nobody else takes it.
    pub until: DateTime<Utc>,
}

impl Lease {
    /// No lease is taken for longer, whatever the clocks of nodes differ by.
    const LONGEST: TimeDelta = TimeDelta::minutes(10);

    /// Whether anybody may take it at `now`. One that ends too far off was taken by a clock that was wrong, or is: it
    /// must not stay taken until that hour comes.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        let left = self.until - now;
        left <= TimeDelta::zero() || Self::LONGEST < left
    }
}

async fn find(link: &mut Link, name: &str) -> Result<Option<Lease>, StoreError> {
    const SELECT: &str = "SELECT holder, until FROM lease WHERE name = $1";
    let row: Option<(Uuid, DateTime<Utc>)> =
        on!(link, conn => sqlx::query_as(SELECT).bind(name).fetch_optional(conn).await)?;
    Ok(row.map(|(holder, until)| Lease { holder: NodeId(holder), until }))
}

impl Reading {
    /// The lease `name`; none when nobody has it.
    pub async fn lease(&mut self, name: &str) -> Result<Option<Lease>, StoreError> {
        find(&mut self.link, name).await
    }
}

impl Tx {
    /// Takes the lease `name` for `node` until then, or renews it. `Ok(false)`: at `now` another has it.
    pub async fn take_lease(
        &mut self,
        name: &str,
        node: NodeId,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        const UPSERT: &str = "INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3)
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until";
        let held = find(&mut self.link, name).await?;
        if held.is_some_and(|lease| lease.holder != node && !lease.is_over(now)) {
            return Ok(false);
        }
        on!(&mut self.link, conn => sqlx::query(UPSERT)
            .bind(name).bind(node.0).bind(until).execute(conn).await.map(drop))?;
        Ok(true)
    }

    /// Gives the lease `name` back, if `node` has it.
    pub async fn give_lease_back(&mut self, name: &str, node: NodeId) -> Result<(), StoreError> {
        const DELETE: &str = "DELETE FROM lease WHERE name = $1 AND holder = $2";
        on!(&mut self.link, conn => sqlx::query(DELETE)
            .bind(name).bind(node.0).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Whether `node` has the lease `name` at `now`. Whatever needs it asks this in its own transaction: nobody takes
    /// the lease before that is committed.
    pub async fn holds_lease(
        &mut self,
        name: &str,
        node: NodeId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let held = find(&mut self.link, name).await?;
        Ok(held.is_some_and(|lease| lease.holder == node && !lease.is_over(now)))
    }
}
