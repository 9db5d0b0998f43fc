//! Writes what is new, what has changed and what is gone, many rows at a time.
use super::compare::{Compared, Incoming, note, over_at};
use crate::app::Progress;
use crate::app::apply::ApplyError;
use crate::catalogue::{FeedNote, FeedTaken, Item};
use crate::command::{Extent, Order, TakeInFeed};
use crate::features::field::Value;
use crate::features::schema::event_at as at;
use crate::features::{Event, Feature, Publication};
use crate::feeds;
use crate::formats::json;
use crate::ids::{Collection, FeatureId, Version};
use crate::store::{FeedItemRow, KnownItem, Op, Stored, Subject, Tx};
use std::collections::HashMap;
use std::sync::Arc;

/// Events that are read and written at once.
const AT_ONCE: usize = 256;

/// What is under way.
struct Writing<'a> {
    order: &'a Order,
    take: &'a TakeInFeed,
    progress: Option<&'a Progress>,
    taken: FeedTaken,
    refused: Vec<FeedNote>,
}

/// Writes it; what was done, and what was refused beside what the reader of the feed had refused.
pub(super) async fn write(
    tx: &mut Tx,
    order: &Order,
    take: &TakeInFeed,
    compared: &Compared<'_>,
    known: &HashMap<String, KnownItem>,
    progress: Option<&Progress>,
) -> Result<(FeedTaken, Vec<FeedNote>), ApplyError> {
    let Compared { unchanged, kept, deleted, refused, .. } = compared;
    let taken = FeedTaken { unchanged: *unchanged, kept: *kept, deleted: *deleted, ..FeedTaken::default() };
    let mut writing = Writing { order, take, progress, taken, refused: refused.clone() };
    for chunk in compared.fresh.chunks(AT_ONCE) {
        writing.add(tx, chunk).await?;
    }
    for chunk in compared.changed.chunks(AT_ONCE) {
        writing.change(tx, chunk).await?;
    }
    for chunk in compared.edited.chunks(AT_ONCE) {
        writing.recount(tx, chunk, known).await?;
    }
    // What is missing may be what was refused: while that may be so, nothing is put away.
    let doubtful = take.extent == Extent::Whole && compared.gone.len() <= take.content.refused.len();
    if !doubtful {
        for chunk in compared.gone.chunks(AT_ONCE) {
            writing.put_away(tx, chunk, known).await?;
        }
    }
    Ok((writing.taken, writing.refused))
}

impl Writing<'_> {
    /// Writes events that were not known, unless an id is another's.
    async fn add(&mut self, tx: &mut Tx, fresh: &[Incoming<'_>]) -> Result<(), ApplyError> {
        let ids: Vec<FeatureId> = fresh.iter().map(|incoming| incoming.feature.id().clone()).collect();
        let taken_by = tx.stored_of(&ids).await?;
        let mut rows = Vec::with_capacity(fresh.len());
        for incoming in fresh {
            if let Some(other) = taken_by.get(incoming.feature.id()) {
                let collection = other.item.feature.collection();
                let what = format!("its id {} is taken by one of {collection}", incoming.feature.id());
                self.refused.push(note(incoming.item, what));
                continue;
            }
            let feature = published(&incoming.feature, self.order);
            let item = Item {
                feature: Arc::new(feature),
                version: Version(1),
                created_at: self.order.at,
                updated_at: self.order.at,
            };
            self.save(tx, &item).await?;
            rows.push(row(incoming, item.version, 0));
            self.taken.added += 1;
        }
        tx.save_items(&self.take.source.id, &rows).await?;
        Ok(())
    }

    /// Merges events that have changed into what is stored.
    async fn change(&mut self, tx: &mut Tx, changed: &[Incoming<'_>]) -> Result<(), ApplyError> {
        let ids: Vec<FeatureId> = changed.iter().map(|incoming| incoming.feature.id().clone()).collect();
        let bases = tx.item_documents(&ids).await?;
        let stored = tx.stored_of(&ids).await?;
        let mut rows = Vec::with_capacity(changed.len());
        for incoming in changed {
            let id = incoming.feature.id();
            let (Some(base), Some(Stored { item: ours, .. })) = (bases.get(id), stored.get(id)) else {
                self.refused.push(note(incoming.item, "is not there any more"));
                continue;
            };
            if !self.is_own(&ours.feature) {
                self.refused.push(note(incoming.item, format!("its id {id} is that of another's event")));
                continue;
            }
            let merged = match feeds::merged(base, &incoming.feature, &ours.feature) {
                Ok(merged) => merged,
                Err(error) => {
                    let what =
                        format!("what staff changed and what the feed says do not go together: {error}");
                    self.refused.push(note(incoming.item, what));
                    continue;
                }
            };
            let kept = merged.kept.len() as u64;
            self.taken.kept += kept;
            let feature = published(&merged.feature, self.order);
            let mut version = ours.version;
            if feature == *ours.feature {
                self.taken.unchanged += 1;
            } else {
                version = Version(ours.version.0 + 1);
                let (created_at, updated_at) = (ours.created_at, self.order.at);
                let item = Item { feature: Arc::new(feature), version, created_at, updated_at };
                self.save(tx, &item).await?;
                self.taken.changed += 1;
            }
            rows.push(row(incoming, version, kept));
        }
        tx.save_items(&self.take.source.id, &rows).await?;
        Ok(())
    }

    /// Counts what staff have edited of events that the feed has as ever.
    async fn recount(
        &mut self,
        tx: &mut Tx,
        edited: &[FeatureId],
        known: &HashMap<String, KnownItem>,
    ) -> Result<(), ApplyError> {
        let bases = tx.item_documents(edited).await?;
        let stored = tx.stored_of(edited).await?;
        let mut rows = Vec::with_capacity(edited.len());
        for id in edited {
            let (Some(base), Some(ours), Some(known)) =
                (bases.get(id), stored.get(id), known.get(id.as_str()))
            else {
                continue;
            };
            let kept = feeds::edited(base, &ours.item.feature).len() as u64;
            self.taken.unchanged += 1;
            self.taken.kept += kept;
            rows.push(FeedItemRow {
                event: id.clone(),
                external_id: known.external_id.clone(),
                document: json::feature_document(base),
                hash: known.hash.clone(),
                over_at: known.over_at,
                gone: known.gone,
                version: ours.item.version,
                kept,
            });
        }
        tx.save_items(&self.take.source.id, &rows).await?;
        Ok(())
    }

    /// Archives events that the feed has no more, as far as they have dates to come; what is over stays.
    async fn put_away(
        &mut self,
        tx: &mut Tx,
        gone: &[FeatureId],
        known: &HashMap<String, KnownItem>,
    ) -> Result<(), ApplyError> {
        let bases = tx.item_documents(gone).await?;
        let stored = tx.stored_of(gone).await?;
        let mut rows = Vec::new();
        for id in gone {
            let (Some(base), Some(ours), Some(known)) =
                (bases.get(id), stored.get(id), known.get(id.as_str()))
            else {
                continue;
            };
            let (ours, event) = (&ours.item, Event::of(&ours.item.feature));
            let is_shown = event.is_some_and(|event| event.publication() == Publication::Published);
            let to_come = over_at(&ours.feature, &self.take.calendar, self.order.at).is_some();
            if !(is_shown && to_come && self.is_own(&ours.feature)) {
                tx.mark_gone(id).await?;
                continue;
            }
            let version = Version(ours.version.0 + 1);
            let feature = Arc::new(archived(&ours.feature));
            let (created_at, updated_at) = (ours.created_at, self.order.at);
            self.save(tx, &Item { feature, version, created_at, updated_at }).await?;
            self.taken.archived += 1;
            // As if the feed had said so itself: when the event is back, it is shown again.
            let document = json::feature_document(&archived(base));
            rows.push(FeedItemRow {
                event: id.clone(),
                external_id: known.external_id.clone(),
                hash: json::document_hash(&document).to_vec(),
                document,
                over_at: known.over_at,
                gone: true,
                version,
                kept: known.kept,
            });
        }
        tx.save_items(&self.take.source.id, &rows).await?;
        Ok(())
    }

    /// Writes an event, with its line in the log.
    async fn save(&self, tx: &mut Tx, item: &Item) -> Result<(), ApplyError> {
        tx.save_feature(item, None).await?;
        let subject = Subject::Item(Collection::Events, item.feature.id().clone());
        tx.log(self.order.at, &subject, Op::Put, item.version).await?;
        if let Some(progress) = self.progress {
            progress.send_modify(|done| *done += 1);
        }
        Ok(())
    }

    /// Whether `event` came by this very feed.
    fn is_own(&self, event: &Feature) -> bool {
        event.fields().text(at::FEED) == Some(self.take.source.id.as_str())
    }
}

/// `event` with the instant of the order as that of its publication, where it has none.
fn published(event: &Feature, order: &Order) -> Feature {
    let fields = event.fields();
    let shown = fields.text(at::PUBLICATION) == Some(Publication::Published.name());
    let since = shown && fields.get(at::PUBLISHED_AT).is_none();
    if since { event.with_field(at::PUBLISHED_AT, Value::Instant(order.at)) } else { event.clone() }
}

fn archived(event: &Feature) -> Feature {
    event.with_field(at::PUBLICATION, Value::Choice(Publication::Archived.name()))
}

fn row(incoming: &Incoming<'_>, version: Version, kept: u64) -> FeedItemRow {
    FeedItemRow {
        event: incoming.feature.id().clone(),
        external_id: incoming.item.external_id.clone(),
        document: incoming.document.clone(),
        hash: incoming.hash.to_vec(),
        over_at: incoming.over_at,
        gone: false,
        version,
        kept,
    }
}
