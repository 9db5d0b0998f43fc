//! Counting how often promotions are looked at and followed, and who may see that.
use super::apply::reaches;
use super::{App, Error, RecordsError};
use crate::access::By;
use crate::command::{Command, Count, CountKind, Nonce, Refusal};
use crate::ids::{Collection, FeatureId, RequestId};
use crate::store::PromotionCounts;
use chrono::{Days, NaiveDate};

/// Counts that may wait for the writer or be in its hands: a sixteenth of its queue, an eighth of what it commits at once.
pub(super) const COUNTING: usize = 64;
/// Days that are told one by one, today being the last.
const DAYS: u64 = 366;

impl App {
    /// Counts a view of the promotion called `id`, or a click on it. When it answers, that is on disk; said again, it is not
    /// counted again.
    ///
    /// # Errors
    /// When as many counts wait already as may: what patrols report must not stand behind more. Whether readers see the
    /// promotion is asked before, of [`App::check_public`].
    pub async fn count(
        &self,
        id: &FeatureId,
        kind: CountKind,
        nonce: Nonce,
        request: RequestId,
    ) -> Result<(), Error> {
        let (snapshot, now) = (self.snapshot(), self.clock.now());
        // The place in the queue stays taken while the count is in it, whoever goes away meanwhile.
        let turn = self.counting.clone().try_acquire_owned().map_err(|_| Error::Busy)?;
        let day = snapshot.area.calendar.date(now);
        let command = Command::Count(Count { promotion: id.clone(), kind, nonce, day });
        let writer = self.writer.clone();
        let counted = tokio::spawn(async move {
            let _turn = turn;
            writer.execute(command, By::System, request, None).await
        });
        // It ends early only where the whole service does.
        counted.await.map_err(|_| Error::Stopping)?.map(drop)
    }

    /// Refuses what readers do not see now.
    pub fn check_public(&self, id: &FeatureId) -> Result<(), Refusal> {
        let (snapshot, now) = (self.snapshot(), self.clock.now());
        let offer = snapshot.offers().offer(id);
        match offer.filter(|offer| offer.shown.is_some() && offer.promotion().holds(now)) {
            Some(_) => Ok(()),
            None => Err(Refusal::NotFound { collection: Collection::Promotions, id: id.clone() }),
        }
    }

    /// What was counted of the promotion called `id`, for whose it is, and the first day of those that are told.
    pub async fn promotion_counts(
        &self,
        by: &By,
        id: &FeatureId,
    ) -> Result<(PromotionCounts, NaiveDate), RecordsError> {
        let snapshot = self.snapshot();
        let nothing = || Refusal::NotFound { collection: Collection::Promotions, id: id.clone() };
        let offer = snapshot.offers().offer(id).ok_or_else(nothing)?;
        // Everybody may see the promotion, and nobody else that anything is counted of it.
        reaches(by, &offer.item.feature).map_err(|_| nothing())?;
        let today = snapshot.area.calendar.date(self.clock.now());
        let from = today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(NaiveDate::MIN);
        let (store, id) = (self.store.clone(), id.clone());
        let counts = self.recorded(async move {
            let mut reading = store.read_briefly().await?;
            let counts = reading.counts(&id, from).await?;
            reading.close().await?;
            Ok(counts)
        });
        Ok((counts.await?, from))
    }
}
