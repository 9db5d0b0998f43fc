//! Features, one row each; a deleted one keeps its row.
use super::StoreError;
use super::link::{Link, on};
use super::tx::{Reading, Tx};
use crate::catalogue::Item;
use crate::features::{Event, Feature, Status, schema};
use crate::formats::{geojson, json};
use crate::ids::{Collection, FeatureId, Version};
use crate::spatial::{Geometry, LatLon};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::Arc;

/// A feature as it is stored, also when it was deleted.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// As it was last written.
    pub item: Item,
    /// Whether it has been deleted since: then only its row is left, and its version is that of the deletion.
    pub deleted: bool,
}

/// What an import compares: the hash of the facts it last brought, none for what staff made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imprint {
    /// The hash.
    pub imported: Option<Vec<u8>>,
    /// The version stored.
    pub version: Version,
    /// When the feature was first written.
    pub created_at: DateTime<Utc>,
    /// Whether staff have deleted it.
    pub deleted: bool,
}

/// Collection, id, pin (lat, lon) where there is one, shape, status with reason and until, fields, version, created and
/// updated.
pub(super) type FeatureRow = (
    String,
    String,
    Option<f64>,
    Option<f64>,
    Option<String>,
    String,
    Option<String>,
    Option<DateTime<Utc>>,
    String,
    i64,
    DateTime<Utc>,
    DateTime<Utc>,
);

/// The same, and when it was deleted.
pub(super) type StoredRow = (
    String,
    String,
    Option<f64>,
    Option<f64>,
    Option<String>,
    String,
    Option<String>,
    Option<DateTime<Utc>>,
    String,
    i64,
    DateTime<Utc>,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
);

pub(super) fn item(row: FeatureRow) -> Result<Item, StoreError> {
    let (collection, id, lat, lon, shape, status, reason, until, fields, version, created_at, updated_at) =
        row;
    let row = format!("{collection}/{id}");
    let invalid = |cause: &dyn std::fmt::Display| StoreError::row(&row, cause);
    let collection = Collection::named(&collection).ok_or_else(|| invalid(&"no such collection"))?;
    let id = FeatureId::new(&id).map_err(|error| invalid(&error))?;
    let pin = lat.zip(lon).map(|(lat, lon)| LatLon::new(lat, lon)).transpose();
    let pin = pin.map_err(|error| invalid(&error))?;
    let geometry = match &shape {
        None => pin.map(Geometry::Point),
        Some(shape) => Some(geojson::read_geometry(shape).map_err(|error| invalid(&error))?),
    };
    let status =
        Status::from_parts(&status, reason.map(Into::into), until).map_err(|error| invalid(&error))?;
    let fields = json::read_fields(&fields, schema::fields(collection)).map_err(|error| invalid(&error))?;
    let feature = Feature::new(id, collection, geometry.map(Arc::new), pin, status, fields);
    let feature = Arc::new(feature.map_err(|error| invalid(&error))?);
    Ok(Item { feature, version: Version(version), created_at, updated_at })
}

async fn find(link: &mut Link, collection: Collection, id: &FeatureId) -> Result<Option<Item>, StoreError> {
    const SELECT: &str =
        "SELECT collection, id, lat, lon, shape, status, status_reason, status_until, fields,
            version, created_at, updated_at
        FROM feature WHERE collection = $1 AND id = $2 AND deleted_at IS NULL";
    let row: Option<FeatureRow> = on!(link, conn => sqlx::query_as(SELECT)
        .bind(collection.name()).bind(id.as_str()).fetch_optional(conn).await)?;
    row.map(item).transpose()
}

async fn find_stored(
    link: &mut Link,
    collection: Collection,
    id: &FeatureId,
) -> Result<Option<Stored>, StoreError> {
    const SELECT: &str =
        "SELECT collection, id, lat, lon, shape, status, status_reason, status_until, fields,
            version, created_at, updated_at, deleted_at
        FROM feature WHERE collection = $1 AND id = $2";
    let row: Option<StoredRow> = on!(link, conn => sqlx::query_as(SELECT)
        .bind(collection.name()).bind(id.as_str()).fetch_optional(conn).await)?;
    row.map(stored).transpose()
}

/// The feature of that row.
pub(super) fn stored(row: StoredRow) -> Result<Stored, StoreError> {
    let split = |(a, b, c, d, e, f, g, h, i, j, k, l, deleted): StoredRow| {
        ((a, b, c, d, e, f, g, h, i, j, k, l), deleted)
    };
    let (row, deleted) = split(row);
    Ok(Stored { item: item(row)?, deleted: deleted.is_some() })
}

impl Reading {
    /// The feature of that collection and id, also when it was deleted.
    pub async fn stored(
        &mut self,
        collection: Collection,
        id: &FeatureId,
    ) -> Result<Option<Stored>, StoreError> {
        find_stored(&mut self.link, collection, id).await
    }

    /// Every feature that is there, by collection and id.
    pub async fn features(&mut self) -> Result<Vec<Item>, StoreError> {
        const SELECT: &str =
            "SELECT collection, id, lat, lon, shape, status, status_reason, status_until, fields,
                version, created_at, updated_at
            FROM feature WHERE deleted_at IS NULL ORDER BY collection, id";
        let rows: Vec<FeatureRow> =
            on!(&mut self.link, conn => sqlx::query_as(SELECT).fetch_all(conn).await)?;
        rows.into_iter().map(item).collect()
    }

    /// The feature of that collection and id.
    pub async fn feature(
        &mut self,
        collection: Collection,
        id: &FeatureId,
    ) -> Result<Option<Item>, StoreError> {
        find(&mut self.link, collection, id).await
    }
}

impl Tx {
    /// The feature of that collection and id.
    pub async fn feature(
        &mut self,
        collection: Collection,
        id: &FeatureId,
    ) -> Result<Option<Item>, StoreError> {
        find(&mut self.link, collection, id).await
    }

    /// The feature of that collection and id, also when it was deleted.
    pub async fn stored(
        &mut self,
        collection: Collection,
        id: &FeatureId,
    ) -> Result<Option<Stored>, StoreError> {
        find_stored(&mut self.link, collection, id).await
    }

    /// Every feature of `collection` that is there, by id: for collections of which that is few enough.
    pub async fn features_of(&mut self, collection: Collection) -> Result<Vec<Item>, StoreError> {
        const SELECT: &str =
            "SELECT collection, id, lat, lon, shape, status, status_reason, status_until, fields,
                version, created_at, updated_at
            FROM feature WHERE collection = $1 AND deleted_at IS NULL ORDER BY id";
        let rows: Vec<FeatureRow> = on!(&mut self.link, conn =>
            sqlx::query_as(SELECT).bind(collection.name()).fetch_all(conn).await)?;
        rows.into_iter().map(item).collect()
    }

    /// Every event that is held at the place called `venue`, by id.
    pub async fn events_at(&mut self, venue: &FeatureId) -> Result<Vec<Item>, StoreError> {
        // The id is quoted in the document, and an id has nothing that LIKE reads otherwise. Whatever else has such a
        // text is sorted out below.
        const SELECT: &str =
            "SELECT collection, id, lat, lon, shape, status, status_reason, status_until, fields,
                version, created_at, updated_at
            FROM feature WHERE collection = $1 AND fields LIKE $2 AND deleted_at IS NULL ORDER BY id";
        let rows: Vec<FeatureRow> = on!(&mut self.link, conn => sqlx::query_as(SELECT)
            .bind(Collection::Events.name()).bind(format!("%\"{venue}\"%")).fetch_all(conn).await)?;
        let items: Vec<Item> = rows.into_iter().map(item).collect::<Result<_, _>>()?;
        let is_there = |item: &Item| Event::of(&item.feature).and_then(|event| event.venue());
        Ok(items.into_iter().filter(|item| is_there(item).as_ref() == Some(venue)).collect())
    }

    /// Marks `item`, which has the version of its deletion, as deleted. Its row stays, and its id is taken.
    pub async fn delete_feature(&mut self, item: &Item) -> Result<(), StoreError> {
        const UPDATE: &str = "UPDATE feature SET deleted_at = $1, updated_at = $1, version = $2
            WHERE collection = $3 AND id = $4";
        self.beaches = None;
        let feature = &item.feature;
        on!(&mut self.link, conn => sqlx::query(UPDATE)
            .bind(item.updated_at).bind(item.version.0)
            .bind(feature.collection().name()).bind(feature.id().as_str())
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// The collection of the feature called `id`, also of a deleted one: ids are unique over all.
    pub async fn collection_of(&mut self, id: &FeatureId) -> Result<Option<Collection>, StoreError> {
        const SELECT: &str = "SELECT collection FROM feature WHERE id = $1";
        let name: Option<String> = on!(&mut self.link, conn =>
            sqlx::query_scalar(SELECT).bind(id.as_str()).fetch_optional(conn).await)?;
        Ok(name.and_then(|name| Collection::named(&name)))
    }

    /// What an import compares of every feature, by id.
    pub async fn imprints(&mut self) -> Result<HashMap<String, (String, Imprint)>, StoreError> {
        const SELECT: &str =
            "SELECT id, collection, imported, version, created_at, deleted_at FROM feature ORDER BY id";
        type Row = (String, String, Option<Vec<u8>>, i64, DateTime<Utc>, Option<DateTime<Utc>>);
        let rows: Vec<Row> = on!(&mut self.link, conn => sqlx::query_as(SELECT).fetch_all(conn).await)?;
        let imprint = |(id, collection, imported, version, created_at, deleted): Row| {
            let (version, deleted) = (Version(version), deleted.is_some());
            (id, (collection, Imprint { imported, version, created_at, deleted }))
        };
        Ok(rows.into_iter().map(imprint).collect())
    }

    /// Writes a feature, new, known or deleted. `imported`: the hash of the facts when an import brings them; what an
    /// earlier import left stays otherwise.
    pub async fn save_feature(&mut self, item: &Item, imported: Option<&[u8]>) -> Result<(), StoreError> {
        const UPSERT: &str =
            "INSERT INTO feature (collection, id, lat, lon, shape, status, status_reason, status_until,
                fields, imported, version, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT (collection, id) DO UPDATE SET lat = excluded.lat, lon = excluded.lon,
                shape = excluded.shape, status = excluded.status, status_reason = excluded.status_reason,
                status_until = excluded.status_until, fields = excluded.fields,
                imported = COALESCE(excluded.imported, feature.imported), version = excluded.version,
                updated_at = excluded.updated_at, deleted_at = NULL";
        self.beaches = None;
        let feature = &item.feature;
        let shape = match feature.geometry().map(AsRef::as_ref) {
            None | Some(Geometry::Point(_)) => None,
            Some(Geometry::Area(area)) => {
                let mut out = Vec::new();
                geojson::write_area(&mut out, area);
                Some(String::from_utf8(out).expect("GeoJSON of numbers is ASCII"))
            }
        };
        let status = feature.status();
        on!(&mut self.link, conn => sqlx::query(UPSERT)
            .bind(feature.collection().name()).bind(feature.id().as_str())
            .bind(feature.position().map(LatLon::lat)).bind(feature.position().map(LatLon::lon)).bind(shape)
            .bind(status.name()).bind(status.reason()).bind(status.until())
            .bind(json::fields_document(feature)).bind(imported)
            .bind(item.version.0).bind(item.created_at).bind(item.updated_at)
            .execute(conn).await.map(drop))?;
        Ok(())
    }
}
