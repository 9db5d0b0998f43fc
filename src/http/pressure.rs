//! Whether the server has more to do than it can: how late a short timer rings. It knows no requests.
//!
//! Hot reads are answered without waiting, so how many are in flight says nothing: what does not fit piles up as
//! tasks that wait for their turn, and a timer's task is one of them.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How long the timer is set for.
const NAP: Duration = Duration::from_millis(20);
/// A timer this late means pressure.
const LATE: Duration = Duration::from_millis(50);
/// Pressure ends when for so long no timer was late.
const QUIET: Duration = Duration::from_secs(1);

/// Whether there is pressure: none until somebody says so. Cloning is cheap, and all clones are told.
#[derive(Clone, Debug, Default)]
pub struct Pressure(Arc<AtomicBool>);

impl Pressure {
    /// Whether there is pressure now. Costs a load of a byte.
    pub fn is_on(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Says that there is, or is not; for who knows better than [`Pressure::measure`].
    pub fn set(&self, on: bool) {
        self.0.store(on, Ordering::Relaxed);
    }

    /// Measures and says so, until it is dropped.
    pub async fn measure(self) {
        let mut late_at: Option<Instant> = None;
        loop {
            let due = Instant::now() + NAP;
            sleep_until(due).await;
            let woke = Instant::now();
            let late = woke.saturating_duration_since(due);
            if LATE <= late {
                late_at = Some(woke);
            }
            let on = late_at.is_some_and(|at| woke < at + QUIET);
            if on != self.is_on() {
                self.set(on);
                if on {
                    tracing::warn!(
                        late_ms = late.as_millis(),
                        "under pressure: reads are limited by address"
                    );
                } else {
                    tracing::info!("no longer under pressure");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{advance, sleep};

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_timer_is_pressure_until_a_second_was_quiet() {
        let pressure = Pressure::default();
        let measuring = tokio::spawn(pressure.clone().measure());
        sleep(ms(500)).await;
        assert!(!pressure.is_on(), "timers ring when they should");
        // Nobody runs while time passes: as if every worker were busy.
        advance(ms(45)).await;
        sleep(ms(1)).await;
        assert!(!pressure.is_on(), "a little late is nothing");
        advance(ms(80)).await;
        sleep(ms(1)).await;
        assert!(pressure.is_on());
        sleep(ms(950)).await;
        assert!(pressure.is_on(), "for a second it may be a pause between two waves");
        sleep(ms(100)).await;
        assert!(!pressure.is_on());
        measuring.abort();
    }
}
