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

/// What a turning point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// High water.
    High,
    /// Low water.
    Low,
}

impl Turn {
    /// Its name outside.
    pub fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Low => "low",
        }
    }
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
    /// Between turning points farther apart than so many milliseconds nothing is said: one must be missing.
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

    /// Whose tide it is, as the table says.
    pub fn station(&self) -> Option<&str> {
        self.station.as_deref()
    }

    /// The first and the last turning point: nothing is known before the one and after the other.
    pub fn covered(&self) -> Option<(TurningPoint, TurningPoint)> {
        self.points.first().copied().zip(self.points.last().copied())
    }

    /// The turning points from `from` on and before `to`, in the order of time, and what each is: high when it is over
    /// the next, or the last of the table over the one before. `None`: as high as that, or alone.
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(TurningPoint, Option<Turn>)> {
        let start = self.points.partition_point(|point| point.at < from);
        let end = self.points.partition_point(|point| point.at < to).max(start);
        let beside = |n: usize| self.points.get(n + 1).or_else(|| self.points.get(n.checked_sub(1)?));
        let turn = |n: usize| match beside(n)?.height_m.total_cmp(&self.points[n].height_m) {
            std::cmp::Ordering::Less => Some(Turn::High),
            std::cmp::Ordering::Greater => Some(Turn::Low),
            std::cmp::Ordering::Equal => None,
        };
        (start..end).map(|n| (self.points[n], turn(n))).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_turning_points_of_a_span_are_those_from_its_beginning_to_before_its_end() {
        let at = |hour: u32| format!("2026-07-18T{hour:02}:00:00Z").parse::<DateTime<Utc>>().unwrap();
        let point = |(hour, height_m): (u32, f64)| TurningPoint { at: at(hour), height_m };
        let tide = Tide::new(None, [(3, 0.4), (9, 4.2), (15, 0.6), (21, 4.0)].map(point).to_vec()).unwrap();
        let [a, b, c, d] =
            [(3, 0.4, Turn::Low), (9, 4.2, Turn::High), (15, 0.6, Turn::Low), (21, 4.0, Turn::High)]
                .map(|(hour, height, turn)| (point((hour, height)), Some(turn)));
        for (from, to, expected) in [
            (0, 23, vec![a, b, c, d]),
            (3, 21, vec![a, b, c]),
            (4, 22, vec![b, c, d]),
            (21, 22, vec![d]),
            (4, 9, vec![]),
            (22, 23, vec![]),
            (9, 9, vec![]),
            (15, 3, vec![]),
        ] {
            assert_eq!(tide.between(at(from), at(to)), expected, "{from} to {to}");
        }
        assert_eq!(tide.covered(), Some((a.0, d.0)));
        let alone = Tide::new(None, vec![a.0]).unwrap();
        assert_eq!(alone.between(at(0), at(23)), [(a.0, None)]);
        assert_eq!((Tide::default().covered(), Tide::default().between(at(0), at(23))), (None, vec![]));
    }
}
