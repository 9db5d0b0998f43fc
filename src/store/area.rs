//! The documents that hold for the area as a whole.
use super::StoreError;
use super::link::on;
use super::tx::{Reading, Tx};
use std::collections::BTreeMap;

/// A document, by name.
pub type DocumentRow = (String, String);

impl Reading {
    /// Every document, by name.
    pub async fn documents(&mut self) -> Result<BTreeMap<String, String>, StoreError> {
        const SELECT: &str = "SELECT name, content FROM area_document ORDER BY name";
        let rows: Vec<DocumentRow> =
            on!(&mut self.link, conn => sqlx::query_as(SELECT).fetch_all(conn).await)?;
        Ok(rows.into_iter().collect())
    }
}

impl Tx {
    /// A document as it is stored.
    pub async fn document(&mut self, name: &str) -> Result<Option<String>, StoreError> {
        const SELECT: &str = "SELECT content FROM area_document WHERE name = $1";
        Ok(on!(&mut self.link, conn => sqlx::query_scalar(SELECT).bind(name).fetch_optional(conn).await)?)
    }

    /// Writes a document. `Ok(false)`: it is stored and the same.
    pub async fn save_document(&mut self, name: &str, content: &str) -> Result<bool, StoreError> {
        const UPSERT: &str = "INSERT INTO area_document (name, content) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET content = excluded.content
            WHERE area_document.content <> excluded.content";
        let written = on!(&mut self.link, conn => sqlx::query(UPSERT)
            .bind(name).bind(content).execute(conn).await.map(|done| done.rows_affected()))?;
        Ok(written == 1)
    }
}
