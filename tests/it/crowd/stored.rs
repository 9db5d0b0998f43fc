//! What is stored of a report is what is read.
use crate::support::at;
use crate::support::database::Database;
use chrono::TimeDelta;
use promenade::beaches::{Band, Crowd, Method, Role};
use promenade::catalogue::CrowdReport;
use promenade::ids::{ActorId, FeatureId, ReportId, Revision};

use promenade::store::{ReportFilter, ReportPlace, Times};
use std::collections::BTreeSet;
use uuid::Uuid;

fn beach(id: &str) -> FeatureId {
    FeatureId::new(id).unwrap()
}

/// Report number `n`, of many kinds, in the order in which they were observed.
fn report(n: u32, author: ActorId) -> CrowdReport {
    let observed_at = at("2026-07-18T10:00:00Z") + TimeDelta::milliseconds(1_250 * i64::from(n));
    let skew = TimeDelta::milliseconds(if n.is_multiple_of(2) { -86_400_001 } else { 250_000_000_000_000 });
    CrowdReport {
        id: ReportId(Uuid::now_v7()),
        beach: beach(if n.is_multiple_of(2) { "beach-gull-cove" } else { "beach-north-sands" }),
        observed_at,
        received_at: observed_at + TimeDelta::seconds(90),
        phone_observed_at: observed_at - TimeDelta::milliseconds(7),
        skew,
        author: if n.is_multiple_of(5) { author } else { ActorId::fresh() },
        role: Role::ALL[n as usize % 3],
        crowd: match n % 4 {
            0 => Crowd::Count(n, Method::Counted),
            1 => Crowd::Count(Crowd::MOST, Method::Estimated),
            _ => Crowd::Band(Band::ALL[n as usize % 3]),
        },
        withdrawn_at: None,
        confirmed_at: None,
        revision: Revision(i64::from(n) / 3 + 1),
    }
}

#[tokio::test]
async fn a_report_is_read_as_it_was_stored() {
    for database in Database::each().await {
        let store = database.open().await;
        store.found(Times::Real).await.unwrap();
        let author = ActorId::fresh();
        let mut all: Vec<CrowdReport> = (0..50).map(|n| report(n, author)).collect();
        let mut tx = store.begin().await.unwrap();
        tx.save_reports(all.clone());
        tx.withdraw_report(all[7].id, at("2026-07-18T11:00:00Z"), Revision(90)).await.unwrap();
        tx.withdraw_report(all[7].id, at("2026-07-18T11:30:00Z"), Revision(91)).await.unwrap();
        tx.confirm_report(all[8].id, at("2026-07-18T11:00:00.5Z"), Revision(92)).await.unwrap();
        tx.confirm_report(all[8].id, at("2026-07-18T11:30:00Z"), Revision(93)).await.unwrap();
        (all[7].withdrawn_at, all[7].revision) = (Some(at("2026-07-18T11:00:00Z")), Revision(90));
        (all[8].confirmed_at, all[8].revision) = (Some(at("2026-07-18T11:00:00.5Z")), Revision(92));
        assert_eq!(tx.report(all[7].id).await.unwrap().as_ref(), Some(&all[7]), "{}", database.name());
        assert_eq!(tx.report(ReportId(Uuid::now_v7())).await.unwrap(), None);
        let mut asked: Vec<ReportId> = all.iter().map(|report| report.id).rev().collect();
        asked.push(ReportId(Uuid::now_v7()));
        let mut found = tx.reports(&asked).await.unwrap();
        found.sort_by_key(|report| report.observed_at);
        assert_eq!(found, all, "{}", database.name());
        assert_eq!(tx.reports(&[]).await.unwrap(), []);
        tx.commit().await.unwrap();

        let mut reading = store.read().await.unwrap();
        assert_eq!(
            reading.reports_after(Revision(16)).await.unwrap(),
            [all[48].clone(), all[49].clone(), all[7].clone(), all[8].clone()]
        );
        let of = |beach: &FeatureId, range: &[CrowdReport]| -> Vec<CrowdReport> {
            range.iter().filter(|report| report.beach == *beach).cloned().collect()
        };
        let cove = beach("beach-gull-cove");
        let read = reading.reports_of(&cove, all[10].observed_at, all[20].observed_at).await.unwrap();
        assert_eq!(read, of(&cove, &all[10..20]), "{}", database.name());

        let everything = ReportFilter { visible: None, beach: None, from: None, to: None };
        let newest = |wanted: &dyn Fn(&CrowdReport) -> bool| -> Vec<CrowdReport> {
            all.iter().rev().filter(|report| wanted(report)).cloned().collect()
        };
        let within = (Some(all[3].observed_at), Some(all[40].observed_at));
        let is_within = |report: &CrowdReport| {
            (within.0 <= Some(report.observed_at)) && (Some(report.observed_at) < within.1)
        };
        for (filter, wanted) in [
            (everything.clone(), newest(&|_| true)),
            (
                ReportFilter { beach: Some(cove.clone()), ..everything.clone() },
                newest(&|report| report.beach == cove),
            ),
            (ReportFilter { from: within.0, to: within.1, ..everything.clone() }, newest(&is_within)),
            (
                ReportFilter { visible: Some((Some(author), BTreeSet::new())), ..everything.clone() },
                newest(&|report| report.author == author),
            ),
            (ReportFilter { visible: Some((None, BTreeSet::new())), ..everything.clone() }, Vec::new()),
            (
                ReportFilter { visible: Some((None, BTreeSet::from([cove.clone()]))), ..everything.clone() },
                newest(&|report| report.beach == cove),
            ),
            (
                ReportFilter {
                    visible: Some((Some(author), BTreeSet::from([cove.clone()]))),
                    from: within.0,
                    to: within.1,
                    ..everything.clone()
                },
                newest(&|report| is_within(report) && (report.author == author || report.beach == cove)),
            ),
        ] {
            let (mut read, mut place) = (Vec::new(), None);
            loop {
                let page = reading.reports(&filter, place, 7).await.unwrap();
                place = page
                    .rows
                    .last()
                    .filter(|_| page.more)
                    .map(|last| ReportPlace { observed_at: last.observed_at, id: last.id });
                read.extend(page.rows);
                if place.is_none() {
                    break;
                }
            }
            assert_eq!(read, wanted, "{} {filter:?}", database.name());
        }
        reading.close().await.unwrap();
    }
}
