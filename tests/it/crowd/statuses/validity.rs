//! No level is shown at or past the instant until which it holds, whoever asks, when, and whether anybody keeps what is
//! shown up to date.
use super::{COVE, SANDS, at, counted, looked, patrol, sandhaven, sent, shown, told, written};
use crate::support::dice::Dice;
use crate::support::{Service, services_of};
use chrono::{DateTime, TimeDelta, Utc};
use promenade::beaches::{Freshness, Level};
use promenade::ids::Collection;
use promenade::snapshot::{Filter, ItemsQuery, MAX_RADIUS, NearQuery, Snapshot, SortBy};
use promenade::spatial::{LatLon, Metres};
use std::sync::Arc;

const TIDES: &str = "low,2026-07-18T09:00Z,0.4\nhigh,2026-07-18T15:00Z,4.2\nlow,2026-07-18T21:20Z,0.5\n";
const PROFILE: &str = "0.4,24000,4.2,9000";
const TEN: &str = "2026-07-18T10:00:00Z";

/// What is said of a beach for a while.
#[derive(Debug, PartialEq)]
struct Said {
    level: Level,
    freshness: Freshness,
    valid_until: DateTime<Utc>,
}

/// What is to be said of North Sands from each of these instants on, if nobody reports again: two days of it.
async fn course(service: &Service) -> Vec<(DateTime<Utc>, Said)> {
    let (mut course, mut now) = (Vec::new(), service.clock.now());
    let end = now + TimeDelta::days(2);
    while now < end {
        let status = told(service, SANDS, now).await;
        let said = Said { level: status.level, freshness: status.freshness, valid_until: status.valid_until };
        course.push((now, said));
        now = status.valid_until;
    }
    course
}

/// What an answer says of North Sands: of its brief form and of its whole one alike.
fn said(text: &str) -> Option<Said> {
    let of = &text[text.find("\"id\":\"beach-north-sands\"")?..];
    let crowd = &of[of.find("\"crowd\":{").unwrap()..];
    let member = |name: &str| {
        let name = format!("\"{name}\":\"");
        let start = &crowd[crowd.find(&name).unwrap() + name.len()..];
        &start[..start.find('"').unwrap()]
    };
    let level = [Level::Unknown, Level::Green, Level::Amber, Level::Red];
    let freshness = [Freshness::Fresh, Freshness::Ageing, Freshness::None];
    Some(Said {
        level: level.into_iter().find(|level| level.name() == member("level")).unwrap(),
        freshness: freshness.into_iter().find(|freshness| freshness.name() == member("freshness")).unwrap(),
        valid_until: at(member("valid_until")),
    })
}

/// A question in one of the ways there are to ask it.
struct Asked {
    near: NearQuery,
    items: ItemsQuery,
}

impl Asked {
    fn new() -> Self {
        let near = NearQuery {
            from: LatLon::new(54.6, -3.45).unwrap(),
            radius: Metres::new(MAX_RADIUS).unwrap(),
            collections: vec![Collection::Beaches],
            filter: Filter::default(),
            crowd: Vec::new(),
            open: None,
            during: None,
            valid: promenade::snapshot::During { from: None, to: None },
            seed: promenade::snapshot::Seed(0),
            limit: 10,
        };
        let items = ItemsQuery {
            collection: Collection::Beaches,
            bbox: None,
            q: None,
            filter: Filter::default(),
            when: None,
            during: None,
            sort: SortBy::Id,
            after: None,
            limit: 10,
        };
        Self { near, items }
    }

    /// What `snapshot` answers at `now`, asked in the way of that number, and whether North Sands must be in it.
    fn ask(&self, way: usize, snapshot: &Snapshot, now: DateTime<Utc>, out: &mut Vec<u8>) -> bool {
        let answered = match way {
            0 => Some(snapshot.write_statuses(now, out)),
            1 => Some(snapshot.nearby(&self.near, now, out).1),
            2 => snapshot
                .collection(Collection::Beaches)
                .feature(SANDS, now, out)
                .map(|(answered, _)| answered),
            3 => Some(snapshot.items(&self.items, now, out).answered),
            4 => snapshot.write_alternatives(COVE, 3, now, out),
            _ => {
                let crowd = vec![Level::Green, Level::Amber, Level::Red];
                Some(snapshot.nearby(&NearQuery { crowd, ..self.near.clone() }, now, out).1)
            }
        };
        assert!(answered.unwrap().of_crowd, "{way}");
        way < 4
    }
}

/// Three hours of counting: every level comes of it, and after it the tide goes on turning them.
async fn counted_up(service: &Service) {
    let people = [patrol(service, &[SANDS], None).await, patrol(service, &[SANDS], None).await];
    for (number, count) in (0..).zip([500, 700, 1_000, 1_250, 1_300, 1_700]) {
        let now = at(TEN) + TimeDelta::minutes(30 * number);
        service.clock.set(now);
        let report = counted(SANDS, 30 * number - 120, count);
        sent(service, &people[usize::try_from(number % 2).unwrap()], &written(now), &[report]).await;
    }
}

/// Asks `snapshot`, replaced by `after_ms` milliseconds of silence, again and again.
struct Reader {
    course: Vec<(DateTime<Utc>, Said)>,
    asked: Asked,
    out: Vec<u8>,
    changes: usize,
    last: Option<Said>,
}

impl Reader {
    async fn of(service: &Service) -> Self {
        let course = course(service).await;
        Self { course, asked: Asked::new(), out: Vec::new(), changes: 0, last: None }
    }

    fn read(&mut self, snapshot: &Snapshot, way: usize, now: DateTime<Utc>) {
        self.out.clear();
        let must = self.asked.ask(way, snapshot, now, &mut self.out);
        let said = said(std::str::from_utf8(&self.out).unwrap());
        let (_, want) = &self.course[self.course.partition_point(|(from, _)| *from <= now) - 1];
        let is_wanted = match way {
            4 => want.level == Level::Green && want.freshness == Freshness::Fresh,
            5 => want.level != Level::Unknown,
            _ => must,
        };
        assert_eq!(said.is_some(), is_wanted, "{now} way {way}");
        let Some(said) = said else { return };
        assert!(now < said.valid_until, "{now} way {way}: {said:?}");
        assert_eq!(said, *want, "{now} way {way}");
        self.changes += usize::from(self.last.as_ref().is_some_and(|last| *last != said));
        self.last = Some(said);
    }
}

fn reads() -> usize {
    if std::env::var_os("PROMENADE_LONG").is_some() { 1_000_000 } else { 100_000 }
}

/// 100,000 reads; 1,000,000 with `PROMENADE_LONG=1`.
#[tokio::test]
async fn what_is_kept_up_to_date_is_never_shown_for_too_long() {
    for service in services_of(&sandhaven(PROFILE, TIDES), TEN).await {
        counted_up(&service).await;
        let mut reader = Reader::of(&service).await;
        let (mut dice, mut now) = (Dice::new(1), service.clock.now());
        let mut snapshot = service.app.snapshot();
        for _ in 0..reads() / 2 {
            // As the follower does it, now and then, at some instant or other.
            if dice.below(10) == 0
                && let Some(fresh) = snapshot.refreshed(now)
            {
                snapshot = Arc::new(fresh);
            }
            reader.read(&snapshot, dice.below(6), now);
            now += TimeDelta::milliseconds(
                i64::try_from(dice.below(20 * 3_600_000) / (reads() / 2) * 2).unwrap(),
            );
        }
        assert!(service.clock.now() + TimeDelta::hours(18) < now);
        assert!(4 <= reader.changes, "{}: {}", service.name, reader.changes);
    }
}

/// A twentieth as many reads: each is rendered anew.
#[tokio::test]
async fn what_nobody_keeps_up_to_date_is_never_shown_for_too_long() {
    for service in services_of(&sandhaven(PROFILE, TIDES), TEN).await {
        counted_up(&service).await;
        let mut reader = Reader::of(&service).await;
        let (start, mut dice, snapshot) = (service.clock.now(), Dice::new(2), service.app.snapshot());
        // Each edge to the millisecond, in every way.
        let edges: Vec<DateTime<Utc>> = reader.course.iter().skip(1).map(|(at, _)| *at).collect();
        for edge in &edges {
            for (ms, way) in [-1, 0, 1].into_iter().flat_map(|ms| (0..6).map(move |way| (ms, way))) {
                reader.read(&snapshot, way, *edge + TimeDelta::milliseconds(ms));
            }
        }
        for _ in 0..reads() / 20 {
            let now = start + TimeDelta::milliseconds(i64::try_from(dice.below(36 * 3_600_000)).unwrap());
            reader.read(&snapshot, dice.below(6), now);
        }
        for (level, minutes) in
            [(Level::Red, 0), (Level::Red, 119), (Level::Unknown, 120), (Level::Unknown, 1_000)]
        {
            let now = at("2026-07-18T12:30:00Z") + TimeDelta::minutes(minutes);
            assert_eq!(snapshot.status(SANDS, now).unwrap().level, level, "{minutes} minutes of silence");
        }
    }
}

/// The follower runs beside, and looks when it does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_service_shows_nothing_for_too_long() {
    for service in services_of(&sandhaven(PROFILE, TIDES), TEN).await {
        counted_up(&service).await;
        let mut reader = Reader::of(&service).await;
        let mut dice = Dice::new(3);
        let start = service.clock.now();
        for number in 0..reads() / 20 {
            service.clock.set(
                start
                    + TimeDelta::milliseconds(
                        i64::try_from(12 * 3_600_000 / (reads() / 20) * number).unwrap(),
                    ),
            );
            if number % 100 == 0 {
                looked(&service).await;
            }
            reader.read(&service.app.snapshot(), dice.below(6), service.clock.now());
        }
        assert!(4 <= reader.changes, "{}: {}", service.name, reader.changes);
    }
}

#[tokio::test]
async fn caches_keep_a_status_for_half_a_minute_at_most_and_never_too_long() {
    for service in services_of(&sandhaven(PROFILE, TIDES), TEN).await {
        counted_up(&service).await;
        let start = service.clock.now();
        let edge = at(shown(&service, SANDS).await["valid_until"].as_str().unwrap());
        let instants = [
            edge - TimeDelta::seconds(40),
            edge - TimeDelta::seconds(30),
            edge - TimeDelta::milliseconds(29_500),
        ];
        let near = [12_345, 1_000, 999, 1].map(|ms| edge - TimeDelta::milliseconds(ms));
        for now in
            [start].into_iter().chain(instants).chain(near).chain([edge, edge + TimeDelta::milliseconds(1)])
        {
            service.clock.set(now);
            // What is kept here says what is written anew.
            let all = said(&service.client.get("/v1/beaches/status").await.text());
            let one = said(&service.client.get("/v1/collections/beaches/items").await.text());
            assert_eq!(all, one, "{} at {now}", service.name);
            for target in [
                "/v1/beaches/status",
                "/v1/collections/beaches/items",
                "/v1/collections/beaches/items/beach-north-sands",
                "/v1/nearby?near=Sandhaven&radius_m=25000&limit=100",
                "/v1/nearby?near=Sandhaven&radius_m=25000&crowd=green",
                "/v1/nearby?near=Sandhaven&radius_m=25000&crowd=red,amber",
                "/v1/beaches/beach-gull-cove/alternatives",
                "/v1/beaches/beach-north-sands/alternatives",
            ] {
                let answer = service.client.get(target).await;
                assert_eq!(answer.status, 200, "{target}");
                let control = answer.header("cache-control");
                let max_age: i64 = control.strip_prefix("public, max-age=").unwrap().parse().unwrap();
                let left = said(&answer.text()).map(|said| said.valid_until - now);
                let next = if now < edge { edge - now } else { TimeDelta::MAX };
                // What is left out may come in, so that counts too.
                let most = left.unwrap_or(next).min(next).num_seconds().min(30);
                assert!(
                    (0..=most).contains(&max_age),
                    "{} {target} at {now}: {control}, {most}",
                    service.name
                );
            }
        }
    }
}
