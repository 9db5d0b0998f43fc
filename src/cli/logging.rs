//! The log: on standard error, as text for a person and as JSON for a machine.
use std::io::{IsTerminal, stderr};
use tracing_subscriber::EnvFilter;

/// Begins to log, at the levels that `PROMENADE_LOG` asks for, `info` when it asks for none.
pub(super) fn start() {
    let filter = EnvFilter::try_from_env("PROMENADE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    // An error is somebody else logging already, as in a test: then they go on.
    let _ = if stderr().is_terminal() { log.try_init() } else { log.json().flatten_event(true).try_init() };
}
