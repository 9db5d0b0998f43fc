//! What is decided and said of beaches, the policy they are judged by, and what was published of them.
use super::ApplyError;
use crate::access::Target;
use crate::app::PUBLISHING;
use crate::catalogue::{AdoptedPolicy, Axis, Declaration};
use crate::command::{
    AdoptPolicy, Declare, DeclareOutcome, DeclareRefusal, Declared, Order, Outcome, Publish,
};
use crate::formats::crowd::{adopted_document, declarations_document};
use crate::ids::{Collection, DeclarationId, Version};
use crate::store::{AuditEntry, Op, Subject, Tx};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::sync::Arc;

/// The longest that a hazard or something about water is said at once: whoever said it looks again.
const LONGEST: TimeDelta = TimeDelta::days(31);

pub(super) async fn declare(tx: &mut Tx, order: &Order, declare: &Declare) -> Result<Outcome, ApplyError> {
    let Declare { beach, axis, declared } = declare;
    if tx.feature(Collection::Beaches, beach).await?.is_none() {
        return Err(DeclareRefusal::NoSuchBeach(beach.clone()).into());
    }
    if !order.by.may(&Target::Place(Collection::Beaches, beach)) {
        return Err(DeclareRefusal::NotYours(beach.clone()).into());
    }
    let mut standing = tx.declarations_of(beach, order.at).await?;
    standing.retain(|one| one.axis == *axis);
    let longest = match axis {
        Axis::Override => tx.policies().await?.in_force(order.at).max_override(),
        Axis::Hazard | Axis::WaterQuality => LONGEST,
    };
    let new = declared.iter().enumerate().map(|(number, one)| new(order, declare, longest, number, one));
    let new: Vec<Declaration> = new.collect::<Result<_, _>>()?;
    let last = if *axis == Axis::Override { standing.len().saturating_sub(1) } else { 0 };
    let is_so = new.len() == standing[last..].len()
        && declared
            .iter()
            .zip(&new)
            .zip(&standing[last..])
            .all(|((one, new), is)| same(order.at, one, new, is));
    if is_so {
        return Ok(Outcome::Declare(DeclareOutcome::Declared(standing)));
    }
    let cancelled = if *axis == Axis::Override && !new.is_empty() { &[][..] } else { &standing[..] };
    let before = declarations_document(cancelled);
    let revision = tx.log(order.at, &Subject::Declaration(beach.clone()), Op::Put, Version(0)).await?;
    for one in cancelled {
        tx.cancel_declaration(one.id, order.at, &order.by.to_string(), revision).await?;
    }
    for one in &new {
        tx.save_declaration(one, revision).await?;
    }
    let subject = format!("{}/{beach}/{}", Collection::Beaches, axis.name());
    let command = if new.is_empty() { "withdraw_declaration" } else { "declare" };
    audit(tx, order, command, subject, Some(before), declarations_document(&new)).await?;
    standing.drain(..cancelled.len());
    standing.extend(new);
    Ok(Outcome::Declare(DeclareOutcome::Declared(standing)))
}

/// The declaration that `one` makes.
fn new(
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
    let adopted_from = adopted_from.map(|at| at.trunc_subsecs(3));
    if let Some(known) = tx.policy(version).await? {
        let same = known.policy == *policy && adopted_from.is_none_or(|from| from == known.adopted_from);
        return if same {
            Ok(Outcome::Declare(DeclareOutcome::Adopted(Arc::new(known))))
        } else {
            Err(DeclareRefusal::PolicyTaken(version.to_owned()).into())
        };
    }
    if version == crate::beaches::Policy::DEFAULT_VERSION {
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
