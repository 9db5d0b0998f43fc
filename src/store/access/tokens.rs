//! Tokens, one row each: what is kept of them, and when each was last used.
use crate::access::{SecretHash, TokenKind, TokenRecord};
use crate::ids::{ActorId, TokenId};
use crate::store::StoreError;
use crate::store::link::on;
use crate::store::tx::{Reading, Tx};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Id, kind, actor, hash, created when and by whom, expires and revoked.
type TokenRow =
    (String, String, Uuid, Vec<u8>, DateTime<Utc>, String, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

fn token(row: TokenRow) -> Result<TokenRecord, StoreError> {
    let (id, kind, actor, hash, created_at, created_by, expires_at, revoked_at) = row;
    let row = format!("token {id}");
    Ok(TokenRecord {
        id: TokenId::new(&id).map_err(|error| StoreError::row(&row, error))?,
        kind: TokenKind::named(&kind).ok_or_else(|| StoreError::row(&row, format!("kind `{kind}`")))?,
        actor: ActorId(actor),
        hash: SecretHash::try_from(hash.as_slice()).map_err(|error| StoreError::row(&row, error))?,
        created_at,
        created_by: created_by.into(),
        expires_at,
        revoked_at,
    })
}

impl Reading {
    /// Every token, by id.
    pub(super) async fn tokens(&mut self) -> Result<Vec<TokenRecord>, StoreError> {
        const SELECT: &str = "SELECT id, kind, actor, hash, created_at, created_by, expires_at, revoked_at
            FROM token ORDER BY id";
        let rows: Vec<TokenRow> = on!(&mut self.link, conn => sqlx::query_as(SELECT).fetch_all(conn).await)?;
        rows.into_iter().map(token).collect()
    }

    /// The hour in which each token was last accepted, for those that ever were.
    pub async fn last_uses(&mut self) -> Result<BTreeMap<TokenId, DateTime<Utc>>, StoreError> {
        const SELECT: &str = "SELECT id, last_used_at FROM token WHERE last_used_at IS NOT NULL ORDER BY id";
        let rows: Vec<(String, DateTime<Utc>)> =
            on!(&mut self.link, conn => sqlx::query_as(SELECT).fetch_all(conn).await)?;
        let used = |(id, at): (String, DateTime<Utc>)| match TokenId::new(&id) {
            Ok(id) => Ok((id, at)),
            Err(error) => Err(StoreError::row(format!("token {id}"), error)),
        };
        rows.into_iter().map(used).collect()
    }
}

impl Tx {
    /// The token `id`.
    pub async fn token(&mut self, id: TokenId) -> Result<Option<TokenRecord>, StoreError> {
        const SELECT: &str = "SELECT id, kind, actor, hash, created_at, created_by, expires_at, revoked_at
            FROM token WHERE id = $1";
        let row: Option<TokenRow> = on!(&mut self.link, conn =>
            sqlx::query_as(SELECT).bind(id.as_str()).fetch_optional(conn).await)?;
        row.map(token).transpose()
    }

    /// The tokens of `actor`, oldest first.
    pub async fn tokens_of(&mut self, actor: ActorId) -> Result<Vec<TokenRecord>, StoreError> {
        const SELECT: &str = "SELECT id, kind, actor, hash, created_at, created_by, expires_at, revoked_at
            FROM token WHERE actor = $1 ORDER BY created_at, id";
        let rows: Vec<TokenRow> = on!(&mut self.link, conn =>
            sqlx::query_as(SELECT).bind(actor.0).fetch_all(conn).await)?;
        rows.into_iter().map(token).collect()
    }

    /// Writes a new token.
    pub async fn add_token(&mut self, token: &TokenRecord) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO token
                (id, kind, actor, hash, created_at, created_by, expires_at, revoked_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        on!(&mut self.link, conn => sqlx::query(INSERT)
            .bind(token.id.as_str()).bind(token.kind.name()).bind(token.actor.0).bind(token.hash.as_bytes())
            .bind(token.created_at).bind(token.created_by.as_ref()).bind(token.expires_at)
            .bind(token.revoked_at).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Revokes a token that is not revoked yet.
    pub async fn revoke_token(&mut self, id: TokenId, at: DateTime<Utc>) -> Result<(), StoreError> {
        const UPDATE: &str = "UPDATE token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
        on!(&mut self.link, conn => sqlx::query(UPDATE)
            .bind(id.as_str()).bind(at).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Notes that a token was accepted in the hour that began at `hour`, unless it was so later already.
    pub async fn note_use(&mut self, id: TokenId, hour: DateTime<Utc>) -> Result<(), StoreError> {
        const UPDATE: &str = "UPDATE token SET last_used_at = $2
            WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
        on!(&mut self.link, conn => sqlx::query(UPDATE)
            .bind(id.as_str()).bind(hour).execute(conn).await.map(drop))?;
        Ok(())
    }
}
