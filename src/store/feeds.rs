//! How feeds have done, and what their events were when they last came.
use super::StoreError;
use super::Stored;
use super::features::{StoredRow, stored};
use super::link::{Link, on};
use super::pending::AT_ONCE;
use super::tx::{Reading, Tx};
use crate::catalogue::{Alarm, AlarmKind, FeedNote, FeedState, FeedTaken, Item, Quarantine};
use crate::features::Feature;
use crate::formats::json;
use crate::ids::{FeatureId, Version};
use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row};
use std::collections::{BTreeMap, HashMap};

/// Ids of one question.
const ASKED: usize = 256;

/// What an event of a feed was when it last came, as it is held against when it comes again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownItem {
    /// What the source calls it.
    pub external_id: String,
    /// The hash of what it was.
    pub hash: Vec<u8>,
    /// When the last of its dates is over; none is to come without one.
    pub over_at: Option<DateTime<Utc>>,
    /// Whether the feed did not have it any more, and that was seen to.
    pub gone: bool,
    /// The version that the run left.
    pub version: Version,
    /// The fields in which it is as staff have it.
    pub kept: u64,
    /// The version of the event now.
    pub current: Version,
    /// Whether staff have deleted it.
    pub deleted: bool,
}

/// What an event of a feed is now that it came.
#[derive(Clone, Debug)]
pub struct FeedItemRow {
    /// The event.
    pub event: FeatureId,
    /// What the source calls it.
    pub external_id: String,
    /// As the feed has it.
    pub document: String,
    /// The hash of that.
    pub hash: Vec<u8>,
    /// When the last of its dates is over; none is to come without one.
    pub over_at: Option<DateTime<Utc>>,
    /// Whether the feed does not have it any more.
    pub gone: bool,
    /// The version it has now.
    pub version: Version,
    /// The fields in which it is as staff have it.
    pub kept: u64,
}

struct StateRow {
    id: String,
    attempted_at: Option<DateTime<Utc>>,
    succeeded_at: Option<DateTime<Utc>>,
    failure: Option<String>,
    etag: Option<String>,
    last_modified: Option<String>,
    next: Option<String>,
    items: i64,
    added: i64,
    changed: i64,
    unchanged: i64,
    kept: i64,
    archived: i64,
    deleted: i64,
    refused: i64,
    notes: String,
    quarantined_since: Option<DateTime<Utc>>,
    quarantined_at: Option<DateTime<Utc>>,
    alarm: Option<String>,
    alarm_detail: Option<String>,
    alarm_was: Option<i64>,
    alarm_is: Option<i64>,
    acknowledged_until: Option<DateTime<Utc>>,
}

struct KnownRow {
    event: String,
    external_id: String,
    hash: Vec<u8>,
    over_at: Option<DateTime<Utc>>,
    gone: i64,
    version: i64,
    kept: i64,
    current: i64,
    deleted_at: Option<DateTime<Utc>>,
}

/// Says that a row of either database is read column by column: these are too many for a tuple, and the driver's own
/// macro would build both of them a second time.
macro_rules! read_by_name {
    ($name:ident: $($column:ident)*) => {
        read_by_name!(SqliteRow, $name: $($column)*);
        read_by_name!(PgRow, $name: $($column)*);
    };
    ($row:ty, $name:ident: $($column:ident)*) => {
        impl FromRow<'_, $row> for $name {
            fn from_row(row: &$row) -> Result<Self, sqlx::Error> {
                Ok(Self { $($column: row.try_get(stringify!($column))?),* })
            }
        }
    };
}

read_by_name!(StateRow: id attempted_at succeeded_at failure etag last_modified next items added changed unchanged kept
    archived deleted refused notes quarantined_since quarantined_at alarm alarm_detail alarm_was alarm_is
    acknowledged_until);
read_by_name!(KnownRow: event external_id hash over_at gone version kept current deleted_at);

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn stored_count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl StateRow {
    fn state(self) -> Result<(FeatureId, FeedState), StoreError> {
        let row = format!("feed {}", self.id);
        let invalid = |cause: &dyn std::fmt::Display| StoreError::row(&row, cause);
        let id = FeatureId::new(&self.id).map_err(|error| invalid(&error))?;
        let kind = self.alarm.as_deref().map(|name| AlarmKind::named(name).ok_or_else(|| invalid(&name)));
        let alarm = kind.transpose()?.map(|kind| Alarm {
            kind,
            detail: self.alarm_detail.unwrap_or_default(),
            was: count(self.alarm_was.unwrap_or_default()),
            is: count(self.alarm_is.unwrap_or_default()),
        });
        let times = self.quarantined_since.zip(self.quarantined_at);
        let quarantine = alarm.zip(times).map(|(alarm, (since, at))| Quarantine { since, at, alarm });
        let notes: Vec<(String, String)> =
            serde_json::from_str(&self.notes).map_err(|error| invalid(&error))?;
        let taken = FeedTaken {
            added: count(self.added),
            changed: count(self.changed),
            unchanged: count(self.unchanged),
            kept: count(self.kept),
            archived: count(self.archived),
            deleted: count(self.deleted),
            refused: count(self.refused),
        };
        let state = FeedState {
            attempted_at: self.attempted_at,
            succeeded_at: self.succeeded_at,
            failure: self.failure,
            etag: self.etag,
            last_modified: self.last_modified,
            next: self.next,
            items: count(self.items),
            taken,
            notes: notes.into_iter().map(|(at, what)| FeedNote { at, what }).collect(),
            quarantine,
            acknowledged_until: self.acknowledged_until,
        };
        Ok((id, state))
    }
}

async fn documents(link: &mut Link, events: &[FeatureId]) -> Result<HashMap<FeatureId, Feature>, StoreError> {
    const SELECT: &str = "SELECT event, document FROM feed_item WHERE event IN ";
    let mut found = HashMap::new();
    for events in events.chunks(ASKED) {
        let rows: Vec<(String, String)> = on!(&mut *link, conn => {
            let mut query = QueryBuilder::new(SELECT);
            query.push_tuples(events, |mut tuple, event| {
                tuple.push_bind(event.as_str());
            });
            query.push(" ORDER BY event").build_query_as().fetch_all(conn).await
        })?;
        for (event, document) in rows {
            let invalid =
                |cause: &dyn std::fmt::Display| StoreError::row(format!("feed_item {event}"), cause);
            let feature = json::read_feature_document(&document).map_err(|error| invalid(&error))?;
            found.insert(feature.id().clone(), feature);
        }
    }
    Ok(found)
}

impl Reading {
    /// How every feed has done that was ever asked, by id.
    pub async fn feeds(&mut self) -> Result<BTreeMap<FeatureId, FeedState>, StoreError> {
        const SELECT: &str = "SELECT id, attempted_at, succeeded_at, failure, etag, last_modified, next, items,
                added, changed, unchanged, kept, archived, deleted, refused, notes,
                quarantined_since, quarantined_at, alarm, alarm_detail, alarm_was, alarm_is, acknowledged_until
            FROM feed ORDER BY id";
        let rows: Vec<StateRow> = on!(&mut self.link, conn => sqlx::query_as(SELECT).fetch_all(conn).await)?;
        rows.into_iter().map(StateRow::state).collect()
    }

    /// The events of `feed` that staff have edited, by id, each as the feed last had it and as it is; `limit` at most.
    pub async fn edited_items(
        &mut self,
        feed: &FeatureId,
        limit: i64,
    ) -> Result<Vec<(Feature, Item)>, StoreError> {
        const SELECT: &str = "SELECT f.id FROM feed_item i JOIN feature f ON f.id = i.event
            WHERE i.feed = $1 AND f.deleted_at IS NULL AND (f.version <> i.version OR 0 < i.kept)
            ORDER BY f.id LIMIT $2";
        let ids: Vec<String> = on!(&mut self.link, conn =>
            sqlx::query_scalar(SELECT).bind(feed.as_str()).bind(limit).fetch_all(conn).await)?;
        let ids: Vec<FeatureId> = ids.iter().filter_map(|id| FeatureId::new(id).ok()).collect();
        let mut bases = documents(&mut self.link, &ids).await?;
        let stored = stored_of(&mut self.link, &ids).await?;
        let pair = |stored: Stored| Some((bases.remove(stored.item.feature.id())?, stored.item));
        Ok(stored.into_iter().filter_map(pair).collect())
    }
}

/// Those of these features that were ever there, by id, whatever their collection.
async fn stored_of(link: &mut Link, ids: &[FeatureId]) -> Result<Vec<Stored>, StoreError> {
    const SELECT: &str =
        "SELECT collection, id, lat, lon, shape, status, status_reason, status_until, fields,
            version, created_at, updated_at, deleted_at
        FROM feature WHERE id IN ";
    let mut found = Vec::new();
    for ids in ids.chunks(ASKED) {
        let rows: Vec<StoredRow> = on!(&mut *link, conn => {
            let mut query = QueryBuilder::new(SELECT);
            query.push_tuples(ids, |mut tuple, id| {
                tuple.push_bind(id.as_str());
            });
            query.push(" ORDER BY id").build_query_as().fetch_all(conn).await
        })?;
        for row in rows {
            found.push(stored(row)?);
        }
    }
    Ok(found)
}

impl Tx {
    /// How `feed` has done; none when it was never asked.
    pub async fn feed(&mut self, feed: &FeatureId) -> Result<Option<FeedState>, StoreError> {
        const SELECT: &str = "SELECT id, attempted_at, succeeded_at, failure, etag, last_modified, next, items,
                added, changed, unchanged, kept, archived, deleted, refused, notes,
                quarantined_since, quarantined_at, alarm, alarm_detail, alarm_was, alarm_is, acknowledged_until
            FROM feed WHERE id = $1";
        let row: Option<StateRow> = on!(&mut self.link, conn =>
            sqlx::query_as(SELECT).bind(feed.as_str()).fetch_optional(conn).await)?;
        Ok(row.map(StateRow::state).transpose()?.map(|(_, state)| state))
    }

    /// Writes how `feed` has done.
    pub async fn save_feed(&mut self, feed: &FeatureId, state: &FeedState) -> Result<(), StoreError> {
        const UPSERT: &str =
            "INSERT INTO feed (id, attempted_at, succeeded_at, failure, etag, last_modified, next, items,
                added, changed, unchanged, kept, archived, deleted, refused, notes,
                quarantined_since, quarantined_at, alarm, alarm_detail, alarm_was, alarm_is, acknowledged_until)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                $21, $22, $23)
            ON CONFLICT (id) DO UPDATE SET attempted_at = excluded.attempted_at,
                succeeded_at = excluded.succeeded_at, failure = excluded.failure, etag = excluded.etag,
                last_modified = excluded.last_modified, next = excluded.next, items = excluded.items,
                added = excluded.added, changed = excluded.changed, unchanged = excluded.unchanged,
                kept = excluded.kept, archived = excluded.archived, deleted = excluded.deleted,
                refused = excluded.refused, notes = excluded.notes,
                quarantined_since = excluded.quarantined_since, quarantined_at = excluded.quarantined_at,
                alarm = excluded.alarm, alarm_detail = excluded.alarm_detail, alarm_was = excluded.alarm_was,
                alarm_is = excluded.alarm_is, acknowledged_until = excluded.acknowledged_until";
        let taken = &state.taken;
        let held = state.quarantine.as_ref();
        let notes: Vec<(&str, &str)> =
            state.notes.iter().map(|note| (note.at.as_str(), note.what.as_str())).collect();
        let notes = serde_json::to_string(&notes).expect("texts are JSON");
        on!(&mut self.link, conn => sqlx::query(UPSERT)
            .bind(feed.as_str()).bind(state.attempted_at).bind(state.succeeded_at)
            .bind(state.failure.as_deref()).bind(state.etag.as_deref()).bind(state.last_modified.as_deref())
            .bind(state.next.as_deref()).bind(stored_count(state.items))
            .bind(stored_count(taken.added)).bind(stored_count(taken.changed))
            .bind(stored_count(taken.unchanged)).bind(stored_count(taken.kept))
            .bind(stored_count(taken.archived)).bind(stored_count(taken.deleted))
            .bind(stored_count(taken.refused)).bind(notes)
            .bind(held.map(|held| held.since)).bind(held.map(|held| held.at))
            .bind(held.map(|held| held.alarm.kind.name())).bind(held.map(|held| held.alarm.detail.as_str()))
            .bind(held.map(|held| stored_count(held.alarm.was)))
            .bind(held.map(|held| stored_count(held.alarm.is))).bind(state.acknowledged_until)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// What each event of `feed` was when it last came, by the event's id.
    pub async fn known_items(&mut self, feed: &FeatureId) -> Result<HashMap<String, KnownItem>, StoreError> {
        const SELECT: &str = "SELECT i.event, i.external_id, i.hash, i.over_at, i.gone, i.version, i.kept,
                f.version AS current, f.deleted_at
            FROM feed_item i JOIN feature f ON f.id = i.event WHERE i.feed = $1 ORDER BY i.event";
        let rows: Vec<KnownRow> = on!(&mut self.link, conn =>
            sqlx::query_as(SELECT).bind(feed.as_str()).fetch_all(conn).await)?;
        let known = |row: KnownRow| {
            let KnownRow { event, external_id, hash, over_at, gone, version, kept, current, deleted_at } =
                row;
            let (version, current) = (Version(version), Version(current));
            let (gone, kept, deleted) = (gone != 0, count(kept), deleted_at.is_some());
            (event, KnownItem { external_id, hash, over_at, gone, version, kept, current, deleted })
        };
        Ok(rows.into_iter().map(known).collect())
    }

    /// What these events were when they last came.
    pub async fn item_documents(
        &mut self,
        events: &[FeatureId],
    ) -> Result<HashMap<FeatureId, Feature>, StoreError> {
        documents(&mut self.link, events).await
    }

    /// Those of these features that were ever there, by id, whatever their collection.
    pub async fn stored_of(&mut self, ids: &[FeatureId]) -> Result<HashMap<FeatureId, Stored>, StoreError> {
        let found = stored_of(&mut self.link, ids).await?;
        Ok(found.into_iter().map(|stored| (stored.item.feature.id().clone(), stored)).collect())
    }

    /// Writes what these events of `feed` are now that they came.
    pub async fn save_items(&mut self, feed: &FeatureId, rows: &[FeedItemRow]) -> Result<(), StoreError> {
        const INSERT: &str =
            "INSERT INTO feed_item (event, feed, external_id, document, hash, over_at, gone, version, kept) ";
        const UPDATE: &str = " ON CONFLICT (event) DO UPDATE SET feed = excluded.feed,
            external_id = excluded.external_id, document = excluded.document, hash = excluded.hash,
            over_at = excluded.over_at, gone = excluded.gone, version = excluded.version, kept = excluded.kept";
        for rows in rows.chunks(AT_ONCE) {
            on!(&mut self.link, conn => {
                let mut query = QueryBuilder::new(INSERT);
                query.push_values(rows, |mut values, row| {
                    values
                        .push_bind(row.event.as_str())
                        .push_bind(feed.as_str())
                        .push_bind(row.external_id.as_str())
                        .push_bind(row.document.as_str())
                        .push_bind(row.hash.as_slice())
                        .push_bind(row.over_at)
                        .push_bind(i64::from(row.gone))
                        .push_bind(row.version.0)
                        .push_bind(stored_count(row.kept));
                });
                query.push(UPDATE).build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Writes down that the feed does not have this event any more.
    pub async fn mark_gone(&mut self, event: &FeatureId) -> Result<(), StoreError> {
        const UPDATE: &str = "UPDATE feed_item SET gone = 1 WHERE event = $1";
        Ok(on!(&mut self.link, conn =>
            sqlx::query(UPDATE).bind(event.as_str()).execute(conn).await.map(drop))?)
    }
}
