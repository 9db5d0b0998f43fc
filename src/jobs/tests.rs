use super::*;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::time::{advance, sleep};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

const ALL: [Duty; 5] = Duty::ALL;
use Duty::{Feeds, Forget, NoteUses, Publish, Reconcile};

#[test]
fn each_duty_is_due_at_first_and_whenever_its_time_has_passed() {
    let start = "2026-07-18T12:00:00Z";
    let mut ran = Ran::new();
    for (now, want) in [
        (start, &ALL[..]),
        (start, &[]),
        ("2026-07-18T12:00:00.999Z", &[]),
        ("2026-07-18T12:00:01Z", &[Publish]),
        ("2026-07-18T12:00:59.999Z", &[Publish]),
        ("2026-07-18T12:01:00Z", &[Feeds, NoteUses]),
        ("2026-07-18T12:05:00Z", &[Publish, Reconcile, Feeds, NoteUses]),
        ("2026-07-18T12:59:59.999Z", &[Publish, Reconcile, Feeds, NoteUses]),
        ("2026-07-18T13:00:00Z", &[Forget]),
        // A jump forwards: each once, however often its time has passed.
        ("2026-07-18T17:30:00Z", &ALL),
        ("2026-07-18T17:30:00.250Z", &[]),
        ("2026-07-18T17:30:01Z", &[Publish]),
        // A jump back: each once, and as ever from there.
        ("2026-07-18T11:00:00Z", &ALL),
        ("2026-07-18T11:00:00.500Z", &[]),
        ("2026-07-18T11:01:00Z", &[Publish, Feeds, NoteUses]),
        // A leap of a millisecond back.
        ("2026-07-18T11:00:59.999Z", &[Publish, Feeds, NoteUses]),
    ] {
        let due = due(at(now), &ran);
        assert_eq!(due, want, "{now}");
        ran.extend(due.into_iter().map(|duty| (duty, at(now))));
    }
}

#[test]
fn where_the_clocks_change_every_duty_goes_on_as_ever() {
    // Summer time begins, summer time ends, a leap day passes.
    for start in ["2026-03-29T00:00:00Z", "2026-10-25T00:00:00Z", "2028-02-28T23:00:00Z"] {
        let (mut ran, mut times) = (Ran::new(), BTreeMap::new());
        for second in 0..3 * 3_600 {
            let now = at(start) + TimeDelta::seconds(second);
            for duty in due(now, &ran) {
                ran.insert(duty, now);
                *times.entry(duty).or_insert(0) += 1;
            }
        }
        let want =
            BTreeMap::from([(Publish, 10_800), (Reconcile, 36), (Feeds, 180), (NoteUses, 180), (Forget, 3)]);
        assert_eq!(times, want, "{start}");
    }
}

/// How often what is due each second is begun in a minute: up to a look later.
const AT_LEAST: usize = 48;

/// What was begun so far.
#[derive(Clone, Default)]
struct Begun(Arc<Mutex<Vec<Duty>>>);

impl Begun {
    fn count(&self, duty: Duty) -> usize {
        self.0.lock().unwrap().iter().filter(|begun| **begun == duty).count()
    }
}

/// Lets `seconds` pass, by tokio's clock and by `clock`.
async fn pass(clock: &Clock, seconds: u32) {
    for _ in 0..4 * seconds {
        clock.set(clock.now() + LOOK);
        advance(LOOK).await;
    }
}

/// Runs what `perform` makes of each duty for a minute and a bit; what was begun.
async fn kept<F>(perform: impl Fn(Duty) -> F + Send + 'static) -> Begun
where
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    let clock = Clock::fixed(at("2026-07-18T12:00:00Z"));
    let begun = Begun::default();
    let (list, its) = (begun.clone(), clock.clone());
    let passed = async move { pass(&its, 61).await };
    let noted = move |duty| {
        list.0.lock().unwrap().push(duty);
        perform(duty)
    };
    keep(&clock, noted, passed).await;
    begun
}

#[tokio::test(start_paused = true)]
async fn duties_are_begun_as_they_are_due() {
    let begun = kept(|_| async { Ok(()) }).await;
    assert!((AT_LEAST..=62).contains(&begun.count(Publish)), "{}", begun.count(Publish));
    assert_eq!([Reconcile, Feeds, NoteUses, Forget].map(|duty| begun.count(duty)), [1, 2, 2, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_duty_that_hangs_holds_up_itself_alone_and_is_cut_off_at_the_end() {
    let held = Arc::new(());
    let inside = held.clone();
    let begun = kept(move |duty| {
        let inside = inside.clone();
        async move {
            if duty == NoteUses {
                sleep(Duration::from_hours(10)).await;
            }
            drop(inside);
            Ok(())
        }
    })
    .await;
    assert_eq!(begun.count(NoteUses), 1);
    assert!(AT_LEAST <= begun.count(Publish));
    assert_eq!(Arc::strong_count(&held), 1, "something of it is still there");
}

#[tokio::test(start_paused = true)]
async fn a_duty_that_fails_or_panics_is_begun_again() {
    let begun = kept(|duty| async move {
        match duty {
            Publish => panic!("as a test"),
            Reconcile | Feeds | NoteUses | Forget => Err(Error::Busy),
        }
    })
    .await;
    assert!(AT_LEAST <= begun.count(Publish));
    assert_eq!(begun.count(NoteUses), 2);
}

#[tokio::test(start_paused = true)]
async fn what_runs_when_it_is_stopped_may_end_in_peace() {
    let ended = Arc::new(Mutex::new(false));
    let its = ended.clone();
    let clock = Clock::fixed(at("2026-07-18T12:00:00Z"));
    let slow = move |duty| {
        let its = its.clone();
        async move {
            if duty == Publish {
                sleep(Duration::from_secs(1)).await;
                *its.lock().unwrap() = true;
            }
            Ok(())
        }
    };
    keep(&clock, slow, sleep(Duration::from_millis(10))).await;
    assert!(*ended.lock().unwrap());
}
