//! Takes in an area, or a document of one.
use super::{ApplyError, Progress, venue};
use crate::catalogue::Item;
use crate::command::{Import, Imported, Order, Refusal};
use crate::config::{self, MANIFEST, Manifest};
use crate::features::Feature;
use crate::formats::area::{self, TIDES};
use crate::formats::json;
use crate::ids::{Collection, Version};
use crate::store::{AuditEntry, Imprint, Op, Subject, Tx};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Takes in an area. A place whose facts are those of the last import stays as it is, whatever staff have
/// made of it since.
pub(super) async fn take_in(
    tx: &mut Tx,
    order: &Order,
    import: &Import,
    progress: Option<&Progress>,
) -> Result<Imported, ApplyError> {
    if let Some(held) = tx.head().area.clone().filter(|held| *held != import.area) {
        return Err(Refusal::OtherArea { held, given: import.area.clone() }.into());
    }
    let mut done = Imported::default();
    for (name, content) in &import.documents {
        if tx.save_document(name, content).await? {
            tx.log(order.at, &Subject::Area(name.clone()), Op::Put, Version(0)).await?;
            done.documents += 1;
        }
    }
    let mut known = tx.imprints().await?;
    let (mut written, mut replaced) = (HashSet::new(), Vec::new());
    for (n, feature) in import.places.iter().enumerate() {
        let before = take_in_place(tx, order, feature, &mut known, &mut done).await?;
        if let Some(Written { before }) = before {
            written.insert(feature.id().clone());
            replaced.extend(before.map(|before| (before, feature.clone())));
        }
        if let Some(progress) = progress {
            progress.send_replace(n as u64 + 1);
        }
    }
    for (before, after) in &replaced {
        venue::follow(tx, order, &before.feature, after, &written).await?;
    }
    done.missing =
        known.values().filter(|(_, imprint)| imprint.imported.is_some() && !imprint.deleted).count() as u64;
    if done.wrote() {
        tx.hold_area(&import.area);
        let Imported { added, changed, unchanged, deleted, missing, documents } = done;
        let after = format!(
            r#"{{"added":{added},"changed":{changed},"unchanged":{unchanged},"deleted":{deleted},"missing":{missing},"documents":{documents}}}"#
        );
        tx.audit(&AuditEntry {
            at: order.at,
            actor: order.by.to_string(),
            request: order.request,
            command: "import",
            subject: import.area.clone(),
            // Staff may have edited what the files now replace.
            before: (!replaced.is_empty()).then(|| {
                let documents: Vec<String> =
                    replaced.iter().map(|(before, _)| json::feature_document(&before.feature)).collect();
                format!("[{}]", documents.join(","))
            }),
            after: Some(after),
        })
        .await?;
    }
    Ok(done)
}

/// Takes in a table of tides, which is a document of the area.
pub(super) async fn take_in_tides(
    tx: &mut Tx,
    order: &Order,
    table: &str,
    names_station: bool,
    summary: &str,
) -> Result<Imported, ApplyError> {
    let manifest = tx.document(MANIFEST).await?.and_then(|text| config::manifest(&text).ok());
    let manifest = manifest.filter(|manifest| names_station || manifest.tide.is_some());
    let Some(Manifest { id: subject, .. }) = manifest else {
        return Err(Refusal::NobodysTide.into());
    };
    let before = tx.document(TIDES).await?;
    if !tx.save_document(TIDES, table).await? {
        return Ok(Imported::default());
    }
    tx.log(order.at, &Subject::Area(TIDES.to_owned()), Op::Put, Version(0)).await?;
    tx.audit(&AuditEntry {
        at: order.at,
        actor: order.by.to_string(),
        request: order.request,
        command: "import_tides",
        subject,
        before: before.and_then(|text| Some(area::read_tides(TIDES, &text, None).0?.summary())),
        after: Some(summary.to_owned()),
    })
    .await?;
    Ok(Imported { documents: 1, ..Imported::default() })
}

/// A place or an event was written, over what was there.
struct Written {
    before: Option<Item>,
}

async fn take_in_place(
    tx: &mut Tx,
    order: &Order,
    feature: &Arc<Feature>,
    known: &mut HashMap<String, (String, Imprint)>,
    done: &mut Imported,
) -> Result<Option<Written>, ApplyError> {
    let (collection, id) = (feature.collection(), feature.id());
    let stored = known.remove(id.as_str());
    if let Some(taken_by) =
        stored.as_ref().and_then(|(name, _)| Collection::named(name)).filter(|c| *c != collection)
    {
        return Err(Refusal::IdTaken { id: id.clone(), taken_by }.into());
    }
    let stored = stored.map(|(_, imprint)| imprint);
    if stored.as_ref().is_some_and(|stored| stored.deleted) {
        // Whoever deleted it meant more than the facts it had then.
        done.deleted += 1;
        return Ok(None);
    }
    let hash = json::feature_hash(feature);
    if stored.as_ref().is_some_and(|stored| stored.imported.as_deref() == Some(&hash)) {
        done.unchanged += 1;
        return Ok(None);
    }
    let item = Item {
        feature: feature.clone(),
        version: Version(stored.as_ref().map_or(1, |stored| stored.version.0 + 1)),
        created_at: stored.as_ref().map_or(order.at, |stored| stored.created_at),
        updated_at: order.at,
    };
    let before = if stored.is_some() { tx.feature(collection, id).await? } else { None };
    tx.save_feature(&item, Some(&hash)).await?;
    tx.log(order.at, &Subject::Item(collection, id.clone()), Op::Put, item.version).await?;
    if stored.is_some() {
        done.changed += 1;
    } else {
        done.added += 1;
    }
    Ok(Some(Written { before }))
}
