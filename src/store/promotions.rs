//! Promotions beside their features: those of one organisation, and how often it edits them.
use super::StoreError;
use super::features::{FeatureRow, item};
use super::link::on;
use super::tx::Tx;
use crate::catalogue::Item;
use crate::ids::Collection;

impl Tx {
    /// The promotions whose fields name `organisation`, and perhaps some more: who asks looks at each.
    pub async fn promotions_of(&mut self, organisation: &str) -> Result<Vec<Item>, StoreError> {
        const SELECT: &str =
            "SELECT collection, id, lat, lon, shape, status, status_reason, status_until, fields,
                version, created_at, updated_at
            FROM feature WHERE collection = $1 AND deleted_at IS NULL AND fields LIKE $2 ORDER BY id";
        // An organisation's id is a slug, so it has no character that means something in a pattern.
        let pattern = format!("%\"organisation\":\"{organisation}\"%");
        let rows: Vec<FeatureRow> = on!(&mut self.link, conn => sqlx::query_as(SELECT)
            .bind(Collection::Promotions.name()).bind(&pattern).fetch_all(conn).await)?;
        rows.into_iter().map(item).collect()
    }

    /// Counts one more edit of `organisation` on `day`, and says how many there are now. Days before are forgotten.
    pub async fn count_promotion_edit(&mut self, organisation: &str, day: i64) -> Result<i64, StoreError> {
        const DELETE: &str = "DELETE FROM promotion_edit WHERE organisation = $1 AND day < $2";
        const INSERT: &str = "INSERT INTO promotion_edit (organisation, day, edits) VALUES ($1, $2, 1)
            ON CONFLICT (organisation, day) DO UPDATE SET edits = promotion_edit.edits + 1 RETURNING edits";
        on!(&mut self.link, conn => sqlx::query(DELETE)
            .bind(organisation).bind(day).execute(conn).await.map(drop))?;
        let edits = on!(&mut self.link, conn => sqlx::query_scalar(INSERT)
            .bind(organisation).bind(day).fetch_one(conn).await)?;
        Ok(edits)
    }
}
