//! What somebody has decided or said of a beach for a while. A row is never changed; cancelling is a row of its own.
use crate::beaches::{Access, Colour};
use crate::catalogue::{Axis, Declaration};
use crate::ids::{DeclarationId, FeatureId, Revision};
use crate::store::StoreError;
use crate::store::link::{Link, on};
use crate::store::tx::{Reading, Tx};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Id, beach, axis, level, access, code, message, starts, expires and created, author, cancelled.
type Row = (
    Uuid,
    String,
    String,
    Option<String>,
    Option<String>,
    String,
    Option<String>,
    DateTime<Utc>,
    DateTime<Utc>,
    DateTime<Utc>,
    String,
    Option<DateTime<Utc>>,
);

fn declaration(row: Row) -> Result<Declaration, StoreError> {
    let (
        id,
        beach,
        axis,
        level,
        access,
        code,
        message,
        starts_at,
        expires_at,
        created_at,
        author,
        cancelled_at,
    ) = row;
    let invalid = |what: &str| StoreError::row(format!("beach_declaration {id}"), what);
    let level = level.map(|name| Colour::named(&name).ok_or_else(|| invalid("the level")));
    let access = access.map(|name| Access::named(&name).ok_or_else(|| invalid("the access")));
    Ok(Declaration {
        id: DeclarationId(id),
        beach: FeatureId::new(&beach).map_err(|_| invalid("the beach"))?,
        axis: Axis::named(&axis).ok_or_else(|| invalid("the axis"))?,
        level: level.transpose()?,
        access: access.transpose()?,
        code: code.into(),
        message: message.map(Into::into),
        starts_at,
        expires_at,
        created_at,
        author: author.into(),
        cancelled_at,
    })
}

/// Those of `beach`, or of every beach, that end after `after`, in the order in which they were declared.
async fn standing(
    link: &mut Link,
    beach: Option<&FeatureId>,
    after: DateTime<Utc>,
) -> Result<Vec<Declaration>, StoreError> {
    const SELECT: &str =
        "SELECT id, beach, axis, level, access, code, message, starts_at, expires_at, created_at, d.author,
            cancelled_at
        FROM beach_declaration d LEFT JOIN beach_cancellation ON declaration = id
        WHERE $1 < expires_at AND (cancelled_at IS NULL OR $1 < cancelled_at)
            AND (CAST($2 AS TEXT) IS NULL OR beach = $2)
        ORDER BY created_at, d.revision, id";
    let rows: Vec<Row> = on!(link, conn => sqlx::query_as(SELECT)
        .bind(after).bind(beach.map(FeatureId::as_str)).fetch_all(conn).await)?;
    rows.into_iter().map(declaration).collect()
}

impl Reading {
    /// What somebody has declared of any beach that ends after `after`, in the order in which it was declared.
    pub async fn declarations(&mut self, after: DateTime<Utc>) -> Result<Vec<Declaration>, StoreError> {
        standing(&mut self.link, None, after).await
    }

    /// The same of one beach.
    pub async fn declarations_of(
        &mut self,
        beach: &FeatureId,
        after: DateTime<Utc>,
    ) -> Result<Vec<Declaration>, StoreError> {
        standing(&mut self.link, Some(beach), after).await
    }
}

impl Tx {
    /// What somebody has declared of a beach that ends after `after`, in the order in which it was declared.
    pub async fn declarations_of(
        &mut self,
        beach: &FeatureId,
        after: DateTime<Utc>,
    ) -> Result<Vec<Declaration>, StoreError> {
        standing(&mut self.link, Some(beach), after).await
    }

    /// Writes a declaration, which is new.
    pub async fn save_declaration(
        &mut self,
        new: &Declaration,
        revision: Revision,
    ) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO beach_declaration
            (id, beach, axis, level, access, code, message, starts_at, expires_at, created_at, author, revision)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        on!(&mut self.link, conn => sqlx::query(INSERT)
            .bind(new.id.0).bind(new.beach.as_str()).bind(new.axis.name())
            .bind(new.level.map(Colour::name)).bind(new.access.map(Access::name))
            .bind(&*new.code).bind(new.message.as_deref())
            .bind(new.starts_at).bind(new.expires_at).bind(new.created_at).bind(&*new.author).bind(revision.0)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Writes that a declaration is cancelled from `at` on.
    pub async fn cancel_declaration(
        &mut self,
        id: DeclarationId,
        at: DateTime<Utc>,
        author: &str,
        revision: Revision,
    ) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO beach_cancellation (declaration, cancelled_at, author, revision)
            VALUES ($1, $2, $3, $4)";
        on!(&mut self.link, conn => sqlx::query(INSERT)
            .bind(id.0).bind(at).bind(author).bind(revision.0).execute(conn).await.map(drop))?;
        Ok(())
    }
}
