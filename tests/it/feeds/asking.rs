//! Feeds are asked when they are due, by one node, and what comes of it is in their row.
use super::*;
use crate::support::database::Database;
use crate::support::outside::{Outside, Pace, answer};
use crate::support::{SANDHAVEN, area_of, at as instant, files, service};
use chrono::TimeDelta;
use promenade::app::{FEEDING, FeedPage, Feeding};
use promenade::catalogue::{AlarmKind, FeedFormat};
use promenade::formats::area::Files;
use promenade::ids::NodeId;
use std::sync::Mutex;

pub(super) const HOST: &str = "pier.sandhaven.example";

/// A reader of the tests' own: `FEED`, then a line an event (`ID NAME`), `removed ID`, `bad`, `next ADDRESS` or `last`.
fn read(_: FeedFormat, bytes: &[u8], origin: &Origin, _: &str) -> Result<FeedPage, FeedNote> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    if lines.next() != Some("FEED") {
        return Err(FeedNote { at: "line 1".to_owned(), what: "is not FEED".to_owned() });
    }
    let mut page = FeedPage::default();
    for line in lines {
        match line.split_once(' ').unwrap_or((line, "")) {
            ("removed", id) => page.content.removed.push(id.to_owned()),
            ("next", next) => page.next = Some(next.to_owned()),
            ("last", _) => page.is_last = true,
            ("bad", _) => page.content.refused.extend(refused(1)),
            ("panic", _) => panic!("as a test"),
            (id, name) => {
                let mut draft = Draft::default();
                draft.put(at::NAME, name).unwrap();
                draft.put(at::STARTS, "2026-08-01T19:30").unwrap();
                page.content.items.push(origin.item(id, "a line".to_owned(), draft).unwrap());
            }
        }
    }
    Ok(page)
}

/// What the server answers, by path: set by each test as it goes.
type Answers = Arc<Mutex<Vec<(&'static str, Vec<u8>)>>>;

fn say(answers: &Answers, all: Vec<(&'static str, Vec<u8>)>) {
    *answers.lock().unwrap() = all;
}

fn feed(lines: &str) -> Vec<u8> {
    answer("200 OK", &["ETag: \"e\""], format!("FEED\n{lines}"))
}

/// The files of an area whose feed of that format is at the server.
pub(super) fn asked_at(outside: &Outside, format: &str) -> Files {
    let mut files = files(SANDHAVEN);
    let text = String::from_utf8(files["area.toml"].clone()).unwrap();
    let text = text
        .replace(&format!("https://{HOST}/whatson.ics"), &format!("https://{HOST}:{}/feed", outside.port));
    let text = text.replace("format = \"ics\"", &format!("format = \"{format}\""));
    files.insert("area.toml".to_owned(), text.into_bytes());
    files
}

/// A server, and a service on each database whose feed is there.
async fn set(format: &str) -> (Outside, Answers, Vec<Service>) {
    let answers: Answers = Arc::default();
    let its = answers.clone();
    let outside = Outside::start(&[HOST], move |head| {
        if head.to_lowercase().contains("if-none-match: \"e\"") {
            return Pace::Whole(answer("304 Not Modified", &[], ""));
        }
        let path = head.split(' ').nth(1).unwrap();
        let found =
            its.lock().unwrap().iter().find(|(known, _)| *known == path).map(|(_, said)| said.clone());
        Pace::Whole(found.unwrap_or_else(|| answer("404 Not Found", &[], "")))
    })
    .await;
    let files = asked_at(&outside, format);
    let mut all = Vec::new();
    for database in Database::each().await {
        let store = database.open().await;
        let mut service = service(database, store, area_of(&files), NOON).await;
        service.app = service.app.with_feeding(Feeding::new(outside.fetcher()).reading_by(read));
        all.push(service);
    }
    (outside, answers, all)
}

async fn after(service: &Service, minutes: i64) {
    service.clock.set(service.clock.now() + TimeDelta::minutes(minutes));
    service.app.take_feeds_in().await.unwrap();
}

fn events(service: &Service) -> usize {
    service.app.snapshot().collection(Collection::Events).len()
}

#[tokio::test]
async fn a_feed_is_asked_when_it_is_due_and_only_for_what_is_new() {
    let (outside, answers, services) = set("ics").await;
    for service in services {
        let before = outside.connects();
        say(&answers, vec![("/feed", feed("a One\nb Two\n"))]);
        for (minutes, asked) in [(0, 1), (1, 1), (58, 1), (1, 2), (59, 2), (26 * 60, 3), (1, 3)] {
            after(&service, minutes).await;
            assert_eq!(outside.connects() - before, asked, "{} after {minutes}", service.name);
        }
        assert_eq!(events(&service), 2);
        let state = state(&service, "pier").await;
        assert_eq!((state.etag.as_deref(), state.taken.added), (Some("\"e\""), 2), "the rest was 304");
        assert_eq!(state.succeeded_at, state.attempted_at);
    }
}

#[tokio::test]
async fn what_fails_or_is_no_feed_leaves_the_last_good_and_says_why() {
    let (_outside, answers, services) = set("ics").await;
    for service in services {
        say(&answers, vec![("/feed", answer("200 OK", &[], "FEED\na One\nb Two\n"))]);
        after(&service, 0).await;
        let page = answer("200 OK", &["Content-Type: text/html"], "<!DOCTYPE html><p>Down for maintenance");
        for (answered, failure, alarm) in [
            (answer("500 Internal Server Error", &[], ""), Some("it answers 500"), None),
            (answer("404 Not Found", &[], ""), Some("it answers 404"), None),
            (page, None, Some(AlarmKind::Markup)),
            (answer("200 OK", &[], ""), None, Some(AlarmKind::Unreadable)),
            (answer("200 OK", &[], "\u{fffd}"), None, Some(AlarmKind::Unreadable)),
            (feed("panic"), None, Some(AlarmKind::Unreadable)),
            (feed(""), None, Some(AlarmKind::Empty)),
            (feed("a One\nb Two\nbad\n"), None, Some(AlarmKind::Refused)),
        ] {
            say(&answers, vec![("/feed", answered)]);
            after(&service, 60).await;
            let state = state(&service, "pier").await;
            assert_eq!(state.attempted_at, Some(service.clock.now()));
            assert_eq!(state.failure.as_deref(), failure, "{}", service.name);
            if alarm.is_some() {
                assert_eq!(state.quarantine.map(|held| held.alarm.kind), alarm, "{}", service.name);
            }
            assert_eq!(events(&service), 2, "{}", service.name);
        }
        // Somebody has looked: it is asked at the next minute, and passes.
        let command = FeedCommand::Acknowledge { source: source(&service) };
        asked(&service, command).await.unwrap();
        after(&service, 1).await;
        let state = state(&service, "pier").await;
        assert_eq!((state.quarantine, state.taken.refused), (None, 1), "{}", service.name);
    }
}

#[tokio::test]
async fn pages_are_followed_and_gone_on_from() {
    let (outside, answers, services) = set("rpde").await;
    for service in services {
        say(
            &answers,
            vec![
                ("/feed", answer("200 OK", &[], "FEED\na One\nb Two\nnext /feed?after=2\n")),
                ("/feed?after=2", answer("200 OK", &[], "FEED\nc Three\nremoved b\nnext /feed?after=3\n")),
                ("/feed?after=3", feed("next /feed?after=3\nlast\n")),
            ],
        );
        after(&service, 0).await;
        let state_of = async || state(&service, "pier").await;
        let end = format!("https://{HOST}:{}/feed?after=3", outside.port);
        assert_eq!(state_of().await.next.as_deref(), Some(end.as_str()), "{}", service.name);
        assert_eq!(events(&service), 2, "one of three is gone");
        let asked = outside.asked().len();
        after(&service, 60).await;
        assert_eq!(outside.asked().len(), asked + 1, "from where it was, and 304");
        assert_eq!(state_of().await.failure, None);
    }
    let (_outside, answers, services) = set("rpde").await;
    for service in services {
        for (next, why) in [
            ("https://other.example/feed", "its next page is at another host: https://other.example/feed"),
            ("http://169.254.169.254/", "the address of its next page begins with `http://169.2`"),
            ("file:///etc/passwd", "the address of its next page begins with `file:///etc/`"),
        ] {
            say(&answers, vec![("/feed", answer("200 OK", &[], format!("FEED\na One\nnext {next}\n")))]);
            after(&service, 60).await;
            let failure = state(&service, "pier").await.failure.unwrap();
            assert!(failure.starts_with(why), "{failure}");
        }
    }
}

#[tokio::test]
async fn only_the_node_with_the_lease_asks() {
    let (outside, answers, services) = set("ics").await;
    say(&answers, vec![("/feed", feed("a One\n"))]);
    for service in services {
        let before = outside.connects();
        let other = NodeId::fresh();
        let taken = Command::TakeLease { name: FEEDING, node: other };
        service.app.execute(taken, By::System, RequestId::fresh()).await.unwrap();
        after(&service, 0).await;
        assert_eq!(outside.connects(), before, "{}", service.name);
        let late = TakeInFeed {
            node: Some(NodeId::fresh()),
            ..take(&source(&service), &service, FeedContent::default())
        };
        assert!(asked(&service, FeedCommand::TakeIn(late)).await.is_err(), "{}", service.name);
        service.clock.set(instant("2026-07-18T12:01:00Z"));
        after(&service, 0).await;
        assert_eq!(outside.connects(), before + 1, "{}", service.name);
    }
}
