//! Actors, one row each: the only rows that hold the names and addresses of people.
use super::{beaches, beaches_column};
use crate::access::{Actor, Personal, Profile, Record, ReportsAs, Role};
use crate::ids::{ActorId, OrganisationId, Version};
use crate::store::StoreError;
use crate::store::link::on;
use crate::store::tx::{Reading, Tx};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Id, name, e-mail, organisation, roles, beaches, capacity, version, created, updated and erased.
type ActorRow = (
    Uuid,
    Option<String>,
    Option<String>,
    Option<String>,
    String,
    String,
    Option<String>,
    i64,
    DateTime<Utc>,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
);

fn actor(row: ActorRow) -> Result<Actor, StoreError> {
    let (id, name, email, organisation, roles, own, reports_as, version, created_at, updated_at, erased_at) =
        row;
    let row = format!("actor {}", ActorId(id));
    let organisation = organisation.map(|id| OrganisationId::new(&id)).transpose();
    let role = |name: &str| Role::named(name).ok_or_else(|| StoreError::row(&row, format!("role `{name}`")));
    let capacity = |name: String| {
        ReportsAs::named(&name).ok_or_else(|| StoreError::row(&row, format!("capacity `{name}`")))
    };
    let profile = Profile {
        name: name.as_deref().map(Personal::new),
        email: email.as_deref().map(Personal::new),
        organisation: organisation.map_err(|error| StoreError::row(&row, error))?,
        roles: roles.split(',').map(role).collect::<Result<BTreeSet<_>, _>>()?,
        beaches: beaches(&own).map_err(|error| StoreError::row(&row, error))?,
        reports_as: reports_as.map(capacity).transpose()?,
    };
    let record = Record { version: Version(version), created_at, updated_at, erased_at };
    Actor::new(ActorId(id), profile, record).map_err(|error| StoreError::row(&row, error))
}

impl Reading {
    /// Every actor, by id.
    pub(super) async fn actors(&mut self) -> Result<Vec<Actor>, StoreError> {
        const SELECT: &str = "SELECT id, name, email, organisation, roles, beaches, reports_as, version,
                created_at, updated_at, erased_at
            FROM actor ORDER BY id";
        let rows: Vec<ActorRow> = on!(&mut self.link, conn => sqlx::query_as(SELECT).fetch_all(conn).await)?;
        rows.into_iter().map(actor).collect()
    }
}

impl Tx {
    /// The actor `id`.
    pub async fn actor(&mut self, id: ActorId) -> Result<Option<Actor>, StoreError> {
        const SELECT: &str = "SELECT id, name, email, organisation, roles, beaches, reports_as, version,
                created_at, updated_at, erased_at
            FROM actor WHERE id = $1";
        let row: Option<ActorRow> =
            on!(&mut self.link, conn => sqlx::query_as(SELECT).bind(id.0).fetch_optional(conn).await)?;
        row.map(actor).transpose()
    }

    /// Actors, at most `limit` of them, that have had no token accepted since `instant`, and are not erased.
    pub async fn idle_actors(
        &mut self,
        instant: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<ActorId>, StoreError> {
        const SELECT: &str = "SELECT id FROM actor
            WHERE erased_at IS NULL AND created_at <= $1 AND NOT EXISTS (
                SELECT 1 FROM token WHERE token.actor = actor.id
                    AND (revoked_at IS NULL OR $1 < revoked_at) AND (expires_at IS NULL OR $1 < expires_at))
            ORDER BY id LIMIT $2";
        let ids: Vec<Uuid> = on!(&mut self.link, conn =>
            sqlx::query_scalar(SELECT).bind(instant).bind(limit).fetch_all(conn).await)?;
        Ok(ids.into_iter().map(ActorId).collect())
    }

    /// Writes an actor, new or known.
    pub async fn save_actor(&mut self, actor: &Actor) -> Result<(), StoreError> {
        const UPSERT: &str =
            "INSERT INTO actor (id, name, email, organisation, roles, beaches, reports_as, version,
                created_at, updated_at, erased_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email,
                organisation = excluded.organisation, roles = excluded.roles, beaches = excluded.beaches,
                reports_as = excluded.reports_as, version = excluded.version,
                updated_at = excluded.updated_at, erased_at = excluded.erased_at";
        let roles: Vec<_> = actor.roles().iter().map(|role| role.name()).collect();
        let record = actor.record();
        on!(&mut self.link, conn => sqlx::query(UPSERT)
            .bind(actor.id().0).bind(actor.name()).bind(actor.email())
            .bind(actor.organisation().map(OrganisationId::as_str)).bind(roles.join(","))
            .bind(beaches_column(actor.beaches())).bind(actor.reports_as().map(ReportsAs::name))
            .bind(record.version.0).bind(record.created_at).bind(record.updated_at).bind(record.erased_at)
            .execute(conn).await.map(drop))?;
        Ok(())
    }
}
