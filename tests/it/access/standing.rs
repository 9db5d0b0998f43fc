//! What somebody may is what is stored when it is done, not what they could when the request began.
use super::{JSON, NOON, accepts, after_noon, said, until_it_accepts};
use crate::support::database::Database;
use crate::support::ledger::{Ledger, tamper};
use crate::support::people::{Person, access, beaches, organisation, person, profile};
use crate::support::{SANDHAVEN, Service, area_folder, at, service, services};
use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use futures_util::{StreamExt, stream};
use promenade::access::{By, Enrolment, OrganisationKind, Permit, Personal, ReportsAs, Role, row};
use promenade::app::{App, Error, new_code, new_token};
use promenade::command::{
    AccessCommand, AccessRefusal, Aim, Command, Expected, OrganisationFacts, Outcome, Refusal,
};
use promenade::ids::{ActorId, Collection, FeatureId, OrganisationId, RequestId, Version};
use serde_json::json;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, advance, pause, resume, sleep};

const TOKENS: &str = "/v1/actors/{id}/tokens";

/// What `who` is allowed on a route, as `app` knows it now.
fn permit(app: &App, who: &Person, method: &str, path: &str) -> Permit {
    let caller = app.roster().caller(&who.text, app.clock().now()).unwrap();
    row(method, path).unwrap().permit(&caller).unwrap()
}

async fn by(app: &App, permit: Permit, command: Command) -> Result<Outcome, Error> {
    app.execute(command, By::Actor(permit), RequestId::fresh()).await
}

fn refusal(outcome: Result<Outcome, Error>) -> Refusal {
    match outcome {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

fn another_token(of: &Person) -> Command {
    Command::Access(AccessCommand::IssueToken { actor: of.actor, token: new_token(None).0 })
}

fn phone(of: &Person, beach: &str) -> Command {
    Command::Access(AccessCommand::OfferEnrolment(Enrolment {
        hash: new_code().hash(),
        actor: ActorId::fresh(),
        name: Personal::new("Phone 3"),
        beaches: beaches(&[beach]),
        reports_as: ReportsAs::Warden,
        device_expires_at: at(NOON) + TimeDelta::days(90),
        created_by: of.actor,
        created_at: at(NOON),
    }))
}

#[tokio::test]
async fn who_is_let_out_or_loses_a_role_while_the_body_comes_writes_nothing_any_more() {
    for service in services(SANDHAVEN, NOON).await {
        for want in [(401, "unauthenticated"), (403, "forbidden")] {
            let ada = person(&service.app, profile(&[Role::Admin])).await;
            let bob = person(&service.app, profile(&[Role::Admin])).await;
            let (begun, first) = oneshot::channel();
            let (go, rest) = oneshot::channel();
            let end = async move {
                begun.send(()).unwrap();
                rest.await.unwrap();
                Ok::<_, Infallible>("}")
            };
            let body = Body::from_stream(stream::iter([Ok("{")]).chain(stream::once(end)));
            let (client, target) = (service.client.clone(), TOKENS.replace("{id}", &bob.actor.to_string()));
            let asked = bob.clone();
            let answer =
                tokio::spawn(async move { client.write(&asked, Method::POST, &target, &[JSON], body).await });
            first.await.unwrap();
            let done = if want.0 == 401 {
                let token = format!("/v1/tokens/{}", bob.token);
                service.client.write(&ada, Method::DELETE, &token, &[], "").await
            } else {
                let (headers, less) =
                    ([JSON, ("if-match", "\"1\"")], json!({"name": "Bob", "roles": ["moderator"]}));
                let actor = format!("/v1/actors/{}", bob.actor);
                service.client.write(&ada, Method::PUT, &actor, &headers, less.to_string()).await
            };
            assert!(done.status.is_success(), "{}", done.text());
            let ledger = Ledger::of(&service.store).await;
            go.send(()).unwrap();
            let answer = answer.await.unwrap();
            assert_eq!(answer.problem(), (want.0, want.1.to_owned(), None), "{}", service.name);
            if want.0 == 401 {
                assert_eq!(answer.header("www-authenticate"), "Bearer");
                let later = service.client.write(&bob, Method::GET, "/v1/me", &[], "").await;
                assert_eq!(answer.json(), later.json(), "nothing says why");
            }
            assert_eq!(Ledger::of(&service.store).await, ledger, "{}", service.name);
        }
    }
}

#[tokio::test]
async fn a_revocation_holds_for_what_is_committed_with_it() {
    for service in services(SANDHAVEN, NOON).await {
        let app = &service.app;
        let bob = person(app, profile(&[Role::Admin])).await;
        let permit = permit(app, &bob, "POST", TOKENS);
        assert!(by(app, permit.clone(), another_token(&bob)).await.is_ok());
        // Both are in the queue before the writer looks into it.
        let (revoked, issued) = tokio::join!(
            access(app, AccessCommand::RevokeToken(bob.token)),
            by(app, permit, another_token(&bob))
        );
        revoked.unwrap();
        assert_eq!(refusal(issued), AccessRefusal::NotAccepted.into(), "{}", service.name);
    }
}

#[tokio::test]
async fn what_somebody_may_is_what_is_stored_when_it_is_done() {
    for service in services(SANDHAVEN, NOON).await {
        let app = &service.app;
        let edited =
            |who: &Person, profile| AccessCommand::EditActor { id: who.actor, profile, expected: Version(1) };

        let mut keeper = profile(&[Role::Supervisor]);
        let supervisor = person(app, keeper.clone()).await;
        let stale = permit(app, &supervisor, "POST", "/v1/enrolments");
        keeper.beaches = beaches(&["beach-gull-cove"]);
        access(app, edited(&supervisor, keeper)).await.unwrap();
        let theirs = by(app, stale.clone(), phone(&supervisor, "beach-north-sands")).await;
        assert_eq!(refusal(theirs), AccessRefusal::Forbidden.into(), "{}", service.name);
        by(app, stale, phone(&supervisor, "beach-gull-cove")).await.unwrap();

        organisation(app, "lantern", OrganisationKind::Theatre, &["ven-lantern-theatre"]).await;
        let mut of_theatre = profile(&[Role::Publisher]);
        of_theatre.organisation = Some(OrganisationId::new("lantern").unwrap());
        let publisher = person(app, of_theatre).await;
        let stale = permit(app, &publisher, "POST", "/v1/collections/{collection}/items/{id}/verify");
        let (collection, id) = (Collection::Venues, FeatureId::new("ven-lantern-theatre").unwrap());
        let seen = Command::Verify(Aim { collection, id: id.clone(), expected: Expected::Anything });
        by(app, stale.clone(), seen.clone()).await.unwrap();
        let facts = OrganisationFacts {
            id: OrganisationId::new("lantern").unwrap(),
            name: "The lantern".into(),
            kind: OrganisationKind::Theatre,
            venues: [].into(),
        };
        access(app, AccessCommand::EditOrganisation { facts, expected: Version(1) }).await.unwrap();
        assert_eq!(
            refusal(by(app, stale, seen).await),
            Refusal::NotAllowed { collection, id },
            "{}",
            service.name
        );

        let admin = person(app, profile(&[Role::Admin])).await;
        let stale = permit(app, &admin, "POST", TOKENS);
        access(app, AccessCommand::EraseActor { id: admin.actor, expected: Version(1) }).await.unwrap();
        assert_eq!(
            refusal(by(app, stale, another_token(&supervisor)).await),
            AccessRefusal::NotAccepted.into()
        );
    }
}

#[tokio::test]
async fn a_token_that_runs_out_while_a_request_is_on_its_way_does_nothing() {
    for service in services(SANDHAVEN, NOON).await {
        let app = &service.app;
        let admin = person(app, profile(&[Role::Admin])).await;
        let (token, _) = new_token(Some(at(NOON) + TimeDelta::minutes(1)));
        let short = Person { token: token.id, ..admin.clone() };
        access(app, AccessCommand::IssueToken { actor: admin.actor, token }).await.unwrap();
        let mut caller = app.roster().caller(&admin.text, at(NOON)).unwrap();
        caller.token = short.token;
        let permit = row("POST", TOKENS).unwrap().permit(&caller).unwrap();
        after_noon(app, TimeDelta::milliseconds(59_999));
        by(app, permit.clone(), another_token(&admin)).await.unwrap();
        after_noon(app, TimeDelta::minutes(1));
        assert_eq!(refusal(by(app, permit, another_token(&admin)).await), AccessRefusal::NotAccepted.into());
    }
}

#[tokio::test]
async fn a_token_revoked_on_one_node_changes_nothing_on_another_from_then_on() {
    let database = Database::postgres().await;
    let url = database.url();
    let one =
        service(database, Database::Postgres(url.clone()).open().await, area_folder(SANDHAVEN), NOON).await;
    let second = Database::Postgres(url);
    let store = second.open().await;
    let two = service(second, store, area_folder(SANDHAVEN), NOON).await;
    for _ in 0..5 {
        let bob = person(&one.app, profile(&[Role::Admin])).await;
        until_it_accepts(&two.app, &bob, true).await;
        let permit = permit(&two.app, &bob, "POST", TOKENS);
        access(&one.app, AccessCommand::RevokeToken(bob.token)).await.unwrap();
        // Whether or not the second node has heard of it yet.
        let issued = by(&two.app, permit, another_token(&bob)).await;
        assert_eq!(refusal(issued), AccessRefusal::NotAccepted.into());
    }
}

#[tokio::test]
async fn a_node_that_has_lost_its_database_accepts_no_token_until_it_is_back() {
    for service in services(SANDHAVEN, NOON).await {
        let who = person(&service.app, profile(&[Role::Admin])).await;
        let me = async |service: &Service| service.client.write(&who, Method::GET, "/v1/me", &[], "").await;
        assert_eq!(me(&service).await.status, 200);
        tamper(&service.store, &["ALTER TABLE head RENAME TO lost"]).await;
        pause();
        advance(Duration::from_millis(4_001)).await;
        resume();
        let refused = me(&service).await;
        assert_eq!(refused.problem(), (503, "unavailable".to_owned(), None), "{}", service.name);
        let actor = json!({"name": "A", "roles": ["moderator"]});
        assert_eq!(said(&service, &who, Method::POST, "/v1/actors", &actor).await.status, 503);
        assert_eq!(service.client.get("/v1/me").await.status, 401, "who shows none is not kept waiting");
        assert_eq!(service.client.get("/v1/collections/toilets/items").await.status, 200);
        tamper(&service.store, &["ALTER TABLE lost RENAME TO head"]).await;
        let start = Instant::now();
        while me(&service).await.status != 200 {
            assert!(start.elapsed() < Duration::from_secs(10), "{}", service.name);
            sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test]
async fn a_revocation_does_not_wait_for_a_snapshot() {
    for service in services(SANDHAVEN, NOON).await {
        let bob = person(&service.app, profile(&[Role::Admin])).await;
        let ada = person(&service.app, profile(&[Role::Admin])).await;
        let revoke = format!("UPDATE token SET revoked_at = '{NOON}' WHERE id = '{}'", bob.token);
        // What is left of the area is none, so there will be no snapshot; and the log has a gap, so one is needed.
        tamper(
            &service.store,
            &[
                &revoke,
                "UPDATE area_document SET content = 'junk'",
                "UPDATE head SET revision = revision + 7",
            ],
        )
        .await;
        until_it_accepts(&service.app, &bob, false).await;
        assert!(accepts(&service.app, &ada), "{}", service.name);
    }
}
