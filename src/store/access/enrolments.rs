//! Enrolment codes that may still be used. What is used or has run out is deleted, the name in it too.
use super::{beaches, beaches_column};
use crate::access::{Enrolment, Personal, ReportsAs, SecretHash};
use crate::ids::ActorId;
use crate::store::StoreError;
use crate::store::link::on;
use crate::store::tx::Tx;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Hash, actor, name, beaches, capacity, end of the device's token, created by whom and when.
type EnrolmentRow = (Vec<u8>, Uuid, String, String, String, DateTime<Utc>, Uuid, DateTime<Utc>);

fn enrolment(row: EnrolmentRow) -> Result<Enrolment, StoreError> {
    let (hash, actor, name, own, reports_as, device_expires_at, created_by, created_at) = row;
    let row = format!("enrolment of actor {}", ActorId(actor));
    Ok(Enrolment {
        hash: SecretHash::try_from(hash.as_slice()).map_err(|error| StoreError::row(&row, error))?,
        actor: ActorId(actor),
        name: Personal::new(&name),
        beaches: beaches(&own).map_err(|error| StoreError::row(&row, error))?,
        reports_as: ReportsAs::named(&reports_as)
            .ok_or_else(|| StoreError::row(&row, format!("capacity `{reports_as}`")))?,
        device_expires_at,
        created_by: ActorId(created_by),
        created_at,
    })
}

impl Tx {
    /// Writes a code.
    pub async fn add_enrolment(&mut self, enrolment: &Enrolment) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO enrolment
                (hash, actor, name, beaches, reports_as, device_expires_at, created_by, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        on!(&mut self.link, conn => sqlx::query(INSERT)
            .bind(enrolment.hash.as_bytes()).bind(enrolment.actor.0).bind(enrolment.name.reveal())
            .bind(beaches_column(&enrolment.beaches)).bind(enrolment.reports_as.name())
            .bind(enrolment.device_expires_at).bind(enrolment.created_by.0).bind(enrolment.created_at)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Takes the code of that hash away, and says what it was for.
    pub async fn take_enrolment(&mut self, hash: &SecretHash) -> Result<Option<Enrolment>, StoreError> {
        const SELECT: &str = "SELECT hash, actor, name, beaches, reports_as, device_expires_at, created_by,
                created_at
            FROM enrolment WHERE hash = $1";
        const DELETE: &str = "DELETE FROM enrolment WHERE hash = $1";
        let row: Option<EnrolmentRow> = on!(&mut self.link, conn =>
            sqlx::query_as(SELECT).bind(hash.as_bytes()).fetch_optional(conn).await)?;
        on!(&mut self.link, conn => sqlx::query(DELETE).bind(hash.as_bytes()).execute(conn).await.map(drop))?;
        row.map(enrolment).transpose()
    }

    /// Deletes the codes made at `instant` or before.
    pub async fn drop_enrolments_until(&mut self, instant: DateTime<Utc>) -> Result<(), StoreError> {
        const DELETE: &str = "DELETE FROM enrolment WHERE created_at <= $1";
        on!(&mut self.link, conn => sqlx::query(DELETE).bind(instant).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Deletes the codes that `actor` has made.
    pub async fn drop_enrolments_of(&mut self, actor: ActorId) -> Result<(), StoreError> {
        const DELETE: &str = "DELETE FROM enrolment WHERE created_by = $1";
        on!(&mut self.link, conn => sqlx::query(DELETE).bind(actor.0).execute(conn).await.map(drop))?;
        Ok(())
    }
}
