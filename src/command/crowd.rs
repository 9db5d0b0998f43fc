//! Commands about how full the beaches are.
use crate::beaches::{Crowd, Report};
use crate::catalogue::CrowdReport;
use crate::ids::{FeatureId, ReportId, Revision};
use chrono::{DateTime, TimeDelta, Utc};
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

impl SentReport {
    /// When somebody looked, by the server's clock: as long before it was received as the phone says that it was before
    /// it was sent. However wrong the clock of the phone is, it is so twice.
    ///
    /// # Errors
    /// [`ReportRefusal::ObservedAfterSent`] and [`ReportRefusal::TooOld`].
    pub fn observed(
        &self,
        sent_at: DateTime<Utc>,
        received_at: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, ReportRefusal> {
        let age = sent_at.timestamp_millis() - self.observed_at.timestamp_millis();
        if age < 0 {
            return Err(ReportRefusal::ObservedAfterSent);
        }
        if Report::OLDEST.num_milliseconds() < age {
            return Err(ReportRefusal::TooOld);
        }
        Ok(received_at - TimeDelta::milliseconds(age))
    }
}

/// What a command about how full the beaches are came to.
#[derive(Clone, Debug, PartialEq)]
pub enum CrowdOutcome {
    /// What became of each report, in the order of the batch.
    Reported(Vec<Result<Received, ReportRefusal>>),
    /// The report as it is now, whether this command or an earlier one made it so.
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
    /// It is of who asks, but on a beach that is not theirs.
    #[error("you may not do this to a report of `{0}`; `/v1/me` names your beaches")]
    NotYours(FeatureId),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::beaches::Method;
    use uuid::Uuid;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn observed(observed: &str, sent: &str) -> Result<DateTime<Utc>, ReportRefusal> {
        let sent_report = SentReport {
            id: ReportId(Uuid::now_v7()),
            beach: FeatureId::new("beach").unwrap(),
            observed_at: at(observed),
            crowd: Crowd::Count(7, Method::Counted),
        };
        sent_report.observed(at(sent), at("2026-07-18T12:00:00.250Z"))
    }

    #[test]
    fn the_clock_of_the_phone_cancels_out() {
        for (observed_at, sent_at, want) in [
            ("2026-07-18T11:59:50Z", "2026-07-18T12:00:00Z", "2026-07-18T11:59:50.250Z"),
            ("2026-07-19T11:50:00Z", "2026-07-19T12:00:00Z", "2026-07-18T11:50:00.250Z"),
            ("2026-07-18T11:54:00Z", "2026-07-18T11:55:00Z", "2026-07-18T11:59:00.250Z"),
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.001Z", "2026-07-18T12:00:00.249Z"),
            ("2038-01-19T03:14:07Z", "2038-01-19T03:14:08Z", "2026-07-18T11:59:59.250Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999Z", "2026-07-18T11:59:59.251Z"),
            ("2026-07-18T12:00:00Z", "2026-07-18T12:00:00Z", "2026-07-18T12:00:00.250Z"),
            ("2026-07-11T12:00:00Z", "2026-07-18T12:00:00Z", "2026-07-11T12:00:00.250Z"),
            // Less than a millisecond is nobody's.
            ("2026-07-18T12:00:00.0009Z", "2026-07-18T12:00:00.0001Z", "2026-07-18T12:00:00.250Z"),
        ] {
            assert_eq!(observed(observed_at, sent_at), Ok(at(want)), "{observed_at} {sent_at}");
        }
    }

    #[test]
    fn nobody_has_seen_the_future_and_what_was_seen_long_ago_is_refused() {
        for (observed_at, sent_at, want) in [
            ("2026-07-18T12:00:00.001Z", "2026-07-18T12:00:00Z", ReportRefusal::ObservedAfterSent),
            ("9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z", ReportRefusal::ObservedAfterSent),
            ("2026-07-11T11:59:59.999Z", "2026-07-18T12:00:00Z", ReportRefusal::TooOld),
            ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", ReportRefusal::TooOld),
        ] {
            assert_eq!(observed(observed_at, sent_at), Err(want), "{observed_at} {sent_at}");
        }
    }
}
