//! Organisations, one row each.
use super::{ids, ids_column};
use crate::access::{Organisation, OrganisationKind};
use crate::ids::{OrganisationId, Version};
use crate::store::StoreError;
use crate::store::link::on;
use crate::store::tx::{Reading, Tx};
use chrono::{DateTime, Utc};

/// Id, name, kind, venues, version, created and updated.
type OrganisationRow = (String, String, String, String, i64, DateTime<Utc>, DateTime<Utc>);

fn organisation(row: OrganisationRow) -> Result<Organisation, StoreError> {
    let (id, name, kind, venues, version, created_at, updated_at) = row;
    let row = format!("organisation {id}");
    Ok(Organisation {
        id: OrganisationId::new(&id).map_err(|error| StoreError::row(&row, error))?,
        name: name.into(),
        kind: OrganisationKind::named(&kind)
            .ok_or_else(|| StoreError::row(&row, format!("kind `{kind}`")))?,
        venues: ids(&venues).map_err(|error| StoreError::row(&row, error))?,
        version: Version(version),
        created_at,
        updated_at,
    })
}

impl Reading {
    /// Every organisation, by id.
    pub(super) async fn organisations(&mut self) -> Result<Vec<Organisation>, StoreError> {
        const SELECT: &str = "SELECT id, name, kind, venues, version, created_at, updated_at
            FROM organisation ORDER BY id";
        let rows: Vec<OrganisationRow> =
            on!(&mut self.link, conn => sqlx::query_as(SELECT).fetch_all(conn).await)?;
        rows.into_iter().map(organisation).collect()
    }
}

impl Tx {
    /// The organisation `id`.
    pub async fn organisation(&mut self, id: &OrganisationId) -> Result<Option<Organisation>, StoreError> {
        const SELECT: &str = "SELECT id, name, kind, venues, version, created_at, updated_at
            FROM organisation WHERE id = $1";
        let row: Option<OrganisationRow> = on!(&mut self.link, conn => sqlx::query_as(SELECT)
            .bind(id.as_str()).fetch_optional(conn).await)?;
        row.map(organisation).transpose()
    }

    /// Writes an organisation, new or known.
    pub async fn save_organisation(&mut self, organisation: &Organisation) -> Result<(), StoreError> {
        const UPSERT: &str =
            "INSERT INTO organisation (id, name, kind, venues, version, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind,
                venues = excluded.venues, version = excluded.version, updated_at = excluded.updated_at";
        on!(&mut self.link, conn => sqlx::query(UPSERT)
            .bind(organisation.id.as_str()).bind(organisation.name.as_ref()).bind(organisation.kind.name())
            .bind(ids_column(&organisation.venues)).bind(organisation.version.0)
            .bind(organisation.created_at).bind(organisation.updated_at)
            .execute(conn).await.map(drop))?;
        Ok(())
    }
}
