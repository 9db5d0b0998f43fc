//! What businesses offer: every promotion as stored, what waits to be looked at too, and how readers see it. The public
//! collection `promotions` is made of the latter alone.
use crate::catalogue::Item;
use crate::features::{Moderation, Promotion};
use crate::ids::FeatureId;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::sync::Arc;

/// Every promotion.
#[derive(Debug, Default)]
pub struct Offers(HashMap<FeatureId, Arc<Offer>>);

/// One promotion.
#[derive(Debug)]
pub struct Offer {
    /// As stored.
    pub item: Arc<Item>,
    /// As its organisation sees it: where its business is, and what that is called.
    pub own: Arc<Item>,
    /// As readers see it; none while they do not. Whether it holds yet, or still, is another question.
    pub shown: Option<Arc<Item>>,
}

/// How long businesses wait for a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Responses {
    /// Since when decisions count.
    pub since: DateTime<Utc>,
    /// How many there were.
    pub decided: usize,
    /// How long half of them took at most.
    pub median: Option<TimeDelta>,
    /// How long nine of ten took at most.
    pub ninetieth: Option<TimeDelta>,
    /// Since when the oldest waits that nobody has decided about.
    pub oldest: Option<DateTime<Utc>>,
}

/// Days whose decisions count.
const RESPONSES: TimeDelta = TimeDelta::days(30);

impl Offer {
    /// The promotion `item`, at the business that `business` knows.
    pub(super) fn new<'b>(item: Arc<Item>, business: impl Fn(&FeatureId) -> Option<&'b Arc<Item>>) -> Self {
        let promotion = Promotion::of(&item.feature).expect("a promotion");
        let with = |feature| Arc::new(Item { feature: Arc::new(feature), ..(*item).clone() });
        let own = with(promotion.own(business(&promotion.business()).map(|business| &*business.feature)));
        // What was approved may hold at another business than what is written since.
        let approved = promotion.public().and_then(Promotion::business_of);
        let business = approved.and_then(|id| business(&id));
        let shown = business.and_then(|business| promotion.shown(&business.feature)).map(with);
        Self { item, own, shown }
    }

    /// What it is.
    pub fn promotion(&self) -> Promotion<'_> {
        Promotion::of(&self.item.feature).expect("a promotion")
    }
}

impl Offers {
    /// The offers that `items` are.
    pub(super) fn new<'b>(
        items: impl Iterator<Item = Arc<Item>>,
        business: impl Fn(&FeatureId) -> Option<&'b Arc<Item>>,
    ) -> Self {
        let offer = |item: Arc<Item>| (item.feature.id().clone(), Arc::new(Offer::new(item, &business)));
        Self(items.map(offer).collect())
    }

    /// The offers after `changes`: a promotion written, or none for one taken away.
    pub(super) fn changed<'b>(
        &self,
        changes: &[(FeatureId, Option<Arc<Item>>)],
        business: impl Fn(&FeatureId) -> Option<&'b Arc<Item>>,
    ) -> Self {
        let mut offers = self.0.clone();
        for (id, item) in changes {
            match item {
                Some(item) => {
                    offers.insert(id.clone(), Arc::new(Offer::new(item.clone(), &business)));
                }
                None => drop(offers.remove(id)),
            }
        }
        Self(offers)
    }

    /// The ids of those that hold, or are to hold, at one of these businesses.
    pub(super) fn at<'s>(
        &'s self,
        is_one: impl Fn(&str) -> bool + 's,
    ) -> impl Iterator<Item = &'s FeatureId> {
        self.0.iter().filter_map(move |(id, offer)| {
            let promotion = offer.promotion();
            let approved = promotion.public().and_then(Promotion::business_of);
            let named = is_one(promotion.business().as_str());
            (named || approved.is_some_and(|id| is_one(id.as_str()))).then_some(id)
        })
    }

    /// Every promotion, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Offer>> {
        self.0.values()
    }

    /// The promotion called `id`, whoever may see it.
    pub fn offer(&self, id: &FeatureId) -> Option<&Arc<Offer>> {
        self.0.get(id)
    }

    /// What waits to be looked at, the oldest first.
    pub fn waiting(&self) -> Vec<&Arc<Offer>> {
        let submitted = |offer: &&Arc<Offer>| offer.promotion().moderation() == Moderation::Submitted;
        let mut waiting: Vec<_> = self.0.values().filter(submitted).collect();
        waiting.sort_unstable_by_key(|offer| (offer.promotion().submitted_at(), offer.item.feature.id()));
        waiting
    }

    /// How long businesses have waited for decisions of late, and wait now.
    pub fn responses(&self, now: DateTime<Utc>) -> Responses {
        let since = now - RESPONSES;
        let mut spans: Vec<TimeDelta> =
            self.0.values().flat_map(|offer| offer.promotion().responses(since)).collect();
        spans.sort_unstable();
        let of = |percent: usize| spans.get((spans.len() * percent).div_ceil(100).saturating_sub(1)).copied();
        let oldest = self.waiting().first().and_then(|offer| offer.promotion().submitted_at());
        Responses { since, decided: spans.len(), median: of(50), ninetieth: of(90), oldest }
    }
}
