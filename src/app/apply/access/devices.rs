//! Devices: a code is offered, used once, and the phone it made one is revoked.
use super::{Desk, subject};
use crate::access::{Actor, Enrolment, Profile, Record, Role, Target, TokenKind};
use crate::app::apply::ApplyError;
use crate::command::{AccessOutcome, AccessRefusal, NewToken};
use crate::formats::access::{enrolled_document, enrolment_document, tokens_document};
use crate::ids::{ActorId, Version};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Desk<'_> {
    pub(super) async fn offer_enrolment(
        &mut self,
        enrolment: &Enrolment,
    ) -> Result<AccessOutcome, ApplyError> {
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

    pub(super) async fn enrol(
        &mut self,
        taken: Option<Enrolment>,
        new: &NewToken,
    ) -> Result<AccessOutcome, ApplyError> {
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

    pub(super) async fn revoke_device(&mut self, id: ActorId) -> Result<AccessOutcome, ApplyError> {
        let not_found = || AccessRefusal::NotFound(format!("device `{id}`"));
        let device = self.tx.actor(id).await?.ok_or_else(not_found)?;
        let mut tokens = self.tx.tokens_of(id).await?;
        tokens.retain(|token| token.kind == TokenKind::Device);
        // What is not theirs, they do not see.
        if tokens.is_empty() || !self.order.by.may(&Target::Beaches(device.beaches())) {
            return Err(not_found().into());
        }
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
}
