//! How often promotions were looked at and followed: totals by day, and for a while the hashes of what was counted.
use super::StoreError;
use super::link::on;
use super::tx::{Reading, Tx};
use crate::command::{Count, CountKind};
use crate::ids::FeatureId;
use chrono::{NaiveDate, TimeDelta};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Views and clicks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How often it was looked at.
    pub views: i64,
    /// How often it was followed.
    pub clicks: i64,
}

/// What was counted of one promotion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PromotionCounts {
    /// By the days of the area on which anything was.
    pub days: BTreeMap<NaiveDate, Counts>,
    /// Ever.
    pub total: Counts,
}

/// Days before today whose hashes are kept: what is sent again the day after is still known.
const KEPT: i64 = 1;
/// Hashes that one count forgets at most. More than it adds, so they do not pile up; few, so that it never takes long.
const FORGOTTEN: i64 = 16;

const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a date");

impl Counts {
    fn add(&mut self, kind: &str, total: i64) {
        if kind == CountKind::View.name() {
            self.views += total;
        } else if kind == CountKind::Click.name() {
            self.clicks += total;
        }
    }
}

impl Tx {
    /// Counts `count`, unless that was done already. `Ok(false)`: it was.
    pub async fn count(&mut self, count: &Count) -> Result<bool, StoreError> {
        const REMEMBER: &str =
            "INSERT INTO promotion_nonce (hash, day) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING";
        const ADD: &str = "INSERT INTO promotion_count (promotion, day, kind, total) VALUES ($1, $2, $3, 1)
            ON CONFLICT (promotion, day, kind) DO UPDATE SET total = promotion_count.total + 1";
        const FORGET: &str = "DELETE FROM promotion_nonce WHERE hash IN
            (SELECT hash FROM promotion_nonce WHERE day < $1 ORDER BY day, hash LIMIT $2)";
        let day = number(count.day);
        let hash = hash(count);
        let added = on!(&mut self.link, conn => sqlx::query(REMEMBER)
            .bind(hash.as_slice()).bind(day).execute(conn).await.map(|done| done.rows_affected()))?;
        if added == 0 {
            return Ok(false);
        }
        on!(&mut self.link, conn => sqlx::query(ADD)
            .bind(count.promotion.as_str()).bind(day).bind(count.kind.name())
            .execute(conn).await.map(drop))?;
        on!(&mut self.link, conn => sqlx::query(FORGET)
            .bind(day - KEPT).bind(FORGOTTEN).execute(conn).await.map(drop))?;
        Ok(true)
    }
}

impl Tx {
    /// Forgets hashes of days that are long enough ago on `today`, `most` at most.
    pub async fn forget_counted(&mut self, today: NaiveDate, most: i64) -> Result<(), StoreError> {
        const FORGET: &str = "DELETE FROM promotion_nonce WHERE hash IN
            (SELECT hash FROM promotion_nonce WHERE day < $1 ORDER BY day, hash LIMIT $2)";
        on!(&mut self.link, conn => sqlx::query(FORGET)
            .bind(number(today) - KEPT).bind(most).execute(conn).await.map(drop))?;
        Ok(())
    }
}

impl Reading {
    /// What was counted of `promotion`: ever, and by day from `from` on.
    pub async fn counts(
        &mut self,
        promotion: &FeatureId,
        from: NaiveDate,
    ) -> Result<PromotionCounts, StoreError> {
        const DAYS: &str = "SELECT day, kind, total FROM promotion_count
            WHERE promotion = $1 AND day >= $2 ORDER BY day, kind";
        const TOTAL: &str = "SELECT kind, CAST(SUM(total) AS BIGINT) FROM promotion_count
            WHERE promotion = $1 GROUP BY kind ORDER BY kind";
        let rows: Vec<(i64, String, i64)> = on!(&mut self.link, conn => sqlx::query_as(DAYS)
            .bind(promotion.as_str()).bind(number(from)).fetch_all(conn).await)?;
        let totals: Vec<(String, i64)> = on!(&mut self.link, conn => sqlx::query_as(TOTAL)
            .bind(promotion.as_str()).fetch_all(conn).await)?;
        let mut counts = PromotionCounts::default();
        for (day, kind, total) in rows {
            counts.days.entry(date(promotion, day)?).or_default().add(&kind, total);
        }
        for (kind, total) in totals {
            counts.total.add(&kind, total);
        }
        Ok(counts)
    }
}

/// What is kept of a nonce. Of another promotion it is another, so nobody can tell that one phone saw both.
fn hash(count: &Count) -> [u8; 32] {
    // Neither an id nor a kind has a line end.
    let seen = format!("{}\n{}\n{}", count.promotion, count.kind.name(), count.nonce);
    Sha256::digest(seen).into()
}

/// The day as it is stored.
fn number(day: NaiveDate) -> i64 {
    (day - EPOCH).num_days()
}

fn date(promotion: &FeatureId, day: i64) -> Result<NaiveDate, StoreError> {
    let date = TimeDelta::try_days(day).and_then(|since| EPOCH.checked_add_signed(since));
    let row = || format!("promotion_count of {promotion}");
    date.ok_or_else(|| StoreError::Row { row: row(), cause: format!("there is no day {day}") })
}
