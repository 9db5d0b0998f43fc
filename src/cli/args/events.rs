//! What is typed to take in events.
use super::DatabaseArgs;
use crate::catalogue::FeedFormat;
use crate::cli::events::format;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct ImportEventsArgs {
    #[command(flatten)]
    pub(in crate::cli) database: DatabaseArgs,
    /// The document: a file, or an https address at a host of one of the area's feeds.
    #[arg(value_name = "FILE|ADDRESS")]
    pub(in crate::cli) source: String,
    /// The feed whose its events are: one of the area's, or a new slug.
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) feed: String,
    /// How it is written: ics, jsonld, rpde or csv [default: as `area.toml` says, or as the file's name ends].
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    pub(in crate::cli) format: Option<FeedFormat>,
    /// The organisation whose its events are [default: as `area.toml` says].
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) organisation: Option<String>,
    /// It is all of the feed: what is not in it is gone [default: unless it is rpde].
    #[arg(long, conflicts_with = "part")]
    pub(in crate::cli) whole: bool,
    /// It is some of the feed: what is not in it stays [default: if it is rpde].
    #[arg(long)]
    pub(in crate::cli) part: bool,
    /// Take it in even if it looks broken.
    #[arg(long)]
    pub(in crate::cli) force: bool,
    /// A host that may be asked though no feed of the area is there, as `HOST` or `HOST:PORT`.
    #[arg(long, value_name = "HOST")]
    pub(in crate::cli) allow_host: Vec<String>,
    /// A file with authorities (PEM) to trust beside those of the system.
    #[arg(long, env = "PROMENADE_FEED_CA", value_name = "FILE")]
    pub(in crate::cli) feed_ca: Option<PathBuf>,
}
