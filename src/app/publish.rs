//! What one node publishes for all of them when time alone has changed it.
//!
//! So far nothing is: the node only takes and renews the lease of whoever will publish.
use super::{App, Error};
use crate::clock::{Move, MoveError};
use chrono::{DateTime, Utc};

/// The lease of the node that publishes.
pub const PUBLISHING: &str = "publishing";

impl App {
    /// Publishes what time alone has changed, if this node is the one that does. So far it only sees to the lease.
    pub async fn publish(&self) -> Result<(), Error> {
        self.holds(PUBLISHING).await.map(drop)
    }

    /// Holds what is published against what it follows from, if this node is the one that does. So far it only sees to
    /// the lease.
    pub async fn reconcile(&self) -> Result<(), Error> {
        self.holds(PUBLISHING).await.map(drop)
    }

    /// Moves the time of a rehearsal, and publishes what that changes; what the time is then.
    pub async fn rehearse(&self, to: Move) -> Result<DateTime<Utc>, MoveError> {
        let now = self.clock.rehearse(to)?;
        if let Err(error) = self.publish().await {
            tracing::warn!(error = %error, "what the new time changes is not published yet");
        }
        Ok(now)
    }
}
