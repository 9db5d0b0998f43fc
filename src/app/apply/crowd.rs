//! Carries out one command about how full the beaches are. What a phone sends is one command; each report in it is
//! decided by itself.
use super::ApplyError;
use crate::access::{By, Permit, ReportsAs, Target};
use crate::beaches::Role;
use crate::catalogue::CrowdReport;
use crate::command::{
    AccessRefusal, Batch, CrowdCommand, CrowdOutcome, CrowdRefusal, Order, Outcome, Received, ReportRefusal,
    SentReport,
};
use crate::formats::crowd::{report_document, reports_document};
use crate::ids::{Collection, FeatureId, ReportId, Revision, Version};
use crate::store::{AuditEntry, Op, StoreError, Subject, Tx};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// What the audit calls all reports.
const ALL: &str = "crowd-reports";

/// Carries out `command`, which came with `order`.
pub(super) async fn apply(tx: &mut Tx, order: &Order, command: &CrowdCommand) -> Result<Outcome, ApplyError> {
    let mut desk = Desk { tx, order };
    let outcome = match command {
        CrowdCommand::Report(batch) => CrowdOutcome::Reported(desk.report(batch).await?),
        CrowdCommand::Withdraw(id) => CrowdOutcome::Report(Arc::new(desk.withdraw(*id).await?)),
        CrowdCommand::Confirm(id) => CrowdOutcome::Report(Arc::new(desk.confirm(*id).await?)),
    };
    Ok(Outcome::Crowd(outcome))
}

struct Desk<'a> {
    tx: &'a mut Tx,
    order: &'a Order,
}

/// A batch under way.
struct Taking<'a> {
    batch: &'a Batch,
    order: &'a Order,
    /// Who reports.
    permit: &'a Permit,
    /// The beaches that are there.
    beaches: Arc<BTreeSet<FeatureId>>,
    /// What is stored of the batch, and what is to be.
    known: HashMap<ReportId, CrowdReport>,
    /// Those of them that are to be stored, in their order.
    fresh: Vec<ReportId>,
}

impl Desk<'_> {
    async fn report(&mut self, batch: &Batch) -> Result<Vec<Result<Received, ReportRefusal>>, ApplyError> {
        // A report has an author.
        let By::Actor(permit) = &self.order.by else { return Err(AccessRefusal::Forbidden.into()) };
        let ids: BTreeSet<ReportId> = batch.reports.iter().map(|sent| sent.id).collect();
        let stored = self.tx.reports(&Vec::from_iter(ids)).await?;
        let mut taking = Taking {
            batch,
            order: self.order,
            permit,
            beaches: self.tx.beaches_there().await?,
            known: stored.into_iter().map(|report| (report.id, report)).collect(),
            fresh: Vec::new(),
        };
        let decided: Vec<_> = batch.reports.iter().map(|sent| taking.decide(sent)).collect();
        let Taking { known, fresh, .. } = taking;
        let written = self.write(fresh.iter().map(|id| known[id].clone()).collect()).await?;
        let received = |(sent, decided): (&SentReport, Result<bool, ReportRefusal>)| {
            let duplicate = decided?;
            let report = written.get(&sent.id).unwrap_or_else(|| &known[&sent.id]);
            Ok(Received { duplicate, received_at: report.received_at, revision: report.revision })
        };
        Ok(batch.reports.iter().zip(decided).map(received).collect())
    }

    /// Writes new reports, with a line in the log for each beach. Gives them back with their revisions.
    async fn write(
        &mut self,
        mut reports: Vec<CrowdReport>,
    ) -> Result<HashMap<ReportId, CrowdReport>, ApplyError> {
        if reports.is_empty() {
            return Ok(HashMap::new());
        }
        let mut revisions: BTreeMap<FeatureId, Revision> = BTreeMap::new();
        for report in &mut reports {
            report.revision = match revisions.get(&report.beach) {
                Some(revision) => *revision,
                None => {
                    let revision = self.log(&report.beach).await?;
                    revisions.insert(report.beach.clone(), revision);
                    revision
                }
            };
        }
        self.audit("report_crowd", ALL.to_owned(), None, reports_document(&reports)).await?;
        self.tx.save_reports(reports.clone());
        Ok(reports.into_iter().map(|report| (report.id, report)).collect())
    }

    async fn withdraw(&mut self, id: ReportId) -> Result<CrowdReport, ApplyError> {
        let before = self.found(id).await?;
        if before.withdrawn_at.is_some() {
            return Ok(before);
        }
        let revision = self.log(&before.beach).await?;
        self.tx.withdraw_report(id, self.order.at, revision).await?;
        let after = CrowdReport { withdrawn_at: Some(self.order.at), revision, ..before.clone() };
        self.changed("withdraw_report", &before, &after).await?;
        Ok(after)
    }

    async fn confirm(&mut self, id: ReportId) -> Result<CrowdReport, ApplyError> {
        let before = self.found(id).await?;
        if before.withdrawn_at.is_some() {
            return Err(CrowdRefusal::Withdrawn(id).into());
        }
        if before.confirmed_at.is_some() {
            return Ok(before);
        }
        let revision = self.log(&before.beach).await?;
        self.tx.confirm_report(id, self.order.at, revision).await?;
        let after = CrowdReport { confirmed_at: Some(self.order.at), revision, ..before.clone() };
        self.changed("confirm_report", &before, &after).await?;
        Ok(after)
    }

    /// The report `id`, where the order reaches it. Of others nobody hears that they are there, but for their authors.
    async fn found(&mut self, id: ReportId) -> Result<CrowdReport, ApplyError> {
        let report = self.tx.report(id).await?.ok_or(CrowdRefusal::NoSuchReport(id))?;
        let by = &self.order.by;
        if by.may(&Target::Report { author: report.author, beach: &report.beach }) {
            return Ok(report);
        }
        match by {
            By::Actor(permit) if permit.actor() == report.author => {
                Err(CrowdRefusal::NotYours(report.beach).into())
            }
            By::Actor(_) | By::System | By::Operator => Err(CrowdRefusal::NoSuchReport(id).into()),
        }
    }

    async fn log(&mut self, beach: &FeatureId) -> Result<Revision, StoreError> {
        self.tx.log(self.order.at, &Subject::Crowd(beach.clone()), Op::Put, Version(0)).await
    }

    async fn changed(
        &mut self,
        command: &str,
        before: &CrowdReport,
        after: &CrowdReport,
    ) -> Result<(), StoreError> {
        let subject = format!("{ALL}/{}", after.id);
        self.audit(command, subject, Some(report_document(before)), report_document(after)).await
    }

    async fn audit(
        &mut self,
        command: &str,
        subject: String,
        before: Option<String>,
        after: String,
    ) -> Result<(), StoreError> {
        let Order { by, request, at, .. } = self.order;
        let (actor, after) = (by.to_string(), Some(after));
        self.tx
            .audit(&AuditEntry { at: *at, actor, request: *request, command, subject, before, after })
            .await
    }
}

impl Taking<'_> {
    /// Whether a report that is taken is stored already.
    fn decide(&mut self, sent: &SentReport) -> Result<bool, ReportRefusal> {
        // First of all, so that an id always gets the same class of answer: whatever became of the beach and of the
        // author since, and however old the report is by now.
        if let Some(known) = self.known.get(&sent.id) {
            let same = (&known.beach, known.phone_observed_at, known.crowd)
                == (&sent.beach, sent.observed_at, sent.crowd);
            if same {
                return Ok(true);
            }
            let (report, actor, request) = (sent.id, self.permit.actor(), self.order.request);
            tracing::warn!(target: "security", %report, %actor, %request, "another report has the id");
            return Err(ReportRefusal::IdReused(sent.id));
        }
        if !self.beaches.contains(&sent.beach) {
            return Err(ReportRefusal::NoSuchBeach(sent.beach.clone()));
        }
        if !self.permit.covers(&Target::Place(Collection::Beaches, &sent.beach)) {
            return Err(ReportRefusal::NotYours(sent.beach.clone()));
        }
        let received_at = self.order.at;
        let observed_at = sent.observed(self.batch.sent_at, received_at)?;
        let report = CrowdReport {
            id: sent.id,
            beach: sent.beach.clone(),
            observed_at,
            received_at,
            phone_observed_at: sent.observed_at,
            skew: received_at - self.batch.sent_at,
            author: self.permit.actor(),
            role: match self.permit.reports_as() {
                ReportsAs::Patrol => Role::Patrol,
                ReportsAs::Warden => Role::Warden,
                ReportsAs::Staff => Role::Staff,
            },
            crowd: sent.crowd,
            withdrawn_at: None,
            confirmed_at: None,
            // That of its beach's line in the log, once there is one.
            revision: Revision::default(),
        };
        self.known.insert(sent.id, report);
        self.fresh.push(sent.id);
        Ok(false)
    }
}
