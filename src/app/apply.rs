//! Carries out one command inside the open transaction.
mod access;

use crate::catalogue::Item;
use crate::command::{AccessRefusal, Command, Expected, Import, Imported, Order, Outcome, Refusal};
use crate::features::{Feature, Status};
use crate::formats::json;
use crate::ids::{Collection, FeatureId, Version};
use crate::store::{AuditEntry, Imprint, Op, StoreError, Subject, Tx};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::watch;

/// Told how many items of a long command are done.
pub type Progress = watch::Sender<u64>;

/// Why a command came to nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum ApplyError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AccessRefusal> for ApplyError {
    fn from(refusal: AccessRefusal) -> Self {
        Self::Refused(refusal.into())
    }
}

/// Carries out `order` in `tx`. After an error the caller undoes what it did.
pub(super) async fn apply(
    tx: &mut Tx,
    order: &Order,
    progress: Option<&Progress>,
) -> Result<Outcome, ApplyError> {
    match &order.command {
        Command::Import(import) => take_in(tx, order, import, progress).await.map(Outcome::Imported),
        Command::Put { feature, expected } => put(tx, order, feature, *expected).await,
        Command::SetStatus { collection, id, status, expected } => {
            set_status(tx, order, *collection, id, status, *expected).await
        }
        Command::Access(command) => access::apply(tx, order, command).await,
    }
}

async fn put(
    tx: &mut Tx,
    order: &Order,
    feature: &Arc<Feature>,
    expected: Expected,
) -> Result<Outcome, ApplyError> {
    let (collection, id) = (feature.collection(), feature.id());
    let stored = tx.feature(collection, id).await?;
    if stored.is_none()
        && let Some(taken_by) = tx.collection_of(id).await?
    {
        return Err(Refusal::IdTaken { id: id.clone(), taken_by }.into());
    }
    check(collection, id, stored.as_ref(), expected)?;
    write(tx, order, "put", stored, feature.clone()).await
}

async fn set_status(
    tx: &mut Tx,
    order: &Order,
    collection: Collection,
    id: &FeatureId,
    status: &Status,
    expected: Expected,
) -> Result<Outcome, ApplyError> {
    let stored = tx.feature(collection, id).await?;
    check(collection, id, stored.as_ref(), expected)?;
    let stored = stored.ok_or_else(|| Refusal::NotFound { collection, id: id.clone() })?;
    if let Some(until) = status.until().filter(|until| *until <= order.at) {
        return Err(Refusal::EndsInThePast { until }.into());
    }
    let feature = Arc::new(stored.feature.with_status(status.clone()));
    write(tx, order, "set_status", Some(stored), feature).await
}

fn check(
    collection: Collection,
    id: &FeatureId,
    stored: Option<&Item>,
    expected: Expected,
) -> Result<(), Refusal> {
    match (expected, stored) {
        (Expected::Anything, _) => Ok(()),
        (Expected::Version(_), None) => Err(Refusal::NotFound { collection, id: id.clone() }),
        (Expected::Version(expected), Some(stored)) if stored.version == expected => Ok(()),
        (Expected::Version(expected), Some(stored)) => {
            Err(Refusal::Stale { collection, id: id.clone(), expected, current: stored.version })
        }
    }
}

/// Writes `feature` over what is stored, with its line in the log and in the audit; nothing when it is the same.
async fn write(
    tx: &mut Tx,
    order: &Order,
    command: &str,
    stored: Option<Item>,
    feature: Arc<Feature>,
) -> Result<Outcome, ApplyError> {
    if let Some(stored) = stored.as_ref().filter(|stored| stored.feature == feature) {
        return Ok(Outcome::Unchanged { version: stored.version });
    }
    let subject = Subject::Item(feature.collection(), feature.id().clone());
    let item = Item {
        version: Version(stored.as_ref().map_or(1, |stored| stored.version.0 + 1)),
        created_at: stored.as_ref().map_or(order.at, |stored| stored.created_at),
        updated_at: order.at,
        feature,
    };
    tx.save_feature(&item, None).await?;
    let revision = tx.log(order.at, &subject, Op::Put, item.version).await?;
    tx.audit(&AuditEntry {
        at: order.at,
        actor: order.by.to_string(),
        request: order.request,
        command,
        subject: format!("{}/{}", item.feature.collection(), item.feature.id()),
        before: stored.map(|stored| json::feature_document(&stored.feature)),
        after: Some(json::feature_document(&item.feature)),
    })
    .await?;
    Ok(Outcome::Written { version: item.version, revision })
}

/// Takes in an area. A place whose facts are those of the last import stays as it is, whatever staff have
/// made of it since.
async fn take_in(
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
    let mut replaced = Vec::new();
    for (n, feature) in import.places.iter().enumerate() {
        take_in_place(tx, order, feature, &mut known, &mut done, &mut replaced).await?;
        if let Some(progress) = progress {
            progress.send_replace(n as u64 + 1);
        }
    }
    done.missing = known.values().filter(|(_, imprint)| imprint.imported.is_some()).count() as u64;
    if done.wrote() {
        tx.hold_area(&import.area);
        let Imported { added, changed, unchanged, missing, documents } = done;
        let after = format!(
            r#"{{"added":{added},"changed":{changed},"unchanged":{unchanged},"missing":{missing},"documents":{documents}}}"#
        );
        tx.audit(&AuditEntry {
            at: order.at,
            actor: order.by.to_string(),
            request: order.request,
            command: "import",
            subject: import.area.clone(),
            // Staff may have edited what the files now replace.
            before: (!replaced.is_empty()).then(|| format!("[{}]", replaced.join(","))),
            after: Some(after),
        })
        .await?;
    }
    Ok(done)
}

async fn take_in_place(
    tx: &mut Tx,
    order: &Order,
    feature: &Arc<Feature>,
    known: &mut HashMap<String, (String, Imprint)>,
    done: &mut Imported,
    replaced: &mut Vec<String>,
) -> Result<(), ApplyError> {
    let (collection, id) = (feature.collection(), feature.id());
    let stored = known.remove(id.as_str());
    if let Some(taken_by) =
        stored.as_ref().and_then(|(name, _)| Collection::named(name)).filter(|c| *c != collection)
    {
        return Err(Refusal::IdTaken { id: id.clone(), taken_by }.into());
    }
    let stored = stored.map(|(_, imprint)| imprint);
    let hash = json::feature_hash(feature);
    if stored.as_ref().is_some_and(|stored| stored.imported.as_deref() == Some(&hash)) {
        done.unchanged += 1;
        return Ok(());
    }
    let item = Item {
        feature: feature.clone(),
        version: Version(stored.as_ref().map_or(1, |stored| stored.version.0 + 1)),
        created_at: stored.as_ref().map_or(order.at, |stored| stored.created_at),
        updated_at: order.at,
    };
    if stored.is_some()
        && let Some(before) = tx.feature(collection, id).await?
    {
        replaced.push(json::feature_document(&before.feature));
    }
    tx.save_feature(&item, Some(&hash)).await?;
    tx.log(order.at, &Subject::Item(collection, id.clone()), Op::Put, item.version).await?;
    if stored.is_some() {
        done.changed += 1;
    } else {
        done.added += 1;
    }
    Ok(())
}
