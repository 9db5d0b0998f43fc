//! The policies of the beach rule, as they were adopted. A row is never changed.
use crate::catalogue::{AdoptedPolicy, Policies};
use crate::formats::crowd::{policy_document, read_policy};
use crate::ids::Revision;
use crate::store::StoreError;
use crate::store::link::{Link, on};
use crate::store::tx::{Reading, Tx};
use chrono::{DateTime, Utc};

type Row = (String, String, DateTime<Utc>, DateTime<Utc>, String);

fn adopted((version, content, adopted_from, created_at, author): Row) -> Result<AdoptedPolicy, StoreError> {
    let row = || format!("crowd_policy {version}");
    let policy = read_policy(&content, &version).map_err(|error| StoreError::row(row(), error))?;
    Ok(AdoptedPolicy { policy: policy.into(), adopted_from, created_at, author: author.into() })
}

async fn all(link: &mut Link) -> Result<Policies, StoreError> {
    const SELECT: &str = "SELECT version, content, adopted_from, created_at, author FROM crowd_policy
        ORDER BY adopted_from, created_at, version";
    let rows: Vec<Row> = on!(link, conn => sqlx::query_as(SELECT).fetch_all(conn).await)?;
    Ok(Policies::new(rows.into_iter().map(adopted).collect::<Result<_, _>>()?))
}

impl Reading {
    /// Every policy that was adopted.
    pub async fn policies(&mut self) -> Result<Policies, StoreError> {
        all(&mut self.link).await
    }
}

impl Tx {
    /// Every policy that was adopted.
    pub async fn policies(&mut self) -> Result<Policies, StoreError> {
        all(&mut self.link).await
    }

    /// The policy of that version.
    pub async fn policy(&mut self, version: &str) -> Result<Option<AdoptedPolicy>, StoreError> {
        const SELECT: &str = "SELECT version, content, adopted_from, created_at, author FROM crowd_policy
            WHERE version = $1";
        let row: Option<Row> =
            on!(&mut self.link, conn => sqlx::query_as(SELECT).bind(version).fetch_optional(conn).await)?;
        row.map(adopted).transpose()
    }

    /// Writes a policy, which is new.
    pub async fn save_policy(
        &mut self,
        adopted: &AdoptedPolicy,
        revision: Revision,
    ) -> Result<(), StoreError> {
        const INSERT: &str =
            "INSERT INTO crowd_policy (version, content, adopted_from, created_at, author, revision)
            VALUES ($1, $2, $3, $4, $5, $6)";
        on!(&mut self.link, conn => sqlx::query(INSERT)
            .bind(adopted.policy.version()).bind(policy_document(adopted.policy.values()))
            .bind(adopted.adopted_from).bind(adopted.created_at).bind(&*adopted.author).bind(revision.0)
            .execute(conn).await.map(drop))?;
        Ok(())
    }
}
