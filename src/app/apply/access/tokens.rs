//! Tokens: issued and revoked.
use super::Desk;
use crate::access::{Actor, Role, Target, TokenKind, TokenRecord};
use crate::app::apply::ApplyError;
use crate::command::{AccessOutcome, AccessRefusal, NewToken};
use crate::formats::access::token_document;
use crate::ids::{ActorId, TokenId, Version};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Desk<'_> {
    pub(super) async fn issue_token(
        &mut self,
        actor: ActorId,
        new: &NewToken,
    ) -> Result<AccessOutcome, ApplyError> {
        self.allowed(&Target::Everything)?;
        let actor = self.acting(actor).await?;
        self.no_auditor(&actor)?;
        let of_business = *actor.roles() == BTreeSet::from([Role::Business]);
        let kind = if of_business { TokenKind::Business } else { TokenKind::Staff };
        let token = self.add_token(&actor, kind, new).await?;
        let after = Some(token_document(&token));
        self.record("issue_token", format!("token/{}", token.id), Version(0), None, after).await?;
        Ok(AccessOutcome::Token(Arc::new(actor), token))
    }

    pub(super) async fn add_token(
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

    pub(super) async fn revoke_token(&mut self, id: TokenId) -> Result<AccessOutcome, ApplyError> {
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
}
