//! The log of changes.
use super::StoreError;
use super::link::on;
use super::pending::ChangeRow;
use super::tx::{Reading, Tx};
use crate::ids::{Collection, FeatureId, Revision, Version};
use chrono::{DateTime, Utc};

/// What a change is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A document that holds for the area as a whole.
    Area(String),
    /// Who may act: an organisation, an actor or a token, as the audit names it.
    Access(String),
    /// An item of a collection.
    Item(Collection, FeatureId),
    /// How full a beach is: what was reported of it.
    Crowd(FeatureId),
    /// What somebody has decided or said of a beach.
    Declaration(FeatureId),
    /// A policy of the beach rule, by its version.
    Policy(String),
    /// What was published of how full a beach is.
    Status(FeatureId),
}

/// What a change did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Wrote it, new or known.
    Put,
    /// Took it away.
    Delete,
}

/// One row of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its number.
    pub revision: Revision,
    /// What it is about.
    pub subject: Subject,
    /// What it did.
    pub op: Op,
}

const AREA: &str = "area";
const ACCESS: &str = "access";
const CROWD: &str = "crowd";
const DECLARATION: &str = "declaration";
const POLICY: &str = "policy";
const STATUS: &str = "status";

impl Tx {
    /// Gives the next number to a change. The next row of the audit is that of the command that made it.
    pub async fn log(
        &mut self,
        at: DateTime<Utc>,
        subject: &Subject,
        op: Op,
        version: Version,
    ) -> Result<Revision, StoreError> {
        let revision = Revision(self.head.revision.0 + 1);
        let (collection, id) = match subject {
            Subject::Area(name) => (AREA, name.as_str()),
            Subject::Access(name) => (ACCESS, name.as_str()),
            Subject::Item(collection, id) => (collection.name(), id.as_str()),
            Subject::Crowd(beach) => (CROWD, beach.as_str()),
            Subject::Declaration(beach) => (DECLARATION, beach.as_str()),
            Subject::Policy(version) => (POLICY, version.as_str()),
            Subject::Status(beach) => (STATUS, beach.as_str()),
        };
        let op = match op {
            Op::Put => "put",
            Op::Delete => "delete",
        };
        self.pending.changes.push(ChangeRow {
            revision: revision.0,
            at,
            collection,
            id: id.to_owned(),
            op,
            version: version.0,
            audit_seq: self.head.audit_seq + 1,
        });
        self.head.revision = revision;
        self.relieve().await?;
        Ok(revision)
    }

    /// Says which area the database holds.
    pub fn hold_area(&mut self, area: &str) {
        self.head.area = Some(area.to_owned());
    }
}

impl Reading {
    /// The changes after `after`, in order, at most `limit` of them.
    pub async fn changes(&mut self, after: Revision, limit: i64) -> Result<Vec<Change>, StoreError> {
        const SELECT: &str = "SELECT revision, collection, id, op FROM change
            WHERE $1 < revision ORDER BY revision LIMIT $2";
        let rows: Vec<(i64, String, String, String)> = on!(&mut self.link, conn =>
            sqlx::query_as(SELECT).bind(after.0).bind(limit).fetch_all(conn).await)?;
        rows.into_iter().map(change).collect()
    }
}

/// A change of an item that no later one covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastChange {
    /// Its number.
    pub revision: Revision,
    /// The item.
    pub id: FeatureId,
    /// What it did.
    pub op: Op,
}

impl Reading {
    /// The last change of each item of `collection` up to `until`, of those after `after`, in order, at most `limit`.
    pub async fn last_changes(
        &mut self,
        collection: Collection,
        after: Revision,
        until: Revision,
        limit: i64,
    ) -> Result<Vec<LastChange>, StoreError> {
        const SELECT: &str = "SELECT revision, id, op FROM change
            WHERE collection = $1 AND $2 < revision AND revision <= $3 AND NOT EXISTS (
                SELECT 1 FROM change AS later WHERE later.collection = $1 AND later.id = change.id
                    AND change.revision < later.revision AND later.revision <= $3)
            ORDER BY revision LIMIT $4";
        let rows: Vec<(i64, String, String)> = on!(&mut self.link, conn => sqlx::query_as(SELECT)
            .bind(collection.name()).bind(after.0).bind(until.0).bind(limit).fetch_all(conn).await)?;
        let last = |(revision, id, op): (i64, String, String)| {
            let row = || format!("change {revision}");
            let id = FeatureId::new(&id).map_err(|error| StoreError::row(row(), error))?;
            let op = op_named(&op).map_err(|cause| StoreError::row(row(), cause))?;
            Ok(LastChange { revision: Revision(revision), id, op })
        };
        rows.into_iter().map(last).collect()
    }
}

fn change((revision, collection, id, op): (i64, String, String, String)) -> Result<Change, StoreError> {
    let row = || format!("change {revision}");
    let feature = |id: &str| FeatureId::new(id).map_err(|error| StoreError::row(row(), error));
    let subject = match collection.as_str() {
        AREA => Subject::Area(id),
        ACCESS => Subject::Access(id),
        CROWD => Subject::Crowd(feature(&id)?),
        DECLARATION => Subject::Declaration(feature(&id)?),
        POLICY => Subject::Policy(id),
        STATUS => Subject::Status(feature(&id)?),
        named => {
            let unknown = || StoreError::row(row(), format!("collection `{named}`"));
            Subject::Item(Collection::named(named).ok_or_else(unknown)?, feature(&id)?)
        }
    };
    let op = op_named(&op).map_err(|cause| StoreError::row(row(), cause))?;
    Ok(Change { revision: Revision(revision), subject, op })
}

/// What a change did, by its name in the row.
pub(super) fn op_named(name: &str) -> Result<Op, String> {
    match name {
        "put" => Ok(Op::Put),
        "delete" => Ok(Op::Delete),
        other => Err(format!("op `{other}`")),
    }
}
