//! Promotions, as whoever may see them before everybody does asks for one.
use super::apply::reaches;
use super::{App, Error};
use crate::access::By;
use crate::command::Refusal;
use crate::ids::{Collection, FeatureId};
use crate::snapshot::Offer;
use std::sync::Arc;

impl App {
    /// The promotion called `id`, for whom it is shown to before everybody sees it.
    pub fn promotion(&self, by: &By, id: &FeatureId) -> Result<Arc<Offer>, Error> {
        let snapshot = self.snapshot();
        let nothing = || Refusal::NotFound { collection: Collection::Promotions, id: id.clone() };
        let offer = snapshot.offers().offer(id).ok_or_else(nothing)?;
        reaches(by, &offer.item.feature)?;
        Ok(offer.clone())
    }
}
