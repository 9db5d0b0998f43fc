//! In whatever order reports arrive, how often, in how large batches, and whether the service was started again in
//! between: the status is the same, on both databases, and it is the rule's.
use super::{SANDS, at, decided, held, id, patrol, restarted, sent, supervisor, written};
use crate::support::dice::Dice;
use crate::support::people::Person;
use crate::support::{SANDHAVEN, Service, files, services_of};
use axum::http::Method;
use chrono::{DateTime, TimeDelta, Utc};
use promenade::access::ReportsAs;
use promenade::beaches::{Access, Colour};
use serde_json::{Value, json};

const MORNING: &str = "2026-07-18T08:00:00Z";
/// How long the tale is, in minutes: past the end of the patrol's day.
const LENGTH: usize = 13 * 60;

/// A report, and what becomes of it.
struct Told {
    author: usize,
    report: Value,
    /// When it is sent, at the earliest: some phones were out of reach.
    sent: DateTime<Utc>,
    withdrawn: Option<DateTime<Utc>>,
    confirmed: Option<DateTime<Utc>>,
}

/// Some instant within so many minutes after `start`.
fn within(dice: &mut Dice, start: DateTime<Utc>, minutes: usize) -> DateTime<Utc> {
    start + TimeDelta::milliseconds(i64::try_from(dice.below(minutes * 60_000)).unwrap())
}

fn tale(dice: &mut Dice) -> Vec<Told> {
    let one = |dice: &mut Dice| {
        let observed = within(dice, at(MORNING), LENGTH);
        let mut report = json!({"id": id(), "beach": SANDS, "observed_at": written(observed)});
        if dice.below(4) == 0 {
            report["band"] = json!(["quiet", "busy", "full"][dice.below(3)]);
        } else {
            // Some are far too many, for somebody to confirm.
            let most = if dice.below(8) == 0 { 60_000 } else { 9_000 };
            (report["count"], report["method"]) =
                (json!(dice.below(most)), json!(["counted", "estimated"][dice.below(2)]));
        }
        let delay = [1, 1, 5, 240][dice.below(4)];
        let sent = within(dice, observed, delay);
        let fate = |dice: &mut Dice, of: usize| (dice.below(of) == 0).then(|| within(dice, sent, 90));
        let (withdrawn, confirmed) = (fate(dice, 6), fate(dice, 6));
        Told { author: dice.below(5), report, sent, withdrawn, confirmed }
    };
    (0..45).map(|_| one(dice)).collect()
}

/// Those who count, and who confirms.
async fn cast(service: &Service) -> (Vec<Person>, Person) {
    let mut authors = Vec::new();
    for capacity in [None, None, Some(ReportsAs::Warden), Some(ReportsAs::Staff), Some(ReportsAs::Patrol)] {
        authors.push(patrol(service, &[SANDS], capacity).await);
    }
    (authors, supervisor(service, &[SANDS]).await)
}

/// Everything at the instant at which it happens, one by one.
async fn as_it_happens(service: &Service, (authors, _): &(Vec<Person>, Person), mut reports: Vec<&Told>) {
    reports.sort_by_key(|told| told.sent);
    for told in reports {
        service.clock.set(told.sent);
        let results =
            sent(service, &authors[told.author], &written(told.sent), std::slice::from_ref(&told.report))
                .await;
        assert_eq!(results[0]["result"], "accepted", "{results:?}");
    }
}

/// Everything at `now`, in any order, batched anyhow, and some of what was sent before sent once more.
async fn at_the_end(
    service: &Service,
    (authors, _): &(Vec<Person>, Person),
    reports: &[&Told],
    before: &[&Told],
    dice: &mut Dice,
) {
    let now = written(service.clock.now());
    for (author, who) in authors.iter().enumerate() {
        let mut own: Vec<Value> = Vec::new();
        for told in reports.iter().filter(|told| told.author == author) {
            own.insert(dice.below(own.len() + 1), told.report.clone());
        }
        for told in before.iter().filter(|told| told.author == author) {
            if dice.below(4) == 0 {
                own.insert(dice.below(own.len() + 1), told.report.clone());
            }
        }
        while !own.is_empty() {
            let batch: Vec<Value> = own.drain(..=dice.below(own.len())).collect();
            sent(service, who, &now, &batch).await;
        }
    }
}

/// What becomes of reports in (`from`, `to`], at `to`.
async fn fates(
    service: &Service,
    (authors, chief): &(Vec<Person>, Person),
    tale: &[Told],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) {
    let is_now = |when: Option<DateTime<Utc>>| when.is_some_and(|when| from < when && when <= to);
    for told in tale {
        let target = format!("/v1/crowd-reports/{}", told.report["id"].as_str().unwrap());
        // Confirmed first: what was taken back nobody confirms.
        if is_now(told.confirmed) && told.withdrawn.is_none_or(|at| to < at || is_now(Some(at))) {
            let answer =
                service.client.write(chief, Method::POST, &format!("{target}/confirm"), &[], "").await;
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
        if is_now(told.withdrawn) {
            let answer = service.client.write(&authors[told.author], Method::DELETE, &target, &[], "").await;
            assert_eq!(answer.status, 204, "{}", answer.text());
        }
    }
}

/// Three tales; 100 with `PROMENADE_LONG=1`.
#[tokio::test]
async fn the_status_does_not_depend_on_how_reports_arrive() {
    let seeds = if std::env::var_os("PROMENADE_LONG").is_some() { 100 } else { 3 };
    let files = files(SANDHAVEN);
    let mut levels = std::collections::BTreeSet::new();
    for seed in 0..seeds {
        let mut dice = Dice::new(seed);
        let tale = tale(&mut dice);
        let ones = services_of(&files, MORNING).await;
        let mut others = services_of(&files, MORNING).await;
        for service in ones.iter().chain(&others) {
            decided(
                service,
                SANDS,
                (Some(Colour::Red), None),
                ("2026-07-18T13:00:00Z", "2026-07-18T13:30:00Z"),
            )
            .await;
            decided(
                service,
                SANDS,
                (None, Some(Access::Closed)),
                ("2026-07-18T13:10:00Z", "2026-07-18T13:15:00Z"),
            )
            .await;
        }
        let mut casts = Vec::new();
        for service in ones.iter().chain(&others) {
            casts.push(cast(service).await);
        }
        let mut from = at(MORNING) - TimeDelta::milliseconds(1);
        while from < at(MORNING) + TimeDelta::minutes(i64::try_from(LENGTH).unwrap()) {
            let to = DateTime::from_timestamp(
                (from.timestamp() / 600 + 1 + i64::try_from(dice.below(5)).unwrap()) * 600,
                0,
            );
            let to = to.unwrap();
            let now = tale.iter().filter(|told| from < told.sent && told.sent <= to).collect::<Vec<_>>();
            let before = tale.iter().filter(|told| told.sent <= from).collect::<Vec<_>>();
            let mut answers = Vec::new();
            for (service, cast) in ones.iter().zip(&casts) {
                as_it_happens(service, cast, now.clone()).await;
                service.clock.set(to);
                fates(service, cast, &tale, (from, to)).await;
                answers.push(held(service, SANDS).await);
            }
            for (service, cast) in others.iter_mut().zip(&casts[ones.len()..]) {
                service.clock.set(to);
                if dice.below(4) == 0 {
                    restarted(service, &files).await;
                }
                at_the_end(service, cast, &now, &before, &mut dice).await;
                fates(service, cast, &tale, (from, to)).await;
                if dice.below(4) == 0 {
                    restarted(service, &files).await;
                }
                answers.push(held(service, SANDS).await);
            }
            for answer in &answers {
                assert_eq!(*answer, answers[0], "seed {seed} at {to}");
            }
            levels.insert(answers[0]["computed_level"].as_str().unwrap().to_owned());
            from = to;
        }
    }
    assert_eq!(levels.len(), 4, "the tales show every level: {levels:?}");
}
