//! What is decided and said of beaches, the policy they are judged by, and what was published of them.
use super::ApplyError;
use crate::access::Target;
use crate::app::PUBLISHING;
use crate::beaches::Policy;
use crate::catalogue::{AdoptedPolicy, Axis, Declaration};
use crate::command::{
    AccessRefusal, AdoptPolicy, Declare, DeclareOutcome, DeclareRefusal, Declared, Order, Outcome, Publish,
};
use crate::formats::crowd::{adopted_document, declarations_document};
use crate::ids::{Collection, DeclarationId, Version};
use crate::store::{AuditEntry, Op, Subject, Tx};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The longest that a hazard or something about water is said at once: whoever said it looks again.
const LONGEST: TimeDelta = TimeDelta::days(31);

/// The most that may stand on one axis of a beach, or be to come.
const MOST: usize = 50;

pub(super) async fn declare(tx: &mut Tx, order: &Order, declare: &Declare) -> Result<Outcome, ApplyError> {
    let Declare { beach, axis, declared } = declare;
    if tx.feature(Collection::Beaches, beach).await?.is_none() {
        return Err(DeclareRefusal::NoSuchBeach(beach.clone()).into());
    }
    if !order.by.may(&Target::Place(Collection::Beaches, beach)) {
        return Err(DeclareRefusal::NotYours(beach.clone()).into());
    }
    let mut standing = tx.declarations_of(beach, order.at).await?;
    // What another node has cancelled by a clock that is ahead is cancelled.
    standing.retain(|one| one.axis == *axis && one.cancelled_at.is_none());
    let longest = match axis {
        Axis::Override => tx.policies().await?.in_force(order.at).max_override(),
        Axis::Hazard | Axis::WaterQuality => LONGEST,
    };
    // By the clock of another node the last one may have been declared later than now. This one is newer all the same.
    let created_at = standing.iter().map(|one| one.created_at).fold(order.at, DateTime::max);
    let lays_over = *axis == Axis::Override && !declared.is_empty();
    let last = if lays_over { standing.len().saturating_sub(1) } else { 0 };
    let (mut kept, mut new) = (BTreeSet::new(), Vec::new());
    for (number, one) in declared.iter().enumerate() {
        let made = made(order, declare, longest, number, one)?;
        let is = standing[last..].iter().find(|is| !kept.contains(&is.id) && same(order.at, one, &made, is));
        match is {
            Some(is) => drop(kept.insert(is.id)),
            None => new.push(Declaration { created_at, ..made }),
        }
    }
    let (cancelled, mut stands): (Vec<_>, Vec<_>) =
        standing.into_iter().partition(|one| !lays_over && !kept.contains(&one.id));
    if MOST < stands.len() + new.len() {
        return Err(DeclareRefusal::TooMany(MOST).into());
    }
    if !new.is_empty() || !cancelled.is_empty() {
        write(tx, order, declare, &cancelled, &new).await?;
    }
    stands.extend(new);
    Ok(Outcome::Declare(DeclareOutcome::Declared(stands)))
}

/// Writes what is cancelled and what is new: a row each, one change, one row of the audit.
async fn write(
    tx: &mut Tx,
    order: &Order,
    Declare { beach, axis, declared }: &Declare,
    cancelled: &[Declaration],
    new: &[Declaration],
) -> Result<(), ApplyError> {
    let revision = tx.log(order.at, &Subject::Declaration(beach.clone()), Op::Put, Version(0)).await?;
    for one in cancelled {
        tx.cancel_declaration(one.id, order.at, &order.by.to_string(), revision).await?;
    }
    for one in new {
        tx.save_declaration(one, revision).await?;
    }
    let subject = format!("{}/{beach}/{}", Collection::Beaches, axis.name());
    let command = if declared.is_empty() { "withdraw_declaration" } else { "declare" };
    let (before, after) = (declarations_document(cancelled), declarations_document(new));
    audit(tx, order, command, subject, Some(before), after).await
}

/// The declaration that `one` makes.
fn made(
    order: &Order,
    Declare { beach, axis, .. }: &Declare,
    longest: TimeDelta,
    number: usize,
    one: &Declared,
) -> Result<Declaration, DeclareRefusal> {
    let starts_at = one.starts_at.map_or(order.at, |at| at.trunc_subsecs(3));
    let expires_at = one.expires_at.trunc_subsecs(3);
    let start = starts_at.max(order.at);
    if expires_at <= start {
        return Err(DeclareRefusal::Over { axis: *axis, number, expires_at, start });
    }
    if longest < expires_at - starts_at {
        return Err(DeclareRefusal::TooLong { axis: *axis, number, longest });
    }
    Ok(Declaration {
        id: DeclarationId::fresh(),
        beach: beach.clone(),
        axis: *axis,
        level: one.level,
        access: one.access,
        code: one.code.clone(),
        message: one.message.clone(),
        starts_at,
        expires_at,
        created_at: order.at,
        author: order.by.to_string().into(),
        cancelled_at: None,
    })
}

/// Whether what `one` asks for is declared already: asked twice, it is done once.
fn same(now: DateTime<Utc>, one: &Declared, new: &Declaration, is: &Declaration) -> bool {
    let starts = match one.starts_at {
        Some(_) => new.starts_at == is.starts_at,
        None => is.starts_at <= now,
    };
    starts
        && (new.level, new.access, &new.code, &new.message, new.expires_at)
            == (is.level, is.access, &is.code, &is.message, is.expires_at)
}

pub(super) async fn adopt(tx: &mut Tx, order: &Order, adopt: &AdoptPolicy) -> Result<Outcome, ApplyError> {
    let AdoptPolicy { policy, adopted_from } = adopt;
    let version = policy.version();
    if !order.by.may(&Target::Everything) {
        return Err(AccessRefusal::Forbidden.into());
    }
    let adopted_from = adopted_from.map(|at| at.trunc_subsecs(3));
    if let Some(known) = tx.policy(version).await? {
        let same = known.policy == *policy && adopted_from.is_none_or(|from| from == known.adopted_from);
        return if same {
            Ok(Outcome::Declare(DeclareOutcome::AdoptedBefore(Arc::new(known))))
        } else {
            Err(DeclareRefusal::PolicyTaken(version.to_owned()).into())
        };
    }
    if version == Policy::DEFAULT_VERSION {
        return Err(DeclareRefusal::PolicyTaken(version.to_owned()).into());
    }
    let from = adopted_from.unwrap_or(order.at);
    if from < order.at {
        return Err(DeclareRefusal::AdoptedInThePast(from).into());
    }
    let author = order.by.to_string().into();
    let new = AdoptedPolicy { policy: policy.clone(), adopted_from: from, created_at: order.at, author };
    let revision = tx.log(order.at, &Subject::Policy(version.to_owned()), Op::Put, Version(1)).await?;
    tx.save_policy(&new, revision).await?;
    let after = adopted_document(&new);
    audit(tx, order, "adopt_policy", format!("policies/{version}"), None, after).await?;
    Ok(Outcome::Declare(DeclareOutcome::Adopted(Arc::new(new))))
}

pub(super) async fn publish(tx: &mut Tx, order: &Order, publish: &Publish) -> Result<Outcome, ApplyError> {
    if !tx.holds_lease(PUBLISHING, publish.node, order.at).await? {
        return Err(DeclareRefusal::NoLease.into());
    }
    let mut last = tx.head().revision;
    for shown in &publish.statuses {
        last = tx.log(order.at, &Subject::Status(shown.beach.clone()), Op::Put, Version(0)).await?;
        tx.save_status(shown, last).await?;
    }
    let beaches: Vec<&str> = publish.statuses.iter().map(|shown| shown.beach.as_str()).collect();
    let after = format!("{{\"beaches\":[\"{}\"]}}", beaches.join("\",\""));
    audit(tx, order, "publish_status", "statuses".to_owned(), None, after).await?;
    Ok(Outcome::Declare(DeclareOutcome::Published(last)))
}

async fn audit(
    tx: &mut Tx,
    order: &Order,
    command: &str,
    subject: String,
    before: Option<String>,
    after: String,
) -> Result<(), ApplyError> {
    let (at, actor, request) = (order.at, order.by.to_string(), order.request);
    tx.audit(&AuditEntry { at, actor, request, command, subject, before, after: Some(after) }).await?;
    Ok(())
}
