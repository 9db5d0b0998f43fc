//! The door that time comes in by: a node's duties, each begun when it is due by the clock of the service.
//!
//! A duty is a method of [`App`], and what it changes is changed by a command. It is never begun while it still runs,
//! one that fails or panics is begun again when it is due again, and none runs on when [`run`] has returned.
mod due;

pub use due::{Duty, Ran, due};

use crate::app::{App, Error, FEEDING, PUBLISHING};
use crate::clock::Clock;
use chrono::TimeDelta;
use futures_util::FutureExt;
use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// How often it is looked whether anything is due.
const LOOK: Duration = Duration::from_millis(250);
/// How long the end may wait for what still runs.
const LAST: Duration = Duration::from_secs(2);

/// Does what time sets off on the node of `app`, until `stopped`. Actors without a token for as long as `forget_after`
/// are forgotten; none where it is none.
pub async fn run(app: App, forget_after: Option<TimeDelta>, stopped: impl Future<Output = ()>) {
    let perform = |duty| {
        let app = app.clone();
        async move {
            match duty {
                Duty::Publish => {
                    // Neither waits for the other to be well.
                    let statuses = app.publish().await;
                    app.publish_drafts().await.and(statuses)
                }
                Duty::Reconcile => app.reconcile().await,
                Duty::Feeds => app.take_feeds_in().await,
                Duty::NoteUses => app.note_uses().await,
                Duty::Forget => app.forget(forget_after).await,
            }
        }
    };
    keep(app.clock(), perform, stopped).await;
    for lease in [PUBLISHING, FEEDING] {
        if let Ok(Err(error)) = timeout(LAST, app.give_back(lease)).await {
            tracing::warn!(lease, error = %error, "the lease is not given back; another node waits for its end");
        }
    }
}

/// How a duty ended: none when it panicked.
type Ended = (Duty, Option<Result<(), Error>>);

/// Has each duty performed when it is due by `clock`, until `stopped`.
async fn keep<F>(clock: &Clock, perform: impl Fn(Duty) -> F, stopped: impl Future<Output = ()>)
where
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut ran, mut running, mut failing) = (Ran::new(), BTreeSet::new(), BTreeSet::new());
    let mut tasks: JoinSet<Ended> = JoinSet::new();
    let mut stopped = pin!(stopped);
    loop {
        tokio::select! {
            () = &mut stopped => break,
            Some(Ok((duty, ended))) = tasks.join_next() => {
                running.remove(&duty);
                report(duty, ended, &mut failing);
            }
            _ = looks.tick() => {
                let now = clock.now();
                for duty in due(now, &ran) {
                    if running.insert(duty) {
                        ran.insert(duty, now);
                        let work = AssertUnwindSafe(perform(duty)).catch_unwind();
                        tasks.spawn(async move { (duty, work.await.ok()) });
                    }
                }
            }
        }
    }
    let rest = async {
        while let Some(ended) = tasks.join_next().await {
            if let Ok((duty, ended)) = ended {
                report(duty, ended, &mut failing);
            }
        }
    };
    // What waits longer is cut off: a command that was handed over is carried out or not, as the writer's.
    if timeout(LAST, rest).await.is_err() {
        tasks.shutdown().await;
    }
}

/// Says in the log that a duty fails, the first time, and that it does not any more.
fn report(duty: Duty, ended: Option<Result<(), Error>>, failing: &mut BTreeSet<Duty>) {
    let name = duty.name();
    match ended {
        Some(Ok(())) => {
            if failing.remove(&duty) {
                tracing::info!(duty = name, "a duty is done again");
            }
        }
        Some(Err(error)) if failing.insert(duty) => {
            tracing::warn!(duty = name, error = %error, "a duty failed; it is tried again when it is due");
        }
        Some(Err(error)) => tracing::debug!(duty = name, error = %error, "a duty failed again"),
        None => {
            failing.insert(duty);
            tracing::error!(duty = name, "a duty panicked; it is tried again when it is due");
        }
    }
}

#[cfg(test)]
mod tests;
