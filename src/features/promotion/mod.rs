//! What a promotion says, what of it readers see, and what becomes of that when somebody edits it or decides about it.
//!
//! Readers see what was approved, which is kept whole beside what is being written ([`Promotion::public`]); so no edit can
//! reach them, whatever else goes wrong.
mod check;
mod moves;
#[cfg(test)]
mod tests;

pub use check::PromotionError;
pub(super) use check::check;
pub use moves::{IllegalDecision, Moderation, PromotionStage, PromotionStep, moderated};

use super::field::{SetBy, Value};
use super::schema::{self, business_at, decision_at, promotion_at as at};
use super::{Feature, FeatureError, Fields, Placed, Status};
use crate::ids::{Collection, FeatureId, OrganisationId};
use crate::spatial::Geometry;
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;

/// A feature that is a promotion.
#[derive(Clone, Copy, Debug)]
pub struct Promotion<'a>(&'a Feature);

/// Where a promotion stands in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// It does not hold yet.
    Scheduled,
    /// It holds.
    Active,
    /// It holds no more.
    Expired,
    /// Its business took it back.
    Withdrawn,
}

impl Lifecycle {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Who takes a step, by pseudonyms.
#[derive(Clone, Copy, Debug)]
pub struct Deciders<'a> {
    /// Who takes it.
    pub by: &'a str,
    /// Who proposed it, where another had to confirm it.
    pub proposed_by: Option<&'a str>,
}

/// What is written beside every promotion.
const LABEL: &str = "Advertisement";
/// Decisions that are kept with a promotion; the audit has all of them.
const DECISIONS: usize = 20;

impl<'a> Promotion<'a> {
    /// `feature`, when it is a promotion.
    pub fn of(feature: &'a Feature) -> Option<Self> {
        (feature.collection() == Collection::Promotions).then_some(Self(feature))
    }

    /// What a new promotion of `organisation` has that no document sets: nobody has looked at it.
    pub fn drafted(organisation: Option<&OrganisationId>) -> Vec<(usize, Value)> {
        let organisation = organisation.map(|id| (at::ORGANISATION, Value::Text(id.as_str().into())));
        [(at::MODERATION, Moderation::Draft.value())].into_iter().chain(organisation).collect()
    }

    /// The feature.
    pub fn feature(&self) -> &'a Feature {
        self.0
    }

    /// The organisation whose it is.
    pub fn organisation(&self) -> Option<&'a str> {
        self.0.fields().text(at::ORGANISATION)
    }

    /// The id of the business where it holds.
    pub fn business(&self) -> FeatureId {
        Self::business_of(self.0.fields()).expect("business is required")
    }

    /// The id of the business where the content `fields` holds.
    pub fn business_of(fields: &Fields) -> Option<FeatureId> {
        fields.text(at::BUSINESS).and_then(|id| FeatureId::new(id).ok())
    }

    /// What its business says, as it is now.
    pub fn content(&self) -> Fields {
        content(self.0.fields())
    }

    /// What was approved last, if anything was and stands.
    pub fn approved(&self) -> Option<&'a Fields> {
        match self.0.fields().get(at::APPROVED) {
            Some(Value::Records(approved)) => approved.first(),
            _ => None,
        }
    }

    /// How far its content has been looked at.
    pub fn moderation(&self) -> Moderation {
        let word = self.0.fields().text(at::MODERATION).and_then(Moderation::named);
        word.expect("moderation is required")
    }

    /// Since when it waits to be looked at.
    pub fn submitted_at(&self) -> Option<DateTime<Utc>> {
        instant(self.0.fields(), at::SUBMITTED_AT)
    }

    /// What was decided about it, the last decision first.
    pub fn decisions(&self) -> &'a [Fields] {
        match self.0.fields().get(at::DECISIONS) {
            Some(Value::Records(decisions)) => decisions,
            _ => &[],
        }
    }

    /// How long each decision took since `since` that somebody waited for.
    pub fn responses(&self, since: DateTime<Utc>) -> impl Iterator<Item = TimeDelta> + use<'a> {
        self.decisions().iter().filter_map(move |decision| {
            let at = instant(decision, decision_at::AT).filter(|at| since <= *at)?;
            let is_answer = decision.text(decision_at::DECISION) != Some("withdrawn");
            instant(decision, decision_at::SUBMITTED_AT).filter(|_| is_answer).map(|from| at - from)
        })
    }

    /// What readers may see of it: what was approved, unless its business wants it hidden while a change is looked at.
    pub fn public(&self) -> Option<&'a Fields> {
        let hidden = self.0.fields().get(at::KEEP_PUBLIC) == Some(&Value::Flag(false));
        self.approved().filter(|_| !hidden || self.moderation() == Moderation::Approved)
    }

    /// Where it stands at `now`.
    pub fn stage(&self, now: DateTime<Utc>) -> PromotionStage {
        let (_, through) = window(self.0.fields());
        PromotionStage {
            moderation: self.moderation(),
            stands: self.approved().is_some(),
            over: through <= now,
        }
    }

    /// Where it stands in time at `now`, as its business sees it: what readers see counts, and what is written where there is
    /// nothing that they see, or will see again.
    pub fn lifecycle(&self, now: DateTime<Utc>) -> Lifecycle {
        if instant(self.0.fields(), at::WITHDRAWN_AT).is_some() {
            return Lifecycle::Withdrawn;
        }
        let (from, through) = window(self.timely(now));
        if now < from {
            Lifecycle::Scheduled
        } else if now < through {
            Lifecycle::Active
        } else {
            Lifecycle::Expired
        }
    }

    /// What was approved, until that is over; else what is written.
    fn timely(self, now: DateTime<Utc>) -> &'a Fields {
        self.approved().filter(|approved| now < window(approved).1).unwrap_or(self.0.fields())
    }

    /// Whether all of its time is over at `now`: what was approved, and what is written since.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        [Some(self.0.fields()), self.approved()].into_iter().flatten().all(|fields| window(fields).1 <= now)
    }

    /// Whether it was ever handed in.
    pub fn was_submitted(&self) -> bool {
        self.moderation() != Moderation::Draft || self.approved().is_some() || !self.decisions().is_empty()
    }

    /// Why it may not be taken away at `now`: readers see it, or it waits, or somebody said why it is not shown of late.
    pub fn check_unseen(&self, now: DateTime<Utc>) -> Result<(), IllegalDecision> {
        if self.approved().is_some() || self.moderation() == Moderation::Submitted {
            return Err(IllegalDecision::Standing);
        }
        let is_told = |decision: &Fields| {
            let at = instant(decision, decision_at::AT);
            decision.get(decision_at::REASON).is_some() && at.is_some_and(|at| now < at + moves::KEPT)
        };
        if self.decisions().iter().any(is_told) { Err(IllegalDecision::Decided) } else { Ok(()) }
    }

    /// The first instant after `now` at which [`Promotion::lifecycle`] is another.
    pub fn next_change(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (from, through) = window(self.timely(now));
        [from, through].into_iter().find(|at| now < *at)
    }

    /// Whether what was approved holds at `now`.
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        let window = self.public().map(window);
        window.is_some_and(|(from, through)| from <= now && now < through)
    }

    /// When it holds, as it is shown: from, and until when, not including it.
    pub fn window(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        window(self.0.fields())
    }

    /// `feature` as an edit may write it: a promotion whose words a moderator can look at, or no promotion.
    pub fn worded(feature: Feature) -> Result<Feature, FeatureError> {
        if let Some(promotion) = Promotion::of(&feature) {
            check::check_words(promotion.0.fields())?;
        }
        Ok(feature)
    }

    /// The feature that an edit makes of it: what `before` said of moderation holds for the content that it was said of, and for
    /// no other.
    #[must_use]
    pub fn edited(before: &Feature, after: &Feature) -> Feature {
        let Some(stood) = Promotion::of(before) else { return after.clone() };
        let (said, says) = (stood.content(), content(after.fields()));
        if said == says {
            return after.clone();
        }
        // The very text that was approved needs no second look.
        let approved = stood.approved() == Some(&says);
        let moderation = if approved { Moderation::Approved } else { Moderation::Draft };
        after.with_fields([(at::MODERATION, Some(moderation.value())), (at::SUBMITTED_AT, None)])
    }

    /// It with what `before` said, if nobody has decided about that again.
    #[must_use]
    pub fn saying(&self, before: &Promotion<'_>) -> Feature {
        let edited = schema::set_by(Collection::Promotions, SetBy::Edit);
        let said = edited.map(|number| (number, before.0.fields().get(number).cloned()));
        Self::edited(self.0, &self.0.with_fields(said))
    }

    /// The feature that it is after `step`, taken at `now` by `deciders`, of content with this hash.
    pub fn after(
        &self,
        step: &PromotionStep,
        deciders: Deciders<'_>,
        content_hash: &str,
        now: DateTime<Utc>,
    ) -> Result<Feature, IllegalDecision> {
        let before = self.stage(now);
        let moderation = moderated(before, step)?;
        let said = (at::MODERATION, Some(moderation.value()));
        let decided = |reason: Option<&str>| {
            (at::DECISIONS, Some(self.with_decision(step.decision(), reason, deciders, content_hash, now)))
        };
        Ok(match step {
            // Said twice, it waits since the first time.
            PromotionStep::Submit => {
                let since = self.submitted_at().filter(|_| before.moderation == Moderation::Submitted);
                let since = Some(Value::Instant(since.unwrap_or(now)));
                self.0.with_fields([said, (at::SUBMITTED_AT, since), (at::WITHDRAWN_AT, None)])
            }
            PromotionStep::Approve => self.0.with_fields([
                said,
                decided(None),
                (at::SUBMITTED_AT, None),
                (at::APPROVED_AT, Some(Value::Instant(now))),
                (at::APPROVED, Some(Value::Records(Box::new([self.content()])))),
            ]),
            PromotionStep::Reject { reason } => {
                self.0.with_fields([said, decided(Some(reason)), (at::SUBMITTED_AT, None)])
            }
            // What nobody saw and nobody decided about leaves nothing to be told.
            PromotionStep::Withdraw { .. } if !before.stands => {
                self.0.with_fields([said, (at::SUBMITTED_AT, None)])
            }
            PromotionStep::Withdraw { reason } => self.0.with_fields([
                said,
                decided(reason.as_deref()),
                (at::SUBMITTED_AT, None),
                (at::APPROVED, None),
                (at::APPROVED_AT, None),
                (at::WITHDRAWN_AT, Some(Value::Instant(now))),
            ]),
        })
    }

    fn with_decision(
        self,
        decision: &'static str,
        reason: Option<&str>,
        Deciders { by, proposed_by }: Deciders<'_>,
        content_hash: &str,
        now: DateTime<Utc>,
    ) -> Value {
        let text = |text: &str| Value::Text(text.into());
        let last = Fields::new(
            [
                Some((decision_at::AT, Value::Instant(now))),
                Some((decision_at::DECISION, Value::Choice(decision))),
                Some((decision_at::BY, text(by))),
                reason.map(|reason| (decision_at::REASON, text(reason))),
                self.submitted_at().map(|at| (decision_at::SUBMITTED_AT, Value::Instant(at))),
                Some((decision_at::CONTENT_HASH, text(content_hash))),
                proposed_by.map(|by| (decision_at::PROPOSED_BY, text(by))),
            ]
            .into_iter()
            .flatten(),
        );
        Value::Records([last].into_iter().chain(self.decisions().iter().cloned()).take(DECISIONS).collect())
    }

    /// It without the pseudonyms of who decided about it: its business is answered by the council, not by one of its people.
    #[must_use]
    pub fn unsigned(&self) -> Feature {
        if self.decisions().is_empty() {
            return self.0.clone();
        }
        let unsigned =
            |decision: &Fields| decision.with([(decision_at::BY, None), (decision_at::PROPOSED_BY, None)]);
        let decisions = self.decisions().iter().map(unsigned).collect();
        self.0.with_fields([(at::DECISIONS, Some(Value::Records(decisions)))])
    }

    /// Whether `value` is what its business was told of the field of that number, which it may send back.
    pub fn told(feature: &'a Feature, number: usize, value: Option<&Value>) -> bool {
        Self::of(feature).is_some_and(|promotion| promotion.unsigned().fields().get(number) == value)
    }

    /// It as readers see it, where it holds at `business`: what was approved, and nothing else. None: they do not.
    pub fn shown(&self, business: &Feature) -> Option<Feature> {
        let approved = self.public()?;
        let is_there = business.collection() == Collection::Businesses
            && !matches!(business.status(), Status::Closed { .. })
            && business.fields().text(business_at::ORGANISATION) == self.organisation();
        is_there.then(|| self.held_at(approved, Some(business)))
    }

    /// It as its organisation sees it, where it is to hold at `business`, if that is there.
    #[must_use]
    pub fn own(&self, business: Option<&Feature>) -> Feature {
        self.held_at(self.0.fields(), business)
    }

    /// `fields` with what follows from others.
    fn held_at(self, fields: &Fields, business: Option<&Feature>) -> Feature {
        let of_business =
            |number: usize| business.and_then(|business| business.fields().get(number)).cloned();
        let town = schema::number(Collection::Businesses, "town").and_then(of_business);
        let host = fields.text(at::URL).and_then(host).map(|host| Value::Text(host.into()));
        let fields = fields.with([
            (at::ORGANISATION, self.0.fields().get(at::ORGANISATION).cloned()),
            (at::BUSINESS_NAME, of_business(schema::at::NAME)),
            (at::CATEGORY, of_business(business_at::CATEGORY)),
            (at::TOWN, town),
            (at::URL_HOST, host),
            (at::ADVERTISEMENT, Some(Value::Flag(true))),
            (at::LABEL, Some(Value::Text(LABEL.into()))),
        ]);
        let position = business.and_then(Feature::position);
        let placed =
            position.map(|position| Placed { geometry: Arc::new(Geometry::Point(position)), position });
        Feature { placed, fields, ..self.0.clone() }
    }
}

/// The fields of `fields` that are content.
fn content(fields: &Fields) -> Fields {
    let of = |number: usize| fields.get(number).map(|value| (number, value.clone()));
    Fields::new((0..at::CONTENT).filter_map(of))
}

fn window(fields: &Fields) -> (DateTime<Utc>, DateTime<Utc>) {
    let of = |number: usize| instant(fields, number).expect("both ends are required");
    (of(at::VALID_FROM), of(at::VALID_THROUGH))
}

fn instant(fields: &Fields, number: usize) -> Option<DateTime<Utc>> {
    match fields.get(number) {
        Some(Value::Instant(at)) => Some(*at),
        _ => None,
    }
}

/// The host of an `https` address, without its port.
fn host(url: &str) -> Option<&str> {
    let host = url.strip_prefix("https://")?.split(['/', '?', '#', ':']).next();
    host.filter(|host| !host.is_empty())
}
