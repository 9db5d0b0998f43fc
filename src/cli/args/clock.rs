//! What one types to begin a rehearsal and to move its time.
use super::DATABASE_HELP;
use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand};

/// Where the database of a rehearsal is when nobody says.
pub(crate) const REHEARSAL_DATABASE: &str = "sqlite://rehearsal.db";

#[derive(Debug, Subcommand)]
pub(crate) enum ClockVerb {
    /// Move the time of the running rehearsal to an instant; it runs on from there.
    Set(SetClockArgs),
    /// Move the time of the running rehearsal on.
    Forward(ForwardClockArgs),
}

#[derive(Debug, Args)]
pub(crate) struct RehearsalArgs {
    /// The rehearsal's database.
    #[arg(long, env = "PROMENADE_DATABASE", value_name = "URL", default_value = REHEARSAL_DATABASE, hide_env_values = true, help = DATABASE_HELP)]
    pub(crate) database: String,
}

#[derive(Debug, Args)]
pub(crate) struct SetClockArgs {
    #[command(flatten)]
    pub(crate) database: RehearsalArgs,
    /// The instant, such as 2026-07-18T11:30:00Z.
    #[arg(value_name = "INSTANT", value_parser = instant)]
    pub(crate) to: DateTime<Utc>,
}

#[derive(Debug, Args)]
pub(crate) struct ForwardClockArgs {
    #[command(flatten)]
    pub(crate) database: RehearsalArgs,
    /// How far, such as 2h30m: days (d), hours (h), minutes (m) and seconds (s), in this order.
    #[arg(value_name = "TIME", value_parser = span)]
    pub(crate) by: TimeDelta,
}

/// An instant with its zone.
pub(super) fn instant(text: &str) -> Result<DateTime<Utc>, &'static str> {
    let read = DateTime::parse_from_rfc3339(text);
    read.map(|at| at.to_utc()).map_err(|_| "expected an instant with its zone, such as 2026-07-18T09:00:00Z")
}

/// A span of at most a thousand days.
pub(super) fn span(text: &str) -> Result<TimeDelta, &'static str> {
    const WANTED: &str = "expected a time such as 2h30m, of at most 1000d";
    const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];
    let (mut rest, mut units, mut seconds) = (text, UNITS.iter(), 0_i64);
    while let Some(end) = rest.find(|c: char| !c.is_ascii_digit()) {
        let count: i64 = rest[..end].parse().map_err(|_| WANTED)?;
        let unit = rest[end..].chars().next().ok_or(WANTED)?;
        let (_, length) = units.find(|(name, _)| *name == unit).ok_or(WANTED)?;
        seconds = count.checked_mul(*length).and_then(|more| seconds.checked_add(more)).ok_or(WANTED)?;
        rest = &rest[end + unit.len_utf8()..];
    }
    let given = !text.is_empty() && rest.is_empty() && seconds <= 1000 * 86_400;
    if given { Ok(TimeDelta::seconds(seconds)) } else { Err(WANTED) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_days_hours_minutes_and_seconds() {
        for (text, want) in [
            ("2h30m", Some(9_000)),
            ("90m", Some(5_400)),
            ("1d", Some(86_400)),
            ("1d1h1m1s", Some(90_061)),
            ("0s", Some(0)),
            ("1000d", Some(86_400_000)),
            ("1000d1s", None),
            ("", None),
            ("2", None),
            ("h", None),
            ("-2h", None),
            ("30m2h", None),
            ("2h2h", None),
            ("2h30", None),
            ("2 h", None),
            ("2å", None),
            ("99999999999999999999d", None),
        ] {
            assert_eq!(span(text).ok().map(|span| span.num_seconds()), want, "{text}");
        }
    }
}
