//! Actors: made, changed, erased, forgotten.
use super::{Desk, at_version, subject};
use crate::access::{Actor, By, Enrolment, Profile, Record, Role, Target};
use crate::app::apply::ApplyError;
use crate::catalogue::DecisionBatch;
use crate::command::{AccessOutcome, AccessRefusal};
use crate::formats::access::actor_document;
use crate::ids::{ActorId, Version};
use chrono::TimeDelta;
use std::sync::Arc;

/// Actors that are erased in one command: who is left over is erased an hour later.
const FORGOTTEN_AT_ONCE: i64 = 100;
/// Hashes of what was counted that are forgotten in one command.
const HASHES_AT_ONCE: i64 = 10_000;

impl Desk<'_> {
    pub(super) async fn create_actor(
        &mut self,
        id: ActorId,
        profile: &Profile,
    ) -> Result<Arc<Actor>, ApplyError> {
        self.allowed(&Target::Everything)?;
        let at = self.order.at;
        let record = Record { version: Version(1), created_at: at, updated_at: at, erased_at: None };
        let actor = Actor::new(id, profile.clone(), record).map_err(AccessRefusal::Actor)?;
        self.no_auditor(&actor)?;
        if let Some(stored) = self.tx.actor(id).await? {
            return if stored.profile() == actor.profile() {
                Ok(Arc::new(stored))
            } else {
                Err(AccessRefusal::Taken(format!("actor `{id}`")).into())
            };
        }
        self.check_references(&actor).await?;
        self.tx.save_actor(&actor).await?;
        self.record("create_actor", subject(id), actor.version(), None, Some(actor_document(&actor))).await?;
        Ok(Arc::new(actor))
    }

    pub(super) async fn edit_actor(
        &mut self,
        id: ActorId,
        profile: &Profile,
        expected: Version,
    ) -> Result<AccessOutcome, ApplyError> {
        self.allowed(&Target::Everything)?;
        let stored = self.acting(id).await?;
        self.no_auditor(&stored)?;
        at_version(&format!("the actor {id}"), expected, stored.version())?;
        let Record { version, created_at, .. } = stored.record();
        let version = Version(version.0 + 1);
        let record = Record { version, created_at, updated_at: self.order.at, erased_at: None };
        let actor = Actor::new(id, profile.clone(), record).map_err(AccessRefusal::Actor)?;
        self.no_auditor(&actor)?;
        if actor.profile() == stored.profile() {
            return Ok(AccessOutcome::Actor(Arc::new(stored)));
        }
        self.check_references(&actor).await?;
        self.tx.save_actor(&actor).await?;
        // They were offered by somebody who may be somebody else now.
        self.tx.drop_enrolments_of(id).await?;
        let (before, after) = (actor_document(&stored), actor_document(&actor));
        self.record("edit_actor", subject(id), actor.version(), Some(before), Some(after)).await?;
        Ok(AccessOutcome::Actor(Arc::new(actor)))
    }

    pub(super) async fn erase_actor(
        &mut self,
        id: ActorId,
        expected: Option<Version>,
    ) -> Result<AccessOutcome, ApplyError> {
        let stored = self.actor(id).await?;
        if stored.is_erased() {
            return Ok(AccessOutcome::Done);
        }
        if let Some(expected) = expected {
            at_version(&format!("the actor {id}"), expected, stored.version())?;
        }
        for token in self.tx.tokens_of(id).await? {
            self.tx.revoke_token(token.id, self.order.at).await?;
        }
        self.tx.drop_enrolments_of(id).await?;
        let erased = stored.erased(self.order.at);
        self.tx.save_actor(&erased).await?;
        let (before, after) = (actor_document(&stored), actor_document(&erased));
        self.record("erase_actor", subject(id), erased.version(), Some(before), Some(after)).await?;
        Ok(AccessOutcome::Done)
    }

    pub(super) async fn forget(&mut self, after: Option<TimeDelta>) -> Result<AccessOutcome, ApplyError> {
        // Nothing to audit: the code was to run out, and the row that says who offered it stays.
        self.tx.drop_enrolments_until(self.order.at - Enrolment::VALID).await?;
        // Nor here: nothing was decided, and the row that says who proposed it stays.
        self.tx.drop_batches_until(self.order.at - DecisionBatch::WAITS).await?;
        self.lapse_applications().await?;
        if let Some(after) = after {
            for id in self.tx.idle_actors(self.order.at - after, FORGOTTEN_AT_ONCE).await? {
                self.erase_actor(id, None).await?;
            }
        }
        self.tx.forget_counted(self.order.at.date_naive(), HASHES_AT_ONCE).await?;
        Ok(AccessOutcome::Done)
    }

    /// Refuses an auditor to an actor: an admin with an auditor's token, or one of its own making, reads the audit.
    pub(super) fn no_auditor(&self, actor: &Actor) -> Result<(), AccessRefusal> {
        match self.order.by {
            By::Actor(_) if actor.roles().contains(&Role::Auditor) => Err(AccessRefusal::OfAuditor),
            By::Actor(_) | By::Operator | By::System => Ok(()),
        }
    }

    async fn actor(&mut self, id: ActorId) -> Result<Actor, ApplyError> {
        let stored = self.tx.actor(id).await?;
        Ok(stored.ok_or_else(|| AccessRefusal::NotFound(format!("actor `{id}`")))?)
    }

    /// The actor `id`, which is not erased.
    pub(super) async fn acting(&mut self, id: ActorId) -> Result<Actor, ApplyError> {
        let actor = self.actor(id).await?;
        if actor.is_erased() { Err(AccessRefusal::Erased(id).into()) } else { Ok(actor) }
    }

    /// Refuses an actor of an organisation, or with beaches, that are not there.
    async fn check_references(&mut self, actor: &Actor) -> Result<(), ApplyError> {
        if let Some(id) = actor.organisation()
            && self.tx.organisation(id).await?.is_none()
        {
            return Err(AccessRefusal::NoSuchOrganisation(id.clone()).into());
        }
        self.check_beaches(actor.beaches()).await
    }
}
