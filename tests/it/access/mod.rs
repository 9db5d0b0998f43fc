//! Who may act: made, followed on every node, revoked, forgotten; and what of it is kept where.
mod life;
mod timing;

use crate::support::at;
use crate::support::people::Person;
use chrono::TimeDelta;
use promenade::app::App;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const NOON: &str = "2026-07-18T12:00:00Z";

/// Whether `app` accepts the token of `person`.
fn accepts(app: &App, person: &Person) -> bool {
    app.roster().caller(&person.text, app.clock().now()).is_some()
}

/// Waits until `app` does, or does not, accept the token, and says how long that took.
async fn until_it_accepts(app: &App, person: &Person, wanted: bool) -> Duration {
    let start = Instant::now();
    while accepts(app, person) != wanted {
        assert!(start.elapsed() < Duration::from_secs(10), "after {:?}", start.elapsed());
        sleep(Duration::from_millis(5)).await;
    }
    start.elapsed()
}

/// Moves the clock to so long after noon.
fn after_noon(app: &App, time: TimeDelta) {
    app.clock().set(at(NOON) + time);
}
