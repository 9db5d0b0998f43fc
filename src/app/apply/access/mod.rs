//! Carries out one command about who may act. What may be done by whom is asked here once more: of the target as it is
//! stored, and of a permit that `apply` has made anew from what is stored of the token, its actor and organisation.
mod actors;
mod applications;
mod devices;
mod organisations;
mod tokens;

use super::ApplyError;
use crate::access::{Beaches, Target};
use crate::command::{AccessCommand, AccessOutcome, AccessRefusal, NewToken, Order, Outcome};
use crate::ids::{ActorId, Collection, Version};
use crate::store::{AuditEntry, Op, StoreError, Subject, Tx};

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
        AccessCommand::Apply(new) => desk.apply_for(new).await?,
        AccessCommand::AcceptApplication(accept) => desk.accept_application(accept).await?,
        AccessCommand::RefuseApplication { id, expected, reason } => {
            desk.refuse_application(*id, *expected, reason).await?
        }
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

fn at_version(what: &str, expected: Version, current: Version) -> Result<(), AccessRefusal> {
    if expected == current {
        return Ok(());
    }
    Err(AccessRefusal::Stale { what: what.to_owned(), expected, current })
}
