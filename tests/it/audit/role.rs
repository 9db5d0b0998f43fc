//! PostgreSQL, served by an account that may neither make tables nor change what the audit says: the README's.
use super::{NOON, put, set};
use crate::support::database::Database;
use crate::support::ledger::{Ledger, tamper};
use crate::support::places::shut;
use crate::support::program::{Server, run};
use crate::support::{SANDHAVEN, area_folder, at};
use promenade::access::By;
use promenade::app::{self, Seed};
use promenade::clock::Clock;
use promenade::command::Expected;
use promenade::ids::RequestId;
use promenade::store::{Access, Location, Store, Times};
use uuid::Uuid;

const AREA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/area/sandhaven");

/// A database set up by its owner, and its address for the account that the README makes.
async fn served() -> (Database, Store, String) {
    let database = Database::postgres().await;
    let owner = database.open().await;
    owner.found(Times::Real).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let init = run(folder.path(), &["init", "--area", AREA, "--database", &database.url()]);
    assert_eq!(init.code, 0, "{init:?}");
    // Accounts are of the whole server, which other tests use as well.
    let account = format!("s{}", Uuid::new_v4().simple());
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let block = readme.split("```sql\n").nth(1).unwrap().split("```").next().unwrap();
    let block = block.replace("promenade_server", &account);
    let statements: Vec<&str> = block.split(';').map(str::trim).filter(|s| !s.is_empty()).collect();
    assert_eq!(statements.len(), 8, "{block}");
    tamper(&owner, &statements).await;
    let url = database.url().replacen("postgres@", &format!("{account}@"), 1);
    assert_ne!(url, database.url());
    (database, owner, url)
}

#[tokio::test]
async fn the_account_of_the_readme_serves_and_changes_but_cannot_touch_the_audit_nor_the_tables() {
    let (_database, owner, url) = served().await;
    let location: Location = url.parse().unwrap();
    let store = Store::open(&location, Access::Write).await.unwrap();
    store.migrate().await.unwrap();
    store.require_migrated().await.unwrap();
    let clock = Clock::fixed(at(NOON));
    let seed = Seed::Named(Box::new(area_folder(SANDHAVEN)));
    let (app, _fatal) = app::start(store.clone(), clock, seed).await.unwrap();
    for command in [put("wc-new", "New", Expected::Anything), set("wc-new", shut("pipe"))] {
        app.execute(command, By::Operator, RequestId::fresh()).await.unwrap();
    }
    assert_eq!(Ledger::of(&owner).await.audit.len(), 3);
    // Hints that it sends are heard, by it as by others.
    let mut hints = store.hints().await.unwrap();
    store.hint().await.unwrap();
    hints.next().await.unwrap();
    let Store::Postgres(pool) = &store else { panic!("a server") };
    for statement in [
        "UPDATE audit SET actor = 'nobody'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "DROP TABLE audit",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "ALTER TABLE audit ADD COLUMN more TEXT",
        "DROP TRIGGER audit_is_not_changed ON audit",
        "CREATE TABLE more (id BIGINT)",
        "CREATE FUNCTION audit_is_not_changed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "DELETE FROM head",
        "INSERT INTO head (id, epoch, revision, audit_seq, audit_hash) VALUES (2, gen_random_uuid(), 0, 0, '')",
        "DELETE FROM _sqlx_migrations",
        "UPDATE _sqlx_migrations SET version = 1",
    ] {
        let error = sqlx::query(statement).execute(pool).await.expect_err(statement);
        let sqlx::Error::Database(cause) = error else { panic!("{statement}: {error}") };
        assert_eq!(cause.code().as_deref(), Some("42501"), "{statement}: {cause}");
    }
    let mut reading = store.read().await.unwrap();
    let end = reading.verify_audit(&[]).await.unwrap().unwrap().end;
    assert_eq!(end, Ledger::of(&owner).await.head.anchor());
}

#[tokio::test]
async fn the_program_serves_with_that_account_and_says_when_the_owner_must_come_first() {
    let (database, owner, url) = served().await;
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--database", &url]);
    assert!(server.body("/health/ready").contains("\"ready\""));
    let closed = ["close", "toilets/wc-market-street", "--reason", "Pipe", "--database", &url];
    assert_eq!(run(folder.path(), &closed).code, 0);
    let verified = run(folder.path(), &["audit", "verify", "--database", &url]);
    assert_eq!(verified.code, 0, "{verified:?}");
    assert_eq!(server.stop("TERM").0, Some(0));

    tamper(&owner, &["DELETE FROM _sqlx_migrations WHERE version = 3"]).await;
    let serve = ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--database", &url];
    let refused = run(folder.path(), &serve);
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(refused.err.contains("run `promenade init` as the one that owns it"), "{}", refused.err);

    // An upgrade: the owner makes what is new, and the account may use it without being told.
    let new = "DROP TRIGGER audit_is_not_changed ON audit; DROP FUNCTION audit_is_not_changed;
        DROP INDEX audit_actor, audit_subject, audit_command, audit_at; ALTER TABLE change DROP COLUMN audit_seq";
    tamper(&owner, &new.split(';').map(str::trim).collect::<Vec<_>>()).await;
    let init = run(folder.path(), &["init", "--area", AREA, "--database", &database.url()]);
    assert_eq!(init.code, 0, "{init:?}");
    let server = Server::start(folder.path(), &["--database", &url]);
    assert!(server.body("/health/ready").contains("\"ready\""));
}
