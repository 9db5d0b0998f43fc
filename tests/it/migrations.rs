//! Both databases are given the same tables.
use crate::support::database::Database;
use promenade::store::Store;
use std::path::Path;

/// Table, column, type as SQLite calls it, whether it must have a value.
type Column = (String, String, String, bool);

fn names(folder: &str) -> Vec<String> {
    let entries =
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder)).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

#[test]
fn each_migration_exists_for_both_under_one_name() {
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty());
}

#[tokio::test]
async fn both_schemas_have_the_same_tables_columns_and_indexes() {
    let (lite, server) = (Database::sqlite(), Database::postgres().await);
    let Store::Sqlite { readers, .. } = lite.open().await else { panic!("a file") };
    let Store::Postgres(pool) = server.open().await else { panic!("a server") };
    let a: Vec<Column> = sqlx::query_as(
        "SELECT t.name, c.name, c.type, c.\"notnull\" <> 0 OR c.pk <> 0 FROM sqlite_schema t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         ORDER BY 1, c.cid",
    )
    .fetch_all(&readers)
    .await
    .unwrap();
    let b: Vec<Column> = sqlx::query_as(
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'NO' FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%' ORDER BY 1, ordinal_position",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let pair = |kind: &str| match kind {
        "uuid" | "bytea" => "BLOB",
        "timestamp with time zone" | "text" => "TEXT",
        "bigint" => "INTEGER",
        "double precision" => "REAL",
        other => panic!("no SQLite type is agreed for {other}"),
    };
    let b: Vec<Column> = b
        .into_iter()
        .map(|(table, column, kind, required)| (table, column, pair(&kind).to_owned(), required))
        .collect();
    assert!(!a.is_empty());
    assert_eq!(a, b);
    let lite_indexes: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .fetch_all(&readers)
    .await
    .unwrap();
    let indexes: Vec<String> = sqlx::query_scalar(
        "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%\\_pkey' ORDER BY 1",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(lite_indexes, indexes);
}
