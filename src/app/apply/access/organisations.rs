//! Organisations: made and changed.
use super::{Desk, at_version};
use crate::access::{Organisation, Target};
use crate::app::apply::ApplyError;
use crate::command::{AccessOutcome, AccessRefusal, OrganisationFacts};
use crate::formats::access::organisation_document;
use crate::ids::Version;
use std::sync::Arc;

impl Desk<'_> {
    pub(super) async fn create_organisation(
        &mut self,
        facts: &OrganisationFacts,
    ) -> Result<AccessOutcome, ApplyError> {
        self.allowed(&Target::Organisation(&facts.id))?;
        match self.tx.organisation(&facts.id).await? {
            Some(stored) if is_so(&stored, facts) => Ok(AccessOutcome::Organisation(Arc::new(stored))),
            Some(stored) => Err(AccessRefusal::Taken(named(&stored)).into()),
            None => self.write_organisation(None, facts).await,
        }
    }

    pub(super) async fn edit_organisation(
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
}

fn named(organisation: &Organisation) -> String {
    format!("the organisation `{}`", organisation.id)
}

fn is_so(stored: &Organisation, facts: &OrganisationFacts) -> bool {
    let Organisation { id, name, kind, venues, .. } = stored;
    (id, name, kind, venues) == (&facts.id, &facts.name, &facts.kind, &facts.venues)
}
