//! Commands about how full the beaches are.
use crate::beaches::Crowd;
use crate::catalogue::CrowdReport;
use crate::ids::{FeatureId, ReportId, Revision};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Something that changes what is known of how full the beaches are.
#[derive(Clone, Debug)]
pub enum CrowdCommand {
    /// Take in what a phone sends; each report is decided by itself.
    Report(Batch),
    /// Take a report back: it is then as if it never was.
    Withdraw(ReportId),
    /// Say that a count is right, however large: it is then as if it always was.
    Confirm(ReportId),
}

/// What a phone sends at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// When it was sent, by the clock of the phone.
    pub sent_at: DateTime<Utc>,
    /// The reports.
    pub reports: Vec<SentReport>,
}

impl Batch {
    /// Reports it may have.
    pub const MOST: usize = 50;
}

/// A report as a phone sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentReport {
    /// Which report.
    pub id: ReportId,
    /// Of which beach.
    pub beach: FeatureId,
    /// When somebody looked, by the clock of the phone.
    pub observed_at: DateTime<Utc>,
    /// What they saw.
    pub crowd: Crowd,
}

/// What a command about how full the beaches are came to.
#[derive(Clone, Debug, PartialEq)]
pub enum CrowdOutcome {
    /// What became of each report, in the order of the batch.
    Reported(Vec<Result<Received, ReportRefusal>>),
    /// The report as it is now, and whether this command made it so.
    Report(Arc<CrowdReport>),
}

/// A report that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// Whether it was stored before.
    pub duplicate: bool,
    /// When it was received, the first time.
    pub received_at: DateTime<Utc>,
    /// The change that last said something of it.
    pub revision: Revision,
}

/// Why one report was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportRefusal {
    /// There is no such beach.
    #[error("there is no beach `{0}`")]
    NoSuchBeach(FeatureId),
    /// It is not one of the beaches of who reports.
    #[error("you may not report from `{0}`; `/v1/me` names your beaches")]
    NotYours(FeatureId),
    /// Another report has the id.
    #[error("another report has the id {0}; the first is kept")]
    IdReused(ReportId),
    /// Observed after it was sent: nobody has seen the future.
    #[error("observed_at is after sent_at, by the same clock")]
    ObservedAfterSent,
    /// Observed too long ago.
    #[error("it was observed more than 7 days ago")]
    TooOld,
}

/// Why a command about how full the beaches are was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CrowdRefusal {
    /// There is no such report, or it is not for who asks to see.
    #[error("there is no report {0}")]
    NoSuchReport(ReportId),
    /// It was taken back: there is nothing to confirm.
    #[error("the report {0} is withdrawn")]
    Withdrawn(ReportId),
    /// Who asks may see it, but not do this to it.
    #[error("you may not do this to a report of `{0}`; `/v1/me` names your beaches")]
    NotYours(FeatureId),
}
