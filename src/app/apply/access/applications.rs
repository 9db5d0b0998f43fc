//! Applications: kept, accepted, refused, and refused by time alone. Who asks stands in their row until it is decided.
use super::{Desk, at_version};
use crate::access::{Applicant, Beaches, OrganisationKind, Profile, Role, Target, TokenKind};
use crate::app::apply::{ApplyError, edit};
use crate::catalogue::{Application, ApplicationState};
use crate::command::{
    AcceptApplication, AccessOutcome, AccessRefusal, Expected, NewApplication, OrganisationFacts,
};
use crate::formats::access::{application_document, token_document};
use crate::ids::{ApplicationId, Version};
use crate::store::StoreError;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Applications that may wait in all, so that nobody fills the database.
const WAITING: i64 = 200;
/// Applications that are refused by time alone in one command: what is left over is refused an hour later.
const LAPSED_AT_ONCE: i64 = 100;
/// Why an application is refused about which nobody has decided.
const LAPSED: &str = "Nobody has decided about it within 30 days.";

impl Desk<'_> {
    pub(super) async fn apply_for(&mut self, new: &NewApplication) -> Result<AccessOutcome, ApplyError> {
        if WAITING <= self.tx.waiting_applications().await? {
            return Err(AccessRefusal::TooManyApplications(WAITING).into());
        }
        let NewApplication { id, business, offer, applicant } = new.clone();
        let application = Application {
            id,
            business,
            offer,
            applicant: Some(applicant),
            state: ApplicationState::Waiting,
            version: Version(1),
            created_at: self.order.at,
            decided_at: None,
        };
        self.tx.save_application(&application).await?;
        self.note("apply", None, &application).await?;
        Ok(AccessOutcome::Application(Arc::new(application)))
    }

    /// Makes of an application what the admin makes of any business: its organisation, its place, an actor and a token. Each
    /// is checked, logged and audited as if it were made by itself.
    pub(super) async fn accept_application(
        &mut self,
        accept: &AcceptApplication,
    ) -> Result<AccessOutcome, ApplyError> {
        let AcceptApplication { id, expected, organisation, business, position_quality, actor, token } =
            accept;
        let (stored, applicant) = self.waiting(*id, *expected).await?;
        // An organisation that is there already has actors of its own, who have not been asked about this one.
        if self.tx.organisation(organisation).await?.is_some() {
            return Err(AccessRefusal::Taken(format!("the organisation `{organisation}`")).into());
        }
        let facts = OrganisationFacts {
            id: organisation.clone(),
            name: stored.business.name().into(),
            kind: OrganisationKind::Business,
            venues: BTreeSet::new(),
        };
        self.create_organisation(&facts).await?;
        let listed = stored.listed(business.clone(), organisation, position_quality.clone());
        edit::put(self.tx, self.order, &Arc::new(listed), Expected::Nothing).await?;
        let profile = Profile {
            name: Some(applicant.name),
            email: Some(applicant.email),
            organisation: Some(organisation.clone()),
            roles: BTreeSet::from([Role::Business]),
            beaches: Beaches::none(),
            reports_as: None,
        };
        let actor = self.create_actor(*actor, &profile).await?;
        let issued = self.add_token(&actor, TokenKind::Business, token).await?;
        let after = Some(token_document(&issued));
        self.record("issue_token", format!("token/{}", issued.id), Version(0), None, after).await?;
        let (organisation, business) = (organisation.clone(), business.clone());
        let state = ApplicationState::Accepted { organisation, business };
        let accepted = self.decide("accept_application", &stored, state).await?;
        Ok(AccessOutcome::Accepted(accepted, issued))
    }

    pub(super) async fn refuse_application(
        &mut self,
        id: ApplicationId,
        expected: Version,
        reason: &str,
    ) -> Result<AccessOutcome, ApplyError> {
        let (stored, _) = self.waiting(id, expected).await?;
        let state = ApplicationState::Refused { reason: reason.into() };
        let refused = self.decide("refuse_application", &stored, state).await?;
        Ok(AccessOutcome::Application(refused))
    }

    /// Refuses the applications that nobody has decided about in time.
    pub(super) async fn lapse_applications(&mut self) -> Result<(), StoreError> {
        let before = self.order.at - Application::WAITS;
        for stored in self.tx.applications_waiting_since(before, LAPSED_AT_ONCE).await? {
            let state = ApplicationState::Refused { reason: LAPSED.into() };
            self.decide("lapse_application", &stored, state).await?;
        }
        Ok(())
    }

    /// The application `id`, which waits and is at `expected`, and who asks.
    async fn waiting(
        &mut self,
        id: ApplicationId,
        expected: Version,
    ) -> Result<(Application, Applicant), ApplyError> {
        self.allowed(&Target::Everything)?;
        let stored = self.tx.application(id).await?;
        let stored = stored.ok_or_else(|| AccessRefusal::NotFound(format!("application `{id}`")))?;
        let Some(applicant) = stored.applicant.clone().filter(|_| stored.state == ApplicationState::Waiting)
        else {
            return Err(AccessRefusal::Decided(id).into());
        };
        at_version(&format!("the application {id}"), expected, stored.version)?;
        Ok((stored, applicant))
    }

    async fn decide(
        &mut self,
        command: &str,
        stored: &Application,
        state: ApplicationState,
    ) -> Result<Arc<Application>, StoreError> {
        let decided = stored.decided(state, self.order.at);
        self.tx.save_application(&decided).await?;
        self.note(command, Some(stored), &decided).await?;
        Ok(Arc::new(decided))
    }

    /// Adds a row to the audit. Applications are read from the database alone: there is nothing to follow, hence no line
    /// in the log.
    async fn note(
        &mut self,
        command: &str,
        before: Option<&Application>,
        after: &Application,
    ) -> Result<(), StoreError> {
        let subject = format!("application/{}", after.id);
        self.audit(command, subject, before.map(application_document), Some(application_document(after)))
            .await
    }
}
