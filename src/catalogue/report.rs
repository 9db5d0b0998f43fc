//! A crowd report as stored: what the rule asks of it, and where it came from.
use crate::beaches::{Crowd, Report, Role};
use crate::ids::{ActorId, FeatureId, ReportId, Revision};
use chrono::{DateTime, TimeDelta, Utc};

/// A crowd report as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct CrowdReport {
    /// Which report.
    pub id: ReportId,
    /// Of which beach.
    pub beach: FeatureId,
    /// When somebody looked, by the server's clock.
    pub observed_at: DateTime<Utc>,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// When somebody looked, by the clock of the phone.
    pub phone_observed_at: DateTime<Utc>,
    /// How far the clock of the phone was behind the server's when it was sent, the way included.
    pub skew: TimeDelta,
    /// Who looked.
    pub author: ActorId,
    /// In what capacity.
    pub role: Role,
    /// What they saw.
    pub crowd: Crowd,
    /// When it was taken back.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// When a supervisor confirmed it.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The change that last said something of it.
    pub revision: Revision,
}

impl CrowdReport {
    /// What the rule asks of it.
    pub fn report(&self) -> Report {
        Report {
            id: self.id.to_string(),
            received_at: self.received_at,
            observed_at: self.observed_at,
            author: self.author.to_string(),
            role: self.role,
            crowd: self.crowd,
            withdrawn: self.withdrawn_at.is_some(),
            confirmed: self.confirmed_at.is_some(),
        }
    }
}
