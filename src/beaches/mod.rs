//! How full a beach is, and for how long that may be said. Pure: no clock, no SQL, no HTTP, no notation.
//!
//! The rule is told in ARCHITECTURE.md, "The beach rule". Its parts, in the order in which they build on each other:
//! [`Policy`] (what is adjustable), [`Tide`], [`Beach`] (area and capacity), [`Report`] (which count, and for how
//! much), the estimate, the level, [`Override`], and [`status`], which answers.
mod advice;
mod beach;
mod confidence;
mod day;
mod decimal;
mod estimate;
mod level;
mod outlook;
mod overrides;
mod policy;
mod report;
mod status;
#[cfg(test)]
mod tests;
mod tide;
mod used;
mod watch;

pub use advice::{Advice, AdviceCode};
pub use beach::{Beach, Profile, ProfileError};
pub use confidence::{Confidence, Reason};
pub use day::{Day, Rule};
pub use decimal::{Decimal, DecimalError};
pub use level::{Colour, Freshness, Level};
pub use outlook::ExpectedChange;
pub use overrides::{Access, Override};
pub use policy::{Policy, PolicyError, PolicyValues};
pub use report::{Band, Crowd, Method, Report, Reports, Role};
pub use status::{Gist, Replay, Status, status};
pub use tide::{Tide, TideError, TideNow, Trend, Turn, TurningPoint};
pub use watch::Watch;

use chrono::{DateTime, Utc};

/// A minute, in the milliseconds in which all is counted here.
const MINUTE: i64 = 60_000;

/// The instant so many milliseconds after the beginning of 1970.
fn instant(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The first whole ten minutes (UTC) after `ms`.
fn next_ten_minutes(ms: i64) -> i64 {
    (ms.div_euclid(10 * MINUTE) + 1) * 10 * MINUTE
}
