//! Carries out one command about who may act. What may be done by whom is asked here once more, of what is stored.
use super::ApplyError;
use crate::access::{
    Actor, Beaches, Enrolment, Organisation, Profile, Record, Role, Target, TokenKind, TokenRecord,
};
use crate::command::{
    AccessCommand, AccessOutcome, AccessRefusal, NewToken, Order, OrganisationFacts, Outcome,
};
use crate::formats::access::{
    actor_document, enrolled_document, enrolment_document, organisation_document, token_document,
    tokens_document,
};
use crate::ids::{ActorId, Collection, TokenId, Version};
use crate::store::{AuditEntry, Op, StoreError, Subject, Tx};
use chrono::TimeDelta;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Actors that are erased in one command: who is left over is erased an hour later.
const FORGOTTEN_AT_ONCE: i64 = 100;

/// Carries out `command`, which came with `order`.
pub(super) async fn apply(
    tx: &mut Tx,
    order: &Order,
    command: &AccessCommand,
) -> Result<Outcome, ApplyError> {
    let mut desk = Desk { tx, order };
    let outcome = match command {
        AccessCommand::CreateOrganisation(facts) => desk.create_organisation(facts).await?,
        AccessCommand::EditOrganisation { facts, expected } => {
            desk.edit_organisation(facts, *expected).await?
        }
        AccessCommand::CreateActor { id, profile } => {
            AccessOutcome::Actor(desk.create_actor(*id, profile).await?)
        }
        AccessCommand::CreateActorWithToken { id, profile, token } => {
            desk.create_actor(*id, profile).await?;
            desk.issue_token(*id, token).await?
        }
        AccessCommand::EditActor { id, profile, expected } => {
            desk.edit_actor(*id, profile, *expected).await?
        }
        AccessCommand::EraseActor { id, expected } => {
            desk.allowed(&Target::Everything)?;
            desk.erase_actor(*id, Some(*expected)).await?
        }
        AccessCommand::IssueToken { actor, token } => desk.issue_token(*actor, token).await?,
        AccessCommand::RevokeToken(id) => desk.revoke_token(*id).await?,
        AccessCommand::OfferEnrolment(enrolment) => desk.offer_enrolment(enrolment).await?,
        AccessCommand::Enrol { code, token, secret } => {
            let taken = desk.tx.take_enrolment(code).await?;
            desk.enrol(taken, &NewToken { id: *token, hash: *secret, expires_at: None }).await?
        }
        AccessCommand::RevokeDevice(id) => desk.revoke_device(*id).await?,
        AccessCommand::NoteUses(uses) => {
            // No row in the audit, nor in the log: nobody has decided anything, and a row a token and hour would bury
            // what somebody did decide.
            for (token, hour) in uses {
                desk.tx.note_use(*token, *hour).await?;
            }
            AccessOutcome::Done
        }
        AccessCommand::Forget(after) => desk.forget(*after).await?,
    };
    Ok(Outcome::Access(outcome))
}

struct Desk<'a> {
    tx: &'a mut Tx,
    order: &'a Order,
}

impl Desk<'_> {
    fn allowed(&self, target: &Target<'_>) -> Result<(), AccessRefusal> {
        if self.order.by.may(target) { Ok(()) } else { Err(AccessRefusal::Forbidden) }
    }

    async fn create_organisation(&mut self, facts: &OrganisationFacts) -> Result<AccessOutcome, ApplyError> {
        self.allowed(&Target::Organisation(&facts.id))?;
        match self.tx.organisation(&facts.id).await? {
            Some(stored) if is_so(&stored, facts) => Ok(AccessOutcome::Organisation(Arc::new(stored))),
            Some(stored) => Err(AccessRefusal::Taken(named(&stored)).into()),
            None => self.write_organisation(None, facts).await,
        }
    }

    async fn edit_organisation(
        &mut self,
        facts: &OrganisationFacts,
        expected: Version,
    ) -> Result<AccessOutcome, ApplyError> {
        self.allowed(&Target::Organisation(&facts.id))?;
        let stored = self.tx.organisation(&facts.id).await?;
        let stored = stored.ok_or_else(|| AccessRefusal::NotFound(format!("organisation `{}`", facts.id)))?;
        at_version(&named(&stored), expected, stored.version)?;
        if is_so(&stored, facts) {
            return Ok(AccessOutcome::Organisation(Arc::new(stored)));
        }
        self.write_organisation(Some(stored), facts).await
    }

    async fn write_organisation(
        &mut self,
        stored: Option<Organisation>,
        facts: &OrganisationFacts,
    ) -> Result<AccessOutcome, ApplyError> {
        let at = self.order.at;
        let OrganisationFacts { id, name, kind, venues } = facts.clone();
        let organisation = Organisation {
            id,
            name,
            kind,
            venues,
            version: Version(stored.as_ref().map_or(1, |stored| stored.version.0 + 1)),
            created_at: stored.as_ref().map_or(at, |stored| stored.created_at),
            updated_at: at,
        };
        self.tx.save_organisation(&organisation).await?;
        let command = if stored.is_some() { "edit_organisation" } else { "create_organisation" };
        let before = stored.as_ref().map(organisation_document);
        let after = Some(organisation_document(&organisation));
        self.record(
            command,
            format!("organisation/{}", organisation.id),
            organisation.version,
            before,
            after,
        )
        .await?;
        Ok(AccessOutcome::Organisation(Arc::new(organisation)))
    }

    async fn create_actor(&mut self, id: ActorId, profile: &Profile) -> Result<Arc<Actor>, ApplyError> {
        self.allowed(&Target::Everything)?;
        let at = self.order.at;
        let record = Record { version: Version(1), created_at: at, updated_at: at, erased_at: None };
        let actor = Actor::new(id, profile.clone(), record).map_err(AccessRefusal::Actor)?;
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

    async fn edit_actor(
        &mut self,
        id: ActorId,
        profile: &Profile,
        expected: Version,
    ) -> Result<AccessOutcome, ApplyError> {
        self.allowed(&Target::Everything)?;
        let stored = self.acting(id).await?;
        at_version(&format!("the actor {id}"), expected, stored.version())?;
        let Record { version, created_at, .. } = stored.record();
        let version = Version(version.0 + 1);
        let record = Record { version, created_at, updated_at: self.order.at, erased_at: None };
        let actor = Actor::new(id, profile.clone(), record).map_err(AccessRefusal::Actor)?;
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

    async fn erase_actor(
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

    async fn issue_token(&mut self, actor: ActorId, new: &NewToken) -> Result<AccessOutcome, ApplyError> {
        self.allowed(&Target::Everything)?;
        let actor = self.acting(actor).await?;
        let of_business = *actor.roles() == BTreeSet::from([Role::Business]);
        let kind = if of_business { TokenKind::Business } else { TokenKind::Staff };
        let token = self.add_token(&actor, kind, new).await?;
        let after = Some(token_document(&token));
        self.record("issue_token", format!("token/{}", token.id), Version(0), None, after).await?;
        Ok(AccessOutcome::Token(Arc::new(actor), token))
    }

    async fn add_token(
        &mut self,
        actor: &Actor,
        kind: TokenKind,
        new: &NewToken,
    ) -> Result<TokenRecord, ApplyError> {
        let at = self.order.at;
        if let Some(expires) = new.expires_at.filter(|expires| *expires <= at) {
            return Err(AccessRefusal::EndsInThePast(expires).into());
        }
        let token = TokenRecord {
            id: new.id,
            kind,
            actor: actor.id(),
            hash: new.hash,
            created_at: at,
            created_by: self.order.by.to_string().into(),
            expires_at: new.expires_at,
            revoked_at: None,
        };
        self.tx.add_token(&token).await?;
        Ok(token)
    }

    async fn revoke_token(&mut self, id: TokenId) -> Result<AccessOutcome, ApplyError> {
        self.allowed(&Target::Everything)?;
        let stored = self.tx.token(id).await?;
        let stored = stored.ok_or_else(|| AccessRefusal::NotFound(format!("token `{id}`")))?;
        if stored.revoked_at.is_none() {
            let revoked = TokenRecord { revoked_at: Some(self.order.at), ..stored.clone() };
            self.tx.revoke_token(id, self.order.at).await?;
            self.tx.drop_enrolments_of(stored.actor).await?;
            let (before, after) = (token_document(&stored), token_document(&revoked));
            self.record("revoke_token", format!("token/{id}"), Version(0), Some(before), Some(after)).await?;
        }
        Ok(AccessOutcome::Done)
    }

    async fn offer_enrolment(&mut self, enrolment: &Enrolment) -> Result<AccessOutcome, ApplyError> {
        self.allowed(&Target::Beaches(&enrolment.beaches))?;
        let enrolment = enrolment.clone().checked().map_err(AccessRefusal::Enrolment)?;
        self.check_beaches(&enrolment.beaches).await?;
        self.tx.drop_enrolments_until(self.order.at - Enrolment::VALID).await?;
        self.tx.add_enrolment(&enrolment).await?;
        // Nobody reads codes but this transaction: there is nothing to follow, hence no line in the log.
        let after = Some(enrolment_document(&enrolment));
        self.audit("offer_enrolment", format!("enrolment/{}", enrolment.actor), None, after).await?;
        Ok(AccessOutcome::Done)
    }

    async fn enrol(&mut self, taken: Option<Enrolment>, new: &NewToken) -> Result<AccessOutcome, ApplyError> {
        let at = self.order.at;
        let enrolment = taken.filter(|offered| at < offered.expires_at()).ok_or(AccessRefusal::Code)?;
        let profile = Profile {
            name: Some(enrolment.name.clone()),
            email: None,
            organisation: None,
            roles: BTreeSet::from([Role::Patrol]),
            beaches: enrolment.beaches.clone(),
            reports_as: Some(enrolment.reports_as),
        };
        let record = Record { version: Version(1), created_at: at, updated_at: at, erased_at: None };
        let actor = Actor::new(enrolment.actor, profile, record).map_err(AccessRefusal::Actor)?;
        self.tx.save_actor(&actor).await?;
        let new = NewToken { expires_at: Some(enrolment.device_expires_at), ..new.clone() };
        let token = self.add_token(&actor, TokenKind::Device, &new).await?;
        let after = Some(enrolled_document(&actor, &token, &enrolment));
        self.record("enrol", subject(actor.id()), actor.version(), None, after).await?;
        Ok(AccessOutcome::Token(Arc::new(actor), token))
    }

    async fn revoke_device(&mut self, id: ActorId) -> Result<AccessOutcome, ApplyError> {
        let not_found = || AccessRefusal::NotFound(format!("device `{id}`"));
        let device = self.tx.actor(id).await?.ok_or_else(not_found)?;
        let mut tokens = self.tx.tokens_of(id).await?;
        tokens.retain(|token| token.kind == TokenKind::Device);
        if tokens.is_empty() {
            return Err(not_found().into());
        }
        self.allowed(&Target::Beaches(device.beaches()))?;
        tokens.retain(|token| token.revoked_at.is_none());
        if tokens.is_empty() {
            return Ok(AccessOutcome::Done);
        }
        let before = tokens_document(&tokens);
        for token in &mut tokens {
            self.tx.revoke_token(token.id, self.order.at).await?;
            token.revoked_at = Some(self.order.at);
        }
        let after = tokens_document(&tokens);
        self.record("revoke_device", subject(id), Version(0), Some(before), Some(after)).await?;
        Ok(AccessOutcome::Done)
    }

    async fn forget(&mut self, after: Option<TimeDelta>) -> Result<AccessOutcome, ApplyError> {
        // Nothing to audit: the code was to run out, and the row that says who offered it stays.
        self.tx.drop_enrolments_until(self.order.at - Enrolment::VALID).await?;
        if let Some(after) = after {
            for id in self.tx.idle_actors(self.order.at - after, FORGOTTEN_AT_ONCE).await? {
                self.erase_actor(id, None).await?;
            }
        }
        Ok(AccessOutcome::Done)
    }

    async fn actor(&mut self, id: ActorId) -> Result<Actor, ApplyError> {
        let stored = self.tx.actor(id).await?;
        Ok(stored.ok_or_else(|| AccessRefusal::NotFound(format!("actor `{id}`")))?)
    }

    /// The actor `id`, which is not erased.
    async fn acting(&mut self, id: ActorId) -> Result<Actor, ApplyError> {
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

    async fn check_beaches(&mut self, beaches: &Beaches) -> Result<(), ApplyError> {
        match beaches {
            Beaches::All => {}
            Beaches::These(ids) => {
                for id in ids {
                    if self.tx.feature(Collection::Beaches, id).await?.is_none() {
                        return Err(AccessRefusal::NoSuchBeach(id.clone()).into());
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds a line to the log, so that every node reads its roster again, and one to the audit.
    async fn record(
        &mut self,
        command: &str,
        subject: String,
        version: Version,
        before: Option<String>,
        after: Option<String>,
    ) -> Result<(), StoreError> {
        self.tx.log(self.order.at, &Subject::Access(subject.clone()), Op::Put, version).await?;
        self.audit(command, subject, before, after).await
    }

    async fn audit(
        &mut self,
        command: &str,
        subject: String,
        before: Option<String>,
        after: Option<String>,
    ) -> Result<(), StoreError> {
        let Order { by, request, at, .. } = self.order;
        let entry =
            AuditEntry { at: *at, actor: by.to_string(), request: *request, command, subject, before, after };
        self.tx.audit(&entry).await
    }
}

fn subject(actor: ActorId) -> String {
    format!("actor/{actor}")
}

fn named(organisation: &Organisation) -> String {
    format!("the organisation `{}`", organisation.id)
}

fn is_so(stored: &Organisation, facts: &OrganisationFacts) -> bool {
    let Organisation { id, name, kind, venues, .. } = stored;
    (id, name, kind, venues) == (&facts.id, &facts.name, &facts.kind, &facts.venues)
}

fn at_version(what: &str, expected: Version, current: Version) -> Result<(), AccessRefusal> {
    if expected == current {
        return Ok(());
    }
    Err(AccessRefusal::Stale { what: what.to_owned(), expected, current })
}
