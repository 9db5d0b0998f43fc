//! How high the sea stands between turning points that a table gives. Knows no beach.
use chrono::{DateTime, Utc};
use std::f64::consts::PI;

/// A high or low water.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TurningPoint {
    /// When.
    pub at: DateTime<Utc>,
    /// How high, in metres over the datum of the table and of the beaches' profiles.
    pub height_m: f64,
}

/// A table of turning points, in the order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tide {
    station: Option<String>,
    points: Vec<TurningPoint>,
}

/// Why turning points are not a table.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TideError {
    /// Not a height of the sea.
    #[error("the tide at {at} is {height_m} m, expected -100 to 100")]
    Height {
        /// When.
        at: DateTime<Utc>,
        /// How high.
        height_m: f64,
    },
    /// Two heights at one time.
    #[error("the tide at {0} is given twice, with two heights")]
    Twice(DateTime<Utc>),
}

/// Where the sea is going.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// To the next high water.
    Rising,
    /// To the next low water.
    Falling,
}

impl Trend {
    /// Its name outside.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rising => "rising",
            Self::Falling => "falling",
        }
    }
}

/// The tide at an instant. What is computed from turning points is approximate, always.
#[derive(Clone, Debug, PartialEq)]
pub struct TideNow {
    /// How high the sea stands; `None`: not known.
    pub height_m: Option<f64>,
    /// Where it is going; `None`: not known, or nowhere.
    pub trend: Option<Trend>,
    /// Whose tide it is, as the table says.
    pub station: Option<String>,
    /// The next turning point of the table.
    pub next: Option<TurningPoint>,
}

impl Tide {
    /// Between turning points farther apart nothing is said: one must be missing.
    pub const LONGEST_MS: i64 = 8 * 60 * super::MINUTE;

    /// The table of these turning points, in whatever order they come.
    ///
    /// # Errors
    /// When a height is not one, or two are given for one millisecond.
    pub fn new(station: Option<String>, mut points: Vec<TurningPoint>) -> Result<Self, TideError> {
        for &TurningPoint { at, height_m } in &points {
            if !(-100.0..=100.0).contains(&height_m) {
                return Err(TideError::Height { at, height_m });
            }
        }
        points.sort_by_key(|point| point.at.timestamp_millis());
        points.dedup();
        match points.windows(2).find(|pair| pair[0].at.timestamp_millis() == pair[1].at.timestamp_millis()) {
            Some(pair) => Err(TideError::Twice(pair[0].at)),
            None => Ok(Self { station, points }),
        }
    }

    /// The tide at `now`.
    ///
    /// Between two turning points the height follows half a cosine. Before the first and after the last, and between
    /// two more than 8 hours apart, it is not known; at a turning point it is the table's. Nothing is extrapolated.
    pub fn at(&self, now: DateTime<Utc>) -> TideNow {
        let (before, after) = self.around(now.timestamp_millis());
        let trend = before.zip(after).filter(|(before, after)| is_close(*before, *after)).and_then(
            |(before, after)| match before.height_m.total_cmp(&after.height_m) {
                std::cmp::Ordering::Less => Some(Trend::Rising),
                std::cmp::Ordering::Greater => Some(Trend::Falling),
                std::cmp::Ordering::Equal => None,
            },
        );
        let height_m = self.height_m(now.timestamp_millis());
        TideNow { height_m, trend, station: self.station.clone(), next: after }
    }

    /// The last turning point at or before `ms`, and the first after it.
    fn around(&self, ms: i64) -> (Option<TurningPoint>, Option<TurningPoint>) {
        let after = self.points.partition_point(|point| point.at.timestamp_millis() <= ms);
        let before = after.checked_sub(1).map(|before| self.points[before]);
        (before, self.points.get(after).copied())
    }

    pub(super) fn height_m(&self, ms: i64) -> Option<f64> {
        let (before, after) = self.around(ms);
        let before = before?;
        let start = before.at.timestamp_millis();
        if start == ms {
            return Some(before.height_m);
        }
        let after = after.filter(|after| is_close(before, *after))?;
        let (low, high) = (before.height_m, after.height_m);
        let part = as_f64(ms - start) / as_f64(after.at.timestamp_millis() - start);
        Some(f64::midpoint(low, high) + (low - high) / 2.0 * (PI * part).cos())
    }
}

fn is_close(before: TurningPoint, after: TurningPoint) -> bool {
    after.at.timestamp_millis() - before.at.timestamp_millis() <= Tide::LONGEST_MS
}

#[expect(clippy::cast_precision_loss, reason = "at most 8 hours in milliseconds")]
fn as_f64(ms: i64) -> f64 {
    ms as f64
}
