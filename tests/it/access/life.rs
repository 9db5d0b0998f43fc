//! The life of a token and of an actor, from the making to the forgetting.
use super::{NOON, accepts, after_noon, until_it_accepts};
use crate::support::database::Database;
use crate::support::ledger::{Ledger, tamper};
use crate::support::people::{Person, access, beaches, organisation, person, profile};
use crate::support::{SANDHAVEN, area_folder, at, services};
use chrono::TimeDelta;
use promenade::access::{
    Enrolment, OrganisationKind, Personal, ReportsAs, Role, State, TokenKind, TokenText,
};
use promenade::app::{self, App, Error, Seed, new_code, new_token};
use promenade::clock::Clock;
use promenade::command::{AccessCommand, AccessOutcome, AccessRefusal, Refusal};
use promenade::ids::{ActorId, Version};
use promenade::store::Store;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

fn refusal(outcome: Result<AccessOutcome, Error>) -> AccessRefusal {
    match outcome {
        Err(Error::Refused(Refusal::Access(refusal))) => refusal,
        other => panic!("{other:?}"),
    }
}

async fn node(database: &Database) -> (App, Store) {
    let store = database.open().await;
    let seed = Seed::Named(Box::new(area_folder(SANDHAVEN)));
    let (app, _fatal) = app::start(store.clone(), Clock::fixed(at(NOON)), seed).await.unwrap();
    (app, store)
}

#[tokio::test]
async fn a_token_made_or_revoked_on_one_node_is_so_on_all_within_five_seconds() {
    let database = Database::postgres().await;
    let (one, _) = node(&database).await;
    let others = [node(&database).await.0, node(&database).await.0];
    for n in 0..3 {
        let admin = person(&one, profile(&[Role::Admin])).await;
        assert!(accepts(&one, &admin), "visible here before it is answered");
        for other in &others {
            until_it_accepts(other, &admin, true).await;
        }
        access(&one, AccessCommand::RevokeToken(admin.token)).await.unwrap();
        assert!(!accepts(&one, &admin));
        let revoked = Instant::now();
        for other in &others {
            until_it_accepts(other, &admin, false).await;
        }
        assert!(revoked.elapsed() < Duration::from_millis(1500), "{n}: {:?}", revoked.elapsed());
    }
    // A node that starts later knows as much.
    let admin = person(&one, profile(&[Role::Admin])).await;
    let (late, _) = node(&database).await;
    assert!(accepts(&late, &admin) && late.roster().has_admin(at(NOON)));
}

#[tokio::test]
async fn a_token_is_accepted_until_the_second_it_expires() {
    for service in services(SANDHAVEN, NOON).await {
        let app = &service.app;
        let admin = person(app, profile(&[Role::Admin])).await;
        let (token, secret) = new_token(Some(at(NOON) + TimeDelta::days(1)));
        let issued = access(app, AccessCommand::IssueToken { actor: admin.actor, token }).await.unwrap();
        let AccessOutcome::Token(_, record) = issued else { panic!("{issued:?}") };
        assert_eq!((record.kind, record.created_by.as_ref()), (TokenKind::Staff, "operator"));
        let text = TokenText::new(record.kind, record.id, &secret).reveal().to_owned();
        let second = Person { token: record.id, text, ..admin.clone() };
        for (milliseconds, accepted) in [(-1, true), (0, false), (1, false)] {
            after_noon(app, TimeDelta::days(1) + TimeDelta::milliseconds(milliseconds));
            assert_eq!(accepts(app, &second), accepted, "{} {milliseconds}", service.name);
            assert!(accepts(app, &admin));
        }
        let late = AccessCommand::IssueToken { actor: admin.actor, token: new_token(Some(at(NOON))).0 };
        assert_eq!(refusal(access(app, late).await), AccessRefusal::EndsInThePast(at(NOON)));
        let nobodys = AccessCommand::IssueToken { actor: ActorId::fresh(), token: new_token(None).0 };
        assert!(matches!(refusal(access(app, nobodys).await), AccessRefusal::NotFound(_)));
    }
}

#[tokio::test]
async fn a_change_of_access_does_not_read_the_features_again() {
    const RENAME: &str = "UPDATE feature SET fields = replace(fields, 'Market Street Toilets', 'Renamed')
        WHERE id = 'wc-market-street'";
    for service in services(SANDHAVEN, NOON).await {
        let before = service.app.snapshot().revision;
        tamper(&service.store, &[RENAME]).await;
        let admin = person(&service.app, profile(&[Role::Admin])).await;
        assert!(accepts(&service.app, &admin));
        assert_eq!(service.app.snapshot().revision.0, before.0 + 2, "an actor and a token");
        let shown = service.client.json("/v1/collections/toilets/items/wc-market-street").await;
        assert_eq!(shown["properties"]["name"], "Market Street Toilets", "{}", service.name);
    }
}

#[tokio::test]
async fn asking_for_the_same_again_changes_nothing() {
    for service in services(SANDHAVEN, NOON).await {
        let app = &service.app;
        organisation(app, "lantern", OrganisationKind::Theatre, &["ven-lantern-theatre"]).await;
        let (id, admin) = (ActorId::fresh(), profile(&[Role::Admin]));
        let create = AccessCommand::CreateActor { id, profile: admin.clone() };
        let made = access(app, create.clone()).await.unwrap();
        let token = person(app, profile(&[Role::Moderator])).await;
        access(app, AccessCommand::RevokeToken(token.token)).await.unwrap();
        let erase = AccessCommand::EraseActor { id: token.actor, expected: Version(1) };
        access(app, erase.clone()).await.unwrap();
        let ledger = Ledger::of(&service.store).await;
        assert_eq!(access(app, create).await.unwrap(), made);
        organisation(app, "lantern", OrganisationKind::Theatre, &["ven-lantern-theatre"]).await;
        access(app, AccessCommand::RevokeToken(token.token)).await.unwrap();
        access(app, erase).await.unwrap();
        let same = AccessCommand::EditActor { id, profile: admin, expected: Version(1) };
        assert_eq!(access(app, same).await.unwrap(), made);
        assert_eq!(Ledger::of(&service.store).await, ledger, "{}", service.name);

        let other = AccessCommand::CreateActor { id, profile: profile(&[Role::Auditor]) };
        assert!(matches!(refusal(access(app, other).await), AccessRefusal::Taken(_)));
        let stale = AccessCommand::EditActor { id, profile: profile(&[Role::Auditor]), expected: Version(2) };
        assert!(matches!(refusal(access(app, stale).await), AccessRefusal::Stale { .. }));
        let erased = AccessCommand::IssueToken { actor: token.actor, token: new_token(None).0 };
        assert_eq!(refusal(access(app, erased).await), AccessRefusal::Erased(token.actor));
        assert_eq!(Ledger::of(&service.store).await, ledger, "{}", service.name);
    }
}

#[tokio::test]
async fn what_an_actor_refers_to_must_be_there() {
    for service in services(SANDHAVEN, NOON).await {
        let make = |profile| AccessCommand::CreateActor { id: ActorId::fresh(), profile };
        let homeless = refusal(access(&service.app, make(profile(&[Role::Publisher]))).await);
        assert_eq!(homeless.to_string(), "there is no organisation `tourism`");
        let mut patrol = profile(&[Role::Patrol]);
        patrol.beaches = beaches(&["beach-gull-cove", "beach-nowhere"]);
        assert_eq!(
            refusal(access(&service.app, make(patrol)).await).to_string(),
            "there is no beach `beach-nowhere`"
        );
    }
}

fn offered(code: &promenade::access::EnrolmentCode, by: &Person, now: &str) -> Enrolment {
    Enrolment {
        hash: code.hash(),
        actor: ActorId::fresh(),
        name: Personal::new("Canary Phone 3"),
        beaches: beaches(&["beach-gull-cove"]),
        reports_as: ReportsAs::Warden,
        device_expires_at: at(now) + TimeDelta::days(90),
        created_by: by.actor,
        created_at: at(now),
    }
}

fn enrol(code: &promenade::access::EnrolmentCode) -> AccessCommand {
    let (token, _) = new_token(None);
    AccessCommand::Enrol { code: code.hash(), token: token.id, secret: token.hash }
}

#[tokio::test]
async fn a_code_is_used_once_whoever_tries_at_the_same_time() {
    for service in services(SANDHAVEN, NOON).await {
        let supervisor = person(&service.app, profile(&[Role::Supervisor])).await;
        let code = new_code();
        let offer = AccessCommand::OfferEnrolment(offered(&code, &supervisor, NOON));
        access(&service.app, offer).await.unwrap();
        let mut tries = JoinSet::new();
        for _ in 0..50 {
            let (app, command) = (service.app.clone(), enrol(&code));
            tries.spawn(async move { access(&app, command).await });
        }
        let (enrolled, refused): (Vec<_>, Vec<_>) =
            tries.join_all().await.into_iter().partition(Result::is_ok);
        assert_eq!((enrolled.len(), refused.len()), (1, 49), "{}", service.name);
        for refused in refused {
            assert_eq!(refusal(refused), AccessRefusal::Code);
        }
        let Some(Ok(AccessOutcome::Token(device, token))) = enrolled.into_iter().next() else {
            panic!("no token")
        };
        assert_eq!(device.beaches(), &beaches(&["beach-gull-cove"]));
        assert_eq!((device.reports_as(), token.kind), (Some(ReportsAs::Warden), TokenKind::Device));
        assert_eq!(token.expires_at, Some(at(NOON) + TimeDelta::days(90)));
    }
}

#[tokio::test]
async fn a_code_ends_after_ten_minutes_or_with_the_token_of_who_made_it() {
    for service in services(SANDHAVEN, NOON).await {
        let (app, name) = (&service.app, service.name);
        let supervisor = person(app, profile(&[Role::Supervisor])).await;
        let offer = |code: &_| AccessCommand::OfferEnrolment(offered(code, &supervisor, NOON));
        let [good, late, revoked] = std::array::from_fn(|_| new_code());
        for code in [&good, &late, &revoked] {
            access(app, offer(code)).await.unwrap();
        }
        after_noon(app, TimeDelta::minutes(10) - TimeDelta::milliseconds(1));
        access(app, enrol(&good)).await.unwrap();
        after_noon(app, TimeDelta::minutes(10));
        assert_eq!(refusal(access(app, enrol(&late)).await), AccessRefusal::Code, "{name}");
        after_noon(app, TimeDelta::minutes(1));
        access(app, AccessCommand::RevokeToken(supervisor.token)).await.unwrap();
        assert_eq!(refusal(access(app, enrol(&revoked)).await), AccessRefusal::Code, "{name}");
        assert_eq!(refusal(access(app, enrol(&new_code())).await), AccessRefusal::Code);
    }
}

#[tokio::test]
async fn who_has_had_no_token_for_so_long_is_forgotten() {
    for service in services(SANDHAVEN, NOON).await {
        let app = &service.app;
        let [keeps, revoked, expired, never] = [(); 4].map(|()| profile(&[Role::Moderator]));
        let keeps = person(app, keeps).await;
        let revoked = person(app, revoked).await;
        let never_id = ActorId::fresh();
        access(app, AccessCommand::CreateActor { id: never_id, profile: never }).await.unwrap();
        let expired_id = ActorId::fresh();
        let (token, _) = new_token(Some(at(NOON) + TimeDelta::days(10)));
        let command = AccessCommand::CreateActorWithToken { id: expired_id, profile: expired, token };
        access(app, command).await.unwrap();
        after_noon(app, TimeDelta::days(1));
        access(app, AccessCommand::RevokeToken(revoked.token)).await.unwrap();

        let days = Some(TimeDelta::days(400));
        let erased = || {
            let roster = app.roster();
            let all = [keeps.actor, revoked.actor, expired_id, never_id];
            all.map(|id| roster.actor(id).unwrap().is_erased())
        };
        for (day, want) in [
            (399, [false, false, false, false]),
            (400, [false, false, false, true]),
            (401, [false, true, false, true]),
            (410, [false, true, true, true]),
            (4_000, [false, true, true, true]),
        ] {
            after_noon(app, TimeDelta::days(day));
            app.forget(None).await.unwrap();
            app.forget(days).await.unwrap();
            assert_eq!(erased(), want, "{} {day}", service.name);
        }
        let ledger = Ledger::of(&service.store).await;
        let rows: Vec<_> = ledger.audit.iter().filter(|row| row.command == "erase_actor").collect();
        assert!(rows.len() == 3 && rows.iter().all(|row| row.actor == "system"), "{rows:?}");
    }
}

#[tokio::test]
async fn the_last_use_of_a_token_is_kept_by_the_hour_and_not_audited() {
    for service in services(SANDHAVEN, NOON).await {
        let app = &service.app;
        let admin = person(app, profile(&[Role::Admin])).await;
        let before = Ledger::of(&service.store).await;
        assert!(app.last_uses().await.unwrap().is_empty());
        for (minutes, hour) in [(7, "12:00"), (59, "12:00"), (61, "13:00"), (30, "13:00")] {
            after_noon(app, TimeDelta::minutes(minutes));
            assert!(app.caller(&admin.text).is_some());
            assert!(app.caller("prm_staff_junk").is_none());
            app.note_uses().await.unwrap();
            let want = [(admin.token, at(&format!("2026-07-18T{hour}:00Z")))].into();
            assert_eq!(app.last_uses().await.unwrap(), want, "{} {minutes}", service.name);
        }
        assert_eq!(Ledger::of(&service.store).await, before);
    }
}

#[tokio::test]
async fn a_name_stands_in_the_row_of_its_actor_and_goes_with_it() {
    for service in services(SANDHAVEN, NOON).await {
        let (app, name) = (&service.app, service.name);
        let admin = person(app, profile(&[Role::Admin])).await;
        let supervisor = person(app, profile(&[Role::Supervisor])).await;
        let code = new_code();
        access(app, AccessCommand::OfferEnrolment(offered(&code, &supervisor, NOON))).await.unwrap();
        access(app, enrol(&code)).await.unwrap();
        let mut renamed = profile(&[Role::Admin]);
        renamed.name = Some(Personal::new("Canary Otherwise"));
        let edit = AccessCommand::EditActor { id: admin.actor, profile: renamed, expected: Version(1) };
        access(app, edit).await.unwrap();
        let roster = app.roster();
        assert_eq!(roster.actor(admin.actor).unwrap().name(), Some("Canary Otherwise"));

        let canary = |text: &str| text.to_lowercase().contains("canary");
        let ledger = Ledger::of(&service.store).await;
        assert!(5 <= ledger.audit.len());
        for row in &ledger.audit {
            assert!(!canary(&format!("{row:?}")), "{name}: {row:?}");
        }
        assert!(!canary(&format!("{:?}{:?}", ledger.changes, roster)), "{name}");

        for actor in roster.actors() {
            let expected = actor.version();
            access(app, AccessCommand::EraseActor { id: actor.id(), expected }).await.unwrap();
        }
        assert!(!accepts(app, &admin) && !accepts(app, &supervisor));
        for actor in app.roster().actors() {
            assert_eq!((actor.name(), actor.email(), actor.is_erased()), (None, None, true), "{name}");
            let tokens = app
                .roster()
                .tokens_of(actor.id())
                .into_iter()
                .map(|token| token.state(at(NOON)))
                .collect::<Vec<_>>();
            assert!(tokens.iter().all(|state| *state == State::Revoked), "{name}: {tokens:?}");
        }
        let mut reading = service.store.read().await.unwrap();
        let stored = format!("{:?}", reading.roster().await.unwrap().actors().collect::<Vec<_>>());
        reading.close().await.unwrap();
        assert!(!stored.contains("Personal("), "{name}: {stored}");
    }
}
