//! What one node writes down for all of them: how full each beach was shown to be, and from when on. And whether what is
//! shown is what follows from what is stored.
use super::crowd::Books;
use super::{App, Error};
use crate::access::By;
use crate::clock::{Move, MoveError};
use crate::command::{Command, Publish};
use crate::ids::{FeatureId, RequestId};
use crate::snapshot::BeachCrowd;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// The lease of the node that publishes.
pub const PUBLISHING: &str = "publishing";

impl App {
    /// Writes down what was shown of the beaches and is another than before, if this node is the one that does.
    pub async fn publish(&self) -> Result<(), Error> {
        if !self.holds(PUBLISHING).await? {
            self.published.forget();
            return Ok(());
        }
        if !self.published.is_known() {
            let mut reading = self.store.read_briefly().await?;
            let written = reading.last_published().await?;
            reading.close().await?;
            self.published.begin(&written, self.clock.now());
        }
        self.published.pass(self.clock.now());
        let statuses = self.published.take();
        if statuses.is_empty() {
            return Ok(());
        }
        let publish = Publish { node: self.node, statuses };
        let done = self.execute(Command::Publish(publish.clone()), By::System, RequestId::fresh()).await;
        match &done {
            Ok(_) => {}
            // They may be written down: what is, is read before anything is written again.
            Err(Error::OutcomeUnknown(_)) => self.published.forget(),
            Err(
                Error::Refused(_)
                | Error::Document(_)
                | Error::OutsideArea { .. }
                | Error::Busy
                | Error::Unavailable(_)
                | Error::Stopping,
            ) => self.published.put_back(publish.statuses),
        }
        done.map(drop)
    }

    /// Holds what is shown against what follows from what is stored. Where it differs, which it never should, the log says
    /// so, and everything is read again.
    pub async fn reconcile(&self) -> Result<(), Error> {
        let (snapshot, now) = (self.snapshot(), self.clock.now());
        let mut reading = self.store.read_briefly().await?;
        let head = reading.head().await?;
        if head.revision != snapshot.revision || head.epoch != snapshot.epoch || snapshot.is_blind() {
            // Something is on its way: another time.
            return Ok(reading.close().await?);
        }
        let books = Books::read(&mut reading, &snapshot.area, snapshot.beaches(), now).await;
        reading.close().await?;
        let mut books = books?;
        let stored = books.crowds(now);
        let differs = |(beach, shown): &(&FeatureId, &Arc<BeachCrowd>)| {
            stored.crowd(beach).map(|stored| stored.status(now)) != Some(shown.status(now))
        };
        let wrong: Vec<String> =
            snapshot.each_crowd().filter(differs).map(|(beach, _)| beach.to_string()).collect();
        if !wrong.is_empty() {
            tracing::error!(
                beaches = wrong.join(","),
                "what is shown is not what is stored; everything is read again"
            );
            self.follower.begin_anew().await;
        }
        Ok(())
    }

    /// Moves the time of a rehearsal, and publishes what that changes; what the time is then.
    pub async fn rehearse(&self, to: Move) -> Result<DateTime<Utc>, MoveError> {
        let now = self.clock.rehearse(to)?;
        if let Err(error) = self.publish().await {
            tracing::warn!(error = %error, "what the new time changes is not published yet");
        }
        if let Err(error) = self.publish_drafts().await {
            tracing::warn!(error = %error, "the drafts that the new time publishes are not written down yet");
        }
        Ok(now)
    }
}

#[cfg(test)]
mod tests;
