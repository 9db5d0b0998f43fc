//! What one types to try the beach rule.
use super::DatabaseArgs;
use super::clock::{instant, span};
use crate::ids::FeatureId;
use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum CrowdVerb {
    /// Answer what the status of a beach was, or would have been, as a JSON array, an object an instant.
    ///
    /// From a scenario, or from what is stored of a beach: beside a running server, and changing nothing.
    Replay(ReplayArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// The reports, the tide, the beach, and the instants to answer for: a JSON file.
    #[arg(long, value_name = "FILE", required_unless_present = "beach", conflicts_with = "beach")]
    pub(crate) scenario: Option<PathBuf>,
    /// The beach whose stored reports are replayed.
    #[arg(long, value_name = "ID", value_parser = beach, requires_all = ["from", "to"])]
    pub(crate) beach: Option<FeatureId>,
    /// Of a beach: the first instant, such as 2026-07-18T09:00:00Z.
    #[arg(long, value_name = "INSTANT", value_parser = instant, requires = "beach")]
    pub(crate) from: Option<DateTime<Utc>>,
    /// Of a beach: the last instant.
    #[arg(long, value_name = "INSTANT", value_parser = instant, requires = "beach")]
    pub(crate) to: Option<DateTime<Utc>>,
    /// Of a beach: it is answered for the whole multiples of this time, such as 10m, in between.
    #[arg(long, value_name = "TIME", value_parser = step, default_value = "10m")]
    pub(crate) every: TimeDelta,
    /// Values to try in place of the scenario's policy, or of the one that was in force: a TOML file; what it leaves
    /// out is the default's.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
}

fn beach(text: &str) -> Result<FeatureId, String> {
    FeatureId::new(text).map_err(|error| error.to_string())
}

/// A span that leads somewhere.
fn step(text: &str) -> Result<TimeDelta, &'static str> {
    let step = span(text)?;
    if step.is_zero() { Err("expected a time of at least 1s") } else { Ok(step) }
}
