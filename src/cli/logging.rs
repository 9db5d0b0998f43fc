//! The log: on standard error, as text for a person and as JSON for a machine.
use super::args::LogLevel;
use std::io::{IsTerminal, stderr};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Begins to log what this program says at `level`, and what its libraries warn of.
pub(super) fn start(level: LogLevel) {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let wanted = Targets::new()
        .with_target("promenade", level)
        // At any level: what of the audit was rewritten shows by these lines alone.
        .with_target("promenade::app::anchors", LevelFilter::INFO)
        // At any level, too: nobody shall take a rehearsal for the real thing.
        .with_target("promenade::cli::rehearsal", level.max(LevelFilter::WARN))
        .with_default(level.min(LevelFilter::WARN));
    let log = tracing_subscriber::registry().with(wanted);
    // An error is somebody else logging already, as in a test: then they go on.
    let _ = if stderr().is_terminal() {
        log.with(fmt::layer().with_writer(stderr)).try_init()
    } else {
        log.with(fmt::layer().json().flatten_event(true).with_writer(stderr)).try_init()
    };
}
