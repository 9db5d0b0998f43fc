//! Members that a body has no business to have.
use super::{NOON, event, recipes, unhurried};
use crate::support::client::Answer;
use crate::support::ledger::Ledger;
use crate::support::people::{person, profile};
use crate::support::{SANDHAVEN, services};
use promenade::access::Role;
use promenade::store::Store;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Every column that the database has.
async fn columns(store: &Store) -> BTreeSet<String> {
    const LITE: &str = "SELECT c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name <> '_sqlx_migrations'";
    const SERVER: &str = "SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations' ORDER BY 1";
    let all: Vec<String> = match store {
        Store::Sqlite { readers, .. } => sqlx::query_scalar(LITE).fetch_all(readers).await.unwrap(),
        Store::Postgres(pool) => sqlx::query_scalar(SERVER).fetch_all(pool).await.unwrap(),
    };
    all.into_iter().collect()
}

/// `value` with a member `name` added to its object number `which`; none when it has not so many, or has one already.
fn with_member(value: &Value, which: &mut usize, name: &str) -> Option<Value> {
    if let Value::Array(entries) = value {
        return entries.iter().enumerate().find_map(|(n, entry)| {
            let mut more = entries.clone();
            more[n] = with_member(entry, which, name)?;
            Some(Value::Array(more))
        });
    }
    let Value::Object(members) = value else { return None };
    if *which == 0 {
        let mut more = members.clone();
        return more.insert(name.to_owned(), json!("APPROVED!")).is_none().then_some(Value::Object(more));
    }
    *which -= 1;
    members.iter().find_map(|(key, inner)| {
        let inner = with_member(inner, which, name)?;
        let mut more = members.clone();
        more.insert(key.clone(), inner);
        Some(Value::Object(more))
    })
}

/// Whether a batch was read, and nothing in it was taken.
fn each_is_refused(answer: &Answer) -> bool {
    let body = answer.json();
    body["results"].as_array().unwrap().iter().all(|result| result["code"] == "invalid")
}

#[tokio::test]
async fn a_column_of_the_database_is_not_written_by_naming_it() {
    for service in services(SANDHAVEN, NOON).await {
        let client = unhurried(&service);
        let victim = person(&service.app, profile(&[Role::Publisher])).await;
        event(&service).await;
        let mut all =
            profile(&[Role::Admin, Role::Publisher, Role::Supervisor, Role::Moderator, Role::Patrol]);
        all.name = Some(promenade::access::Personal::new("Everything at once"));
        let who = person(&service.app, all).await;
        let mut names = columns(&service.store).await;
        names.extend(
            ["owner_id", "role", "verified", "approved", "is_admin", "__proto__"].map(ToOwned::to_owned),
        );
        assert!(40 < names.len(), "{names:?}");
        let before = Ledger::of(&service.store).await;
        let mut asked = 0;
        for recipe in recipes(&victim, "tourism").iter().filter(|recipe| recipe.body.is_object()) {
            // The contact of a place is an address for everybody, and has a member of its own for it.
            let other = |name: &&String| *name != "email" || !recipe.template.contains("/items");
            for name in names.iter().filter(other) {
                for which in 0..4 {
                    let Some(body) = with_member(&recipe.body, &mut which.clone(), name) else { continue };
                    // What is refused at once waits for nothing: the service's own tasks must get their turn.
                    tokio::task::yield_now().await;
                    let headers = [("content-type", recipe.media), ("if-match", "\"1\"")];
                    let answer = client
                        .write(&who, recipe.method.clone(), &recipe.target, &headers, body.to_string())
                        .await;
                    let context = format!("{} {} {} {body}", service.name, recipe.method, recipe.template);
                    let refused = match recipe.template {
                        "/v1/crowd-reports" if answer.status == 200 => each_is_refused(&answer),
                        _ => answer.status.is_client_error(),
                    };
                    assert!(refused, "{context}: {}", answer.text());
                    asked += 1;
                }
            }
        }
        assert!(500 < asked, "{asked}");
        assert_eq!(Ledger::of(&service.store).await, before, "{}", service.name);
    }
}
