//! What one types to try the beach rule.
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum CrowdVerb {
    /// Answer what the status of a beach would have been, as a JSON array, an object an instant.
    Replay(ReplayArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// The reports, the tide, the beach, and the instants to answer for: a JSON file.
    #[arg(long, value_name = "FILE")]
    pub(crate) scenario: PathBuf,
    /// Values to try in place of the scenario's policy: a TOML file; what it leaves out is the default's.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
}
