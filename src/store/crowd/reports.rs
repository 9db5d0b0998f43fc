//! Crowd reports, one row each. What was sent never changes; that it was taken back or confirmed is said once.
use crate::beaches::{Band, Crowd, Method, Role};
use crate::catalogue::CrowdReport;
use crate::ids::{ActorId, FeatureId, ReportId, Revision};
use crate::store::link::{Link, on};
use crate::store::tx::{Reading, Tx};
use crate::store::{Page, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::QueryBuilder;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// Ids that one `SELECT` asks for; how many rows one statement writes is said in `store::pending`. A statement costs far
/// more than an id in it; each number of ids is a text of its own, which the database has to keep.
const AT_ONCE: usize = 16;
/// The last second of the year 9999, since 1970: a later instant has a text that sorts before all others.
const LAST: TimeDelta = TimeDelta::seconds(253_402_300_799);

/// Which reports are asked for: all that every condition given holds for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFilter {
    /// Of this author, or of one of these beaches. None of them: whosesoever, of whatever beach.
    pub visible: Option<(Option<ActorId>, BTreeSet<FeatureId>)>,
    /// Of this beach.
    pub beach: Option<FeatureId>,
    /// Observed at this instant or after it.
    pub from: Option<DateTime<Utc>>,
    /// Observed before this instant.
    pub to: Option<DateTime<Utc>>,
}

/// Where a report stands among those asked for: by when it was observed, and its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportPlace {
    /// When it was observed.
    pub observed_at: DateTime<Utc>,
    /// Which one it is.
    pub id: ReportId,
}

/// Id, beach, observed, received, observed by the phone's clock, skew, author, role, people, method, band, withdrawn,
/// confirmed and revision.
type ReportRow = (
    Uuid,
    String,
    DateTime<Utc>,
    DateTime<Utc>,
    DateTime<Utc>,
    i64,
    Uuid,
    String,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
    i64,
);

/// A statement that reads rows.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, beach, observed_at, received_at, phone_observed_at, skew_ms, author, role,
                people, method, band, withdrawn_at, confirmed_at, revision
            FROM crowd_report ",
            $rest
        )
    };
}

fn report(row: ReportRow) -> Result<CrowdReport, StoreError> {
    let (
        id,
        beach,
        observed_at,
        received_at,
        phone_observed_at,
        skew,
        author,
        role,
        people,
        method,
        band,
        ..,
    ) = &row;
    let (.., withdrawn_at, confirmed_at, revision) = row;
    let invalid = |cause: String| StoreError::row(format!("crowd report {id}"), cause);
    Ok(CrowdReport {
        id: ReportId(*id),
        beach: FeatureId::new(beach).map_err(|error| invalid(error.to_string()))?,
        observed_at: *observed_at,
        received_at: *received_at,
        phone_observed_at: *phone_observed_at,
        skew: TimeDelta::try_milliseconds(*skew).ok_or_else(|| invalid(format!("skew {skew}")))?,
        author: ActorId(*author),
        role: Role::named(role).ok_or_else(|| invalid(format!("role `{role}`")))?,
        crowd: crowd(*people, method.as_deref(), band.as_deref())
            .ok_or_else(|| invalid(format!("people {people:?}, method {method:?}, band {band:?}")))?,
        withdrawn_at,
        confirmed_at,
        revision: Revision(revision),
    })
}

fn crowd(people: Option<i64>, method: Option<&str>, band: Option<&str>) -> Option<Crowd> {
    match (people, method, band) {
        (Some(people), Some(method), None) => {
            Some(Crowd::Count(u32::try_from(people).ok()?, Method::named(method)?))
        }
        (None, None, Some(band)) => Some(Crowd::Band(Band::named(band)?)),
        _ => None,
    }
}

/// The columns `people`, `method` and `band`.
fn crowd_columns(crowd: Crowd) -> (Option<i64>, Option<&'static str>, Option<&'static str>) {
    match crowd {
        Crowd::Count(people, method) => (Some(people.into()), Some(method.name()), None),
        Crowd::Band(band) => (None, None, Some(band.name())),
    }
}

/// `at`, or the last instant that both databases compare alike.
fn comparable(at: DateTime<Utc>) -> DateTime<Utc> {
    at.min(DateTime::UNIX_EPOCH + LAST)
}

fn reports(rows: Vec<ReportRow>) -> Result<Vec<CrowdReport>, StoreError> {
    rows.into_iter().map(report).collect()
}

async fn find(link: &mut Link, id: ReportId) -> Result<Option<CrowdReport>, StoreError> {
    const SELECT: &str = select!("WHERE id = $1");
    let row: Option<ReportRow> =
        on!(link, conn => sqlx::query_as(SELECT).bind(id.0).fetch_optional(conn).await)?;
    row.map(report).transpose()
}

impl Tx {
    /// The report `id`.
    pub async fn report(&mut self, id: ReportId) -> Result<Option<CrowdReport>, StoreError> {
        self.flush().await?;
        find(&mut self.link, id).await
    }

    /// Those of `ids` that are stored, or will be.
    pub async fn reports(&mut self, ids: &[ReportId]) -> Result<Vec<CrowdReport>, StoreError> {
        let unseen: Vec<ReportId> = ids.iter().filter(|id| !self.seen.contains_key(id)).copied().collect();
        self.foresee(&unseen).await?;
        Ok(ids.iter().filter_map(|id| self.seen.get(id)?.clone()).collect())
    }

    /// Looks up `ids` all at once, for who will ask for some of them at a time.
    pub async fn foresee(&mut self, ids: &[ReportId]) -> Result<(), StoreError> {
        let stored = self.stored_reports(ids).await?;
        self.seen.extend(ids.iter().map(|id| (*id, None)));
        self.seen.extend(stored.into_iter().map(|report| (report.id, Some(report))));
        Ok(())
    }

    async fn stored_reports(&mut self, ids: &[ReportId]) -> Result<Vec<CrowdReport>, StoreError> {
        let mut found = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let rows: Vec<ReportRow> = on!(&mut self.link, conn => {
                let mut query = QueryBuilder::new(select!("WHERE id IN ("));
                let mut listed = query.separated(", ");
                for id in ids {
                    listed.push_bind(id.0);
                }
                query.push(") ORDER BY id").build_query_as().fetch_all(conn).await
            })?;
            found.extend(reports(rows)?);
        }
        Ok(found)
    }

    /// The beaches that are there.
    pub async fn beaches_there(&mut self) -> Result<Arc<BTreeSet<FeatureId>>, StoreError> {
        const SELECT: &str =
            "SELECT id FROM feature WHERE collection = 'beaches' AND deleted_at IS NULL ORDER BY id";
        if let Some(known) = &self.beaches {
            return Ok(known.clone());
        }
        let ids: Vec<String> = on!(&mut self.link, conn => sqlx::query_scalar(SELECT).fetch_all(conn).await)?;
        let there: Arc<BTreeSet<FeatureId>> =
            Arc::new(ids.iter().filter_map(|id| FeatureId::new(id).ok()).collect());
        self.beaches = Some(there.clone());
        Ok(there)
    }

    /// Writes new reports, with the rest of what is pending.
    pub fn save_reports(&mut self, reports: Vec<CrowdReport>) {
        self.seen.extend(reports.iter().map(|report| (report.id, Some(report.clone()))));
        self.pending.reports.extend(reports);
    }

    pub(in crate::store) async fn write_reports(
        &mut self,
        reports: &[CrowdReport],
    ) -> Result<(), StoreError> {
        const INSERT: &str =
            "INSERT INTO crowd_report (id, beach, observed_at, received_at, phone_observed_at,
                skew_ms, author, role, people, method, band, withdrawn_at, confirmed_at, revision) ";
        on!(&mut self.link, conn => {
            let mut query = QueryBuilder::new(INSERT);
            query.push_values(reports, |mut row, report| {
                let (people, method, band) = crowd_columns(report.crowd);
                row.push_bind(report.id.0)
                    .push_bind(report.beach.as_str())
                    .push_bind(report.observed_at)
                    .push_bind(report.received_at)
                    .push_bind(report.phone_observed_at)
                    .push_bind(report.skew.num_milliseconds())
                    .push_bind(report.author.0)
                    .push_bind(report.role.name())
                    .push_bind(people)
                    .push_bind(method)
                    .push_bind(band)
                    .push_bind(report.withdrawn_at)
                    .push_bind(report.confirmed_at)
                    .push_bind(report.revision.0);
            });
            query.build().execute(conn).await.map(drop)
        })?;
        Ok(())
    }

    /// Takes a report back that was not.
    pub async fn withdraw_report(
        &mut self,
        id: ReportId,
        at: DateTime<Utc>,
        revision: Revision,
    ) -> Result<(), StoreError> {
        const UPDATE: &str = "UPDATE crowd_report SET withdrawn_at = $2, revision = $3
            WHERE id = $1 AND withdrawn_at IS NULL";
        self.flush().await?;
        self.seen.remove(&id);
        on!(&mut self.link, conn => sqlx::query(UPDATE)
            .bind(id.0).bind(at).bind(revision.0).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Confirms a report that was not.
    pub async fn confirm_report(
        &mut self,
        id: ReportId,
        at: DateTime<Utc>,
        revision: Revision,
    ) -> Result<(), StoreError> {
        const UPDATE: &str = "UPDATE crowd_report SET confirmed_at = $2, revision = $3
            WHERE id = $1 AND confirmed_at IS NULL";
        self.flush().await?;
        self.seen.remove(&id);
        on!(&mut self.link, conn => sqlx::query(UPDATE)
            .bind(id.0).bind(at).bind(revision.0).execute(conn).await.map(drop))?;
        Ok(())
    }
}

impl Reading {
    /// Every report of which something was said after `revision`, as it is now; in the order in which it was.
    pub async fn reports_after(&mut self, revision: Revision) -> Result<Vec<CrowdReport>, StoreError> {
        const SELECT: &str = select!("WHERE $1 < revision ORDER BY revision, id");
        let rows = on!(&mut self.link, conn =>
            sqlx::query_as(SELECT).bind(revision.0).fetch_all(conn).await)?;
        reports(rows)
    }

    /// Every report of `beach` that was observed in [`from`, `to`), in the order in which it was.
    pub async fn reports_of(
        &mut self,
        beach: &FeatureId,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Vec<CrowdReport>, StoreError> {
        const SELECT: &str =
            select!("WHERE beach = $1 AND $2 <= observed_at AND observed_at < $3 ORDER BY observed_at, id");
        let rows = on!(&mut self.link, conn =>
            sqlx::query_as(SELECT).bind(beach.as_str()).bind(from).bind(to).fetch_all(conn).await)?;
        reports(rows)
    }

    /// At most `limit` of the reports that `filter` asks for and that stand before `before`, the last observed first.
    pub async fn reports(
        &mut self,
        filter: &ReportFilter,
        before: Option<ReportPlace>,
        limit: usize,
    ) -> Result<Page<CrowdReport>, StoreError> {
        // One more, so as to know whether there are more.
        let rows_to_read = i64::try_from(limit).map_or(i64::MAX, |limit| limit.saturating_add(1));
        let rows = on!(&mut self.link, conn => {
            let mut query = QueryBuilder::new(select!("WHERE 1 = 1"));
            if let Some((author, beaches)) = &filter.visible {
                query.push(" AND (author = ").push_bind(author.map(|author| author.0));
                for beach in beaches {
                    query.push(" OR beach = ").push_bind(beach.as_str());
                }
                query.push(")");
            }
            if let Some(beach) = &filter.beach {
                query.push(" AND beach = ").push_bind(beach.as_str());
            }
            if let Some(from) = filter.from {
                query.push(" AND observed_at >= ").push_bind(comparable(from));
            }
            if let Some(to) = filter.to {
                query.push(" AND observed_at < ").push_bind(comparable(to));
            }
            if let Some(place) = before {
                query.push(" AND (observed_at, id) < (").push_bind(place.observed_at);
                query.push(", ").push_bind(place.id.0).push(")");
            }
            query.push(" ORDER BY observed_at DESC, id DESC LIMIT ").push_bind(rows_to_read);
            query.build_query_as().persistent(false).fetch_all(conn).await
        })?;
        let mut rows = reports(rows)?;
        let more = limit < rows.len();
        rows.truncate(limit);
        Ok(Page { rows, more })
    }
}
