//! What one may type; each option also as a variable, save the one that makes the time up.
mod access;
mod clock;
mod crowd;
mod events;

pub(super) use access::{
    CreateOrganisationArgs, CreateTokenArgs, OrganisationVerb, RevokeTokenArgs, TokenVerb,
};
pub(super) use clock::{ClockVerb, REHEARSAL_DATABASE, RehearsalArgs};
pub(super) use crowd::{CrowdVerb, ReplayArgs};
pub(super) use events::ImportEventsArgs;

use super::failure::EXIT_CODES;
use crate::http::Rate;
use crate::http::server::Network;
use crate::store::Anchor;
use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where the database is when nobody says.
pub(super) const DEFAULT_DATABASE: &str = "sqlite://promenade.db";
const DATABASE_HELP: &str = "The database: `sqlite://FILE`, or `postgres://USER@HOST/NAME`";

/// The open backend of a seaside council's leisure and tourism app.
///
/// Without a command it serves: on first start it creates its database in the working folder and takes in the
/// shipped area.
#[derive(Debug, Parser)]
#[command(name = "promenade", version, args_conflicts_with_subcommands = true, after_help = EXIT_CODES)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) verb: Option<Verb>,
    #[command(flatten)]
    pub(super) serve: ServeArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Answer requests until told to stop (the default).
    Serve(ServeArgs),
    /// Create a database, or bring one up to date, and take in an area.
    Init(InitArgs),
    /// Take in an area folder, or its tides alone; the same files again change nothing.
    Import(ImportArgs),
    /// Write the stored area as a folder that `import` reads back equal.
    Export(ExportArgs),
    /// Read an area folder and list every finding, without a database.
    Check(CheckArgs),
    /// Close a place, for a while or for good.
    Close(CloseArgs),
    /// Open a closed place again.
    Open(PlaceArgs),
    /// Tokens: who may do what over the API.
    #[command(subcommand)]
    Token(TokenVerb),
    /// Organisations, whose actors publish.
    #[command(subcommand)]
    Organisation(OrganisationVerb),
    /// The beach rule: how full a beach is, and what a change of policy would do.
    #[command(subcommand)]
    Crowd(CrowdVerb),
    /// The time of a rehearsal: move it on.
    #[command(subcommand)]
    Clock(ClockVerb),
    /// Show whether the record of who did what is as it was written.
    #[command(subcommand)]
    Audit(AuditVerb),
}

#[derive(Debug, Subcommand)]
pub(super) enum AuditVerb {
    /// Hold every row against its hash and the anchors given; name the first that is not as it was written.
    Verify(VerifyArgs),
    /// Print the anchor of the last row, to be kept where who can write the database cannot change it.
    Anchor(DatabaseArgs),
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
    /// An anchor that was kept outside, as `SEQ:HASH`; may be given more than once.
    #[arg(long, value_name = "ANCHOR")]
    pub(super) anchor: Vec<Anchor>,
    /// A file with such anchors anywhere in it, such as the server's log.
    #[arg(long, value_name = "FILE")]
    pub(super) anchors: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct DatabaseArgs {
    /// The database.
    #[arg(long, env = "PROMENADE_DATABASE", value_name = "URL", default_value = DEFAULT_DATABASE, hide_env_values = true, help = DATABASE_HELP)]
    pub(super) database: String,
}

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// The address to answer the public at.
    #[arg(long, env = "PROMENADE_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080", value_parser = address)]
    pub(super) listen: SocketAddr,
    /// The address for what the public must not see: figures and health.
    #[arg(long, env = "PROMENADE_ADMIN_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8081", value_parser = address)]
    pub(super) admin_listen: SocketAddr,
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
    /// The area folder an empty database takes in [default: the shipped area].
    #[arg(long, env = "PROMENADE_AREA", value_name = "FOLDER")]
    pub(super) area: Option<PathBuf>,
    /// The address that links begin with [default: http:// and the address listened at].
    #[arg(long, env = "PROMENADE_PUBLIC_URL", value_name = "URL", value_parser = public_url)]
    pub(super) public_url: Option<String>,
    /// What the log says: problems, what happens, or every request too.
    #[arg(long, env = "PROMENADE_LOG", value_name = "LEVEL", default_value = "info")]
    pub(super) log: LogLevel,
    /// Networks of trusted proxies: their connections are not counted by address, and their word is taken about
    /// whom they ask for (`X-Forwarded-For`).
    #[arg(long, env = "PROMENADE_TRUSTED_PROXIES", value_name = "NETWORK,…", value_delimiter = ',')]
    pub(super) trusted_proxies: Vec<Network>,
    /// How many reads an address (of IPv6 a /64) may ask for a second, and how many at once. Held to only while the
    /// server has more to do than it can.
    #[arg(long, env = "PROMENADE_READS_PER_ADDRESS", value_name = "RATE", default_value = "100/400")]
    pub(super) reads_per_address: Rate,
    /// How many writes a token may ask for a second, and how many at once.
    #[arg(long, env = "PROMENADE_WRITES_PER_TOKEN", value_name = "RATE", default_value = "2/50")]
    pub(super) writes_per_token: Rate,
    /// Erase the names of actors who have had no token for so many days; 0: never.
    #[arg(long, env = "PROMENADE_FORGET_AFTER_DAYS", value_name = "DAYS", default_value = "400", value_parser = value_parser!(u32).range(..=36_500))]
    pub(super) forget_after_days: u32,
    /// A file with authorities (PEM) to trust beside those of the system when feeds are asked.
    #[arg(long, env = "PROMENADE_FEED_CA", value_name = "FILE")]
    pub(super) feed_ca: Option<PathBuf>,
    /// Rehearse: serve this machine alone, by a clock that begins at this instant and that `promenade clock` moves.
    // Without a variable: it must not be on because of something that was set long ago.
    #[arg(long, value_name = "INSTANT", value_parser = clock::instant)]
    pub(super) rehearse_at: Option<DateTime<Utc>>,
}

/// How much the log says.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum LogLevel {
    /// What failed.
    Error,
    /// What went wrong, too.
    Warn,
    /// What happens, too: start, stop, commands.
    Info,
    /// Every request, too; never its query, which may say where a visitor is.
    Debug,
}

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
    /// The area folder to take in [default: the shipped area].
    #[arg(long, env = "PROMENADE_AREA", value_name = "FOLDER")]
    pub(super) area: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct ImportArgs {
    #[command(subcommand)]
    pub(super) part: Option<ImportPart>,
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
    /// The area folder; one that is called `tides` or `events` is given as `./tides`, `./events`.
    #[arg(value_name = "FOLDER", required = true)]
    pub(super) area: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum ImportPart {
    /// Take in a table of tides, in place of the one that is stored.
    Tides(ImportTidesArgs),
    /// Take in a document of events, such as a calendar, as those of a feed.
    Events(ImportEventsArgs),
}

#[derive(Debug, Args)]
pub(super) struct ImportTidesArgs {
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
    /// The table: CSV with the columns `kind` (high or low), `time_utc`, `height_m`.
    #[arg(value_name = "FILE")]
    pub(super) table: PathBuf,
    /// Whose tide it is [default: as the table says itself, or else `area.toml`].
    #[arg(long, value_name = "NAME")]
    pub(super) station: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
    /// The folder to write: new, or empty.
    #[arg(value_name = "FOLDER")]
    pub(super) folder: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// The area folder [default: the shipped area].
    #[arg(value_name = "FOLDER")]
    pub(super) area: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct PlaceArgs {
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
    /// The place, as `COLLECTION/ID`, such as `toilets/wc-pier-gap`.
    #[arg(value_name = "PLACE", value_parser = place)]
    pub(super) place: (String, String),
}

#[derive(Debug, Args)]
pub(super) struct CloseArgs {
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// Why, as visitors will read it.
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    /// When the closure ends by itself, such as 2026-07-18T16:00:00Z [default: when somebody opens it].
    #[arg(long, value_name = "INSTANT", conflicts_with = "for_good")]
    pub(super) until: Option<String>,
    /// Whether it will never open again.
    #[arg(long)]
    pub(super) for_good: bool,
}

fn place(text: &str) -> Result<(String, String), &'static str> {
    let (collection, id) =
        text.split_once('/').ok_or("expected COLLECTION/ID, such as toilets/wc-pier-gap")?;
    Ok((collection.to_owned(), id.to_owned()))
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "expected an IP address and a port, such as 127.0.0.1:8080 or [::]:80")
}

fn public_url(text: &str) -> Result<String, &'static str> {
    const WANTED: &str = "expected http:// or https:// and a host, without a path, query or fragment";
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or(WANTED)?;
    let host = rest.strip_suffix('/').unwrap_or(rest);
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
    if host.is_empty() || !host.bytes().all(plain) {
        return Err(WANTED);
    }
    Ok(text.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent_with_itself() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_a_command_it_serves() {
        let cli = Cli::try_parse_from(["promenade", "--listen", "[::1]:80"]).unwrap();
        assert!(cli.verb.is_none());
        assert_eq!(cli.serve.listen, "[::1]:80".parse().unwrap());
    }

    #[test]
    fn a_public_url_is_a_scheme_and_a_host() {
        for (text, want) in [
            ("https://api.example.org/", Some("https://api.example.org")),
            ("http://[::1]:8080", Some("http://[::1]:8080")),
            ("api.example.org", None),
            ("https://", None),
            ("https://example.org/api", None),
            ("https://user@example.org", None),
        ] {
            assert_eq!(public_url(text).ok().as_deref(), want, "{text}");
        }
    }
}
